"""Pairs that the study names, and no others."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.made_study import make_study
from toolkit.results.estimates.comparison import estimate_pairs
from toolkit.results.rows import make_blank, make_row
from toolkit.schemas import CHANGE

CHANGES = {"s1": (0.5, 0.2), "s2": (0.1, 0.1), "s3": (0.3, 0.2), "s4": (-0.2, 0.1)}


def make_change(hidden: tuple[str, ...] = ()) -> pd.DataFrame:
    rows = []
    for school, (change, error) in CHANGES.items():
        where = {"school": school, "comparison": "before_after", "instrument": "cijfer1", "scale": "grade", "rating": ""}
        where |= {"df": 20.0, "pairs": 10, "schools": 1, "verdict": ""}
        shown = make_row(where, "change", change, 20, "reml", std_error=error, low=change - 1, high=change + 1, p_value=0.5)
        rows.append(make_blank(where, "change", "hidden", "too_few") if school in hidden else shown)
    return CHANGE.collect(rows)


def compare(*pairs: dict[str, Any], hidden: tuple[str, ...] = ()) -> pd.DataFrame:
    groups = [{"id": "north", "label": {"nl": "noord"}, "schools": ["s1", "s2"]}, {"id": "south", "label": {}, "schools": ["s3", "s4"]}]
    return estimate_pairs(make_change(hidden), make_study(4, groups=groups, pairs=list(pairs)))


def test_without_pairs_there_is_no_comparison():
    assert compare().empty


def test_two_schools_that_agreed_differ_by_the_difference_of_their_changes():
    row = compare({"first": "s1", "second": "s2", "agreed": True}).iloc[0]
    error = math.hypot(0.2, 0.1)
    df = error**4 / (0.2**4 / 20 + 0.1**4 / 20)
    reach = stats.t.ppf(0.975, df) * error
    assert (row["estimate"], row["low"], row["high"]) == pytest.approx((0.4, 0.4 - reach, 0.4 + reach))


def test_two_schools_that_did_not_agree_are_not_compared():
    row = compare({"first": "s1", "second": "s2"}).iloc[0]
    assert (row["state"], row["method"]) == ("hidden", "not_agreed") and math.isnan(row["estimate"])


def test_groups_are_compared_over_their_schools():
    row = compare({"first": "north", "second": "south"}).iloc[0]
    expected = stats.ttest_ind([0.5, 0.1], [0.3, -0.2])
    assert row["estimate"] == pytest.approx(0.3 - 0.05) and row["p_value"] == pytest.approx(expected.pvalue)
    assert row["schools"] == 4


def test_the_interval_is_corrected_for_the_number_of_pairs():
    pair = {"first": "s1", "second": "s2", "agreed": True}
    alone, among = compare(pair).iloc[0], compare(pair, {"first": "s3", "second": "s4", "agreed": True}).iloc[0]
    ratio = stats.t.ppf(1 - 0.025 / 2, alone["df"]) / stats.t.ppf(0.975, alone["df"])
    assert (among["high"] - among["low"]) / (alone["high"] - alone["low"]) == pytest.approx(ratio)


def test_a_hidden_school_is_not_compared_and_has_no_part_in_its_group():
    assert compare({"first": "s1", "second": "s4", "agreed": True}, hidden=("s4",)).iloc[0]["state"] == "hidden"
    row = compare({"first": "north", "second": "south"}, hidden=("s4",)).iloc[0]
    assert row["estimate"] == pytest.approx(np.mean([0.5, 0.1]) - 0.3) and row["schools"] == 3


def test_two_groups_of_which_two_schools_are_left_have_no_interval():
    row = compare({"first": "north", "second": "south"}, hidden=("s2", "s4")).iloc[0]
    assert (row["state"], row["method"]) == ("not_computable", "too_few_schools")
