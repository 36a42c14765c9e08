"""Workbooks that are made to hurt, and what a workbook's parts say beside its values."""

from __future__ import annotations

import io
import time
import zipfile

import openpyxl
import pytest
from openpyxl.styles import Font

from toolkit.files.excel import inspect_package, read_excel_file
from toolkit.files.safety import KindError, TooLargeError, TooMuchError, UnreadableError
from toolkit.findings import Notes
from toolkit.study.layouts import Limits

MAIN, OFFICE = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
)
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
WORKBOOK = f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="Blad1" sheetId="1" r:id="rId1"/></sheets></workbook>'
RELATION = f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
RELATIONS = f'<Relationships xmlns="{PACKAGE}/relationships">{RELATION}</Relationships>'
SHEET = f'<worksheet xmlns="{MAIN}"><sheetData>{{}}</sheetData></worksheet>'


def make_package(rows: str = "", **parts: str) -> bytes:
    """Return a workbook of one sheet with these rows, as bytes; `parts` replace its other parts."""
    whole = {"xl/workbook.xml": WORKBOOK, "xl/_rels/workbook.xml.rels": RELATIONS, "xl/worksheets/sheet1.xml": SHEET.format(rows)}
    whole |= parts
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in whole.items():
            package.writestr(name, text)
    return stream.getvalue()


def test_errors_uncomputed_formulas_and_hidden_rows_are_found() -> None:
    rows = (
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1" t="e"><v>#N/A</v></c></row>'
        '<row hidden="1" r="2"><c r="A2"><f>A1+1</f></c><c r="B2"><f>A1</f><v>3</v></c><c r="C2" s="4"/></row>'
        '<row r="3"><c r="AA3" t="inlineStr"><is><t>x</t></is></c></row>'
    )
    beside = inspect_package(make_package(rows), Limits())["Blad1"]
    assert (beside.texts, beside.hidden) == ({(0, 1): "#N/A", (1, 0): "=?"}, (2,))


def test_a_far_cell_with_a_value_takes_too_much_memory_and_one_without_does_not() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "1"
    book.active["XFD1048576"].font = Font(bold=True)
    stream = io.BytesIO()
    book.save(stream)
    (grid,) = read_excel_file(stream.getvalue(), Limits(), "book.xlsx", Notes())
    assert grid.cells.tolist() == [["1"]]
    book.active["XFD1048576"] = "x"
    book.save(stream)
    with pytest.raises(TooMuchError) as caught:
        read_excel_file(stream.getvalue(), Limits(), "book.xlsx", Notes())
    assert caught.value.args[0] == "1048576 × 16384"


def test_a_zip_bomb_is_refused_before_it_unfolds() -> None:
    bomb = make_package(**{"xl/media/bomb.bin": "0" * 60_000_000})
    assert len(bomb) < 100_000
    start = time.process_time()
    with pytest.raises(TooLargeError):
        inspect_package(bomb, Limits(megabytes=5))
    assert time.process_time() - start < 2


def test_a_zip_that_lies_about_its_sizes_is_refused() -> None:
    data = bytearray(make_package(**{"xl/media/bomb.bin": "0" * 100_000}))
    size = (100_000).to_bytes(4, "little")
    assert data.count(size) == 2  # in the entry and in the directory
    with pytest.raises(UnreadableError):
        inspect_package(bytes(data).replace(size, (10).to_bytes(4, "little")), Limits())


def test_entities_are_refused() -> None:
    laughs = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>' + WORKBOOK
    with pytest.raises(UnreadableError, match="entities"):
        inspect_package(make_package(**{"xl/workbook.xml": laughs}), Limits())


@pytest.mark.parametrize(("name", "kind"), [("xl/workbook.bin", ".xlsb"), ("content.xml", ".ods"), ("answers.csv", ".zip")])
def test_a_zip_of_something_else_is_no_workbook_and_its_kind_is_named(name: str, kind: str) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr(name, "x")
    with pytest.raises(KindError, match=rf"^\{kind}$"):
        inspect_package(stream.getvalue(), Limits())


@pytest.mark.parametrize("broken", ["", "<workbook", "<a/>"])
def test_a_workbook_without_sense_is_unreadable(broken: str) -> None:
    with pytest.raises(UnreadableError):
        read_excel_file(make_package(**{"xl/workbook.xml": broken}), Limits(), "book.xlsx", Notes())


@pytest.mark.parametrize("text", ["<c ", '<c r="A1">', "<row ", '<c r="A1"><f>', "<v>"])
def test_cells_that_are_never_closed_take_no_more_time_than_others(text: str) -> None:
    start = time.process_time()
    inspect_package(make_package(text * 200_000), Limits())
    assert time.process_time() - start < 10
