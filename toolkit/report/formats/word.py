"""A page as a Word file for evaluators who edit: its headings, lists, tables and figures become those of Word.

It is read off the finished page. What a reader of the page can't see (contents, links, what is said for phones only) stays out; a fold
becomes a heading with what it holds below it.

What its library leaves to be written by hand stands at the end: language, table rows, descriptions of pictures, numbered lists.
"""

from __future__ import annotations

import base64
import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE as RELATION
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Emu, Pt, RGBColor
from docx.text.paragraph import Paragraph
from lxml import html

from toolkit.report.formats.chromium import Browser
from toolkit.report.formats.word_tables import LONGEST_NAME, finish_table, list_parts, make_element, share_width

#: Pictures are taken from a page so wide, at which a figure has its full size. On paper they are so wide, or so high if they are long.
SCREEN = 720
PAPER = Cm(13)
LONGEST = Cm(18)
#: As high is a row of a table to write in.
LINE = Pt(26)
#: Headings of the page by those of Word.
STYLES = {"h1": "Title", "h2": "Heading 1", "h3": "Heading 2", "h4": "Heading 3"}
LEFT_OUT = {"nav", "footer", "style", "script", "hr"}
INLINE = {"a", "b", "br", "code", "em", "i", "span", "strong", "sub", "sup"}


#: The languages of the pages as Word names them.
LANGUAGES = {"nl": "nl-NL", "en": "en-GB"}
INK = RGBColor(0x1B, 0x22, 0x29)
SOFT = RGBColor(0x55, 0x60, 0x6B)
BLUE = RGBColor(0x12, 0x43, 0x6D)
ORANGE = RGBColor(0xD4, 0x50, 0x0F)
KEY = "EEF3F8"
MAKER = "PLG toolkit"
#: A cell of the page, and how many columns of the table in Word it spans.
Spanning = tuple[Any, int]
#: Every file in a Word file is of this moment, the first that its format knows.
MOMENT = (1980, 1, 1, 0, 0, 0)


