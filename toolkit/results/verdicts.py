"""What an interval, and many tests together, allow us to say: the verdicts that the words of a report follow."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
from scipy.special import stdtrit

from toolkit.statistics.multiple_testing import compute_adjusted_p
from toolkit.study.study import Study

JUDGED = ("change", "change_pairs", "average_change")
#: Factors with the same values in these are tested together.
FAMILY = ("school", "comparison", "instrument", "rating", "quantity")


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


def correct_for_number(change: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return `change` with the verdicts of factors that do not survive Holm's correction set to `unclear`.

    A family is all factors of one instrument in one rating, school, comparison and quantity. Totals and subscales stay unchanged, and so
    do all p-values and intervals.
    """
    factors = {(i.id, s.id) for i in study.scored_instruments for s in i.scales if s.kind == "factor"}
    concerned = pd.Series(
        [pair in factors for pair in zip(change["instrument"], change["scale"], strict=True)], index=change.index, dtype=bool
    )
    tested = correct_families(change[concerned & change["quantity"].isin(JUDGED)], FAMILY, study)
    return change.assign(verdict=tested["verdict"].reindex(change.index).fillna(change["verdict"]))


def correct_families(change: pd.DataFrame, family: Sequence[str], study: Study) -> pd.DataFrame:
    """Return `change` with `p_adjusted` after Holm over the rows with the same `family`, and the verdicts that survive it."""
    corrected = change.assign(p_adjusted=math.nan)
    for _, rows in change.groupby(list(family)):
        corrected.loc[rows.index, "p_adjusted"] = compute_adjusted_p(rows["p_value"].to_numpy(), "holm")
    lost = (corrected["p_adjusted"] > 1 - study.confidence) & corrected["verdict"].str.startswith(("rose", "fell"))
    return corrected.assign(verdict=corrected["verdict"].mask(lost, "unclear"))
