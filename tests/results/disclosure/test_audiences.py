"""What a board may know: its own schools, and of all schools only that from which no other follows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.made_study import draw_scores, make_study
from toolkit.results.disclosure.audiences import list_boards, list_own, take_board
from toolkit.results.estimates.change import estimate_change
from toolkit.results.estimates.levels import estimate_levels
from toolkit.results.estimates.participation import estimate_participation
from toolkit.results.estimates.reliability import estimate_reliability
from toolkit.results.results import Results
from toolkit.schemas import FINDINGS, SOURCES
from toolkit.study.study import Study

OWN = ("s1", "s2", "s3")


def make_cohort(sizes: dict[str, int]) -> tuple[Study, Results]:
    """Return a study in which s1, s2 and s3 are of the board 'North' and all others of 'South', and its results."""
    plain = make_study(len(sizes))
    schools = [school.model_dump() | {"board": "North" if school.id in OWN else "South"} for school in plain.schools]
    study = Study.model_validate(plain.model_dump(by_alias=True) | {"schools": schools})
    scores = draw_scores(sizes, np.random.default_rng(1), change=0.5, spread=0.3)
    responses = scores.assign(date=pd.NaT, source="answers.csv", row=1)
    sources = SOURCES.collect(
        [{"source": f"{school}.csv", "sheet": "", "sha256": "0", "format": "csv", "encoding": "utf-8", "separator": ",", "rows_read": 1,
          "rows_used": 1} for school in sizes]
    )  # fmt: skip
    results = Results(
        participation=estimate_participation(responses, FINDINGS.empty(), study),
        levels=estimate_levels(scores, study),
        change=estimate_change(scores, study),
        reliability=estimate_reliability(responses, scores, study),
        sources=sources,
        provenance={"files": {school: [f"{school}.csv"] for school in sizes}},
    )
    return study, results


def find_shown(table: pd.DataFrame, school: str = "") -> set[str]:
    return set(table.loc[(table["school"] == school) & (table["state"] == "shown"), "quantity"])


def test_boards_stand_in_the_order_of_their_names_with_their_own_schools():
    study, _ = make_cohort(dict.fromkeys(["s1", "s2", "s3", "s4", "s5"], 12))
    assert list_boards(study) == ["North", "South"]
    assert [list_own(study, board) for board in list_boards(study)] == [["s1", "s2", "s3"], ["s4", "s5"]]


def test_a_board_knows_its_own_schools_and_no_other():
    study, results = make_cohort({f"s{number}": 12 for number in range(1, 7)})
    known = take_board(results, study, "North")
    for name in ("participation", "levels", "change"):
        assert set(getattr(known, name)["school"]) == {"", *OWN}
        before, after = (getattr(found, name) for found in (results, known))
        before = before[before["school"].isin(OWN)].reset_index(drop=True)
        after = after[after["school"].isin(OWN)].reset_index(drop=True)
        pd.testing.assert_frame_equal(before, after)
    assert known.band.empty and known.pairs.empty and known.comparison.empty and known.answers.empty
    assert known.sources["source"].tolist() == ["s1.csv", "s2.csv", "s3.csv"]
    assert set(known.provenance["files"]) == set(OWN)


@pytest.mark.parametrize(("others", "stays"), [(0, True), (1, False), (2, False), (3, True)])
def test_numbers_over_all_schools_need_no_other_school_or_three(others: int, stays: bool):
    study, results = make_cohort({f"s{number}": 12 for number in range(1, 4 + others)})
    known = take_board(results, study, "North")
    assert (find_shown(known.levels) == {"mean"}) is stays
    assert ("used" in find_shown(known.participation)) is stays
    if others:  # an average over schools needs four of them
        assert "average_change" in find_shown(results.change)
        assert ("average_change" in find_shown(known.change)) is stays
        assert ({"tau", "new_school"} <= find_shown(known.change)) is stays
        assert ("shrunken" in find_shown(known.change, "s1")) is stays
    assert "change" in find_shown(known.change, "s1")


def test_a_hidden_school_is_not_counted_among_the_three():
    study, results = make_cohort(dict.fromkeys(["s1", "s2", "s3", "s4", "s5"], 12) | {"s6": 3})
    assert "average_change" in find_shown(results.change)
    known = take_board(results, study, "North")
    assert "average_change" not in find_shown(known.change) and not find_shown(known.levels)


def test_what_a_board_may_know_of_what_it_knows_is_the_same():
    study, results = make_cohort(dict.fromkeys(["s1", "s2", "s3", "s4"], 12))
    once = take_board(results, study, "North")
    twice = take_board(once, study, "North")
    for name in ("participation", "levels", "change"):
        pd.testing.assert_frame_equal(getattr(once, name), getattr(twice, name))


def test_what_was_taken_out_leaves_no_number_behind():
    study, results = make_cohort(dict.fromkeys(["s1", "s2", "s3", "s4"], 12))
    known = take_board(results, study, "North")
    taken = known.change[(known.change["state"] == "hidden") & (known.change["school"] == "")]
    assert len(taken) > 4
    assert taken[["estimate", "std_error", "low", "high", "p_value", "df"]].isna().all().all()
    assert (taken["method"] == "too_few_others").all() and (taken[["n", "schools"]] == 0).all().all()


def test_the_mean_of_one_other_school_follows_from_the_whole_page_but_not_from_that_of_the_board():
    study, results = make_cohort(dict.fromkeys(["s1", "s2", "s3", "s4"], 12))

    def find_other(known: Results) -> float:
        means = known.levels[(known.levels["wave"] == "after") & (known.levels["quantity"] == "mean")].set_index("school")["estimate"]
        return float(4 * means[""] - means[list(OWN)].sum())

    truth = results.levels.set_index(["school", "wave", "quantity"])["estimate"][("s4", "after", "mean")]
    assert find_other(results) == pytest.approx(truth)
    assert np.isnan(find_other(take_board(results, study, "North")))
