import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.made_study import make_scores, make_study
from toolkit.results.estimates.roles import QUANTITIES, estimate_roles
from toolkit.schemas import ROLES


def draw(schools: int, generator: np.random.Generator, above: float = 0.0, leaders: int = 1, staff: int = 8) -> pd.DataFrame:
    """Return one wave of schools that differ in level, whose leaders score `above` the others."""
    rows, roles = [], []
    for school in range(1, schools + 1):
        level = generator.normal(6, 1)
        for person in range(leaders + staff):
            leads = person < leaders
            rows.append((f"s{school}-{person}", f"s{school}", "before", level + leads * above + generator.normal(0, 0.5)))
            roles.append(("head", "leader")[person % 2] if leads else "teacher")
    return make_scores(rows).assign(role=roles)


def take(scores: pd.DataFrame, schools: int, **more: object) -> pd.DataFrame:
    return estimate_roles(scores, make_study(schools, **more)).set_index(["wave", "quantity"])


def test_leaders_are_compared_with_the_staff_of_their_own_school() -> None:
    scores = draw(7, np.random.default_rng(1), above=0.8, leaders=2)
    found = take(scores, 7).loc[("before", "leader_minus_staff")]
    own = scores.assign(leads=scores["role"] != "teacher").groupby(["school", "leads"])["score"].mean().unstack()
    t = stats.ttest_1samp(own[True] - own[False], 0)
    low, high = t.confidence_interval()
    assert (found["estimate"], found["p_value"], found["low"], found["high"]) == pytest.approx(
        ((own[True] - own[False]).mean(), t.pvalue, low, high)
    )
    assert found["low"] < 0.8 < found["high"] and found["schools"] == 7 and found["n"] == 70 and found["df"] == 6


def test_both_means_stand_beside_the_difference() -> None:
    found = take(draw(6, np.random.default_rng(2)), 6).loc["before"]
    assert found.loc["leader_minus_staff", "estimate"] == pytest.approx(found.loc["leaders", "estimate"] - found.loc["staff", "estimate"])
    assert found["n"].to_dict() == {"leaders": 6, "staff": 48, "leader_minus_staff": 54}


def test_no_school_is_named_anywhere() -> None:
    assert "school" not in ROLES.columns


def test_fewer_than_five_schools_with_a_leader_show_nothing() -> None:
    scores = draw(6, np.random.default_rng(3))
    without = scores[~((scores["role"] != "teacher") & scores["school"].isin(["s1", "s2"]))]
    found = take(without, 6).loc["before"]
    assert set(found["state"]) == {"not_computable"} and set(found["method"]) == {"too_few_schools"}
    assert found["estimate"].isna().all() and (found["n"] == 0).all()
    assert set(take(scores, 6).loc["before", "state"]) == {"shown"}


def test_fewer_leaders_than_the_smallest_group_show_nothing() -> None:
    found = take(draw(6, np.random.default_rng(4)), 6, smallest_group=7).loc["before"]
    assert set(found["state"]) == {"not_computable"}


def test_people_of_unknown_role_count_nowhere() -> None:
    scores = draw(6, np.random.default_rng(5))
    strangers = scores.iloc[:3].assign(respondent=["x", "y", "z"], role="", score=1000.0)
    with_them, without = take(pd.concat([scores, strangers]), 6), take(scores, 6)
    pd.testing.assert_frame_equal(with_them, without)
    assert set(take(scores.assign(role=""), 6)["state"]) == {"not_measured"}


def test_a_study_may_name_its_own_leaders() -> None:
    scores = draw(6, np.random.default_rng(6), above=2.0)
    renamed = scores.assign(role=scores["role"].replace({"head": "directie", "leader": "directie"}))
    study = make_study(6)
    assert set(estimate_roles(renamed, study)["method"]) == {"too_few_schools", "no_roles"}
    found = estimate_roles(renamed, study, leaders=("directie",)).set_index(["wave", "quantity"])
    assert found.loc[("before", "leader_minus_staff"), "estimate"] == pytest.approx(
        take(scores, 6).loc[("before", "leader_minus_staff"), "estimate"]
    )


def test_each_wave_stands_by_itself_and_the_order_of_rows_does_not_matter() -> None:
    scores = draw(6, np.random.default_rng(7))
    both = pd.concat([scores, scores.assign(wave="after", score=scores["score"] + (scores["role"] == "head"))], ignore_index=True)
    first, second = take(both, 6), take(both.sample(frac=1, random_state=1), 6)
    pd.testing.assert_frame_equal(first, second, rtol=1e-9)
    gaps = first.xs("leader_minus_staff", level="quantity")["estimate"]
    assert gaps["after"] - gaps["before"] == pytest.approx(1)
    assert set(first.index.get_level_values("quantity")) == set(QUANTITIES)
