"""Whether a scale means the same in every wave: longitudinal (or group) measurement invariance, step by step.

The steps go from the same form to the same loadings, intercepts and residual variances.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from toolkit.statistics.arrays import NAN, Floats, as_matrix
from toolkit.statistics.factor_analysis.fit import FactorFit, estimate_factor_model
from toolkit.statistics.factor_analysis.model import LEVELS, Level, list_parameters
from toolkit.statistics.factor_analysis.moments import Sample, compute_sample
from toolkit.statistics.means import Interval, compute_interval, compute_paired_change, compute_two_groups


@dataclass(frozen=True, slots=True)
class Criteria:
    """What a step may lose, how many intercepts may be freed, and how many persons are needed at all.

    Cheung & Rensvold 2002, Struct Equ Modeling 9:233 (CFI); Chen 2007, Struct Equ Modeling 14:464 (CFI and RMSEA).
    """

    cfi_loss: float = 0.010
    rmsea_gain: float = 0.015
    share_freed: float = 1 / 3
    persons: int = 100
    persons_per_loading: int = 5


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
    found = []
    start = 0
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


@dataclass(frozen=True, slots=True)
class Step:
    """A model on the ladder, and what it loses against the step before it (a partial scalar step: against metric).

    `freed` names the items whose intercepts may differ. `accepted` says whether CFI and RMSEA stay within the criteria; the first
    step has nothing to compare with and is accepted when it could be fitted.
    """

    level: Level
    freed: tuple[str, ...]
    fit: FactorFit
    delta_chi_square: float
    delta_df: int
    p_value: float
    delta_cfi: float
    delta_rmsea: float
    accepted: bool


@dataclass(frozen=True, slots=True)
class Ladder:
    """What all models of one ladder share."""

    scales: Mapping[str, Sequence[str]]
    samples: tuple[Sample, ...]
    waves: int
    linked: bool
    criteria: Criteria

    def fit(self, level: Level, freed: Sequence[str] = (), *, with_errors: bool = True) -> FactorFit:
        """Fit the model of a level, with the intercepts of the `freed` items differing between waves."""
        model = list_parameters(self.scales, waves=self.waves, level=level, freed=freed, linked=self.linked)
        return estimate_factor_model(model, self.samples, with_errors=with_errors)


def list_steps(ladder: Ladder) -> tuple[Step, ...]:
    """List the steps that were tried; after a configural model that could not be fitted there are no others."""
    first = ladder.fit("configural")
    configural = Step("configural", (), first, NAN, 0, NAN, NAN, NAN, _is_fitted(first))
    if not configural.accepted:
        return (configural,)
    metric = _compare(ladder.criteria, configural, "metric", (), ladder.fit("metric"))
    steps = [configural, metric, _compare(ladder.criteria, metric, "scalar", (), ladder.fit("scalar"))]
    if metric.accepted and not steps[-1].accepted:
        partial = _free_intercepts(ladder, metric, steps[-1])
        steps += [partial] if partial.freed else []
    freed = steps[-1].freed
    return (*steps, _compare(ladder.criteria, steps[-1], "strict", freed, ladder.fit("strict", freed)))


def _is_fitted(fit: FactorFit) -> bool:
    return fit.reason in ("", "inadmissible")


def _compare(criteria: Criteria, before: Step, level: Level, freed: tuple[str, ...], fit: FactorFit) -> Step:
    """Return the step from `before` to a model with more equalities."""
    old = before.fit.measures
    new = fit.measures
    lost = new.chi_square - old.chi_square
    df = new.df - old.df
    cfi = new.cfi - old.cfi
    rmsea = new.rmsea - old.rmsea
    accepted = _is_fitted(fit) and cfi >= -criteria.cfi_loss and rmsea <= criteria.rmsea_gain
    return Step(level, freed, fit, lost, df, float(chdtrc(df, max(lost, 0.0))), cfi, rmsea, accepted)


def _free_intercepts(ladder: Ladder, metric: Step, scalar: Step) -> Step:
    """Return the scalar model with as few intercepts freed as the criteria ask for, or as many as are allowed."""
    best = scalar
    while not best.accepted:
        allowed = [
            item
            for items in ladder.scales.values()
            for item in items
            if item not in best.freed and sum(other in best.freed for other in items) + 1 <= len(items) * ladder.criteria.share_freed + 1e-9
        ]
        if not allowed:
            break
        fits = [ladder.fit("scalar", (*best.freed, item), with_errors=False).measures.chi_square for item in allowed]
        freed = (*best.freed, allowed[int(np.nanargmin(fits))])
        best = _compare(ladder.criteria, metric, "scalar", freed, ladder.fit("scalar", freed))
    return best


def find_highest(steps: Sequence[Step]) -> Step | None:
    """Return the highest step up to which each level was accepted, in full or in part."""
    best = None
    for level in LEVELS:
        step = next((each for each in reversed(steps) if each.level == level), None)
        if step is None or not step.accepted:
            break
        best = step
    return best
