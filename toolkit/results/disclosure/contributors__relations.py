"""What everybody knows about scores: a computed rating is a difference, and a total with complete answers is made of its subscales."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import pandas as pd

from toolkit.results.disclosure.contributors import NOBODY, What, group_people, name_measure
from toolkit.results.disclosure.differencing import Relation
from toolkit.results.rows__rows__disclosure_tmp import keep_complete_ratings
from toolkit.schemas import WHAT
from toolkit.study.instruments import Instrument, Scale
from toolkit.study.study import Study

Weights = list[tuple[What, Fraction]]


def list_relations(scores: pd.DataFrame, study: Study) -> list[Relation]:
    """Return what holds for the scores of each person, with the people for whom it does.

    Left out: scales that share only some of their items, and shorter versions of an instrument beside the longer one.
    """
    valid = keep_complete_ratings(scores, study).dropna(subset="score")
    here = group_people(valid, ["wave", *WHAT])
    complete = group_people(valid[valid["answered"] == valid["asked"]], ["wave", *WHAT])
    found = []
    for wave in study.waves:
        for instrument in study.scored_instruments:
            rated = [(weights, here) for weights in _weigh_ratings(instrument)]
            for weights, people in [*rated, *((weights, complete) for weights in _weigh_scales(instrument))]:
                everyone = people.get((wave.id, *weights[0][0]), NOBODY)
                if everyone:
                    found.append(Relation(wave.id, tuple((name_measure(*what), weight) for what, weight in weights), everyone))
    return found


def _weigh_ratings(instrument: Instrument) -> Iterator[Weights]:
    for rating in instrument.ratings:
        if rating.difference:
            signs = ((rating.id, 1), (rating.difference[0], -1), (rating.difference[1], 1))
            for scale in instrument.scales:
                yield [(_name(instrument, scale, name), Fraction(sign)) for name, sign in signs]


def _weigh_scales(instrument: Instrument) -> Iterator[Weights]:
    for whole in instrument.scales:
        parts = _find_parts(whole, instrument)
        for rating in instrument.asked_ratings if parts else ():
            weights = [(_name(instrument, part, rating), _count(part)) for part in parts]
            yield [(_name(instrument, whole, rating), -_count(whole)), *weights]


def _find_parts(whole: Scale, instrument: Instrument) -> list[Scale]:
    """Return the other scales that share out the items of `whole` among them, none where they don't."""
    within = [scale for scale in instrument.scales if scale.score != "share" and set(scale.items) < set(whole.items)]
    items = [item for scale in within for item in scale.items]
    return within if whole.score != "share" and sorted(items) == sorted(whole.items) else []


def _count(scale: Scale) -> Fraction:
    """Return how many times the score makes the sum of the answers."""
    return Fraction(len(scale.items) if scale.score == "mean" else 1)


def _name(instrument: Instrument, scale: Scale, rating: str) -> What:
    return instrument.id, scale.id, rating
