"""Checks: answers that can be read but that a person should look at again, one by one and as patterns of many people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.findings import Notes
from toolkit.responses.not_asked import find_by_rows
from toolkit.study.instruments import Instrument
from toolkit.study.rules import load_rules
from toolkit.study.study import Study

Array = NDArray[np.float64]


Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
#: how many other schools must show a change before one may be held against it, and how many times its error a change must be.
OTHERS = 3
SURE = 3.0


def check_responses(responses: pd.DataFrame, study: Study, notes: Notes) -> None:
    """Note what is odd in `responses`: more people than were invited, dates of another wave, answers that are all the same, wrong signs."""
    _check_invited(responses, study, notes)
    _check_dates(responses, study, notes)
    for (source, wave), rows in responses.groupby(["source", "wave"], sort=False):
        for instrument in study.instruments:
            for rating in instrument.scored_ratings:
                columns = [instrument.name_column(item.id, rating) for item in instrument.scored_items]
                places = {"file": str(source), "wave": str(wave)}
                _check_sameness(rows, columns, instrument.id, places, notes)
                _check_signs(rows, columns, instrument, rating, places, notes)


def _check_invited(responses: pd.DataFrame, study: Study, notes: Notes) -> None:
    used = responses.groupby(["school", "wave"]).size().to_dict()
    for school in study.schools:
        for wave, invited in school.invited.items():
            count = int(used.get((school.id, wave), 0))
            if count > invited:
                notes.add("more_than_invited", school=school.id, wave=wave, value=str(count), expected=str(invited), count=count - invited)


def _check_dates(responses: pd.DataFrame, study: Study, notes: Notes) -> None:
    """Note each file and wave whose forms were filled in nearer to the date of another wave: perhaps two files changed places."""
    walks = {"": study} | {cohort: study.follow_cohort(cohort) for cohort in study.cohorts}
    dated = responses[responses["date"].notna()]
    dated = dated[dated["wave"].isin([wave.id for wave in study.waves])]
    cohorts = dated["school"].map(study.map_cohorts()).fillna("")
    for (source, wave, cohort), dates in dated.groupby(["source", "wave", cohorts], sort=False)["date"]:
        wave, cohort = str(wave), str(cohort)
        middle = pd.Timestamp(dates.sort_values().iloc[(len(dates) - 1) // 2])
        places = {"file": str(source), "wave": wave, "value": str(middle.date()), "count": len(dates)}
        own = _find_nearest(middle, walks[cohort])
        others = [(other, *_find_nearest(middle, walk)) for other, walk in walks.items() if other not in ("", cohort)]
        other, there, away = min(others, key=lambda found: found[2], default=("", *own))
        if not study.find_wave(wave).is_held(cohort):
            notes.add("cohort_wave", column=cohort, **places)
        elif away < own[1]:
            notes.add("cohort_dates", column=cohort, expected=f"{other}: {there}", **places)
        elif own[0] != wave:
            notes.add("wave_dates", expected=own[0], **places)


def _find_nearest(middle: pd.Timestamp, study: Study) -> tuple[str, dt.timedelta]:
    """Return the wave whose date is nearest, and how far away it is."""
    away = {wave.id: abs(middle - pd.Timestamp(wave.date)) for wave in study.waves}
    nearest = min(away, key=lambda id: away[id])
    return nearest, away[nearest]


def _check_sameness(rows: pd.DataFrame, columns: list[str], instrument: str, places: dict[str, str], notes: Notes) -> None:
    """Note how many people gave one and the same answer to all of an instrument."""
    enough = int(load_rules().suspicions["same_answers"].cut)
    given = np.zeros(len(rows), dtype=np.int64)
    low = np.full(len(rows), np.inf)
    high = np.full(len(rows), -np.inf)
    for column in columns:
        answers = rows[column].to_numpy(dtype=np.float64)
        given += np.isfinite(answers)
        low = np.fmin(low, answers)
        high = np.fmax(high, answers)
    same = (given >= enough) & (low == high)
    if same.any():
        notes.add("answers_same", row=int(rows["row"].to_numpy()[same][0]), value=instrument, count=int(same.sum()), **places)


def _check_signs(rows: pd.DataFrame, columns: list[str], instrument: Instrument, rating: str, places: dict[str, str], notes: Notes) -> None:
    """Note each item that runs against the rest of its scale: declared reversed and turned round already, or the other way about."""
    rules = load_rules().suspicions
    scale_answers = instrument.find_answers(rating)
    turned = np.array([item.reverse for item in instrument.scored_items])
    places_of = {item.id: number for number, item in enumerate(instrument.scored_items)}
    told: set[int] = set()
    for scale in (scale for scale in instrument.scales if len(scale.items) > 2 and scale.score in ("mean", "sum")):
        numbers = [places_of[item] for item in scale.items]
        answers = rows[[columns[number] for number in numbers]].to_numpy(dtype=np.float64)
        oriented = np.where(turned[numbers], scale_answers.min + scale_answers.max - answers, answers)
        complete = oriented[np.isfinite(oriented).all(axis=1)]
        if len(complete) < rules["people"].cut:
            continue
        for number, r in zip(numbers, correlate_rest(complete), strict=True):
            if r < min(rules["item_rest"].cut, -2.5 / np.sqrt(len(complete))) and number not in told:
                told.add(number)
                notes.add("item_against", column=columns[number], value=f"{r:.2f}", expected=scale.id, count=len(complete), **places)


def correlate_rest(answers: Array) -> Array:
    """Return the correlation of each item with the sum of the others, from complete answers, people × items; 0 for one without spread."""
    rest = answers.sum(axis=1, keepdims=True) - answers
    own = answers - answers.mean(axis=0)
    others = rest - rest.mean(axis=0)
    spread = np.sqrt((own**2).sum(axis=0) * (others**2).sum(axis=0))
    result: Array = np.divide((own * others).sum(axis=0), spread, out=np.zeros(answers.shape[1]), where=spread > 0)
    return result


def check_speed(seconds: Array, answered: NDArray[np.int64], rows: pd.DataFrame, file: str, notes: Notes) -> None:
    """Note how many forms were filled in faster than anybody reads; `seconds` is NaN where that is not known."""
    cut = load_rules().suspicions["seconds_per_answer"].cut
    fast = np.isfinite(seconds) & (seconds >= 0) & (answered > 0) & (seconds < cut * answered)
    if fast.any():
        notes.add("forms_fast", file=file, row=int(rows["row"].to_numpy()[fast][0]), value=f"{cut:g}", count=int(fast.sum()))


def check_patterns(responses: pd.DataFrame, study: Study, notes: Notes) -> None:
    """Note items nobody answered, people who stopped halfway, copied rows, and schools that are empty, equal or mirrored."""
    for (source, wave), rows in responses.groupby(["source", "wave"], sort=False):
        places = {"file": str(source), "wave": str(wave)}
        _check_halves(rows, study, places, notes)
        for instrument in study.instruments:
            for rating in instrument.scored_ratings:
                _check_items(rows, instrument, rating, study, places, notes)
    _check_copies(responses, study, notes)
    _check_presence(responses, study, notes)
    _check_sameness_of_schools(responses, study, notes)
    _check_mirrors(responses, study, notes)


def _check_halves(rows: pd.DataFrame, study: Study, places: dict[str, str], notes: Notes) -> None:
    """Note how many people answered few of the questions that others in the file answered."""
    share = load_rules().suspicions["partial"].cut
    asked = [column for column in _list_columns(study) if rows[column].notna().any()]
    few = _summarise(rows, asked)[0] < share * len(asked)
    if few.any():
        notes.add("answers_partial", row=int(rows["row"].to_numpy()[few][0]), value=f"{share:.0%}", count=int(few.sum()), **places)


def _check_items(rows: pd.DataFrame, instrument: Instrument, rating: str, study: Study, places: dict[str, str], notes: Notes) -> None:
    """Note each item without any answer, where others of its instrument have some."""
    columns = [instrument.name_column(item.id, rating) for item in instrument.scored_items]
    people = int((_summarise(rows, columns)[0] > 0).sum())
    if people >= load_rules().suspicions["empty_item"].cut:
        told = {note["column"] for note in notes.rows if note["code"] == "items_missing" and note["file"] == places["file"]}
        absent = {column for listed in told for column in listed.split(", ")} | find_by_rows(study, places["file"], places["wave"])
        for column in columns:
            if column not in absent and not rows[column].notna().any():
                notes.add("item_empty", column=column, value=instrument.id, count=people, **places)


def _check_copies(responses: pd.DataFrame, study: Study, notes: Notes) -> None:
    """Note the rows of a file that hold the answers of another of the same school, wave and moment, too varied for chance."""
    changes, sums = trace_answers(responses, study, np.random.default_rng(study.seed))
    wanted = changes >= load_rules().suspicions["copied_answers"].cut
    rows = responses.loc[wanted, ["source", "school", "wave", "role", "date", "row"]].assign(sum=sums[wanted])
    same = ["source", "school", "wave", "role", "date", "sum"]
    copies = rows.assign(first=rows.groupby(same, sort=False, dropna=False)["row"].transform("first"))[rows.duplicated(same)]
    for (source, school, wave), found in copies.groupby(["source", "school", "wave"], sort=False):
        place = {"file": str(source), "school": str(school), "wave": str(wave)}
        notes.add("rows_copied", row=int(found["row"].iloc[0]), expected=str(found["first"].iloc[0]), count=len(found), **place)


def trace_answers(
    responses: pd.DataFrame, study: Study, generator: np.random.Generator, items: Collection[str] | None = None
) -> tuple[Counts, Floats]:
    """Return per row how often an answer differs from the one before it, and a weighted sum that tells rows apart.

    An item is held against the last that is worded in the same direction: who agrees with all that is good gave one answer throughout.
    Where `items` are given, the others are left out.
    """
    changes = np.zeros(len(responses), dtype=np.int64)
    sums = np.zeros(len(responses))
    before = {turned: np.full(len(responses), np.nan) for turned in (False, True)}
    for instrument in study.instruments:
        for column, (item, _) in instrument.columns.items():
            if items is not None and column not in items:
                continue
            answers = responses[column].to_numpy(dtype=np.float64)
            last = before[item.reverse]
            changes += np.isfinite(answers) & np.isfinite(last) & (answers != last)
            sums += generator.random() * np.nan_to_num(answers, nan=-7.3)
            before[item.reverse] = answers
    return changes, sums


def _check_presence(responses: pd.DataFrame, study: Study, notes: Notes) -> None:
    """Note schools without any answer, and how few took part of those invited where that is under half."""
    used = responses.groupby(["school", "wave"]).size().to_dict()
    enough = load_rules().suspicions["response"].cut
    for school in study.schools:
        if not any(used.get((school.id, wave.id)) for wave in study.moments):
            notes.add("school_absent", school=school.id, value=school.name)
            continue
        for wave, invited in school.invited.items():
            count = int(used.get((school.id, wave), 0))
            if count < enough * invited:
                notes.add("fewer_than_invited", school=school.id, wave=wave, value=str(count), expected=str(invited), count=invited - count)


def _check_sameness_of_schools(responses: pd.DataFrame, study: Study, notes: Notes) -> None:
    """Note the schools where everybody gave one and the same answer to all of an instrument."""
    people, cells = (int(load_rules().suspicions[name].cut) for name in ("equal_people", "same_answers"))
    cell = [responses["school"], responses["wave"], responses["source"]]
    for instrument in study.instruments:
        for rating in instrument.scored_ratings:
            answered, low, high = _summarise(responses, [instrument.name_column(item.id, rating) for item in instrument.scored_items])
            frame = pd.DataFrame({"people": answered > 0, "cells": answered, "low": low, "high": high})
            found = frame.groupby(cell, sort=False).agg({"people": "sum", "cells": "sum", "low": "min", "high": "max"})
            equal = found[(found["people"] >= people) & (found["cells"] >= cells) & (found["low"] == found["high"])]
            for (school, wave, source), count, answer in zip(equal.index, equal["people"], equal["low"], strict=True):
                places = {"file": source, "school": school, "wave": wave}
                notes.add("school_equal", column=instrument.id, value=f"{answer:g}", count=int(count), **places)


@dataclass(frozen=True, slots=True)
class _Changes:
    """Mean changes of the items per school (schools × items, in standard deviations), of all items together, and its error."""

    schools: list[str]
    items: Floats
    total: Floats
    error: Floats


def _check_mirrors(responses: pd.DataFrame, study: Study, notes: Notes) -> None:
    """Note a school whose changes are those of the other schools turned round: perhaps its two files changed places."""
    for before, after in pairwise(wave.id for wave in study.waves):
        found = _find_changes(responses, study, before, after)
        for place, school in enumerate(found.schools):
            rest = np.delete(np.arange(len(found.schools)), place)
            if len(rest) < OTHERS:
                return
            mean = found.total[rest].mean()
            items = found.items[rest].mean(axis=0)
            error = found.total[rest].std(ddof=1) / np.sqrt(len(rest))
            against = found.items[place] @ items / max(np.linalg.norm(found.items[place]) * np.linalg.norm(items), 1e-300)
            sure = abs(found.total[place]) > SURE * found.error[place] and abs(mean) > SURE * error
            if sure and found.total[place] * mean < 0 and against <= load_rules().suspicions["mirrored"].cut:
                value = f"{found.total[place]:+.2f}"
                expected = f"{mean:+.2f}"
                notes.add("waves_mirrored", school=school, wave=after, value=value, expected=expected, count=len(rest))


def _find_changes(responses: pd.DataFrame, study: Study, before: str, after: str) -> _Changes:
    """Return the changes of the schools with the study's smallest group in both waves, over the items that all of these answered."""
    waves = [np.flatnonzero(responses["wave"] == wave) for wave in (before, after)]
    names = [responses["school"].iloc[rows] for rows in waves]
    sizes = [wave.value_counts() for wave in names]
    schools = [school.id for school in study.schools if all(size.get(school.id, 0) >= study.smallest_group for size in sizes)]
    if len(schools) <= OTHERS:
        return _Changes([], np.empty((0, 0)), np.empty(0), np.empty(0))
    places = [pd.Index(schools).get_indexer(pd.Index(wave)) for wave in names]
    items = []
    sums = [np.zeros((2, len(rows))) for rows in waves]
    for column in _list_columns(study):
        scaled = _scale(responses[column].to_numpy(dtype=np.float64), waves)
        first, second = (_average(values, place, len(schools)) for values, place in zip(scaled, places, strict=True))
        if np.isfinite(first - second).all():
            items.append(second - first)
            for total, values in zip(sums, scaled, strict=True):
                total += np.nan_to_num(values), np.isfinite(values)
    totals = [np.divide(total, given, out=np.full(len(total), np.nan), where=given > 0) for total, given in sums]
    (first, one), (second, two) = (_describe(total, place, len(schools)) for total, place in zip(totals, places, strict=True))
    return _Changes(schools, np.array(items).T.reshape(len(schools), len(items)), second - first, np.sqrt(one + two))


