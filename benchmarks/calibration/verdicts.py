"""Whether what a method says about a simulated study is true."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

Verdicts = dict[tuple[str, str], float]
"""By method and measure: `rejected` and `covered` are 1 or 0 (or a share of the schools), `miss` is the estimate minus the truth."""


class Estimated(Protocol):
    """What has an estimate, an interval and a p-value."""

    @property
    def estimate(self) -> float: ...
    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...
    @property
    def p_value(self) -> float: ...


def judge(methods: Mapping[str, Estimated], truth: float) -> Verdicts:
    """Return whether each method rejects no change, whether its interval holds the truth, and how far its estimate is off."""
    verdicts: Verdicts = {}
    for name, said in methods.items():
        verdicts[name, "rejected"] = reject(said.p_value)
        verdicts[name, "covered"] = cover(said.low, truth, said.high)
        verdicts[name, "miss"] = said.estimate - truth
    return verdicts


def reject(p_value: float) -> float:
    """Return 1 if a test at 5 % rejects, 0 if it does not, NaN if there is no test."""
    return float(p_value < 0.05) if np.isfinite(p_value) else np.nan


def cover(low: ArrayLike, truth: ArrayLike, high: ArrayLike) -> float:
    """Return the share of the intervals that hold the truth, 1 or 0 where there is one; NaN where one is missing."""
    limits = np.asarray(low, dtype=np.float64), np.asarray(truth, dtype=np.float64), np.asarray(high, dtype=np.float64)
    return float(((limits[0] <= limits[1]) & (limits[1] <= limits[2])).mean()) if np.isfinite(limits).all() else np.nan
