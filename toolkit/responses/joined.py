"""Joined columns: several columns that hold one item, each row answered in one of them, as where a question was made again or routed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from toolkit.files.cells import Cells, Column, Mask, Sheet, pack_column
from toolkit.findings import Notes
from toolkit.responses.coding import NO_OPTION, NOTHING, Coder
from toolkit.responses.columns import Binding
from toolkit.spelling import fold

#: per wave and item: the row in the file -> the position of the column from which its answer was taken, where that is not the first.
Taken = dict[tuple[str, str], dict[int, int]]
#: what a column of one option holds where it was picked, and where it was not.
TICKS = frozenset({"1", "1.0", "1,0", "ja", "yes", "x", "v", "y", "j", "true", "waar", "checked", "selected", "✓", "✔", "☑"})
UNTICKED = frozenset({"0", "0.0", "0,0", "nee", "no", "n", "false", "onwaar", "-", "unchecked", "not selected", "☐"})
#: so many items are named in one finding.
SHOWN = 4


@dataclass
class _Joined:
    """What there is to say of one file: per item the columns with how many answers came from each, and the rows with two answers."""

    said: list[str] = field(default_factory=list)
    differ: list[tuple[int, str, str]] = field(default_factory=list)


def join_columns(sheet: Sheet, binding: Binding, coders: Mapping[str, Coder], counted: Mask, notes: Notes) -> tuple[Sheet, Taken]:
    """Return `sheet` in which the first column of an item holds whichever of its columns is answered, and what came from another.

    Rows in which two of them hold different answers stop the analysis, as far as they count (`counted`).
    """
    taken: Taken = {}
    columns = list(sheet.cells.columns)
    found = _Joined()
    for wave, items in binding.further.items():
        for item, further in items.items():
            positions = (binding.items[wave][item], *further)
            if positions[0] in binding.options:
                continue
            column, choice = _join(sheet, positions, coders[item], counted, found)
            columns[positions[0]] = column
            others = np.flatnonzero(choice > 0)
            taken[wave, item] = {int(sheet.rows[row]): positions[choice[row]] for row in others}
    _tell(sheet, found, notes)
    return replace(sheet, cells=Cells(columns, len(sheet.cells))), taken


def join_options(sheet: Sheet, binding: Binding, coders: Mapping[str, Coder]) -> Sheet:
    """Return `sheet` in which the first column of a question with a column per option holds all options that were picked.

    A row in which none of the columns holds anything has no answer; one that says no at each option picked none.
    """
    columns = list(sheet.cells.columns)
    for wave, items in binding.items.items():
        for item, first in items.items():
            own = [first, *binding.further.get(wave, {}).get(item, ())] if first in binding.options else []
            ticked = {position: binding.options[position] for position in own if position in binding.options}
            if ticked:
                columns[first] = pack_column(_pick_options([columns[position] for position in ticked], [*ticked.values()], coders[item]))
    labels = {position: own for position, own in sheet.labels.items() if position not in binding.options}
    return replace(sheet, cells=Cells(columns, len(sheet.cells)), labels=labels)


def _pick_options(columns: Sequence[Column], values: Sequence[float], coder: Coder) -> NDArray[np.object_]:
    """Return for each row the options that were picked, as one text; what says neither yes nor no stays as it is, to be told."""
    options = {option.value: {fold(word) for word in (*option.nl, *option.en)} for option in coder.answers.options}
    found = []
    for row in zip(*(column.write() for column in columns), strict=True):
        cells = [fold(text) if text.strip() not in NOTHING else "" for text in row]
        picked = [
            f"{value:g}" if cell in TICKS or cell in options[value] or cell == f"{value:g}" else cell
            for cell, value in zip(cells, values, strict=True)
            if cell and cell not in UNTICKED
        ]
        found.append(";".join(picked) if picked else NO_OPTION if any(cells) else "")
    return np.array(found, dtype=np.object_)


def _join(sheet: Sheet, positions: Sequence[int], coder: Coder, counted: Mask, found: _Joined) -> tuple[Column, NDArray[np.intp]]:
    """Return the joined column, and per row which of `positions` its text is from: the first with an answer, else the first with a text."""
    parts = [_write_labels(sheet, position, positions[0]) for position in positions]
    labels = sheet.labels.get(positions[0], {})
    values = np.array([_code(part, coder, labels) for part in parts])
    filled = np.array([part.mark(lambda text: bool(text.strip())) for part in parts])
    answered = np.isfinite(values)
    choice = np.where(answered.any(axis=0), answered.argmax(axis=0), filled.argmax(axis=0))
    texts = np.array([part.write() for part in parts], dtype=object)
    low = np.fmin.reduce(values, axis=0)
    high = np.fmax.reduce(values, axis=0)
    for row in np.flatnonzero(counted & (low < high)):
        found.differ.append((int(sheet.rows[row]), _name(sheet, positions), ", ".join(texts[answered[:, row], row])))
    counts = [int((counted & filled.any(axis=0) & (choice == number)).sum()) for number in range(len(parts))]
    found.said.append(" + ".join(f"‘{sheet.name_column(at)}’ ({count})" for at, count in zip(positions, counts, strict=True)))
    return pack_column(texts[choice, np.arange(len(sheet.cells))]), choice


def _code(column: Column, coder: Coder, labels: Mapping[str, str]) -> NDArray[np.float64]:
    """Return the number of each row's answer, NaN where it has none."""
    coded: NDArray[np.float64] = np.array([coder.code(text, labels).value for text in column.texts], dtype=np.float64)[column.places]
    return coded


def _write_labels(sheet: Sheet, position: int, first: int) -> Column:
    """Return the column at `position`, its codes with their labels where the column at `first` gives them others."""
    labels = sheet.labels.get(position, {})
    known = sheet.labels.get(first, {})
    column = sheet.cells.columns[position]
    if labels == known:
        return column
    return column.change(lambda text: f"{text} = {labels[text]}" if text in labels and labels[text] != known.get(text) else text)


def _name(sheet: Sheet, positions: Sequence[int]) -> str:
    return ", ".join(sheet.name_column(position) for position in positions)


def _tell(sheet: Sheet, found: _Joined, notes: Notes) -> None:
    """Note once per file which columns were joined, and in how many cells they contradict each other."""
    if found.said:
        more = len(found.said) - SHOWN
        value = "; ".join(found.said[:SHOWN]) + (f"; … (+{more})" if more > 0 else "")
        notes.add("items_joined", file=sheet.file, value=value, count=len(found.said))
    if found.differ:
        row, column, value = found.differ[0]
        notes.add("items_differ", file=sheet.file, row=row, column=column, value=value, count=len(found.differ))
