"""Copies of pages in other formats: each from its page, two browsers at a time, and one that fails leaves the others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.report.made_page import write_page
from toolkit.errors import ReportError
from toolkit.report.content.view import View
from toolkit.report.formats.chromium import VARIABLE
from toolkit.report.formats.copies import make_copies
from toolkit.report.html.elements import Html, paragraph

DATE = dt.date(2026, 6, 30)


def write_pages(folder: Path, view: View, count: int) -> list[Path]:
    return [write_page(folder / f"p{n}.html", view, Html("<h1>T</h1>"), paragraph(f"page {n}"), f"Page {n}") for n in range(count)]


def name_copies(pages: list[Path], *suffixes: str) -> list[Path]:
    return [page.with_suffix(suffix) for page in pages for suffix in suffixes]


def copy(wanted: list[Path], told: list[str] | None = None, jobs: int = 2) -> tuple[dict[Path, bytes], dict[str, str]]:
    """Return what is written of the copies that are wanted, and the faults."""
    written: dict[Path, bytes] = {}
    tell = (lambda name: None) if told is None else told.append
    faults = make_copies(wanted, DATE, written.__setitem__, jobs=jobs, report_done=tell)
    return written, faults


@pytest.mark.browser
def test_every_page_gets_a_copy_in_every_format_asked_for_whatever_the_number_of_browsers(
    open_school: Callable[..., View], tmp_path: Path
) -> None:
    told: list[str] = []
    wanted = name_copies(write_pages(tmp_path, open_school(), 3), ".docx", ".pdf")
    copies, faults = copy(wanted, told)
    assert sorted(path.name for path in copies) == ["p0.docx", "p0.pdf", "p1.docx", "p1.pdf", "p2.docx", "p2.pdf"]
    assert sorted(told) == sorted(path.name for path in copies) and faults == {}
    assert all(b"/Title (Page %d)" % number in copies[tmp_path / f"p{number}.pdf"] for number in range(3))
    assert copy(wanted, jobs=1)[0] == copies


@pytest.mark.browser
def test_a_copy_that_fails_is_told_and_the_others_are_made(
    open_school: Callable[..., View], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(page: Path, browser: object, date: dt.date) -> bytes:
        if page.name == "p1.html":
            raise ReportError("It tore.")
        return b"whole"

    monkeypatch.setattr("toolkit.report.formats.copies.FORMATS", {".pdf": fail})
    copies, faults = copy(name_copies(write_pages(tmp_path, open_school(), 3), ".pdf"))
    assert {path.name: content for path, content in copies.items()} == {"p0.pdf": b"whole", "p2.pdf": b"whole"}
    assert faults == {"p1.pdf": "It tore."}


@pytest.mark.browser
def test_a_word_file_that_somebody_edited_is_never_written_over(open_school: Callable[..., View], tmp_path: Path) -> None:
    (page,) = write_pages(tmp_path, open_school(), 1)
    page.with_suffix(".docx").write_bytes(b"edited")
    copies, faults = copy(name_copies([page], ".docx"))
    assert copies == {} and "was edited" in faults["p0.docx"]


def test_without_a_browser_nothing_is_made(open_school: Callable[..., View], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv(VARIABLE, raising=False)
    with pytest.raises(ReportError, match="Install chromium"):
        copy(name_copies(write_pages(tmp_path, open_school(), 1), ".pdf"))
    assert copy([]) == ({}, {})
