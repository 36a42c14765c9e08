from __future__ import annotations

import math

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from toolkit.plots.drawings import (
    Web,
    choose_change_tone,
    choose_level_tone,
    choose_tones,
    draw_estimate,
    draw_pair,
    find_reach,
    spread_apart,
    stack_shares,
)
from toolkit.plots.style import DARK, DOWN, LIGHT, MIDDLE, TINTS, UP


def open_axes() -> Axes:
    return Figure().add_subplot()


@pytest.mark.parametrize(("furthest", "reach"), [(0.1, 1), (1, 1), (1.2, 1.5), (-2.6, 3), (40, 4), (math.nan, 1)])
def test_the_axis_holds_what_is_shown_and_never_less_than_a_quarter_of_the_scale(furthest: float, reach: float) -> None:
    assert find_reach(np.array([0.0, furthest]), 4) == reach


def test_an_interval_ends_where_the_field_ends() -> None:
    axes = open_axes()
    draw_estimate(axes, (0.5, -9, 9), 3, "now", (-1, 1))
    interval, mark = axes.lines
    assert list(interval.get_xdata()) == [-1, 1]
    assert (list(mark.get_xdata()), list(mark.get_ydata())) == ([0.5], [3])


def test_marks_take_the_colours_of_the_palette() -> None:
    axes = open_axes()
    draw_pair(axes, 2, 3, 0, DARK)
    assert [line.get_markeredgecolor() for line in axes.lines[1:]] == [DARK.now, DARK.wanted]


def test_a_pair_without_its_other_half_has_no_line() -> None:
    axes = open_axes()
    draw_pair(axes, None, 3, 0)
    assert [line.get_marker() for line in axes.lines] == ["D"]


def test_spokes_run_as_a_clock_and_the_rim_is_the_highest_answer() -> None:
    web = Web(open_axes(), (0, 0), 10, 1, 5, 4)
    ends = [web.find_place(spoke, web.find_radius(5)) for spoke in range(4)]
    assert np.allclose(ends, [(0, -10), (10, 0), (0, 10), (-10, 0)])
    assert web.find_radius(1) == 0
    assert web.list_rings() == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("count", range(2, 8))
def test_the_middle_of_an_odd_number_is_grey_and_the_ends_are_strong(count: int) -> None:
    tones = choose_tones(count)
    assert len(tones) == len(set(tones)) == count
    assert (tones[0], tones[-1]) == (DOWN[2], UP[2])
    assert (MIDDLE in tones) == (count % 2 == 1)
    assert count % 2 == 0 or tones[count // 2] == MIDDLE


def test_a_bar_names_the_parts_that_have_room() -> None:
    named: list[tuple[float, float]] = []
    stack_shares(open_axes(), [50, 5, 45], choose_tones(3), 0, 1, lambda middle, share, tone: named.append((middle, share)))
    assert named == [(25, 50), (77.5, 45)]


def test_the_tint_follows_the_whole_answer_scale() -> None:
    places = {1.0: 0, 1.79: 0, 1.8: 1, 3.0: 2, 4.19: 3, 4.2: 4, 5.0: 4}
    assert {value: choose_level_tone(value, 1, 5) for value in places} == {value: TINTS[place] for value, place in places.items()}


def test_the_tone_of_a_change_has_two_hues_around_nought() -> None:
    tones = {0.0: MIDDLE, 0.09: MIDDLE, 0.1: UP[0], 0.4: UP[1], 0.7: UP[2], 3.0: UP[2], -0.1: DOWN[0], -0.7: DOWN[2]}
    assert {value: choose_change_tone(value, 4) for value in tones} == tones
    assert choose_change_tone(0.5, 4, DARK) == DARK.up[1] != LIGHT.up[1]


def test_labels_are_moved_apart_and_stay_within_the_field() -> None:
    tops = spread_apart([10, 11, 12], [5, 5, 5], 0, 20)
    assert tops == [5, 10, 15]
    assert spread_apart([2, 40], [5, 5], 0, 100) == [2, 40]
