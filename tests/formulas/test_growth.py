"""Slopes over several waves, per school and over schools."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.witness import witness
from toolkit.formulas.growth import estimate_school_growth


def draw(seed: int, waves: int = 4, lines: float = 0.4, schools: int = 6) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    school = np.repeat(np.arange(schools), rng.integers(8, 16, schools))
    first = pd.DataFrame({"school": school, "teacher": np.arange(school.size), "level": rng.normal(4, 0.6, school.size)})
    first["slope"] = rng.normal(0.3, lines, school.size) + rng.normal(0, 0.2, schools)[school]
    d = pd.concat([first.assign(time=0.5 * t) for t in range(waves)])
    d["y"] = d.level + d.slope * d.time + rng.normal(0, 0.4, len(d))
    return d.sample(frac=0.85, random_state=rng).reset_index(drop=True)


def test_complete_balanced_data_give_the_mean_of_the_teachers_own_slopes() -> None:
    d = draw(1).drop_duplicates(["teacher", "time"])
    whole = d.groupby("teacher").time.transform("size") == 4
    d = d[whole]
    found = estimate_school_growth(d.y, d.time, d.school, d.teacher)
    own = d.groupby(["school", "teacher"])[["time", "y"]].apply(lambda g: np.polyfit(g.time, g.y, 1)[0])
    assert found.method == "teacher_lines"
    np.testing.assert_allclose(found.slopes.estimate, own.groupby("school").mean(), rtol=1e-7)
    pooled = np.sqrt(own.groupby("school").var().mul(own.groupby("school").size() - 1).sum() / (len(own) - 6))
    np.testing.assert_allclose(found.slopes.std_error_kr, pooled / np.sqrt(own.groupby("school").size()), rtol=1e-5)
    np.testing.assert_allclose(found.slopes.df, len(own) - 6, rtol=1e-4)


def test_mean_over_schools_is_a_t_test_on_their_slopes() -> None:
    d = draw(2)
    found = estimate_school_growth(d.y, d.time, d.school, d.teacher)
    known = stats.ttest_1samp(found.slopes.estimate, 0)
    assert found.method == "teacher_lines"
    assert [found.mean.statistic, found.mean.p_value] == pytest.approx([known.statistic, known.pvalue])
    assert (found.mean.n, found.heterogeneity.k) == (6, 6)


def test_two_waves_cannot_carry_lines() -> None:
    d = draw(3, waves=2)
    found = estimate_school_growth(d.y, d.time, d.school, d.teacher)
    assert (found.method, found.reason) in {("teacher_levels", "not_identified"), ("teacher_levels", "singular")}
    assert np.isfinite(found.slopes.low).all()


def test_equal_lines_fall_back_to_levels_and_say_so() -> None:
    reasons = []
    for seed in range(8):
        d = draw(seed, waves=3, lines=0.0)
        found = estimate_school_growth(d.y, d.time, d.school, d.teacher)
        reasons.append((found.method, found.reason))
    assert ("teacher_levels", "singular") in reasons
    assert set(reasons) <= {("teacher_levels", "singular"), ("teacher_lines", "")}


def test_a_school_with_one_wave_has_no_slope_and_order_does_not_matter() -> None:
    d = draw(4)
    d = d[(d.school != 3) | (d.time == 0)]
    one, two = (estimate_school_growth(f.y, f.time, f.school, f.teacher) for f in (d, d.sample(frac=1, random_state=1)))
    assert np.flatnonzero(np.isnan(one.slopes.estimate)).tolist() == [3]
    assert one.mean.n == 5
    np.testing.assert_allclose(two.slopes.low, one.slopes.low, rtol=1e-8)


def test_battalions_keep_their_lines() -> None:
    d = witness("lmm.univbct_growth").data()
    found = estimate_school_growth(d.JSAT, d.TIME, d.BTN, d.SUBNUM)
    assert found.method == "teacher_lines"
    per_year = estimate_school_growth(d.JSAT, d.TIME / 2, d.BTN, d.SUBNUM)
    np.testing.assert_allclose(per_year.slopes.estimate, 2 * found.slopes.estimate, rtol=1e-7)


def test_scores_without_spread_get_a_reason() -> None:
    d = draw(5)
    found = estimate_school_growth(np.full(len(d), 4.0), d.time, d.school, d.teacher)
    assert found.reason == "no_spread"
    assert np.isnan(found.mean.low)


def test_one_wave_or_no_answers_give_no_slope() -> None:
    d = draw(6).query("time == 0.5")
    found = estimate_school_growth(d.y, d.time, d.school, d.teacher)
    assert found.reason in {"one_wave", "not_identified"}
    assert np.isnan(found.slopes.estimate).all()
    assert estimate_school_growth([], [], [], []).mean.n == 0
