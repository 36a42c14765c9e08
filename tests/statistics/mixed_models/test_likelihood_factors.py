"""Theta as a function of factors: values and derivatives."""

from __future__ import annotations

import numpy as np

from toolkit.statistics.mixed_models.design import RandomTerm, make_design, split_theta
from toolkit.statistics.mixed_models.likelihood import factor_triangles, map_ranks, map_triangles

SHAPES = [RandomTerm("school", [], effects=("a", "b", "c")), RandomTerm("teacher", [], negative=True)]
THETA = np.array([2.0, 0.3, 1.0, -0.2, 0.1, 0.5, -0.3, 0.8])


def test_factors_give_theta_back() -> None:
    u = factor_triangles(THETA, SHAPES)
    assert u.size == 8
    np.testing.assert_allclose(map_triangles(SHAPES).build(u), THETA, atol=1e-10)


def test_derivatives_equal_differences() -> None:
    u, factors, gradient = factor_triangles(THETA, SHAPES), map_triangles(SHAPES), np.arange(1.0, 9.0)
    steps = np.eye(8) * 1e-5
    slopes = np.array([(factors.build(u + h) - factors.build(u - h)) / 2e-5 for h in steps]).T
    np.testing.assert_allclose(factors.differentiate(u), slopes, atol=1e-8)
    bends = [(gradient @ factors.differentiate(u + h) - gradient @ factors.differentiate(u - h)) / 2e-5 for h in steps]
    np.testing.assert_allclose(factors.bend(gradient), bends, atol=1e-8)


def test_directions_without_variance_are_left_out() -> None:
    theta = np.array([1.0, 2.0, 4.0, 0.0, 0.0, 0.0, -0.3, 0.8])
    factors, u = map_ranks(theta, SHAPES)
    assert u.size == 3 + 1 + 1
    np.testing.assert_allclose(factors.build(u), theta, atol=1e-12)
    assert np.linalg.matrix_rank(split_theta(factors.build(u * 1.1), SHAPES)[0]) == 1


def test_terms_of_a_design_serve_as_shapes() -> None:
    design = make_design([1.0, 2.0, 4.0], np.ones((3, 1)), [RandomTerm("school", [1, 1, 2])])
    assert map_triangles(design.terms).linear.shape == (2, 2)
