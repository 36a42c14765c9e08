"""Groups of persons beside each other (row E15): learning teams within a school and over schools, and those of too few people."""

from __future__ import annotations

import pytest

from tests.report.reading import read_tables, read_words
from tests.report.rows import LANGUAGES, open_row
from toolkit.languages import Language, load_text
from toolkit.report.html.elements import Html
from toolkit.report.sections.subgroups import show_subgroups
from toolkit.results.results import Results
from toolkit.schemas import ROLES


def say(language: Language, key: str, **places: object) -> str:
    return load_text(language).say(f"subgroups.{key}", **places).replace("\u00a0", " ")


def read(page: Html) -> str:
    return read_words(page).replace("\u00a0", " ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_groups_of_a_school_stand_side_by_side_before_and_after(language: Language) -> None:
    page = show_subgroups(open_row("E15", language, "s2"))
    words = read(page)
    label = {"nl": "Energie", "en": "Energy"}[language]
    for key in ("heading", "lead_school", "fold", "caption", "note", "column"):
        assert say(language, key) in words
    rows = read_tables(page)["subgroups-figure-table"][1:]
    names = {"nl": ("leerteam taal", "leerteam rekenen"), "en": ("language team", "arithmetic team")}[language]
    assert [tuple(row[1:2]) for row in rows] == [(name,) for name in names]
    comma = {"nl": ",", "en": "."}[language]
    assert [row[2:] for row in rows] == [[f"3{comma}0 (n = 5)", f"3{comma}1 (n = 5)"], [f"3{comma}0 (n = 6)", f"3{comma}4 (n = 6)"]]
    assert say(language, "title", label=rows[0][0]) in words and label in words
    others = load_text(language).pick(open_row("E15", language).study.find_instrument("elementen7").name)
    own = load_text(language).pick(open_row("E15", language).study.find_instrument("energie_own9").name)
    assert say(language, "table_others", instrument=own) in words  # two tables of one name would be one place to who hears the page
    assert say(language, "table", instrument=others) in words and "subgroups-elementen7" in read_tables(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_group_of_too_few_people_is_named_in_one_sentence_and_nothing_of_it_is_shown(language: Language) -> None:
    page = show_subgroups(open_row("E15", language, "s1"))
    name = {"nl": "kwartet van starters", "en": "starters’ quartet"}[language]
    assert say(language, "hidden", groups=name, floor=5) in read(page)
    assert all(name not in row for table in read_tables(page).values() for row in table)


def test_a_group_of_all_but_three_is_hidden_as_the_mean_of_the_school_would_tell_of_these() -> None:
    page = show_subgroups(open_row("E15", "en", "s3"))
    assert say("en", "hidden", groups="language team", floor=5) in read(page) and not read_tables(page)
    assert "chance" not in read(page)  # nothing is shown that one could compare


@pytest.mark.parametrize("language", LANGUAGES)
def test_across_schools_stand_only_groups_with_people_of_three_schools(language: Language) -> None:
    page = show_subgroups(open_row("E15", language))
    rows = read_tables(page)["subgroups-figure-table"][1:]
    assert [row[1] for row in rows] == [{"nl": "leerteam taal", "en": "language team"}[language]] and "(n = 22)" in rows[0][2]
    assert say(language, "lead") in read(page)
    assert {"nl": "rekenen", "en": "arithmetic"}[language] not in read(page)


def test_there_is_nothing_where_no_group_is() -> None:
    assert not show_subgroups(open_row("E15", "en", "s4")).markup

    def empty(results: Results) -> Results:
        return Results(**{name: getattr(results, name) for name in results.__dataclass_fields__} | {"roles": ROLES.empty()})

    assert not show_subgroups(open_row("E15", "en", change=empty)).markup


def test_without_a_mean_of_the_primary_outcome_there_are_tables_and_no_figure() -> None:
    def hide(results: Results) -> Results:
        roles = results.roles[results.roles["instrument"] != "energie_own9"]
        return Results(**{name: getattr(results, name) for name in results.__dataclass_fields__} | {"roles": roles})

    tables = read_tables(show_subgroups(open_row("E15", "en", "s2", change=hide)))
    assert list(tables) == ["subgroups-elementen7"]
