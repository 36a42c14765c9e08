"""The criterion with coefficients per school: its derivatives, and where there is none."""

from __future__ import annotations

import numpy as np
import pytest

from toolkit.statistics.mixed_models.teachers_in_schools import (
    SchoolBasis,
    SchoolCriterion,
    Strata,
    compute_school_criterion,
    compute_strata,
    reduce_schools,
)


def small_study() -> tuple[Strata, SchoolBasis]:
    rng = np.random.default_rng(1)
    teacher, wave = np.repeat(np.arange(10), 2)[:-1], np.tile([0.0, 1.0], 10)[:-1]
    school = (teacher > 4).astype(int)
    q, residual, basis = reduce_schools(rng.normal(3, 1, 19), np.column_stack([np.ones(19), wave]), school, 2)
    return compute_strata(np.column_stack([q, residual / basis.y_scale]), school, teacher), basis


def evaluate(theta: np.ndarray) -> SchoolCriterion:
    strata, basis = small_study()
    found = compute_school_criterion(strata, 15, basis.sizes <= 0, theta)
    assert found is not None
    return found


def test_derivatives_equal_differences() -> None:
    theta = np.array([0.4, 0.7])
    here = evaluate(theta)
    for k, step in enumerate(np.eye(2) * 1e-5):
        up, down = evaluate(theta + step), evaluate(theta - step)
        assert here.gradient[k] == pytest.approx((up.value - down.value) / 2e-5, rel=1e-6)
        np.testing.assert_allclose(here.hessian[k], (up.gradient - down.gradient) / 2e-5, rtol=1e-6)


def test_a_singular_v_has_no_criterion() -> None:
    strata, basis = small_study()
    assert compute_school_criterion(strata, 15, basis.sizes <= 0, np.array([0.4, 0.0])) is None


def test_a_contrast_outside_the_data_of_a_school_is_seen() -> None:
    wave = np.array([0.0, 0.0, 0.0, 1.0])
    _, _, basis = reduce_schools(np.arange(4.0), np.column_stack([np.ones(4), wave]), np.array([0, 0, 1, 1]), 2)
    assert list(basis.spans(np.array([0.0, 1.0]))) == [False, True]
    assert list(basis.spans(np.array([1.0, 0.0]))) == [True, True]
