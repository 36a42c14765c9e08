"""Chromium over a pipe: found, asked, and gone afterwards; without one a message that says what to do."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from toolkit.errors import ReportError
from toolkit.report.formats.chromium import VARIABLE, DevTools, check_browser, find_browser


def make_program(path: Path, script: str = "exit 0") -> Path:
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def test_a_browser_is_found_under_its_usual_names_and_the_environment_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv(VARIABLE, raising=False)
    assert find_browser() == ""
    usual = make_program(tmp_path / "google-chrome")
    assert find_browser() == str(usual)
    first = make_program(tmp_path / "chromium")
    assert find_browser() == str(first)
    (tmp_path / "own").mkdir()
    own = make_program(tmp_path / "own" / "my-chromium")
    monkeypatch.setenv(VARIABLE, str(own))
    assert find_browser() == str(own)


def test_without_a_browser_the_error_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv(VARIABLE, raising=False)
    with pytest.raises(ReportError, match=f"no Chromium on this machine.*Install chromium.*{VARIABLE}"):
        check_browser()


def test_a_program_that_ends_at_once_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(make_program(tmp_path / "not-a-browser")))
    with pytest.raises(ReportError, match="ended by itself"), DevTools() as tools:
        tools.ask("Browser.getVersion")


def test_a_program_that_never_answers_is_told_and_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(make_program(tmp_path / "silent", f"echo $$ > '{tmp_path}/pid'; exec sleep 60")))
    with pytest.raises(ReportError, match=r"no answer for 0\.5 seconds"), DevTools(timeout=0.5) as tools:
        tools.ask("Browser.getVersion")
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


@pytest.mark.browser
def test_a_browser_answers_and_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with DevTools() as tools:
        assert "Chrome" in tools.ask("Browser.getVersion")["product"]
        with pytest.raises(ReportError, match=r"could not do Nonsense\.ask"):
            tools.ask("Nonsense.ask")
    assert list(tmp_path.iterdir()) == []
