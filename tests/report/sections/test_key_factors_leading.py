"""The key factors that an instrument names lead its section, which is headed by its name (rows E3, E4 and E6)."""

from __future__ import annotations

import pytest

from tests.report.reading import read_tables, read_words
from tests.report.rows import LANGUAGES, estimate, open_row
from toolkit.languages import Language
from toolkit.report.sections.key_factors import show_key_factors
from toolkit.report.sections.key_factors_by_school import show_key_factors_by_school
from toolkit.report.sections.together import show_together

NAMES = {
    "E3": {"nl": "Drie dingen die wij samen doen", "en": "Three things we do together"},
    "E4": {"nl": "Zeven elementen van een PLG", "en": "Seven elements of a PLC"},
    "E6": {"nl": "Twaalf sleutelfactoren van een PLG", "en": "Twelve key factors of a PLC"},
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("row", NAMES)
def test_a_heading_names_the_instrument(row: str, language: Language) -> None:
    name = NAMES[row][language]
    assert read_words(show_key_factors(open_row(row, language, "s1"))).startswith(name)
    view = open_row(row, language)
    assert read_words(show_key_factors_by_school(view)).startswith(view.text.say("heat.heading", name=name))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("school", ["", "s6"])
def test_three_changes_with_intervals_lead_and_say_what_they_are_made_of(language: Language, school: str) -> None:
    view = open_row("E6", language, school)
    page = show_key_factors(view)
    words, tables = read_words(page), read_tables(page)
    keys = {"nl": ["Draagvlak", "Leiderschap", "Personeelsbeleid"], "en": ["Support", "Leadership", "Personnel policy"]}[language]
    headed = {"nl": "Draagvlak, leiderschap en personeelsbeleid", "en": "Support, leadership and personnel policy"}[language]
    assert words.startswith(f"{NAMES['E6'][language]} {headed}")
    change = tables["factors-plg12-wider-change-table"]
    assert sorted(row[0] for row in change[1:]) == sorted(keys)
    assert all(row[2] and row[2] != row[1] for row in change[1:])
    assert list(tables).index("factors-plg12-wider-change-table") < list(tables).index("factors-plg12-change-table")
    scale = view.study.find_instrument("plg12")
    parts = view.text.join([view.text.pick(part.label) for part in scale.list_parts("leadership")])
    assert view.text.say("factors.wider", factor=keys[1], parts=parts) in words
    assert len(tables["factors-plg12-wider-gap-table"]) == 4
    assert view.text.say("factors.table_wider", wave={"nl": "na", "en": "after"}[language]) in words


def test_numbers_of_a_key_factor_are_those_of_its_scales() -> None:
    _, results = estimate("E6")
    change = results.change
    shown = change[(change["quantity"] == "average_change") & (change["rating"] == "now")].set_index("scale")["estimate"]
    assert shown["leadership"] == pytest.approx(shown[["c3", "c4", "c5"]].mean(), abs=1e-9)  # everybody answered everything, twice
    assert shown["support"] == pytest.approx(shown["c1"], abs=1e-9)


def test_an_instrument_that_names_none_has_no_such_part() -> None:
    assert "wider" not in show_key_factors(open_row("E3", "en", "s1")).markup


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_goes_together_is_told_by_key_factors(language: Language) -> None:
    table = read_tables(show_together(open_row("E6", language)))["together-table"]
    names = {"nl": ["Draagvlak", "Leiderschap", "Personeelsbeleid"], "en": ["Support", "Leadership", "Personnel policy"]}[language]
    assert [row[0] for row in table[1:]] == names
