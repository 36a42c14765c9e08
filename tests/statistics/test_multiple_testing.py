"""Adjusted p-values, held to R."""

from __future__ import annotations

import re

import numpy as np
import pingouin as pg
import pytest
from statsmodels.stats.multitest import multipletests

from tests.witness import witness
from toolkit.statistics.multiple_testing import Method, compute_adjusted_p


@pytest.mark.parametrize(("method", "name"), [("holm", "holm"), ("bh", "BH")])
def test_adjusted_p_values_equal_those_of_r_in_any_order(method: Method, name: str) -> None:
    w = witness("padjust.12")
    order = np.random.default_rng(1).permutation(12)
    ours = compute_adjusted_p(np.array(w.value["p"])[order], method)
    w.agree(ours[np.argsort(order)], name)


def test_a_missing_p_value_does_not_count() -> None:
    np.testing.assert_allclose(compute_adjusted_p([0.01, np.nan, 0.04]), [0.02, np.nan, 0.04])
    assert compute_adjusted_p([]).size == 0
    assert np.isnan(compute_adjusted_p([np.nan])).all()


def test_nought_and_one_are_p_values() -> None:
    np.testing.assert_array_equal(compute_adjusted_p([0.0, 1.0, 0.4]), [0, 1, 0.8])


@pytest.mark.parametrize(("p_values", "named"), [([0.0, 1.0, 1.5], "1.5"), ([0.0, 1.0, -0.1], "-0.1")])
def test_a_number_that_is_no_p_value_is_named(p_values: list[float], named: str) -> None:
    with pytest.raises(ValueError, match=f"`p_values` holds {re.escape(named)};"):
        compute_adjusted_p(p_values)
    with pytest.raises(ValueError, match="`p_values` has shape"):
        compute_adjusted_p([p_values])


def test_a_method_that_is_not_there_is_named() -> None:
    with pytest.raises(ValueError, match="holm, bh"):
        compute_adjusted_p([0.1], "bonferroni")  # type: ignore[arg-type]


@pytest.mark.parametrize(("method", "theirs"), [("holm", "holm"), ("bh", "fdr_bh")])
@pytest.mark.parametrize("count", [1, 12, 60])
def test_adjusted_p_values_equal_those_of_statsmodels_and_pingouin(count: int, method: Method, theirs: str) -> None:
    p_values = np.round(np.random.default_rng(count).uniform(0, 0.3, count), 2)  # with ties
    ours = compute_adjusted_p(p_values, method)
    np.testing.assert_allclose(ours, multipletests(p_values, method=theirs)[1], rtol=1e-13)
    np.testing.assert_allclose(ours, pg.multicomp(p_values, method=theirs)[1], rtol=1e-13)
