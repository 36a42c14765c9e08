"""Cells, headers and columns."""

from __future__ import annotations

import openpyxl.utils

from toolkit.files.cells import Grid, Sheet, fill_grid, find_blank, name_letter, take_sheet


def make_sheet(rows: list[list[str]], **more: object) -> Sheet:
    """Return a sheet whose first row is the header."""
    return take_sheet(Grid("", fill_grid(rows), **more), "answers.csv", 0)  # type: ignore[arg-type]


def test_columns_have_the_letters_of_a_spreadsheet() -> None:
    letters = {position: openpyxl.utils.get_column_letter(position + 1) for position in (0, 25, 26, 51, 52, 701, 702, 16383)}
    assert {position: name_letter(position) for position in letters} == letters


def test_rows_of_unequal_length_become_a_rectangle() -> None:
    assert fill_grid([["a"], ["b", "c"], []]).tolist() == [["a", ""], ["b", "c"], ["", ""]]
    assert fill_grid([]).shape == (0, 0)


def test_rows_keep_the_number_that_a_person_sees() -> None:
    grid = Grid("", fill_grid([["titel"], ["h"], ["uitleg"], ["1"], ["2"]]))
    sheet = take_sheet(grid, "answers.csv", 1, skip=1)
    assert (sheet.headers, sheet.rows.tolist(), sheet.cells[:, 0].tolist()) == (("h",), [4, 5], ["1", "2"])
    assert take_sheet(Grid("", fill_grid([["h"], ["1"]]), first_row=0), "answers.sav", 0).rows.tolist() == [1]


def test_a_header_is_found_as_written_then_folded_then_by_its_second_name() -> None:
    sheet = make_sheet([["Code", "code", " Eén  vraag ", "x"]], wordings=("", "", "", "De wording"))
    assert sheet.find_columns("code") == [1]
    assert sheet.find_columns("CODE") == [0, 1]
    assert sheet.find_columns("een vraag") == [2]
    assert sheet.find_columns("de wording") == [3]
    assert sheet.find_columns("niets") == []


def test_a_column_without_a_header_is_named_by_its_letter() -> None:
    assert make_sheet([["a", ""]]).name_column(1) == "[B]"


def test_blank_is_nothing_but_space() -> None:
    blank = find_blank(fill_grid([["", " ", "\u00a0"], ["0", "-", " x"]]))
    assert blank.tolist() == [[True] * 3, [False] * 3]
