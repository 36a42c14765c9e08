import csv
import datetime as dt
import io
import math
import time
import zipfile

import numpy as np
import openpyxl
import pandas as pd
import pytest

from toolkit.report.publishing.data_tables import LONGEST, guard_cell, write_csv, write_workbook

DATE = dt.date(2026, 6, 30)
HOSTILE = ['=HYPERLINK("http://x.example","click")', "@SUM(A1)", "+1+1", "-1-1", "\t=1", "\r=1", "\n=1", "＝1+1", "=cmd|' /C calc'!A0"]


def test_no_text_can_become_a_formula_in_a_csv() -> None:
    frame = pd.DataFrame({"name": HOSTILE, "estimate": -1.5})
    rows = list(csv.DictReader(io.StringIO(write_csv(frame), newline="")))
    assert [row["name"] for row in rows] == ["'" + words.replace("\r", "\n") for words in HOSTILE]
    assert {row["estimate"] for row in rows} == {"-1.5"}


def test_no_text_can_become_a_formula_in_a_workbook() -> None:
    frame = pd.DataFrame({"name": HOSTILE, "estimate": -1.5})
    book = openpyxl.load_workbook(io.BytesIO(write_workbook({"results": frame}, "=1+1", DATE)))
    rows = list(book["results"].iter_rows(min_row=2))
    assert [name.value for name, _ in rows if name.data_type != "s" or not str(name.value).startswith("'")] == []
    assert [(number.value, number.data_type) for _, number in rows] == [(-1.5, "n")] * len(HOSTILE)
    assert str(book.properties.title).startswith("'")


def test_no_cell_of_the_file_itself_is_a_formula() -> None:
    book = write_workbook({"results": pd.DataFrame({"=name": HOSTILE})}, "title", DATE)
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        assert b"<f>" not in b"".join(parts.read(name) for name in parts.namelist())


def test_a_missing_number_is_an_empty_cell_and_signs_no_file_can_hold_are_left_out() -> None:
    frame = pd.DataFrame({"a": ["x\x00y", "\ud800z"], "n": pd.array([3, pd.NA], dtype="Int64"), "e": [np.nan, 1.0]})
    assert write_csv(frame) == "a,n,e\nxy,3,\nz,,1.0\n"
    sheet = openpyxl.load_workbook(io.BytesIO(write_workbook({"s": frame}, "t", DATE)))["s"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)] == [["xy", 3, None], ["z", None, 1]]


def test_a_text_is_as_long_as_a_cell_allows() -> None:
    assert len(str(guard_cell("=" * 50_000))) == LONGEST
    assert guard_cell(math.nan) is None


def test_headers_stay_in_sight_and_every_column_can_be_filtered() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(write_workbook({"s": pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})}, "t", DATE)))["s"]
    assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref == "A1:B3" and sheet["A1"].font.bold


def test_a_table_that_is_too_high_for_a_sheet_goes_on_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toolkit.report.publishing.data_tables.HIGHEST", 2)
    book = openpyxl.load_workbook(
        io.BytesIO(write_workbook({"s": pd.DataFrame({"a": [1, 2, 3]}), "t": pd.DataFrame({"a": []})}, "t", DATE))
    )
    assert {name: [cell.value for cell in book[name]["A"]] for name in book.sheetnames} == {"s": ["a", 1, 2], "s 2": ["a", 3], "t": ["a"]}


def test_the_same_table_gives_the_same_bytes_at_another_moment() -> None:
    frame = pd.DataFrame({"a": ["x"], "b": [1.5]})
    first = write_workbook({"s": frame}, "t", DATE)
    time.sleep(2.1)  # a zip counts in two seconds
    assert write_workbook({"s": frame}, "t", DATE) == first
    with zipfile.ZipFile(io.BytesIO(first)) as parts:
        assert {entry.date_time[:3] for entry in parts.infolist()} == {(2026, 6, 30)}
        assert b"2026-06-30T00:00:00Z" in parts.read("docProps/core.xml")
