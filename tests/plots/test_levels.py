from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.plots.made_tables import ALL, list_intervals, list_marks, make_levels, read_words
from toolkit.errors import FrameError
from toolkit.languages import load_text
from toolkit.plots.levels import COLOURED, NAMED, plot_course, plot_levels
from toolkit.plots.style import LIGHT

LEVELS = make_levels(("s1", "sept", 3), ("s1", "june", 4), ("s2", "sept", math.nan), ("s2", "june", 2))
THREE = make_levels(
    ("all schools", "w1", 3), ("all schools", "w2", 3.5), ("all schools", "w3", 3.2),
    ("s1", "w1", 2), ("s1", "w2", math.nan), ("s1", "w3", 2.5),
    ("s2", "w1", 4), ("s2", "w2", 4.2), ("s2", "w3", 4.4),
)  # fmt: skip


def test_means_lie_in_lanes_of_their_school_with_their_intervals() -> None:
    axes = plot_levels(LEVELS, confidence=0.9)
    marks = list_marks(axes)
    assert [(x, shape) for x, _, shape in marks] == [(3, "D"), (4, "o"), (2, "o")]
    assert [round(y) for _, y, _ in marks] == [0, 0, 1]
    assert marks[0][1] < marks[1][1]
    half = stats.t.ppf(0.95, 24) * 0.5 / 5
    assert [end - start for start, end, _ in list_intervals(axes)] == pytest.approx([2 * half] * 3)
    assert axes.get_xlim() == (1, 5)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_wave_without_a_number_says_so(language: str) -> None:
    axes = plot_levels(LEVELS, language=language)  # type: ignore[arg-type]
    assert load_text(language).say("plots.nothing") in read_words(axes)  # type: ignore[arg-type]
    assert read_words(axes)[-3:-1] == ["sept", "june"]


def test_the_first_and_the_last_wave_are_drawn_or_those_that_are_named() -> None:
    assert read_words(plot_levels(THREE))[-3:-1] == ["w1", "w3"]
    assert read_words(plot_levels(THREE, before="w2", after="w3"))[-3:-1] == ["w2", "w3"]
    assert read_words(plot_levels(THREE, after="w2"))[-2] == "w2"
    with pytest.raises(FrameError):
        plot_levels(THREE, after="w4")


def test_waves_stand_in_the_order_of_their_categories() -> None:
    ordered = LEVELS.assign(wave=pd.Categorical(LEVELS["wave"], ["june", "sept"], ordered=True))
    assert read_words(plot_levels(ordered))[-3:-1] == ["june", "sept"]


def test_without_a_known_scale_the_axis_holds_all_that_is_drawn() -> None:
    unknown = LEVELS.copy()
    unknown.attrs = {}
    low, high = plot_levels(unknown).get_xlim()
    assert low < 1.8
    assert high > 4.2


def test_one_school_runs_as_a_line_with_a_gap_and_intervals() -> None:
    axes = plot_course(THREE, school="s1", language="en")
    line, *rest = axes.lines
    assert np.array_equal(line.get_ydata(), [2, math.nan, 2.5], equal_nan=True)
    assert [x for x, _, _ in list_marks(axes)] == [0, 2]
    assert len(rest) == 4
    assert "no number" in read_words(axes)
    assert axes.get_xlabel().replace("\n", " ").endswith("s1 (w2).")


def test_schools_run_beside_each_other_with_gaps_and_their_names_apart() -> None:
    axes = plot_course(THREE, language="nl")
    drawn = sorted(tuple(map(float, line.get_ydata())) for line in axes.lines)
    assert drawn == [(2.0,), (2.5,), (3.0, 3.5, 3.2), (4.0, 4.2, 4.4)]
    assert [words.get_text() for words in axes.texts if words.get_text()] == ["s2", "Alle scholen", "s1"]
    assert "s1 (w2)" in axes.get_xlabel()


def test_names_of_lines_that_end_together_do_not_overlap() -> None:
    rows = [(f"school {number}", wave, 3 + number / 100) for number in range(8) for wave in ("w1", "w2")]
    axes = plot_course(make_levels(*rows))
    axes.get_figure(root=True).draw_without_rendering()
    boxes = [words.get_window_extent() for words in axes.texts if words.get_text()]
    assert len(boxes) == 8
    assert all(above.y0 >= below.y1 - 1 for above, below in pairwise(boxes))


def test_dates_set_the_waves_apart_as_time_did() -> None:
    axes = plot_course(THREE, school="s2", dates={"w1": "2025-01-01", "w2": "2025-01-11", "w3": "2025-04-21"})
    places = list(axes.lines[0].get_xdata())
    assert [after - before for before, after in pairwise(places)] == [10, 100]


@pytest.mark.parametrize(("count", "coloured", "named"), [(COLOURED, True, True), (COLOURED + 1, False, True), (NAMED + 1, False, False)])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_many_schools_are_grey_and_then_without_names(count: int, coloured: bool, named: bool, language: str) -> None:
    rows = [(f"s{number}", wave, 2 + number / 10 + place / 5) for number in range(count) for place, wave in enumerate(("w1", "w2"))]
    axes = plot_course(make_levels(*rows, (ALL, "w1", 3), (ALL, "w2", 3.3)), language=language)  # type: ignore[arg-type]
    colours = {line.get_color() for line in axes.lines if line.get_color() != LIGHT.ink}
    assert len(colours) == (count if coloured else 1)
    assert any(words.get_text() == "s0" for words in axes.texts) == named
    assert (axes.get_legend() is None) == named


def test_a_name_that_is_missing_is_told() -> None:
    nothing = make_levels(("s1", "w1", math.nan), ("s1", "w2", math.nan), ("s2", "w1", 3), ("s2", "w2", 4))
    assert plot_course(nothing, language="en").get_xlabel().replace("\n", " ").endswith(": s1.")


def test_a_plot_about_nobody_knows_what_speaks_of_the_score() -> None:
    unknown = LEVELS.copy()
    unknown.attrs = {}
    assert [plot_levels(unknown, language=of).get_xlabel() for of in ("nl", "en")] == ["Gemiddelde van de score", "Mean of the score"]
