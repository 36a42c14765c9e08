"""Leaving out: rows that the study's rules keep out of every result, counted by school, wave and reason."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.files.cells__grids import Sheet
from toolkit.findings import Notes
from toolkit.spelling import fold
from toolkit.study.study import Exclusion, Study


def mark_left_out(sheet: Sheet, rules: Sequence[Exclusion], notes: Notes) -> NDArray[np.object_]:
    """Return per row why it is left out (no_consent, test, unfinished), "" where it is not; the first rule that holds gives the reason."""
    reasons = np.full(len(sheet.cells), "", dtype=object)
    absent = [rule.column for rule in rules if not sheet.find_columns(rule.column)]
    if absent:
        notes.add("leave_out_elsewhere", file=sheet.file, value=", ".join(dict.fromkeys(absent)))
    for rule in rules:
        positions = sheet.find_columns(rule.column)
        values = {fold(value) for value in rule.values}
        for position in positions:
            labels = sheet.labels.get(position, {})
            hit = sheet.cells.columns[position].mark(lambda text: not values.isdisjoint((fold(text), fold(labels.get(text, text)))))  # noqa: B023
            reasons[hit & (reasons == "")] = rule.reason
    return reasons


def tell_unused_rules(sheets: Sequence[Sheet], study: Study, notes: Notes) -> None:
    """Note the rules whose column is in none of `sheets`: nobody is left out by them."""
    for rule in study.leave_out:
        if sheets and not any(sheet.find_columns(rule.column) for sheet in sheets):
            notes.add("leave_out_absent", column=rule.column, value=rule.reason)


def tell_left_out(rows: pd.DataFrame, notes: Notes) -> None:
    """Note how many of `rows` are left out, per file, school, wave and reason."""
    for (file, school, wave, reason), group in rows.groupby(["source", "school", "wave", "reason"], sort=False):
        code = f"left_out_{reason}" if str(school) and str(wave) else "left_out_unplaced"
        notes.add(code, file=file, school=school, wave=wave, row=int(group["row"].iloc[0]), count=len(group))
