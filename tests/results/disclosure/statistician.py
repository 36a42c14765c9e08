"""A statistician with the exported table, who knows who answered when and how the model weighs them, computes small groups back.

Per school and scale the unknowns are the means of the people who always answered together, in each wave that they answered. What is told
is linear in them, up to rounding; what is not told is as likely as for anybody in that school. So the best guess is Gaussian, and its error
beside that of somebody who uses the plain numbers only says what the estimates of the model give away.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import brentq

from toolkit.results.disclosure.released_data import combine_results
from toolkit.results.estimation import Results
from toolkit.results.rows import keep_complete_ratings, keep_reported
from toolkit.schemas import WHAT
from toolkit.study.study import Study

Floats = NDArray[np.float64]
#: A class of people (by the waves that they answered) in a wave.
Cell = tuple[frozenset[str], str]
#: The changes before they are rounded, by school, comparison, instrument, scale, rating and quantity.
Exact = Mapping[tuple[str, ...], float]
#: How strongly the answers of a person go together, where the attacker does not know.
USUAL = 0.6
#: What is known beforehand: the variance of a school's level and of its course, in units of that within schools.
LEVEL = 4.0
COURSE = 0.5
LARGEST = 4


@dataclass(frozen=True)
class Told:
    """A number that is told: how often each cell counts in it, its value, how far it may be rounded, and whether a model gave it."""

    weights: Mapping[Cell, float]
    value: float
    rounding: float
    modelled: bool


@dataclass(frozen=True)
class Tried:
    """How far a guess of the mean of a small group is off, with all that is told and with the plain numbers only, in within-school SDs."""

    attacked: float
    guessed: float


def weigh_change(sizes: tuple[int, int, int], r: float) -> tuple[float, float]:
    """Return how much those in both waves count before and after in the change by generalised least squares; the others count the rest."""
    both, before, after = sizes
    k = both / (1 - r * r)
    whole = (k + before) * (k + after) - (k * r) ** 2
    return 1 - before * (k * (1 - r) + after) / whole, 1 - after * (k * (1 - r) + before) / whole


def attack(results: Results, scores: pd.DataFrame, study: Study, *, known: bool, ends: bool = False) -> list[Tried]:
    """Return what becomes of every class of at most four people in every school and scale, where something is told.

    The correlation is `known`, or taken for a usual one. With `ends` the means of the model are told too, as they once were.
    """
    table = combine_results(results, study)
    table = table[(table["state"] == "shown") & (table["school"] != "")]
    everybody = keep_complete_ratings(scores, study).dropna(subset="score")
    counted = set(keep_reported(scores, study).index)
    rows = dict(tuple(table.groupby(["school", *WHAT])))
    exact = results.change.set_index(["school", "comparison", *WHAT, "quantity"])["estimate"].to_dict()
    tried: list[Tried] = []
    for key, own in everybody.groupby(["school", *WHAT]):
        if key in rows:
            tried += _try_school(own, own.index.isin(counted), rows[key], exact, study, known, ends)
    return tried


def _try_school(
    own: pd.DataFrame, counted: NDArray[np.bool_], table: pd.DataFrame, exact: Exact, study: Study, known: bool, ends: bool
) -> Iterator[Tried]:
    classes = own.groupby("respondent")["wave"].agg(frozenset)
    sizes = classes.value_counts()
    truth = own.assign(kind=own["respondent"].map(classes)).groupby(["kind", "wave"])["score"].mean()
    within = float(own.groupby("wave")["score"].std().mean())
    cells: list[Cell] = list(truth.index)
    small = [cell for cell in cells if sizes[cell[0]] <= LARGEST]
    if not small or not within > 0:
        return
    inside = set(own.loc[counted, "respondent"].map(classes))
    told = list(_read(own, inside, sizes, table, exact, study, truth, known, ends))
    covariance = _describe_beforehand(cells, sizes, USUAL) * within**2
    centre = float(np.mean([number.value for number in told if not number.modelled] or [truth.mean()]))
    plain = [number for number in told if not number.modelled]
    guesses = [_guess(numbers, cells, covariance, _find_centre(plain, centre)) for numbers in (told, plain)]
    for cell in small:
        attacked, guessed = (abs(guess[cells.index(cell)] - truth[cell]) / within for guess in guesses)
        yield Tried(attacked, guessed)


def _find_centre(plain: Sequence[Told], otherwise: float) -> float:
    levels = [number.value for number in plain if sum(number.weights.values()) > 0.5]
    return float(np.mean(levels)) if levels else otherwise


def _describe_beforehand(cells: Sequence[Cell], sizes: Mapping[frozenset[str], int], r: float) -> Floats:
    size = len(cells)
    found = np.full((size, size), LEVEL)
    for i, (kind, wave) in enumerate(cells):
        for j, (other, when) in enumerate(cells):
            found[i, j] += COURSE * (wave == when) + (kind == other) * (r + (1 - r) * (wave == when)) / sizes[kind]
    return found


def _guess(told: Sequence[Told], cells: Sequence[Cell], covariance: Floats, centre: float) -> Floats:
    if not told:
        return np.full(len(cells), centre)
    design = np.array([[number.weights.get(cell, 0.0) for cell in cells] for number in told])
    noise = np.diag([number.rounding**2 / 3 + 1e-14 for number in told])
    value = np.array([number.value for number in told])
    gain = covariance @ design.T @ np.linalg.pinv(design @ covariance @ design.T + noise, hermitian=True)
    found: Floats = centre + gain @ (value - design.sum(axis=1) * centre)
    return found


def _read(
    own: pd.DataFrame, inside: set[frozenset[str]], sizes: Mapping[frozenset[str], int], table: pd.DataFrame, exact: Exact,
    study: Study, truth: pd.Series, known: bool, ends: bool,
) -> Iterator[Told]:  # fmt: skip
    """Yield what the rows about one school and scale tell."""
    comparisons = {comparison.id: (comparison.before, comparison.after) for comparison in study.planned}

    def count(wave: str, *, both: str = "") -> dict[Cell, int]:
        return {(kind, wave): sizes[kind] for kind in inside if wave in kind and (not both or both in kind)}

    def average(wave: str, *, both: str = "", sign: float = 1.0) -> dict[Cell, float]:
        counts = count(wave, both=both)
        return {cell: sign * n / sum(counts.values()) for cell, n in counts.items()}

    for row in table.itertuples():
        if row.table == "levels" and row.quantity == "mean":
            yield Told(average(row.wave), row.estimate, _find_unit(row.n, 4), modelled=False)
        elif row.table == "change" and row.quantity == "change_pairs":
            first, last = comparisons[row.comparison]
            weights = average(first, both=last, sign=-1) | average(last, both=first)
            yield Told(weights, row.estimate, _find_unit(row.n, 4), modelled=False)
        elif row.table == "change" and row.quantity in ("change", "change_common"):
            first, last = comparisons[row.comparison]
            counts = [sum(count(first, both=last).values())]
            counts += [sum(count(wave).values()) - counts[0] for wave in (first, last)]
            unrounded = exact[(row.school, row.comparison, row.instrument, row.scale, row.rating, row.quantity)]
            r = _find_correlation(tuple(counts), unrounded, truth, first, last, average) if known else USUAL  # type: ignore[arg-type]
            weights = _weigh(tuple(counts), r, first, last, average)  # type: ignore[arg-type]
            yield Told(weights, row.estimate, _find_unit(row.n, 2) / np.sqrt(3), modelled=True)  # so do both ends of the interval
            if ends and row.quantity == "change":
                mean = _weigh_before(tuple(counts), r, first, last, average)  # type: ignore[arg-type]
                value = round(sum(weight * truth[cell] for cell, weight in mean.items()), 2)
                yield Told(mean, value, 0.005, modelled=True)


def _find_unit(n: int, decimals: int) -> float:
    """Return half a unit of the last decimal of a number on so many people."""
    return 0.05 if n < 10 else 0.5 * 10**-decimals


def _weigh(sizes: tuple[int, int, int], r: float, first: str, last: str, average: object) -> dict[Cell, float]:
    """Return the weights of the change that a model with correlation `r` estimates."""
    twice = weigh_change(sizes, r)
    found: dict[Cell, float] = {}
    for wave, other, share, sign, n in ((first, last, twice[0], -1, sizes[1]), (last, first, twice[1], 1, sizes[2])):
        both: dict[Cell, float] = average(wave, both=other)  # type: ignore[operator]
        all_: dict[Cell, float] = average(wave)  # type: ignore[operator]
        once = {cell: weight for cell, weight in all_.items() if cell not in both}
        total = sum(once.values())
        found |= {cell: sign * share * weight for cell, weight in both.items()}
        found |= {cell: sign * (1 - share) * weight / total for cell, weight in once.items()} if n else {}
    return found


def _weigh_before(sizes: tuple[int, int, int], r: float, first: str, last: str, average: object) -> dict[Cell, float]:
    """Return the weights of the mean before by the model: the plain mean of all, and what the change says of those who came later."""
    both, before, after = sizes
    k = both / (1 - r * r)
    whole = (k + before) * (k + after) - (k * r) ** 2
    own = {True: (k * (k + after) - (k * r) ** 2) / whole, False: before * (k + after) / whole}
    cross = {True: (k * r * k - k * r * (k + after)) / whole, False: k * r * after / whole}
    found: dict[Cell, float] = {}
    for wave, other, shares in ((first, last, own), (last, first, cross)):
        twice: dict[Cell, float] = average(wave, both=other)  # type: ignore[operator]
        all_: dict[Cell, float] = average(wave)  # type: ignore[operator]
        once = {cell: weight for cell, weight in all_.items() if cell not in twice}
        total = sum(once.values())
        found |= {cell: shares[True] * weight for cell, weight in twice.items()}
        found |= {cell: shares[False] * weight / total for cell, weight in once.items()} if total else {}
    return found


def _find_correlation(sizes: tuple[int, int, int], value: float, truth: pd.Series, first: str, last: str, average: object) -> float:
    """Return the correlation with which the weights give the estimate: what the published errors tell."""

    def miss(r: float) -> float:
        return sum(weight * truth[cell] for cell, weight in _weigh(sizes, r, first, last, average).items()) - value

    grid = np.linspace(-0.95, 0.99, 80)
    misses = [miss(r) for r in grid]
    for low, high in combinations(range(len(grid)), 2):
        if high == low + 1 and misses[low] * misses[high] <= 0:
            return float(brentq(miss, grid[low], grid[high]))
    return float(grid[int(np.argmin(np.abs(misses)))])
