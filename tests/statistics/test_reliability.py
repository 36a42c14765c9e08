"""Reliability of scales and of differences, held to R and to simulations."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pingouin as pg
import pytest
from scipy import stats

from tests.witness import witness
from toolkit.statistics.reliability import compute_alpha, compute_difference_reliability, compute_within_deviations

SCALES = {
    "alpha.bfi_A": [f"A{item}" for item in range(1, 6)],
    "alpha.bfi_C": [f"C{item}" for item in range(1, 6)],
    "alpha.lq2002_LEAD": [f"LEAD{item:02d}" for item in range(1, 12)],
}
FIELDS = {
    "alpha": "alpha", "low": "feldt_low", "high": "feldt_high", "standardised": "std_alpha", "g6": "g6", "mean_r": "mean_r",
    "if_dropped": "alpha_if_dropped", "item_rest": "item_rest_r", "n": "n", "items": "k",
}  # fmt: skip


@pytest.mark.parametrize("id", SCALES)
def test_alpha_and_its_companions_equal_those_of_psych(id: str) -> None:
    w = witness(id)
    ours = compute_alpha(w.data()[SCALES[id]])
    for field, theirs in FIELDS.items():
        w.agree(getattr(ours, field), theirs)


@pytest.mark.parametrize("unit", [1e-9, 1e9])
def test_the_unit_of_the_answers_does_not_matter(unit: float) -> None:
    answers = witness("alpha.bfi_A").data()[SCALES["alpha.bfi_A"]].dropna().to_numpy(dtype=float)[:80]
    one, other = compute_alpha(answers), compute_alpha(unit * answers)
    for field in FIELDS:
        np.testing.assert_allclose(getattr(other, field), getattr(one, field), rtol=1e-9)


def test_an_item_in_a_tiny_unit_goes_with_the_others_as_before() -> None:
    answers = witness("alpha.bfi_A").data()[SCALES["alpha.bfi_A"]].dropna().to_numpy(dtype=float)[:80]
    tiny = np.column_stack([1e-13 * answers[:, 0], answers[:, 1:]])
    assert compute_alpha(tiny).item_rest[0] == pytest.approx(compute_alpha(answers).item_rest[0])
    assert compute_alpha(tiny).mean_r == pytest.approx(compute_alpha(answers).mean_r)


def test_two_people_and_two_items_are_enough() -> None:
    ours = compute_alpha([[1, 2], [3, 5]])  # variances 2 and 4.5, covariance 3
    assert ours.alpha == pytest.approx(2 * (1 - 6.5 / 12.5))
    assert [ours.low, ours.high] == pytest.approx([1 - 0.04 * stats.f.ppf(0.975, 1, 1), 1 - 0.04 * stats.f.ppf(0.025, 1, 1)])


def test_the_g6_of_two_items_is_their_correlation() -> None:
    answers = np.array([[1.0, 2], [3, 5], [2, 2], [4, 3]])
    assert compute_alpha(answers).g6 == pytest.approx(np.corrcoef(answers.T)[0, 1])  # 1 - 2 (1 - r²) / (2 + 2 r)


@pytest.mark.parametrize("level", [0.5, 0.9])
def test_alpha_has_the_interval_of_any_level(level: float) -> None:
    answers = witness("alpha.bfi_A").data()[SCALES["alpha.bfi_A"]].dropna().to_numpy(dtype=float)[:20]
    ours = compute_alpha(answers, level)
    for end, q in ((ours.low, (1 + level) / 2), (ours.high, (1 - level) / 2)):
        assert end == pytest.approx(1 - (1 - ours.alpha) * stats.f.ppf(q, 19, 76))


def test_people_who_miss_an_answer_are_left_out_of_alpha() -> None:
    answers = witness("alpha.bfi_A").data()[SCALES["alpha.bfi_A"]].to_numpy(dtype=float)[:50]
    with_gap = np.vstack([answers, [1, 2, np.nan, 4, 5]])
    assert compute_alpha(with_gap).alpha == compute_alpha(answers).alpha


def test_parallel_items_have_the_alpha_of_spearman_and_brown() -> None:
    rng = np.random.default_rng(4)
    true = rng.normal(size=(20_000, 1))
    ours = compute_alpha(true + rng.normal(size=(20_000, 4)))
    assert ours.alpha == pytest.approx(0.8, abs=0.01)


def test_an_item_without_spread_leaves_alpha_but_no_correlations() -> None:
    rng = np.random.default_rng(6)
    answers = np.column_stack([rng.normal(size=(30, 3)) + rng.normal(size=(30, 1)), np.full(30, 0.1)])
    ours = compute_alpha(answers)
    assert ours.alpha == pytest.approx(compute_alpha(answers[:, :3]).alpha * (2 / 3) * (4 / 3), rel=1e-9)
    assert math.isnan(ours.standardised) and math.isnan(ours.g6) and math.isnan(ours.item_rest[3])


def test_two_items_that_are_the_same_have_no_g6() -> None:
    item = np.arange(10.0)
    ours = compute_alpha(np.column_stack([item, item, item[::-1] ** 2]))
    assert math.isnan(ours.g6)


@pytest.mark.parametrize("answers", [np.empty((0, 3)), np.ones((1, 3)), np.ones((5, 1)), np.full((5, 3), 0.1), np.full((4, 3), np.nan)])
def test_degenerate_answers_have_no_alpha(answers: np.ndarray) -> None:
    ours = compute_alpha(answers)
    assert all(math.isnan(value) for value in (ours.alpha, ours.low, ours.high, ours.g6))
    assert np.isnan(ours.item_rest).all() and np.isnan(ours.if_dropped).all()


def test_the_reliability_of_a_difference_equals_true_variance_over_observed_variance() -> None:
    rng = np.random.default_rng(9)
    n = 200_000
    current = rng.normal(size=n)
    desired = 0.6 * current + 0.8 * rng.normal(size=n)
    noisy = [true + 0.5 * rng.normal(size=n) for true in (current, desired)]
    expected = np.var(desired - current) / np.var(noisy[1] - noisy[0])
    assert compute_difference_reliability(*noisy, 0.8, 0.8) == pytest.approx(expected, abs=0.01)


def test_a_gap_that_is_the_same_for_all_has_no_reliability() -> None:
    assert math.isnan(compute_difference_reliability([0.1, 0.2, 0.3], [0.4, 0.5, 0.6], 0.8, 0.8))
    assert math.isnan(compute_difference_reliability([], [], 0.8, 0.8))
    assert math.isnan(compute_difference_reliability([1.0], [2.0], 0.8, 0.8))
    far = np.array([0.1, 10.1, 100.1, 1000.1])  # the rounding is that of the scores, however small the gap
    assert math.isnan(compute_difference_reliability(far, far + 0.001, 0.8, 0.8))


def test_two_people_are_enough_for_the_reliability_of_a_difference() -> None:
    ours = compute_difference_reliability([1.0, 2.0], [2.0, 5.0], 0.9, 0.8)  # variances 0.5, 4.5 and 2 of the difference, covariance 1.5
    assert ours == pytest.approx((0.5 * 0.9 + 4.5 * 0.8 - 3) / 2)


def test_deviations_have_mean_zero_in_every_group() -> None:
    values = np.array([[1.0, 5.0], [3.0, np.nan], [10.0, 2.0], [4.0, 1.0]])
    ours = compute_within_deviations(values, np.array(["a", "a", "b", None], dtype=object))
    np.testing.assert_array_equal(ours, [[-1, 0], [1, np.nan], [0, 0], [np.nan, np.nan]])
    np.testing.assert_array_equal(compute_within_deviations([1.0, 3.0, 10.0], ["a", "a", "b"]), [-1, 1, 0])
    assert compute_within_deviations([], []).shape == (0,)


def test_answers_and_groups_of_other_lengths_are_named() -> None:
    with pytest.raises(ValueError, match="`values` has 2, `groups` has 1"):
        compute_within_deviations([1.0, 2.0], ["a"])


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda wrong: compute_alpha(wrong), "answers"),
        (lambda wrong: compute_difference_reliability(wrong, [1.0], 0.8, 0.8), "current"),
        (lambda wrong: compute_difference_reliability([1.0], wrong, 0.8, 0.8), "desired"),
        (lambda wrong: compute_within_deviations(wrong, ["a"]), "values"),
        (lambda wrong: compute_within_deviations([1.0], wrong), "groups"),
    ],
)
def test_what_has_a_wrong_shape_is_named(call: Callable[[object], object], name: str) -> None:
    with pytest.raises(ValueError, match=f"`{name}` has shape"):
        call([[[1.0]]])


def test_a_level_that_is_no_share_is_named() -> None:
    with pytest.raises(ValueError, match="`level` is 95;"):
        compute_alpha([[1, 2], [3, 5]], 95)


@pytest.mark.parametrize("id", SCALES)
def test_alpha_equals_that_of_pingouin_over_the_people_who_answered_all(id: str) -> None:
    answers = witness(id).data()[SCALES[id]].astype(float)
    ours = compute_alpha(answers)
    alpha, interval = pg.cronbach_alpha(answers, nan_policy="listwise")
    assert ours.alpha == pytest.approx(alpha, rel=1e-12)
    np.testing.assert_allclose((ours.low, ours.high), interval, atol=5.1e-4)  # pingouin rounds
