"""Goals and indicators at the top of a summary, of the page of a board and of that on all schools: how many are reached, first and last."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from tests.report.reading import read_tables, read_words
from tests.report.rows import LANGUAGES, estimate, open_row
from toolkit.languages import Language, Text, load_text
from toolkit.report.content.view import View
from toolkit.report.sections.board import show_board_findings
from toolkit.report.sections.goals import list_goals, show_goals_by_school, write_reached
from toolkit.report.sections.indicators import write_indicators
from toolkit.report.sections.main_findings import show_main_findings
from toolkit.report.sections.summary import show_summary_evidence
from toolkit.results.disclosure.audiences import hide_two_without_agreement, take_board
from toolkit.results.results import Results
from toolkit.schemas import GOALS
from toolkit.study.study import Study


def plan(results: Results, schools: list[str]) -> Results:
    """Return `results` in which each of `schools` has the goals of A12."""
    goals = estimate("A12")[1].goals
    return replace(results, goals=GOALS.conform(pd.concat([goals.assign(school=school) for school in schools])))


def count(text: Text, number: int, reached: int, under_way: int) -> str:
    words = {name: text.number(value, 0) for name, value in (("reached", reached), ("under_way", under_way), ("not_begun", 0))}
    return text.say_count("goals.summary", number, **words)


def give_board(study: Study, own: int) -> Study:
    schools = [school.model_dump() | {"board": "North" if place < own else ""} for place, school in enumerate(study.schools)]
    return study.model_validate(study.model_dump(by_alias=True) | {"schools": schools})


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sheet_of_a_school_says_how_many_goals_are_reached_and_how_its_indicator_ran(language: Language) -> None:
    page = read_words(show_summary_evidence(view := open_row("A12", language, "s1")))
    assert view.text.say("summary.records") in page and count(view.text, 3, 1, 2) in page
    parents = open_row("C4", language, "s1")
    title = parents.text.say("indicators.run_target", indicator="parents involved", first="35%", last="90%", target="100%")
    assert f"{title}." in read_words(show_summary_evidence(parents))
    assert parents.text.say("summary.records") not in read_words(show_summary_evidence(open_row("E8", language, "s1")))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_on_all_schools_counts_their_goals_together_and_in_a_row_per_school(language: Language) -> None:
    view = open_row("C4", language, "", lambda results: plan(results, ["s1", "s3"]))
    text = view.text
    rows = read_tables(show_goals_by_school(view))["goals-schools-table"]
    assert rows[0] == [
        text.say("indicators.column_school"),
        *(text.say(f"goals.{name}") for name in ("all", "not_begun", "under_way", "reached")),
    ]
    assert [row[1:] for row in rows[1:]] == [["3", "0", "2", "1"]] * 2 and text.say("goals.table_schools") in read_words(
        show_goals_by_school(view)
    )
    top = read_words(show_main_findings(view))
    assert count(text, 6, 2, 4) in top and all(sentence in top for sentence in write_indicators(view))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_board_reads_the_records_of_its_own_schools_by_name(language: Language) -> None:
    study, results = estimate("C4")
    study = give_board(study, 1)
    known = hide_two_without_agreement(take_board(plan(results, ["s1", "s2"]), study, "North"), study)
    view = View(study, known, load_text(language), board="North")
    words = read_words(show_board_findings(view))
    said = view.text.say("indicators.run_target", indicator="parents involved", first="35%", last="90%", target="100%")
    assert view.text.say("indicators.of_school", school=study.schools[0].name, said=said) in words
    assert count(view.text, 3, 1, 2) in words and set(known.goals["school"]) == {"s1"} == set(known.indicators["school"])
    assert show_goals_by_school(replace(view, results=replace(known, goals=GOALS.empty()))).markup == ""


def test_a_board_reads_no_goals_of_persons() -> None:
    study, results = estimate("A3")
    study = give_board(study, 1)
    assert set(results.goals["owner_kind"]) == {"person"} and take_board(results, study, "North").goals.empty


@pytest.mark.parametrize(("schools", "counted"), [(["s1"], 4), (["s1", "s2"], 0), (["s1", "s2", "s3"], 12)])
def test_goals_of_two_schools_that_did_not_agree_stand_beside_each_other_on_no_page(schools: list[str], counted: int) -> None:
    study, results = estimate("C4")
    view = View(study, hide_two_without_agreement(plan(results, schools), study), load_text("en"))
    assert len(list_goals(view)) == counted and bool(write_reached(list_goals(view), view.text)) == bool(counted)


@pytest.mark.parametrize("row", ["A3"])
def test_counts_of_goals_of_persons_of_two_schools_stand_beside_each_other_on_no_page_either(row: str) -> None:
    study, results = estimate(row)
    two = results.goals[results.goals["school"].isin(["s1", "s2", ""])]
    dates = two[(two["quantity"] == "people") & (two["state"] == "shown")].groupby("date")["school"].nunique()
    safe = hide_two_without_agreement(replace(results, goals=GOALS.conform(two)), study).goals
    both = safe[safe["date"].isin(dates[dates == 2].index)]
    assert len(both) and set(both["state"]) == {"hidden"}
