"""Text files: bytes to characters, characters to cells, each guess told."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter

from toolkit.responses.failures import TooLargeError, UnreadableError, check_cells
from toolkit.responses.findings import Notes
from toolkit.responses.grids import Grid, fill_grid
from toolkit.study.layouts import Layout, Limits

SEPARATORS = (";", ",", "\t", "|")
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))

#: UTF-8 that was once read as if it were Windows text and saved again: "Ã©" for "é".
GARBLED = re.compile("Ã[\u0080-¿\u0192\u2018-\u203a]|â€.")


def decode_text(data: bytes, layout: Layout, file: str, notes: Notes) -> tuple[str, str]:
    """Return the text of a file and its encoding, without the mark at its start; a guess is told. `UnreadableError` where it is no text."""
    encoding = layout.encoding or detect_encoding(data)
    try:
        text = data.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise UnreadableError(f"{encoding}: {error}") from None
    if not layout.encoding and encoding in ("cp1252", "latin-1", "utf-16-le", "utf-16-be"):
        notes.add("encoding_guessed", file=file, value=encoding, expected="utf-8")
    if garbled := GARBLED.findall(text):
        notes.add("signs_garbled", file=file, value=", ".join(list(dict.fromkeys(garbled))[:5]), count=len(garbled))
    if "\0" in text:
        notes.add("signs_removed", file=file, count=text.count("\0"))
    return text.removeprefix("\ufeff").replace("\0", ""), encoding


def read_text_file(text: str, layout: Layout, limits: Limits, file: str, notes: Notes) -> tuple[Grid, str]:
    """Return the cells of a text and the separator between them.

    Raises `UnreadableError` where it can't be cut into cells and `TooLargeError` where there are more than `limits` allow.
    """
    separator, text = _take_separator(text)
    separator = layout.separator or separator or detect_separator(text)
    rows = _split(text, separator, limits.cells)
    check_cells(len(rows), max(map(len, rows), default=0), limits)
    _tell_uneven(rows, file, notes)
    return Grid("", fill_grid(rows)), separator


def detect_encoding(data: bytes) -> str:
    """Return the encoding of `data`: told by its first bytes, UTF-16 or UTF-8 where it is valid as that, or else cp1252.

    >>> detect_encoding("één".encode("cp1252"))
    'cp1252'
    """
    for mark, name in MARKS:
        if data.startswith(mark):
            return name
    sample = data[:4096]
    if len(sample) >= 4 and sample[1::2].count(0) > 0.7 * len(sample[1::2]):
        return "utf-16-le"
    if len(sample) >= 4 and sample[::2].count(0) > 0.7 * len(sample[::2]):
        return "utf-16-be"
    for name in ("utf-8", "cp1252"):
        try:
            data.decode(name)
        except UnicodeDecodeError:
            continue
        return name
    return "latin-1"


def _take_separator(text: str) -> tuple[str, str]:
    """Return the separator that a first line such as `sep=;` names (or ""), and the text below that line."""
    first, _, rest = text.partition("\n")
    line = first.strip('\r "').casefold()
    if line.startswith("sep=") and len(line) <= 5:
        return first.strip('\r "')[4:] or "\t", rest
    return "", text


def detect_separator(text: str) -> str:
    """Return the sign that cuts the first lines of `text` into the most columns, in the same number on most lines; "," where none does.

    >>> detect_separator('a;b, c;d\\n1,5;2;3\\n')
    ';'
    """
    sample = text[:200_000]
    return max(SEPARATORS, key=lambda separator: _judge_separator(sample, separator)) if sample else ","


def _judge_separator(sample: str, separator: str) -> tuple[bool, float, int]:
    rows = [row for row in _split(sample, separator, len(sample) + 2)[:60] if any(row)]
    widths = Counter(map(len, rows[:-1] or rows))
    if not widths:
        return False, 0.0, 0
    width, count = max(widths.items(), key=lambda pair: (pair[1], pair[0]))
    return width > 1, count / widths.total(), width


def _split(text: str, separator: str, most: int) -> list[list[str]]:
    """Return the rows of a text; no more than `most` cells are held."""
    csv.field_size_limit(2**31 - 1)
    rows, cells = [], 0
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            rows.append(row)
            cells += len(row)
            if cells > most:
                raise TooLargeError(f"> {most}", f"{most}")
    except (csv.Error, TypeError) as error:
        raise UnreadableError(str(error)) from None
    return rows


def _tell_uneven(rows: list[list[str]], file: str, notes: Notes) -> None:
    """Note the rows with more or fewer cells than most rows have: their answers may stand in the wrong column."""
    full = [(number, row) for number, row in enumerate(rows, 1) if any(row)]
    widths = Counter(len(row) for _, row in full)
    if len(widths) < 2:
        return
    usual = max(widths, key=lambda width: (widths[width], width))
    uneven = [(number, row) for number, row in full if len(row) < usual or any(row[usual:])]
    if uneven:
        notes.add("rows_uneven", file=file, row=uneven[0][0], value=str(len(uneven[0][1])), expected=str(usual), count=len(uneven))
