"""What an interval of a change lets us say: the verdicts that the words of a report follow."""

from __future__ import annotations

import math

from scipy import stats


def judge_change(estimate: float, std_error: float, df: float, low: float, high: float, smallest: float | None) -> str:
    """Return the verdict on a change from its interval and the smallest change that matters (points of the scale, or None).

    `rose_clearly`: the whole interval lies beyond the smallest change; `rose_probably`: above 0 with the smallest change in it;
    `rose_slightly`: above 0 and under the smallest change; `same`: holds 0 and the 90 % interval lies within ± the smallest change
    (two one-sided tests, Lakens 2017); `unclear`: holds 0, wider. Falls mirror rises. Without a smallest change: rose, fell, unclear.
    """
    if not all(map(math.isfinite, (estimate, low, high))):
        return "not_computable"
    if low <= 0 <= high:
        return "same" if smallest is not None and _is_equivalent(estimate, std_error, df, smallest) else "unclear"
    word = "rose" if low > 0 else "fell"
    if smallest is None:
        return word
    near, far = sorted((abs(low), abs(high)))
    if near > smallest:
        return f"{word}_clearly"
    return f"{word}_slightly" if far < smallest else f"{word}_probably"


def _is_equivalent(estimate: float, std_error: float, df: float, smallest: float) -> bool:
    margin = std_error * float(stats.t.ppf(0.95, df))
    return -smallest < estimate - margin and estimate + margin < smallest
