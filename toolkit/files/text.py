"""Text files: bytes to characters, characters to cells, each guess told; plain ones by a road that is four times as fast."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from toolkit.files.cells import Cells, Gatherer, Grid, pack_column
from toolkit.files.safety import UnreadableError

if TYPE_CHECKING:
    from toolkit.findings import Notes
    from toolkit.study.layouts import Layout, Limits

SEPARATORS = (";", ",", "\t", "|")
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
LINE_END = re.compile("\r\n?|\n")

#: UTF-8 that was once read as if it were Windows text and saved again: "Ã©" for "é".
GARBLED = re.compile("Ã[\u0080-¿\u0192\u2018-\u203a]|â€.")


#: how much of a text is looked at to tell how long its lines are.
SAMPLE = 100_000
#: a text with more columns is left to the other road.
WIDEST = 16_384
#: from so many characters on the plain road is worth the time that its library takes to come in.
LONG = 2_000_000


def decode_text(data: bytes, layout: Layout, file: str, notes: Notes) -> tuple[str, str]:
    """Return the text of a file and its encoding, without the mark at its start; a guess is told. `UnreadableError` where it is no text."""
    encoding = layout.encoding or detect_encoding(data)
    try:
        text = data.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise UnreadableError(f"{encoding}: {error}") from None
    if not layout.encoding and encoding in ("cp1252", "latin-1", "utf-16-le", "utf-16-be"):
        notes.add("encoding_guessed", file=file, value=encoding, expected="utf-8")
    if ("Ã" in text or "â€" in text) and (garbled := GARBLED.findall(text)):  # the search alone takes seconds in a large file
        notes.add("signs_garbled", file=file, value=", ".join(list(dict.fromkeys(garbled))[:5]), count=len(garbled))
    if "\0" in text:
        notes.add("signs_removed", file=file, row=_find_row(text, text.index("\0")), count=text.count("\0"))
    return text.removeprefix("\ufeff").replace("\0", ""), encoding


def _find_row(text: str, place: int) -> int:
    """Return the number of the row in which a character stands; a line that ends within quotes goes on."""
    return 1 + sum(len(LINE_END.findall(part)) for part in text[:place].split('"')[::2])


def read_text_file(text: str, layout: Layout, limits: Limits, file: str, notes: Notes) -> tuple[Grid, str]:
    """Return the cells of a text and the separator between them; `limits.rows_at_once` are cut at a time.

    Raises `UnreadableError` where it can't be cut into cells.
    """
    separator, text = _take_separator(text)
    separator = _check_separator(layout.separator, text, file, notes) or separator or detect_separator(text)
    plain = read_plain_text(text, separator, limits, file, notes) if len(text) >= LONG else None
    return Grid("", plain or _read_quoted(text, separator, limits, file, notes)), separator


def _read_quoted(text: str, separator: str, limits: Limits, file: str, notes: Notes) -> Cells:
    """Return the cells of any text; rows with more or fewer cells than most have are told."""
    lines = Lines(text)
    gatherer = Gatherer()
    rows = _cut(lines, separator)
    while some := list(islice(rows, limits.rows_at_once)):
        gatherer.add(some)
        notes.report(file, lines.done / len(text) / 2)  # the other half is for what the cells mean
    cells = gatherer.finish()
    if uneven := gatherer.find_uneven(cells):
        notes.add("rows_uneven", file=file, row=uneven.row, value=str(uneven.width), expected=str(uneven.usual), count=uneven.count)
    return cells


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
    first = text[:20].partition("\n")[0]
    line = first.strip('\r "')
    if line.casefold().startswith("sep=") and len(line) <= 5:
        return line[4:] or "\t", text[len(first) + 1 :]
    return "", text


def detect_separator(text: str) -> str:
    """Return the character that cuts the first lines of `text` into the most columns, in the same number on most lines; "," where
    none does.

    >>> detect_separator('a;b, c;d\\n1,5;2;3\\n')
    ';'
    """
    sample = text[:200_000]
    return max(SEPARATORS, key=lambda separator: _judge_separator(sample, separator)) if sample else ","


def _check_separator(said: str, text: str, file: str, notes: Notes) -> str:
    """Return the separator that the layout says, or where that cuts nothing and another one does, the other; that is told."""
    sample = text[:200_000]
    if not said or not sample or _judge_separator(sample, said)[2] > 1:
        return said
    other = detect_separator(text)
    several, _, width = _judge_separator(sample, other)
    if several:
        notes.add("separator_differs", file=file, value=other, expected=said, count=width)
    return other if several else said


def _judge_separator(sample: str, separator: str) -> tuple[bool, float, int]:
    rows = [row for row in islice(_cut(Lines(sample), separator), 60) if any(row)]
    widths = Counter(map(len, rows[:-1] or rows))
    if not widths:
        return False, 0.0, 0
    width, count = max(widths.items(), key=lambda pair: (pair[1], pair[0]))
    return width > 1, count / widths.total(), width


class Lines:
    """The lines of a text, each with its end; a piece of the text is cut at a time, as a whole it takes four times the room."""

    def __init__(self, text: str, piece: int = 1_000_000) -> None:
        self.text = text
        self.piece = piece
        self.done = 0

    def __iter__(self) -> Iterator[str]:
        while self.done < len(self.text):
            start = self.done
            end = LINE_END.search(self.text, self.done + self.piece)
            self.done = end.end() if end else len(self.text)
            yield from io.StringIO(self.text[start : self.done], newline="")


def _cut(lines: Lines, separator: str) -> Iterator[list[str]]:
    """Yield the rows of a text."""
    csv.field_size_limit(2**31 - 1)
    try:
        yield from csv.reader(lines, delimiter=separator)
    except (csv.Error, TypeError) as error:
        raise UnreadableError(str(error)) from None


def read_plain_text(text: str, separator: str, limits: Limits, file: str, notes: Notes) -> Cells | None:
    """Return the cells of a plain text, the same as the csv module makes of it; None where it is not plain."""
    import pandas as pd

    width = text.count(separator, 0, text.find("\n") % (len(text) + 1)) + 1 if separator else 0
    odd = '"' in text or "\ufeff" in text or text.count("\r") != text.count("\r\n")
    usual = len(separator) == 1 and ((separator.isascii() and separator.isprintable()) or separator == "\t")
    if odd or not usual or not 2 <= width <= WIDEST:
        return None
    sample = text[:SAMPLE]
    gatherer = Gatherer()
    done = 0
    for piece in _list_pieces(text, limits.rows_at_once * len(sample) // (sample.count("\n") + 1)):
        try:
            data = piece.encode()
        except UnicodeEncodeError:  # half a character, from an encoding that lets it through
            return None
        if not _is_even(data, separator, width):
            return None
        # object, because pandas makes numbers of a text column or category of which every text looks like one
        frame = pd.read_csv(
            io.BytesIO(data), sep=separator, header=None, dtype=object, na_filter=False, quoting=csv.QUOTE_NONE, skip_blank_lines=False
        )
        gatherer.add_columns([pack_column(frame[name].to_numpy()) for name in frame])
        done += len(piece)
        notes.report(file, done / len(text) / 2)  # the other half is for what the cells mean
    return gatherer.finish()


def _list_pieces(text: str, size: int) -> Iterator[str]:
    """Yield the text in pieces of about `size` characters, each of whole lines that end in a newline."""
    start = 0
    while start < len(text):
        end = text.find("\n", start + max(size, 1) - 1) + 1 or len(text)
        piece = text[start:end]
        yield piece if piece.endswith("\n") else piece + "\n"
        start = end


def _is_even(data: bytes, separator: str, width: int) -> bool:
    """Return whether every line has one separator fewer than it should have cells."""
    characters = np.frombuffer(data, dtype=np.uint8)
    ends = np.flatnonzero(characters == ord("\n"))
    separators = np.flatnonzero(characters == ord(separator))
    counts = np.diff(np.searchsorted(separators, ends), prepend=0)
    return bool((counts == width - 1).all())
