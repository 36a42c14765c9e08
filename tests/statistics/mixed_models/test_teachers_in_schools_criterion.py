"""The sums for teachers in schools against the sums over rows."""

from __future__ import annotations

import numpy as np
import pytest

from toolkit.statistics.mixed_models.design import RandomTerm, make_design, standardise
from toolkit.statistics.mixed_models.likelihood import compute_criterion, derive_criterion
from toolkit.statistics.mixed_models.teachers_in_schools import compute_strata, sum_schools, summarise_strata


def test_value_and_all_derivatives_equal_those_over_rows() -> None:
    rng = np.random.default_rng(3)
    school, teacher = np.repeat([0, 1, 2], [9, 8, 6]), np.repeat(np.arange(12), 2)[:23]
    school = school[np.searchsorted(teacher, teacher)]
    x = np.column_stack([np.ones(23), np.arange(23) % 2, rng.normal(size=23)])
    y = rng.normal(size=23)
    units, inner, residual = standardise(y, x)
    statistics = summarise_strata(compute_strata(np.column_stack([inner, residual]), school, teacher), 2)
    sums = sum_schools(statistics, np.array([[0.4, 0.1], [0.1, 0.3]]), 0.5, 0.6)
    assert sums is not None
    ours = derive_criterion(sums, 23, True)
    design = make_design(y, x, [RandomTerm("school", school, inner[:, :2], ("a", "b")), RandomTerm("teacher", teacher)])
    scale = design.terms[0].scale
    known = compute_criterion(design, np.array([0.4, 0.1, 0.3, 0.5, 0.6]) * [scale[0] ** 2, scale[0] * scale[1], scale[1] ** 2, 1, 1])
    assert ours is not None
    assert known is not None
    assert ours.value == pytest.approx(known.value, rel=1e-12)
    for name in ("gradient", "hessian", "expected", "traces", "phi", "p_k", "q_kl"):
        np.testing.assert_allclose(getattr(ours, name), getattr(known, name), rtol=1e-8, atol=1e-10, err_msg=name)
    assert units.n == 23


def test_a_v_that_is_not_positive_definite_has_no_sums() -> None:
    statistics = summarise_strata(compute_strata(np.ones((4, 2)), np.zeros(4, dtype=int), np.array([0, 0, 1, 1])), 1)
    assert sum_schools(statistics, np.eye(1), 0.5, 0.0) is None
