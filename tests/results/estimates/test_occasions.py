"""Occasions in the results: means at their own moments only, groups of schools from what is shown, and nothing of waves moved by them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from toolkit.responses.exports import Exports
from toolkit.results.disclosure.contributors import list_published
from toolkit.results.estimates.occasions import compare_groups
from toolkit.results.estimation import Estimation, estimate_results, estimate_study
from toolkit.results.results import Results
from toolkit.scoring import compute_scores
from toolkit.study.loading import load_study
from toolkit.study.study import Outcome, Study

ROWS = Path(__file__).parent.parent.parent / "data" / "rows"
GRADE = Outcome(instrument="trainingscijfer1", scale="grade")
SESSIONS = ["d1", "d2", "d3", "d4"]


@cache
def estimate_row(row: str) -> Estimation:
    """Return a study of `tests/data/rows`, estimated once."""
    return estimate_study(load_study(ROWS / row))


def estimate() -> tuple[Study, Exports, Results]:
    found = estimate_row("A11")
    return found.study, found.exports, found.results


def test_a_row_names_its_occasion_by_id_or_label_in_either_language() -> None:
    _, exports, _ = estimate()
    counts = exports.responses.groupby("wave").size().to_dict()
    assert counts == {"before": 60, "after": 60, "d1": 60, "d2": 60, "d3": 60, "d4": 59}
    assert not (exports.findings["severity"] == "asks").any()


def test_each_instrument_has_numbers_at_its_own_moments_only() -> None:
    _, exports, results = estimate()
    for table in (results.levels, results.answers, results.reliability):
        moments = table.groupby("instrument")["wave"].unique()
        assert sorted(moments["trainingseval"]) == SESSIONS
        assert "cijfer1" not in moments or sorted(moments["cijfer1"]) == ["after", "before"]
    assert set(results.change["instrument"]) == {"cijfer1"}
    assert set(results.participation["wave"]) == {"before", "after"}
    answers = exports.responses[(exports.responses["school"] == "s1") & (exports.responses["wave"] == "d2")]["trainingscijfer1_grade"]
    found = results.levels.query("school == 's1' and wave == 'd2' and instrument == 'trainingscijfer1' and quantity == 'mean'").iloc[0]
    low, high = stats.t.interval(0.95, len(answers) - 1, answers.mean(), stats.sem(answers))
    assert [found["estimate"], found["low"], found["high"]] == pytest.approx([answers.mean(), low, high], abs=1e-9)


def test_occasions_move_no_number_of_the_waves() -> None:
    study, exports, results = estimate()
    bare = study.model_copy(update={"occasions": (), "instrument_ids": ("cijfer1",)})
    kept = replace(exports, responses=exports.responses[exports.responses["wave"].isin(["before", "after"])].reset_index(drop=True))
    without = estimate_results(bare, kept)
    for name in ("participation", "change", "band", "attrition", "sensitivity"):
        pd.testing.assert_frame_equal(getattr(results, name).reset_index(drop=True), getattr(without, name).reset_index(drop=True))
    own = results.levels[results.levels["instrument"] == "cijfer1"].reset_index(drop=True)
    pd.testing.assert_frame_equal(own, without.levels.reset_index(drop=True))


def test_means_at_occasions_stand_in_the_joint_test() -> None:
    study, exports, results = estimate()
    told = {number.key[:2] for number in list_published(results, compute_scores(exports.responses, study), study)}
    assert {("s1", session) for session in SESSIONS} <= told


def test_groups_are_of_the_means_that_are_shown() -> None:
    study, _, results = estimate()
    own = results.levels.query("wave == 'd3' and instrument == 'trainingscijfer1' and quantity == 'mean'").set_index("school")["estimate"]
    north, south = (own[[*group.schools]].to_numpy() for group in study.groups)
    found = compare_groups(results.levels, GRADE, "d3", study)
    assert found.means["north"][0].estimate == pytest.approx(north.mean(), abs=1e-9)
    low, high = stats.t.interval(0.95, 2, north.mean(), stats.sem(north))
    assert (found.means["north"][0].low, found.means["north"][0].high) == pytest.approx((low, high), abs=1e-9)
    test = stats.ttest_ind(north, south)
    interval = test.confidence_interval(0.95)
    assert found.difference is not None
    assert found.difference.p_value == pytest.approx(test.pvalue, abs=1e-9)
    ends = (north.mean() - south.mean(), interval.low, interval.high)
    assert (found.difference.estimate, found.difference.low, found.difference.high) == pytest.approx(ends, abs=1e-9)


@pytest.mark.parametrize(("hidden", "groups"), [(0, {"north", "south"}), (1, {"south"})])
def test_a_group_needs_three_shown_schools(hidden: int, groups: set[str]) -> None:
    study, _, results = estimate()
    gone = results.levels["school"].isin(["s1", "s2", "s3"][:hidden])
    levels = results.levels.assign(state=np.where(gone, "hidden", results.levels["state"]))
    found = compare_groups(levels, GRADE, "d3", study)
    assert set(found.means) == groups
    assert (found.difference is not None) == (len(groups) == 2)


def test_a_scale_about_one_person_and_groups_that_share_a_school_are_not_compared() -> None:
    study, _, results = estimate()
    assert compare_groups(results.levels, Outcome(instrument="trainingseval", scale="e3"), "d3", study).means == {}
    north, south = study.groups
    shared = study.model_copy(update={"groups": (north, south.model_copy(update={"schools": ("s1", *south.schools)}))})
    found = compare_groups(results.levels, GRADE, "d3", shared)
    assert len(found.means) == 2 and found.difference is None
