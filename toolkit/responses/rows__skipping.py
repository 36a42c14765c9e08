"""Skipping: rows of a file that are no forms of this study."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.files.cells import Mask
from toolkit.files.cells__grids import Sheet, find_rows
from toolkit.findings import Notes
from toolkit.spelling import fold
from toolkit.study.layouts import Layout


def find_headers(sheet: Sheet, notes: Notes) -> Mask:
    """Return which rows repeat the header, as where exports were pasted below each other; they are told."""
    repeated = find_rows(sheet.cells, sheet.headers)
    if repeated.any():
        notes.add("rows_header", file=sheet.file, row=int(sheet.rows[repeated][0]), count=int(repeated.sum()))
    return repeated


def find_elsewhere(people: pd.DataFrame, layout: Layout, file: str, notes: Notes) -> Mask:
    """Return which rows the layout says to be of no wave or school of this study; they are told."""
    elsewhere = np.zeros(len(people), dtype=bool)
    for what, words in (("wave", layout.waves), ("school", layout.schools)):
        none = {fold(word) for word, id in words.items() if not id}
        hits = people[f"{what}_text"].isin([text for text in people[f"{what}_text"].unique() if fold(text) in none]).to_numpy()
        if hits.any():
            texts = ", ".join(dict.fromkeys(people.loc[hits, f"{what}_text"]))
            notes.add("rows_elsewhere", file=file, value=texts, count=int(hits.sum()))
        elsewhere |= hits
    return elsewhere


def find_asked(blank: Mask, held: Mask, file: str, notes: Notes) -> Mask:
    """Return which rows hold an answer to any item, from which cells are blank (rows × items).

    Of databases with a row per event the other rows are no forms; they are told, as far as they count otherwise (`held`).
    """
    asked: Mask = ~np.all(blank, axis=1)
    if (held & ~asked).any():
        notes.add("rows_unasked", file=file, count=int((held & ~asked).sum()))
    return asked
