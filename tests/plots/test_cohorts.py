from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from tests.plots.made_tables import list_intervals, list_marks, make_cohort_course, make_cohorts, read_rows, read_words
from toolkit.languages import load_text
from toolkit.plots.cohorts import plot_cohort_course, plot_cohorts
from toolkit.plots.style import LIGHT


def test_each_cohort_has_its_schools_under_it_where_the_table_says() -> None:
    axes = plot_cohorts(make_cohorts(), language="en")
    assert read_rows(axes) == ["Cohort 2024", "s1", "s2", "Cohort 2025", "s1", "s3"]
    assert list_marks(axes) == [(0.4, 0, "D"), (0.5, 1, "o"), (0.3, 2, "o"), (-0.2, 3, "D"), (-0.2, 4, "o")]
    intervals = [(start, end, y) for start, end, y in list_intervals(axes) if (start, end) != (0, 1)]
    assert intervals == [(0.2, 0.6, 0), (0.1, 0.9, 1), (-0.1, 0.7, 2), (-0.7, 0.3, 4)]


def test_schools_are_smaller_and_paler_and_filled_where_they_lie_beside_zero() -> None:
    marks: list[Any] = [line for line in plot_cohorts(make_cohorts()).lines if line.get_marker() != "None"]
    sizes = {kind: {mark.get_markersize() for mark in marks if mark.get_marker() == kind} for kind in "Do"}
    assert max(sizes["o"]) < min(sizes["D"])
    schools = [mark for mark in marks if mark.get_marker() == "o"]
    assert [to_hex(mark.get_markerfacecolor()) for mark in schools] == [LIGHT.soft, LIGHT.paper, LIGHT.paper]
    assert {to_hex(mark.get_markeredgecolor()) for mark in schools} == {LIGHT.soft}


@pytest.mark.parametrize(("low", "high", "filled"), [(0.0, 0.9, False), (1e-9, 0.9, True), (-0.9, 0.0, False), (-0.9, -1e-9, True)])
def test_a_school_whose_interval_touches_zero_does_not_lie_beside_it(low: float, high: float, filled: bool) -> None:
    table = make_cohorts()
    schools = table["what"] == "school"
    axes = plot_cohorts(table.assign(low=table["low"].mask(schools, low), high=table["high"].mask(schools, high)), language="en")
    marks: list[Any] = [line for line in axes.lines if line.get_marker() == "o"]
    assert {to_hex(mark.get_markerfacecolor()) for mark in marks} == {LIGHT.soft if filled else LIGHT.paper}
    text = load_text("en")
    said = [text.say(f"plots.{key}") in read_words(axes) for key in ("school_clear", "school_unclear")]
    assert said == [filled, not filled]


def test_a_cohort_of_few_schools_is_an_open_diamond_that_the_key_explains() -> None:
    axes = plot_cohorts(make_cohorts(), language="en")
    marks: list[Any] = [line for line in axes.lines if line.get_marker() == "D"]
    assert [to_hex(mark.get_markerfacecolor()) for mark in marks] == [LIGHT.ink, LIGHT.paper]
    assert "average of fewer than 4 schools: not tested" in read_words(axes)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_key_says_what_each_mark_is(language: str) -> None:
    text = load_text(language)  # type: ignore[arg-type]
    words = read_words(plot_cohorts(make_cohorts(), smallest_change=0.3, language=language))  # type: ignore[arg-type]
    keys = ("of_cohort", "of_few_schools", "school_clear", "school_unclear", "nothing", "small")
    assert {text.say(f"plots.{key}") for key in keys} | {text.say("plots.interval", confidence=text.percent(0.9))} <= set(words)
    axes = plot_cohorts(make_cohorts(mean=True), schools=False, language=language)  # type: ignore[arg-type]
    assert read_rows(axes) == ["Cohort 2024", "Cohort 2025", text.say("plots.all_cohorts")]
    assert text.say("plots.of_cohorts") in read_words(axes)


def test_several_columns_are_drawn_one_at_a_time() -> None:
    several = pd.concat([make_cohorts().assign(dv=name).set_index("dv") for name in ("energy", "focus")])
    assert plot_cohorts(several, dv="focus", language="en").get_xlabel() == "Change in focus, in points"


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_course_has_a_line_per_cohort_and_tells_what_is_missing(language: str) -> None:
    text = load_text(language)  # type: ignore[arg-type]
    axes = plot_cohort_course(make_cohort_course(), language=language)  # type: ignore[arg-type]
    lines: list[Any] = [line for line in axes.lines if line.get_marker() != "None"]
    np.testing.assert_allclose([line.get_ydata()[0] for line in lines], [3.0, 2.9])
    np.testing.assert_allclose(lines[0].get_xdata(), [0, 9], atol=0.1)
    upright: list[Any] = [line for line in axes.lines if line.get_marker() == "None" and len(set(line.get_xdata())) == 1]
    assert [tuple(line.get_ydata()) for line in upright] == [(2.8, 3.2), (3.1, 3.7), (2.6, 3.2), (2.9, 3.3)]
    assert axes.get_xlabel().split("\n")[0] == text.say("plots.months")
    assert axes.get_xlabel().split("\n")[1].startswith(text.say("plots.nothing_of", schools="2025 (4)")[:30])
    assert axes.get_ylim() == (1, 5)


def test_cohorts_that_started_alike_do_not_hide_each_other() -> None:
    axes = plot_cohort_course(make_cohort_course())
    lines: list[Any] = [line for line in axes.lines if line.get_marker() != "None"]
    assert 0 < lines[1].get_xdata()[0] - lines[0].get_xdata()[0] < 0.5
    assert len({line.get_color() for line in lines}) == len({line.get_marker() for line in lines}) == 2


def test_months_may_be_given_per_wave() -> None:
    own = make_cohort_course()
    named = own.assign(wave=["a", "b", "a", "x", "b"]).drop(columns="months")
    drawn = plot_cohort_course(named, months={2024: {"a": 0, "b": 9}, 2025: {"a": 0, "x": 4, "b": 10}}, language="en")
    lines = [list(map(float, line.get_xdata())) for line in plot_cohort_course(own, language="en").lines]  # type: ignore[arg-type]
    assert [list(map(float, line.get_xdata())) for line in drawn.lines] == lines  # type: ignore[arg-type]


def test_the_sixth_cohort_has_a_line_of_its_own() -> None:
    many = pd.concat([make_cohort_course().query("cohort == '2024'").assign(cohort=f"{year}") for year in range(2020, 2027)])
    lines: list[Any] = [line for line in plot_cohort_course(many).lines if line.get_marker() != "None"]
    assert len({(line.get_color(), line.get_linestyle()) for line in lines}) == 7
