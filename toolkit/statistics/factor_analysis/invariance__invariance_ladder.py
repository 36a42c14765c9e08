"""The ladder of measurement invariance: from the same form to the same loadings, intercepts and residual variances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from toolkit.statistics.factor_analysis.fit import FactorFit, estimate_factor_model
from toolkit.statistics.factor_analysis.model import LEVELS, Level, list_parameters
from toolkit.statistics.factor_analysis.moments import Sample

NAN = float("nan")


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
    old, new = before.fit.measures, fit.measures
    lost, df = new.chi_square - old.chi_square, new.df - old.df
    cfi, rmsea = new.cfi - old.cfi, new.rmsea - old.rmsea
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
