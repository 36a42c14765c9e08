"""Sums per wave and per class of answers, held to numpy on each group by itself."""

from __future__ import annotations

import numpy as np

from toolkit.statistics.mixed_models.before_after import WaveSums, compute_pair_sums, compute_wave_sums

MISSING = np.nan
BEFORE = np.array([3.0, 5.0, MISSING, 4.0, 2.0, MISSING, 6.0])
AFTER = np.array([4.0, MISSING, 6.0, 4.5, 3.5, 1.0, MISSING])
GROUP = np.array([2, 0, 2, 2, 2, 0, 2])


def sums(shift: float = 0.0) -> WaveSums:
    return compute_wave_sums(np.stack([BEFORE, AFTER]) + shift, GROUP, 3)


def test_waves_have_the_counts_means_and_squares_of_their_scores() -> None:
    found = sums()
    np.testing.assert_array_equal(found.count, [[1, 0, 4], [1, 0, 4]])
    np.testing.assert_allclose(found.mean, [[5, np.nan, 3.75], [1, np.nan, 4.5]])
    np.testing.assert_allclose(found.square[:, 2], [4 * np.var([3, 4, 2, 6]), 4 * np.var([4, 6, 4.5, 3.5])])
    np.testing.assert_array_equal(found.largest, [5, 0, 6])
    np.testing.assert_array_equal(found.pairs, [0, 0, 3])


def test_classes_are_differences_and_sums_of_pairs_and_scores_that_stand_alone() -> None:
    found = compute_pair_sums(sums(), np.array([1.0, 1.0, 2.0]), np.array([False, False, True]))
    first, second = np.array([3.0, 4.0, 2.0]) - 3.75, np.array([4.0, 4.5, 3.5]) - 4.5
    classes = [(second - first) / np.sqrt(2) / 2, (second + first) / np.sqrt(2) / 2, [(6 - 3.75) / 2], [(6 - 4.5) / 2]]
    np.testing.assert_array_equal(found.count, [[3, 3, 1, 1]])
    np.testing.assert_allclose(found.mean, [[np.mean(values) for values in classes]])
    np.testing.assert_allclose(found.square, [[np.var(values) * len(values) for values in classes]], atol=1e-15)


def test_numbers_far_from_zero_keep_their_spread() -> None:
    near, far = sums(), sums(2.0**30)
    np.testing.assert_array_equal(far.square, near.square)
    np.testing.assert_array_equal(far.residual, near.residual)


def test_no_people_are_no_answers() -> None:
    found = compute_wave_sums(np.empty((2, 0)), np.empty(0, dtype=np.intp), 2)
    assert found.count.sum() == 0 and np.isnan(found.mean).all()
