"""Leaders and staff on the three ideas of a PLC (row B1), professional culture (A10) and conditions for success (E16)."""

from __future__ import annotations

from functools import cache

import pytest

from tests.report.reading import read_tables, read_words
from tests.report.rows import LANGUAGES, estimate
from toolkit.languages import Language, load_text
from toolkit.report.content.view import View
from toolkit.report.html.elements import Html
from toolkit.report.sections.participation import show_participation
from toolkit.report.sections.roles import show_roles
from toolkit.results.disclosure.audiences import take_audience


@cache
def open_page(language: Language, school: str = "") -> View:
    study, results = estimate("B1")
    return View(study, take_audience(results, study, school=school), load_text(language), school)


def say(language: Language, key: str, **places: object) -> str:
    return load_text(language).say(f"roles.{key}", **places).replace("\u00a0", " ")


def read(page: Html) -> str:
    return read_words(page).replace("\u00a0", " ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_leaders_stand_beside_staff_on_every_scale_before_and_after(language: Language) -> None:
    page = show_roles(open_page(language))
    words = read(page)
    roles = {"nl": "directie en teamleider", "en": "head and team leader"}[language]
    for key, places in (("heading", {}), ("lead", {"roles": roles}), ("caption", {})):
        assert say(language, key, **places) in words
    text = load_text(language)
    for instrument in open_page(language).study.instruments:
        assert len(read_tables(page)[f"roles-{instrument.id}-table"]) == 1 + 2 * len(instrument.scales)
        assert say(language, "title", instrument=text.pick(instrument.name), wave={"nl": "na", "en": "after"}[language]) in words
    assert say(language, "same") in words
    assert say(language, "higher", names=f"‘{text.pick(find('bigideas3', 'f1'))}’") in words
    assert say(language, "lower", names=f"‘{text.pick(find('profcultuur8', 't2'))}’") in words


def find(instrument: str, scale: str) -> dict[Language, str]:
    study, _ = estimate("B1")
    return study.find_instrument(instrument).find_scale(scale).label


@pytest.mark.parametrize("language", LANGUAGES)
def test_people_are_counted_per_role_where_that_tells_of_nobody(language: Language) -> None:
    rows = read_tables(show_participation(open_page(language)))["who-roles"]
    assert [row[1:] for row in rows[1:]] == [["6", "6"], ["6", "6"], ["43", "43"], ["5", "5"]]
    assert rows[-1][0] == say(language, "unknown") and rows[0][0] == say(language, "column_role")
    assert say(language, "table_counts") in read(show_participation(open_page(language)))
    assert "who-roles" not in read_tables(show_participation(open_page(language, "s2")))


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_it_is_stated_who_was_invited_the_response_stands_beside_each_number_that_is_shown(language: Language) -> None:
    page = show_participation(open_page(language, "s1"))
    rows = read_tables(page)["who-roles"]
    assert say(language, "table_response") in read(page) and len(rows[0]) == 5
    (teachers,) = [row for row in rows if row[0] in ("leraar", "teacher")]
    untold = load_text(language).say("who.not_told")
    assert [cell.replace("\u00a0", " ").replace(" ", "") for cell in teachers[1:4]] == ["6", "60%", "6"] and teachers[4] == untold
    assert all("%" not in cell for row in rows[1:] if row != teachers for cell in row)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_school_has_leaders_on_its_page_only_where_five_stand_on_either_side(language: Language) -> None:
    words = read(show_roles(open_page(language, "s1")))
    roles = {"nl": "directie en teamleider", "en": "head and team leader"}[language]
    assert say(language, "lead_school", roles=roles) in words and say(language, "caption_school") in words
    assert show_roles(open_page(language, "s2")).markup == ""
