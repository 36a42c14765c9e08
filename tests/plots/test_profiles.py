from __future__ import annotations

import math

import pandas as pd
import pytest

from tests.plots.made_tables import ALL, list_intervals, list_marks, make_gap, read_rows, read_words
from toolkit.errors import FrameError
from toolkit.languages import load_text
from toolkit.plots.profiles import plot_gap, plot_radar

GAP = make_gap(vision=(3, 3.5), trust=(2, 4), time=(math.nan, math.nan), support=(3.5, 3))


def test_the_widest_gap_stands_on_top_and_what_has_no_number_last() -> None:
    axes = plot_gap(GAP, language="en")
    assert read_rows(axes) == ["trust", "vision", "support", "time"]
    assert sorted(list_marks(axes)) == sorted([(2, 0, "o"), (4, 0, "D"), (3, 1, "o"), (3.5, 1, "D"), (3.5, 2, "o"), (3, 2, "D")])
    assert list_intervals(axes) == [(2, 4, 0), (3, 3.5, 1), (3.5, 3, 2)]
    assert axes.get_xlim() == (1, 5)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_factor_without_numbers_says_so(language: str) -> None:
    text = load_text(language)  # type: ignore[arg-type]
    assert {text.say("plots.nothing"), text.say("plots.now"), text.say("plots.wanted")} <= set(read_words(plot_gap(GAP, language=language)))  # type: ignore[arg-type]
    axes = plot_radar(GAP, language=language)  # type: ignore[arg-type]
    assert f"time\n({text.say('plots.none')})" in read_words(axes)


def test_of_one_factor_schools_stand_below_one_another() -> None:
    table = pd.concat([make_gap(trust=(2, 4)), make_gap(trust=(3, 3.5)).assign(school="s1")]).reset_index(drop=True)
    axes = plot_gap(table, scale=(1, 5), language="en")
    assert read_rows(axes) == ["All schools", "s1"]


def test_a_school_and_a_wave_can_be_chosen() -> None:
    table = pd.concat([GAP, make_gap(vision=(2, 2), trust=(1, 5)).assign(school="s1", before=4.5)])
    assert [x for x, _, _ in list_marks(plot_gap(table, school="s1"))] == [1, 5, 2, 2]
    assert {x for x, _, _ in list_marks(plot_gap(table, school="s1", when="before"))} == {4.5}


def test_a_table_of_one_wave_is_drawn_whichever_column_it_stands_in() -> None:
    early = GAP.assign(before=GAP["after"], after=math.nan)
    assert list_marks(plot_gap(early)) == list_marks(plot_gap(GAP))


def test_without_a_known_scale_the_axis_leaves_room() -> None:
    unknown = GAP.copy()
    unknown.attrs = {}
    low, high = plot_gap(unknown).get_xlim()
    assert low < 2 < 4 < high


def test_the_web_has_now_solid_and_wanted_dashed_at_their_places() -> None:
    axes = plot_radar(make_gap(vision=(5, 5), trust=(3, 5), time=(1, 3)), language="en")
    profiles = [line for line in axes.lines if len(line.get_xdata()) == 4]
    radii = [[math.hypot(x, y) for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)] for line in profiles]
    assert radii[0] == pytest.approx([1, 0.5, 0, 1])
    assert radii[1] == pytest.approx([1, 1, 0.5, 1])
    assert [line.get_linestyle() for line in profiles] == ["-", "--"]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_web_needs_to_know_the_scale(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", f"{language}_XX")
    unknown = GAP.copy()
    unknown.attrs = {}
    with pytest.raises(FrameError, match="plot_radar"):
        plot_radar(unknown)


def test_all_schools_are_drawn_unless_there_are_none() -> None:
    assert ALL in set(GAP["school"])
    assert len(list_marks(plot_gap(GAP.assign(school="s9")))) == 6
