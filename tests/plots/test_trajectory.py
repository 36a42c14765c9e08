"""Plots of records: rows, marks and lines stand where the frames say, and no person and no text of a note is named."""

from __future__ import annotations

import math
from typing import Any, Literal

import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.dates import date2num
from matplotlib.patches import PathPatch

from tests.plots.made_tables import read_rows, read_words
from toolkit.errors import FrameError
from toolkit.languages import load_text
from toolkit.page_kernel import VARIABLE
from toolkit.plots.style import LIGHT
from toolkit.plots.trajectory import plot_goals, plot_indicator, plot_network, plot_themes, plot_timeline

LANGUAGES = ("nl", "en")
Spoken = Literal["nl", "en"]


def list_points(axes: Axes) -> list[list[tuple[float, float]]]:
    """Return the places of the marks of each line that has some."""
    lines: list[Any] = [line for line in axes.lines if line.get_marker() != "None" and len(line.get_xdata())]
    return [[(float(x), float(y)) for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)] for line in lines]


def make_contacts() -> pd.DataFrame:
    rows = [("2025-11-04", "training", ""), ("2025-09-30", "training", ""), ("2025-10-07", "mt", "s1"), ("2025-10-08", "mt", "s2")]
    return pd.DataFrame(rows, columns=["date", "type", "school"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_timeline_has_a_row_per_kind_under_the_measurements(language: Spoken) -> None:
    text = load_text(language)
    waves = {"voor": "2025-09-15", "na": "2026-06-22"}
    axes = plot_timeline(make_contacts(), waves=waves, language=language)
    kinds = [text.say(f"course.kind.{kind}") for kind in ("training", "mt")]
    assert read_rows(axes) == [text.say("plots.measurements"), *(f"{kind} (2)" for kind in kinds)]
    days = {date: float(date2num(pd.Timestamp(date))) for date in (*waves.values(), *make_contacts()["date"])}
    trainings = [(days["2025-09-30"], 1), (days["2025-11-04"], 1)]
    assert list_points(axes)[:3] == [[(days["2025-09-15"], 0)], [(days["2026-06-22"], 0)], trainings]
    assert read_words(axes) == ["voor", "na"]
    assert text.month(pd.Timestamp("2026-01-01").date(), short=True) in [label.get_text() for label in axes.get_xticklabels()]


def test_a_timeline_of_a_school_has_what_was_for_it_and_for_all() -> None:
    axes = plot_timeline(make_contacts(), school="s1", language="en")
    assert [len(points) for points in list_points(axes)] == [2, 1]
    assert any(label.get_text().endswith("October 2025") for label in axes.get_xticklabels())  # few days: whole dates


def make_goals(**more: Any) -> pd.DataFrame:
    rows = [
        ("lessen bekijken", "s1", "team", "bouw 1", 2.0, 20.0, "2026-01-20", 11.0, 2.0),
        ("lessen bekijken", "s1", "team", "bouw 1", math.nan, math.nan, "2026-06-16", 29.0, 4.0),
        ("een vraag vooraf", "s1", "school", "", math.nan, math.nan, "2026-06-16", math.nan, 1.0),
        ("stiller worden", "s1", "person", "p7", 0.0, 0.0, "2026-06-16", 2.0, math.nan),
    ]
    columns = ["goal", "school", "owner_kind", "owner", "start", "target", "date", "actual", "progress"]
    return pd.DataFrame(rows, columns=columns).assign(date=lambda table: pd.to_datetime(table["date"]), **more)


@pytest.mark.parametrize("language", LANGUAGES)
def test_goals_stand_on_their_way_or_say_what_was_noted(language: Spoken) -> None:
    text = load_text(language)
    axes = plot_goals(make_goals(), language=language)
    assert read_rows(axes) == ["lessen bekijken (bouw 1)", "een vraag vooraf", "stiller worden"]
    assert list_points(axes) == [[(0.5, 0)], [(1.5, 0)]]
    noted = text.say("plots.noted", step=text.say("goals.step.1"))
    assert read_words(axes) == ["150%", noted, text.say("plots.none"), text.say("plots.latest"), text.say("plots.earlier")]
    assert axes.get_xlabel() == text.say("plots.way") and axes.get_xlim()[1] > 1.5


def test_goals_of_several_schools_are_told_apart_and_those_of_persons_stay_off_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    goals = make_goals(school=["s1", "s1", "s2", "s2"])
    assert read_rows(plot_goals(goals))[1:] == ["een vraag vooraf (s2)", "stiller worden (s2)"]
    monkeypatch.setenv(VARIABLE, "5")
    plot_goals(goals, school="s1")
    with pytest.raises(FrameError, match="plot_goals"):
        plot_goals(goals)


def make_shares() -> pd.DataFrame:
    rows = [("s1", "2026-06-11", 8, 10), ("s1", "2025-09-25", 5, 10), ("s2", "2025-09-25", 1, 4)]
    table = pd.DataFrame(rows, columns=["school", "date", "numerator", "denominator"])
    return table.assign(indicator="ouders", value=math.nan, target=0.75)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_indicator_has_a_line_per_school_with_intervals_and_the_target(language: Spoken) -> None:
    text = load_text(language)
    axes = plot_indicator(make_shares(), language=language)
    assert [[y for _, y in points] for points in list_points(axes)] == [[0.5, 0.8], [0.25]]
    upright: list[Any] = [line for line in axes.lines if len(line.get_xdata()) == 2 and len(set(line.get_xdata())) == 1]
    assert [round(float(end), 3) for end in upright[0].get_ydata()] == [0.237, 0.763]  # Wilson: 5 of 10
    assert axes.get_ylim() == (0, 1) and axes.get_ylabel() == "ouders"
    assert read_words(axes) == ["s1", "s2", text.say("plots.interval", confidence="95%"), text.say("goals.target")]


def test_a_share_of_a_few_people_leaves_a_gap_on_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "5")
    points = list_points(plot_indicator(make_shares()))
    assert [y for _, y in points[0]] == [0.5, 0.8] and math.isnan(points[1][0][1])


def test_values_have_no_interval_and_their_axis_holds_the_target() -> None:
    table = make_shares().assign(value=[12.0, 9.0, 8.0], target=20.0, numerator=math.nan, denominator=math.nan)
    axes = plot_indicator(table, school="s1", language="en")
    assert [[y for _, y in points] for points in list_points(axes)] == [[9.0, 12.0]]
    assert axes.get_ylim()[1] > 20 and read_words(axes) == ["s1", "target"]
    with pytest.raises(FrameError, match="indicator"):
        plot_indicator(pd.concat([table, table.assign(indicator="uren")]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_themes_are_bars_of_plus_neutral_and_minus(language: Spoken) -> None:
    text = load_text(language)
    rows = [("rust", "plus"), ("tijd", "minus"), ("tijd", ""), ("tijd", "plus")]
    notes = pd.DataFrame(rows, columns=["theme", "valence"]).assign(school="s1", text="Dit zei iemand.")
    axes = plot_themes(notes, language=language)
    assert read_rows(axes) == ["tijd", "rust"]
    words = [text.say("records.word.plus"), text.say("records.word.minus"), text.say("goals.not_given")]
    assert read_words(axes) == ["3", "1", *words] and axes.get_xlabel() == text.say("plots.notes")
    bars: list[Any] = [patch for patch in axes.patches if isinstance(patch, PathPatch)]
    ends = {to_hex(bar.get_facecolor()): bar.get_path().get_extents().intervalx.tolist() for bar in bars}
    assert ends == {LIGHT.up[1]: [0, 1], LIGHT.down[1]: [1, 2], LIGHT.band: [2, 3]}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_network_has_an_arrow_per_pair_as_thick_as_there_are_links(language: Spoken) -> None:
    rows = [("w1", "leraar", "directie", 3), ("w1", "leraar", "directie", None), ("w1", "ouder", "leraar", 2), ("w2", "ouder", "leraar", 1)]
    links = pd.DataFrame(rows, columns=["wave", "from", "to", "count"])
    axes = plot_network(links, wave="w1", language=language)
    assert read_words(axes) == ["leraar", "directie", "ouder", load_text(language).say("plots.arrow")]
    assert [patch.get_linewidth() for patch in axes.patches if isinstance(patch, PathPatch)] == [5, 2.5]
    with pytest.raises(FrameError, match="wave"):
        plot_network(links)


@pytest.mark.parametrize("plot", [plot_timeline, plot_goals, plot_indicator, plot_themes, plot_network])
def test_another_frame_is_refused_by_what_it_lacks(plot: Any) -> None:
    with pytest.raises(FrameError, match=r"read_records"):
        plot(pd.DataFrame({"score": [1.0]}))
    with pytest.raises(FrameError):
        plot(make_goals().iloc[:0].assign(wave="", count=0, type="", theme="", valence="", **{"from": "", "to": ""}))


def test_what_has_no_day_can_not_be_placed() -> None:
    with pytest.raises(FrameError, match="plot_timeline"):
        plot_timeline(make_contacts().assign(date=pd.NaT))
    with pytest.raises(FrameError, match="plot_indicator"):
        plot_indicator(make_shares().assign(date=pd.NaT))
