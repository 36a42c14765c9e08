"""Functions on plain frames give the numbers of the reports, to the last digit, on every example study."""

from __future__ import annotations

import math
from functools import cache
from statistics import mean
from typing import Any

import pandas as pd
import pytest

import toolkit as plg
from toolkit.languages import find_spoken, load_text
from toolkit.results.rows import find_floor
from toolkit.schemas import WHAT
from toolkit.shipped import DATASETS
from toolkit.study.study import Outcome, Study

STUDIES = sorted(path.parent.name for path in DATASETS.glob("*/study.toml"))
#: The largest two when there is time.
OFTEN = [pytest.param(name, marks=pytest.mark.slow if name in ("gespreide_start", "vergelijking") else ()) for name in STUDIES]
COLUMNS = {"wave": "wave", "person": "respondent", "school": "school", "dv": "score"}
Row = dict[str, Any]


@cache
def open_study(name: str) -> tuple[Study, pd.DataFrame, pd.DataFrame]:
    """Return an example study with its answers and the scores that its reports count."""
    study = plg.load_study(DATASETS / name)
    responses = plg.read_exports(study).responses
    return study, responses, plg.keep_reported(plg.compute_scores(responses, study), study)


def list_outcomes(study: Study, scores: pd.DataFrame) -> list[tuple[Outcome, pd.DataFrame]]:
    """Return every scale that is asked in one rating, with its scores as a researcher has them."""
    once = {instrument.id for instrument in study.scored_instruments if not instrument.ratings}
    own = scores[scores["instrument"].isin(once)].dropna(subset="score")
    return [
        (Outcome(instrument=key[0], scale=key[1], rating=key[2]), part.reset_index(drop=True))
        for key, part in own.groupby(list(WHAT), sort=False)
    ]


def take(table: pd.DataFrame, outcome: Outcome, **more: str) -> dict[tuple[str, str], Row]:
    """Return the shown rows of a table of results on one outcome, by school and quantity."""
    for name, value in (outcome.model_dump() | more).items():
        table = table[table[name] == value]
    shown = table[table["state"] == "shown"]
    return {(row["school"], row["quantity"]): row for row in shown.to_dict("records")}


def assert_same(found: Row, expected: Row, *names: str) -> None:
    for name in names:
        assert found[name] == expected[name] or (math.isnan(found[name]) and math.isnan(expected[name])), name


@pytest.mark.parametrize("name", OFTEN)
def test_change_is_that_of_the_reports(name: str) -> None:
    study, _, scores = open_study(name)
    results = plg.estimate_change(scores, study)
    person = {} if study.matching.by == "code" else {"person": False}
    compared = 0
    for outcome, frame in list_outcomes(study, scores):
        for comparison in study.planned:
            expected = take(results, outcome, comparison=comparison.id)
            waves = {"before": comparison.before, "after": comparison.after, "smallest_group": find_floor(study)}
            options = COLUMNS | person | waves | {"confidence": study.confidence, "smallest_change": study.find_smallest_change(outcome)}
            table, detail = (plg.change(frame, **options, detail=wanted) for wanted in (False, True))
            for row, more in zip(table.to_dict("records"), detail.to_dict("records"), strict=True):
                school = "" if row["school"] == "all schools" else row["school"]
                own = expected.get((school, "change" if school else "average_change"))
                if own and not school and study.has_comparison_schools:  # a frame knows no groups, and the average is that of one
                    trajectory = [one.id for one in study.schools if one.group == "trajectory" and (one.id, "change_common") in expected]
                    changes = [expected[school, "change_common"]["estimate"] for school in trajectory]
                    assert own["estimate"] == pytest.approx(mean(changes), rel=1e-9) and own["schools"] == len(changes)
                    continue
                if own is None:
                    assert math.isnan(row["estimate"]), (school, outcome)
                    continue
                assert_same(row | more, own, "estimate", "std_error", "df", "low", "high", "p_value", "n", "pairs")
                assert row["before"] == expected[school, "before"]["estimate"] and row["after"] == expected[school, "after"]["estimate"]
                if study.find_instrument(outcome.instrument).find_scale(outcome.scale).kind != "factor":
                    assert row["verdict"] == load_text(find_spoken()).say(f"verdict.{own['verdict']}")
                compared += 1
    assert compared >= 5


