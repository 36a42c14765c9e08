"""Excel records: what an old workbook (.xls) says beside its values: errors, formulas never computed, hidden rows.

Such a file is a compound file ([MS-CFB]) with a stream of records in it ([MS-XLS], BIFF8). The reader of values returns nothing for an
error and for a formula without a result, and says nothing of hidden rows. A file whose records can't be followed has nothing to say.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from toolkit.files.excel__excel_package import UNCOMPUTED, SheetParts

#: marks in the table of sectors from which on a number is no sector ([MS-CFB], 2.1).
NO_SECTOR = 0xFFFFFFFA
#: kinds of records ([MS-XLS], 2.3.1).
END, FORMULA, SHEET, STRING, ERROR, ROW = 0x0A, 0x06, 0x85, 0x207, 0x205, 0x208
#: records that may stand between a formula and the text that it gave.
BETWEEN = (0x4BC, 0x221, 0x236)
ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
HIDDEN = 0x20


def inspect_records(data: bytes) -> dict[str, SheetParts]:
    """Return what the sheets of an old workbook say beside their values, by the name of the sheet."""
    try:
        stream = _open_stream(data)
        return {name: _inspect_sheet(stream, start) for name, start in _list_sheets(stream)}
    except (struct.error, IndexError, ValueError, UnicodeDecodeError):
        return {}


def _open_stream(data: bytes) -> bytes:
    """Return the stream of the workbook from a compound file; raises where there is none."""
    size = 1 << struct.unpack_from("<H", data, 30)[0]
    if not 512 <= size <= 4096:
        raise ValueError(size)
    table = _list_table(data, size)
    directory = _follow(data, struct.unpack_from("<I", data, 48)[0], table, size)
    for place in range(0, len(directory), 128):
        length = struct.unpack_from("<H", directory, place + 64)[0]
        name = directory[place : place + max(min(length, 64) - 2, 0)].decode("utf-16-le")
        if name in ("Workbook", "Book"):
            start, extent = struct.unpack_from("<II", directory, place + 116)
            if extent < 4096:  # it would lie among small streams; no workbook that a program wrote is so small
                raise ValueError(extent)
            return _follow(data, start, table, size)[:extent]
    raise ValueError("no workbook")


def _list_table(data: bytes, size: int) -> list[int]:
    """Return for each sector the one that follows it."""
    held = [number for number in struct.unpack_from("<109I", data, 76) if number < NO_SECTOR]
    further, count = struct.unpack_from("<II", data, 68)
    for _ in range(min(count, len(data) // size)):
        if further >= NO_SECTOR:
            break
        *numbers, further = struct.unpack_from(f"<{size // 4}I", data, (further + 1) * size)
        held += [number for number in numbers if number < NO_SECTOR]
    return [entry for number in held[: len(data) // size + 1] for entry in struct.unpack_from(f"<{size // 4}I", data, (number + 1) * size)]


def _follow(data: bytes, sector: int, table: list[int], size: int) -> bytes:
    """Return the bytes of a chain of sectors; one that bites its tail ends after as many as there are."""
    parts: list[bytes] = []
    while sector < NO_SECTOR and len(parts) <= len(table):
        parts.append(data[(sector + 1) * size : (sector + 2) * size])
        sector = table[sector]
    return b"".join(parts)


def _list_records(stream: bytes, place: int) -> Iterator[tuple[int, bytes]]:
    """Yield kind and content of the records from `place` on, up to the end of that part of the stream."""
    while place + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, place)
        if kind == END:
            return
        yield kind, stream[place + 4 : place + 4 + length]
        place += 4 + length


def _list_sheets(stream: bytes) -> Iterator[tuple[str, int]]:
    """Yield the name of each sheet and where its records begin."""
    for kind, content in _list_records(stream, 0):
        if kind == SHEET:
            start, _, length, wide = struct.unpack_from("<IHBB", content)
            yield (content[8 : 8 + 2 * length].decode("utf-16-le") if wide & 1 else content[8 : 8 + length].decode("latin-1")), start


def _inspect_sheet(stream: bytes, start: int) -> SheetParts:
    texts: dict[tuple[int, int], str] = {}
    hidden, waiting = [], None
    for kind, content in _list_records(stream, start):
        if waiting and kind not in (*BETWEEN, STRING):
            texts[waiting] = UNCOMPUTED
        if kind not in BETWEEN:
            waiting = None
        if kind == ROW and struct.unpack_from("<H", content, 12)[0] & HIDDEN:
            hidden.append(struct.unpack_from("<H", content)[0] + 1)
        elif kind == ERROR and content[7]:
            texts[struct.unpack_from("<HH", content)] = ERRORS.get(content[6], "#N/A")
        elif kind == FORMULA and content[12:14] == b"\xff\xff":
            place: tuple[int, int] = struct.unpack_from("<HH", content)
            if content[6] == 2:
                texts[place] = ERRORS.get(content[8], "#N/A")
            elif content[6] == 3:  # an empty text: what a program writes that doesn't compute
                texts[place] = UNCOMPUTED
            waiting = place if content[6] == 0 else None
    return SheetParts(texts, tuple(hidden))
