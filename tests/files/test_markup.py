"""Tables in HTML and in the XML of Excel 2003."""

from __future__ import annotations

import time

import pytest

from toolkit.files.markup import read_markup_file
from toolkit.files.safety import TooMuchError, UnreadableError
from toolkit.study.layouts import Limits


def read(text: str) -> list[tuple[str, list[list[str]]]]:
    """Return the name and cells of every table."""
    return [(grid.sheet, grid.cells.tolist()) for grid in read_markup_file(text, Limits())]


def test_a_table_is_read_cell_by_cell() -> None:
    html = "<p>Titel</p><table><tr><th>a<th>b</tr><tr><td> &eacute;&nbsp;1 </td>los<td><b>2</b><br>x</td></tr></table>na"
    assert read(html) == [("", [["a", "b"], ["é\u00a01", "2x"]])]


def test_a_cell_that_spans_columns_leaves_the_next_ones_empty() -> None:
    assert read("<table><tr><td colspan=3>a</td><td>b</td></tr></table>") == [("", [["a", "", "", "b"]])]


def test_every_table_is_a_sheet_of_its_own() -> None:
    assert [cells for _, cells in read("<table><tr><td>1</table><table></table><TABLE><TR><TD>2</TABLE>")] == [[["1"]], [["2"]]]


def test_rows_and_cells_of_excel_xml_may_name_their_place() -> None:
    xml = '<?xml version="1.0"?><Workbook><Worksheet ss:Name="Blad 1"><Table><Row><Cell><Data>a</Data></Cell></Row>'
    xml += '<Row ss:Index="3"><Cell ss:Index="2"><Data>b</Data></Cell></Row></Table></Worksheet></Workbook>'
    assert read(xml) == [("Blad 1", [["a", ""], ["", ""], ["", "b"]])]


@pytest.mark.parametrize(
    "text",
    [
        '<table><tr><td colspan="99999999">a</td></tr></table>',
        '<Worksheet ss:Name="x"><Row ss:Index="99999999"><Cell>a</Cell></Row></Worksheet>',
        '<Worksheet ss:Name="x"><Row><Cell ss:Index="99999999">a</Cell></Row></Worksheet>',
    ],
)
def test_a_cell_beyond_any_spreadsheet_is_refused(text: str) -> None:
    with pytest.raises(UnreadableError, match="99999999"):
        read_markup_file(text, Limits())


@pytest.mark.parametrize("text", ["<table>" + "<tr>" * 100_000 + "<td>" * 20, "<table>" + "<tr>" * 100 + "<td colspan=16000>"])
def test_more_cells_than_the_memory_allows_are_refused(text: str) -> None:
    with pytest.raises(TooMuchError):
        read_markup_file(text, Limits(memory=30))


@pytest.mark.parametrize("text", ["<", "<a ", "<td ", "<!--", "</", '<td a="'])
def test_tags_that_are_never_closed_take_no_more_time_than_others(text: str) -> None:
    start = time.process_time()
    read_markup_file("<table><tr><td>" + text * 200_000, Limits())
    assert time.process_time() - start < 5


def test_a_page_without_a_table_has_none() -> None:
    assert read("<html><body>Log in <td>x</td></body></html>") == []
