"""The mean of a group of persons: of as many people as the smallest group, over schools only of three schools or more."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.made_study import make_scores, make_study
from toolkit.results.disclosure.contributors import Membership
from toolkit.results.estimates.subgroups import SUBGROUP, add_subgroups, estimate_subgroups, list_joined_schools, take_members
from toolkit.study.study import Study

TEAMS = [{"id": id, "label": {"nl": id, "en": id}} for id in ("red", "blue")]


def make_grouped(schools: int, **more: Any) -> Study:
    return make_study(schools, **({"subgroups": TEAMS} | more))


def draw(sizes: dict[str, dict[str, int]]) -> pd.DataFrame:
    """Return one wave of schools with so many people in each group."""
    generator = np.random.default_rng(3)
    rows, groups = [], []
    for school, own in sizes.items():
        for group, size in own.items():
            rows += [(f"{school}-{group}-{number}", school, "before", float(generator.normal(6, 1))) for number in range(size)]
            groups += [group] * size
    return make_scores(rows).assign(subgroup=groups)


def take(scores: pd.DataFrame, study: Study) -> dict[tuple[str, str], tuple[str, float, int]]:
    found = estimate_subgroups(scores, study)
    assert set(found["quantity"]) <= {"mean"} and found[["low", "high", "std_error", "p_value"]].isna().all(axis=None)
    return {(row.school, row.role): (row.state, row.estimate, row.n) for row in found.itertuples()}


def test_a_group_has_the_mean_of_its_people_in_a_school_and_over_schools() -> None:
    scores = draw({"s1": {"red": 5, "blue": 6}, "s2": {"red": 7}, "s3": {"red": 2, "": 8}})
    found = take(scores, make_grouped(3))
    by_hand = scores.groupby(["school", "subgroup"])["score"].mean()
    assert found["s1", "red"] == ("shown", pytest.approx(by_hand["s1", "red"]), 5)
    assert found["", "red"] == ("shown", pytest.approx(scores.loc[scores["subgroup"] == "red", "score"].mean()), 14)
    assert set(found) == {("s1", "red"), ("s1", "blue"), ("s2", "red"), ("s3", "red"), ("", "red")}


def test_four_people_are_hidden_and_five_are_shown() -> None:
    found = take(draw({"s1": {"red": 4, "blue": 5}}), make_grouped(1))
    assert found["s1", "red"][0] == "hidden" and np.isnan(found["s1", "red"][1]) and found["s1", "red"][2] == 0
    assert found["s1", "blue"][0] == "shown"
    assert take(draw({"s1": {"blue": 5}}), make_grouped(1, smallest_group=6))["s1", "blue"][0] == "hidden"


def test_over_two_schools_there_is_no_group() -> None:
    sizes = {"s1": {"red": 6}, "s2": {"red": 6}, "s3": {"red": 1}}
    assert ("", "red") in take(draw(sizes), make_grouped(3))
    assert ("", "red") not in take(draw(sizes | {"s3": {"blue": 6}}), make_grouped(3))


def test_beside_comparison_schools_a_group_over_schools_is_of_those_on_the_trajectory() -> None:
    groups = ("trajectory",) * 3 + ("comparison",) * 2
    study = make_grouped(5)
    placed = tuple(school.model_copy(update={"group": group}) for school, group in zip(study.schools, groups, strict=True))
    study = study.model_copy(update={"schools": placed})
    scores = draw({f"s{i}": {"red": 5} for i in range(1, 6)})
    assert list_joined_schools(study) == ["s1", "s2", "s3"] and take(scores, study)["", "red"][2] == 15


def test_a_scale_about_one_persons_leadership_has_no_groups() -> None:
    study = make_grouped(1, instruments=("plg12",))
    personal = next(scale.id for scale in study.instruments[0].scales if scale.about_person)
    scores = draw({"s1": {"red": 6}}).assign(instrument="plg12", rating="now")
    assert take(scores.assign(scale="e1"), study) and not take(scores.assign(scale=personal), study)


def test_what_a_mean_is_a_sum_of_are_its_people_once_each() -> None:
    study = make_grouped(3)
    scores = draw({"s1": {"red": 5}, "s2": {"red": 7}, "s3": {"red": 2, "": 8}})
    membership = Membership(scores, study)
    for school, schools in (("s1", ["s1"]), ("", ["s1", "s2", "s3"])):
        (part,) = membership.find_number("roles", (school, "before", "cijfer1", "grade", "", f"{SUBGROUP}red")).people
        mine = scores[(scores["subgroup"] == "red") & scores["school"].isin(schools)]
        assert part.people == set(mine["respondent"]) and part.weight * len(mine) == 1 and part.wave == "before"


def test_people_keep_the_group_of_their_measurement_and_may_be_in_none() -> None:
    scores = make_scores([("a", "s1", "before", 6.0), ("a", "s1", "after", 7.0), ("b", "s1", "before", 5.0)])
    responses = pd.DataFrame({"respondent": ["a", "a", "b"], "wave": ["before", "after", "before"], "subgroup": ["red", "blue", ""]})
    found = add_subgroups(scores, responses, make_grouped(1))
    assert found["subgroup"].tolist() == ["red", "blue", ""] and len(take_members(found)) == 2
    assert add_subgroups(scores, responses, make_study(1)) is scores and take_members(scores).empty
