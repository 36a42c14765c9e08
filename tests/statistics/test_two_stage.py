"""The default estimator of change over schools: against R, and calibrated by simulation."""

from __future__ import annotations

from dataclasses import astuple, replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.witness import witness
from toolkit.statistics.meta_analysis import estimate_random_effects
from toolkit.statistics.mixed_models.by_school import fit_by_school
from toolkit.statistics.two_stage import average_schools, estimate_school_changes, estimate_two_stage, standardise_mean


def test_both_stages_agree_with_r() -> None:
    w = witness("default.school_changes")
    d = w.data()
    found = estimate_school_changes(d.y, d.post, d.school, d.pupil)
    assert [str(school) for school in found.schools] == w.value["school"]
    for ours, theirs in {
        "estimate": "change",
        "std_error": "se",
        "std_error_kr": "se_kr",
        "df": "df_kr",
        "low": "ci_low",
        "high": "ci_high",
    }.items():
        w.agree(getattr(found.changes, ours), theirs)
    for name in ("var_teacher", "var_residual", "sd_within"):
        w.agree(getattr(found, name), name)
    mean = {
        "estimate": "mean",
        "std_error": "se_mean",
        "df": "df",
        "statistic": "t",
        "p_value": "p",
        "low": "mean_ci_low",
        "high": "mean_ci_high",
    }
    for ours, theirs in mean.items():
        w.agree(getattr(found.mean, ours), theirs)
    assert (found.converged, found.singular, found.reason, found.n) == (True, False, "", len(d))
    assert found.criterion == fit_by_school(d.y, np.column_stack([np.ones(len(d)), d.post]), d.school, d.pupil).criterion


def test_heterogeneity_and_standardised_mean_follow_from_both_stages() -> None:
    d = witness("default.school_changes").data()
    found = estimate_school_changes(d.y, d.post, d.school, d.pupil)
    weights = 1 / found.changes.std_error**2
    centre = (weights * found.changes.estimate).sum() / weights.sum()
    assert found.heterogeneity.q == pytest.approx((weights * (found.changes.estimate - centre) ** 2).sum())
    assert found.standardised.estimate == pytest.approx(found.mean.estimate / found.sd_within)
    n, t = len(d), stats.t.ppf(0.975, 9)
    reach = t * np.sqrt((found.mean.std_error / found.sd_within) ** 2 + found.standardised.estimate**2 / (2 * (n - 20)))
    assert found.standardised.high - found.standardised.estimate == pytest.approx(reach)
    assert found.standardised.estimate - found.standardised.low == pytest.approx(reach)


@pytest.mark.parametrize("level", [0.5, 0.9])
def test_both_stages_have_the_intervals_of_any_level(level: float) -> None:
    d = witness("default.school_changes").data()
    found, usual = (estimate_school_changes(d.y, d.post, d.school, d.pupil, *levels) for levels in ([level], []))
    changes = found.changes
    np.testing.assert_allclose(changes.high - changes.estimate, stats.t.ppf((1 + level) / 2, changes.df) * changes.std_error_kr)
    assert (found.mean.low, found.mean.high) == pytest.approx(tuple(stats.ttest_1samp(changes.estimate, 0).confidence_interval(level)))
    assert found.heterogeneity == estimate_random_effects(changes.estimate, changes.std_error**2, level)
    wider = stats.t.ppf((1 + level) / 2, 9) / stats.t.ppf(0.975, 9)
    assert found.standardised.high - found.standardised.low == pytest.approx(wider * (usual.standardised.high - usual.standardised.low))
    for one in (found, usual):
        margin = level if one is found else 0.95
        assert one.standardised == standardise_mean(one.mean, one.sd_within, len(d) - 20, margin)
    assert usual.standardised == standardise_mean(usual.mean, usual.sd_within, len(d) - 20)


def test_mean_of_the_schools_is_a_t_test_on_their_values() -> None:
    values = [0.3, np.nan, 0.5, -0.1, 0.2]
    found, known = average_schools(values), stats.ttest_1samp([0.3, 0.5, -0.1, 0.2], 0)
    assert [found.statistic, found.p_value, found.df, found.n] == pytest.approx([known.statistic, known.pvalue, 3, 4])
    assert (found.low, found.high) == pytest.approx(tuple(known.confidence_interval()))


def test_too_few_schools_have_no_interval_and_no_crash() -> None:
    one, none, equal = average_schools([0.4]), average_schools([np.nan]), average_schools([0.4, 0.4])
    nought = average_schools([0.0, 0.0])
    assert (one.estimate, equal.estimate, nought.estimate) == (0.4, 0.4, 0.0) and np.isnan(none.estimate)
    assert [(mean.n, mean.df) for mean in (none, one, equal, nought)] == [(0, -1), (1, 0), (2, 1), (2, 1)]
    for mean in (none, one, equal, nought):
        assert np.isnan([mean.std_error, mean.low, mean.high, mean.statistic, mean.p_value]).all()


