"""What is written in any dialect reads back the same; what is no table at all is told, never a traceback."""

from __future__ import annotations

import csv
import io
import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import openpyxl
import pandas as pd
import pyreadstat
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.responses.cases import open_study
from toolkit.responses.exports import Exports, read_exports
from toolkit.schemas import RESPONSES
from toolkit.study.instruments import load_instrument

Rows = list[tuple[int | float | None, ...]]
LABELS = {label.value: (*label.nl, *label.en) for label in load_instrument("uwes3").answers.labels}
ITEMS = ("uwes3_i1", "uwes3_i2", "uwes3_i3", "cijfer1_grade")


@dataclass(frozen=True)
class Dialect:
    """A way to write a table of answers."""

    ending: str
    separator: str
    encoding: str
    newline: str
    decimal: str
    quoting: int
    named: bool
    number_headers: bool


dialects = st.builds(
    Dialect,
    ending=st.sampled_from(["csv", "csv", "csv", "xlsx", "sav"]),
    separator=st.sampled_from(list(";,\t|")),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"]),
    newline=st.sampled_from(["\n", "\r\n", "\r"]),
    decimal=st.sampled_from([",", "."]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    named=st.booleans(),
    number_headers=st.booleans(),
)
answers = st.tuples(*[st.none() | st.integers(0, 6)] * 3, st.none() | st.integers(2, 20).map(lambda twice: twice / 2)).filter(
    lambda row: any(value is not None for value in row)
)
remarks = st.text(st.sampled_from("abc é;,\t|\"'\n“”€=#0123"), max_size=12)


@st.composite
def words(draw: st.DrawFn, value: int | float | None, decimal: str, labelled: bool) -> str:
    """Draw a way to write one answer."""
    if value is None:
        return draw(st.sampled_from(["", " ", "weet niet", "N.V.T."]))
    number = f"{value:g}".replace(".", decimal)
    if not labelled:
        return draw(st.sampled_from([number, f" {number}", number if decimal in number else f"{number}{decimal}0"]))
    label = draw(st.sampled_from(LABELS[float(value)]))
    return draw(
        st.sampled_from([number, label, label.upper(), f"  {label} ", f"{number} = {label}", f"{number} ({label})", f"{label} ({number})"])
    )


Table = tuple[Rows, list[list[str]], Dialect]


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Draw answers, the same answers as a person's cells, and a dialect."""
    rows, dialect = draw(st.lists(answers, min_size=1, max_size=8)), draw(dialects)
    if dialect.ending == "sav":
        return rows, [["" if value is None else f"{value:g}" for value in row] for row in rows], dialect
    cells = [[draw(words(value, dialect.decimal, place < 3)) for place, value in enumerate(row)] + [draw(remarks)] for row in rows]
    return rows, cells, dialect


def write_table(path: Path, cells: list[list[str]], dialect: Dialect) -> None:
    """Write cells below a header, in a dialect, each row with a code of its own."""
    items = (
        ["uwes3 1", "UWES3 2", "uwes3_03", "Cijfer1.1"] if dialect.number_headers else ["uwes3_i1", "UWES3_I2", "uwes3 i3", "cijfer1_grade"]
    )
    header = ["Code", *items, "Opmerking"]
    rows = [[f"p{number}", *row] for number, row in enumerate(cells)]
    if dialect.ending == "csv":
        text = io.StringIO()
        csv.writer(text, delimiter=dialect.separator, lineterminator=dialect.newline, quoting=dialect.quoting).writerows([header, *rows])
        first = f"sep={dialect.separator}{dialect.newline}" if dialect.named else ""
        path.write_bytes((first + text.getvalue()).encode(dialect.encoding))
    elif dialect.ending == "xlsx":
        book = openpyxl.Workbook()
        for row in [header, *rows]:
            book.active.append([float(cell) if cell.isdecimal() else cell if cell.strip("= ") else None for cell in row])
        book.save(path)
    else:
        frame = pd.DataFrame([[cell if place == 0 else float(cell or "nan") for place, cell in enumerate(row)] for row in rows])
        frame.columns = [name.replace(" ", "_") for name in header[: len(frame.columns)]]
        pyreadstat.write_sav(frame, str(path))


def read_file(path: Path, number_headers: bool = False) -> Exports:
    """Return what is read from one file of one school and wave."""
    layout = {"respondent": "Code", "items_by": "number" if number_headers else "id", "ignore": ["Opmerking"]}
    source = {"file": path.name, "wave": "before", "school": "s1", "layout": "own"}
    document = {"instruments": ["uwes3", "cijfer1"], "sources": [source], "layouts": {"own": layout}}
    return read_exports(open_study(document, path.parent))


@settings(max_examples=40)  # an SPSS file is opened in a process of its own
@given(tables())
def test_valid_answers_read_back_the_same_in_every_dialect(table: Table) -> None:
    assert_same_again(*table)


@pytest.mark.slow
@settings(max_examples=400)
@given(tables())
def test_many_more_valid_answers_read_back_the_same(table: Table) -> None:
    assert_same_again(*table)


def assert_same_again(rows: Rows, cells: list[list[str]], dialect: Dialect) -> None:
    """Hold what is read of `cells` in a dialect to the answers that they stand for."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"answers.{dialect.ending}"
        write_table(path, cells, dialect)
        exports = read_file(path, dialect.number_headers)
    expected = np.array(rows, dtype=float)
    assert exports.responses["respondent"].tolist() == [f"p{number}" for number in range(len(rows))], exports.findings.to_string()
    np.testing.assert_array_equal(exports.responses[list(ITEMS)].to_numpy(), expected)
    assert (exports.findings["severity"] != "stops").all()


@settings(max_examples=60)
@given(st.binary(max_size=400), st.sampled_from(["csv", "xlsx", "xls", "sav", "zsav", "txt"]))
@example(b"PK\x03\x04", "xlsx")
@example(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "xls")
@example(b"$FL2@(#) SPSS DATA FILE" + bytes(200), "sav")
@example(b"PAR1" + bytes(200) + b"PAR1", "parquet")
@example(b'Code,uwes3_i1\n"a,1\nb,2\n', "csv")
@example(b"<html><table><tr><td colspan=9999999>a", "xls")
@example("Code;uwes3_i1;uwes3_i2;uwes3_i3\na;1;2;3\n".encode("utf-16-be"), "csv")
@example(b"\xff\xfea", "csv")
def test_random_bytes_never_end_in_a_traceback(data: bytes, ending: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"answers.{ending}"
        path.write_bytes(data)
        exports = read_file(path)
    assert len(exports.findings) > 0 or len(exports.responses) > 0
    pd.testing.assert_frame_equal(RESPONSES.conform(exports.responses), exports.responses)


@pytest.fixture(scope="module")
def whole_files() -> dict[str, bytes]:
    """Give the bytes of one sound file of each kind."""
    found = {}
    for ending in ("csv", "xlsx", "sav"):
        dialect = Dialect(ending, ";", "utf-8", "\n", ",", csv.QUOTE_MINIMAL, False, False)
        cells = [["1", "2", "3", "7"]] * 5 if ending == "sav" else [["1", "2", "vaak", "7,5", "é"]] * 5
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"answers.{ending}"
            write_table(path, cells, dialect)
            found[ending] = path.read_bytes()
            duckdb.sql("SELECT 'p' || i AS Code, i % 7 AS uwes3_i1, 'vaak' AS uwes3_i2 FROM range(99) t(i)").write_parquet(
                f"{folder}/whole"
            )
            found["parquet"] = Path(folder, "whole").read_bytes()
    return found


@settings(max_examples=20)
@given(st.data())
def test_damaged_files_never_end_in_a_traceback(whole_files: dict[str, bytes], data: st.DataObject) -> None:
    read_damaged(whole_files, data)


@pytest.mark.slow
@settings(max_examples=200)
@given(st.data())
def test_many_more_damaged_files_never_end_in_a_traceback(whole_files: dict[str, bytes], data: st.DataObject) -> None:
    read_damaged(whole_files, data)


def read_damaged(whole_files: dict[str, bytes], data: st.DataObject) -> None:
    """Read a file of which the end is gone and some bytes are others."""
    ending = data.draw(st.sampled_from(sorted(whole_files)))
    damaged = bytearray(whole_files[ending][: data.draw(st.integers(1, len(whole_files[ending])))])
    for place in data.draw(st.lists(st.integers(0, len(damaged) - 1), max_size=20)):
        damaged[place] = data.draw(st.integers(0, 255))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"answers.{ending}"
        path.write_bytes(bytes(damaged))
        exports = read_file(path)
    pd.testing.assert_frame_equal(RESPONSES.conform(exports.responses), exports.responses)
