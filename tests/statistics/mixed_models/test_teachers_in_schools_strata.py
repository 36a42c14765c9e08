"""The strata against matrices written out in full."""

from __future__ import annotations

import numpy as np
import pytest

from toolkit.statistics.mixed_models.teachers_in_schools import code_labels, compute_strata


def test_strata_hold_every_function_of_v() -> None:
    rng = np.random.default_rng(1)
    teacher = np.array([0, 0, 1, 2, 2, 2, 3, 3, 4])
    school = np.array([0, 0, 0, 0, 0, 0, 1, 1, 1])
    m = rng.normal(size=(9, 3))
    strata = compute_strata(m, school, teacher)
    v = 0.5 * (teacher[:, None] == teacher) + 0.7 * np.eye(9)
    found = strata.sum_products(1 / (0.7 + 0.5 * strata.rows))
    for j in (0, 1):
        own = school == j
        np.testing.assert_allclose(found[j], m[own].T @ np.linalg.inv(v[np.ix_(own, own)]) @ m[own], rtol=1e-12)
    assert strata.dims @ np.log(0.7 + 0.5 * strata.rows) == pytest.approx(np.linalg.slogdet(v)[1])
    assert strata.dims.sum() == 9


def test_labels_are_coded_in_sorted_order_whatever_their_kind() -> None:
    for labels in (
        ["b", "a", "b"],
        [7, 3, 7],
        np.array([2.5, -1.0, 2.5]),
        np.array([10**12, 5, 10**12]),
        np.array(["b", "a", "b"], dtype=object),
    ):
        known, codes = code_labels(labels)
        assert list(codes) == [1, 0, 1]
        assert [known[1], known[0]] == [labels[0], labels[1]]


def test_a_person_in_two_schools_is_named() -> None:
    with pytest.raises(ValueError, match="2 persons"):
        compute_strata(np.ones((5, 1)), np.array([0, 1, 0, 1, 1]), np.array([0, 0, 1, 1, 2]))
