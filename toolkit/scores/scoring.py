"""Scoring: answers to scale scores, wide up to the score and long from there."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.columns import SCORES, WHO
from toolkit.study.instruments import Instrument, Item, Scale
from toolkit.study.study import Study

Array = NDArray[np.float64]


def compute_scores(responses: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return every scale score, as SCORES: one row per respondent, wave, instrument, scale and rating.

    A score with too few answers is NaN. Shorter versions are scored from their own items and from those of the instruments in which they
    nest. Who answered no item of an instrument (in one rating) has no rows for it.
    """
    parts = [part for instrument in study.scored_instruments for part in _score_instrument(responses, instrument, study)]
    return SCORES.conform(pd.concat(parts, ignore_index=True)) if parts else SCORES.empty()


def _score_instrument(responses: pd.DataFrame, instrument: Instrument, study: Study) -> list[pd.DataFrame]:
    """Return the scores of one instrument, a frame per rating, the computed ratings last."""
    asked = {rating: take_answers(responses, instrument, rating, study) for rating in instrument.asked_ratings}
    scores = {rating: score_scales(answers, instrument) for rating, answers in asked.items()}
    for rating in instrument.ratings:
        if rating.difference:
            (first, answered), (second, also_answered) = (scores[part] for part in rating.difference)
            scores[rating.id] = first - second, np.minimum(answered, also_answered)
    return [_go_long(responses, instrument, rating, *score) for rating, score in scores.items()]


def take_answers(responses: pd.DataFrame, instrument: Instrument, rating: str, study: Study) -> Array:
    """Return the answers in one rating, people × items, reversed items turned round; what a longer version asked counts too."""
    answers = np.column_stack([_take_item(responses, instrument, item, rating, study) for item in instrument.items])
    scale = instrument.find_answers(rating)
    reverse = np.array([item.reverse for item in instrument.items])
    return np.where(reverse, scale.min + scale.max - answers, answers)


def _take_item(responses: pd.DataFrame, instrument: Instrument, item: Item, rating: str, study: Study) -> Array:
    """Return the answers to one item: its own column, and where that is empty the same item in a longer version."""
    names = [instrument.name_column(item.id, rating)]
    for whole in study.instruments:
        names += [
            whole.name_column(version.items[item.id], rating)
            for version in whole.nested
            if version.id == instrument.id and item.id in version.items
        ]
    values = np.full(len(responses), np.nan)
    for name in names:
        if name in responses:
            values = np.where(np.isnan(values), responses[name].to_numpy(dtype=np.float64), values)
    return values


def score_scales(answers: Array, instrument: Instrument) -> tuple[Array, NDArray[np.int64]]:
    """Return the scores and the number of answered items, both people × scales; `answers` is people × items."""
    items = [item.id for item in instrument.items]
    member = np.array([[item in scale.items for scale in instrument.scales] for item in items], dtype=np.float64)
    given = np.isfinite(answers)
    answered = np.rint(given.astype(np.float64) @ member).astype(np.int64)
    sums = np.where(given, answers, 0.0) @ member
    enough = answered >= np.maximum([scale.count_needed() for scale in instrument.scales], 1)
    scores = np.full(sums.shape, np.nan)
    np.divide(sums, answered, out=scores, where=enough)
    for number, scale in enumerate(instrument.scales):
        if scale.score == "sum":
            scores[:, number] *= len(scale.items)
        elif scale.score == "share":
            scores[:, number] = _divide(answers, items, scale)
    return scores, answered


def _divide(answers: Array, items: list[str], scale: Scale) -> Array:
    """Return the first item of a share over the second, NaN where that is 0 or one of them is missing."""
    numerator, denominator = (answers[:, items.index(item)] for item in scale.items)
    share = np.full(len(answers), np.nan)
    return np.divide(numerator, denominator, out=share, where=denominator > 0)


def _go_long(responses: pd.DataFrame, instrument: Instrument, rating: str, scores: Array, answered: NDArray[np.int64]) -> pd.DataFrame:
    rows = np.flatnonzero(answered.any(axis=1))
    scales = instrument.scales
    people = responses[list(WHO)].iloc[np.tile(rows, len(scales))].reset_index(drop=True)
    return people.assign(
        instrument=instrument.id,
        scale=np.repeat([scale.id for scale in scales], len(rows)),
        rating=rating,
        score=scores[rows].ravel(order="F"),
        answered=answered[rows].ravel(order="F"),
        asked=np.repeat([len(scale.items) for scale in scales], len(rows)),
    )
