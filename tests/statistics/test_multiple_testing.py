"""Adjusted p-values, held to R."""

from __future__ import annotations

import numpy as np
import pytest

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


def test_a_number_that_is_no_p_value_is_named() -> None:
    with pytest.raises(ValueError, match=r"1\.5"):
        compute_adjusted_p([0.1, 1.5])
    with pytest.raises(ValueError, match="holm, bh"):
        compute_adjusted_p([0.1], "bonferroni")  # type: ignore[arg-type]
