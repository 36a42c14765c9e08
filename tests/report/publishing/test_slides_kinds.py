"""Slides of further instruments, of picked questions and of answers in two measurements, on small studies (tests/data/rows)."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

from matplotlib.figure import Figure

from toolkit.languages import Language, load_text
from toolkit.plots.style import LABEL
from toolkit.report.content.estimate import choose_decimals
from toolkit.report.content.view import View
from toolkit.report.publishing.slides import FIELD, SIZE, STATEMENTS_TWICE, Slide, draw_slide, list_slides
from toolkit.report.sections.outcomes import list_scales
from toolkit.results.disclosure.audiences import take_audience
from toolkit.results.estimation import estimate_study
from toolkit.study.loading import load_study

ROWS = Path(__file__).parent.parent.parent / "data" / "rows"
LANGUAGES: list[Language] = ["nl", "en"]


@cache
def open_views(row: str) -> list[View]:
    """Return the page of the first school of a small study in each language."""
    study = load_study(ROWS / row)
    results = estimate_study(study).results
    school = study.schools[0].id
    safe = take_audience(results, study, school=school)
    return [View(study, safe, load_text(language), school) for language in LANGUAGES]


def read_words(slide: Slide) -> list[str]:
    axes = Figure().add_subplot()
    slide.draw(axes)
    legend = axes.get_legend()
    return [text.get_text() for text in [*axes.texts, *axes.get_yticklabels(), *(legend.get_texts() if legend else [])]]


def read_slides(view: View) -> dict[str, Slide]:
    return {slide.name: slide for slide in list_slides(view)}


def test_a_balance_is_drawn_as_on_its_page_and_fits_the_slide() -> None:
    for view in open_views("A6"):
        slide = read_slides(view)["levels-energiemeter"]
        words = read_words(slide)
        shown = [f"{level.value:.2f}" for outcome in list_scales(view.study.instruments[-1]) for level in view.present_levels(outcome)]
        assert {view.text.number(float(value)) for value in shown} <= set(words)
        axes = Figure(figsize=SIZE).add_subplot()
        slide.draw(axes)
        assert all(text.get_fontsize() <= LABEL * FIELD[1] / max(axes.get_ylim()) + 1e-9 for text in axes.texts)
        assert set(draw_slide(slide, view)) == {"levels-energiemeter.png", "levels-energiemeter.svg"}


def test_a_ladder_has_its_first_rung_below_and_the_spread_of_people() -> None:
    for view in open_views("A9"):
        slide = read_slides(view)["levels-teamfase7"]
        words = read_words(slide)
        rungs = [word for word in words if word[:3] in [f"{number}. " for number in range(1, 8)]]
        assert [rung[0] for rung in rungs] == list("7654321")
        assert view.text.say("figures.spread") in words
        outcome = list_scales(view.study.instruments[-1])[0]
        axes = Figure().add_subplot()
        slide.draw(axes)
        lines = [[round(float(x), 9) for x in line.get_xdata()] for line in axes.lines]
        mean = view.present_levels(outcome)[0].value
        sd = round(view.find_level(outcome, view.waves[0].id, "sd").estimate, 2)
        assert [round(max(mean - sd, 1), 9), round(min(mean + sd, 5), 9)] in lines


def test_scales_that_stand_apart_have_fields_and_a_hidden_school_has_none() -> None:
    for view in open_views("A8"):
        assert "levels-jobcrafting_plan" in read_slides(view)
    study = load_study(ROWS / "A8")
    hidden = estimate_study(study).results
    gone = replace(hidden, levels=hidden.levels.assign(state="hidden"), change=hidden.change.assign(state="hidden"))
    assert not any(name.startswith("levels") for name in read_slides(View(study, gone, load_text("en"), "s1")))


def test_a_picked_question_has_a_bar_per_measurement_with_the_shares_of_its_page() -> None:
    for view in open_views("E5"):
        slide = read_slides(view)["choices-plg_ja_nee-is"]
        words = read_words(slide)
        assert {"62", "38", "33", "67"} <= set(words)
        assert [view.text.pick(wave.label) for wave in view.waves] == [word for word in words if word in ("voor", "na", "before", "after")]
        assert slide.caption == view.text.say("choices.caption")
        assert "67%" in slide.title


def test_answers_stand_before_above_after_where_both_may_be_shown() -> None:
    for view in open_views("A9"):
        slide = read_slides(view)["answers-teamfase7-statements"]
        before, after = (view.text.pick(wave.label) for wave in view.waves)
        assert slide.caption == view.text.say("slides.answers_twice", before=before, wave=after)
        names = [word for word in read_words(slide) if word in (before, after)]
        assert names == [before, after] * STATEMENTS_TWICE
        only = replace(view, results=replace(view.results, answers=view.results.answers.query("wave == 'after'")))
        assert read_slides(only)["answers-teamfase7-statements"].caption == view.text.say("slides.answers", wave=after)


def test_occasions_have_a_slide_per_instrument_with_the_numbers_of_its_page() -> None:
    for view in open_views("A11"):
        slides = {name: slide for name, slide in read_slides(view).items() if name.startswith("occasions-")}
        assert set(slides) == {"occasions-trainingseval", "occasions-trainingseval-2", "occasions-trainingscijfer1"}
        words = read_words(slides["occasions-trainingscijfer1"])
        outcome = list_scales(view.study.find_instrument("trainingscijfer1"))[0]
        for moment in view.study.list_moments("trainingscijfer1"):
            level = view.find_level(outcome, moment.id)
            assert view.text.pick(moment.label) in words and view.text.number(level.estimate, choose_decimals(level.n)) in words
        assert set(draw_slide(slides["occasions-trainingseval"], view)) == {"occasions-trainingseval.png", "occasions-trainingseval.svg"}
