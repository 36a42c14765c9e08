"""The search on criteria whose minimum is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from toolkit.statistics.mixed_models.design import RandomTerm
from toolkit.statistics.mixed_models.likelihood import search_minimum

SHAPES = [RandomTerm("school", [])]


@dataclass(frozen=True)
class Bowl:
    value: float
    gradient: np.ndarray
    hessian: np.ndarray
    least: float = 1.0


def bowl(centre: np.ndarray, bend: np.ndarray, theta: np.ndarray) -> Bowl:
    away = theta - centre
    return Bowl(float(away @ bend @ away) / 2, bend @ away, bend)


def test_a_minimum_inside_is_found() -> None:
    bend = np.array([[3.0, 1.0], [1.0, 2.0]])
    found = search_minimum(lambda theta: bowl(np.array([0.3, 0.7]), bend, theta), SHAPES)
    assert found is not None
    assert found.converged
    assert found.theta == pytest.approx([0.3, 0.7], rel=1e-10)


def test_a_minimum_beyond_the_boundary_stops_there() -> None:
    bend = np.array([[3.0, 1.0], [1.0, 2.0]])
    found = search_minimum(lambda theta: bowl(np.array([-0.3, 0.7]), bend, theta), SHAPES)
    assert found is not None
    assert found.theta == pytest.approx([0.0, 0.55], abs=1e-8)


def test_a_start_on_the_boundary_is_left_when_the_criterion_falls_inwards() -> None:
    found = search_minimum(lambda theta: bowl(np.array([0.4, 0.5]), np.eye(2), theta), SHAPES, np.array([0.0, 0.5]))
    assert found is not None
    assert found.theta == pytest.approx([0.4, 0.5], rel=1e-9)


def test_a_variance_that_may_be_negative_becomes_so() -> None:
    negative = [RandomTerm("teacher", [], negative=True)]
    found = search_minimum(lambda theta: bowl(np.array([-0.2, 0.7]), np.eye(2), theta), negative)
    assert found is not None
    assert found.theta == pytest.approx([-0.2, 0.7], rel=1e-9)


def test_no_admissible_start_is_told() -> None:
    assert search_minimum(lambda theta: None, SHAPES) is None
