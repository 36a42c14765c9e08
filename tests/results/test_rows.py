import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from toolkit.responses.exports import read_responses
from toolkit.results import rows
from toolkit.results.rows import Rests, keep_complete_ratings, keep_reported, make_blank, make_blanks, make_estimate, make_number, make_row
from toolkit.schemas import TAIL
from toolkit.scoring import compute_scores
from toolkit.statistics.means import compute_interval
from toolkit.study.loading import load_study
from toolkit.study.study import Study


def test_rows_end_with_the_common_tail_and_only_shown_ones_carry_numbers() -> None:
    row, blank = make_row({"school": "s1"}, "mean", 3.5, 12, "t", low=3.0, high=4.0), make_blank({"school": "s1"}, "mean", "hidden", "few")
    for made in (row, blank):
        assert list(made)[-len(TAIL) :] == list(TAIL)
    assert row["state"] == "shown" and row["n"] == 12
    assert blank["n"] == 0 and blank["method"] == "few"
    assert all(math.isnan(blank[name]) for name in ("estimate", "std_error", "low", "high", "p_value"))


def test_an_estimate_brings_its_interval_and_what_it_rests_on() -> None:
    row = make_estimate({"school": "s1"}, "change", compute_interval(0.5, 0.1, 7), Rests(20, 8, 1), "t")
    assert (row["state"], row["df"], row["n"], row["pairs"], row["schools"], row["method"]) == ("shown", 7, 20, 8, 1, "t")
    assert row["low"] < 0.5 < row["high"] and 0 < row["p_value"] < 0.05
    number = make_number({"school": "s1"}, "count", 3, Rests(20), "count")
    assert math.isnan(number["df"]) and math.isnan(number["low"]) and number["estimate"] == 3
    assert set(number) == set(row)


def test_an_estimate_without_an_interval_is_not_computable_and_says_why() -> None:
    nothing = compute_interval(0.5, 0.0, 7)
    row = make_estimate({"school": "s1"}, "change", nothing, Rests(20, 8, 1), "t")
    assert (row["state"], row["method"], row["n"], row["pairs"]) == ("not_computable", "no_spread", 0, 0)
    assert math.isnan(row["estimate"])
    assert make_estimate({}, "change", nothing, Rests(20), "t", "not_converged")["method"] == "not_converged"
    assert [blank["quantity"] for blank in make_blanks({}, ("a", "b"), "hidden", "too_few")] == ["a", "b"]


def test_what_is_reported_is_the_same_however_many_schools_are_asked_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    study = load_study(Path("datasets/gespreide_start"))
    scores = compute_scores(read_responses(study), study)
    whole = keep_reported(scores, study)
    assert len(whole) < len(scores.dropna(subset="score"))
    monkeypatch.setattr(rows, "AT_ONCE", 300)
    assert len(rows._list_portions(scores)) > 5
    pd.testing.assert_frame_equal(keep_reported(scores, study), whole)


@pytest.mark.parametrize("keep", [keep_reported, keep_complete_ratings])
def test_rows_with_the_same_index_are_not_taken_for_each_other(keep: Callable[[pd.DataFrame, Study], pd.DataFrame]) -> None:
    study = load_study(Path("datasets/gespreide_start"))
    scores = compute_scores(read_responses(study), study)
    kept = keep(scores, study)
    assert len(kept) < len(scores)
    alike = keep(scores.set_axis(np.arange(len(scores)) // 2), study)
    pd.testing.assert_frame_equal(alike.reset_index(drop=True), kept.reset_index(drop=True))
