"""Leaders beside staff, and how many people of each role answered."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from tests.made_study import make_scores, make_study
from toolkit import schemas
from toolkit.results.disclosure.suppression import hide_numbers
from toolkit.results.estimates.roles import INVITED, QUANTITIES, count_roles, estimate_role_shares, estimate_roles
from toolkit.results.results import Results
from toolkit.statistics.cluster_robust import compute_robust_regression
from toolkit.study.study import Study

ROLES = [{"id": id, "label": {"nl": id, "en": id}, "leads": id in ("head", "mt")} for id in ("head", "mt", "teacher")]


def make_led(schools: int, **more: Any) -> Study:
    return make_study(schools, **({"roles": ROLES} | more))


def draw(schools: int, generator: np.random.Generator, above: float = 0.0, leaders: int = 2, staff: int = 8) -> pd.DataFrame:
    """Return one wave of schools that differ in level and size, whose leaders score `above` the others."""
    rows, roles = [], []
    for school in range(1, schools + 1):
        level = generator.normal(6, 1)
        for person in range(leaders + staff + school):
            leads = person < leaders
            rows.append((f"s{school}-{person}", f"s{school}", "before", level + leads * above + generator.normal(0, 0.5)))
            roles.append(("head", "mt")[person % 2] if leads else "teacher")
    return make_scores(rows).assign(role=roles)


def take(scores: pd.DataFrame, schools: int, **more: Any) -> pd.DataFrame:
    found = estimate_roles(scores, make_led(schools, **more))
    return found[found["school"] == ""].set_index(["wave", "quantity"])


def test_the_difference_is_that_within_schools_with_errors_robust_to_schools() -> None:
    scores = draw(7, np.random.default_rng(1), above=0.8)
    found = take(scores, 7).loc[("before", "leader_minus_staff")]
    frame = scores.assign(leads=(scores["role"] != "teacher").astype(float))
    by_hand = smf.ols("score ~ leads + C(school)", frame).fit()
    assert found["estimate"] == pytest.approx(by_hand.params["leads"], abs=1e-6)
    whole = np.column_stack([frame["leads"], pd.get_dummies(frame["school"]).astype(float)])
    robust = compute_robust_regression(frame["score"], whole, frame["school"])
    assert found["std_error"] == pytest.approx(robust.std_error[0], abs=1e-6)
    assert found["low"] < 0.8 < found["high"] and found["schools"] == 7 and found["n"] == 98


def test_the_three_numbers_follow_from_one() -> None:
    scores = draw(6, np.random.default_rng(2))
    found = take(scores, 6).loc["before"]
    assert found.loc["leaders", "estimate"] == pytest.approx(scores.loc[scores["role"] != "teacher", "score"].mean())
    assert found.loc["leader_minus_staff", "estimate"] == pytest.approx(found.loc["leaders", "estimate"] - found.loc["staff", "estimate"])
    assert found["n"].to_dict() == {"leaders": 12, "staff": 69, "leader_minus_staff": 81}
    assert set(found.index) == set(QUANTITIES)


def test_fewer_than_five_schools_with_leaders_show_nothing() -> None:
    scores = draw(6, np.random.default_rng(3), leaders=3)
    without = scores[~((scores["role"] != "teacher") & scores["school"].isin(["s1", "s2"]))]
    found = take(without, 6).loc["before"]
    assert set(found["state"]) == {"not_computable"} and set(found["method"]) == {"too_few_schools"}
    assert found["estimate"].isna().all() and (found["n"] == 0).all()
    assert set(take(without[without["school"] != "s9"].assign(role=scores["role"]), 6).loc["before", "state"]) == {"not_computable"}
    assert set(take(scores, 6).loc["before", "state"]) == {"shown"}


def test_a_side_needs_as_many_people_as_a_spread() -> None:
    scores = draw(5, np.random.default_rng(4))
    assert set(take(scores, 5).loc["before", "state"]) == {"shown"}  # ten leaders
    nine = scores.drop(index=scores.index[0])
    assert set(take(nine, 5).loc["before", "state"]) == {"not_computable"}


def test_a_school_that_could_not_be_shown_does_not_count() -> None:
    scores = draw(6, np.random.default_rng(5))
    small = pd.concat([scores[scores["school"] != "s6"], scores[scores["school"] == "s6"].head(4)])
    assert take(small, 6).loc[("before", "leaders"), "schools"] == 5


def test_people_of_unknown_role_count_nowhere() -> None:
    scores = draw(6, np.random.default_rng(5))
    strangers = scores.iloc[:3].assign(respondent=["x", "y", "z"], role="", score=1000.0)
    pd.testing.assert_frame_equal(take(pd.concat([scores, strangers]), 6), take(scores, 6))
    assert set(take(scores, 6, roles=[])["method"]) == {"no_roles"}


def test_a_school_has_its_own_two_means_where_five_stand_on_either_side() -> None:
    def own(leaders: int) -> pd.DataFrame:
        found = estimate_roles(draw(1, np.random.default_rng(6), leaders=leaders), make_led(1))
        return found[found["school"] == "s1"].set_index("quantity")

    assert own(4).empty
    scores = draw(1, np.random.default_rng(6), leaders=5)
    assert own(5)["estimate"].to_dict() == pytest.approx(
        scores.groupby(scores["role"].eq("teacher").map({True: "staff", False: "leaders"}))["score"].mean().to_dict()
    )
    assert own(5)["low"].isna().all()


@pytest.mark.parametrize(
    ("people", "told"),
    [
        ({"head": 1, "mt": 0, "teacher": 12, "": 0}, {"head": "too_few", "mt": 0, "teacher": "subtraction"}),
        ({"head": 2, "mt": 3, "teacher": 12, "": 0}, {"head": "too_few", "mt": "too_few", "teacher": 12}),
        ({"head": 5, "mt": 0, "teacher": 12, "": 3}, {"head": "subtraction", "mt": 0, "teacher": 12, "": "too_few"}),
        ({"head": 6, "mt": 5, "teacher": 12, "": 0}, {"head": 6, "mt": 5, "teacher": 12}),
    ],
)
def test_no_count_of_a_role_tells_of_one_to_four_people(people: dict[str, int], told: dict[str, str | int]) -> None:
    index = pd.MultiIndex.from_tuples([("s1", "before")], names=["school", "wave"])
    counts = pd.DataFrame({f"role_{role}": [n] for role, n in people.items() if role} | {"used": [sum(people.values())]}, index=index)
    found = count_roles(counts, make_led(1)).query("school == 's1'")
    assert {row.role: row.n if row.state == "shown" else row.method for row in found.itertuples()} == told


def respond(people: dict[str, int], invited: dict[str, float]) -> pd.DataFrame:
    """Return what is told of a school in which so many people of each role answered, and so many were invited."""
    index = pd.MultiIndex.from_tuples([("s1", "before")], names=["school", "wave"])
    counts = {f"role_{role}": [n] for role, n in people.items()} | {"used": [sum(people.values())]}
    told = {f"{INVITED}{role}": [n] for role, n in invited.items()}
    return count_roles(pd.DataFrame(counts | told, index=index), make_led(1)).query("school == 's1'").set_index(["role", "quantity"])


def test_the_response_of_a_role_is_the_share_of_those_invited_where_that_is_stated() -> None:
    found = respond({"head": 6, "mt": 0, "teacher": 9}, {"head": 8, "mt": 5, "teacher": np.nan})
    assert found.loc[("head", "response"), "estimate"] == 0.75 and found.loc[("head", "invited"), "n"] == 8
    assert found.loc[("mt", "response"), "estimate"] == 0
    assert ("teacher", "response") not in found.index and found.loc[("teacher", "used"), "n"] == 9


def test_a_response_never_gives_a_hidden_number_back() -> None:
    invited = {"head": 5.0, "mt": 5.0, "teacher": 20.0}
    found = respond({"head": 1, "mt": 6, "teacher": 9}, invited)
    hidden = [role for role, quantity in found.index if quantity == "used" and found.loc[(role, "used"), "state"] == "hidden"]
    assert hidden == ["head", "mt"]  # the second, lest the first should follow from the number of all
    assert not any((role, "response") in found.index for role in hidden)
    told = {role: 1 / 5 if role == "head" else 6 / 5 for role in hidden}  # without the rule these would stand there
    assert {role: round(told[role] * invited[role]) for role in hidden} == {"head": 1, "mt": 6}


def test_a_response_is_hidden_with_the_number_that_the_joint_test_hides() -> None:
    rows = respond({"head": 6, "mt": 7, "teacher": 9}, {"head": 8}).reset_index()
    nothing = [table.empty() for table in (schemas.PARTICIPATION, schemas.LEVELS, schemas.CHANGE, schemas.RELIABILITY, schemas.SOURCES)]
    results = Results(*nothing, roles=schemas.ROLES.conform(rows))
    key = ("s1", "before", "head", "", "", "", "used")
    safe = hide_numbers(results, [("roles", key)]).roles.set_index(["role", "quantity"])
    assert safe.loc["head", "state"].eq("hidden").all() and len(safe.loc["head"]) == 3
    assert safe.loc[("mt", "used"), "state"] == "shown"


def test_shares_of_leaders_and_staff_are_of_all_people_in_schools_with_both() -> None:
    study = make_study(6, roles=ROLES, instruments=("cijfer1", "rollen28"))
    picked = draw(6, np.random.default_rng(8)).assign(instrument="rollen28", scale="item:r1", rating="who")
    picked["score"] = np.where(picked["role"] == "teacher", 2.0, np.where(picked["respondent"].str.endswith("-0"), 1.0, 3.0))
    lonely = picked[picked["school"] == "s1"].assign(school="s7", respondent=lambda rows: "x" + rows["respondent"], role="head")
    shares = estimate_role_shares(pd.concat([picked, lonely]), study).query("item == 'r1' and wave == 'before'")
    told = {(row.role, row.answer): row.estimate if row.state == "shown" else row.method for row in shares.itertuples()}
    assert told[("leaders", 1.0)] == told[("leaders", 3.0)] == 0.5 and told[("leaders", 2.0)] == "nearly_none"
    assert told[("staff", 2.0)] == "nearly_all"
