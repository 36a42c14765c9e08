"""Shares and switchers, held to statsmodels, to published tables and by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import binom
from statsmodels.stats.contingency_tables import SquareTable, mcnemar
from statsmodels.stats.proportion import proportion_confint

from toolkit.statistics.categories import compute_share, compute_symmetry, count_switches

#: Stuart (1955), vision of the left and right eye of 7,477 women: Bowker's test is 19.107 on 6 degrees of freedom.
EYES = [[1520, 266, 124, 66], [234, 1512, 432, 78], [117, 362, 1772, 205], [36, 82, 179, 492]]
#: Agresti (1990), approval of the prime minister in two surveys: 150 went one way, 86 the other.
APPROVAL = [[794, 150], [86, 570]]


@pytest.mark.parametrize(("count", "n"), [(0, 6), (1, 6), (4, 11), (8, 8), (23, 60), (30, 60), (507, 1000)])
@pytest.mark.parametrize("level", [0.9, 0.95, 0.99])
def test_an_interval_equals_that_of_statsmodels(count: int, n: int, level: float) -> None:
    found = compute_share(count, n, level)
    low, high = proportion_confint(count, n, alpha=1 - level, method="wilson")
    assert (found.estimate, found.low, found.high) == pytest.approx((count / n, max(low, 0), min(high, 1)), abs=1e-6)


def test_an_interval_holds_the_true_share_as_often_as_it_says() -> None:
    """Exactly, over every count: also of ten people and of a rare option, within what Brown, Cai & DasGupta give for Wilson."""
    for n in (10, 15, 30, 60):
        shares = np.linspace(0.05, 0.95, 91)
        covered = []
        for share in shares:
            intervals = [compute_share(count, n) for count in range(n + 1)]
            inside = [count for count, found in enumerate(intervals) if found.low <= share <= found.high]
            covered.append(binom.pmf(inside, n, share).sum())
        assert 0.94 < np.mean(covered) < 0.965, n
        assert min(covered) > 0.83, n


def test_nobody_has_no_share() -> None:
    assert math.isnan(compute_share(0, 0).estimate)
    with pytest.raises(ValueError, match="between 0 and"):
        compute_share(3, 2)


@pytest.mark.parametrize("table", [APPROVAL, [[5, 9], [1, 7]], [[5, 3], [3, 0]], [[0, 6], [0, 4]], [[9, 0], [1, 9]]])
def test_two_options_give_the_exact_test_of_mcnemar(table: list[list[int]]) -> None:
    found = compute_symmetry(table)
    assert found.p_value == pytest.approx(mcnemar(np.array(table), exact=True).pvalue, abs=1e-6)
    assert (found.switched, found.n) == (table[0][1] + table[1][0], np.sum(table))


def test_more_options_give_the_test_of_bowker() -> None:
    found = compute_symmetry(EYES)
    theirs = SquareTable(np.array(EYES), shift_zeros=False).symmetry()
    assert found.statistic == pytest.approx(19.107, abs=1e-3)  # as published
    assert (found.statistic, found.df, found.p_value) == pytest.approx((theirs.statistic, theirs.df, theirs.pvalue), abs=1e-6)


def test_a_pair_of_options_that_nobody_switched_between_does_not_count() -> None:
    found = compute_symmetry([[4, 6, 0], [2, 5, 0], [0, 0, 3]])
    assert (found.statistic, found.df) == pytest.approx(((6 - 2) ** 2 / 8, 1), abs=1e-12)
    none = compute_symmetry([[4, 0], [0, 5]])
    assert math.isnan(none.p_value)
    assert (none.switched, none.n) == (0, 9)


def test_only_who_answered_twice_can_have_switched() -> None:
    before = [0, 0, 1, 1, float("nan"), 1]
    after = [1, 0, 1, 0, 1, float("nan")]
    assert count_switches(before, after, [0, 1]).tolist() == [[1, 1], [1, 1]]


def test_a_table_that_is_no_square_is_refused() -> None:
    for table in ([[1, 2, 3], [4, 5, 6]], [1, 2], [[1, -1], [0, 2]], [[3]]):
        with pytest.raises(ValueError, match="square of counts"):
            compute_symmetry(table)
