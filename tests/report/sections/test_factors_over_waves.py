"""Row C1: seven building blocks per year, for a school and over schools."""

from __future__ import annotations

import pytest

from tests.report.reading import read_pictures, read_tables, read_words
from tests.report.sections.test_occasions import LANGUAGES, show
from tests.results.estimates.test_occasions import estimate_row
from toolkit.languages import Language, load_text
from toolkit.report.sections.over_waves import show_over_waves

YEARS = {"nl": [f"voorjaar {year}" for year in range(2023, 2027)], "en": [f"spring {year}" for year in range(2023, 2027)]}
NAME = {"nl": "Zeven bouwstenen van een PLG", "en": "Seven building blocks of a PLC"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("school", ["s1", ""])
def test_blocks_stand_per_year_in_a_heat_map(language: Language, school: str) -> None:
    picture = read_pictures(show("C1", language, school, part=show_over_waves))["heat-waves-bouwstenen7"]
    assert [row[0] for row in picture.table[1:]] == YEARS[language]
    assert len(picture.table[0]) == 8
    levels = estimate_row("C1").results.levels
    first = levels[
        (levels["school"] == school) & (levels["wave"] == "y2023") & (levels["scale"] == "b1") & (levels["quantity"] == "mean")
    ].iloc[0]
    told = picture.table[1][1]
    assert float(told.replace(",", ".")) == pytest.approx(first["estimate"], abs=0.006 if not school else 0.06)
    assert told in picture.words and told in picture.description


@pytest.mark.parametrize("language", LANGUAGES)
def test_over_schools_and_years_nothing_is_about_one_person_or_of_four(language: Language) -> None:
    page = show("C1", language, part=show_over_waves)
    text = load_text(language)
    table = read_tables(page)["heat-waves-bouwstenen7-schools"]
    assert text.say("course.table_heat_schools", name=NAME[language]) in read_words(page)
    assert [row[:2] for row in table[1:5]] == [["School A", year] for year in YEARS[language]]
    assert len(table) == 1 + 6 * 4 and len(table[0]) == 2 + 6  # supportive leadership is about one person
    assert set(table[-3][2:]) == {text.say("empty.hidden", floor=5).replace("\u00a0", " ")}
    assert text.say("course.caption_heat", low="1", high="5") in read_words(page)
