from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.estimated import estimate_shipped
from tests.made_study import draw_scores, make_scores, make_study
from tests.results.disclosure.test_contributors import gather
from toolkit.results.disclosure.contributors import list_published
from toolkit.results.disclosure.differencing import Published, find_leaks
from toolkit.results.disclosure.suppression import protect_results
from toolkit.results.research.attrition import estimate_attrition
from toolkit.results.research.sensitivity import estimate_sensitivity
from toolkit.results.results import Results
from toolkit.results.robustness import LEAVING, OTHER_WAYS, add_robustness, list_added
from toolkit.results.rows import keep_reported
from toolkit.schemas import ATTRITION, FINDINGS, SENSITIVITY

STUDY = Path(__file__).parent.parent.parent / "datasets" / "zes_scholen"
NUMBERS = ["estimate", "std_error", "low", "high", "p_value", "df", "n", "pairs", "schools"]


def estimate(scores: pd.DataFrame, schools: int, earlier: tuple[Published, ...] = (), *, protected: bool = True) -> Results:
    """Return what pages may know of `scores`."""
    responses, study = scores.drop_duplicates(["respondent", "wave"]), make_study(schools)
    results = gather(scores, schools=schools)
    safe = protect_results(results, responses, FINDINGS.empty(), scores, study, earlier=earlier) if protected else results
    return add_robustness(safe, scores, study, earlier)


def leave(leavers: dict[str, int], size: int = 22) -> pd.DataFrame:
    """Return schools of `size` people who all answer before; so many of each don't answer again."""
    rows = []
    for place, (school, left) in enumerate(leavers.items()):
        for person in range(size):
            level = 4 + ((person * 7 + place * 3) % 11) / 3
            rows.append((f"{school}-{person}", school, "before", level))
            if person >= left:
                rows.append((f"{school}-{person}", school, "after", level + (person * (place + 2) % 7) / 4))
    return make_scores(rows)


def list_states(results: Results) -> dict[str, str]:
    rows = pd.concat([results.sensitivity, results.attrition])
    return dict(zip(rows["quantity"], rows["state"], strict=True))


def test_the_numbers_are_those_of_the_tables_for_researchers() -> None:
    found = estimate_shipped("zes_scholen")
    study, results, scores = found.study, found.results, found.scores
    ways = estimate_sensitivity(keep_reported(scores, study), study)
    for mine, whole in ((results.sensitivity, ways), (results.attrition, estimate_attrition(scores, study))):
        about = {"school": "", **study.primary.model_dump()}
        primary = whole[(whole[list(about)] == list(about.values())).all(axis=1)].set_index("quantity")
        assert len(mine) and set(mine["state"]) == {"shown"}
        pd.testing.assert_frame_equal(mine.set_index("quantity")[NUMBERS], primary.loc[mine["quantity"], NUMBERS], check_exact=True)


@pytest.mark.parametrize(
    ("leavers", "state"),
    [
        ({"s1": 10, "s2": 3, "s3": 0, "s4": 0, "s5": 0}, "hidden"),  # what the ten began with is known, and so the three's would be
        ({"s1": 10, "s2": 6, "s3": 0, "s4": 0, "s5": 0}, "shown"),
        ({"s1": 10, "s2": 3, "s3": 3, "s4": 0, "s5": 0}, "shown"),  # six people of two schools can't be told apart
    ],
)
def test_how_leavers_began_is_hidden_where_those_of_one_school_would_follow(leavers: dict[str, int], state: str) -> None:
    results = estimate(leave(leavers), 5)
    assert list_states(results)[LEAVING] == state
    assert any(LEAVING in name for name in results.provenance["subtraction"]) is (state == "hidden")
    assert results.attrition[NUMBERS[:6]].isna().all(axis=None) == (state == "hidden")


@pytest.mark.parametrize(
    ("leavers", "pairs", "wild"),
    [
        ({"s1": 0, "s2": 0, "s3": 0, "s4": 0}, "shown", "shown"),  # the changes of all schools are printed
        ({"s1": 3, "s2": 2, "s3": 0, "s4": 0}, "shown", "shown"),  # so few are in no number of their school
        ({"s1": 14, "s2": 2, "s3": 0, "s4": 0}, "shown", "shown"),
    ],
)
def test_an_average_of_pairs_is_shown_as_a_school_of_which_few_left_counts_the_others_only(
    leavers: dict[str, int], pairs: str, wild: str
) -> None:
    sizes = {"s1": 22, "s2": 18, "s3": 20, "s4": 16}
    scores = leave(leavers)
    scores = scores[scores["respondent"].str.split("-").str[1].astype(int) < scores["school"].map(sizes)]
    states = list_states(estimate(scores, 4))
    assert sorted([states["pairs"], states["wild_bootstrap"]]) == sorted([pairs, wild])


