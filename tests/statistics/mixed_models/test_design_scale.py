"""The inner scale and the way back."""

from __future__ import annotations

import numpy as np
import pytest

from toolkit.statistics.mixed_models.design import standardise


@pytest.mark.parametrize("origin", [0.0, 2024.0, 1e7])
def test_the_way_back_gives_ordinary_regression(origin: float) -> None:
    rng = np.random.default_rng(0)
    time = np.arange(40) % 4 + origin
    y = 5 + 0.3 * (time - origin) + rng.normal(size=40)
    units, inner, residual = standardise(1e3 * y, np.column_stack([np.ones(40), time]))
    assert units.restore(np.zeros(2))[1] == pytest.approx(1e3 * np.polyfit(time - origin, y, 1)[0], rel=1e-6)
    assert residual @ residual == pytest.approx(40)
    np.testing.assert_allclose(inner.T @ inner / 40, np.eye(2), atol=1e-6)


def test_dependent_columns_and_short_data_are_named() -> None:
    with pytest.raises(ValueError, match=r"columns \[2\]"):
        standardise(np.arange(6.0), np.column_stack([np.ones(6), np.arange(6), 3 + 2 * np.arange(6)]))
    with pytest.raises(ValueError, match="2 columns and 1 rows"):
        standardise([1.0], [[1.0, 2.0]])
    with pytest.raises(ValueError, match="one row of X per score"):
        standardise([1.0, 2.0], [[1.0]])


def test_scores_without_spread_have_scale_zero() -> None:
    units, _, residual = standardise(np.full(5, 0.1), np.ones((5, 1)))
    assert units.y_scale == 0.0
    assert not residual.any()
