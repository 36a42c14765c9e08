"""Change in one school: the paired t test when all are matched, Welch when nobody is, lme4 and pbkrtest in between."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from tests.witness import witness
from toolkit.formulas.group_change import GroupChange, estimate_change_in_group
from toolkit.formulas.mixed_design import RandomTerm
from toolkit.formulas.mixed_fit import fit_mixed


def draw(correlation: float, n: int = 15) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(2)
    before = rng.normal(5, 1, n)
    return before, 5.3 + correlation * (before - 5) + rng.normal(0, 0.8, n)


def same(found: GroupChange, known: object) -> None:
    assert [found.statistic, found.df, found.p_value] == pytest.approx([known.statistic, known.df, known.pvalue], rel=1e-7)
    assert [found.low, found.high] == pytest.approx(list(known.confidence_interval()), rel=1e-7)


@pytest.mark.parametrize("correlation", [0.8, 0.0, -0.7])
def test_all_matched_is_the_paired_t_test(correlation: float) -> None:
    before, after = draw(correlation)
    order = np.random.default_rng(1).permutation(15)
    found = estimate_change_in_group(before, after[order], np.arange(15), order)
    same(found, stats.ttest_rel(after, before))
    assert (found.method, found.n_pairs, found.n_before, found.reason) == ("mixed_model", 15, 15, "")


def test_all_matched_agrees_with_r() -> None:
    w = witness("paired.bdf_school1")
    d = w.data()
    d = d[d.school == 1]
    found = estimate_change_in_group(d.lang1, d.lang2, d.pupil, d.pupil)
    for ours, theirs in {
        "estimate": "mean_change",
        "low": "ci_low",
        "high": "ci_high",
        "statistic": "t",
        "df": "df",
        "p_value": "p",
    }.items():
        w.agree(getattr(found, ours), theirs)


@pytest.mark.parametrize("ids", [(None, None), (list("abcdefghijklmno"), [None] * 12), (list("abcdefghijklmno"), list("ABCDEFGHIJKL"))])
def test_nobody_matched_is_welch(ids: tuple[list[str] | None, list[str] | None]) -> None:
    before, after = draw(0.5)
    found = estimate_change_in_group(before, after[:12], *ids)
    same(found, stats.ttest_ind(after[:12], before, equal_var=False))
    assert (found.method, found.n_pairs) == ("welch", 0)


def test_partly_matched_equals_the_general_engine() -> None:
    before, after = draw(0.6)
    found = estimate_change_in_group(before[:11], after[3:], np.arange(11), [*range(3, 11), None, float("nan"), 98, 99])
    scores, persons = np.concatenate([before[:11], after[3:]]), [*range(11), *range(3, 11), 20, 21, 22, 23]
    x = np.column_stack([np.ones(23), np.repeat([0, 1], [11, 12])])
    known = fit_mixed(scores, x, [RandomTerm("person", persons, negative=True)]).test([0, 1], "kenward-roger")
    for name in ("estimate", "std_error", "df", "low", "high", "p_value"):
        assert getattr(found, name) == pytest.approx(getattr(known, name), rel=1e-7)
    assert found.n_pairs == 8


def test_one_matched_person_tells_no_correlation() -> None:
    before, after = draw(0.5)
    found = estimate_change_in_group(before, after, np.arange(15), np.arange(14, 29))
    assert (found.method, found.n_pairs, found.reason) == ("welch", 1, "")


ODD = {
    "no answers after": ([1.0, 2.0], [], [1, 2], [], "none", "no_answers"),
    "no answers at all": ([], [], None, None, "none", "no_answers"),
    "one pair": ([1.0], [2.0], ["a"], ["a"], "welch", "too_few"),
    "one and one unmatched": ([1.0], [2.0], None, None, "welch", "too_few"),
    "all equal, matched": ([3.0] * 4, [3.0] * 4, [1, 2, 3, 4], [1, 2, 3, 4], "mixed_model", "no_spread"),
    "all equal, unmatched": ([3.0] * 4, [3.5] * 4, None, None, "welch", "no_spread"),
    "equal changes": ([1.0, 2.0, 4.0], [1.5, 2.5, 4.5], [1, 2, 3], [1, 2, 3], "mixed_model", "no_residual_variance"),
    "equal sums": ([1.0, 2.0, 4.0], [4.0, 3.0, 1.0], [1, 2, 3], [1, 2, 3], "mixed_model", "no_residual_variance"),
}


@pytest.mark.parametrize("case", ODD)
def test_odd_groups_get_a_named_reason_and_no_interval(case: str) -> None:
    before, after, before_ids, after_ids, method, reason = ODD[case]
    found = estimate_change_in_group(before, after, before_ids, after_ids)
    assert (found.method, found.reason) == (method, reason)
    assert np.isnan([found.low, found.high, found.p_value, found.std_error]).all()
    if before and after:
        assert found.estimate == pytest.approx(np.mean(after) - np.mean(before))


def test_two_pairs_with_others_never_fail() -> None:
    rng = np.random.default_rng(0)
    for _ in range(200):
        pairs, left, joined = rng.integers(2, 4), rng.integers(0, 6), rng.integers(0, 6)
        before, after = rng.integers(1, 6, pairs + left).astype(float), rng.integers(1, 6, pairs + joined).astype(float)
        found = estimate_change_in_group(before, after, np.arange(pairs + left), [*range(pairs), *range(50, 50 + joined)])
        assert np.isfinite(found.estimate)
        assert np.isfinite(found.low) == (found.reason == "")


@pytest.mark.parametrize("factor", [1e6, 1e-6, 100 / 6])
def test_scale_of_the_scores_does_not_matter(factor: float) -> None:
    before, after = draw(0.5)
    ids = np.arange(15)
    one, other = (estimate_change_in_group(f * before, f * after, ids, ids + 4) for f in (1.0, factor))
    assert [other.low / factor, other.df] == pytest.approx([one.low, one.df], rel=1e-8)


def test_wrong_input_is_named() -> None:
    with pytest.raises(ValueError, match="missing"):
        estimate_change_in_group([1.0, np.nan], [2.0])
    with pytest.raises(ValueError, match="occur twice"):
        estimate_change_in_group([1.0, 2.0], [2.0, 3.0], ["a", "a"], ["a", "b"])
    with pytest.raises(ValueError, match="one id"):
        estimate_change_in_group([1.0, 2.0], [2.0, 3.0], ["a"], ["a", "b"])
