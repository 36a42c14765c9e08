"""Figures for slides: the numbers that a page displays and no others, whole files, the same bytes."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from itertools import islice
from pathlib import Path

import matplotlib.pyplot as plt
import pytest
from matplotlib.figure import Figure
from matplotlib.image import imread

from tests.estimated import estimate_shipped
from tests.report.made_results import MadeResults, make_school, make_study
from toolkit.languages import Language, load_text
from toolkit.report.content.view import View
from toolkit.report.publishing import slides
from toolkit.report.publishing.slides import Slide, draw_slide, list_slides, publish_slides, write_source
from toolkit.report.sections.key_factors import list_gaps
from toolkit.report.sections.outcomes import list_scales
from toolkit.results.disclosure.audiences import take_audience
from toolkit.results.results import Results
from toolkit.study.study import Study

OpenSchool = Callable[..., View]


def read_slides(view: View) -> dict[str, Slide]:
    return {slide.name: slide for slide in list_slides(view)}


def list_places(slide: Slide) -> set[float]:
    """Return where along the axis there is a single mark or an end of an interval."""
    axes = Figure().add_subplot()
    slide.draw(axes)
    return {round(float(x), 9) for line in axes.lines for x in line.get_xdata() if math.isfinite(x)}


def read_words(slide: Slide) -> list[str]:
    axes = Figure().add_subplot()
    slide.draw(axes)
    return [text.get_text() for text in [*axes.texts, *axes.get_yticklabels()]]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_school_has_the_figures_of_its_page_with_their_titles(open_school: OpenSchool, language: str) -> None:
    view = open_school(language)
    found = read_slides(view)
    assert {"levels-uwes9", "gap-plg12", "profile-plg12", "change-plg12"} <= set(found)
    assert all(slide.title and slide.caption for slide in found.values())
    assert view.study.schools[0].name in write_source(view)
    assert view.text.date(view.waves[0].date) in write_source(view)


def test_no_mark_lies_on_a_number_that_the_page_does_not_display(open_school: OpenSchool) -> None:
    view = open_school()
    found = read_slides(view)
    levels = [level for outcome in list_scales(view.list_instruments("engagement")[0]) for level in view.present_levels(outcome)]
    assert {level.value for level in levels} <= list_places(found["levels-uwes9"])
    gaps = list_gaps(view, view.list_instruments("factors")[0])
    shown = {float(value) for gap in gaps for value in (gap.shown.before, gap.shown.after)}
    assert list_places(found["gap-plg12"]) == shown
    for name in ("levels-uwes9", "change-plg12"):
        assert all(value == round(value, 2) for value in list_places(found[name])), name


def test_what_is_hidden_says_why_and_leaves_no_mark(open_school: OpenSchool) -> None:
    plain = read_slides(open_school("en"))
    view = open_school("en", alter=lambda made: made.hide("change", {"scale": "e1"}))
    hidden = read_slides(view)
    assert "hidden (fewer than\u00a05)" in read_words(hidden["change-plg12"])
    assert 0.55 in list_places(plain["change-plg12"])
    assert 0.55 not in list_places(hidden["change-plg12"])


@pytest.fixture(scope="module")
def three_waves() -> tuple[Study, Results]:
    found = estimate_shipped("univbct")
    return found.study, found.results


@pytest.mark.parametrize("language", ["nl", "en"])
def test_three_waves_have_a_course_and_other_schools_a_band(three_waves: tuple[Study, Results], language: Language) -> None:
    study, results = three_waves
    school = study.schools[0].id
    alike = View(study, take_audience(results, study, school=school), load_text(language), school)
    assert "others-job_satisfaction" not in read_slides(alike)  # schools can't be told apart on it
    told = results.reliability["quantity"] == "icc2"
    apart = results.reliability.assign(estimate=results.reliability["estimate"].mask(told, 0.8))
    found = read_slides(replace(alike, results=replace(alike.results, reliability=apart)))
    course, beside = found["course-job_satisfaction"], found["others-job_satisfaction"]
    own = results.levels.query("school == @school and quantity == 'mean' and instrument == 'job_satisfaction'")
    levels = own.set_index("wave")["estimate"]
    axes = Figure().add_subplot()
    course.draw(axes)
    assert list(axes.lines[0].get_ydata()) == [round(levels[wave.id], 2) for wave in study.waves]
    assert all(value == round(value, 1) for value in list_places(beside))
    assert not any("n = " in words for words in read_words(beside))


def test_a_slide_is_a_screen_whose_bytes_are_the_same_every_time(open_school: OpenSchool) -> None:
    view = open_school()
    slide = read_slides(view)["levels-uwes9"]
    before = plt.get_fignums()
    first, second = draw_slide(slide, view), draw_slide(slide, view)
    assert first == second
    assert plt.get_fignums() == before
    assert imread(BytesIO(first["levels-uwes9.png"])).shape[:2] == (1080, 1920)
    assert b"<dc:date>" not in first["levels-uwes9.svg"]
    assert b"matplotlib" not in first["levels-uwes9.svg"].split(b"<defs>")[0].lower()


def test_every_school_has_its_own_folder_and_what_is_not_made_any_more_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slides, "list_slides", lambda view: islice(list_slides(view), 1))
    made = MadeResults()
    make_school(made, "s1")
    make_school(made, "s2")
    study = make_study(tmp_path, 2)
    written = publish_slides(study, made.finish(), tmp_path / "out", languages=["en"])
    folders = sorted({path.parent.name.rsplit("-", 2)[0] for path in written})
    assert folders == ["school-school-1", "school-school-2"]
    assert all(path.is_file() for path in written)
    stale = written[0].with_name("gone.png")
    stale.write_bytes(b"old")
    publish_slides(study, made.finish(), tmp_path / "out", languages=["en"])
    assert not stale.exists()
    assert all(path.is_file() for path in written)


def test_a_name_is_drawn_as_it_was_typed_and_a_long_title_takes_two_lines(open_school: OpenSchool) -> None:
    view = open_school()
    slide = Slide("typed", r"$\alpha$ & <b> " + "word " * 20, "caption", lambda axes: None)
    pictures = draw_slide(slide, view)
    assert set(pictures) == {"typed.png", "typed.svg"}
    assert load_text("nl").say("title.draft", date=view.text.date(view.study.report_date)) in write_source(view)
