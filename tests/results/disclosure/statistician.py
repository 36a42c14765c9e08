"""A statistician with all that is published, who knows who answered when and how the models weigh them, computes small groups back.

Per scale the unknowns are the means of the people of a school who always answered together (and have one role), in each wave that they
answered. What is told is linear in them, up to rounding; what is not told is as likely as for anybody in that study. So the best guess is
Gaussian, and its error beside that of somebody who uses the plain numbers only says what the estimates of the models give away.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import brentq

from tests.report.attacker import Attacker
from tests.report.drawn_study import Drawn
from tests.results.disclosure.published_numbers import MODELLED, About, Number, list_measures
from toolkit.results.estimates.change import estimate_change
from toolkit.results.estimates.comparison import estimate_comparison
from toolkit.results.rows import keep_complete_ratings, list_counted_schools
from toolkit.schemas import WHAT
from toolkit.scoring import compute_scores

Floats = NDArray[np.float64]
#: School, class of people (by when they answered and when they were counted, and role) and wave.
Cell = tuple[str, tuple[frozenset[str], frozenset[str], str], str]
Weights = dict[Cell, float]
#: How strongly the answers of a person go together, where the attacker does not know, and what it may be as well.
USUAL = 0.6
DOUBTS = (0.3, 0.5, 0.7, 0.85)
#: What is known beforehand: the variance of the level of the study, and of a school's own level and course, beside 1 within schools.
STUDY = 4.0
LEVEL = 0.3
COURSE = 0.1
LARGEST = 4
#: A number that was drawn in further than to this part of its size tells hardly anything.
DRAWN_IN = 0.05


@dataclass(frozen=True)
class Told:
    """A number that is told: how often each cell counts in it, its value, how far it may be rounded, and whether a model gave it."""

    weights: Mapping[Cell, float]
    value: float
    rounding: float
    modelled: bool
    #: how else the cells may count in it, for all that the attacker knows.
    doubts: Sequence[Mapping[Cell, float]] = ()


@dataclass(frozen=True)
class Tried:
    """How far a guess of the mean of a small group is off, with all that is told and with the plain numbers only, in within-school SDs."""

    about: About
    cell: Cell
    attacked: float
    guessed: float

    @property
    def role(self) -> str:
        """The role of the people, where classes are by role."""
        return self.cell[1][2]


class Statistician(Attacker):
    """Knows who answered when; with `known`, also the correlations by which each model weighs them; with `by_role`, who has which role."""

    def __init__(self, drawn: Drawn, *, known: bool, by_role: bool = False) -> None:
        super().__init__(drawn)
        self._known, self._by_role = known, by_role
        scores = compute_scores(drawn.responses, drawn.study)
        self._scores = keep_complete_ratings(scores, drawn.study).dropna(subset="score")
        self._exact: dict[tuple[str, ...], float] = {}
        tables = [estimate_change(scores, drawn.study)]
        tables += [estimate_comparison(scores, drawn.study)] if drawn.study.has_comparison_schools else []
        for table in tables:
            self._exact |= table.set_index(["school", "comparison", *WHAT, "quantity"])["estimate"].to_dict()
        self._classes: dict[tuple[str, str], tuple[frozenset[str], frozenset[str], str]] = {}

    def try_numbers(self, numbers: Sequence[Number], *, ends: bool = False) -> list[Tried]:
        """Return what becomes of every class of at most four people on every scale of which something is told.

        With `ends` the means of the model are told too, as they once were.
        """
        everybody = dict(tuple(self._scores.groupby(list(WHAT))))
        tried: list[Tried] = []
        for about, told in list_measures(list(numbers)).items():
            if about in everybody:
                tried += self._try_scale(about, everybody[about], told, ends)
        return tried

    def list_misses(self, numbers: Sequence[Number]) -> list[float]:
        """Return how far each number lies from what the answers give, in units of its rounding: at most 1 if it is read well."""
        everybody = dict(tuple(self._scores.groupby(list(WHAT))))
        found: list[float] = []
        for about, told in list_measures(list(numbers)).items():
            truth, _ = self._classify(about, everybody[about])
            for one in (each for number in told for each in self._weigh_number(number, truth, ends=False)):
                found.append(abs(sum(weight * truth[cell] for cell, weight in one.weights.items()) - one.value) / one.rounding)
        return found

    def _try_scale(self, about: About, own: pd.DataFrame, numbers: list[Number], ends: bool) -> Iterator[Tried]:
        truth, sizes = self._classify(about, own)
        within = float(np.sqrt((own.groupby(["school", "wave"])["score"].var()).mean()))
        schools = {number.school for number in numbers}
        cells: list[Cell] = list(truth)
        small = [cell for cell in cells if sizes[cell] <= LARGEST and cell[0] in schools]
        if not small or not within > 0:
            return
        told = [one for number in numbers for one in self._weigh_number(number, truth, ends)]
        plain = [one for one in told if not one.modelled]
        covariance = _describe_beforehand(cells, sizes) * within**2
        levels = [one.value for one in plain if sum(one.weights.values()) > 0.5]
        centre = float(np.mean(levels)) if levels else float(np.mean(list(truth.values())))
        attacked, guessed = (_guess(given, cells, covariance, centre) for given in (told, plain))
        place = {cell: number for number, cell in enumerate(cells)}
        for cell in small:
            off = [abs(guess[place[cell]] - truth[cell]) / within for guess in (attacked, guessed)]
            yield Tried(about, cell, off[0], off[1])

    def _classify(self, about: About, own: pd.DataFrame) -> tuple[dict[Cell, float], dict[Cell, int]]:
        """Return the mean and the size of each class of people in each wave, and keep who is in which class."""
        waves = own.groupby(["school", "respondent"])["wave"].agg(frozenset)
        role = own.groupby(["school", "respondent"])["role"].first() if self._by_role else None
        self._classes = {}
        for (school, person), answered in waves.items():
            counted = frozenset(wave for wave in answered if person in self._find(school, wave, about))
            self._classes[school, person] = (answered, counted, str(role[school, person]) if role is not None else "")
        kinds = [self._classes[pair] for pair in zip(own["school"], own["respondent"], strict=True)]
        frame = own.assign(cell=list(zip(own["school"], kinds, own["wave"], strict=True)))
        grouped = frame.groupby("cell")["score"]
        return grouped.mean().to_dict(), grouped.size().to_dict()

    def _weigh_number(self, number: Number, truth: Mapping[Cell, float], ends: bool) -> Iterator[Told]:
        """Yield what a number tells; nothing if no cell is in it."""
        if number.quantity in MODELLED:
            yield from self._weigh_modelled(number, truth, ends)
            return
        about = number.about
        if number.quantity == "change_pairs":
            first, last = self.ends[number.when]
            pairs = self._find(number.school, first, about) & self._find(number.school, last, about)
            weights = self._average(number.school, last, pairs) | self._average(number.school, first, pairs, -1)
        elif number.quantity == "before":
            first = self.ends[number.when][0]
            schools = self._list_changed(number, about)
            weights = _mix([self._average(code, first, self._find(code, first, about)) for code in schools])
        else:
            schools = self._list_schools(number.school, (number.when,), about)
            weights = _mix([self._average(code, number.when, self._find(code, number.when, about)) for code in schools])
        if weights:
            yield Told(weights, number.value, number.rounding, modelled=False)

    def _weigh_modelled(self, number: Number, truth: Mapping[Cell, float], ends: bool) -> Iterator[Told]:
        first, last = self.ends[number.when]
        about, quantity = number.about, number.quantity
        value, rounding = number.value, number.rounding
        exact = self._exact.get((number.school, number.when, *about, quantity), np.nan)
        if quantity in ("shrunken", "position"):
            if not self._known:
                return
            value, rounding = self._draw_out(number, exact)
            exact = self._exact.get((number.school, number.when, *about, "change_common"), np.nan)
        groups = [(1.0, self._list_changed(number, about))]
        if quantity in ("trajectory", "comparison"):
            groups = [(1.0, self._list_pooled(quantity, first, last, about))]
        elif quantity == "difference":
            groups = [(sign, self._list_pooled(name, first, last, about)) for name, sign in (("trajectory", 1.0), ("comparison", -1.0))]
        weigh = self._make_weighing(groups, first, last, about, self._weigh_change)
        r = _find_correlation(weigh, exact, truth) if self._known and np.isfinite(exact) else USUAL
        weights = weigh(r)
        if weights and np.isfinite(value):
            doubts = [] if self._known else [weigh(each) for each in DOUBTS]
            yield Told(weights, value, rounding, modelled=True, doubts=doubts)
        if ends and quantity == "change" and number.school:
            mean = self._make_weighing(groups, first, last, about, self._weigh_before)(r)
            exact_mean = round(sum(weight * truth[cell] for cell, weight in mean.items()), 2)
            yield Told(mean, exact_mean, 0.005, modelled=True)

    def _draw_out(self, number: Number, exact: float) -> tuple[float, float]:
        """Return the change that was drawn in towards the average, and its rounding, for somebody who knows how far it was."""
        where = (number.when, *number.about)
        change = self._exact.get((number.school, *where, "change_common"), np.nan)
        middle = self._exact.get(("", *where, "new_school"), np.nan)
        part = self._exact.get((number.school, *where, "position"), np.nan) / (change - middle) if change != middle else np.nan
        if not np.isfinite(part) or part < DRAWN_IN:
            return np.nan, np.nan
        return change + (number.value - exact) / part, number.rounding / part

    def _make_weighing(
        self, groups: list[tuple[float, list[str]]], first: str, last: str, about: About,
        weigh: Callable[[str, str, str, About, float], Weights],
    ) -> Callable[[float], Weights]:  # fmt: skip
        def weigh_all(r: float) -> Weights:
            found: Weights = {}
            for sign, schools in groups:
                mixed = _mix([weigh(code, first, last, about, r) for code in schools])
                found |= {cell: sign * weight for cell, weight in mixed.items()}
            return found

        return weigh_all

    def _list_changed(self, number: Number, about: About) -> list[str]:
        first, last = self.ends[number.when]
        return [number.school] if number.school else self._list_schools("", (first, last), about)

    def _list_pooled(self, group: str, first: str, last: str, about: About) -> list[str]:
        members = [school.id for school in self.study.schools if school.group == group]
        pairs = {code: len(self._find(code, first, about) & self._find(code, last, about)) for code in members}
        return list_counted_schools(pd.Series(pairs, dtype="int64"), self.study)

    def _average(self, school: str, wave: str, people: frozenset[str], times: float = 1.0) -> Weights:
        """Return how much each class counts in `times` the mean of these people."""
        counts = Counter(self._classes[school, person] for person in people)
        return {(school, kind, wave): times * count / len(people) for kind, count in counts.items()}

    def _weigh_change(self, school: str, first: str, last: str, about: About, r: float) -> Weights:
        """Return the weights of the change that a model with correlation `r` estimates."""
        before, after = (self._find(school, wave, about) for wave in (first, last))
        both = before & after
        shares = weigh_change((len(both), len(before - both), len(after - both)), r) if both else (0.0, 0.0)
        found: Weights = {}
        for wave, people, share, sign in ((first, before, shares[0], -1), (last, after, shares[1], 1)):
            once = people - both
            share = share if once else 1.0
            found |= self._average(school, wave, both, sign * share) | self._average(school, wave, once, sign * (1 - share))
        return found

    def _weigh_before(self, school: str, first: str, last: str, about: About, r: float) -> Weights:
        """Return the weights of the mean before by the model: the plain mean of all, and what the change says of those who came later."""
        before, after = (self._find(school, wave, about) for wave in (first, last))
        both = before & after
        k = len(both) / (1 - r * r)
        left, came = len(before - both), len(after - both)
        whole = (k + left) * (k + came) - (k * r) ** 2
        own = ((k * (k + came) - (k * r) ** 2) / whole, left * (k + came) / whole)
        cross = ((k * r * k - k * r * (k + came)) / whole, k * r * came / whole)
        found: Weights = {}
        for wave, people, shares in ((first, before, own), (last, after, cross)):
            found |= self._average(school, wave, both, shares[0]) | self._average(school, wave, people - both, shares[1])
        return found


def weigh_change(sizes: tuple[int, int, int], r: float) -> tuple[float, float]:
    """Return how much those in both waves count before and after in the change by generalised least squares; the others count the rest."""
    both, before, after = sizes
    k = both / (1 - r * r)
    whole = (k + before) * (k + after) - (k * r) ** 2
    return 1 - before * (k * (1 - r) + after) / whole, 1 - after * (k * (1 - r) + before) / whole


def _mix(parts: Sequence[Weights]) -> Weights:
    return {cell: weight / len(parts) for part in parts for cell, weight in part.items()}


def _describe_beforehand(cells: Sequence[Cell], sizes: Mapping[Cell, int]) -> Floats:
    schools, waves = (np.array([cell[place] for cell in cells]) for place in (0, 2))
    codes: dict[object, int] = {}
    kinds = np.array([codes.setdefault((cell[0], cell[1]), len(codes)) for cell in cells])
    same_school, same_wave, same_kind = (values[:, None] == values[None, :] for values in (schools, waves, kinds))
    persons = np.array([1 / sizes[cell] for cell in cells])
    own = same_kind * np.sqrt(persons[:, None] * persons[None, :]) * (USUAL + (1 - USUAL) * same_wave)
    found: Floats = STUDY + LEVEL * same_school + COURSE * (same_school & same_wave) + COURSE * same_wave + own
    return found


def _guess(told: Sequence[Told], cells: Sequence[Cell], covariance: Floats, centre: float) -> Floats:
    if not told:
        return np.full(len(cells), centre)
    design = np.array([_list_weights(number.weights, cells) for number in told])
    noise = np.diag([number.rounding**2 / 3 + 1e-14 + _doubt(number, cells, covariance) for number in told])
    value = np.array([number.value for number in told])
    gain = covariance @ design.T @ np.linalg.pinv(design @ covariance @ design.T + noise, hermitian=True)
    found: Floats = centre + gain @ (value - design.sum(axis=1) * centre)
    return found


def _list_weights(weights: Mapping[Cell, float], cells: Sequence[Cell]) -> Floats:
    return np.array([weights.get(cell, 0.0) for cell in cells])


def _doubt(number: Told, cells: Sequence[Cell], covariance: Floats) -> float:
    """Return the variance that comes from not knowing how the cells count."""
    own = _list_weights(number.weights, cells)
    apart = [_list_weights(weights, cells) - own for weights in number.doubts]
    return float(np.mean([each @ covariance @ each for each in apart])) if apart else 0.0


def _find_correlation(weigh: Callable[[float], Weights], value: float, truth: Mapping[Cell, float]) -> float:
    """Return the correlation with which the weights give the estimate: what the published errors tell."""

    def miss(r: float) -> float:
        return sum(weight * truth[cell] for cell, weight in weigh(r).items()) - value

    grid = np.linspace(-0.95, 0.99, 40)
    misses = [miss(r) for r in grid]
    for place in range(len(grid) - 1):
        if misses[place] * misses[place + 1] <= 0:
            return float(brentq(miss, grid[place], grid[place + 1]))
    return float(grid[int(np.argmin(np.abs(misses)))])