def make_word(page: Path, browser: Browser, date: dt.date) -> bytes:
    """Return the page in a file as a Word file of `date`."""
    root = html.document_fromstring(page.read_text(encoding="utf-8"))
    pictures = browser.take_pictures(page, "figure svg", SCREEN) if root.find(".//figure//svg") is not None else []
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
        self._heading = ""
        self._figures = 0

    def write_parts(self, parent: Any) -> None:
        """Write everything in `parent`; words that stand in it without a paragraph of their own get one."""
        if _holds_words(parent):
            self._add(parent)
            return
        for part in parent.iterchildren(tag=html.etree.Element):
            self._write(part)

    def _write(self, part: Any) -> None:
        if part.tag in LEFT_OUT or {"listed", "appendix"} & set(_classes(part)):
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
            title, description = (_read(part.find(f".//{name}")) for name in ("title", "desc"))
            self._write_picture(next(self._pictures), title, description)
        elif part.tag == "img":
            described = part.get("alt", "")
            self._write_picture(base64.b64decode(part.get("src", "").partition(",")[2]), described, described)
        else:
            self._write_group(part)

    def _write_group(self, part: Any) -> None:
        was = self._box
        kind = _classes(part)
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
        was = self._level
        summary = part.find("summary")
        if next(part.iterancestors("figure"), None) is None:
            self._add(summary, STYLES[f"h{min(was + 1, 4)}"])
            self._heading = _read(summary)
            self._level = min(was + 1, 4)
        part.remove(summary)
        self._write_group(part)
        self._level = was

    def _write_table(self, part: Any) -> None:
        caption = _read(part.find("caption"))
        if caption != self._heading:
            self.document.add_paragraph(caption, style="Caption").paragraph_format.keep_with_next = True
        rows = [[(cell, int(cell.get("colspan") or 1)) for cell in row.iterchildren("th", "td")] for row in part.iter("tr")]
        for columns in list_parts([_spread_words(cells) for cells in rows]):
            self._write_columns(part, caption, [_take_columns(cells, columns) for cells in rows])

    def _write_columns(self, part: Any, caption: str, rows: list[list[Spanning]]) -> None:
        table = self.document.add_table(len(rows), len(rows[0]))
        share_width(table, [_spread_words(cells) for cells in rows])
        for cells, made in zip(rows, table.rows, strict=True):
            for (cell, _), place in zip(cells, _merge_cells(made, cells), strict=True):
                paragraph = place.paragraphs[0]
                paragraph.paragraph_format.space_after = Pt(2)
                run = paragraph.add_run(_read(cell))
                run.font.size = Pt(9)
                run.bold = True if cell.get("scope") == "col" else None
                if "number" in _classes(cell):
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        for row, made in zip(part.iter("tr"), table.rows, strict=True):
            made.height = LINE if "blank" in _classes(row) else made.height
        finish_table(table, caption)
        self.document.add_paragraph(style="Note")

    def _write_picture(self, content: bytes, title: str, description: str) -> None:
        self._figures += 1
        drawn = self.document.add_picture(io.BytesIO(content), width=PAPER)
        if drawn.height > LONGEST:
            drawn.width = Emu(drawn.width * LONGEST // drawn.height)
            drawn.height = LONGEST
        describe_picture(drawn._inline, self._figures, title, description)


def _spread_words(cells: Iterable[Spanning]) -> list[str]:
    """Return the words in each column; a cell that spans columns asks no width of any, one to write in as much as a long one."""
    found: list[str] = []
    for cell, span in cells:
        blank = "blank" in _classes(cell.getparent())
        found += ["_ " * (LONGEST_NAME // 2)] if blank else [_read(cell)] if span == 1 else [""] * span
    return found


def _take_columns(cells: Iterable[Spanning], columns: range) -> list[Spanning]:
    """Return the cells in the first column and in these, each with how many of them it spans."""
    place, found = 0, list[Spanning]()
    for cell, span in cells:
        own = sum(column == 0 or column in columns for column in range(place, place + span))
        found += [(cell, own)] if own else []
        place += span
    return found


def _merge_cells(row: Any, cells: list[Spanning]) -> Iterator[Any]:
    """Yield the place of each of `cells` in a row of Word; one that spans columns gets theirs together."""
    places = iter(list(row.cells))
    for _, span in cells:
        own = [next(places) for _ in range(span)]
        yield own[0].merge(own[-1]) if len(own) > 1 else own[0]


def _write_words(paragraph: Paragraph, part: Any, bold: bool | None = None, italic: bool | None = None) -> None:
    """Write the words in `part` and what stands in it, as they run on."""
    bold = bold or part.tag in ("strong", "b") or None
    italic = italic or part.tag in ("em", "i") or None
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
        run.bold = bold
        run.italic = italic


def _holds_words(part: Any) -> bool:
    """Return whether words stand in `part` without a paragraph around them."""
    inside = [part.text, *(child.tail for child in part)]
    return any(words and words.strip() for words in inside) or any(child.tag in INLINE for child in part)


def _classes(part: Any) -> list[str]:
    return str(part.get("class", "")).split()


def _read(part: Any) -> str:
    return re.sub(r"[ \t\r\n]+", " ", "".join(part.itertext())).strip(" ") if part is not None else ""


def begin_document(title: str, language: str, date: dt.date) -> WordDocument:
    """Return an empty document on A4 in the styles of the reports, which says its title, language and date, and nobody's name."""
    document = Document()
    section = document.sections[0]
    section.page_width = Cm(21)
    section.page_height = Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin = section.bottom_margin = Cm(2.2)
    _set_styles(document, LANGUAGES[language])
    known = document.core_properties
    moment = dt.datetime(date.year, date.month, date.day)
    known.title = title
    known.language = LANGUAGES[language]
    known.author = MAKER
    known.last_modified_by = MAKER
    known.comments = ""
    known.created = known.modified = moment
    section.header.paragraphs[0].text = title
    section.header.paragraphs[0].style = document.styles["Note"]
    _number_pages(section.footer.paragraphs[0])
    return document


def _set_styles(document: WordDocument, language: str) -> None:
    styles: Any = document.styles
    normal = styles["Normal"]
    normal.font.name = "Calibri"
    normal.font.size = Pt(11)
    normal.font.color.rgb = INK
    normal.paragraph_format.space_after = Pt(6)
    for name, size in (("Title", 26), ("Heading 1", 18), ("Heading 2", 13), ("Heading 3", 11)):
        style = styles[name]
        style.font.name = "Calibri"
        style.font.size = Pt(size)
        style.font.bold = True
        style.font.color.rgb = BLUE
        _drop_theme(style.element)
    styles["Caption"].font.size = Pt(10)
    styles["Caption"].font.color.rgb = INK
    styles["Caption"].font.bold = True
    note = styles.add_style("Note", WD_STYLE_TYPE.PARAGRAPH)
    note.base_style = normal
    note.font.size = Pt(9.5)
    note.font.color.rgb = SOFT
    for place in styles.element.iter(qn("w:lang")):
        for name in ("w:val", "w:eastAsia"):
            place.set(qn(name), language)


def _drop_theme(style: Any) -> None:
    """Let the letters of a heading be those of the text: a theme would overrule them."""
    for fonts in style.iter(qn("w:rFonts")):
        for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{name}"), None)


def _number_pages(paragraph: Paragraph) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)


def restart_numbers(document: WordDocument) -> int:
    """Return the id of a numbered list of its own, which begins at 1 again."""
    numbering: Any = document.part.numbering_part.element
    style: Any = document.styles["List Number"].element
    shared = numbering.num_having_numId(style.pPr.numPr.numId.val)
    own = numbering.add_num(shared.abstractNumId.val)
    own.add_lvlOverride(ilvl=0).add_startOverride(1)
    return int(own.numId)


def set_number(paragraph: Paragraph, id: int) -> None:
    """Make `paragraph` an item of the numbered list with this id."""
    numbers = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    numbers.get_or_add_numId().val = id
    numbers.get_or_add_ilvl().val = 0


def put_in_box(paragraph: Paragraph, colour: RGBColor) -> None:
    """Give `paragraph` the ground and the rule of a box."""
    settings = paragraph._p.get_or_add_pPr()
    borders = OxmlElement("w:pBdr")
    ground = make_element("w:shd", val="clear", color="auto", fill=KEY)
    borders.append(make_element("w:left", val="single", sz="24", space="6", color=str(colour)))
    for part in (borders, ground):
        settings.insert_element_before(
            part, *("w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:outlineLvl", "w:rPr") if part is ground else
            ("w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:outlineLvl", "w:rPr")
        )  # fmt: skip


def describe_picture(drawn: Any, number: int, title: str, description: str) -> None:
    """Give a picture its alternative text, and a number of its own."""
    about = drawn.docPr
    about.set("id", str(number))
    about.set("name", f"Figure {number}")
    about.set("title", title)
    about.set("descr", description)


def is_edited(path: Path) -> bool:
    """Return whether somebody worked on the Word file at `path` since it was made: then another name stands in it, or none."""
    try:
        with zipfile.ZipFile(path) as file:
            return f"<cp:lastModifiedBy>{MAKER}</cp:lastModifiedBy>" not in file.read("docProps/core.xml").decode("utf-8")
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        return path.exists()


def save_document(document: WordDocument) -> bytes:
    """Return the document as a file, the same bytes every time, without what the template says of the program that made it."""
    _drop_origin(document)
    target = io.BytesIO()
    fixed = io.BytesIO()
    document.save(target)
    with zipfile.ZipFile(target) as made, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as file:
        for name in made.namelist():
            entry = zipfile.ZipInfo(name, MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            file.writestr(entry, made.read(name))
    return fixed.getvalue()


def _drop_origin(document: WordDocument) -> None:
    """Leave out the name of a program and the picture of the first page: both are those of the template, not of this document."""
    relations = document.part.package.rels
    for id, relation in list(relations.items()):
        if relation.reltype in (RELATION.EXTENDED_PROPERTIES, RELATION.THUMBNAIL):
            del relations[id]
