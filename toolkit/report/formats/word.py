"""A page as a Word file for evaluators who edit: its headings, lists, tables and figures become those of Word.

It is read off the finished page. What a reader of the page can't see (contents, links, what is said for phones only) stays out; a fold
becomes a heading with what it holds below it.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Emu, Pt
from docx.text.paragraph import Paragraph
from lxml import html

from toolkit.report.formats.chromium__browser import Browser
from toolkit.report.formats.word__word_parts import (
    BLUE,
    ORANGE,
    begin_document,
    describe_picture,
    finish_table,
    put_in_box,
    restart_numbers,
    save_document,
    set_number,
    share_width,
)

#: Pictures are taken from a page so wide, at which a figure has its full size. On paper they are so wide, or so high if they are long.
SCREEN, PAPER, LONGEST = 720, Cm(13), Cm(18)
#: Headings of the page by those of Word.
STYLES = {"h1": "Title", "h2": "Heading 1", "h3": "Heading 2", "h4": "Heading 3"}
LEFT_OUT = {"nav", "footer", "style", "script", "hr"}
INLINE = {"a", "b", "br", "code", "em", "i", "span", "strong", "sub", "sup"}


def make_word(page: Path, browser: Browser, date: dt.date) -> bytes:
    """Return the page in a file as a Word file of `date`."""
    root = html.document_fromstring(page.read_text(encoding="utf-8"))
    pictures = browser.take_pictures(page, "figure svg", SCREEN) if root.find(".//figure") is not None else []
    writer = _Writer(root, iter(pictures), date)
    for part in root.iter("header", "main"):
        writer.write_parts(part)
    return save_document(writer.document)


class _Writer:
    """Writes the parts of a page into a document, one after the other."""

    def __init__(self, root: Any, pictures: Iterator[bytes], date: dt.date) -> None:
        self.document = begin_document(_read(root.find(".//title")), root.get("lang"), date)
        self._pictures = pictures
        self._box: list[str] = []
        self._level = 1
        self._figures = 0

    def write_parts(self, parent: Any) -> None:
        """Write everything in `parent`; words that stand in it without a paragraph of their own get one."""
        if _holds_words(parent):
            self._add(parent)
            return
        for part in parent.iterchildren(tag=html.etree.Element):
            self._write(part)

    def _write(self, part: Any) -> None:
        if part.tag in LEFT_OUT or "listed" in _classes(part):
            return
        if part.tag in STYLES:
            self._level = int(part.tag[1])
            self._add(part, STYLES[part.tag])
        elif part.tag in ("p", "pre", "blockquote"):
            self._add(part, "Note" if "note" in _classes(part) else "Normal")
        elif part.tag in ("ul", "ol"):
            self._write_list(part)
        elif part.tag == "dl":
            self._write_facts(part)
        elif part.tag == "table":
            self._write_table(part)
        elif part.tag == "details":
            self._write_fold(part)
        elif part.tag == "svg":
            self._write_picture(part)
        else:
            self._write_group(part)

    def _write_group(self, part: Any) -> None:
        was, kind = self._box, _classes(part)
        self._box = kind if "box" in kind else was
        self.write_parts(part)
        self._box = was

    def _add(self, part: Any, style: str = "Normal") -> Paragraph:
        paragraph = self.document.add_paragraph(style=style)
        _write_words(paragraph, part)
        if paragraph.runs:
            paragraph.runs[-1].text = paragraph.runs[-1].text.rstrip(" ")
        if self._box:
            put_in_box(paragraph, ORANGE if "banner" in self._box else BLUE)
        paragraph.paragraph_format.keep_with_next = True if part.getparent().tag == "figcaption" else None
        return paragraph

    def _write_list(self, part: Any, deeper: str = "") -> None:
        number = restart_numbers(self.document) if part.tag == "ol" else 0
        for item in part.iterchildren("li"):
            paragraph = self._add(item, f"List {'Number' if number else 'Bullet'}{deeper}")
            if number:
                set_number(paragraph, number)
            for inner in item.iterchildren("ul", "ol"):
                self._write_list(inner, " 2")

    def _write_facts(self, part: Any) -> None:
        for pair in part.iterchildren("div"):
            paragraph = self.document.add_paragraph(style="Normal")
            paragraph.add_run(f"{_read(pair.find('dt'))}: ").bold = True
            _write_words(paragraph, pair.find("dd"))

    def _write_fold(self, part: Any) -> None:
        """Write a fold under a heading; the table of a figure has its own caption, and needs none."""
        was, summary = self._level, part.find("summary")
        if next(part.iterancestors("figure"), None) is None:
            self._add(summary, STYLES[f"h{min(was + 1, 4)}"])
            self._level = min(was + 1, 4)
        part.remove(summary)
        self._write_group(part)
        self._level = was

    def _write_table(self, part: Any) -> None:
        caption = _read(part.find("caption"))
        above = self.document.add_paragraph(caption, style="Caption")
        above.paragraph_format.keep_with_next = True
        rows = [list(row.iterchildren("th", "td")) for row in part.iter("tr")]
        table = self.document.add_table(len(rows), len(rows[0]))
        for cells, made in zip(rows, table.rows, strict=True):
            for cell, place in zip(cells, made.cells, strict=True):
                paragraph = place.paragraphs[0]
                paragraph.paragraph_format.space_after = Pt(2)
                run = paragraph.add_run(_read(cell))
                run.font.size, run.bold = Pt(9), True if cell.get("scope") == "col" else None
                if "number" in _classes(cell):
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        share_width(table, [[_read(cell) for cell in cells] for cells in rows])
        finish_table(table, caption)
        self.document.add_paragraph(style="Note")

    def _write_picture(self, part: Any) -> None:
        self._figures += 1
        drawn = self.document.add_picture(io.BytesIO(next(self._pictures)), width=PAPER)
        if drawn.height > LONGEST:
            drawn.width, drawn.height = Emu(drawn.width * LONGEST // drawn.height), LONGEST
        title, description = (_read(part.find(f".//{name}")) for name in ("title", "desc"))
        describe_picture(drawn._inline, self._figures, title, description)


def _write_words(paragraph: Paragraph, part: Any, bold: bool | None = None, italic: bool | None = None) -> None:
    """Write the words in `part` and what stands in it, as they run on."""
    bold, italic = bold or part.tag in ("strong", "b") or None, italic or part.tag in ("em", "i") or None
    _add_run(paragraph, part.text, bold, italic)
    for child in part.iterchildren(tag=html.etree.Element):
        if child.tag == "br" or (child.tag == "p" and paragraph.runs):
            paragraph.add_run().add_break()
        if child.tag not in ("ul", "ol"):
            _write_words(paragraph, child, bold, italic)
        _add_run(paragraph, child.tail, bold, italic)


def _add_run(paragraph: Paragraph, words: str | None, bold: bool | None, italic: bool | None) -> None:
    squeezed = re.sub(r"[ \t\r\n]+", " ", words or "")
    squeezed = squeezed.lstrip(" ") if not paragraph.runs else squeezed
    if squeezed:
        run = paragraph.add_run(squeezed)
        run.bold, run.italic = bold, italic


def _holds_words(part: Any) -> bool:
    """Return whether words stand in `part` without a paragraph around them."""
    inside = [part.text, *(child.tail for child in part)]
    return any(words and words.strip() for words in inside) or any(child.tag in INLINE for child in part)


def _classes(part: Any) -> list[str]:
    return str(part.get("class", "")).split()


def _read(part: Any) -> str:
    return re.sub(r"[ \t\r\n]+", " ", "".join(part.itertext())).strip(" ") if part is not None else ""
