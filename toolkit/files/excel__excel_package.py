"""Excel packages: what a workbook's own parts say that its values don't, and whether it is safe to open.

A workbook is a zip of XML files (ECMA-376, part 1, chapter 18). The reader of values returns nothing for an error, for a formula that was
never computed, and for a cell that a merged neighbour covers; and it makes room for the farthest cell, wherever that is.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree

from toolkit.files.safety import KindError, TooLargeError, UnreadableError, check_cells
from toolkit.study.layouts import Limits

# attributes are bounded, so that a file that never closes a tag can't take all time
CELL = re.compile(rb"<(?:\w{1,10}:)?c\s([^<>]{0,300})>")
PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
VALUE = re.compile(rb"<(?:\w+:)?(?:v|t)(?:\s[^>]*)?>([^<]+)<")
FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
ROW = re.compile(rb"<(?:\w{1,10}:)?row\s([^<>]{0,300})>")
HIDDEN = re.compile(rb'\bhidden="(?:1|true)"')
NUMBER = re.compile(rb'\br="(\d{1,7})"')
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
#: what a zip holds that is another kind of workbook, or no workbook at all.
KINDS = {
    "xl/workbook.bin": ".xlsb",
    "content.xml": ".ods",
    "Index/Document.iwa": ".numbers",
    "word/document.xml": ".docx",
    "ppt/presentation.xml": ".pptx",
}
#: what stands for a formula that the spreadsheet never computed.
UNCOMPUTED = "=?"


@dataclass(frozen=True, slots=True)
class SheetParts:
    """What a sheet says beside its values: texts by (row, column) from 0, and the numbers of hidden rows."""

    texts: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden: tuple[int, ...] = ()


def inspect_package(data: bytes, limits: Limits) -> dict[str, SheetParts]:
    """Return what the sheets of a workbook say beside their values, by the name of the sheet.

    Raises `KindError` for a zip of another kind, `UnreadableError` for a broken package and `TooLargeError` for one that would take more
    than `limits`.
    """
    parts = _unpack(data, limits)
    if "xl/workbook.xml" not in parts:
        raise KindError(next((kind for name, kind in KINDS.items() if name in parts), ".zip"))
    try:
        targets = _list_sheets(parts)
    except (ElementTree.ParseError, KeyError) as error:
        raise UnreadableError(f"workbook.xml: {error}") from None
    return {name: _inspect_sheet(parts[target], limits) for name, target in targets.items() if target in parts}


def _unpack(data: bytes, limits: Limits) -> dict[str, bytes]:
    """Return the XML parts of a zip, unpacked; no more than the limit is ever held, whatever the zip says of its sizes."""
    room = limits.megabytes * 1_000_000
    parts = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            for name in package.namelist():
                with package.open(name) as part:
                    parts[name] = part.read(room + 1)
                room -= len(parts[name])
                if room < 0:
                    raise TooLargeError(f"> {limits.megabytes} MB", f"{limits.megabytes} MB")
                if name.endswith((".xml", ".rels")) and (b"<!DOCTYPE" in parts[name] or b"<!ENTITY" in parts[name]):
                    raise UnreadableError(f"{name} holds XML entities")
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError, ValueError) as error:
        raise UnreadableError(str(error)) from None
    return parts


def _list_sheets(parts: dict[str, bytes]) -> dict[str, str]:
    """Return the part that holds each sheet, by the sheet's name."""
    relations = ElementTree.fromstring(parts["xl/_rels/workbook.xml.rels"])
    targets = {
        relation.attrib["Id"]: posixpath.normpath(posixpath.join("/xl", relation.attrib["Target"])).lstrip("/") for relation in relations
    }
    workbook = ElementTree.fromstring(parts["xl/workbook.xml"])
    sheets = [entry for entry in workbook.iter() if entry.tag.endswith("}sheet")]
    return {sheet.attrib["name"]: targets[sheet.attrib[RELATION]] for sheet in sheets if sheet.attrib.get(RELATION) in targets}


def _inspect_sheet(xml: bytes, limits: Limits) -> SheetParts:
    texts: dict[tuple[int, int], str] = {}
    rows = columns = 0
    for attributes, body in _list_cells(xml):
        place, value = PLACE.search(attributes), VALUE.search(body)
        if place is None or not (value or FORMULA.search(body)):
            continue
        row, column = int(place[2]), _number_letters(place[1])
        rows, columns = max(rows, row), max(columns, column)
        if not value:
            texts[row - 1, column - 1] = UNCOMPUTED
        elif b't="e"' in attributes:
            texts[row - 1, column - 1] = value[1].decode("utf-8", errors="replace")
    check_cells(rows, columns, limits)
    hidden = [NUMBER.search(attributes) for attributes in ROW.findall(xml) if HIDDEN.search(attributes)]
    return SheetParts(texts, tuple(int(match[1]) for match in hidden if match))


def _list_cells(xml: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the attributes of each cell, and what stands between it and the next (nothing for a cell that closes itself)."""
    cell = None
    for following in [*CELL.finditer(xml), None]:
        if cell and not cell[1].endswith(b"/"):
            yield cell[1], xml[cell.end() : following.start() if following else len(xml)]
        cell = following


def _number_letters(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
