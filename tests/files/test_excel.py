"""Workbooks as people and programs make them."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pytest

from tests.responses.cases import FOLDER
from toolkit.files.cells import Grid
from toolkit.files.excel import read_excel_file
from toolkit.files.safety import LockedError, UnreadableError
from toolkit.findings import Notes
from toolkit.study.layouts import Limits


def save(book: openpyxl.Workbook) -> bytes:
    """Return a workbook as bytes."""
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def read(book: openpyxl.Workbook, notes: Notes | None = None) -> list[Grid]:
    """Return the grids of a workbook."""
    return list(read_excel_file(save(book), Limits(), "book.xlsx", notes or Notes()))


def test_every_kind_of_cell_becomes_the_text_that_a_person_sees() -> None:
    book = openpyxl.Workbook()
    values = [4, 4.0, 3.5, 0.1 + 0.2, True, "007", " x ", dt.datetime(2025, 9, 15, 8, 5), dt.date(2025, 9, 15), dt.time(8, 5), 1e15]
    book.active.append(values)
    texts = ["4", "4", "3.5", "0.3", "TRUE", "007", " x ", "2025-09-15 08:05:00", "2025-09-15", "08:05:00", "1000000000000000"]
    assert read(book)[0].cells[0].tolist() == texts


def test_cells_stand_where_they_stand_in_the_sheet() -> None:
    book = openpyxl.Workbook()
    book.active["C3"] = "x"
    book.active["E4"] = "#DIV/0!"
    book.active["A6"] = "=B1*2"
    cells = read(book)[0].cells
    assert cells.shape == (6, 5)
    assert (cells[2, 2], cells[3, 4], cells[5, 0]) == ("x", "#DIV/0!", "=?")


def test_all_worksheets_are_read_and_hidden_ones_are_known() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "x"
    book.create_sheet("Verborgen").sheet_state = "hidden"
    book.create_sheet("Grafiek <1> & co")["A1"] = "y"
    assert [(grid.sheet, grid.visible, grid.cells.size) for grid in read(book)] == [
        ("Sheet", True, 1),
        ("Verborgen", False, 0),
        ("Grafiek <1> & co", True, 1),
    ]


def test_cells_merged_down_a_column_all_hold_the_first_and_sideways_they_do_not() -> None:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["C1"] = "down", "sideways"
    book.active["B3"] = "end"
    book.active.merge_cells("A1:A3")
    book.active.merge_cells("C1:D1")
    notes = Notes()
    cells = read(book, notes)[0].cells
    assert cells[:, 0].tolist() == ["down"] * 3
    assert cells[0].tolist() == ["down", "", "sideways"]
    assert [(note["code"], note["row"], note["count"]) for note in notes.rows] == [("cells_merged", 1, 3)]


def test_a_password_and_a_broken_file_are_told_apart() -> None:
    with pytest.raises(LockedError):
        read_excel_file((FOLDER / "workbook_with_a_password" / "answers.xlsx").read_bytes(), Limits(), "book.xlsx", Notes())
    for data in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), b""):
        with pytest.raises(UnreadableError):
            read_excel_file(data, Limits(), "book.xlsx", Notes())


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_truncated_workbook_is_unreadable(share: float) -> None:
    book = openpyxl.Workbook()
    for number in range(200):
        book.active.append([number, f"text {number}"])
    data = save(book)
    with pytest.raises(UnreadableError):
        read_excel_file(data[: int(share * len(data))], Limits(), "book.xlsx", Notes())
