"""Which sheet holds the answers, and where its header is."""

from __future__ import annotations

from pathlib import Path

from tests.responses.cases import open_study
from toolkit.files.cells import File, Grid, Sheet, fill_grid
from toolkit.findings import Notes
from toolkit.responses.sheets import choose_sheet
from toolkit.study.layouts import Layout

STUDY = open_study({"sources": [{"file": "answers.csv"}]}, Path())
HEADER = ["Code", "uwes3_i1", "uwes3_i2", "uwes3_i3"]
TABLE = [HEADER, ["a", "1", "2", "3"]]


def choose(*grids: Grid, **layout: object) -> tuple[Sheet | None, list[str]]:
    """Return the sheet that is chosen and the codes of what was noted."""
    notes = Notes()
    sheet = choose_sheet(File("", "excel", grids), Layout.model_validate(layout), STUDY, "book.xlsx", notes)
    return sheet, [note["code"] for note in notes.rows]


def make_grid(name: str, rows: list[list[str]], **more: bool) -> Grid:
    """Return a grid."""
    return Grid(name, fill_grid(rows), **more)


def test_the_only_sheet_is_read_without_a_word() -> None:
    sheet, notes = choose(make_grid("Blad1", TABLE), make_grid("Blad2", []))
    assert sheet is not None
    assert (sheet.sheet, sheet.rows.tolist(), notes) == ("Blad1", [2], [])


def test_the_sheet_that_names_most_items_is_read_and_told() -> None:
    sheet, notes = choose(make_grid("Uitleg", [["uwes3_i1 is een vraag"]]), make_grid("Data", TABLE))
    assert sheet is not None
    assert (sheet.sheet, notes) == ("Data", ["sheet_chosen"])


def test_a_copy_on_a_hidden_sheet_does_not_make_it_unclear() -> None:
    sheet, notes = choose(make_grid("Oud", TABLE, visible=False), make_grid("Data", TABLE))
    assert sheet is not None
    assert (sheet.sheet, notes) == ("Data", ["sheet_chosen"])


def test_two_sheets_alike_stop() -> None:
    assert choose(make_grid("A", TABLE), make_grid("B", TABLE)) == (None, ["sheet_unclear"])


def test_a_named_sheet_is_found_whatever_its_case() -> None:
    sheet, notes = choose(make_grid("A", TABLE), make_grid("Meting Één", TABLE), sheet="meting een")
    assert sheet is not None
    assert (sheet.sheet, notes) == ("Meting Één", [])
    assert choose(make_grid("A", TABLE), sheet="C") == (None, ["sheet_missing"])


def test_a_workbook_of_empty_sheets_is_empty() -> None:
    assert choose(make_grid("A", []), make_grid("B", [])) == (None, ["file_empty"])
    assert choose(make_grid("A", []), sheet="A") == (None, ["file_empty"])


def test_a_header_below_titles_is_found_and_told() -> None:
    sheet, notes = choose(make_grid("A", [["Resultaten"], [], ["september"], *TABLE]))
    assert sheet is not None
    assert (sheet.headers[0], sheet.rows.tolist(), notes) == ("Code", [5], ["header_found"])


def test_a_header_row_of_the_layout_is_obeyed() -> None:
    sheet, notes = choose(
        make_grid("A", [HEADER, HEADER, ["Uw code", "Vraag 1", "Vraag 2", "Vraag 3"], *TABLE[1:]]), header_row=2, skip_rows=1
    )
    assert sheet is not None
    assert (sheet.rows.tolist(), notes) == ([4], [])


def test_of_two_headers_alike_the_first_is_taken() -> None:
    sheet, notes = choose(make_grid("A", [*TABLE, HEADER]))
    assert sheet is not None
    assert (sheet.rows.tolist(), notes) == ([2, 3], [])
