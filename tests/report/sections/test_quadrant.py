"""Quadrants: schools by what work gives and what it takes (row A7), and parts by importance and satisfaction."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.report.reading import read_tables, read_words
from tests.report.rows import LANGUAGES, open_row
from toolkit.languages import Language, load_text
from toolkit.report.html.elements import Html
from toolkit.report.sections.outcomes import show_further
from toolkit.report.sections.quadrant import show_quadrant
from toolkit.results.results import Results

LABELS = {"nl": ("Eisen", "Bronnen"), "en": ("Demands", "Resources")}


def say(language: Language, key: str, **places: object) -> str:
    return load_text(language).say(key, **places).replace("\u00a0", " ")


def read(page: Html) -> str:
    return read_words(page).replace("\u00a0", " ")


def tell_apart(results: Results) -> Results:
    """Return results in which schools can be told apart on every scale."""
    table = results.reliability
    return replace(results, reliability=table.assign(estimate=table["estimate"].mask(table["quantity"] == "icc2", 0.8)))


def hide(results: Results, shown: int) -> Results:
    """Return such results in which only so many schools have means."""
    levels = results.levels
    gone = levels["school"].isin([f"s{number}" for number in range(shown + 1, 7)])
    return replace(tell_apart(results), levels=levels.assign(state=levels["state"].mask(gone, "hidden")))


@pytest.mark.parametrize("language", LANGUAGES)
def test_schools_stand_by_both_scales_with_their_numbers_in_a_table(language: Language) -> None:
    view = open_row("A7", language, change=tell_apart)
    page = show_quadrant(view)
    across, upright = LABELS[language]
    wave = {"nl": "na", "en": "after"}[language]
    title = say(language, "quadrant.title", upright=upright, across=across, wave=wave)
    assert title in read(page) and say(language, "quadrant.heading") in read(page)
    assert say(language, "quadrant.caption", upright=upright, across=across, low="0", high="100") in read(page)
    head, *rows = read_tables(page)["quadrant-condities-table"]
    assert head[1:] == [across, upright, say(language, "quadrant.column_number")]
    assert [(row[0], row[3]) for row in rows] == [(school.name, str(number)) for number, school in enumerate(view.schools, 1)]
    means = view.results.levels.query("school == 's1' and wave == 'after' and instrument == 'condities' and quantity == 'mean'")
    by_scale = means.set_index("scale")["estimate"]
    assert [float(cell.replace(",", ".")) for cell in rows[0][1:3]] == [
        pytest.approx(by_scale[scale], abs=0.006) for scale in ("demands", "resources")
    ]


def test_where_schools_cannot_be_told_apart_a_sentence_says_so() -> None:
    page = show_quadrant(open_row("A7", "en"))
    assert "So we don\u2019t compare schools there." in read(page).replace("'", "\u2019") and not read_tables(page)


def test_there_is_no_quadrant_of_two_schools_nor_on_the_page_of_a_school() -> None:
    assert read_tables(show_quadrant(open_row("A7", "en", change=lambda results: hide(results, 3))))
    assert not show_quadrant(open_row("A7", "en", change=lambda results: hide(results, 2))).markup
    assert not show_quadrant(open_row("A7", "en", "s1", change=tell_apart)).markup
    assert not show_quadrant(open_row("E15", "en", change=tell_apart)).markup


@pytest.mark.parametrize("language", LANGUAGES)
def test_parts_stand_by_importance_and_satisfaction(language: Language) -> None:
    page = show_further(open_row("A7_ratings", language, "s1"))
    ends = {"nl": ("belang (juni)", "tevredenheid (juni)"), "en": ("importance (June)", "satisfaction (June)")}[language]
    assert say(language, "ratings.caption_quadrant", first=ends[0], last=ends[1], low="1", high="5") in read(page)
    rows = read_tables(page)["ratings-hulpbronnen-more-once-table"][1:]
    assert len(rows) == 4 and 'id="ratings-hulpbronnen-more-once-quadrant"' in page.markup
