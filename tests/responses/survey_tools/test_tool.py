"""What a tool adds to a layout."""

from __future__ import annotations

from tests.files.test_cells_grids import make_sheet
from toolkit.findings import Notes
from toolkit.responses.survey_tools.tool import Tool, complete_layout, mark_own, tell_counted
from toolkit.study.layouts import Layout
from toolkit.study.study import Exclusion

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


def test_trials_and_unfinished_forms_count_and_are_told() -> None:
    notes = Notes()
    tell_counted(TOOL, SHEET, (), notes)
    trial, unfinished = ((note["code"], note["row"], note["column"], note["value"], note["count"]) for note in notes.rows)
    assert trial == ("forms_trial", 2, "Status", "preview", 1)
    assert unfinished == ("forms_unfinished", 3, "Done", "0, ", 2)


def test_what_the_study_leaves_out_does_not_count() -> None:
    notes = Notes()
    tell_counted(TOOL, SHEET, [Exclusion(column="Status", values=("Preview", ""), reason="test")], notes)
    (note,) = notes.rows
    assert (note["code"], note["row"], note["count"]) == ("forms_unfinished", 3, 1)
