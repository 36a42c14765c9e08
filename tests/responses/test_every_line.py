"""Everything that people do to text files and workbooks, one by one: what is read of it, and what is told, in both languages."""

from __future__ import annotations

import datetime as dt
import io
import time
import tomllib
import tracemalloc
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

import numpy as np
import openpyxl
import pytest

from tests.files.test_excel_package import make_package
from tests.responses.cases import open_study
from toolkit.findings import describe_finding
from toolkit.languages import Language
from toolkit.responses.exports import Exports, read_exports
from toolkit.study.instruments import load_instrument

HEADER = ["Code", "uwes3_i1", "uwes3_i2", "uwes3_i3"]
ROWS = [["a1", "0", "1", "2"], ["b2", "3", "4", "5"], ["c3", "6", "5", "4"]]
PLAIN = "\n".join(";".join(row) for row in [HEADER, *ROWS]) + "\n"
ANSWERS = [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0], [6.0, 5.0, 4.0]]
NONE = float("nan")
WORDS = tomllib.loads((Path(__file__).parent.parent / "data" / "messages" / "every_line.toml").read_text(encoding="utf-8"))
#: a school or item that has too little to say, in files as small as these.
ASIDE = ("school_absent", "answers_partial")


@dataclass(frozen=True)
class Line:
    """One thing that files have: the bytes of such a file, its layout, the answers that are read, and the codes of what is told."""

    content: bytes
    name: str = "answers.csv"
    layout: dict[str, Any] = field(default_factory=dict)
    answers: list[list[float]] = field(default_factory=lambda: ANSWERS)
    told: tuple[str, ...] = ()
    limits: dict[str, int] = field(default_factory=dict)
    instruments: tuple[str, ...] = ("uwes3",)


def write_book(change: Callable[[Any], object], rows: list[list[str]] | None = None) -> bytes:
    """Return a workbook of the plain answers, as numbers, after `change`."""
    book = openpyxl.Workbook()
    for row in [HEADER, *ROWS] if rows is None else rows:
        book.active.append([int(cell) if cell.isdecimal() else cell for cell in row])
    change(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def put(place: str, value: object) -> Callable[[Any], object]:
    """Return the change of one cell."""
    return lambda book: book.active.__setitem__(place, value)


def add_sheet(title: str, rows: list[list[str]]) -> Callable[[Any], object]:
    """Return the change that adds a sheet."""

    def change(book: Any) -> None:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)

    return change


def merge(book: Any) -> None:
    book.active["E1"], book.active["E2"] = "School", "De Klaver"
    book.active.merge_cells("E2:E4")


def hide(book: Any) -> None:
    book.active.row_dimensions[3].hidden = True


def filter_out(book: Any) -> None:
    book.active.auto_filter.ref = "A1:D4"
    book.active.auto_filter.add_filter_column(0, ["a1"])
    book.active.row_dimensions[3].hidden = book.active.row_dimensions[4].hidden = True


def blow_up(book: bytes, name: str, content: bytes) -> bytes:
    """Return a workbook with a further member in its zip."""
    stream = io.BytesIO(book)
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr(name, content)
    return stream.getvalue()


CELLS = "".join(
    f'<row r="{number}">'
    + "".join(f'<c r="{"ABCD"[place]}{number}" t="inlineStr"><is><t>{cell}</t></is></c>' for place, cell in enumerate(row))
    + "</row>"
    for number, row in enumerate([HEADER, *ROWS], 1)
)
ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><worksheet>&b;</worksheet>'
HTML = (
    "<html><table>" + "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in [HEADER, *ROWS]) + "</table></html>"
)
GRADES = {"instruments": ("uwes3", "cijfer1")}


def grade(cell: str) -> bytes:
    """Return a file with a grade beside the answers, between tabs."""
    return "\n".join("\t".join([*row, "cijfer1_grade" if row is HEADER else cell]) for row in [HEADER, *ROWS]).encode()


