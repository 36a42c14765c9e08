"""Precision and agreement on plain frames beside pingouin; the same numbers as the reports are tested with change."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pingouin as pg
import pytest
import statsmodels.formula.api as smf
from statsmodels.stats.anova import anova_lm

import toolkit as plg

ITEMS = [f"energie_own9_i{number}" for number in range(1, 10)]


def test_alpha_is_that_of_pingouin_for_those_who_answered_all() -> None:
    answers = plg.load_example().query("wave == 'sept'")
    row = plg.reliability(answers, ITEMS).iloc[0]
    alpha, _ = pg.cronbach_alpha(answers[ITEMS], nan_policy="listwise")
    assert row["alpha"] == pytest.approx(alpha, abs=1e-12)
    assert row["alpha_low"] < alpha < row["alpha_high"]


def test_the_icc_is_that_of_an_analysis_of_variance() -> None:
    scores = plg.score(plg.load_example(), "energie_own9").query("wave == 'sept'").dropna(subset="energie_own9")
    row = plg.agreement(scores, "energie_own9").iloc[0]
    table = anova_lm(smf.ols("energie_own9 ~ C(school)", scores).fit())
    between, within = table["mean_sq"]
    sizes = scores.groupby("school").size()
    k0 = (sizes.sum() - (sizes**2).sum() / sizes.sum()) / (len(sizes) - 1)
    assert row["icc1"] == pytest.approx((between - within) / (between + (k0 - 1) * within), abs=1e-9)
    assert (row["schools"], row["n"]) == (6, len(scores))


@pytest.mark.parametrize(("people", "told"), [(10, True), (9, False)])
def test_below_ten_people_there_is_no_alpha(people: int, told: bool) -> None:
    rng = np.random.default_rng(1)
    answers = pd.DataFrame(rng.integers(1, 6, (people, 3)), columns=["a", "b", "c"])
    row = plg.reliability(answers, ["a", "b", "c"]).iloc[0]
    assert np.isfinite(row["alpha"]) == told and row["n"] == people


def test_scales_are_named_listed_or_all_that_score_made() -> None:
    frame = plg.score(plg.load_example(), "energie_own9")
    assert plg.reliability(frame)["scale"].unique().tolist() == [f"energie_own9{end}" for end in ("", "_energy", "_meaning", "_focus")]
    named = plg.reliability(frame, {"mine": ITEMS[:3]})
    assert named["scale"].unique().tolist() == ["mine"] and named["items"].tolist() == [3, 3]


def test_an_interval_for_omega_is_drawn_from_its_seed() -> None:
    frame = plg.load_example()
    first, second, other = (plg.reliability(frame, ITEMS[:3], resamples=50, seed=seed)["omega_low"].tolist() for seed in (1, 1, 2))
    assert first == second != other


def test_two_schools_have_no_icc() -> None:
    frame = plg.score(plg.load_example(), "energie_own9")
    row = plg.agreement(frame[frame["school"].isin(["De Stille Trom", "De Wolkenplukker"])], "energie_own9").iloc[0]
    assert row["schools"] == 2 and np.isnan(row["icc1"])
