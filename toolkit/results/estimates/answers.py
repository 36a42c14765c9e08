"""How the answers to each statement are distributed: whole percentages per school, wave and answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.results.rows import find_spread_floor, keep_reported, make_blank, make_row
from toolkit.schemas import ANSWERS
from toolkit.study.answers import Answers
from toolkit.study.instruments import Instrument, Item
from toolkit.study.study import Study

#: Statements with more answers than this have no percentages per answer, but per class of answers where those are declared.
MOST_ANSWERS = 7
CELL = ["school", "wave"]
Floats = NDArray[np.float64]


def estimate_answers(responses: pd.DataFrame, scores: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return per school, wave and statement which share gave each answer (0 to 1, whole percentages).

    Where answers have classes, `answer` is the lowest of a class. A statement needs 10 people. People count if they have a score on every
    scale that includes the statement. An answer that everybody or nobody gave carries no number: its method is `nearly_all` or
    `nearly_none`.
    """
    cells = pd.MultiIndex.from_product([[school.id for school in study.schools], [moment.id for moment in study.moments]], names=CELL)
    cell = cells.get_indexer(pd.MultiIndex.from_frame(responses[CELL]))
    has_score = _find_scored(responses, keep_reported(scores, study))
    return ANSWERS.collect(_describe_statements(responses, has_score, cell, cells, study))


def _describe_statements(
    responses: pd.DataFrame, has_score: dict[Any, NDArray[np.bool_]], cell: NDArray[np.intp], cells: pd.MultiIndex, study: Study
) -> Iterator[dict[str, Any]]:
    for instrument in study.instruments:
        asked = {moment.id for moment in study.list_moments(instrument.id)}
        for item, rating in _list_statements(instrument):
            names = [(instrument.id, scale.id, rating) for scale in instrument.scales if item.id in scale.items]
            scored = [has_score.get(name, np.zeros(len(responses), dtype=bool)) & (cell >= 0) for name in names]
            column = instrument.name_column(item.id, rating)
            given = responses[column].to_numpy(dtype=np.float64) if column in responses else np.full(len(responses), np.nan)
            values = list_answers(instrument.find_answers(rating, item))
            if instrument.find_answers(rating, item).classes:
                given = _find_lowest(given, values)
            counts = _count(given, values, scored, cell, len(cells))
            for place, (school, wave) in enumerate(cells):
                where = {"school": school, "wave": wave, "instrument": instrument.id, "item": item.id, "rating": rating}
                yield from _describe_cell(where, values, counts[place], study) if wave in asked else ()


def list_answers(answers: Answers) -> list[float]:
    """Return the possible answers, from low to high, or the lowest of each class; none if there are too many to tell apart."""
    if answers.classes:
        return [answers.min, *answers.classes]
    if answers.step <= 0 or (answers.max - answers.min) / answers.step >= MOST_ANSWERS:
        return []
    return [float(value) for value in np.arange(answers.min, answers.max + answers.step / 2, answers.step)]


def round_shares(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return `counts` as whole percentages, each rounded half up as everywhere: 4 of 11 is 36 %, even where the sum is then 99."""
    whole: NDArray[np.int64] = (200 * counts + counts.sum()) // (2 * counts.sum())
    return whole


def _list_statements(instrument: Instrument) -> Iterator[tuple[Item, str]]:
    for item in instrument.scored_items:
        for rating in instrument.scored_ratings:
            if list_answers(instrument.find_answers(rating, item)):
                yield item, rating


def _find_lowest(given: Floats, values: list[float]) -> Floats:
    """Return the lowest answer of the class of each answer, whose classes begin at `values`."""
    classes = np.searchsorted(values, given, side="right") - 1
    return np.where(np.isfinite(given), np.array(values)[np.clip(classes, 0, len(values) - 1)], np.nan)


def _find_scored(responses: pd.DataFrame, scores: pd.DataFrame) -> dict[Any, NDArray[np.bool_]]:
    """Return per instrument, scale and rating which rows of `responses` have a score."""
    key = ["respondent", *CELL]
    people = pd.MultiIndex.from_frame(responses[key])
    found = {}
    for what, own in scores.groupby(["instrument", "scale", "rating"]):
        rows = people.get_indexer(pd.MultiIndex.from_frame(own[key]))
        found[what] = np.isin(np.arange(len(responses)), rows)
    return found


def _count(given: Floats, values: list[float], scored: list[NDArray[np.bool_]], cell: NDArray[np.intp], cells: int) -> NDArray[np.int64]:
    """Return how many in each cell gave each answer."""
    everywhere = np.logical_and.reduce([cell >= 0, *scored])
    return np.column_stack([np.bincount(cell[everywhere & (given == value)], minlength=cells) for value in values])


def _describe_cell(where: dict[str, Any], values: list[float], counts: NDArray[np.int64], study: Study) -> list[dict[str, Any]]:
    n = int(counts.sum())
    if n < find_spread_floor(study):
        state, reason = ("hidden", "too_few_for_spread") if n else ("not_measured", "no_answers")
        return [make_blank(where | {"answer": value}, "share", state, reason) for value in values]
    return [_describe_share(where | {"answer": value}, int(share), n) for value, share in zip(values, round_shares(counts), strict=True)]


def _describe_share(where: dict[str, Any], percent: int, n: int) -> dict[str, Any]:
    if percent in (0, 100):
        return make_blank(where, "share", "hidden", "nearly_all" if percent else "nearly_none")
    return make_row(where, "share", percent / 100, n, "share")
