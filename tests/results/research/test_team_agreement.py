from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.made_study import make_study
from tests.witness import witness
from toolkit.results.research.team_agreement import AGREEMENT, BETWEEN, estimate_team
from toolkit.schemas import RESPONSES
from toolkit.scoring import compute_scores
from toolkit.statistics.team_agreement import TeamICC, compute_agreement, compute_team_icc
from toolkit.study.study import Study

SIZES = {"s1": 16, "s2": 14, "s3": 12, "s4": 10}


def draw(study: Study, sizes: dict[str, int], generator: np.random.Generator, between: float, within: float) -> pd.DataFrame:
    """Return responses of one wave: teams differ with SD `between`, people of a team with SD `within` on every item."""
    rows = []
    for school, size in sizes.items():
        level = 3 + between * generator.normal()
        for person in range(size):
            answers = {c: float(np.clip(round(level + within * generator.normal()), 0, 6)) for c in study.instruments[0].columns}
            who = {
                "respondent": f"{school}-{person}",
                "school": school,
                "wave": "before",
                "role": "",
                "date": pd.NaT,
                "source": "",
                "row": 2,
            }
            rows.append(who | answers)
    return RESPONSES.conform(pd.DataFrame(rows))


def take(study: Study, responses: pd.DataFrame, scale: str = "total") -> pd.DataFrame:
    table = estimate_team(responses, compute_scores(responses, study), study)
    return table[(table["scale"] == scale) & (table["wave"] == "before")].set_index(["school", "quantity"])


def test_teams_that_agree_and_differ_make_a_property_of_the_team() -> None:
    study = make_study(4, instruments=("energie_own9",))
    found = take(study, draw(study, SIZES, np.random.default_rng(1), between=1.2, within=0.4))
    assert found.loc[("", "icc1"), "verdict"] == "team_property"
    assert found.loc[("", "icc2"), "verdict"] == "comparable"
    assert found.loc[("", "rwgj"), "estimate"] > 0.9
    assert found.loc[("", "percentile"), "estimate"] > 95
    assert found.loc[("", "icc1"), "low"] < found.loc[("", "icc1_reml"), "estimate"] < found.loc[("", "icc1"), "high"]


def test_agreement_without_a_difference_between_teams_is_not_agreement_of_the_team() -> None:
    study = make_study(8, instruments=("energie_own9",))
    sizes = {f"s{i + 1}": 12 for i in range(8)}
    found = take(study, draw(study, sizes, np.random.default_rng(3), between=0.0, within=0.5))
    assert found.loc[("", "icc1"), "verdict"] == "not_shown" and found.loc[("", "icc2"), "verdict"] == "not_comparable"
    assert found.loc[("", "rwgj"), "estimate"] > 0.9
    teams = [found.loc[(school, "percentile"), "estimate"] for school in sizes]
    assert np.mean(teams) == pytest.approx(50, abs=30)


@pytest.mark.parametrize(
    ("low", "icc2", "verdicts"),
    [
        (0.0, 0.70, ["not_shown", "comparable"]),
        (1e-9, 0.70, ["team_property", "comparable"]),
        (1e-9, np.nextafter(0.70, 0), ["team_property", "not_comparable"]),
    ],
)
def test_an_interval_from_zero_shows_no_team_and_teams_compare_from_seventy_on(
    monkeypatch: pytest.MonkeyPatch, low: float, icc2: float, verdicts: list[str]
) -> None:
    def shift(*about: Any) -> TeamICC:
        return replace(compute_team_icc(*about), low=low, icc2=icc2)

    monkeypatch.setattr("toolkit.results.research.team_agreement.compute_team_icc", shift)
    study = make_study(4, instruments=("energie_own9",))
    found = take(study, draw(study, SIZES, np.random.default_rng(1), between=1.2, within=0.4))
    assert [found.loc[("", name), "verdict"] for name in ("icc1", "icc2")] == verdicts


def test_the_variance_between_teams_is_that_of_r() -> None:
    w = witness("icc.lq2002_reml")
    data = w.data()
    data["grade"] = data[[f"LEAD{i:02d}" for i in range(1, 12)]].mean(axis=1)
    names = {company: f"s{number + 1}" for number, company in enumerate(sorted(data["COMPID"].unique()))}
    responses = RESPONSES.conform(
        pd.DataFrame(
            {
                "respondent": data.index.astype(str),
                "school": data["COMPID"].map(names),
                "wave": "before",
                "role": "",
                "date": pd.NaT,
                "source": "",
                "row": 2,
                "cijfer1_grade": data["grade"],
            }
        )
    )
    found = take(make_study(len(names)), responses, "grade")
    w.agree(found.loc[("", "icc1_reml"), "estimate"], "icc1")
    assert found.loc[("", "icc1_reml"), "n"] == len(data)


