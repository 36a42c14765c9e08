"""Coding: the columns of a sheet as numbers, with a finding for each text that is no answer."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.files.cells import Texts
from toolkit.files.cells__grids import Sheet
from toolkit.findings import Notes
from toolkit.responses.coding__answers import Coded, Coder, describe_answers
from toolkit.responses.coding__scales import check_scale
from toolkit.spelling import find_nearest
from toolkit.study.layouts import Layout
from toolkit.study.study import Study

#: a column with at least this many texts of which fewer than half can be coded is taken for misread.
ENOUGH_TEXTS = 5
#: a number outside the scale that stands in at least so many columns probably means "no answer".
MANY_COLUMNS = 3
#: how alike a text must be to an answer, to be taken for a slip of the pen.
NEAR = 0.75
WHOLE = re.compile(r"-?\d{1,6}")


def make_coders(study: Study, layout: Layout) -> dict[str, Coder]:
    """Return the coder of each item column; columns of the same instrument and rating share one."""
    coders: dict[str, Coder] = {}
    for instrument in study.instruments:
        shared = {rating: Coder(instrument.find_answers(rating), layout) for rating in instrument.asked_ratings}
        coders |= {column: shared[rating] for column, (_, rating) in instrument.columns.items()}
    return coders


def code_columns(
    sheet: Sheet, items: Mapping[str, int], rows: pd.DataFrame, coders: Mapping[str, Coder], notes: Notes
) -> NDArray[np.float64]:
    """Return the answers in `rows` (whose index is their place in `sheet`), rows × items, NaN for no answer."""
    values, before = np.full((len(rows), len(items)), np.nan, order="F"), len(notes.rows)
    unanswered: Counter[str] = Counter()
    numbers: defaultdict[int, Counter[float]] = defaultdict(Counter)
    for number, (column, position) in enumerate(items.items()):
        codes, distinct = sheet.cells.columns[position].count_texts(rows.index.to_numpy())
        labels = sheet.labels.get(position, {})
        coded = [coders[column].code(text, labels) for text in distinct]
        if len(codes):
            values[:, number] = np.array([entry.value for entry in coded])[codes]
        counts = np.bincount(codes, minlength=len(distinct))
        unanswered.update(
            {text: int(count) for text, entry, count in zip(distinct, coded, counts, strict=True) if entry.finding == "no_answer"}
        )
        numbers[id(coders[column])].update(_count_numbers(distinct, coded, counts))
        notes.report(sheet.file, 0.5 + (number + 1) / len(items) / 2)
        _tell_faults(sheet, position, coders[column], distinct, coded, codes, rows, notes)
    for coder in {id(coder): coder for coder in coders.values()}.values():
        columns = {column: sheet.name_column(position) for column, position in items.items() if coders[column] is coder}
        check_scale(numbers[id(coder)], coder.answers, columns, sheet.file, notes, before)
    _merge_undeclared(notes, before)
    if unanswered:
        notes.add("no_answer", file=sheet.file, value=", ".join(sorted(unanswered)), count=unanswered.total())
    return values


def _count_numbers(texts: Texts, coded: list[Coded], counts: NDArray[np.intp]) -> Counter[float]:
    """Return how often each whole number stands in a column that neither a label nor the study gives another meaning."""
    found: Counter[float] = Counter()
    for text, entry, count in zip(texts, coded, counts, strict=True):
        if WHOLE.fullmatch(text.strip()) and (entry.value == float(text) or entry.finding == "answer_out_of_range"):
            found[float(text)] += int(count)
    return found


def _tell_faults(
    sheet: Sheet,
    position: int,
    coder: Coder,
    distinct: Texts,
    coded: list[Coded],
    codes: NDArray[np.intp],
    rows: pd.DataFrame,
    notes: Notes,
) -> None:
    """Note each text of a column that could not be coded as it stands; once, as misread, where that is most of the column."""
    places = {"file": sheet.file, "column": sheet.name_column(position), "expected": describe_answers(coder.answers)}
    texts = [text for text, entry in zip(distinct, coded, strict=True) if entry.finding.startswith("answer_")]
    uncoded = int(np.isin(codes, [number for number, entry in enumerate(coded) if entry.finding.startswith("answer_")]).sum())
    given = uncoded + int(np.isin(codes, [number for number, entry in enumerate(coded) if np.isfinite(entry.value)]).sum())
    if given >= ENOUGH_TEXTS and 2 * uncoded > given:
        notes.add("column_uncoded", value=", ".join(texts[:3]), count=uncoded, **places)
        return
    for number, entry in enumerate(coded):
        if entry.finding not in ("", "no_answer"):
            found = rows[codes == number]
            where = {name: found[name].iloc[0] if len(set(found[name])) == 1 else "" for name in ("school", "wave")}
            near = find_nearest(distinct[number], coder.words, NEAR) if entry.finding == "answer_unknown" else ""
            right = {"expected": f"{places['expected']} (‘{near}’?)"} if near else {}
            notes.add(entry.finding, row=int(found["row"].iloc[0]), value=distinct[number], count=len(found), **where, **places | right)


def _merge_undeclared(notes: Notes, before: int) -> None:
    """Make one finding of a number outside the scale that comes back in many columns: it probably means "no answer"."""
    faults: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for note in notes.rows[before:]:
        if note["code"] == "answer_out_of_range":
            faults[note["value"]].append(note)
    for found in faults.values():
        if len(found) >= MANY_COLUMNS:
            notes.rows[before:] = [note for note in notes.rows[before:] if note not in found]
            merged = {"column": ", ".join(note["column"] for note in found), "count": sum(note["count"] for note in found)}
            places = {name: found[0][name] for name in ("file", "value", "expected")}
            notes.add("answer_undeclared", row=min(note["row"] for note in found), **merged, **places)
