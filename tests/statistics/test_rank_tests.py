"""The signed rank test, held to R and to scipy's enumeration."""

from __future__ import annotations

import math

import numpy as np
import pingouin as pg
import pytest
from scipy import stats

from tests.witness import witness
from toolkit.statistics.rank_tests import LARGEST, compute_signed_rank


def pairs_of(id: str, group: str, value: object, before: str, after: str) -> tuple[np.ndarray, np.ndarray]:
    data = witness(id).data()
    data = data[data[group] == value]
    return data[before].to_numpy(), data[after].to_numpy()


PAIRS = {
    "wilcoxon.anorexia_FT": ("Treat", "FT", "Prewt", "Postwt"),
    "wilcoxon.bdf_school1": ("school", 1, "lang1", "lang2"),
}


@pytest.mark.parametrize("id", PAIRS)
def test_the_normal_approximations_and_effects_equal_those_of_r(id: str) -> None:
    w = witness(id)
    ours = compute_signed_rank(*pairs_of(id, *PAIRS[id]))
    for field, theirs in {
        "v": "V", "n_nonzero": "n_nonzero", "p_normal_corrected": "p_normal_cc", "p_normal": "p_normal",
        "rank_biserial": "rank_biserial", "hodges_lehmann": "hodges_lehmann",
    }.items():  # fmt: skip
        w.agree(getattr(ours, field), theirs)


def test_the_exact_p_value_equals_that_of_r() -> None:
    w = witness("wilcoxon.exact_small")
    before, after = pairs_of("wilcoxon.exact_small", "Treat", "FT", "Prewt", "Postwt")
    ours = compute_signed_rank(before[:8], after[:8])
    w.agree(ours.p_exact, "p_exact")
    w.agree(ours.v, "V")


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("n", [3, 7, 11])
def test_with_ties_and_zeros_the_exact_p_value_is_that_of_all_sign_patterns(n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    before, after = rng.integers(1, 8, size=(2, n)).astype(float)
    if np.all(before == after):
        after[0] += 1
    theirs = stats.wilcoxon(after, before, method=stats.PermutationMethod())
    assert compute_signed_rank(before, after).p_exact == theirs.pvalue


def test_without_ties_the_exact_p_value_is_that_of_scipy() -> None:
    rng = np.random.default_rng(30)
    before, after = rng.normal(size=40), rng.normal(0.3, 1, size=40)
    assert compute_signed_rank(before, after).p_exact == pytest.approx(stats.wilcoxon(after, before, method="exact").pvalue, rel=1e-12)


def test_differences_that_differ_by_rounding_only_are_tied() -> None:
    before = np.array([1.1, 2.2, 3.3, 4.4, 0.3])
    after = before + np.array([0.1, 0.1, -0.1, 0.1, 0.0])
    whole = compute_signed_rank(np.zeros(5), [1, 1, -1, 1, 0])
    ours = compute_signed_rank(before, after)
    assert (ours.v, ours.p_exact, ours.n_nonzero) == (whole.v, whole.p_exact, 4)


def test_turning_the_waves_round_turns_the_effect_round() -> None:
    before, after = pairs_of("wilcoxon.bdf_school1", *PAIRS["wilcoxon.bdf_school1"])
    forth, back = compute_signed_rank(before, after), compute_signed_rank(after, before)
    assert back.rank_biserial == -forth.rank_biserial and back.hodges_lehmann == -forth.hodges_lehmann
    assert back.p_exact == forth.p_exact


def test_a_symmetric_change_has_p_value_one() -> None:
    ours = compute_signed_rank(np.zeros(4), [1, -1, 2, -2])
    assert ours.p_exact == 1 and ours.p_normal == 1 and ours.p_normal_corrected == 1 and ours.rank_biserial == 0


def test_ranks_that_are_all_halves_are_counted_as_halves() -> None:
    # Of the ranks 1.5, 1.5, 3.5 and 3.5, 6 of 16 choices come to 3.5 or less: none, any one, and the two small ones.
    ours = compute_signed_rank(np.zeros(4), [1, 1, 2, -2])
    assert ours.p_exact == 2 * 6 / 16
    assert ours.p_exact == stats.wilcoxon([1, 1, 2, -2], method=stats.PermutationMethod()).pvalue


def test_one_pair_is_its_own_median() -> None:
    ours = compute_signed_rank([1.0], [3.5])
    assert (ours.n, ours.n_nonzero, ours.v, ours.p_exact) == (1, 1, 1, 1)
    assert ours.hodges_lehmann == pytest.approx(2.5)


def test_pairs_that_did_not_change_are_counted_beside_those_that_did() -> None:
    ours = compute_signed_rank([1.0, 2.0, 3.0, np.nan], [1.0, 3.0, 5.0, 4.0])
    assert (ours.n, ours.n_nonzero) == (3, 2)


@pytest.mark.parametrize("unit", [1e-15, 1e15])
def test_the_unit_of_the_scores_does_not_matter(unit: float) -> None:
    before, after = np.array([1.0, 2, 3, 4, 5, 6]), np.array([1.5, 3, 2, 7, 5, 9])
    ours, theirs = compute_signed_rank(before * unit, after * unit), compute_signed_rank(before, after)
    assert (ours.v, ours.p_exact, ours.n_nonzero) == (theirs.v, theirs.p_exact, theirs.n_nonzero)
    assert ours.hodges_lehmann / unit == pytest.approx(theirs.hodges_lehmann)


@pytest.mark.parametrize("pairs", [([], []), ([1.0, 2.0], [1.0, 2.0]), ([0.0, 0.0], [0.0, 0.0]), ([np.nan], [1.0])])
def test_without_any_change_there_is_no_test(pairs: tuple[list[float], list[float]]) -> None:
    ours = compute_signed_rank(*pairs)
    assert all(math.isnan(value) for value in (ours.v, ours.p_exact, ours.p_normal, ours.rank_biserial))


def test_beyond_the_largest_size_the_normal_approximation_remains() -> None:
    rng = np.random.default_rng(31)
    ours = compute_signed_rank(np.zeros(LARGEST + 1), rng.normal(0.05, 1, size=LARGEST + 1))
    assert math.isnan(ours.p_exact) and math.isnan(ours.hodges_lehmann) and 0 < ours.p_normal < 1


def test_at_the_largest_size_the_exact_p_value_is_near_the_normal_one() -> None:
    rng = np.random.default_rng(32)
    ours = compute_signed_rank(np.zeros(LARGEST), rng.normal(0.05, 1, size=LARGEST))
    assert ours.p_exact == pytest.approx(ours.p_normal, rel=0.01)
    assert np.isfinite(ours.hodges_lehmann)


def test_a_wave_of_another_shape_is_named() -> None:
    with pytest.raises(ValueError, match="`before` has shape"):
        compute_signed_rank([[1.0]], [1.0])
    with pytest.raises(ValueError, match="`after` has shape"):
        compute_signed_rank([1.0], [[1.0]])


@pytest.mark.parametrize("seed", range(4))
def test_with_ties_the_test_and_its_effect_are_those_of_scipy_and_pingouin(seed: int) -> None:
    before, after = np.random.default_rng(seed).integers(1, 8, size=(2, 40)).astype(float)
    ours = compute_signed_rank(before, after)
    above = stats.wilcoxon(after, before, alternative="greater", method="asymptotic")
    theirs = pg.wilcoxon(after, before)
    assert ours.v == above.statistic
    assert ours.rank_biserial == pytest.approx(theirs["RBC"].iloc[0], rel=1e-12)
    assert ours.p_normal_corrected == pytest.approx(theirs["p_val"].iloc[0], rel=1e-12)
