"""Wave coding: whether one wave, or one file of it, codes its answers otherwise than another, told by how the answers lie.

Items that a file holds turned round already run against the other items there, and elsewhere with them. An instrument that is turned round
as a whole, or moved by one, shows in the numbers that are used and in where their means lie.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.findings import Notes
from toolkit.study.instruments import Instrument
from toolkit.study.rules import load_rules
from toolkit.study.study import Study

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

#: what says already that a file uses other numbers.
RENUMBERED = ("scale_shifted", "scale_renumbered", "scale_renumbered_unsure")
#: so few people tell nothing, and no more than so many are looked at.
FEWEST = 8
MOST = 5_000
#: how many times its error a difference between two correlations must be, for items named beforehand, for items looked for, and to stop.
NAMED = 3.3
SOUGHT = 4.5
SURE = 5.0
#: so much less sure it has to be where the means moved to the mirrored place too.
EASED = 1.0
#: the smallest correlation, in either direction, that says something of a direction.
CLEAR = 0.25
#: an instrument counts as mirrored where its means moved by so many standard deviations and errors, so near to the mirror image, with
#: their profile.
MOVED = 0.8
ERRORS = 4.0
NEAR = 1 / 3
PROFILE = -0.6
#: that nobody gives a number that others do give is no chance below this.
CHANCE = 1e-5
#: distributions are moved by one where that leaves at most this share of their difference, which is at least so large.
LEFT = 0.5
APART = 0.2


def check_coding(responses: pd.DataFrame, study: Study, notes: Notes) -> None:
    """Note items and instruments that one wave codes otherwise than the wave before it, or a file otherwise than the others of its wave."""
    groups = list(_pair_groups(responses, study))
    for instrument in study.instruments:
        for rating in instrument.scored_ratings:
            told: set[str] = set()
            for pair in groups:
                told |= _check_pair(responses, instrument, rating, pair, told, notes)


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two groups of rows that should be coded alike, and what each is called; `file` where the second is one file of its wave."""

    rows: tuple[NDArray[np.intp], NDArray[np.intp]]
    names: tuple[str, str]
    wave: str = ""
    file: str = ""


def _pair_groups(responses: pd.DataFrame, study: Study) -> Iterator[_Pair]:
    """Yield each wave beside the one before it, and then each file of a wave beside the other files of that wave."""
    waves = {wave.id: np.flatnonzero(responses["wave"] == wave.id) for wave in study.moments}
    there = [(name, rows) for name, rows in waves.items() if len(rows)]
    for (first, one), (second, two) in pairwise(there):
        yield _Pair((_thin(one), _thin(two)), (first, second))
    for name, rows in there:
        sources = responses["source"].to_numpy()[rows]
        files = list(dict.fromkeys(sources))
        for file in files if len(files) > 1 else ():
            own = sources == file
            rest = ", ".join(other for other in files if other != file)
            yield _Pair((_thin(rows[~own]), _thin(rows[own])), (rest, name), name, file)


