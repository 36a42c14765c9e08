"""Rows of results as estimates."""

from __future__ import annotations

from tests.report.made_results import MadeResults, make_school
from toolkit.report.content.index import NOT_MEASURED, index_estimates


def test_a_row_becomes_an_estimate_when_it_is_looked_for_and_what_is_not_there_is_not_measured() -> None:
    made = MadeResults()
    make_school(made, "s1")
    make_school(made, "s2")
    index = index_estimates(made.finish(), ["levels", "change"])
    keys = index.list_keys("levels", "s1")
    assert keys and not index
    assert index.list_keys("levels") == [*keys, *index.list_keys("levels", "s2")]
    assert all(index[key] is index[key] and index[key].shown for key in keys if key[-1] == "mean")
    assert index["levels", "s3", "after", "uwes9", "total", "", "mean"] == NOT_MEASURED
    assert index.list_keys("levels", "s3") == []
