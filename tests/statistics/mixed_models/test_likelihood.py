"""The likelihood and its derivatives against matrices written out in full."""

from __future__ import annotations

import numpy as np
import pytest

from toolkit.statistics.mixed_models.design import MixedDesign, RandomTerm, build_v, make_design, split_theta
from toolkit.statistics.mixed_models.likelihood import compute_criterion

THETA = np.array([0.5, 0.1, 0.3, 0.4, 0.6])


def small_design() -> MixedDesign:
    rng = np.random.default_rng(2)
    school, teacher = np.repeat([0, 1, 2], [8, 8, 5]), np.repeat(np.arange(11), 2)[:21]
    x = np.column_stack([np.ones(21), np.arange(21) % 2])
    return make_design(rng.normal(size=21), x, [RandomTerm("school", school, x, ("one", "post")), RandomTerm("teacher", teacher)])


def in_full(design: MixedDesign, theta: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    v, m = np.zeros((21, 21)), np.zeros((21, 3))
    for stack in design.stacks:
        for rows, block, part in zip(stack.rows, build_v(stack.rows, design.terms, split_theta(theta, design.terms)), stack.m, strict=True):
            v[np.ix_(rows, rows)], m[rows] = block, part
    return v, m[:, :2], m[:, 2]


@pytest.mark.parametrize("reml", [True, False])
def test_value_equals_the_density_written_out(reml: bool) -> None:
    design = small_design()
    v, x, y = in_full(design, THETA)
    inverse = np.linalg.inv(v)
    information = x.T @ inverse @ x
    r = y - x @ np.linalg.solve(information, x.T @ inverse @ y)
    known = np.linalg.slogdet(v)[1] + r @ inverse @ r + (19 if reml else 21) * np.log(2 * np.pi)
    found = compute_criterion(design, THETA, reml)
    assert found is not None
    assert found.value == pytest.approx(known + (np.linalg.slogdet(information)[1] if reml else 0), rel=1e-12)


@pytest.mark.parametrize("reml", [True, False])
def test_derivatives_equal_differences(reml: bool) -> None:
    design, h = small_design(), 1e-5
    here = compute_criterion(design, THETA, reml)
    assert here is not None
    for k, step in enumerate(np.eye(5) * h):
        up, down = compute_criterion(design, THETA + step, reml), compute_criterion(design, THETA - step, reml)
        assert up is not None
        assert down is not None
        assert here.gradient[k] == pytest.approx((up.value - down.value) / (2 * h), rel=1e-6)
        np.testing.assert_allclose(here.hessian[k], (up.gradient - down.gradient) / (2 * h), rtol=1e-6, atol=1e-7)


def test_expected_information_equals_the_traces_written_out() -> None:
    design = small_design()
    v, x, _ = in_full(design, THETA)
    inverse = np.linalg.inv(v)
    p = inverse - inverse @ x @ np.linalg.solve(x.T @ inverse @ x, x.T @ inverse)
    d = [in_full(design, theta)[0] for theta in np.eye(5)]
    found = compute_criterion(design, THETA)
    assert found is not None
    np.testing.assert_allclose(found.expected, [[np.trace(p @ a @ p @ b) for b in d] for a in d], rtol=1e-10)


def test_a_v_that_is_not_positive_definite_has_no_criterion() -> None:
    assert compute_criterion(small_design(), np.array([0.5, 0.1, 0.3, -2.0, 0.6])) is None
