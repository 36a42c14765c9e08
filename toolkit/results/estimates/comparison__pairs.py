"""Two schools or two groups of schools beside each other, where the study names them as a pair."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from toolkit.results.rows import Rests, make_blanks, make_estimate
from toolkit.results.verdicts import judge_change
from toolkit.schemas import PAIRS
from toolkit.statistics.means import Interval, compute_interval, compute_two_groups
from toolkit.study.study import Pair, Study


def estimate_pairs(change: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return how much more the first end of each pair changed than the second, for the primary outcome, in the leading comparison.

    Two schools: the difference of their changes with Satterthwaite's degrees of freedom. Groups: pooled t over the changes of their
    schools, of which there are three or more in all. Only changes that are shown have a part. The interval is Bonferroni's for the number
    of pairs. A pair of two schools is compared only where the study says that both agreed.
    """
    leading = study.leading
    if leading is None or not study.pairs:
        return PAIRS.empty()
    own = change[(change["comparison"] == leading.id) & (change["quantity"] == "change") & (change["state"] == "shown")]
    for column, value in study.primary.model_dump().items():
        own = own[own[column] == value]
    shown = own.set_index("school")
    where = {"school": "", "comparison": leading.id} | study.primary.model_dump()
    level = 1 - (1 - study.confidence) / len(study.pairs)
    return PAIRS.collect([_compare(pair, shown, where, level, study) for pair in study.pairs])


def _compare(pair: Pair, shown: pd.DataFrame, where: dict[str, Any], level: float, study: Study) -> dict[str, Any]:
    sides = [study.list_end(end) for end in (pair.first, pair.second)]
    rows = [shown.loc[shown.index.isin(side)] for side in sides]
    own = {"first": pair.first, "second": pair.second} | where | {"verdict": ""}
    state, reason = _find_obstacle(pair, sides, rows)
    if state:
        return make_blanks(own, ["difference"], state, reason)[0]
    found, method = _estimate(rows, level)
    rests = Rests(int(sum(side["n"].sum() for side in rows)), int(sum(side["pairs"].sum() for side in rows)), sum(map(len, rows)))
    smallest = study.find_smallest_change(study.primary)
    verdict = judge_change(found.estimate, found.std_error, found.df, found.low, found.high, smallest)
    return make_estimate(own | {"verdict": verdict}, "difference", found, rests, method)


def _find_obstacle(pair: Pair, sides: list[list[str]], rows: list[pd.DataFrame]) -> tuple[str, str]:
    single = all(len(side) == 1 for side in sides)
    if single and not pair.agreed:
        return "hidden", "not_agreed"
    if not all(map(len, rows)):
        return "hidden", "too_few"
    if single and not all(side["std_error"].notna().all() for side in rows):
        return "hidden", "too_few_for_spread"
    return ("", "") if single or sum(map(len, rows)) > 2 else ("not_computable", "too_few_schools")


def _estimate(rows: list[pd.DataFrame], level: float) -> tuple[Interval, str]:
    first, second = rows
    if len(first) + len(second) > 2:
        return compute_two_groups(first["estimate"].to_numpy(), second["estimate"].to_numpy(), level).pooled, "pooled t over schools"
    variances = [float(side["std_error"].iloc[0]) ** 2 for side in rows]
    parts = sum(variance**2 / float(side["df"].iloc[0]) for variance, side in zip(variances, rows, strict=True))
    difference = float(first["estimate"].iloc[0] - second["estimate"].iloc[0])
    df = sum(variances) ** 2 / parts if parts else float("nan")
    return compute_interval(difference, math.sqrt(sum(variances)), df, level), "difference of two schools"
