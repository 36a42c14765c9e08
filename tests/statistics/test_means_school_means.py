"""School means of paired changes, held to R."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from tests.witness import witness
from toolkit.statistics.means import compute_school_changes


def test_each_school_counts_once_as_in_r() -> None:
    w = witness("schoolmean.prepost")
    wide = w.data().pivot_table(index=["school", "pupil"], columns="post", values="y").reset_index()
    ours = compute_school_changes(wide[0], wide[1], wide["school"])
    assert [str(school) for school in ours.schools] == w.value["school"]
    w.agree(ours.change, "change")
    w.agree(ours.n, "n")
    for field, theirs in {"estimate": "mean", "std_error": "se", "df": "df", "p_value": "p", "low": "low", "high": "high"}.items():
        w.agree(getattr(ours.average, field), theirs)


def test_a_school_without_pairs_does_not_count() -> None:
    ours = compute_school_changes([1.0, 2.0, np.nan], [2.0, 4.0, 5.0], ["a", "b", "c"])
    np.testing.assert_array_equal(ours.change, [1, 2, np.nan])
    assert ours.average.estimate == 1.5 and ours.average.df == 1


def test_no_people_are_no_schools() -> None:
    assert math.isnan(compute_school_changes([], [], []).average.estimate)


@pytest.mark.parametrize(
    ("before", "after", "schools"), [([1.0], [2.0, 3.0], ["a", "a"]), ([1.0, 2.0], [2.0], ["a", "a"]), ([1.0, 2.0], [2.0, 3.0], ["a"])]
)
def test_lists_of_another_length_are_named(before: list[float], after: list[float], schools: list[str]) -> None:
    told = f"`before` has {len(before)}, `after` has {len(after)}, `schools` has {len(schools)}"
    with pytest.raises(ValueError, match=told):
        compute_school_changes(before, after, schools)


def test_the_mean_over_schools_equals_that_of_scipy() -> None:
    rng = np.random.default_rng(5)
    before, after = rng.normal(3, 1, (2, 60))
    ours = compute_school_changes(before, after, rng.integers(0, 8, 60), 0.9)
    theirs = stats.ttest_1samp(ours.change, 0)
    ends = theirs.confidence_interval(0.9)
    np.testing.assert_allclose(
        (ours.average.p_value, ours.average.df, ours.average.low, ours.average.high), (theirs.pvalue, theirs.df, *ends), rtol=1e-12
    )
