"""The parts of a Word file that its library leaves to be written by hand: language, table rows, pictures' descriptions, numbered lists."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from pathlib import Path
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table
from docx.text.paragraph import Paragraph

#: The languages of the pages as Word names them.
LANGUAGES = {"nl": "nl-NL", "en": "en-GB"}
INK, SOFT = RGBColor(0x1B, 0x22, 0x29), RGBColor(0x55, 0x60, 0x6B)
BLUE, ORANGE = RGBColor(0x12, 0x43, 0x6D), RGBColor(0xD4, 0x50, 0x0F)
KEY, RULE = "EEF3F8", "C3CAD1"
#: As wide are the words on paper, in centimetres.
WIDTH = 16.6
#: So many signs of a table's letters fit beside each other; so many take the edges of a cell; and with so many a cell is long.
SIGNS, EDGES, LONGEST = 90, 4, 34
MAKER = "PLG toolkit"
#: Every file in a Word file is of this moment, the first that its format knows.
MOMENT = (1980, 1, 1, 0, 0, 0)


def begin_document(title: str, language: str, date: dt.date) -> WordDocument:
    """Return an empty document on A4 in the styles of the reports, which says its title, language and date, and nobody's name."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin = section.bottom_margin = Cm(2.2)
    _set_styles(document, LANGUAGES[language])
    known, moment = document.core_properties, dt.datetime(date.year, date.month, date.day)
    known.title, known.language, known.author, known.last_modified_by, known.comments = title, LANGUAGES[language], MAKER, MAKER, ""
    known.created = known.modified = moment
    section.header.paragraphs[0].text = title
    section.header.paragraphs[0].style = document.styles["Note"]
    _number_pages(section.footer.paragraphs[0])
    return document


def _set_styles(document: WordDocument, language: str) -> None:
    styles: Any = document.styles
    normal = styles["Normal"]
    normal.font.name, normal.font.size, normal.font.color.rgb = "Calibri", Pt(11), INK
    normal.paragraph_format.space_after = Pt(6)
    for name, size in (("Title", 26), ("Heading 1", 18), ("Heading 2", 13), ("Heading 3", 11)):
        style = styles[name]
        style.font.name, style.font.size, style.font.bold, style.font.color.rgb = "Calibri", Pt(size), True, BLUE
        _drop_theme(style.element)
    styles["Caption"].font.size, styles["Caption"].font.color.rgb, styles["Caption"].font.bold = Pt(10), INK, True
    note = styles.add_style("Note", WD_STYLE_TYPE.PARAGRAPH)
    note.base_style, note.font.size, note.font.color.rgb = normal, Pt(9.5), SOFT
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
    borders, ground = OxmlElement("w:pBdr"), _make("w:shd", val="clear", color="auto", fill=KEY)
    borders.append(_make("w:left", val="single", sz="24", space="6", color=str(colour)))
    for part in (borders, ground):
        settings.insert_element_before(
            part, *("w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:outlineLvl", "w:rPr") if part is ground else
            ("w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:outlineLvl", "w:rPr")
        )  # fmt: skip


def share_width(table: Table, rows: list[list[str]]) -> None:
    """Give each column of `table` what its longest word needs, and share out the rest by what its longest cell would like."""
    columns = list(zip(*rows, strict=True))
    needs = [max(len(word) for cell in cells for word in cell.split(" ")) + EDGES for cells in columns]
    likes = [max(min(max(map(len, cells)) + EDGES, LONGEST) - need, 0) for cells, need in zip(columns, needs, strict=True)]
    rest = max(SIGNS - sum(needs), 0)
    shares = [need + rest * like / (sum(likes) or 1) for need, like in zip(needs, likes, strict=True)]
    table.autofit = False
    for column, share in zip(table.columns, shares, strict=True):
        column.width = Cm(WIDTH * share / sum(shares))
        for cell in column.cells:
            cell.width = column.width


def finish_table(table: Table, caption: str) -> None:
    """Let the first row head every page, keep rows whole, rule them lightly, and say what the table is about."""
    settings = table._tbl.tblPr
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        borders.append(_make(f"w:{side}", val="single", sz="4", space="0", color=RULE))
    settings.append(borders)
    settings.append(_make("w:tblLook", val="0020", firstRow="1", lastRow="0", firstColumn="0", lastColumn="0", noHBand="1", noVBand="1"))
    for old in settings.findall(qn("w:tblLook"))[:-1]:
        settings.remove(old)
    settings.append(_make("w:tblCaption", val=caption))
    for number, row in enumerate(table.rows):
        about = row._tr.get_or_add_trPr()
        about.append(OxmlElement("w:cantSplit"))
        if number == 0:
            about.append(OxmlElement("w:tblHeader"))


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
    """Return the document as a file, the same bytes every time."""
    target, fixed = io.BytesIO(), io.BytesIO()
    document.save(target)
    with zipfile.ZipFile(target) as made, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as file:
        for name in made.namelist():
            entry = zipfile.ZipInfo(name, MOMENT)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            file.writestr(entry, made.read(name))
    return fixed.getvalue()


def _make(tag: str, **attributes: str) -> Any:
    element: Any = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element
