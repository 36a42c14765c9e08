"""From x through a mediator to an outcome: the paths a and b, their product, and intervals for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from toolkit.statistics.arrays import NAN, Floats, as_codes, as_vector, check_lengths, check_share
from toolkit.statistics.cluster_robust import compute_robust_regression
from toolkit.statistics.means import Effect, Interval
from toolkit.statistics.reliability import compute_within_deviations


@dataclass(frozen=True, slots=True)
class WithinMediation:
    """Paths between people of the same group, with CR2 errors by group; `indirect` is a b with its Monte Carlo interval."""

    a: Interval
    b: Interval
    direct: Interval
    indirect: Effect
    groups: int
    n: int


def compute_within_mediation(
    x: ArrayLike, mediator: ArrayLike, outcome: ArrayLike, groups: Any,
    generator: np.random.Generator, draws: int = 20_000, level: float = 0.95,
) -> WithinMediation:  # fmt: skip
    """Return the 1-1-1 paths: all three variables (n,) minus their group means, so that groups cannot differ in anything constant.

    Errors are CR2 by group with Satterthwaite df; fewer than two groups give NaN. See `compute_product_interval` for a b.
    """
    columns = [as_vector(part, name) for part, name in ((x, "x"), (mediator, "mediator"), (outcome, "outcome"))]
    codes, _ = as_codes(groups, "groups")
    check_lengths(x=columns[0], mediator=columns[1], outcome=columns[2], groups=codes)
    data = np.column_stack(columns)
    present = ~np.isnan(data).any(axis=1) & (codes >= 0)
    data = compute_within_deviations(data[present], codes[present])
    codes = codes[present]
    (a,) = _fit_robust(data[:, 1], data[:, :1], codes, level)
    direct, b = _fit_robust(data[:, 2], data[:, :2], codes, level)
    indirect = compute_product_interval(a, b, generator, draws, level)
    return WithinMediation(a, b, direct, indirect, np.unique(codes).size, len(data))


def compute_product_interval(a: Interval, b: Interval, generator: np.random.Generator, draws: int = 20_000, level: float = 0.95) -> Effect:
    """Return a b with the Monte Carlo interval of Preacher & Selig (2012): quantiles of products of draws from both paths.

    Each path is drawn from its t distribution (normal at infinite df), independently of the other. A path without error gives NaN.
    """
    check_share(level, "level")
    product = a.estimate * b.estimate
    if not (a.std_error > 0 and b.std_error > 0 and a.df > 0 and b.df > 0):
        return Effect(product, NAN, NAN)
    drawn = _draw_path(a, generator, draws) * _draw_path(b, generator, draws)
    low, high = np.quantile(drawn, ((1 - level) / 2, (1 + level) / 2))
    return Effect(product, float(low), float(high))


def _draw_path(path: Interval, generator: np.random.Generator, draws: int) -> Floats:
    noise = generator.standard_normal(draws) if np.isinf(path.df) else generator.standard_t(path.df, draws)
    return path.estimate + path.std_error * noise


def _fit_robust(y: Floats, x: Floats, codes: Any, level: float) -> list[Interval]:
    fit = compute_robust_regression(y, x, codes, level=level)
    columns = zip(fit.coefficients, fit.std_error, fit.df, fit.low, fit.high, fit.p_value, strict=True)
    return [Interval(*(float(part) for part in column)) for column in columns]
