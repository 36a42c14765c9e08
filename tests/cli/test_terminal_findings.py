"""Findings on a terminal and in a file."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from toolkit.cli.terminal import print_findings, shorten_findings
from toolkit.findings import Notes
from toolkit.languages import Language


def make_notes() -> Notes:
    notes = Notes()
    notes.add("answer_out_of_range", file="a.csv", row=3, column="uwes3_i1", value="[bold]17[/bold]", expected="0-6")
    notes.add("file_missing", file="b.csv", expected="a.csv")
    return notes


@pytest.mark.parametrize(
    ("language", "head", "stops", "asks"),
    [("nl", "Wat te doen", "Stopt", "Vraagt"), ("en", "What to do", "Stops", "Asks")],
)
def test_a_terminal_shows_a_table_with_what_stops_first(language: str, head: str, stops: str, asks: str) -> None:
    console = Console(file=io.StringIO(), force_terminal=True, width=100, color_system=None)
    print_findings(make_notes().tabulate(), language, console=console)  # type: ignore[arg-type]
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert head in shown.splitlines()[0] + shown.splitlines()[1]
    assert 0 < shown.index(stops) < shown.index(asks)
    assert "[bold]17[/bold]" in shown and "b.csv" in shown


def test_a_file_gets_a_line_for_each_finding(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console(file=io.StringIO(), force_terminal=False)
    print_findings(make_notes().tabulate(), "en", console=console)
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("Stops · b.csv: ") and second.startswith("Asks · a.csv, row 3, column ‘uwes3_i1’: ")


def test_nothing_found_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    print_findings(Notes().tabulate(), "nl")
    assert capsys.readouterr().out == ""


def test_those_of_a_run_go_to_the_standard_error_and_of_the_severities_asked_only(capsys: pytest.CaptureFixture[str]) -> None:
    print_findings(make_notes().tabulate(), "en", "asks")
    told = capsys.readouterr()
    assert told.out == "" and told.err.startswith("Asks · a.csv") and "b.csv" not in told.err


@pytest.mark.parametrize(("language", "says"), [("nl", "Kolommen die niet zijn gebruikt (40)"), ("en", "Columns that were not used (40)")])
def test_many_columns_are_counted_and_the_first_are_named_once(language: Language, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    names, notes = [f"Vraag {number} over de koffie" for number in range(1, 41)], Notes()
    notes.add("columns_unknown", file="a.csv", column=", ".join(names), count=len(names))
    findings = notes.tabulate()
    print_findings(findings, language)
    (line,) = capsys.readouterr().out.splitlines()
    assert f"a.csv: {says}: {names[0]}, {names[1]}" in line
    assert [line.count(name + ",") + line.count(name + " …") for name in names] == [1] * 9 + [0] * 31
    assert findings["column"].item() == ", ".join(names)


@pytest.mark.parametrize(
    ("text", "shown"), [("a" * 240, "a" * 240), ("a" * 241, "a" * 240 + " …"), ("woord " * 60, "woord " * 39 + "woord …")]
)
def test_a_list_is_cut_after_a_whole_word(text: str, shown: str) -> None:
    notes = Notes()
    notes.add("file_same", file="a.csv", expected=text)
    assert shorten_findings(notes.tabulate())["expected"].item() == shown
