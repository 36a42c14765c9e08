"""Attainment: computed from what is shown, with the interval of Fieller, and gone where a part of it is."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import ttest_1samp

from toolkit.responses.exports import read_exports
from toolkit.results.estimates.attainment import add_attainment
from toolkit.results.estimation import Estimation, estimate_study
from toolkit.study.loading import load_study

A12 = Path(__file__).parent.parent.parent / "data" / "rows" / "A12"


@cache
def estimate() -> Estimation:
    return estimate_study(load_study(A12))


def find(school: str, scale: str = "o1"):  # type: ignore[no-untyped-def]
    change = estimate().results.change
    return change[(change["school"] == school) & (change["scale"] == scale) & (change["quantity"] == "attainment")].iloc[0]


def test_at_the_ends_of_the_interval_the_t_test_of_change_minus_ratio_times_gap_is_just_not_significant() -> None:
    """Fieller (1954): all answered twice, so it is the test of the people."""
    answers = read_exports(estimate().study).responses.query("school == 's1'").pivot(index="respondent", columns="wave")
    actual, target = answers["prestatieplan_o1_actual"], answers["prestatieplan_o1_target"]
    change, gap = actual["after"] - actual["before"], target["before"] - actual["before"]
    row = find("s1")
    assert row["estimate"] == pytest.approx(round(change.mean(), 2) / round(gap.mean(), 2), abs=1e-6)
    for ratio in row[["low", "high"]]:
        assert ttest_1samp(change - ratio * gap, 0).pvalue == pytest.approx(0.05, abs=2e-3)  # the means are rounded as on the page


def test_over_schools_it_is_the_average_change_divided_by_the_average_gap() -> None:
    levels, change = estimate().results.levels, estimate().results.change
    gap = levels.query("school == '' and wave == 'before' and scale == 'o1' and rating == 'target_less_actual'")["estimate"].item()
    average = change.query("school == '' and scale == 'o1' and rating == 'actual' and quantity == 'average_change'")["estimate"].item()
    assert find("")["estimate"] == pytest.approx(average / gap, abs=1e-6)
    assert find("")["schools"] == 4


def test_where_a_part_is_hidden_or_the_gap_is_small_there_is_none() -> None:
    found = estimate()
    change = found.results.change.query("quantity != 'attainment'")
    levels = found.results.levels

    def compute(change=change, levels=levels):  # type: ignore[no-untyped-def]
        made = add_attainment(change, levels, found.scores, found.study).query("quantity == 'attainment' and scale == 'o1'")
        return made.set_index("school")[["state", "method"]].apply(tuple, axis=1).to_dict()

    gap = (levels["rating"] == "target_less_actual") & (levels["school"] == "s1") & (levels["wave"] == "before")
    gone = compute(levels=levels.assign(state=levels["state"].mask(gap, "hidden"), method=levels["method"].mask(gap, "subtraction")))
    assert gone["s1"] == gone[""] == ("hidden", "subtraction") and gone["s2"][0] == "shown"
    few = compute(levels=levels.assign(std_error=levels["std_error"].mask(gap)))
    assert few["s1"] == ("hidden", "too_few_for_spread")
    small = compute(levels=levels.assign(estimate=levels["estimate"].mask(levels["rating"] == "target_less_actual", 0.4)))
    assert small["s1"] == small[""] == ("not_computable", "gap_too_small")
    hidden = change.assign(state=change["state"].mask(change["quantity"].isin(["average_change", "change"]), "hidden"), method="too_few")
    assert {state for state, _ in compute(change=hidden).values()} == {"hidden"}
    assert np.isfinite(find("s1")[["low", "high"]].to_numpy(dtype=float)).all()