def _scale(answers: Floats, waves: list[NDArray[np.intp]]) -> list[Floats]:
    """Return the answers of each wave in standard deviations of both together; all NaN where everybody answered the same."""
    both = pd.Series(answers[np.concatenate(waves)])
    spread = both.std() or np.nan
    return [(answers[rows] - both.mean()) / spread for rows in waves]


def _describe(values: Floats, places: NDArray[np.intp], schools: int) -> tuple[Floats, Floats]:
    """Return the mean of `values` at each place and the square of its standard error."""
    mean = _average(values, places, schools)
    spread = _average((values - mean[places]) ** 2, places, schools)
    return mean, spread / np.maximum(_count(values, places, schools) - 1, 1)


def _count(values: Floats, places: NDArray[np.intp], schools: int) -> Floats:
    return np.bincount(places[(places >= 0) & np.isfinite(values)], minlength=schools).astype(np.float64)


def _average(values: Floats, places: NDArray[np.intp], schools: int) -> Floats:
    """Return the mean of `values` at each of so many places; NaN where there is none. A place of -1 is left out."""
    held = (places >= 0) & np.isfinite(values)
    sums = np.bincount(places[held], values[held], minlength=schools)
    counts = _count(values, places, schools)
    return np.divide(sums, counts, out=np.full(schools, np.nan), where=counts > 0)


def _list_columns(study: Study) -> list[str]:
    return [column for instrument in study.instruments for column in instrument.columns]


def _summarise(responses: pd.DataFrame, columns: list[str]) -> tuple[Counts, Floats, Floats]:
    """Return per row how many answers it has, and the lowest and highest of them; a column at a time, so that little memory is taken."""
    answered, low, high = (np.zeros(len(responses), dtype=np.int64), *np.full((2, len(responses)), np.nan))
    for column in columns:
        answers = responses[column].to_numpy(dtype=np.float64)
        answered += np.isfinite(answers)
        low = np.fmin(low, answers)
        high = np.fmax(high, answers)
    return answered, low, high
