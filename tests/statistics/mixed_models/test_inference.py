"""Rules for degrees of freedom and for tests of several contrasts."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from toolkit.statistics.mixed_models.design import RandomTerm
from toolkit.statistics.mixed_models.inference import make_contrast
from toolkit.statistics.mixed_models.model import fit_mixed


def test_one_way_layout_has_the_degrees_of_freedom_of_analysis_of_variance() -> None:
    rng = np.random.default_rng(0)
    school = np.repeat(np.arange(6), 5)
    y = rng.normal(size=30) + rng.normal(0, 2, 6)[school]
    fit = fit_mixed(y, np.ones((30, 1)), [RandomTerm("school", school)])
    known = stats.t.interval(0.95, 5, y.mean(), stats.sem([y[school == j].mean() for j in range(6)]))
    for method in ("satterthwaite", "kenward-roger"):
        assert fit.df(method)[0] == pytest.approx(5, rel=1e-6)
        assert fit.conf_int(method)[0] == pytest.approx(known, rel=1e-7)


def test_one_contrast_as_f_is_the_square_of_t() -> None:
    rng = np.random.default_rng(1)
    school = np.repeat(np.arange(7), [3, 4, 5, 6, 3, 4, 5])
    x = np.column_stack([np.ones(30), rng.normal(size=30)])
    fit = fit_mixed(x[:, 1] + rng.normal(size=30) + rng.normal(0, 1, 7)[school], x, [RandomTerm("school", school)])
    for method in ("satterthwaite", "kenward-roger"):
        t, f = fit.test([0, 1], method), fit.test_jointly([[0, 1]], method)
        assert [f.statistic, f.df_den, f.p_value, f.scaling] == pytest.approx([t.statistic**2, t.df, t.p_value, 1.0], rel=1e-8)


def test_an_error_of_zero_gives_no_interval() -> None:
    test = make_contrast(0.4, 0.0, 5.0, "paired t")
    assert test.estimate == 0.4
    assert math.isnan(test.low)
    assert math.isnan(test.p_value)


def test_contrasts_that_depend_on_each_other_are_refused() -> None:
    fit = fit_mixed([1.0, 2.0, 4.0, 3.0], [[1, 0], [1, 1], [1, 0], [1, 1]], [])
    with pytest.raises(ValueError, match="depend"):
        fit.test_jointly([[0, 1], [0, 2]])
