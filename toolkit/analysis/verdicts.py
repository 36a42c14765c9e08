"""What an interval allows us to say of a change: the verdicts that the words of a report follow."""

from __future__ import annotations

import math

import pandas as pd
from scipy.special import stdtrit


def judge_change(estimate: float, std_error: float, df: float, low: float, high: float, smallest: float | None) -> str:
    """Return the verdict on a change from its interval and the smallest change that matters (points of the scale, or None).

    `rose_clearly`: the whole interval lies beyond the smallest change; `rose_probably`: above 0 and includes the smallest change;
    `rose_slightly`: above 0 and below the smallest change; `same`: includes 0 and the 90 % interval lies within ± the smallest change
    (two one-sided tests, Lakens 2017); `unclear`: includes 0, wider. Falls mirror rises. Without a smallest change: rose, fell, unclear.
    """
    margin = std_error * float(stdtrit(df, 0.95))  # NaN without degrees of freedom, and then nothing is the same
    return judge_intervals((low, high), (estimate - margin, estimate + margin), smallest)


def judge_intervals(interval: tuple[float, float], inner: tuple[float, float], smallest: float | None) -> str:
    """Return the same verdict from the `interval` and the 90 % interval `inner` that decides on equivalence."""
    low, high = interval
    if not (math.isfinite(low) and math.isfinite(high)):
        return "not_computable"
    if low <= 0 <= high:
        return "same" if smallest is not None and -smallest < inner[0] and inner[1] < smallest else "unclear"
    word = "rose" if low > 0 else "fell"
    if smallest is None:
        return word
    near, far = sorted((abs(low), abs(high)))
    if near > smallest:
        return f"{word}_clearly"
    return f"{word}_slightly" if far < smallest else f"{word}_probably"


def weaken_verdicts(verdicts: pd.Series, lost: pd.Series) -> pd.Series:
    """Return `verdicts` with each rise or fall that is `lost` in a correction for many comparisons as an indication of it.

    `indication_rose` and `indication_fell`: the interval of its own excludes 0, which may be chance among so many.
    """
    weak = verdicts
    for word in ("rose", "fell"):
        weak = weak.mask(lost & verdicts.str.startswith(word), f"indication_{word}")
    return weak
