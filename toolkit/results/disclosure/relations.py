"""What everybody knows about the scores of one person: how those on one scale or rating follow from those on others."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from fractions import Fraction

import pandas as pd

from toolkit.results.disclosure.contributors import NOBODY, People, What, group_people, name_measure
from toolkit.results.disclosure.differencing import Relation
from toolkit.results.rows import keep_reported
from toolkit.schemas import WHAT
from toolkit.study.instruments import Instrument, Scale
from toolkit.study.study import Study

#: The scores that are sums over their items.
SUMMED = ("mean", "sum")
Weights = list[tuple[What, Fraction]]


def list_relations(scores: pd.DataFrame, study: Study) -> list[Relation]:
    """Return the known relations between the scores of each person, with the people for whom they hold.

    Left out: scales that share only some of their items, shorter versions of an instrument beside the longer one, and people with too few
    answers for a part.
    """
    valid = keep_reported(scores, study)
    here = group_people(valid, ["wave", *WHAT])
    complete = group_people(valid[valid["answered"] == valid["asked"]], ["wave", *WHAT])
    found = list(_relate_followed(here, valid, study))
    for wave in study.moments:
        for instrument in study.scored_instruments:
            rated = [(weights, here) for weights in (*_weigh_ratings(instrument), *_weigh_differences(instrument))]
            for weights, people in [*rated, *((weights, complete) for weights in _weigh_scales(instrument))]:
                everyone = people.get((wave.id, *weights[0][0]), NOBODY)
                if everyone:
                    found.append(_relate(wave.id, weights, everyone))
    return [*found, *_relate_skipped(valid, study), *_relate_key_factors(scores, study)]


def _relate(wave: str, weights: Weights, people: People) -> Relation:
    return Relation(wave, tuple((name_measure(*what), weight) for what, weight in weights), people)


def _relate_followed(here: Mapping[What, People], valid: pd.DataFrame, study: Study) -> Iterator[Relation]:
    """Yield what a rating that follows people is: in the first measurement of their school one rating, in a later one another."""
    begun = valid["wave"].to_numpy(dtype=object) == valid["school"].map(study.map_first_waves()).to_numpy(dtype=object)
    first = {wave: frozenset(people) for wave, people in valid[begun].groupby("wave")["respondent"]}
    for instrument in study.scored_instruments:
        for rating, scale in itertools.product([rating for rating in instrument.ratings if rating.change], instrument.scales):
            for wave in study.waves:
                people = here.get((wave.id, *_name(instrument, scale, rating.id)), NOBODY)
                beginners = people & first.get(wave.id, NOBODY)
                for part, own in zip(rating.parts, (beginners, people - beginners), strict=True):
                    weights = [(_name(instrument, scale, rating.id), Fraction(1)), (_name(instrument, scale, part), Fraction(-1))]
                    if own:
                        yield _relate(wave.id, weights, own)


def _relate_skipped(valid: pd.DataFrame, study: Study) -> Iterator[Relation]:
    """Yield what holds for people who skipped statements: their mean of a whole is made of those of its parts by how many they answered."""
    counts = valid.set_index(["wave", "respondent", *WHAT])["answered"]
    skipped = group_people(valid[valid["answered"] < valid["asked"]], ["wave", *WHAT])
    for instrument in study.scored_instruments:
        for weights in _weigh_scales(instrument):
            scales = [what for what, _ in weights]
            if any(instrument.find_scale(what[1]).score != "mean" for what in scales):
                continue
            for wave in study.moments:
                alike: dict[tuple[int, ...], list[str]] = {}
                for person in sorted(skipped.get((wave.id, *scales[0]), NOBODY)):
                    answered = tuple(int(counts.get((wave.id, person, *what), 0)) for what in scales)
                    if answered[0] == sum(answered[1:]):
                        alike.setdefault(answered, []).append(person)
                for (whole, *parts), people in alike.items():
                    times = zip(scales, map(Fraction, (-whole, *parts)), strict=True)
                    yield _relate(wave.id, [(what, count) for what, count in times if count], frozenset(people))


def _relate_key_factors(scores: pd.DataFrame, study: Study) -> Iterator[Relation]:
    """Yield of which scores that of each person on a key factor is the mean; with too few for one too: nobody's mean of some may follow."""
    given = group_people(scores.dropna(subset="score"), ["wave", *WHAT])
    for wave, instrument in itertools.product(study.waves, study.scored_instruments):
        for factor, rating in itertools.product(instrument.key_factors, instrument.scored_ratings):
            parts = [_name(instrument, part, rating) for part in instrument.list_parts(factor)]
            alike: dict[tuple[What, ...], list[str]] = {}
            for person in sorted(NOBODY.union(*(given.get((wave.id, *what), NOBODY) for what in parts))):
                alike.setdefault(tuple(what for what in parts if person in given.get((wave.id, *what), NOBODY)), []).append(person)
            for known, people in alike.items():
                whole = ((instrument.id, factor, rating), Fraction(-len(known)))
                yield _relate(wave.id, [whole, *((what, Fraction(1)) for what in known)], frozenset(people))


def _weigh_ratings(instrument: Instrument) -> Iterator[Weights]:
    for rating in instrument.ratings:
        if rating.difference:
            signs = ((rating.id, 1), (rating.difference[0], -1), (rating.difference[1], 1))
            for scale in instrument.scored_scales:
                yield [(_name(instrument, scale, name), Fraction(sign)) for name, sign in signs]


def _weigh_differences(instrument: Instrument) -> Iterator[Weights]:
    for scale in instrument.scales:
        for rating in instrument.scored_ratings if scale.difference else ():
            first, second = (instrument.find_scale(part) for part in scale.difference or ())
            yield [(_name(instrument, part, rating), Fraction(sign)) for part, sign in ((scale, 1), (first, -1), (second, 1))]


def _weigh_scales(instrument: Instrument) -> Iterator[Weights]:
    for whole in instrument.scales:
        parts = _find_parts(whole, instrument)
        for rating in instrument.scored_ratings if parts else ():
            weights = [(_name(instrument, part, rating), _count(part)) for part in parts]
            yield [(_name(instrument, whole, rating), -_count(whole)), *weights]


def _find_parts(whole: Scale, instrument: Instrument) -> list[Scale]:
    """Return the other scales that divide the items of `whole` among them, or none if they don't."""
    within = [scale for scale in instrument.scales if scale.score in SUMMED and set(scale.items) < set(whole.items)]
    items = [item for scale in within for item in scale.items]
    return within if whole.score in SUMMED and sorted(items) == sorted(whole.items) else []


def _count(scale: Scale) -> Fraction:
    """Return the number by which to multiply the score to get the sum of the answers."""
    return Fraction(len(scale.items) if scale.score == "mean" else 1)


def _name(instrument: Instrument, scale: Scale, rating: str) -> What:
    return instrument.id, scale.id, rating
