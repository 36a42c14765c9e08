"""Scoring: scale scores from answers, in a wide table up to the score and a long one from there."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.schemas import SCORES, WHAT, WHO
from toolkit.study.instruments import Instrument, Item, Scale
from toolkit.study.study import Study

Array = NDArray[np.float64]

#: how many people are scored at a time.
AT_ONCE = 50_000
#: What holds how many statements were answered.
COUNT = "int16"


def compute_scores(responses: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return every scale score.

    Parameters
    ----------
    responses
        From `read_responses`.
    study
        The study that they are of.

    Returns
    -------
    DataFrame
        SCORES: a row per respondent, wave, `instrument`, `scale` and `rating`, with the `score` (points of the scale; NaN with too few
        answers), how many items were `answered` and how many `asked`. People who answered no item of an instrument (in one rating) have no
        rows for it.

    Notes
    -----
    The mean of the items answered, reversed ones turned round, unless the instrument says otherwise; each instrument names its source.
    A key factor is the mean of the scales that name it, three quarters of which must have a score.
    Shorter versions are scored from their own items and from those of the instruments in which they nest.

    Examples
    --------
    >>> import toolkit as plg
    >>> study = plg.load_study("datasets/univbct")
    >>> scores = plg.compute_scores(plg.read_responses(study), study)
    >>> scores[["wave", "instrument", "score", "answered"]].head(3)
      wave        instrument     score  answered
    0   w1  job_satisfaction  1.666667         1
    1   w1  job_satisfaction  3.666667         1
    2   w1  job_satisfaction  4.000000         1
    """
    return SCORES.conform(hold_scores(responses, study))


def hold_scores(responses: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return what `compute_scores` does, in a quarter of the room: who and what as categories, counts as short numbers."""
    parts = [
        part for instrument in study.scored_instruments if instrument.scales for part in _score_instrument(responses, instrument, study)
    ]
    return _go_long(responses, parts) if parts else hold(SCORES.empty())


def hold(scores: pd.DataFrame) -> pd.DataFrame:
    """Return scores in a quarter of the room."""
    words = [name for name in scores if name in {**WHO, **WHAT}]
    return scores.astype(dict.fromkeys(words, "category") | dict.fromkeys(("answered", "asked"), COUNT))


@dataclass(frozen=True, slots=True)
class Scored:
    """One instrument in one rating: the rows of people who answered any of it, and their scores and numbers of answers, people × scales."""

    instrument: Instrument
    rating: str
    rows: NDArray[np.int64]
    scores: Array
    answered: NDArray[np.int16]


def _score_instrument(responses: pd.DataFrame, instrument: Instrument, study: Study) -> list[Scored]:
    """Return the scores of one instrument in each rating, the computed ratings last."""
    scores = {
        rating: _add_key_factors(*_score_rating(responses, instrument, rating, study), instrument) for rating in instrument.scored_ratings
    }
    for rating in instrument.ratings:
        if not rating.parts:
            continue
        (first, answered), (second, also_answered) = (scores[part] for part in rating.parts)
        if rating.difference:
            scores[rating.id] = first - second, np.minimum(answered, also_answered)
        else:
            begun = (responses["wave"] == responses["school"].map(study.map_first_waves())).to_numpy()[:, np.newaxis]
            scores[rating.id] = np.where(begun, first, second), np.where(begun, answered, also_answered)
    kept = {rating: np.flatnonzero(answered.any(axis=1)) for rating, (_, answered) in scores.items()}
    found = ((rating, kept[rating], score, n) for rating, (score, n) in scores.items())
    return [Scored(instrument, rating, rows, score[rows], n[rows].astype(COUNT)) for rating, rows, score, n in found]


def _score_rating(responses: pd.DataFrame, instrument: Instrument, rating: str, study: Study) -> tuple[Array, NDArray[np.int64]]:
    """Return what `score_scales` gives for all people, computed in blocks because the answers are copied a few times on the way."""
    firsts = range(0, max(len(responses), 1), AT_ONCE)
    blocks = [score_scales(take_answers(responses[first : first + AT_ONCE], instrument, rating, study), instrument) for first in firsts]
    return np.concatenate([scores for scores, _ in blocks]), np.concatenate([answered for _, answered in blocks])


def take_answers(responses: pd.DataFrame, instrument: Instrument, rating: str, study: Study) -> Array:
    """Return the answers in one rating, people × items, with reversed items recoded; answers to a longer version count too."""
    answers = np.column_stack([_take_item(responses, instrument, item, rating, study) for item in instrument.items])
    ends = [(own.min, own.max) for own in (instrument.find_answers(rating, item) for item in instrument.items)]
    reverse = np.array([item.reverse for item in instrument.items])
    return np.where(reverse, np.array([low + high for low, high in ends]) - answers, answers)


def _take_item(responses: pd.DataFrame, instrument: Instrument, item: Item, rating: str, study: Study) -> Array:
    """Return the answers to one item: its own column or, if that is empty, the same item in a longer version."""
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
    places = {scale.id: number for number, scale in enumerate(instrument.scales)}
    for scale in instrument.scales:
        if scale.difference:
            first, second = (scores[:, places[part]] for part in scale.difference)
            scores[:, places[scale.id]] = first - second
    return scores, answered


def _add_key_factors(scores: Array, answered: NDArray[np.int64], instrument: Instrument) -> tuple[Array, NDArray[np.int64]]:
    """Return both with a column for each key factor: the mean of its scales with a score, which three quarters of them must have."""
    for factor in instrument.key_factors:
        own = [instrument.scales.index(scale) for scale in instrument.list_parts(factor)]
        known = np.isfinite(scores[:, own])
        count = known.sum(axis=1)
        mean = np.full(len(scores), np.nan)
        enough = count >= max(math.ceil(0.75 * len(own)), 1)
        np.divide(np.where(known, scores[:, own], 0.0).sum(axis=1), count, out=mean, where=enough)
        scores = np.column_stack([scores, mean])
        answered = np.column_stack([answered, answered[:, own].sum(axis=1)])
    return scores, answered


def _divide(answers: Array, items: list[str], scale: Scale) -> Array:
    """Return the first item of a share divided by the second, NaN if that is 0 or either is missing."""
    numerator, denominator = (answers[:, items.index(item)] for item in scale.items)
    share = np.full(len(answers), np.nan)
    return np.divide(numerator, denominator, out=share, where=denominator > 0)


def _go_long(responses: pd.DataFrame, parts: list[Scored]) -> pd.DataFrame:
    """Return one row per person and scale; each word refers to one of a few, so a million people share them."""
    scales = [(part, scale) for part in parts for scale in part.instrument.scored_scales]
    rows = np.concatenate([part.rows for part, _ in scales])
    columns: dict[str, Any] = {name: responses[name].astype("category").array.take(rows) for name in WHO}
    words = zip(*((part.instrument.id, scale.id, part.rating) for part, scale in scales), strict=True)
    numbers = np.repeat(np.arange(len(scales), dtype=COUNT), [len(part.rows) for part, _ in scales])
    columns |= {name: pd.Categorical(texts).take(numbers) for name, texts in zip(WHAT, words, strict=True)}
    columns["score"] = np.concatenate([part.scores.ravel(order="F") for part in parts])
    columns["answered"] = np.concatenate([part.answered.ravel(order="F") for part in parts])
    columns["asked"] = np.array([len(scale.items) for _, scale in scales], dtype=COUNT)[numbers]
    return pd.DataFrame(columns, copy=False)
