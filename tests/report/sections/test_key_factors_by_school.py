"""Section 4 across schools: every value in its cell, no ranks, and nobody's leadership per school."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.report.made_results import MadeResults
from tests.report.reading import read_pictures, read_tables, read_words
from toolkit.languages import Language, load_text
from toolkit.report.content.view import View
from toolkit.report.sections.key_factors_by_school import show_key_factors_by_school
from toolkit.results.disclosure.audiences import take_audience
from toolkit.results.estimation import estimate_study
from toolkit.study.loading import load_study
from toolkit.study.study import Pair

LEVELS, CHANGE, STRIPS = "heat-plg12-levels", "heat-plg12-change", "strips-plg12"
ABOUT = ("Leiderschap van de directie", "Leiderschap van de teamleider")


def test_the_heat_map_holds_the_levels_of_the_last_wave(open_cohort):
    picture = read_pictures(show_key_factors_by_school(open_cohort()))[LEVELS]
    assert picture.table[0][1] == "Leren van en met elkaar" and picture.table[1][:2] == ["School 1", "3,06"]
    assert {"3,06", "2,96"} <= set(picture.words)


def test_the_change_holds_its_values_and_names_the_clear_ones(open_cohort):
    picture = read_pictures(show_key_factors_by_school(open_cohort()))[CHANGE]
    assert picture.table[1][1:4] == ["0,55 (gestegen)", "0,35 (gestegen)", "0,06"]
    assert picture.title == "Veranderingen per school en factor: 10 van de 50 duidelijk omhoog, 5 duidelijk omlaag"


def test_hidden_schools_are_in_no_picture_and_say_why_in_the_table(open_cohort):
    def hide(made: MadeResults) -> None:
        made.hide("levels", {"school": "s2"})

    picture = read_pictures(show_key_factors_by_school(open_cohort(alter=hide)))[LEVELS]
    assert "School 2" not in picture.words and "School 6" not in picture.words
    assert picture.table[2] == ["School 2", *["verborgen (minder dan 5)"] * 10]
    assert picture.table[6] == ["School 6", *["niet gemeten"] * 10]


@pytest.mark.parametrize(("language", "words"), [("nl", "niet te tonen; zie de getallen"), ("en", "not shown; see the numbers")])
def test_boxes_that_stay_open_are_explained_where_there_are_any(open_cohort, language: str, words: str):
    def hide(made: MadeResults) -> None:
        made.hide("levels", {"school": "s2", "scale": "e1"})

    full, gapped = (
        read_pictures(show_key_factors_by_school(open_cohort(language, alter=alter)))[LEVELS] for alter in (lambda made: None, hide)
    )
    assert words in gapped.words and words not in full.words


def test_nobodys_leadership_is_shown_per_school(open_cohort):
    page = show_key_factors_by_school(open_cohort())
    assert not [label for label in ABOUT if label in page.markup]
    assert "Factoren over de leiding van één persoon staan hier niet per school." in read_words(page)


@pytest.mark.parametrize(("schools", "map"), [(26, True), (27, False)])  # one of them is hidden
def test_over_25_schools_the_strips_stand_alone(open_cohort, schools: int, map: bool):
    page = show_key_factors_by_school(open_cohort(schools=schools))
    pictures = read_pictures(page)
    assert (LEVELS in pictures, CHANGE in pictures, STRIPS in pictures) == (map, map, True)
    assert ("strips-plg12-now" in read_tables(page)) != map


def test_the_strips_tell_lowest_mean_and_highest(open_cohort):
    def spread(made: MadeResults) -> None:
        made.alter("levels", {"school": "s3", "wave": "after", "scale": "e2", "rating": "now", "quantity": "mean"}, estimate=1.234)
        made.level("", "after", "plg12.e2.now", 2.781, n=110)

    picture = read_pictures(show_key_factors_by_school(open_cohort(alter=spread)))[STRIPS]
    assert picture.title == "Bij ‘Externe professionalisering’ liggen de scholen het verst uit elkaar"
    assert picture.table[2][:5] == ["Externe professionalisering", "5", "1,23", "2,78", "2,96"]


@pytest.mark.parametrize(("agreed", "shown"), [(False, False), (True, True)])
def test_two_schools_need_the_consent_of_both(open_cohort, agreed: bool, shown: bool):
    view = open_cohort(schools=3)
    pairs = (Pair(first="s1", second="s2", agreed=agreed),)
    page = show_key_factors_by_school(replace(view, study=view.study.model_copy(update={"pairs": pairs})))
    assert bool(read_pictures(page)) == shown


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_school_is_called_best_or_worst(open_cohort, language: str):
    words = read_words(show_key_factors_by_school(open_cohort(language))).lower()
    assert not [word for word in ("beste", "slechtste", "rang", "best", "worst", "rank") if f" {word} " in words]


def test_the_descriptions_name_the_ends_of_what_is_seen(open_cohort):
    pictures = read_pictures(show_key_factors_by_school(open_cohort()))
    changes = [float(cell.split(" ")[0].replace("−", "-").replace(",", ".")) for row in pictures[CHANGE].table[1:-1] for cell in row[1:]]
    low, high = (f"{end:.2f}".replace("-", "−").replace(".", ",") for end in (min(changes), max(changes)))
    assert f"Van {low} tot {high}." in pictures[CHANGE].description
    label, _, low, mean, high = pictures[STRIPS].table[1][:5]
    assert f"{label}: {low} tot {high}, gemiddeld {mean};" in pictures[STRIPS].description


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_traits_of_a_culture_stand_per_school_without_strips(language: Language) -> None:
    study = load_study(Path(__file__).parent.parent.parent / "data" / "rows" / "B1")
    results = take_audience(estimate_study(study).results, study)
    page = show_key_factors_by_school(View(study, results, load_text(language)))
    tables = read_tables(page)
    levels = tables["heat-profcultuur8-levels-table"]
    instrument = study.find_instrument("profcultuur8")
    assert levels[0][1:] == [scale.label[language] for scale in instrument.scales if scale.kind == "factor"]
    assert len(levels) == len(study.schools) + 1
    assert "heat-profcultuur8-change-table" in tables
    assert "strips-profcultuur8-table" not in tables
