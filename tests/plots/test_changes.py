from __future__ import annotations

import math

import pandas as pd
import pytest
from matplotlib.colors import to_hex

from tests.plots.made_tables import ALL, list_intervals, list_marks, make_change, read_rows, read_words
from toolkit.languages import load_text
from toolkit.plots.changes import plot_factors, plot_schools
from toolkit.plots.style import DOWN, LIGHT, MIDDLE, UP

CHANGE = make_change((ALL, 0.4, 0.2, 0.6), ("s1", 0.5, 0.1, 0.9), ("s2", -0.2, -0.7, 0.3), ("s3", math.nan, math.nan, math.nan))


def test_estimates_and_intervals_lie_where_the_table_says() -> None:
    axes = plot_schools(CHANGE, language="en")
    assert read_rows(axes) == ["All schools", "s1", "s2", "s3"]
    assert list_marks(axes) == [(0.4, 0, "D"), (0.5, 1, "o"), (-0.2, 2, "o")]
    assert list_intervals(axes) == [(0.2, 0.6, 0), (0.1, 0.9, 1), (-0.7, 0.3, 2)]


def test_a_mark_is_filled_where_the_interval_lies_beside_zero() -> None:
    marks = [line for line in plot_schools(CHANGE).lines if line.get_marker() == "o"]
    assert [to_hex(mark.get_markerfacecolor()) for mark in marks] == [LIGHT.now, LIGHT.paper]


@pytest.mark.parametrize(("low", "high", "filled"), [(0.0, 0.9, False), (1e-9, 0.9, True), (-0.9, 0.0, False), (-0.9, -1e-9, True)])
def test_an_interval_that_touches_zero_does_not_lie_beside_it(low: float, high: float, filled: bool) -> None:
    (mark,) = [line for line in plot_schools(make_change(("s1", (low + high) / 2, low, high))).lines if line.get_marker() == "o"]
    assert (to_hex(mark.get_markerfacecolor()) == LIGHT.now) == filled


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("told", ["nl", "en"])
def test_an_indication_is_half_filled_in_whichever_language_the_verb_told_it(language: str, told: str) -> None:
    text = load_text(language)  # type: ignore[arg-type]
    said = load_text(told).say("verdict.indication_rose")  # type: ignore[arg-type]
    table = CHANGE.assign(verdict=["", said, "", ""])
    axes = plot_schools(table, language=language)  # type: ignore[arg-type]
    fills = [line.get_fillstyle() for line in axes.lines if line.get_marker() == "o"]
    assert fills == ["left", "full"]
    assert text.say("plots.indication") in read_words(axes)
    assert text.say("plots.indication") not in read_words(plot_schools(CHANGE, language=language))  # type: ignore[arg-type]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_cell_is_not_bold_for_an_indication_and_has_its_mark(language: str) -> None:
    rows = [("vision", "s1", 0.4, 0.1, 0.7, "indication of a rise"), ("trust", "s1", 0.5, 0.3, 0.7, "rose")]
    table = pd.DataFrame(rows, columns=["dv", "school", "estimate", "low", "high", "verdict"]).set_index("dv")
    axes = plot_factors(table, scale=(1, 5), language=language)  # type: ignore[arg-type]
    assert [text.get_fontweight() for text in axes.texts] == ["normal", "bold"]
    (mark,) = [line for line in [*axes.lines, *axes.artists] if line.get_marker() == "o"]
    assert mark.get_fillstyle() == "left" and mark.get_ydata()[0] == 0.5
    assert load_text(language).say("plots.indication") in read_words(axes)  # type: ignore[arg-type]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_row_without_a_number_says_so_and_has_no_mark(language: str) -> None:
    axes = plot_schools(CHANGE, language=language, smallest_change=0.3)  # type: ignore[arg-type]
    text = load_text(language)  # type: ignore[arg-type]
    (said,) = [words for words in axes.texts if words.get_text() == text.say("plots.nothing")]
    assert said.get_position()[1] == 3
    assert 3 not in [y for _, y, _ in list_marks(axes)]
    assert {text.say("plots.small"), text.say("plots.interval", confidence="90%")} <= set(read_words(axes))


def test_the_verb_says_why_a_number_is_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en_GB")
    hidden = CHANGE.assign(verdict="hidden: too few people")
    assert "hidden: too few people" in read_words(plot_schools(hidden, language="en"))
    assert "hidden: too few people" not in read_words(plot_schools(hidden, language="nl"))


def test_a_table_without_any_number_is_drawn_in_words() -> None:
    axes = plot_schools(CHANGE.tail(1), language="en")
    assert list_marks(axes) == []
    assert read_words(axes) == [load_text("en").say("plots.nothing")]


def test_the_columns_of_one_school_are_drawn_below_one_another() -> None:
    several = pd.concat([CHANGE.assign(dv=name).set_index("dv") for name in ("energy", "focus")])
    assert read_rows(plot_schools(several, school="s1")) == ["energy", "focus"]
    assert read_rows(plot_schools(several, dv="focus", language="nl"))[0] == "Alle scholen"


FACTORS = pd.concat(
    [make_change(("s1", 0.5, 0.1, 0.9), ("s2", 0.02, -0.3, 0.3), dv="vision"), make_change(("s1", -0.8, -1, -0.5), dv="trust")]
)


def test_cells_hold_the_value_in_the_tone_of_the_pages() -> None:
    axes = plot_factors(FACTORS, scale=(1, 5), language="en")
    assert [words.get_text() for words in axes.texts] == ["+0.50", "+0.02", "−0.80"]
    (mesh,) = axes.collections
    axes.get_figure(root=True).draw_without_rendering()
    tones = [to_hex(tone) for tone, seen in zip(mesh.get_facecolors(), ~mesh.get_array().mask.ravel(), strict=True) if seen]
    assert tones == [UP[1], MIDDLE, DOWN[2]]
    assert [words.get_fontweight() for words in axes.texts] == ["bold", "normal", "bold"]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_cell_without_a_number_is_an_outline_that_the_key_explains(language: str) -> None:
    axes = plot_factors(FACTORS, scale=(1, 5), language=language)  # type: ignore[arg-type]
    assert len(axes.texts) == 3
    assert len(axes.patches) == 1
    assert load_text(language).say("plots.nothing") in read_words(axes)  # type: ignore[arg-type]
    assert load_text(language).say("plots.nothing") not in read_words(plot_factors(FACTORS.head(2), language=language))  # type: ignore[arg-type]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_levels_have_one_hue_over_the_whole_scale(language: str) -> None:
    levels = FACTORS.assign(after=[1.2, 3.0, 4.9])
    axes = plot_factors(levels, show="after", scale=(1, 5), language=language)  # type: ignore[arg-type]
    separator = "," if language == "nl" else "."
    assert [words.get_text() for words in axes.texts] == [f"1{separator}20", f"3{separator}00", f"4{separator}90"]
    assert read_words(axes)[3] == f"1{separator}00 {load_text(language).say('plots.from_to', low='', high='').strip()} 1{separator}80"  # type: ignore[arg-type]
