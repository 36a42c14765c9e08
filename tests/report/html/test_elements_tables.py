from __future__ import annotations

from xml.etree import ElementTree

import pytest

from toolkit.report.html.elements import Column, TableView, publish_table

COLUMNS = [Column("Schaal"), Column("Voor", number=True), Column("Na", number=True)]
VIEW = TableView("Voor en na", COLUMNS, [["Energie", "3,41", "3,72"], ["<b>&", "verborgen (minder dan 5)", "niet gemeten"]])


def read(view: TableView) -> ElementTree.Element:
    return ElementTree.fromstring(f"<page>{publish_table(view, 'tabel').markup}</page>")


def test_headers_say_what_they_head() -> None:
    table = read(VIEW)
    assert [(cell.text, cell.get("scope")) for cell in table.iter("th")] == [
        ("Schaal", "col"),
        ("Voor", "col"),
        ("Na", "col"),
        ("Energie", "row"),
        ("<b>&", "row"),
    ]
    assert [cell.text for cell in table.iter("td")] == ["3,41", "3,72", "verborgen (minder dan 5)", "niet gemeten"]


def test_the_cell_that_heads_a_row_can_stand_anywhere() -> None:
    table = read(TableView("t", COLUMNS, [["a", "b", "c"]], row_header=1))
    assert [cell.text for cell in table.findall(".//tbody//th")] == ["b"]


def test_numbers_are_set_to_the_right_and_kept_on_one_line_unless_they_are_a_reason() -> None:
    numbers, reasons = ([cell.get("class") for cell in row] for row in read(VIEW).findall(".//tbody/tr"))
    assert numbers == [None, "number", "number"]
    assert reasons == [None, "number long", "number"]


def test_the_caption_names_the_table_and_notes_stand_below() -> None:
    table = read(TableView("Voor & na", COLUMNS, VIEW.rows, notes=["<noot>"]))
    assert next(table.iter("caption")).text == "Voor & na"
    assert [note.text for note in table.iter("p")] == ["<noot>"]


def test_a_wide_table_scrolls_in_a_named_region_that_the_keyboard_reaches() -> None:
    table, narrow = read(VIEW), read(TableView("Smal", COLUMNS[:2], [["a", "b"]]))
    region, caption = next(table.iter("div")), next(table.iter("caption"))
    assert (region.get("role"), region.get("tabindex"), region.get("aria-labelledby")) == ("region", "0", caption.get("id"))
    assert next(narrow.iter("div")).get("role") is None


def test_a_table_of_many_columns_may_be_wider_than_the_words_around_it() -> None:
    broad = TableView("Breed", [*COLUMNS, Column("n"), Column("m")], [["a", "b", "c", "d", "e"]])
    assert [next(read(view).iter("div")).get("class") for view in (VIEW, broad)] == ["table", "table broad"]


@pytest.mark.parametrize(
    "view",
    [
        TableView("t", [Column("a"), Column(" ")], [["b", "c"]]),
        TableView("t", [Column("a"), Column("b")], [["c", ""]]),
        TableView("t", [Column("a"), Column("b")], [["c"]]),
    ],
)
def test_a_header_or_a_cell_without_words_is_refused(view: TableView) -> None:
    with pytest.raises(ValueError, match="tabel"):
        publish_table(view, "tabel")