def test_each_team_shows_its_agreement_and_how_reliable_its_mean_is() -> None:
    study = make_study(4, instruments=("energie_own9",))
    responses = draw(study, SIZES, np.random.default_rng(4), between=0.6, within=0.8)
    found = take(study, responses)
    agreement = compute_agreement(responses[list(study.instruments[0].columns)], responses["school"], 7)
    for team, rwgj, deviation in zip(agreement.teams, agreement.rwgj, agreement.average_deviation, strict=True):
        assert found.loc[(team, "rwgj"), "estimate"] == pytest.approx(rwgj)
        assert found.loc[(team, "average_deviation"), "estimate"] == pytest.approx(deviation)
    assert found.loc[("", "rwgj"), ["estimate", "low", "high"]].tolist() == pytest.approx(
        [np.median(agreement.rwgj), agreement.rwgj.min(), agreement.rwgj.max()]
    )
    icc1 = found.loc[("", "icc1"), "estimate"]
    assert found.loc[("s1", "mean_reliability"), "estimate"] == pytest.approx(16 * icc1 / (1 + 15 * icc1))
    assert (found.loc["s1", "n"] == 16).all()


def test_team_statistics_need_ten_people_and_smaller_ones_join_in_the_median_only() -> None:
    study = make_study(5, instruments=("energie_own9",))
    found = take(study, draw(study, SIZES | {"s4": 9, "s5": 4}, np.random.default_rng(5), between=0.6, within=0.8))
    for school in ("s4", "s5"):
        assert set(found.loc[school, "state"]) == {"hidden"} and (found.loc[school, "n"] == 0).all()
        assert found.loc[school, "estimate"].isna().all()
    assert found.loc[("", "rwgj"), "n"] == 16 + 14 + 12 + 9
    shown = [found.loc[(school, "rwgj"), "estimate"] for school in ("s1", "s2", "s3")]
    assert found.loc[("", "rwgj"), ["low", "high"]].tolist() == [min(shown), max(shown)]
    assert found.loc[("", "icc1"), "n"] == 16 + 14 + 12 + 9  # the lone school with four people does not join


def test_fewer_than_three_teams_are_not_held_against_each_other() -> None:
    study = make_study(2, instruments=("energie_own9",))
    found = take(study, draw(study, {"s1": 14, "s2": 12}, np.random.default_rng(6), between=0.6, within=0.8))
    assert set(found.loc["", "method"]) == {"too_few_schools"}
    assert found.loc[("s1", "rwgj"), "state"] == "shown"
    assert found.loc[("s1", "percentile"), "method"] == "too_few_schools"
    assert found.loc[("s1", "mean_reliability"), "state"] == "not_computable"


def test_a_low_response_is_marked() -> None:
    invited = [{"before": 20}, {"before": 40}, {}, {"before": 10}]
    study = make_study(4, instruments=("energie_own9",), invited=invited)
    found = take(study, draw(study, SIZES, np.random.default_rng(7), between=0.6, within=0.8))
    assert {s: found.loc[(s, "rwgj"), "method"] for s in SIZES} == {
        "s1": "one team", "s2": "one team, response under 60 %", "s3": "one team", "s4": "one team"
    }  # fmt: skip


def test_the_order_of_rows_does_not_matter_and_the_seed_moves_the_percentiles_only() -> None:
    study, other = (make_study(4, instruments=("energie_own9",), seed=seed) for seed in (1, 2))
    responses = draw(study, SIZES, np.random.default_rng(8), between=0.5, within=0.9)
    first, turned = take(study, responses), take(study, responses.sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(first, turned, rtol=1e-9)
    moved = first.index[(first["estimate"] != take(other, responses)["estimate"]) & first["estimate"].notna()]
    assert set(moved.get_level_values("quantity")) == {"percentile"}


def test_a_wave_that_nobody_answered_and_answers_without_spread_give_nothing() -> None:
    study = make_study(4, instruments=("energie_own9",))
    responses = draw(study, SIZES, np.random.default_rng(9), between=0.0, within=0.0)
    table = estimate_team(responses, compute_scores(responses, study), study)
    after = table[table["wave"] == "after"]
    assert set(after["state"]) == {"not_measured"} and set(after["quantity"]) == {*BETWEEN, *AGREEMENT}
    found = take(study, responses)
    assert found.loc[("", "icc1"), "method"] == "no_spread"
    assert found.loc[("", "rwgj"), "estimate"] == 1


def test_a_grade_of_ten_has_no_skewed_null() -> None:
    study = make_study(4)
    responses = draw(study, SIZES, np.random.default_rng(10), between=0.5, within=0.9)
    found = take(study, responses, "grade")
    assert found.loc[("", "rwgj_skewed"), "method"] == "no_null"
    assert found.loc[("", "rwgj"), "state"] == "shown"
