"""What a board may know: its own schools, and of all schools only that from which no other follows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.made_study import draw_scores, make_study
from toolkit.results.disclosure.audiences import hide_two_without_agreement, list_boards, list_own, take_audience, take_board
from toolkit.results.estimates.change import estimate_change
from toolkit.results.estimates.levels import estimate_levels
from toolkit.results.estimates.participation import estimate_participation
from toolkit.results.estimates.reliability import estimate_reliability
from toolkit.results.results import Results
from toolkit.results.rows import make_blank, make_row
from toolkit.schemas import (
    ANSWERS,
    ATTRITION,
    BAND,
    CHANGE,
    COMPARISON,
    FINDINGS,
    LEVELS,
    PAIRS,
    PARTICIPATION,
    RELIABILITY,
    SENSITIVITY,
    SOURCES,
)
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
    assert known.sources["source"].tolist() == ["s1.csv", "s2.csv", "s3.csv"]
    assert list(known.sources) == list(SOURCES.columns) and known.sources.index.tolist() == [0, 1, 2]
    assert set(known.provenance["files"]) == set(OWN)
    assert take_board(replace(results, provenance={}), study, "North").provenance["files"] == {}


NOT_FOR_BOARDS = (ANSWERS, BAND, PAIRS, COMPARISON, SENSITIVITY, ATTRITION)


def test_what_compares_or_splits_schools_is_not_for_a_board():
    study, results = make_cohort(dict.fromkeys(["s1", "s2", "s3", "s4", "s5", "s6"], 12))
    row = {"str": "", "float64": 1.0, "int64": 12}
    rows = {table.name: {name: row[dtype] for name, dtype in table.columns.items()} for table in NOT_FOR_BOARDS}
    filled = {table.name: table.collect([rows[table.name] | {"school": "s1", "state": "shown"}]) for table in NOT_FOR_BOARDS}
    known = take_board(replace(results, **filled), study, "North")
    for table in NOT_FOR_BOARDS:
        assert getattr(known, table.name).empty, table.name
        assert list(getattr(known, table.name)) == list(table.columns), table.name


def test_each_reader_gets_what_is_for_that_reader():
    study, results = make_cohort({f"s{number}": 12 for number in range(1, 7)})
    own = take_audience(results, study, school="s1")
    assert set(own.levels["school"]) == {"", "s1"} and set(own.provenance["files"]) == {"s1"}
    board = take_audience(results, study, board="North")
    assert set(board.levels["school"]) == {"", *OWN}
    everybody = take_audience(results, study)
    assert set(everybody.levels["school"]) == {"", *(f"s{number}" for number in range(1, 7))}


def test_two_schools_of_one_board_are_not_compared_on_its_page():
    study, results = make_cohort(dict.fromkeys(["s1", "s2", "s3", "s4", "s5"], 12))
    assert find_shown(take_board(results, study, "South").levels, "s4")
    assert not find_shown(take_audience(results, study, board="South").levels, "s4")


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


def test_with_every_other_school_hidden_nothing_over_all_schools_is_told():
    study, results = make_cohort(dict.fromkeys(["s1", "s2", "s3", "s4"], 12) | {"s5": 3, "s6": 3})
    results = replace(results, levels=results.levels[results.levels["school"] != "s4"].reset_index(drop=True))
    assert find_shown(results.levels) == {"mean"}
    assert not find_shown(take_board(results, study, "North").levels)


@pytest.mark.parametrize(("state", "stays"), [("not_measured", True), ("hidden", False), ("not_computable", False)])
def test_a_school_that_was_not_measured_is_no_other_school(state: str, stays: bool):
    study, results = make_cohort(dict.fromkeys(["s1", "s2", "s3", "s4"], 12))
    others = results.levels["school"] == "s4"
    levels = results.levels.assign(state=results.levels["state"].mask(others, state))
    known = take_board(replace(results, levels=levels), study, "North")
    assert (find_shown(known.levels) == {"mean"}) is stays


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


def show_levels(shown: dict[tuple[str, str], str]) -> set[tuple[str, str, str]]:
    """Return which levels stay of a mean and an sd per wave and school ("m", "s", "ms" or ""), twelve people in each, and a mean of all."""
    rows = []
    for (wave, school), which in shown.items():
        for quantity in ("mean", "sd"):
            where = {"school": school, "wave": wave, "instrument": "cijfer1", "scale": "grade", "rating": ""}
            told = make_row(where, quantity, 6.0, 12, "mean") if quantity[0] in which else make_blank(where, quantity, "hidden", "too_few")
            rows.append(told)
    results = Results(PARTICIPATION.empty(), LEVELS.collect(rows), CHANGE.empty(), RELIABILITY.empty(), SOURCES.empty())
    levels = hide_two_without_agreement(results, make_cohort({"s1": 12, "s2": 12, "s3": 12})[0]).levels
    return set(levels.loc[levels["state"] == "shown", ["wave", "school", "quantity"]].itertuples(index=False, name=None))


def test_schools_stand_beside_each_other_by_their_means():
    three = {("before", school): "ms" for school in OWN}
    assert len(show_levels(three)) == 6
    assert len(show_levels(three | {("before", "s3"): "m"})) == 5
    assert show_levels(three | {("before", "s3"): "s"}) == set()


@pytest.mark.parametrize("waves", [("before", "after"), ("after", "before")])
def test_what_three_schools_show_stays_whatever_two_show(waves: tuple[str, str]):
    shown = {(wave, school): "m" for wave in waves for school in (OWN if wave == "after" else OWN[:2])}
    assert show_levels(shown) == {("after", school, "mean") for school in OWN}
