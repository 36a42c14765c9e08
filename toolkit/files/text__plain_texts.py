"""Plain texts: without quotes and with the same number of separators on every line, so that pandas can cut them four times as fast."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import numpy as np
import pandas as pd

from toolkit.files.cells import Cells, pack_column
from toolkit.files.cells__gathering import Gatherer
from toolkit.findings import Notes
from toolkit.study.layouts import Limits

#: how much of a text is looked at to tell how long its lines are.
SAMPLE = 100_000


def read_plain_text(text: str, separator: str, limits: Limits, file: str, notes: Notes) -> Cells | None:
    """Return the cells of a plain text, the same as the csv module makes of it; None where it is not plain.

    Raises `TooLargeError` where there are more than `limits` allow.
    """
    width = text.count(separator, 0, text.find("\n") % (len(text) + 1)) + 1 if separator else 0
    odd = '"' in text or "\ufeff" in text or text.count("\r") != text.count("\r\n")
    if width < 2 or odd or not ((separator.isascii() and separator.isprintable()) or separator == "\t") or len(separator) > 1:
        return None
    sample, gatherer, done = text[:SAMPLE], Gatherer(limits), 0
    for piece in _list_pieces(text, limits.rows_at_once * len(sample) // (sample.count("\n") + 1)):
        try:
            data = piece.encode()
        except UnicodeEncodeError:  # half a sign, from an encoding that lets it through
            return None
        if not _is_even(data, separator, width):
            return None
        gatherer.check(data.count(b"\n"), width)
        # object, because pandas makes numbers of a text column or category of which every text looks like one
        frame = pd.read_csv(
            io.BytesIO(data), sep=separator, header=None, dtype=object, na_filter=False, quoting=csv.QUOTE_NONE, skip_blank_lines=False
        )
        gatherer.add_columns([pack_column(frame[name].to_numpy()) for name in frame])
        done += len(piece)
        notes.report(file, done / len(text) / 2)  # the other half is for what the cells mean
    return gatherer.finish()


def _list_pieces(text: str, size: int) -> Iterator[str]:
    """Yield the text in pieces of about `size` signs, each of whole lines that end in a newline."""
    start = 0
    while start < len(text):
        end = text.find("\n", start + max(size, 1) - 1) + 1 or len(text)
        piece = text[start:end]
        yield piece if piece.endswith("\n") else piece + "\n"
        start = end


def _is_even(data: bytes, separator: str, width: int) -> bool:
    """Return whether every line has one separator fewer than it should have cells."""
    signs = np.frombuffer(data, dtype=np.uint8)
    ends, separators = np.flatnonzero(signs == ord("\n")), np.flatnonzero(signs == ord(separator))
    counts = np.diff(np.searchsorted(separators, ends), prepend=0)
    return bool((counts == width - 1).all())
