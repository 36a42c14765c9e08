"""How far the work is, on a terminal and elsewhere."""

from __future__ import annotations

import pytest

from toolkit.cli.terminal import show_progress
from toolkit.findings import Notes


@pytest.mark.parametrize("terminal", [True, False])
def test_a_terminal_shows_how_far_the_work_is_and_nothing_else_does(
    terminal: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TTY_COMPATIBLE", str(int(terminal)))
    monkeypatch.setenv("COLUMNS", "100")
    told: list[int] = []
    with show_progress(lambda findings: told.append(len(findings))) as watch:
        watch.reading("exports/[answers].csv", 0.5)
        watch.found(Notes().tabulate())
        watch.planned(4)
        watch.made("School report – De Wilg")
    shown = capsys.readouterr()
    assert shown.out == "" and told == [0]
    assert ("exports/[answers].csv" in shown.err and "50/100" in shown.err) == terminal
    assert ("School report – De Wilg" in shown.err and "1/4" in shown.err) == terminal
    assert terminal or shown.err == ""
