"""Treated and comparison schools, held to R and to hand counts."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from tests.witness import witness
from toolkit.statistics import difference_in_differences
from toolkit.statistics.difference_in_differences import compute_permutation_test, compute_school_comparison


def changes_of_awards() -> tuple[np.ndarray, np.ndarray]:
    means = witness("did.awards_school_level").data().groupby(["school_id", "treated", "post"])["Bagrut_status"].mean().unstack().dropna()
    change = means[1] - means[0]
    treated = means.index.get_level_values("treated") == 1
    return change[treated].to_numpy(), change[~treated].to_numpy()


def test_the_difference_in_differences_equals_that_of_r() -> None:
    w = witness("did.awards_school_level")
    ours = compute_school_comparison(*changes_of_awards())
    w.agree(ours.treated, "n1")
    w.agree(ours.comparison, "n0")
    w.agree(ours.pooled.estimate, "did")
    for name in ("pooled", "welch"):
        interval = getattr(ours, name)
        w.agree(interval.std_error, f"se_{name}")
        w.agree(interval.df, f"df_{name}")
        w.agree(interval.p_value, f"p_{name}")


def test_one_treated_school_is_held_against_the_spread_of_the_others() -> None:
    others = [0.1, 0.4, -0.2, 0.3]
    ours = compute_school_comparison([1.0], others).pooled
    assert ours.df == 3
    assert ours.estimate / ours.std_error == pytest.approx((1 - 0.15) / (np.std(others, ddof=1) * math.sqrt(1.25)))


@pytest.mark.parametrize("level", [0.5, 0.9])
def test_the_comparison_has_the_interval_of_any_level(level: float) -> None:
    treated, comparison = [1.0, 1.4, 0.7], [0.1, 0.4, -0.2, 0.3]
    ours = compute_school_comparison(treated, comparison, level)
    for interval, equal in ((ours.pooled, True), (ours.welch, False)):
        theirs = stats.ttest_ind(treated, comparison, equal_var=equal).confidence_interval(level)
        assert (interval.low, interval.high) == pytest.approx(tuple(theirs))


def test_all_assignments_are_counted_and_the_least_p_value_is_told() -> None:
    ours = compute_permutation_test([5.0, 6.0], [1.0, 2.0, 3.0])
    assert ours.enumerated and ours.assignments == 10
    assert ours.p_value == ours.smallest == 0.1
    middle = compute_permutation_test([5.0, 1.0], [6.0, 2.0, 3.0])  # |3 - 11/3|: reached by 8 of the 10 assignments
    differences = [
        abs((a + b) / 2 - (17 - a - b) / 3) for a, b in ((1, 2), (1, 3), (1, 5), (1, 6), (2, 3), (2, 5), (2, 6), (3, 5), (3, 6), (5, 6))
    ]
    assert middle.p_value == np.mean(np.array(differences) >= abs(3 - 11 / 3) - 1e-12)


def test_groups_of_one_size_can_at_best_give_two_assignments() -> None:
    assert compute_permutation_test([1.0, 2.0, 3.0], [7.0, 8.0, 9.5]).smallest == 2 / 20


@pytest.mark.parametrize("change", [0.3, 0.0])
def test_equal_changes_have_p_value_one(change: float) -> None:
    ours = compute_permutation_test([change] * 2, [change] * 3)
    assert ours.p_value == 1 and ours.smallest == 1


@pytest.mark.parametrize("unit", [1e-9, 1e9])
def test_the_unit_of_the_changes_does_not_matter(unit: float) -> None:
    treated, comparison = np.array([5.0, 6.0]), np.array([1.0, 2.0, 3.0])
    assert compute_permutation_test(unit * treated, unit * comparison) == compute_permutation_test(treated, comparison)


def test_assignments_are_drawn_only_beyond_the_number_that_is_enumerated(monkeypatch: pytest.MonkeyPatch) -> None:
    for enumerated, assignments in ((10, 10), (9, 51)):
        monkeypatch.setattr(difference_in_differences, "ENUMERATED", enumerated)
        ours = compute_permutation_test([5.0, 6.0], [1.0, 2.0, 3.0], np.random.default_rng(1), draws=50)
        assert (ours.enumerated, ours.assignments) == (enumerated == 10, assignments)


def test_drawn_assignments_come_near_the_t_test() -> None:
    treated, comparison = changes_of_awards()
    ours = compute_permutation_test(treated, comparison, np.random.default_rng(22))
    assert not ours.enumerated and ours.assignments == 10_000
    assert ours.p_value == pytest.approx(compute_school_comparison(treated, comparison).pooled.p_value, abs=0.02)


def test_under_chance_the_permutation_test_errs_in_five_percent() -> None:
    rng = np.random.default_rng(23)
    errors = sum(compute_permutation_test(d[:4], d[4:]).p_value <= 0.05 for d in rng.standard_exponential((2000, 9)))
    assert 60 <= errors <= 125


@pytest.mark.parametrize(("treated", "comparison"), [([], [1.0, 2.0]), ([1.0], []), ([np.nan], [1.0, 2.0])])
def test_an_empty_group_has_no_comparison(treated: list[float], comparison: list[float]) -> None:
    ours = compute_permutation_test(treated, comparison)
    assert math.isnan(ours.p_value) and math.isnan(ours.smallest) and ours.assignments == 0 and ours.enumerated is True
    assert math.isnan(compute_school_comparison(treated, comparison).pooled.low)


def test_too_many_schools_without_a_generator_are_named() -> None:
    with pytest.raises(ValueError, match="pass a `generator`"):
        compute_permutation_test(np.arange(15.0), np.arange(15.0))


def test_a_group_of_another_shape_is_named() -> None:
    with pytest.raises(ValueError, match="`treated` has shape"):
        compute_permutation_test([[1.0]], [1.0])
    with pytest.raises(ValueError, match="`comparison` has shape"):
        compute_permutation_test([1.0], [[1.0]])