TEXT_FILES = {
    "separator_semicolon": Line(PLAIN.encode()),
    "separator_comma": Line(PLAIN.replace(";", ",").encode()),
    "separator_tab": Line(PLAIN.replace(";", "\t").encode(), name="answers.txt"),
    "separator_bar": Line(PLAIN.replace(";", "|").encode()),
    "separator_named_first": Line(b"sep=;\r\n" + PLAIN.encode()),
    "separator_of_another_kind_named_first": Line(b"sep=^\n" + PLAIN.replace(";", "^").encode()),
    "separator_of_the_layout": Line(PLAIN.replace(";", "~").encode(), layout={"separator": "~"}),
    "decimal_comma": Line(grade("7,5"), answers=[[*row, 7.5] for row in ANSWERS], **GRADES),
    "decimal_point": Line(grade("7.5"), answers=[[*row, 7.5] for row in ANSWERS], **GRADES),
    "decimal_other_than_declared": Line(
        grade("7.5"), layout={"decimal": ","}, answers=[[*row, NONE] for row in ANSWERS], told=("answer_unknown",), **GRADES
    ),
    "thousands_point": Line(grade("1.234,5"), answers=[[*row, NONE] for row in ANSWERS], told=("answer_out_of_range",), **GRADES),
    "thousands_comma": Line(grade("1,234.5"), answers=[[*row, NONE] for row in ANSWERS], told=("answer_out_of_range",), **GRADES),
    "thousands_without_decimals": Line(
        grade("7.000.000"), answers=[[*row, NONE] for row in ANSWERS], told=("answer_out_of_range",), **GRADES
    ),
    "utf8": Line(PLAIN.replace("Code", "Códe").encode()),
    "utf8_with_mark": Line(PLAIN.encode("utf-8-sig")),
    "utf16": Line(PLAIN.encode("utf-16")),
    "utf16_without_mark": Line(PLAIN.encode("utf-16-le"), told=("encoding_guessed",)),
    "cp1252": Line(PLAIN.replace("Code", "Códe").encode("cp1252"), told=("encoding_guessed",)),
    "old_mac_lines": Line(PLAIN.replace("\n", "\r").encode()),
    "windows_lines": Line(PLAIN.replace("\n", "\r\n").encode()),
    "quoted_newlines": Line(PLAIN.replace("a1", '"a\r\n1"').replace("b2", '"b;""2"').encode()),
    "short_rows": Line((PLAIN + "d4;1\n").encode(), answers=[*ANSWERS, [1.0, NONE, NONE]], told=("rows_uneven",)),
    "long_rows": Line((PLAIN + "d4;1;1;1;9\n").encode(), answers=[*ANSWERS, [1.0, 1.0, 1.0]], told=("rows_uneven", "columns_unknown")),
    "blank_rows": Line(PLAIN.replace("b2", "\n;;;\nb2").encode(), told=("rows_blank",)),
    "repeated_headers": Line(
        PLAIN.replace("i3", "i2").encode(),
        answers=[[*row[:2], NONE] for row in ANSWERS],
        told=("header_twice", "items_missing", "columns_unknown"),
    ),
    "empty_headers": Line(
        "\n".join(f"{row};{'x' if place else ''}" for place, row in enumerate(PLAIN.splitlines())).encode(), told=("columns_unknown",)
    ),
    "spaces_in_headers": Line(
        PLAIN.replace("uwes3_i1", "  uwes3_i1 ").replace("uwes3_i2", "uwes3_i2\u00a0").replace("Code", "\u200bcode").encode()
    ),
    "unnamed_index_column": Line(
        "\n".join(f"{number or ''};{row}" for number, row in enumerate(PLAIN.splitlines())).encode(), told=("columns_unknown",)
    ),
    "nul_bytes": Line(PLAIN.replace("b2", "b2\0").encode(), told=("signs_removed",)),
    "workbook_called_csv": Line(write_book(lambda book: None), told=("format_differs",)),
    "html_called_xls": Line(HTML.encode(), name="answers.xls", told=("format_differs",)),
}
OTHER = [["Toelichting"], ["Niets"]]
WORKBOOKS = {
    "several_sheets": Line(write_book(add_sheet("Uitleg", OTHER)), told=("sheet_chosen",)),
    "two_sheets_with_answers": Line(write_book(add_sheet("Blad2", [HEADER, *ROWS])), answers=[], told=("sheet_unclear",)),
    "a_sheet_that_is_not_there": Line(write_book(lambda book: None), layout={"sheet": "Blad9"}, answers=[], told=("sheet_missing",)),
    "title_rows": Line(write_book(lambda book: None, [["Vragenlijst"], [], HEADER, *ROWS]), told=("header_found",)),
    "merged_cells": Line(write_book(merge), layout={"school": "School"}, told=("cells_merged",)),
    "formula_without_value": Line(write_book(put("B2", "=1-1")), answers=[[NONE, 1.0, 2.0], *ANSWERS[1:]], told=("answer_uncomputed",)),
    "not_available": Line(write_book(put("C3", "#N/A")), answers=[ANSWERS[0], [3.0, NONE, 5.0], ANSWERS[2]], told=("answer_unknown",)),
    "numbers_as_text": Line(write_book(put("B3", "3"))),
    "dates_for_answers": Line(
        write_book(put("B2", dt.datetime(2026, 2, 1))), answers=[[NONE, 1.0, 2.0], *ANSWERS[1:]], told=("answer_date",)
    ),
    "hidden_rows": Line(write_book(hide), told=("rows_hidden",)),
    "filtered_rows": Line(write_book(filter_out), told=("rows_hidden",)),
    "truncated": Line(write_book(lambda book: None)[:3000], answers=[], told=("file_unreadable",)),
    "inflated_dimensions": Line(write_book(put("XFD1048576", "x")), answers=[], told=("file_memory",)),
    "zip_bomb": Line(
        blow_up(write_book(lambda book: None), "xl/media/a.bin", b"0" * 3_000_000),
        limits={"megabytes": 1},
        answers=[],
        told=("file_too_large",),
    ),
    "entity_bomb": Line(make_package(CELLS, **{"xl/comments1.xml": ENTITIES}), answers=[], told=("file_unreadable",)),
    "names_that_climb": Line(blow_up(write_book(lambda book: None), "../../climbed.csv", PLAIN.encode())),
}
LINES = {
    name: Line(**(vars(line) | {"name": line.name if name in TEXT_FILES else "book.xlsx"}))
    for name, line in (TEXT_FILES | WORKBOOKS).items()
}


