"""Groups of schools side by side (row E15), and no comparison on scales on which schools can't be told apart."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from tests.report.made_results import MadeResults, make_study
from tests.report.reading import read_pictures, read_tables, read_words
from toolkit.languages import Language, load_text
from toolkit.report.content.view import View
from toolkit.report.sections.beside_others import show_beside_others, show_pairs
from toolkit.report.sections.key_factors_by_school import show_key_factors_by_school
from toolkit.results.disclosure.audiences import take_audience
from toolkit.results.estimation import estimate_study
from toolkit.results.results import Results
from toolkit.study.loading import load_study
from toolkit.study.study import Study

ROWS = Path(__file__).parent.parent.parent / "data" / "rows"
LANGUAGES: list[Language] = ["nl", "en"]


@cache
def estimate() -> tuple[Study, Results]:
    study = load_study(ROWS / "E15")
    return study, estimate_study(study).results


def open_row(language: Language) -> View:
    study, results = estimate()
    return View(study, take_audience(results, study), load_text(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_quartets_have_a_level_on_every_factor(language: Language) -> None:
    view = open_row(language)
    page = show_pairs(view)
    table = read_tables(page)["compare-groups"]
    assert table[0][1:] == {"nl": ["kwartet 1", "kwartet 2"], "en": ["quartet 1", "quartet 2"]}[language]
    assert len(table) == 1 + 4 + 7
    means = [
        sum(view.find_level(view.study.primary, wave, school=code).estimate for code in ("s1", "s2")) / 2 for wave in ("before", "after")
    ]
    levels = " → ".join(view.text.number(mean) for mean in means)
    assert table[1][1] == view.text.say("compare.groups_level", levels=levels, schools=2)
    assert view.text.say("compare.groups_note") in read_words(page)
    waves = {"nl": "voor → na", "en": "before → after"}[language]
    assert view.text.say("compare.groups", waves=waves) in read_words(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_group_of_which_one_school_is_shown_has_no_level_and_one_decimal_where_a_school_is_small(language: Language) -> None:
    view = open_row(language)
    levels = view.results.levels
    gone = (levels["school"] == "s2") & (levels["scale"] == "total")
    hidden = replace(view, results=replace(view.results, levels=levels[~gone]))
    assert read_tables(show_pairs(hidden))["compare-groups"][1][1] == view.text.say("compare.groups_few")
    small = replace(view, results=replace(view.results, levels=levels.assign(n=levels["n"].mask(levels["school"] == "s1", 9))))
    cell = read_tables(show_pairs(small))["compare-groups"][1][1]
    assert len(cell.split(" ")[0]) == 3
    alone = view.study.model_copy(update={"pairs": ()})
    assert list(read_tables(show_pairs(replace(view, study=alone)))) == ["compare-groups"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("icc2", "compared"), [(0.6999, False), (0.7001, True)])
def test_schools_are_compared_on_a_scale_from_an_icc2_of_70_on(
    open_school, tmp_path, language: Language, icc2: float, compared: bool
) -> None:
    def alter(made: MadeResults) -> None:
        made.alter("reliability", {"scale": "e1", "quantity": "icc2"}, estimate=icc2)

    view = replace(open_school(language, alter), study=make_study(tmp_path, 4))
    page = show_beside_others(view)
    names = [row[0] for row in read_pictures(page)["others-plg12"].table[1:]]
    label = {"nl": "Leren van en met elkaar", "en": "Learning from and with each other"}[language]
    assert (label in names) == compared
    words = view.text.say("alike.named", names=view.text.say("subject.quoted", label=label), cut=view.text.number(0.7))
    assert (words in read_words(page)) != compared


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_schools_are_alike_on_all_scales_there_is_a_sentence_and_no_picture(open_school, tmp_path, language: Language) -> None:
    view = replace(
        open_school(language, lambda made: made.alter("reliability", {"quantity": "icc2"}, estimate=0.4)), study=make_study(tmp_path, 4)
    )
    page = show_beside_others(view)
    assert not read_pictures(page)
    assert view.text.say("alike.all", all=12, cut=view.text.number(0.7)) in read_words(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_schools_are_alike_on_many_scales_their_number_is_told(open_school, tmp_path, language: Language) -> None:
    def alter(made: MadeResults) -> None:
        made.alter("reliability", {"quantity": "icc2"}, estimate=0.4)
        made.alter("reliability", {"scale": "e1", "quantity": "icc2"}, estimate=0.9)

    view = replace(open_school(language, alter), study=make_study(tmp_path, 4))
    assert view.text.say("alike.many", count=11, all=12, cut=view.text.number(0.7)) in read_words(show_beside_others(view))


@pytest.mark.parametrize(("icc2", "compared"), [(0.69, False), (0.70, True)])
def test_across_schools_no_factor_is_compared_on_which_they_are_alike(open_cohort, icc2: float, compared: bool) -> None:
    view = open_cohort("en", alter=lambda made: made.alter("reliability", {"quantity": "icc2"}, estimate=icc2))
    page = show_key_factors_by_school(view)
    assert ("strips-plg12" in read_pictures(page)) == compared
    assert ("can't be told apart" in read_words(page)) != compared
