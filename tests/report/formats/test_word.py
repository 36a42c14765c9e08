"""A page as a Word file: its headings, lists, tables and figures are those of Word, and nothing else is in it."""

from __future__ import annotations

import datetime as dt
import html
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Cm
from docx.table import Table
from docx.text.paragraph import Paragraph
from matplotlib.figure import Figure

from tests.report.made_page import write_page
from tests.report.reading import count_blank, read_pictures, read_tables
from tests.report.rows import open_row
from toolkit.report.content.view import View
from toolkit.report.formats.chromium import Browser
from toolkit.report.formats.word import LINE, is_edited, make_word
from toolkit.report.html.elements import Html, bullets, fold, join, paragraph, show_note
from toolkit.report.rendering.cells import describe_figure, show_figure
from toolkit.report.sections.answers import show_answers
from toolkit.report.sections.goals import show_next
from toolkit.report.sections.main_findings import show_main_findings
from toolkit.report.sections.outcomes import show_engagement
from toolkit.report.sections.page_frame import show_terms, show_title

DATE = dt.date(2026, 6, 30)
HOSTILE = r"""<b>&amp; "De Linde"</b> {{7*7}} $\alpha$ مدرسة 🎓 </script>"""


class NoBrowser(Browser):
    """A page without figures needs none."""

    def __init__(self) -> None: ...


@pytest.fixture(scope="module")
def camera() -> Iterator[Browser]:
    with Browser() as browser:
        yield browser


def read(content: bytes) -> Any:
    return Document(io.BytesIO(content))


def write_school(folder: Path, view: View) -> Path:
    body = join([show_main_findings(view), show_engagement(view), show_answers(view), show_terms(view)])
    return write_page(folder / "page.html", view, show_title(view), body, "Een titel & meer")


def test_a_picture_that_a_notebook_shows_stays_a_picture_with_its_description(open_school: Callable[..., View], tmp_path: Path) -> None:
    view = open_school("en")
    figure = Figure(figsize=(3, 2))
    describe_figure(figure, "From 3 to 4")
    body = paragraph("above") + show_figure(figure, 1, view.text)
    document = read(make_word(write_page(tmp_path / "page.html", view, show_title(view), body, "A title"), NoBrowser(), DATE))
    (picture,) = document.inline_shapes
    assert picture._inline.docPr.get("descr") == "From 3 to 4" and picture.width > picture.height


@pytest.mark.parametrize(("row", "school", "lines"), [("E10", "s1", 4), ("E10", "s2", 4), ("A12", "s1", 4)])
def test_what_is_to_be_done_is_a_table_with_rows_to_write_in(tmp_path: Path, row: str, school: str, lines: int) -> None:
    view = open_row(row, "en", school)
    (table,) = read(make_word(write_page(tmp_path / "page.html", view, Html(), show_next(view)), NoBrowser(), DATE)).tables
    cells = [[cell.text for cell in row.cells] for row in table.rows]
    empty = [row for row, words in zip(table.rows, cells, strict=True) if not any(words)]
    assert [words for words in cells if any(words)] == read_tables(show_next(view))["next-table"] and len(cells) == lines + 1
    assert len(empty) == count_blank(show_next(view), "next-table") and all(row.height == LINE for row in empty)
    assert min(column.width for column in table.columns) > Cm(2), "there is room to write in each column"


@pytest.mark.browser
@pytest.mark.parametrize(("language", "code"), [("nl", "nl-NL"), ("en", "en-GB")])
def test_headings_tables_and_figures_are_those_of_word(
    open_school: Callable[..., View], camera: Browser, tmp_path: Path, language: str, code: str
) -> None:
    view = open_school(language)
    page = write_school(tmp_path, view)
    document = read(make_word(page, camera, DATE))
    styles = [paragraph.style.name for paragraph in document.paragraphs]
    assert styles[0] == "Title" and {"Heading 1", "Heading 2", "Heading 3", "Caption", "List Bullet"} <= set(styles)
    headings = [paragraph.text for paragraph in document.paragraphs if paragraph.style.name == "Heading 1"]
    assert headings[0] == view.text.say("core.heading") and headings[-1] == view.text.say("terms.heading")
    body = join([show_main_findings(view), show_engagement(view), show_answers(view)])
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    assert tables == list(read_tables(body).values())
    pictures = [(shape._inline.docPr.get("title"), shape._inline.docPr.get("descr")) for shape in document.inline_shapes]
    told = [picture.description for picture in read_pictures(body).values()]
    assert [description for _, description in pictures] == told and len(told) > 2 and all(title for title, _ in pictures)
    ids = [shape._inline.docPr.get("id") for shape in document.inline_shapes]
    assert len(set(ids)) == len(ids)
    known = document.core_properties
    assert (known.title, known.language, known.created.date()) == ("Een titel & meer", code, DATE)
    assert {place.get(qn("w:val")) for place in document.styles.element.iter(qn("w:lang"))} == {code}


@pytest.mark.browser
def test_header_rows_repeat_and_each_table_has_its_caption(open_school: Callable[..., View], camera: Browser, tmp_path: Path) -> None:
    document = read(make_word(write_school(tmp_path, open_school()), camera, DATE))
    body = list(document.iter_inner_content())
    above = [body[place - 1] for place, part in enumerate(body) if isinstance(part, Table)]
    captions = [part.text for part in above if isinstance(part, Paragraph)]
    assert "" not in captions
    for table, caption in zip(document.tables, captions, strict=True):
        first, *rest = table.rows
        assert first._tr.trPr.find(qn("w:tblHeader")) is not None
        assert all(row._tr.trPr.find(qn("w:tblHeader")) is None for row in rest)
        assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val")) == caption


