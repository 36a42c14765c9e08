"""Cohorts of a plain frame and those of a page are the same to the last digit."""

from __future__ import annotations

import pandas as pd

import toolkit as plg
from tests.estimated import estimate_shipped

COLUMNS = ["estimate", "low", "high", "p_value"]


def test_cohorts_of_a_frame_are_those_of_the_page_on_cohorts() -> None:
    study = plg.open_study("twee_cohorten")
    scores = plg.compute_scores(plg.read_responses(study), study).query("instrument == 'uwes9' and scale == 'total' and score.notna()")
    own = {place.id: study.find_cohort(place.id) for place in study.schools}
    frame = scores.assign(cohort=scores["school"].map(own))[["cohort", "school", "respondent", "wave", "score"]]
    ours = plg.compare_cohorts(frame, dv="score", person="respondent", before="before", after="after", common=False, smallest_group=5)
    ours = ours[ours["what"] != "school"].assign(school="").set_index(["cohort", "against", "school"])[COLUMNS]
    found = estimate_shipped("twee_cohorten").results.cohorts
    theirs = found[(found["instrument"] == "uwes9") & (found["scale"] == "total") & found["quantity"].isin(["change", "difference"])]
    theirs = theirs.set_index(["cohort", "against", "school"])[COLUMNS].reindex(ours.index)
    assert theirs.notna().all(axis=None) and len(theirs) == 3
    pd.testing.assert_frame_equal(ours, theirs.astype(float), check_exact=True)
