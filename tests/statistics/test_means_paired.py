"""Change within the same people, held to R and to simulations."""

from __future__ import annotations

import math
from dataclasses import astuple

import numpy as np
import pingouin as pg
import pytest
from scipy import stats

from tests.witness import witness
from toolkit.statistics.means import compute_equivalence, compute_interval, compute_mean, compute_paired_change, compute_paired_effects

PAIRS = {
    "paired.anorexia_FT": ("Treat", "FT", "Prewt", "Postwt"),
    "paired.anorexia_Cont": ("Treat", "Cont", "Prewt", "Postwt"),
    "paired.bdf_school1": ("school", 1, "lang1", "lang2"),
}


def pairs_of(id: str) -> tuple[np.ndarray, np.ndarray]:
    group, value, before, after = PAIRS[id]
    data = witness(id).data()
    data = data[data[group] == value]
    return data[before].to_numpy(), data[after].to_numpy()


@pytest.mark.parametrize("id", PAIRS)
def test_the_mean_change_equals_the_paired_t_test_of_r(id: str) -> None:
    w = witness(id)
    change = compute_paired_change(*pairs_of(id))
    names = {"estimate": "mean_change", "low": "ci_low", "high": "ci_high", "df": "df", "p_value": "p", "correlation": "r", "n": "n"}
    for ours, theirs in names.items():
        w.agree(getattr(change, ours), theirs)
    w.agree(change.estimate / change.std_error, "t")
    w.agree(change.estimate / change.sd_before, "d_pre")


@pytest.mark.parametrize("id", PAIRS)
def test_the_standardised_changes_equal_those_of_r(id: str) -> None:
    w = witness(id)
    effects = compute_paired_effects(*pairs_of(id))
    for ours, theirs in {"d_z": "dz", "g_z": "gz", "d_av": "d_av", "g_av": "g_av"}.items():
        effect = getattr(effects, ours)
        w.agree(effect.estimate, theirs)
        w.agree(effect.low, f"{theirs}_ci_low")
        w.agree(effect.high, f"{theirs}_ci_high")


def test_g_z_equals_hedges_g_of_effectsize() -> None:
    w = witness("paired.effectsize_gz_FT")
    g_z = compute_paired_effects(*pairs_of("paired.anorexia_FT")).g_z
    w.agree(g_z.estimate, "gz")
    w.agree(g_z.low, "low")
    w.agree(g_z.high, "high")


def test_two_one_sided_tests_equal_those_of_r() -> None:
    w = witness("tost.anorexia_Cont")
    change = compute_paired_change(*pairs_of("paired.anorexia_Cont"))
    ours = compute_equivalence(change.estimate, change.std_error, change.df, -5, 5)
    for field, theirs in {"p_lower": "p_lower", "p_upper": "p_upper", "p_value": "p_tost", "low": "ci90_low", "high": "ci90_high"}.items():
        w.agree(getattr(ours, field), theirs)


def test_people_with_one_wave_are_left_out() -> None:
    before, after = pairs_of("paired.anorexia_FT")
    with_gaps = np.append(before, [80, np.nan, np.inf]), np.append(after, [np.nan, 90, 90])
    assert compute_paired_change(*with_gaps) == compute_paired_change(before, after)


@pytest.mark.parametrize("values", [[], [3.0], [np.nan, np.nan]])
def test_too_few_people_give_no_interval(values: list[float]) -> None:
    change = compute_paired_change(values, values)
    assert math.isnan(change.low) and math.isnan(change.p_value) and math.isnan(change.correlation)
    assert all(math.isnan(part) for effect in astuple(compute_paired_effects(values, values))[:4] for part in effect)
    assert math.isnan(compute_mean(values).low)


def test_changes_that_differ_by_rounding_only_are_no_spread() -> None:
    before = np.array([0.1, 0.2, 0.3, 0.7])
    change = compute_paired_change(before, before + 0.3)
    assert change.sd_change == 0 and math.isnan(change.p_value)
    assert math.isnan(compute_paired_effects(before, before + 0.3).d_z.estimate)
    far = np.array([0.1, 10.1, 100.1, 1000.1])  # the rounding is that of the scores, however small the change
    assert compute_paired_change(far, far + 0.001).sd_change == 0
    assert compute_paired_change(far, far + np.array([0.001, 0.001, 0.001, 0.0011])).sd_change > 0


def test_a_scale_without_spread_has_no_standardised_change() -> None:
    effects = compute_paired_effects([2.0, 2.0, 2.0], [2.0, 2.0, 2.0])
    assert math.isnan(effects.d_av.estimate) and math.isnan(effects.g_av.low)


def test_a_huge_effect_still_has_an_exact_interval() -> None:
    rng = np.random.default_rng(1)
    before = rng.normal(size=12)
    d_z = compute_paired_effects(before, before + 40 + 0.5 * rng.normal(size=12)).d_z
    assert d_z.low < d_z.estimate < d_z.high


def test_intervals_of_d_z_and_g_av_contain_the_truth_in_95_percent_of_samples() -> None:
    rng = np.random.default_rng(20)
    hits_z, hits_av, draws = 0, 0, 2000
    for _ in range(draws):
        before = rng.normal(size=10)
        after = 0.6 * before + 0.8 * rng.normal(size=10) + 0.5
        effects = compute_paired_effects(before, after)
        hits_z += effects.d_z.low < 0.5 / math.sqrt(0.8) < effects.d_z.high
        hits_av += effects.d_av.low < 0.5 < effects.d_av.high
    assert abs(hits_z / draws - 0.95) < 0.015
    assert abs(hits_av / draws - 0.95) < 0.02


def test_without_degrees_of_freedom_given_the_interval_is_normal() -> None:
    interval = compute_interval(1.0, 0.5)
    assert interval.high == pytest.approx(1 + 1.959963984540054 * 0.5, rel=1e-12)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [([1.0, 2.0], [1.0], "`before` has 2, `after` has 1"), ([[1.0], [2.0]], [1.0, 2.0], "1 dimension")],
)
def test_a_wrong_shape_is_named(before: list[float], after: list[float], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        compute_paired_change(before, after)


def test_bounds_of_equivalence_in_the_wrong_order_are_named() -> None:
    with pytest.raises(ValueError, match="lower bound"):
        compute_equivalence(0, 1, 10, 5, -5)


@pytest.mark.parametrize("id", PAIRS)
def test_the_paired_t_the_average_d_and_the_two_one_sided_tests_equal_those_of_scipy_and_pingouin(id: str) -> None:
    before, after = pairs_of(id)
    ours, theirs = compute_paired_change(before, after, 0.9), stats.ttest_rel(after, before)
    ends = theirs.confidence_interval(0.9)
    np.testing.assert_allclose((ours.p_value, ours.df, ours.low, ours.high), (theirs.pvalue, theirs.df, *ends), rtol=1e-12)
    d_av = pg.compute_effsize(after, before, paired=True, eftype="cohen")
    assert compute_paired_effects(before, after).d_av.estimate == pytest.approx(d_av, rel=1e-12)
    bound = 1.2 * abs(ours.estimate)
    tost = pg.tost(after, before, bound=bound, paired=True)["pval"].iloc[0]
    assert compute_equivalence(ours.estimate, ours.std_error, ours.df, -bound, bound).p_value == pytest.approx(tost, rel=1e-10)