def read_line(line: Line, folder: Path) -> Exports:
    """Return what is read of one file."""
    folder.mkdir(exist_ok=True)
    (folder / line.name).write_bytes(line.content)
    layout = {"respondent": "Code"} | line.layout
    source = {"file": line.name, "wave": "before", "layout": "own"} | ({} if "school" in layout else {"school": "s1"})
    document = {"sources": [source], "layouts": {"own": layout}, "limits": line.limits, "instruments": line.instruments}
    return read_exports(open_study(document, folder))


def list_told(exports: Exports, language: Language) -> dict[str, str]:
    """Return what is told, by code, apart from what is aside here."""
    told = exports.findings[~exports.findings["code"].isin(ASIDE)]
    return {finding["code"]: str(describe_finding(finding, language)) for finding in told.to_dict("records")}


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Exports]:
    """Give what is read of every file."""
    folder = tmp_path_factory.mktemp("lines")
    return {name: read_line(line, folder / name) for name, line in LINES.items()}


def test_answers_are_read_as_they_were_given(read: dict[str, Exports], subtests: pytest.Subtests, tmp_path: Path) -> None:
    for name, line in LINES.items():
        columns = [column for id in line.instruments for column in load_instrument(id).columns]
        with subtests.test(name):
            np.testing.assert_array_equal(read[name].responses[columns].to_numpy(), np.array(line.answers).reshape(-1, len(columns)))
    assert [path.name for path in tmp_path.parent.rglob("climbed*")] == []


@pytest.mark.parametrize("language", get_args(Language))
def test_what_is_odd_is_told_with_its_place_and_how_to_mend_it(read: dict[str, Exports], language: Language) -> None:
    said = {name: list_told(exports, language) for name, exports in read.items()}
    assert {name: tuple(words) for name, words in said.items()} == {name: line.told for name, line in LINES.items()}
    assert said == {name: WORDS.get(name, {}).get(language, {}) for name in LINES}


def test_a_bomb_takes_no_more_time_and_memory_than_is_allowed(tmp_path: Path) -> None:
    deep = Line(blow_up(write_book(lambda book: None), "xl/media/a.bin", b"0" * 60_000_000), "book.xlsx", limits={"megabytes": 5})
    tracemalloc.start()
    started = time.perf_counter()
    assert set(list_told(read_line(deep, tmp_path), "en")) == {"file_too_large"}
    assert time.perf_counter() - started < 10
    assert tracemalloc.get_traced_memory()[1] < 30_000_000
    tracemalloc.stop()
