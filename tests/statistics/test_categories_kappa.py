"""Cohen's kappa against statsmodels."""

import math

import numpy as np
import pytest
from statsmodels.stats.inter_rater import cohens_kappa

from toolkit.statistics.categories import compute_kappa


@pytest.mark.parametrize("table", [[[20, 5], [10, 15]], [[7, 2, 1], [0, 9, 3], [1, 1, 4]], [[0, 5], [6, 0]]])
def test_kappa_and_its_interval_are_those_of_statsmodels(table: list[list[int]]) -> None:
    ours, theirs = compute_kappa(table), cohens_kappa(np.array(table))
    assert ours.estimate == pytest.approx(theirs.kappa, abs=1e-6)
    assert ours.std_error == pytest.approx(theirs.std_kappa, abs=1e-6)
    assert (ours.low, ours.high) == pytest.approx((max(theirs.kappa_low, -1), min(theirs.kappa_upp, 1)), abs=1e-6)
    assert (ours.agreed, ours.n) == (np.trace(table), np.sum(table))


def test_without_spread_or_disagreement_there_is_no_interval() -> None:
    assert math.isnan(compute_kappa([[9, 0], [0, 0]]).estimate) and math.isnan(compute_kappa([[0, 0], [0, 0]]).estimate)
    alike = compute_kappa([[4, 0], [0, 5]])
    assert alike.estimate == 1 and math.isnan(alike.low)
    with pytest.raises(ValueError, match="square"):
        compute_kappa([[1, 2]])
