"""Goals and agreements on pages of small studies: performance plans (A12), personal plans per round (A3), improvement actions (E10)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.report.reading import count_blank, read_pictures, read_tables, read_words
from tests.report.rows import LANGUAGES, open_row
from toolkit.languages import Language
from toolkit.report.sections.goals import show_goals, show_next
from toolkit.schemas import GOALS


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plan_shows_target_beside_actual_with_bullets_and_what_is_next(language: Language) -> None:
    page = show_goals(view := open_row("A12", language, "s1"))
    text = view.text
    goal, visits, meetings = read_tables(page)["goals-table"][1:]
    assert goal[1:5] == ["40", "80", "64", "60%"] and goal[6] == text.say("goals.step.3")
    assert visits[4] == "100%" and meetings[1] == text.say("goals.not_given")
    assert read_tables(page)["goals-rounds-table"][1:][-1][2:] == ["0", "2", "1"]
    assert text.say(
        "goals.rounds_school", first=text.say("goals.of", count="0", all="3"), last=text.say("goals.of", count="1", all="3")
    ) in read_words(page)
    assert len(read_pictures(page)) == 2
    what = read_tables(show_next(view))["next-table"][1:]
    assert count_blank(show_next(view), "next-table") == 2 and text.say("goals.none_open") not in read_words(show_next(view))
    assert [row[0] for row in what] == [goal[0], meetings[0]], "what is reached needs no next step"
    assert what[0][1:3] == ["docenten", text.date(view.study.report_date.replace(month=6))]
    assert what[0][3].endswith(text.say("goals.to", target="80")) and what[1][1] == "werkgroep overleg"


@pytest.mark.parametrize("language", LANGUAGES)
def test_personal_plans_are_counts_per_round_and_never_a_person(language: Language) -> None:
    page = show_goals(view := open_row("A3", language, "s1"))
    rows = read_tables(page)["goals-rounds-table"][1:]
    assert [row[2:] for row in rows] == [["5", "10", "0"], ["5", "10", "0"], ["0", "10", "5"], ["0", "5", "10"]]
    assert "plan van" not in page.markup and "s1p0" not in page.markup
    assert len(read_tables(show_next(view))["next-table"]) == 1, "what persons aim at is nobody else's to do"


@pytest.mark.parametrize("language", LANGUAGES)
def test_counts_of_a_few_persons_are_not_shown(language: Language) -> None:
    page = show_goals(view := open_row("A3", language, "s2"))
    assert len(read_tables(page)["goals-rounds-table"][1:]) == 1, "of four rounds one has no count of one to four people"
    hidden = view.text.say("goals.personal_hidden", floor=5)
    assert hidden in read_words(page)
    only = view.results.goals[view.results.goals["state"] == "hidden"]
    page = show_goals(replace(view, results=replace(view.results, goals=GOALS.conform(only))))
    assert hidden in read_words(page) or not read_pictures(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_action_stands_beside_the_change_of_its_factor(language: Language) -> None:
    page = show_goals(view := open_row("E10", language, "s1"))
    told = read_words(page)
    text = view.text
    assert text.say("goals.heading_aims") in told and text.say("goals.no_cause") in told
    assert text.pick(view.study.find_instrument("plg12").find_scale("e2").label) in told
    head = read_tables(page)["goals-table"][0]
    assert len(head) == 3, "without numbers there is no column for them"
    rows = read_tables(show_next(view))["next-table"][1:]
    assert [row[1] for row in rows] == ["team leader", text.say("goals.owner.school")]
    assert rows[1][2:] == [text.say("goals.not_given")] * 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_for_one_and_for_other_owners_and_steps(language: Language) -> None:
    view = open_row("E10", language, "s1")
    table = view.results.goals
    for kind in ("team", "group"):
        one = table[table["goal"] == table["goal"].iloc[-1]].assign(owner_kind=kind)
        turned = replace(view, results=replace(view.results, goals=GOALS.conform(one)))
        assert read_tables(show_next(turned))["next-table"][1][1] == view.text.say(f"goals.owner.{kind}")
    for step in range(5):
        noted = table["quantity"] == "progress"
        turned = replace(view, results=replace(view.results, goals=table.assign(estimate=table["estimate"].mask(noted, step))))
        assert view.text.say(f"goals.step.{step}") in read_words(show_goals(turned))


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_goals_there_are_lines_to_write_what_is_to_be_done(language: Language) -> None:
    view = open_row("E10", language, "s2")
    assert show_goals(view).markup == ""
    page = show_next(view)
    assert view.text.say("goals.heading_next") in read_words(page) and view.text.say("goals.none_open") in read_words(page)
    head = [view.text.say(f"goals.column_{name}") for name in ("what", "who", "when", "how")]
    assert read_tables(page) == {"next-table": [head]} and count_blank(page, "next-table") == 4
    assert '<div class="table blank"' in page.markup, "on a screen nothing can be written in it"
