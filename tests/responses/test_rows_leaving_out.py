"""Rows that the study keeps out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from tests.files.test_cells_grids import make_sheet
from tests.responses.cases import open_study
from toolkit.findings import Notes
from toolkit.responses.rows import mark_left_out, tell_left_out, tell_unused_rules


def make_rules(*rules: tuple[str, list[str], str]) -> Any:
    """Return a study with these rules of column, values and reason."""
    listed = [{"column": column, "values": values, "reason": reason} for column, values, reason in rules]
    return open_study({"sources": [{"file": "answers.csv"}], "leave_out": listed}, Path())


def test_a_rule_holds_for_a_value_however_it_is_written_and_for_its_label() -> None:
    sheet = make_sheet([["Akkoord"], ["NEE"], [" nee "], ["ja"], ["2"], [""]], labels={0: {"1": "ja", "2": "Nee"}})
    assert mark_left_out(sheet, make_rules(("akkoord", ["nee"], "no_consent")).leave_out, Notes()).tolist() == [
        "no_consent",
        "no_consent",
        "",
        "no_consent",
        "",
    ]


def test_an_empty_cell_can_be_a_value() -> None:
    sheet = make_sheet([["Klaar"], ["1"], [""]])
    assert mark_left_out(sheet, make_rules(("Klaar", [""], "unfinished")).leave_out, Notes()).tolist() == ["", "unfinished"]


def test_the_first_rule_that_holds_gives_the_reason() -> None:
    sheet = make_sheet([["a", "b"], ["x", "x"], ["", "x"]])
    rules = make_rules(("a", ["x"], "test"), ("b", ["x"], "no_consent"))
    assert mark_left_out(sheet, rules.leave_out, Notes()).tolist() == ["test", "no_consent"]


def test_a_rule_without_a_column_is_told_per_file_and_once_when_no_file_has_it() -> None:
    notes, rules = Notes(), make_rules(("a", ["x"], "test"), ("b", ["x"], "test"))
    sheets = [make_sheet([["a"], ["1"]]), make_sheet([["c"], ["1"]])]
    for sheet in sheets:
        mark_left_out(sheet, rules.leave_out, notes)
    tell_unused_rules(sheets, rules, notes)
    tell_unused_rules([], rules, notes)
    assert [(note["code"], note["column"] or note["value"]) for note in notes.rows] == [
        ("leave_out_elsewhere", "b"),
        ("leave_out_elsewhere", "a, b"),
        ("leave_out_absent", "b"),
    ]


def test_those_left_out_are_counted_by_school_wave_and_reason() -> None:
    rows = [("f", "s1", "w1", "test", 2), ("f", "s1", "w1", "test", 5), ("f", "s2", "w1", "test", 3), ("f", "", "w1", "no_consent", 4)]
    notes = Notes()
    tell_left_out(pd.DataFrame(rows, columns=["source", "school", "wave", "reason", "row"]), notes)
    assert [(note["code"], note["school"], note["row"], note["count"]) for note in notes.rows] == [
        ("left_out_test", "s1", 2, 2),
        ("left_out_test", "s2", 3, 1),
        ("left_out_unplaced", "", 4, 1),
    ]
