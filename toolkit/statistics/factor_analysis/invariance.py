"""Whether a scale means the same in every wave: longitudinal (or group) measurement invariance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from toolkit.statistics.arrays import Floats, as_matrix
from toolkit.statistics.factor_analysis.fit import FactorFit
from toolkit.statistics.factor_analysis.invariance__invariance_ladder import Criteria, Ladder, Step, find_highest, list_steps
from toolkit.statistics.factor_analysis.model import Level
from toolkit.statistics.factor_analysis.moments import compute_sample
from toolkit.statistics.means import Interval, compute_interval, compute_paired_change
from toolkit.statistics.means__two_groups import compute_two_groups

CRITERIA = Criteria()


@dataclass(frozen=True, slots=True)
class MeanChange:
    """Change of a scale's mean since the first wave in points of the scale: as observed, and as far as the factor changed.

    `observed` comes from the maximum-likelihood item means of all respondents. `latent` is the change of the factor mean times the
    mean loading: what the scale mean would have done if only the factor had moved; with its normal interval of 95 %.
    """

    scale: str
    wave: int
    observed: float
    latent: Interval


@dataclass(frozen=True, slots=True)
class ItemChange:
    """Change of one item's mean since the first wave, over `n` pairs or (waves of other people) `n` answers in the later wave.

    The t interval is about these persons; it knows nothing of schools.
    """

    item: str
    wave: int
    change: Interval
    n: int


@dataclass(frozen=True, slots=True)
class Invariance:
    """How far the ladder of equal measurement was list_stepsed.

    `reached` is the highest level up to which all steps were accepted; None if nothing could be tested, and then `reason` is
    `too_few_persons` or that of the configural fit (whose `inadmissible` is a warning only). `interpretable` says whether changes of
    means may be read as changes of what is measured: from scalar on, if need be with the intercepts of the `freed` items differing.
    Only then there are `means`. Waves are numbered from 0; `n` counts the respondents of each wave.
    """

    reached: Level | None
    freed: tuple[str, ...]
    interpretable: bool
    reason: str
    steps: tuple[Step, ...]
    means: tuple[MeanChange, ...]
    items: tuple[ItemChange, ...]
    n: tuple[int, ...]
    pairs: int
    linked: bool


def estimate_invariance(
    waves: Sequence[ArrayLike], scales: Mapping[str, Sequence[str]], *, linked: bool = True, criteria: Criteria = CRITERIA
) -> Invariance:
    """Estimate how far measurement is the same over waves: configural, metric, scalar (if need be partial) and strict.

    Marker item, residuals of the same item correlated over waves, factor means free (Widaman, Ferrer & Conger 2010, Child Dev
    Perspect 4:10); maximum likelihood on all respondents, also those who miss a wave. Answers are treated as continuous, which
    asks for five or more options; persons as independent. When scalar fails, intercepts are freed one by one, each time the one
    that helps most, up to a third of each scale (Byrne, Shavelson & Muthen 1989, Psychol Bull 105:456).

    At least 100 pairs are needed (persons with answers in all waves; persons per wave if not linked) and 5 for each free loading of
    the configural model; with fewer there is a table of item changes only.

    Args:
        waves: answers of each wave, n x items, NaN where missing; linked waves have one row per person, the same in all.
        scales: items of each scale, in the order of the columns; the first is the marker. Several scales make correlated factors.
        linked: whether the rows of the waves are the same persons. If not, the waves are compared as independent groups.
        criteria: cut points.
    """
    answers = _check_waves(waves, scales, linked)
    items = [item for names in scales.values() for item in names]
    present = [~np.isnan(wave).all(axis=1) for wave in answers]
    n = tuple(int(each.sum()) for each in present)
    pairs = int(np.all(present, axis=0).sum()) if linked else 0
    changes = _list_item_changes(answers, items, linked)
    loadings = len(n) * (len(items) - len(scales))
    if (pairs if linked else min(n)) < max(criteria.persons, criteria.persons_per_loading * loadings):
        return Invariance(None, (), False, "too_few_persons", (), (), changes, n, pairs, linked)
    samples = tuple(compute_sample(each) for each in ([np.hstack(answers)] if linked else answers))
    ladder = Ladder(scales, samples, len(n), linked, criteria)
    steps = list_steps(ladder)
    best = find_highest(steps)
    scalar = next((step for step in reversed(steps) if step.level == "scalar"), None)
    interpretable = best is not None and best.level in ("scalar", "strict")
    means = _list_mean_changes(ladder, scalar.fit) if interpretable and scalar else ()
    reached, freed = (best.level, best.freed) if best else (None, ())
    return Invariance(reached, freed, interpretable, steps[0].fit.reason, steps, means, changes, n, pairs, linked)


def _check_waves(waves: Sequence[ArrayLike], scales: Mapping[str, Sequence[str]], linked: bool) -> list[Floats]:
    answers = [as_matrix(wave, f"waves[{place}]") for place, wave in enumerate(waves)]
    items = sum(len(names) for names in scales.values())
    shapes = [wave.shape for wave in answers]
    if len(answers) < 2 or any(columns != items for _, columns in shapes):
        raise ValueError(f"Invariance needs two or more waves with {items} columns, one per item of `scales`; found {shapes}.")
    if linked and len({rows for rows, _ in shapes}) > 1:
        raise ValueError(f"Linked waves have one row per person in the same order; found {shapes}. Pass linked=False for other persons.")
    return answers


def _list_item_changes(answers: Sequence[Floats], items: Sequence[str], linked: bool) -> tuple[ItemChange, ...]:
    found = []
    for wave, later in enumerate(answers[1:], start=1):
        for item, before, after in zip(items, answers[0].T, later.T, strict=True):
            if linked:
                paired = compute_paired_change(before, after)
                change = compute_interval(paired.estimate, paired.std_error, paired.df)
                found.append(ItemChange(item, wave, change, paired.n))
            else:
                groups = compute_two_groups(after, before)
                found.append(ItemChange(item, wave, groups.welch, groups.n_first))
    return tuple(found)


def _list_mean_changes(ladder: Ladder, fit: FactorFit) -> tuple[MeanChange, ...]:
    means = [mean for sample in ladder.samples for mean in np.split(sample.saturated.mean, ladder.waves if ladder.linked else 1)]
    found, start = [], 0
    for scale, items in ladder.scales.items():
        columns = slice(start, start + len(items))
        start += len(items)
        for wave in range(1, ladder.waves):
            observed = float((means[wave][columns] - means[0][columns]).mean())
            found.append(_compute_mean_change(fit, scale, items, wave, observed))
    return tuple(found)


def _compute_mean_change(fit: FactorFit, scale: str, items: Sequence[str], wave: int, observed: float) -> MeanChange:
    """Return the latent change in points of the scale; standard error by the delta method."""
    first, later = (fit.model.labels.index(f"{scale}~1.{place + 1}") for place in (0, wave))
    loadings = [fit.model.labels.index(f"{scale}=~{item}") for item in items[1:]]
    change = fit.estimates[later] - fit.estimates[first]
    loading = (1 + fit.estimates[loadings].sum()) / len(items)
    slope = np.zeros(len(fit.estimates))
    slope[later], slope[first], slope[loadings] = loading, -loading, change / len(items)
    latent = compute_interval(float(loading * change), float(np.sqrt(slope @ fit.covariance @ slope)))
    return MeanChange(scale, wave, observed, latent)
