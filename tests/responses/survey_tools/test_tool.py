"""What a tool adds to a layout."""

from __future__ import annotations

import numpy as np

from tests.files.test_cells_grids import make_sheet
from toolkit.findings import Notes
from toolkit.responses.survey_tools.tool import Tool, complete_layout, leave_out_forms, mark_own
from toolkit.study.layouts import Layout

TOOL = Tool(
    id="own",
    recognise=lambda grid: True,
    respondent=("Person", "ID"),
    wave=("Event",),
    date=("End", "Start"),
    system="seed|end",
    missing=("-99",),
    previews={"Status": ("1", "Preview"), "Test": ("x",)},
    unfinished={"Done": ("0", "")},
)
HEADERS = ["ID", "End", "Start", "Seed", "Status", "Done"]
SHEET = make_sheet([HEADERS, ["a", "", "", "", "preview", "1"], ["b", "", "", "", "2", "0"], ["c", "", "", "", "", ""]])


def test_the_tool_fills_what_the_study_leaves_open() -> None:
    layout = complete_layout(Layout(missing=("99",)), TOOL, SHEET)
    assert (layout.respondent, layout.wave, layout.date) == (("ID",), "", "End")
    assert layout.missing == ("99", "-99")
    assert mark_own(SHEET, TOOL).own == {1, 3}


def test_the_study_goes_before_the_tool() -> None:
    layout = complete_layout(Layout(respondent=("Code",), date="Start", wave=""), TOOL, SHEET)
    assert (layout.respondent, layout.wave, layout.date) == (("Code",), "", "Start")


ALL = np.ones(3, dtype=bool)


def leave_out(layout: Layout, reasons: list[str]) -> tuple[list[str], list[tuple[object, ...]]]:
    """Return the reasons for leaving the rows out, and what is told."""
    notes = Notes()
    found = leave_out_forms(TOOL, layout, SHEET, np.array(reasons, dtype=object), ALL, notes)
    return found.tolist(), [(note["code"], note["row"], note["column"], note["value"], note["count"]) for note in notes.rows]


def test_trials_and_unfinished_forms_are_left_out_and_told() -> None:
    reasons, told = leave_out(Layout(), ["no_consent", "", ""])
    assert reasons == ["no_consent", "", ""]  # of those that count none was finished: that says nothing
    assert told == [("forms_never_finished", 3, "Done", "0, ", 2)]
    notes = Notes()
    sheet = make_sheet([HEADERS, ["a", "", "", "", "preview", "1"], ["b", "", "", "", "2", "0"], ["c", "", "", "", "", "1"]])
    found = leave_out_forms(TOOL, Layout(), sheet, np.array(["", "", ""], dtype=object), ALL, notes)
    assert found.tolist() == ["test", "unfinished", ""]
    assert [(note["code"], note["row"], note["column"], note["value"], note["count"]) for note in notes.rows] == [
        ("forms_trial", 2, "Status", "preview", 1),
        ("forms_unfinished", 3, "Done", "0", 1),
    ]


def test_what_the_layout_includes_counts_and_is_not_told() -> None:
    assert leave_out(Layout(include=("trials", "unfinished")), ["", "", ""]) == (["", "", ""], [])


def test_what_the_study_leaves_out_keeps_its_reason() -> None:
    reasons, told = leave_out(Layout(include=("unfinished",)), ["no_consent", "", ""])
    assert (reasons, told) == (["no_consent", "", ""], [])