@pytest.mark.browser
def test_the_same_page_gives_the_same_bytes_and_no_moment_or_name_of_this_machine(
    open_school: Callable[..., View], camera: Browser, tmp_path: Path
) -> None:
    page = write_school(tmp_path, open_school())
    first = make_word(page, camera, DATE)
    with Browser() as another:
        assert make_word(page, another, DATE) == first
    with zipfile.ZipFile(io.BytesIO(first)) as file:
        assert {entry.date_time for entry in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        whole = b"".join(file.read(name) for name in file.namelist() if name.endswith((".xml", ".rels")))
    assert str(tmp_path).encode() not in whole and f"{dt.date.today():%Y-%m-%d}".encode() not in whole


def make_without_figures(folder: Path, view: View, body: Html) -> Any:
    return read(make_word(write_page(folder / "page.html", view, Html("<h1>T</h1>"), body), NoBrowser(), DATE))


@pytest.mark.browser
def test_everything_a_reader_of_the_page_sees_stands_in_it_and_nothing_more(
    open_school: Callable[..., View], camera: Browser, tmp_path: Path
) -> None:
    view = open_school("en")
    page = write_page(tmp_path / "page.html", view, show_title(view), join([show_main_findings(view), show_terms(view)]), "A title")
    document = read(make_word(page, camera, DATE))
    unseen = "|".join(f"<{tag}.*?</{tag}>" for tag in ("nav", "svg", "footer", "style", "title"))
    main = re.sub(rf"(?s){unseen}|<p class=.appendix.*?</p>|<a class=.skip.*?</a>", " ", page.read_text())
    apart = re.sub(r"<[^>]+>", " ", re.sub(r"</?(?:strong|span)[^>]*>", "", main))
    seen = set(html.unescape(apart).split())
    words = [paragraph.text for paragraph in document.paragraphs]
    words += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    written = {word.rstrip(":") for word in " ".join(words).split()}
    assert {word.rstrip(":") for word in seen} - {"<!DOCTYPE", "html>"} == written
    assert "Contents" not in written


@pytest.mark.parametrize("words", [HOSTILE, "a" * 200, "  spaces   and\nlines "])
def test_words_are_shown_as_they_were_typed(open_school: Callable[..., View], tmp_path: Path, words: str) -> None:
    document = make_without_figures(tmp_path, open_school(), paragraph(words) + bullets([words]))
    assert [paragraph.text for paragraph in document.paragraphs[1:3]] == [" ".join(words.split())] * 2


def test_folds_become_headings_one_level_deeper_and_boxes_keep_their_ground(open_school: Callable[..., View], tmp_path: Path) -> None:
    body = Html('<h2 id="a">A</h2>') + fold("B", paragraph("b") + fold("C", paragraph("c"))) + Html('<div class="box key"><p>D</p></div>')
    document = make_without_figures(tmp_path, open_school(), body)
    found = [(paragraph.style.name, paragraph.text) for paragraph in document.paragraphs[1:]]
    assert found == [("Heading 1", "A"), ("Heading 2", "B"), ("Normal", "b"), ("Heading 3", "C"), ("Normal", "c"), ("Normal", "D")]
    shaded = [paragraph.text for paragraph in document.paragraphs if paragraph._p.find(f".//{qn('w:shd')}") is not None]
    assert shaded == ["D"]


def test_the_evaluators_own_words_keep_their_form(open_school: Callable[..., View], tmp_path: Path) -> None:
    note = show_note("Lees **dit** en *dat*.\n\n1. een\n2. twee\n\nEn nog:\n\n1. weer een\n   - dieper\n\n> gezegd")
    document = make_without_figures(tmp_path, open_school(), note)
    first = document.paragraphs[1]
    assert first.text == "Lees dit en dat."
    assert [(run.text, run.bold, run.italic) for run in first.runs if run.bold or run.italic] == [("dit", True, None), ("dat", None, True)]
    numbered = [paragraph for paragraph in document.paragraphs if paragraph.style.name == "List Number"]
    lists = [paragraph._p.pPr.numPr.numId.val for paragraph in numbered]
    assert [paragraph.text for paragraph in numbered] == ["een", "twee", "weer een"]
    assert lists[0] == lists[1] != lists[2]
    assert [p.text for p in document.paragraphs if p.style.name == "List Bullet 2"] == ["dieper"]
    assert document.paragraphs[-1].text == "gezegd"


def test_a_file_that_was_edited_is_known(open_school: Callable[..., View], tmp_path: Path) -> None:
    page = write_page(tmp_path / "page.html", open_school(), Html("<h1>T</h1>"), paragraph("a"))
    path = tmp_path / "page.docx"
    assert not is_edited(path)
    path.write_bytes(make_word(page, NoBrowser(), DATE))
    assert not is_edited(path)
    document = Document(str(path))
    document.core_properties.last_modified_by = "An evaluator"
    document.save(str(path))
    assert is_edited(path)
    path.write_text("no Word file", encoding="utf-8")
    assert is_edited(path)
