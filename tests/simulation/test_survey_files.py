"""The files of the invented schools: they hold their table, and neither clock nor library leaves a trace in them."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from toolkit.simulation.survey_files import write_delimited, write_spss, write_workbook


@pytest.fixture
def table() -> pd.DataFrame:
    """Return a table with a code, a number with and without a decimal, an empty cell and a moment."""
    moments = pd.to_datetime(["2025-09-15 10:30", "2025-09-16 14:05"])
    return pd.DataFrame({"code": ["ZOË-1", None], "cijfer": [7.5, 6.0], "datum": moments, "leeg": [float("nan"), 2.0]})


def test_delimited_text_has_the_decimal_sign_encoding_and_line_ends_of_its_country(tmp_path: Path, table: pd.DataFrame) -> None:
    write_delimited(tmp_path / "a.csv", table.drop(columns="datum"), separator=";", encoding="cp1252", decimal=",")
    assert (tmp_path / "a.csv").read_bytes() == b"code;cijfer;leeg\r\nZO\xcb-1;7,5;\r\n;6;2\r\n"


def test_cell_with_the_separator_in_it_is_quoted(tmp_path: Path) -> None:
    write_delimited(tmp_path / "a.csv", pd.DataFrame({"woord": ["niet eens, niet oneens"]}), separator=",", encoding="utf-8")
    assert pd.read_csv(tmp_path / "a.csv")["woord"].tolist() == ["niet eens, niet oneens"]


def test_workbook_comes_back_sheet_by_sheet_below_its_title(tmp_path: Path, table: pd.DataFrame) -> None:
    write_workbook(tmp_path / "a.xlsx", {"voor": table, "na": table.iloc[:1]}, titles=("Een titel",))
    read = pd.read_excel(tmp_path / "a.xlsx", sheet_name=None, header=1, engine="calamine")
    assert list(read) == ["voor", "na"]
    assert read["voor"]["datum"].tolist() == table["datum"].tolist()
    assert read["voor"]["cijfer"].tolist() == [7.5, 6.0]
    assert read["voor"]["code"].isna().tolist() == [False, True]
    assert len(read["na"]) == 1


def test_workbook_shows_one_fixed_moment_wherever_a_clock_was_read(tmp_path: Path, table: pd.DataFrame) -> None:
    write_workbook(tmp_path / "a.xlsx", {"voor": table})
    with zipfile.ZipFile(tmp_path / "a.xlsx") as book:
        entries, core = book.infolist(), book.read("docProps/core.xml")
    assert {(entry.date_time, entry.create_system, entry.compress_type) for entry in entries} == {
        ((2026, 7, 1, 12, 0, 0), 0, zipfile.ZIP_STORED)
    }
    assert set(re.findall(rb"\d{4}-\d\d-\d\dT[\d:]+Z", core)) == {b"2026-07-01T12:00:00Z"}


def test_spss_file_tells_labels_and_what_is_missing_and_has_a_fixed_clock(tmp_path: Path) -> None:
    table = pd.DataFrame({"code": ["a", "b"], "item": [1.0, 99.0]})
    write_spss(tmp_path / "a.sav", table, headers={"item": "De vraag"}, labels={"item": {1: "eens", 99: "weet niet"}}, missing=99)
    read, meta = pyreadstat.read_sav(tmp_path / "a.sav", user_missing=True)
    assert read["item"].tolist() == [1.0, 99.0]
    assert meta.column_names_to_labels["item"] == "De vraag"
    assert meta.variable_value_labels == {"item": {1.0: "eens", 99.0: "weet niet"}}
    assert meta.missing_ranges == {"item": [{"lo": 99.0, "hi": 99.0}]}
    assert meta.creation_time.isoformat() == "2026-07-01T12:00:00"