def test_a_mean_without_spread_is_standardised_without_an_interval() -> None:
    mean = average_schools([0.4])
    for flat in (mean, replace(mean, std_error=0.0)):
        found = standardise_mean(flat, 0.5, 10)
        assert found.estimate == 0.8 and np.isnan([found.low, found.high]).all()
    for sd in (0.0, np.nan):
        assert np.isnan(astuple(standardise_mean(mean, sd, 10))).all()


@pytest.mark.parametrize("unit", [1e-9, 1e9])
def test_the_unit_of_the_scores_does_not_matter(unit: float) -> None:
    values = np.array([0.3, 0.5, -0.1, 0.2])
    one, other = average_schools(values), average_schools(unit * values)
    assert [other.low / unit, other.p_value] == pytest.approx([one.low, one.p_value])
    assert astuple(standardise_mean(other, 0.4 * unit, 10)) == pytest.approx(astuple(standardise_mean(one, 0.4, 10)))


@pytest.mark.parametrize("schools", [1, 2])
def test_one_or_two_schools_give_school_results(schools: int) -> None:
    d = witness("default.school_changes").data()
    d = d[d.school.isin(d.school.unique()[:schools])]
    found = estimate_school_changes(d.y, d.post, d.school, d.pupil)
    assert np.isfinite(found.changes.low).all()
    assert found.mean.n == schools
    assert np.isfinite(found.mean.low) == (schools == 2)


def test_a_school_without_a_second_wave_is_left_out_of_the_mean() -> None:
    d = witness("default.school_changes").data()
    found = estimate_school_changes(*(d[(d.school != 12) | (d.post == 0)][c] for c in ("y", "post", "school", "pupil")))
    assert np.isnan(found.changes.estimate[list(found.schools).index(12)])
    assert (found.mean.n, found.heterogeneity.k, found.mean.df) == (9, 9, 8)


def test_nothing_or_one_pair_gives_no_interval_and_no_crash() -> None:
    assert estimate_school_changes([], [], [], []).mean.n == 0
    pair = estimate_school_changes([1.0, 2.0], [0, 1], ["a", "a"], ["x", "x"])
    assert (pair.reason, pair.mean.n) == ("no_residual_df", 1)
    assert pair.changes.estimate == pytest.approx([1.0])
    assert np.isnan(pair.changes.low).all()


def test_order_of_rows_does_not_matter() -> None:
    d = witness("default.school_changes").data()
    one, two = (estimate_school_changes(f.y, f.post, f.school, f.pupil) for f in (d, d.sample(frac=1, random_state=3)))
    np.testing.assert_array_equal(one.schools, two.schools)
    np.testing.assert_allclose(two.changes.low, one.changes.low, rtol=1e-9)
    assert [two.mean.low, two.heterogeneity.tau2] == pytest.approx([one.mean.low, one.heterogeneity.tau2], rel=1e-9)


def test_slopes_over_three_waves_use_real_time() -> None:
    d = witness("lmm.univbct_growth").data().rename(columns={"JSAT": "y"})
    x = np.column_stack([np.ones(len(d)), d.TIME / 2])
    half, whole = (estimate_two_stage(d.y, x * [1, f], d.BTN, d.SUBNUM, [0, 1]) for f in (1.0, 2.0))
    assert half.mean.estimate == pytest.approx(2 * whole.mean.estimate)
    assert half.mean.p_value == pytest.approx(whole.mean.p_value)


def simulate_study(rng: np.random.Generator, schools: int, tau: float) -> pd.DataFrame:
    """Scores of unequal schools, 60 % of the staff matched, no change on average."""
    school = np.repeat(np.arange(schools), rng.integers(8, 41, schools))
    level, change = rng.normal(0, 0.75, school.size), rng.normal(0, tau, schools)[school]
    wave = rng.choice(3, school.size, p=[0.6, 0.2, 0.2])
    parts = [
        pd.DataFrame(
            {"school": school, "teacher": np.arange(school.size), "post": t, "y": level + t * change + rng.normal(0, 0.66, school.size)}
        )[(wave == 0) | (wave == t + 1)]
        for t in (0, 1)
    ]
    return pd.concat(parts)


def simulate_rejections(schools: int, tau: float, studies: int, seed: int) -> float:
    rng = np.random.default_rng(seed)
    found = (estimate_school_changes(d.y, d.post, d.school, d.teacher) for d in (simulate_study(rng, schools, tau) for _ in range(studies)))
    return sum(result.mean.p_value < 0.05 for result in found) / studies


@pytest.mark.slow
@pytest.mark.parametrize("schools", [4, 6, 8, 14, 30])
def test_type_one_error_is_five_percent(schools: int) -> None:
    assert 0.035 <= simulate_rejections(schools, 0.15, 2000, schools) <= 0.065


def test_type_one_error_is_near_five_percent_with_six_schools() -> None:
    assert 0.02 <= simulate_rejections(6, 0.15, 250, 1) <= 0.09