def test_nothing_follows_from_all_that_is_published() -> None:
    generator, hidden, leaks = np.random.default_rng(20), 0, 0
    for _ in range(12):
        sizes = {f"s{number}": int(generator.integers(3, 16)) for number in range(1, 8)}
        scores = draw_scores(sizes, generator, matched=float(generator.choice([0.7, 0.9])))
        results, study = estimate(scores, 7), make_study(7)
        everything = [*list_published(results, scores, study), *list_added(results, scores, study)]
        assert find_leaks(everything) == []
        hidden += any(quantity in name for name in results.provenance["subtraction"] for quantity in (*OTHER_WAYS, LEAVING))
        shown = replace(results, sensitivity=results.sensitivity.assign(state="shown"), attrition=results.attrition.assign(state="shown"))
        leaks += bool(find_leaks([*list_published(results, scores, study), *list_added(shown, scores, study)]))
    assert hidden and leaks >= hidden  # the test has something to find


def test_all_schools_stand_beside_the_average_unless_the_small_ones_would_follow() -> None:
    sizes = {"s1": 12, "s2": 14, "s3": 11, "s4": 13, "s5": 15, "s6": 4, "s7": 4}
    scores = draw_scores(sizes, np.random.default_rng(21))
    assert list_states(estimate(scores, 7))["all_schools"] == "shown"  # eight people of two schools can't be told apart
    (everywhere,) = [number for number in list_added(estimate(scores, 7), scores, make_study(7)) if number.key[-1] == "all_schools"]
    one = [part for part in everywhere.people if any(person.startswith("s7-") for person in part.people)]
    earlier = (replace(everywhere, table="earlier", people=tuple(one)),)  # the change of one of the two was published before
    assert list_states(estimate(scores, 7, earlier))["all_schools"] == "hidden"
    assert "all_schools" not in list_states(estimate(scores[scores["school"] != "s7"], 6))


def test_what_was_published_earlier_counts() -> None:
    before, after = leave({"s1": 12, "s2": 12, "s3": 12, "s4": 12}), leave({"s1": 12, "s2": 12, "s3": 12, "s4": 13})
    first = list_added(estimate(before, 4), before, make_study(4))
    assert {number.key[-1] for number in first} >= {LEAVING}
    alone, later = (estimate(after, 4, earlier) for earlier in ((), tuple(number for number in first if number.key[-1] == LEAVING)))
    assert list_states(alone)[LEAVING] == "shown" and list_states(later)[LEAVING] == "hidden"


def test_without_an_average_there_is_nothing_to_lay_beside_it() -> None:
    states = list_states(estimate(leave({"s1": 12, "s2": 6, "s3": 0}), 3))
    assert {states[name] for name in OTHER_WAYS[1:]} == {"not_computable"} and states[LEAVING] == "shown"
    alone = estimate(leave({"s1": 12}), 1)
    assert alone.sensitivity.empty and alone.attrition.empty


def test_an_average_that_is_hidden_takes_the_other_ways_along() -> None:
    scores = leave({"s1": 12, "s2": 6, "s3": 0, "s4": 0})
    results = gather(scores, schools=4)
    gone = results.change["state"].mask(results.change["quantity"] == "average_change", "hidden")
    found = add_robustness(replace(results, change=results.change.assign(state=gone)), scores, make_study(4))
    assert set(found.sensitivity["state"]) == {"hidden"} and found.sensitivity["estimate"].isna().all()


def test_where_nobody_can_be_followed_nobody_is_said_to_have_left() -> None:
    scores, study = leave({"s1": 12, "s2": 6, "s3": 0, "s4": 0}), make_study(4, matching={"by": "none"})
    results = add_robustness(gather(scores, schools=4, matching={"by": "none"}), scores, study)
    assert results.attrition["state"].tolist() == ["not_computable"]


def test_the_page_of_a_school_knows_neither_table() -> None:
    own = estimate(leave({"s1": 12, "s2": 6, "s3": 0, "s4": 0}), 4).for_school("s1")
    pd.testing.assert_frame_equal(own.sensitivity, SENSITIVITY.empty())
    pd.testing.assert_frame_equal(own.attrition, ATTRITION.empty())
