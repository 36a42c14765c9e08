"""Wave dates: rows that their own date places in a wave, by the nearest wave or by ranges, and those that it does not place."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.files.cells import Sheet, Texts
from toolkit.findings import Notes, list_some
from toolkit.responses.columns import Binding
from toolkit.responses.rows import could_be_either, join_cells, read_dates
from toolkit.study.layouts import Layout
from toolkit.study.study import Study

Moments = NDArray[np.datetime64]
#: how many times as near to its own wave a date must be as to any other.
NEARER = 2
#: so many dates are named in one finding.
SHOWN = 4


def place_dates(dates: Moments, schools: pd.Series, layout: Layout, study: Study) -> Texts:
    """Return per row the wave that its date tells, "" where it tells none: by the ranges of `layout`, or the nearest wave of `study`.

    Of two waves the nearest counts only where the date is at least twice as near to it as to any other. A school of a cohort is held
    against the dates of that only.
    """
    days = dates.astype("datetime64[D]")
    waves = np.full(len(days), "", dtype=object)
    if not isinstance(layout.wave_by_date, Mapping):
        cohorts = schools.map(study.map_cohorts()).fillna("").to_numpy()
        for cohort in dict.fromkeys(cohorts):
            waves[cohorts == cohort] = _place_nearest(days[cohorts == cohort], study.follow_cohort(cohort))
        return waves
    for wave, (first, last) in layout.wave_by_date.items():
        waves[(days >= np.datetime64(first)) & (days <= np.datetime64(last))] = wave
    return waves


def _place_nearest(days: Moments, study: Study) -> Texts:
    known = ~np.isnat(days)
    own = [np.array(wave.days, dtype="datetime64[D]") for wave in study.waves]
    away = np.column_stack([np.abs(days[known, None] - each[None, :]).min(axis=1) for each in own]).astype(np.float64)
    nearest = away.argmin(axis=1)
    ordered = np.sort(np.column_stack([away, np.full(len(away), np.inf)]), axis=1)
    clear = (ordered[:, 1] >= NEARER * ordered[:, 0]) & (ordered[:, 1] > ordered[:, 0])
    waves = np.full(len(days), "", dtype=object)
    waves[known] = np.where(clear, np.array([wave.id for wave in study.waves], dtype=object)[nearest], "")
    return waves


def tell_undated(sheet: Sheet, binding: Binding, rows: pd.DataFrame, layout: Layout, study: Study, notes: Notes) -> None:
    """Note the `rows` (of those in `sheet`) that no date places in a wave: without one, outside all ranges, or as near to two waves."""
    column = ", ".join(sheet.name_column(position) for position in binding.date)
    ranges = isinstance(layout.wave_by_date, Mapping)
    unplaced = rows[rows["wave"] == ""]
    undated = unplaced[unplaced["date"].isna()]
    dated = unplaced[unplaced["date"].notna()]
    if len(undated):
        texts = list(join_cells(sheet, binding.date)[undated.index]) if binding.date else list[str]()
        value = list_some(dict.fromkeys(f"‘{text}’" for text in texts if text), SHOWN) or "–"
        notes.add("wave_undated", file=sheet.file, row=int(undated["row"].iloc[0]), column=column or "–", value=value, count=len(undated))
    if len(dated):
        value = list_some(dict.fromkeys(str(date.date()) for date in dated["date"].sort_values()), SHOWN)
        places = {"file": sheet.file, "row": int(dated["row"].iloc[0]), "column": column, "value": value, "count": len(dated)}
        notes.add("wave_outside" if ranges else "wave_between", expected=_list_dates(layout, study), **places)
    _tell_order(sheet, binding, rows, column, layout, study, notes)


def _list_dates(layout: Layout, study: Study) -> str:
    """Return the ranges, or the dates of the waves, by which rows are placed."""
    if isinstance(layout.wave_by_date, Mapping):
        return "; ".join(f"{wave}: {first} – {last}" for wave, (first, last) in layout.wave_by_date.items())
    return "; ".join(f"{wave.id}: {', '.join(map(str, wave.days))}" for wave in study.waves)


def _tell_order(sheet: Sheet, binding: Binding, rows: pd.DataFrame, column: str, layout: Layout, study: Study, notes: Notes) -> None:
    """Note how many `rows` would be of another wave if months came before days, where nothing in the column tells which come first."""
    if not binding.date or not could_be_either(sheet, binding.date[0]):
        return
    turned = read_dates(sheet, binding.date[0], Notes(), months_first=True)[rows.index]
    others = place_dates(turned, rows["school"], layout, study)
    differ = (rows["wave"].to_numpy() != others) & ((rows["wave"].to_numpy() != "") | (others != ""))
    if differ.any():
        first = rows[differ].iloc[0]
        text = join_cells(sheet, binding.date)[first.name]
        places = {"file": sheet.file, "row": int(first["row"]), "column": column, "count": int(differ.sum())}
        notes.add("wave_date_order", value=str(text), expected=str(pd.Timestamp(first["date"]).date()), **places)
