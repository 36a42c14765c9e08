"""The scores of a study as a plain frame: every instrument that it asks, and which column its conclusions are about."""

from __future__ import annotations

import pytest

import toolkit as plg


@pytest.mark.parametrize(("name", "primary"), [("zes_scholen", "energie_own9"), ("univbct", "job_satisfaction")])
def test_every_instrument_is_scored_and_the_primary_outcome_is_named(name: str, primary: str) -> None:
    study = plg.open_study(name)
    scores = plg.load_scores(study)
    assert scores.attrs["primary"] == primary and primary in scores
    assert {about["instrument"] for about in scores.attrs["scales"].values()} == set(study.instrument_ids)
