"""Neighbours without a number are one cell, why stands below once, and a table without any number is a sentence."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from xml.etree import ElementTree

import pytest
from docx import Document
from docx.oxml.ns import qn

from tests.report.reading import read_tables, read_words
from toolkit.languages import Language, NoNumber, load_text
from toolkit.report.formats.chromium import Browser
from toolkit.report.formats.word import make_word
from toolkit.report.html.elements import Column, Html, TableView, publish_table
from toolkit.report.verification.page_values import read_page

COLUMNS = [Column("Stelling"), *(Column(f"{number} antwoord", number=True) for number in range(1, 5))]
WHY = {"nl": "Verborgen: anders is een kleine groep te herkennen.", "en": "Hidden: a small group could be recognised otherwise."}


class NoBrowser(Browser):
    """A page without figures needs none."""

    def __init__(self) -> None: ...


def publish(language: Language, *shown: str) -> Html:
    """Return a table of which `shown` stands in the first column of numbers, and all else is hidden."""
    hidden = load_text(language).say_instead("protected")
    return publish_table(TableView("Tabel", COLUMNS, [["A", *shown, *[hidden] * (4 - len(shown))], ["B", "1", "2", "2", "2"]]), "t")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_hidden_neighbours_are_one_cell_and_one_line_says_why(language: Language) -> None:
    page = publish(language, "5")
    cells = [
        (cell.get("colspan"), cell.get("class"), cell.text) for cell in ElementTree.fromstring(f"<page>{page.markup}</page>").iter("td")
    ]
    word = load_text(language).say("empty.protected")
    assert cells[:2] == [(None, "number", "5"), ("3", "empty", word)] and [cell[0] for cell in cells[2:]] == [None] * 4
    assert read_words(page).count(WHY[language]) == 1 and read_tables(page)["t"][1] == ["A", "5", *[word] * 3]


def test_a_table_without_any_number_is_a_sentence() -> None:
    few = load_text("nl").say_instead("hidden", floor=5)
    assert read_words(publish_table(TableView("Tabel", COLUMNS[:2], [["A", few], ["B", few]]), "t")) == f"Tabel: {few}.".replace(
        "\xa0", " "
    )
    page = publish_table(TableView("Tabel", COLUMNS[:2], [["A", load_text("nl").say_instead("protected")]]), "t")
    assert not read_tables(page) and read_words(page) == f"Tabel: {WHY['nl']}"


def test_verifying_reads_a_merged_cell_once_for_each_column() -> None:
    one = read_page(publish("nl", "5").markup).parts
    apart = publish_table(TableView("Tabel", COLUMNS, [["A", "5", *["verborgen"] * 3], ["B", "1", "2", "2", "2"]], notes=[WHY["nl"]]), "t")
    assert [part for part in one if part.place] == [part for part in read_page(apart.markup).parts if part.place]


def test_word_merges_the_cells_and_stands_long_headers_upright(tmp_path: Path) -> None:
    words = [Column("Factor"), *(Column(f"Professionaliseringsbeleid {number}", number=True) for number in range(1, 7))]
    hidden = NoNumber("verborgen")
    table = publish_table(TableView("Tabel", words, [["Onderzoeksmatig", *[hidden] * 6], ["B", "1", *[hidden] * 5]]), "t")
    few = publish_table(TableView("Tabel", COLUMNS, [["B", "1", "2", "2", "2"]]), "f")
    page = tmp_path / "page.html"
    page.write_text(f'<html lang="nl"><head><title>T</title></head><body><main>{few}{table}</main></body></html>', encoding="utf-8")
    small, wide = Document(io.BytesIO(make_word(page, NoBrowser(), dt.date(2026, 6, 30)))).tables
    assert [cell.text for cell in wide.rows[2].cells] == ["B", "1", *["verborgen"] * 5] and len(wide.rows[2]._tr.tc_lst) == 3
    turned = [[cell._tc.tcPr.find(qn("w:textDirection")) is not None for cell in each.rows[0].cells] for each in (small, wide)]
    assert turned == [[False] * 5, [False, *[True] * 6]]
    assert wide.rows[0].height.cm > len("Professionaliseringsbeleid") * 0.18 and wide.columns[0].width.cm > len("Onderzoeksmatig") * 0.18