@pytest.mark.parametrize("name", OFTEN)
def test_levels_are_those_of_the_reports(name: str) -> None:
    study, _, scores = open_study(name)
    results = plg.estimate_levels(scores, study)
    compared = 0
    for outcome, frame in list_outcomes(study, scores):
        table = plg.describe(frame, dv="score", wave="wave", school="school", smallest_group=find_floor(study))
        for row in table.to_dict("records"):
            school = "" if row["school"] == "all schools" else row["school"]
            expected = take(results, outcome, wave=row["wave"])
            if school and (school, "mean") in expected:
                assert (row["mean"], row["n"]) == (expected[school, "mean"]["estimate"], expected[school, "mean"]["n"])
                compared += 1
            if (school, "sd") in expected:
                assert row["sd"] == expected[school, "sd"]["estimate"]
    assert compared >= 5


def test_the_gap_is_that_of_the_reports() -> None:
    study, _, scores = open_study("zes_scholen")
    results = plg.estimate_change(scores, study)
    (comparison,) = study.planned
    key = ["school", "respondent", "wave"]
    wide = scores[scores["instrument"] == "plg12"].pivot_table(index=key, columns=["scale", "rating"], values="score").reset_index()
    wide.columns = ["_".join(filter(None, column)) for column in wide.columns]
    compared = 0
    for scale in ("e1", "c1", "c3"):
        names = {"now": f"{scale}_now", "wanted": f"{scale}_wanted", "before": comparison.before, "after": comparison.after}
        table = plg.gap(wide, person="respondent", smallest_group=find_floor(study), confidence=study.confidence, **names)
        for row in table.to_dict("records"):
            school = "" if row["school"] == "all schools" else row["school"]
            expected = take(results, Outcome(instrument="plg12", scale=scale, rating=row["rating"]), comparison=comparison.id)
            own = expected.get((school, "change" if school else "average_change"))
            if own is not None:
                assert_same(row, own, "low", "high", "p_value", "n", "pairs")
                assert row["estimate"] == pytest.approx(own["estimate"], abs=1e-12)
                compared += 1
    assert compared >= 18


def test_alpha_omega_and_the_icc_are_those_of_the_reports() -> None:
    study, responses, _ = open_study("zes_scholen")
    scores = plg.compute_scores(responses, study)
    results = plg.estimate_reliability(responses, scores, study)
    scored = plg.score(responses, "energie_own9")
    precision = plg.reliability(scored, "energie_own9")
    teams = plg.agreement(scored, "energie_own9", smallest_group=find_floor(study))
    for row, team in zip(precision.to_dict("records"), teams.to_dict("records"), strict=True):
        expected = take(results.assign(school=""), Outcome(instrument="energie_own9", scale="total"), wave=row["wave"])
        assert (row["alpha"], row["alpha_low"], row["n"]) == tuple(expected["", "alpha"][name] for name in ("estimate", "low", "n"))
        assert row["omega"] == expected["", "omega"]["estimate"]
        assert (team["icc1"], team["icc1_low"], team["icc2"]) == tuple(
            expected["", name][part] for name, part in (("icc1", "estimate"), ("icc1", "low"), ("icc2", "estimate"))
        )
        assert team["rwg"] == expected["", "rwgj"]["estimate"]


def test_groups_are_compared_as_in_the_reports() -> None:
    study, _, scores = open_study("vergelijking")
    results = plg.estimate_comparison(scores, study)
    group = {school.id: school.group for school in study.schools}
    compared = 0
    for outcome, frame in list_outcomes(study, scores):
        if outcome not in study.list_outcomes():
            continue
        for comparison in study.planned:
            expected = take(results, outcome, comparison=comparison.id)
            waves = {"before": comparison.before, "after": comparison.after, "confidence": study.confidence}
            named = frame.assign(group=frame["school"].map(group))
            table = plg.compare_groups(named, group="group", treated="trajectory", smallest_group=find_floor(study), **COLUMNS, **waves)
            for row in table.to_dict("records"):
                assert_same(row, expected["", row["group"]], "estimate", "std_error", "low", "high", "p_value", "n")
                compared += 1
    assert compared >= 3


def test_scores_are_those_of_the_reports() -> None:
    _, responses, scores = open_study("zes_scholen")
    frame = plg.score(plg.score(responses, "energie_own9"), "plg12")
    for column, where in {
        "energie_own9": ("energie_own9", "total", ""),
        "energie_own9_energy": ("energie_own9", "energy", ""),
        "plg12_c1_gap": ("plg12", "c1", "gap"),
    }.items():
        own = scores[(scores[list(WHAT)] == list(where)).all(axis=1)].set_index(["respondent", "wave"])["score"]
        found = frame.set_index(["respondent", "wave"])[column].reindex(own.index)
        pd.testing.assert_series_equal(found, own, check_names=False, check_exact=True)
