"""Expectation against outcome, on the page of a small study (tests/data/rows/E8): surprises, and nothing said where it can't be told."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from tests.report.reading import read_tables, read_words
from toolkit.languages import Language, load_text
from toolkit.report.content.view import View
from toolkit.report.sections.choices import show_choices
from toolkit.report.sections.expectations import list_expected, show_expectations
from toolkit.results.disclosure.audiences import take_audience
from toolkit.results.disclosure.released_data import combine_results
from toolkit.results.estimation import estimate_study
from toolkit.results.results import Results
from toolkit.study.instruments import Instrument
from toolkit.study.loading import load_study
from toolkit.study.study import Study

E8 = Path(__file__).parent.parent.parent / "data" / "rows" / "E8"
LANGUAGES: list[Language] = ["nl", "en"]


@cache
def estimate() -> tuple[Study, Results]:
    study = load_study(E8)
    return study, estimate_study(study).results


def open_page(language: Language, school: str = "s1") -> tuple[View, Instrument]:
    study, results = estimate()
    return View(study, take_audience(results, study, school=school), load_text(language), school), study.find_instrument("plg12_expected")


def say(language: Language, key: str, **places: object) -> str:
    return load_text(language).say(f"expected.{key}", **places).replace("\u00a0", " ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_expected_high_and_came_out_low_is_a_surprise_and_leads(language: Language) -> None:
    view, instrument = open_page(language)
    page = show_expectations(view, instrument)
    words = read_words(page)
    assert page.markup in show_choices(view).markup
    high = {
        "nl": "‘Leren van en met elkaar’ en ‘Draagvlak voor de PLG’",
        "en": "‘Learning from and with each other’ and ‘Support for the PLC’",
    }
    low = {"nl": "‘Strategisch personeelsbeleid’", "en": "‘Strategic personnel policy’"}
    assert say(language, "heading") in words
    assert say(language, "high_low", names=high[language]) in words and say(language, "low_high", names=low[language]) in words
    table = read_tables(page)["expected-plg12_expected-table"]
    assert table[0][4:] == [say(language, "column_expected"), say(language, "column_came")]
    assert table[0][1] == say(language, "column_high", label=view.text.pick(instrument.items[0].label))
    assert table[0][3] == say(language, "column_mean")
    surprise = say(language, "surprise", word=say(language, "word.low"))
    assert table[1][1] == "88%" and table[1][4:] == [say(language, "word.high"), surprise]
    two_of_sixteen = next(row for row in table if row[0] in ("Externe professionalisering", "External professional development"))
    assert two_of_sixteen[1] == "13%" and two_of_sixteen[4] == say(language, "word.unclear")
    assert say(language, "table", wave=view.text.pick(view.waves[-1].label)) in words
    mean = sum(level.level.estimate for level in list_expected(view, instrument)[1]) / 12  # type: ignore[index]
    assert say(language, "note", mean=view.text.number(mean, 2)) in words


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_surprises_it_says_so_and_without_outcomes_nothing(language: Language) -> None:
    view, instrument = open_page(language)
    levels = view.results.levels
    wide = replace(view, results=replace(view.results, levels=levels.assign(low=1.0, high=5.0)))
    assert say(language, "none") in read_words(show_expectations(wide, instrument))
    assert show_expectations(replace(view, results=replace(view.results, levels=levels.iloc[:0])), instrument).markup == ""
    assert show_expectations(view, instrument.model_copy(update={"expects": "uwes9"})).markup == ""


def test_what_was_expected_of_one_persons_leadership_stands_beside_no_other_school() -> None:
    study, results = estimate()
    view, _ = open_page("nl", "")
    assert "choices-verwacht-high-schools" in read_tables(show_choices(view))
    assert "choices-plg12_expected-high-schools" not in read_tables(show_choices(view))
    told = combine_results(results, study).query("instrument == 'plg12_expected' and school != ''")
    assert len(told) and set(told["state"]) == {"hidden"}
