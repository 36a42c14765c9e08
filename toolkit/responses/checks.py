"""Checks: answers that can be read, but that a person should look at again."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.findings import Notes
from toolkit.study.instruments import Instrument
from toolkit.study.rules import load_rules
from toolkit.study.study import Study

Array = NDArray[np.float64]


def check_responses(responses: pd.DataFrame, study: Study, notes: Notes) -> None:
    """Note what is odd in `responses`: more people than were invited, dates of another wave, answers that are all the same, wrong signs."""
    _check_invited(responses, study, notes)
    _check_dates(responses, study, notes)
    for (source, wave), rows in responses.groupby(["source", "wave"], sort=False):
        for instrument in study.instruments:
            for rating in instrument.asked_ratings:
                columns = [instrument.name_column(item.id, rating) for item in instrument.items]
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
    dated = responses[responses["date"].notna()]
    for (source, wave), dates in dated.groupby(["source", "wave"], sort=False)["date"]:
        middle = pd.Timestamp(dates.sort_values().iloc[(len(dates) - 1) // 2])
        distance = {other.id: abs(middle - pd.Timestamp(other.date)) for other in study.waves}
        nearest = min(distance, key=lambda id: distance[id])
        if wave in distance and nearest != wave:
            places = {"file": str(source), "wave": str(wave), "count": len(dates)}
            notes.add("wave_dates", value=str(middle.date()), expected=nearest, **places)


def _check_sameness(rows: pd.DataFrame, columns: list[str], instrument: str, places: dict[str, str], notes: Notes) -> None:
    """Note how many people gave one and the same answer to all of an instrument."""
    enough = int(load_rules().suspicions["same_answers"].cut)
    given, low, high = np.zeros(len(rows), dtype=np.int64), np.full(len(rows), np.inf), np.full(len(rows), -np.inf)
    for column in columns:
        answers = rows[column].to_numpy(dtype=np.float64)
        given += np.isfinite(answers)
        low, high = np.fmin(low, answers), np.fmax(high, answers)
    same = (given >= enough) & (low == high)
    if same.any():
        notes.add("answers_same", row=int(rows["row"].to_numpy()[same][0]), value=instrument, count=int(same.sum()), **places)


def _check_signs(rows: pd.DataFrame, columns: list[str], instrument: Instrument, rating: str, places: dict[str, str], notes: Notes) -> None:
    """Note each item that runs against the rest of its scale: declared reversed and turned round already, or the other way about."""
    rules, scale_answers = load_rules().suspicions, instrument.find_answers(rating)
    turned = np.array([item.reverse for item in instrument.items])
    places_of = {item.id: number for number, item in enumerate(instrument.items)}
    told: set[int] = set()
    for scale in (scale for scale in instrument.scales if len(scale.items) > 2 and scale.score != "share"):
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
    own, others = answers - answers.mean(axis=0), rest - rest.mean(axis=0)
    spread = np.sqrt((own**2).sum(axis=0) * (others**2).sum(axis=0))
    result: Array = np.divide((own * others).sum(axis=0), spread, out=np.zeros(answers.shape[1]), where=spread > 0)
    return result


def check_speed(seconds: Array, answered: NDArray[np.int64], rows: pd.DataFrame, file: str, notes: Notes) -> None:
    """Note how many forms were filled in faster than anybody reads; `seconds` is NaN where that is not known."""
    cut = load_rules().suspicions["seconds_per_answer"].cut
    fast = np.isfinite(seconds) & (seconds >= 0) & (answered > 0) & (seconds < cut * answered)
    if fast.any():
        notes.add("forms_fast", file=file, row=int(rows["row"].to_numpy()[fast][0]), value=f"{cut:g}", count=int(fast.sum()))
