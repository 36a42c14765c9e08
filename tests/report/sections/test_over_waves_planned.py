"""Rows A2 and A13: what stands in the panel of the follow-up, and what is changed of those who answered twice."""

from __future__ import annotations

import pytest

from tests.report.reading import read_pictures, read_tables, read_words
from tests.report.sections.test_occasions import LANGUAGES, show
from tests.results.estimates.test_occasions import estimate_row
from toolkit.languages import Language, load_text
from toolkit.report.sections.outcomes import show_engagement
from toolkit.report.sections.over_waves import show_over_waves


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("school", ["s1", ""])
def test_the_follow_up_has_a_panel_of_its_own(language: Language, school: str) -> None:
    page = show("A2", language, school, part=show_over_waves)
    text = load_text(language)
    before, after = ("na 12 weken", "follow-up") if language == "nl" else ("after 12 weeks", "follow-up")
    assert text.say("course.heading_planned", before=before, after=after) in read_words(page)
    picture = read_pictures(page)["course-follow_up-levels"]
    assert len(picture.table) == 5  # a total and its three parts
    assert before in picture.words and after in picture.words
    change = estimate_row("A2").results.change
    wanted = (change["comparison"] == "follow_up") & (change["scale"] == "total") & (change["school"] == school)
    own = change[wanted & change["quantity"].isin(["change"] if school else ["average_change"])].iloc[0]
    told = read_tables(page)["course-follow_up-change"][1]
    assert float(told[3].replace("−", "-").replace(",", ".")) == pytest.approx(own["estimate"], abs=0.006)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_change_of_those_who_answered_twice_is_told_where_a_few_missed_one(language: Language) -> None:
    page = show("A2", language, "s1", part=show_engagement)
    table = read_tables(page)["engagement-uwes9-pairs"]
    assert table[1][4] == "10" and table[1][2].lstrip("+−-")[0].isdigit()
    assert "norm" not in read_words(page).lower()  # no norm that was verified ships