def _thin(rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return at most so many rows, evenly spread over all of them."""
    return rows if len(rows) <= MOST else rows[np.linspace(0, len(rows) - 1, MOST).astype(np.intp)]


def _check_pair(responses: pd.DataFrame, instrument: Instrument, rating: str, pair: _Pair, told: set[str], notes: Notes) -> set[str]:
    """Note what two groups of rows code otherwise in one rating of an instrument; return the columns that were named."""
    columns = [instrument.name_column(item.id, rating) for item in instrument.scored_items]
    answers = instrument.find_answers(rating)
    if answers.kind != "scale" or told.intersection(columns):
        return set()
    groups = [responses[columns].iloc[rows].to_numpy(dtype=np.float64) for rows in pair.rows]
    asked = _find_asked(groups)
    if not asked.any():
        return set()
    groups = [group[np.isfinite(group[:, asked]).mean(axis=1) >= 0.5] for group in groups]
    asked &= _find_asked(groups)
    if not asked.any():
        return set()
    one, two = (group[:, asked] for group in groups)
    columns = [column for column, kept in zip(columns, asked, strict=True) if kept]
    reverse = np.array([item.reverse for item in instrument.scored_items])[asked]
    middle = answers.min + answers.max
    places = {"wave": pair.wave or pair.names[1], "expected": pair.names[0], "file": pair.file}
    if turned := find_turned(one, two, reverse, middle):
        _tell_turned(turned, columns, pair, notes)
        return {column for column, hit in zip(columns, turned.items, strict=True) if hit}
    if mirrored := find_mirrored(one, two, middle):
        places |= {"value": f"M {mirrored[0]:.2f} → {mirrored[1]:.2f}", "column": instrument.id}
        notes.add("wave_turned", count=len(one) + len(two), **places)
        return set(columns)
    renumbered = any(note["code"] in RENUMBERED for note in notes.rows)
    if answers.step == 1 and not renumbered and (used := find_unused(one, two)):
        notes.add(
            "wave_numbers", column=instrument.id, value=used[1], count=len(two), **places | {"expected": f"{pair.names[0]}: {used[0]}"}
        )
        return set(columns)
    return set()


def _find_asked(groups: Sequence[Floats]) -> Mask:
    """Return the items that enough people answered in each group."""
    asked: Mask = np.all([np.isfinite(group).sum(axis=0) >= FEWEST for group in groups], axis=0)
    return asked


@dataclass(frozen=True, slots=True)
class Turned:
    """Items that run with the others in one group and against them in the other: which, both correlations and means, and how sure it is."""

    items: Mask
    correlations: tuple[float, float]
    means: tuple[float, float]
    people: tuple[int, int]
    surely: float


def _tell_turned(turned: Turned, columns: Sequence[str], pair: _Pair, notes: Notes) -> None:
    """Note the items that were turned round, in the group in which they run against the others; what follows from it is taken away."""
    odd = int(turned.correlations[1] < 0)
    named = [column for column, hit in zip(columns, turned.items, strict=True) if hit]
    enough = min(turned.people) >= load_rules().suspicions["people"].cut
    code = "items_turned_surely" if turned.surely >= SURE and enough else "items_turned"
    moved = [f"{name} {turned_pair[1 - odd]:.2f} → {turned_pair[odd]:.2f}" for name, turned_pair in _name(turned)]
    wave = pair.wave or pair.names[odd]
    other = pair.names[0] if pair.wave else pair.names[1 - odd]
    follows = [note for note in notes.rows if note["code"] == "item_against" and note["column"] in columns and note["wave"] == wave]
    notes.rows[:] = [note for note in notes.rows if note not in follows]
    places = {"file": pair.file, "wave": wave, "expected": other}
    notes.add(code, column=", ".join(named), value="; ".join(moved), count=sum(turned.people), **places)


def _name(turned: Turned) -> tuple[tuple[str, tuple[float, float]], ...]:
    return ("r", turned.correlations), ("M", turned.means)


def find_turned(one: Floats, two: Floats, reverse: Mask, middle: float) -> Turned | None:
    """Return the items that run with the others in one of two groups and surely against them in the other, or None.

    `one` and `two` are answers, people × items; `reverse` says which items are declared reversed, `middle` is the sum of the scale's ends.
    Of two halves of an instrument that run apart, those are turned round whose means lie nearer to the mirror image.
    """
    spread = (np.nanstd(one, axis=0) > 0) & (np.nanstd(two, axis=0) > 0)
    places = np.flatnonzero(spread)
    if len(places) < 2:
        return None
    scores = [_standardise(np.where(reverse, middle - group, group)[:, places]) for group in (one, two)]
    found = [(*_compare(scores, half), half, floor) for half, floor in _list_halves(scores, reverse[places])]
    means = [np.nanmean(group[:, places], axis=0) for group in (one, two)]
    found = [(surely, r, _choose_half(half, means, reverse[places], middle), floor) for surely, r, half, floor in found]
    found = [entry for entry in found if entry[0] >= entry[3] - EASED * _is_moved_across(entry[2], means, middle)]
    if not found:
        return None
    surely, correlations, half, _ = max(found, key=lambda entry: entry[0])
    items = np.zeros(one.shape[1], dtype=bool)
    items[places] = half
    moved = [float(mean[items[places]].mean()) for mean in means]
    return Turned(items, correlations, (moved[0], moved[1]), (len(one), len(two)), surely)


def _standardise(answers: Floats) -> Floats:
    """Return answers in standard deviations from the mean of their item; 0 where there is none."""
    return np.nan_to_num((answers - np.nanmean(answers, axis=0)) / np.nanstd(answers, axis=0))


def _list_halves(scores: Sequence[Floats], reverse: Mask) -> Iterator[tuple[Mask, float]]:
    """Yield which items may be turned round together, and how sure that must be: the reversed ones, each alone, those that show so."""
    items = len(reverse)
    if 0 < reverse.sum() < items:
        yield reverse, NAMED
    for place in range(items):
        yield np.arange(items) == place, NAMED + np.log(items) / 4
    one, two = (np.corrcoef(group, rowvar=False) for group in scores)
    half = np.linalg.eigh(one * two - np.eye(items))[1][:, -1] < 0
    if 0 < half.sum() < items:
        yield half, SOUGHT


def _compare(scores: Sequence[Floats], half: Mask) -> tuple[float, tuple[float, float]]:
    """Return how many errors apart the correlations of two halves are in two groups, 0 where they have one sign, and both correlations."""
    one, two = (_correlate(group[:, half].sum(axis=1), group[:, ~half].sum(axis=1)) for group in scores)
    if one * two >= 0 or min(abs(one), abs(two)) < CLEAR:
        return 0.0, (one, two)
    error = np.sqrt(sum(1 / (len(group) - 3) for group in scores))
    return float(abs(np.arctanh(one) - np.arctanh(two)) / error), (one, two)


def _correlate(one: Floats, two: Floats) -> float:
    spread = one.std() * two.std()
    return float(np.clip(((one - one.mean()) * (two - two.mean())).mean() / spread, -0.999, 0.999)) if spread > 0 else 0.0


def _choose_half(half: Mask, means: Sequence[Floats], reverse: Mask, middle: float) -> Mask:
    """Return the half whose means, when turned round, lie nearer to those of the other group; of equals the one with the reversed items."""
    gains = [((means[1] - means[0]) ** 2 - (middle - means[1] - means[0]) ** 2)[part].sum() for part in (half, ~half)]
    if abs(gains[0] - gains[1]) > 0.1:
        return half if gains[0] > gains[1] else ~half
    return half if reverse[half].mean() >= reverse[~half].mean() else ~half


def _is_moved_across(half: Mask, means: Sequence[Floats], middle: float) -> bool:
    """Return whether the means of `half` moved by a point or more to near their mirror image, and the others by less than half that."""
    moved = np.abs(means[1] - means[0])
    left = np.abs(middle - means[1] - means[0])
    return bool(moved[half].mean() >= 1 and left[half].mean() <= NEAR * moved[half].mean() and moved[~half].mean() < moved[half].mean() / 2)


def find_mirrored(one: Floats, two: Floats, middle: float) -> tuple[float, float] | None:
    """Return the means of two groups where those of the second are the first's mirror image, item by item and together, or None."""
    before, after = (np.nanmean(group, axis=0) for group in (one, two))
    spread = np.nanstd(np.vstack([one - before, two - after]))
    if len(before) < 4 or not spread or not np.ptp(before) or not np.ptp(after):
        return None
    moved = np.abs(after - before).mean()
    left = np.abs(middle - after - before).mean()
    profile = _correlate(before, after)
    error = spread * np.sqrt(1 / len(one) + 1 / len(two))
    if moved < max(MOVED * spread, ERRORS * error) or left > NEAR * moved or profile > PROFILE:
        return None
    return float(before.mean()), float(after.mean())


def find_unused(one: Floats, two: Floats) -> tuple[str, str] | None:
    """Return the numbers that each of two groups uses where one of them uses others than chance explains, or None.

    Both ends are unused, or a number between two that are used, or all numbers are one higher or lower.
    """
    counts = [_count(group) for group in (one, two)]
    for group, count, other, people in ((one, counts[0], counts[1], len(two)), (two, counts[1], counts[0], len(one))):
        lost = [group == number for number in count if number not in other and min(other) < number < max(other)]
        if min(count) < min(other) and max(count) > max(other):
            lost.append((group < min(other)) | (group > max(other)))
        if any(_find_chance(given, people) < CHANCE for given in lost):
            return _write_used(counts)
    return _write_used(counts) if _is_moved(counts, (len(one), len(two))) else None


def _find_chance(given: Mask, people: int) -> float:
    """Return how likely it is that none of so many people give what others give, each at least once, in the rows of `given`.

    That is the beta-binomial chance of none, from a uniform prior.
    """
    own = int(given.any(axis=1).sum())
    rest = len(given) - own
    terms = (math.lgamma(rest + 1 + people), math.lgamma(len(given) + 2), -math.lgamma(rest + 1), -math.lgamma(len(given) + 2 + people))
    return math.exp(sum(terms))


def _is_moved(counts: Sequence[Mapping[float, int]], people: Sequence[int]) -> bool:
    """Return whether all numbers of the second group are those of the first, one higher or lower."""
    if min(people) < load_rules().suspicions["people"].cut:
        return False
    totals = [sum(count.values()) for count in counts]
    shift = min(counts[1]) - min(counts[0])
    if abs(shift) != 1 or max(counts[1]) - max(counts[0]) != shift:
        return False
    apart = _distance(counts, totals, 0)
    return apart >= APART and _distance(counts, totals, shift) <= LEFT * apart


def _distance(counts: Sequence[Mapping[float, int]], totals: Sequence[int], shift: float) -> float:
    """Return the share of the answers that differ between two groups, the first moved by `shift`."""
    numbers = {number + shift for number in counts[0]} | set(counts[1])
    return sum(abs(counts[0].get(number - shift, 0) / totals[0] - counts[1].get(number, 0) / totals[1]) for number in numbers) / 2


def _count(answers: Floats) -> dict[float, int]:
    numbers, times = np.unique(answers[np.isfinite(answers)], return_counts=True)
    return dict(zip(numbers.tolist(), times.tolist(), strict=True))


def _write_used(counts: Sequence[Mapping[float, int]]) -> tuple[str, str]:
    one, two = (", ".join(f"{number:g}" for number in count) for count in counts)
    return one, two
