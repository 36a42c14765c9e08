"""Frames and figures as a page shows them: every cell in words of the language, every figure with a description."""

from __future__ import annotations

import re
from typing import Any

import nbformat.v4 as nb
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from tests.report.reading import read_tables
from toolkit.errors import ReportError
from toolkit.languages import load_text
from toolkit.notebook import describe_figure
from toolkit.page_kernel import VARIABLE
from toolkit.report.rendering.cells import MOST_ROWS, show_figure, show_frame
from toolkit.report.rendering.notebooks import export_page

NL, EN = load_text("nl"), load_text("en")


def read(frame: pd.DataFrame, text: Any = EN) -> list[list[str]]:
    return read_tables(show_frame(frame, 1, text))["shown-table-1"]


def test_numbers_are_written_as_in_the_language_and_nothing_stays_empty() -> None:
    frame = pd.DataFrame(
        {
            "school": ["Linde", None],
            "n": [2025, -4],
            "estimate": [0.125, np.nan],
            "small": [0.0123, -0.02],
            "whole": [3.0, np.nan],
            "p_value": [0.00001, 0.25],
            "shown": [True, False],
            "date": pd.to_datetime(["2026-06-22", None]),
        }
    )
    assert read(frame)[1:] == [
        ["Linde", "2025", "0.13", "0.012", "3", "< 0.001", "yes", "22 June 2026"],
        ["no value", "−4", "no value", "−0.020", "no value", "0.250", "no", "no value"],
    ]
    assert read(frame, NL)[1][2:] == ["0,13", "0,012", "3", "< 0,001", "ja", "22 juni 2026"]
    assert read(frame, NL)[2][0] == "geen waarde"


def test_an_index_that_says_something_comes_first_and_columns_of_two_levels_are_one_line() -> None:
    frame = pd.DataFrame({("mean", "before"): [1.5], ("mean", ""): [2.5], ("", ""): ["x"]}, index=pd.Index(["s1"], name="school"))
    assert read(frame) == [["school", "mean · before", "mean", "column 3"], ["s1", "1.50", "2.50", "x"]]
    assert read(pd.DataFrame({"n": [1, 2]}).iloc[1:]) == [["n"], ["2"]]
    several = pd.DataFrame({"n": [1]}, index=pd.MultiIndex.from_tuples([("s1", "w1")], names=["school", None]))
    assert read(several, NL) == [["school", "rij", "n"], ["s1", "w1", "1"]]


def test_a_table_has_a_caption_scopes_and_whatever_was_typed_stays_as_typed() -> None:
    frame = pd.DataFrame({"<b>": ["<script>alert(1)</script>"]})
    shown = show_frame(frame, 3, NL).markup
    assert "Tabel 3</caption>" in shown and 'scope="col"' in shown and 'scope="row"' in shown
    assert "<script" not in shown and "&lt;script&gt;" in shown and "&lt;b&gt;" in shown
    frame.attrs["caption"] = "Schools & waves"
    assert "Schools &amp; waves</caption>" in show_frame(frame, 3, NL).markup


@pytest.mark.parametrize(
    ("text", "empty", "cut"), [(EN, "no rows", "first 200 of 201 rows"), (NL, "geen rijen", "eerste 200 van 201 rijen")]
)
def test_a_long_table_is_cut_and_an_empty_one_says_so(text: Any, empty: str, cut: str) -> None:
    long = show_frame(pd.DataFrame({"n": range(MOST_ROWS + 1)}), 1, text).markup
    assert cut in long and long.count("<tr>") == MOST_ROWS + 1
    assert empty in show_frame(pd.DataFrame({"n": []}), 1, text).markup


@pytest.mark.parametrize(("text", "told"), [(EN, "no table with a row per respondent"), (NL, "geen tabel met een rij per respondent")])
def test_people_stand_on_internal_pages_only(text: Any, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    people = pd.DataFrame({"respondent": ["a"], "score": [1.0]})
    assert read(people)[1] == ["a", "1"]
    monkeypatch.setenv(VARIABLE, "5")
    for frame in (people, people.set_index("respondent")):
        with pytest.raises(ReportError, match=told):
            show_frame(frame, 1, text)


def draw(**more: Any) -> Figure:
    figure = Figure(figsize=(3, 2), **more)
    figure.subplots().plot([1, 2], [3, 4])
    return figure


def test_a_figure_is_a_picture_with_its_description_and_the_same_every_time() -> None:
    figures = [draw(), draw()]
    for figure in figures:
        describe_figure(figure, '  From 3 to "4" ')
    first, second = (show_figure(figure, 1, EN).markup for figure in figures)
    assert first == second
    assert re.search(r'<img width="\d{3}" src="data:image/png;base64,[^"]+" alt="From 3 to &#34;4&#34;">', first)


def test_a_figure_without_a_ground_of_its_own_takes_the_colours_of_the_page() -> None:
    figure = draw(facecolor="none")
    figure.axes[0].set_title("It rises")
    describe_figure(figure.axes[0], "From 3 to 4")
    shown = show_figure(figure, 2, EN).markup
    assert '<title id="shown-figure-2-title">It rises</title><desc id="shown-figure-2-desc">From 3 to 4</desc>' in shown
    assert "var(--ink" in shown and "<img" not in shown


def test_axes_grids_and_figures_can_be_described_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    figure = Figure()
    describe_figure(figure.subplots(2, 2), "Four")
    assert figure.get_label() == "Four"

    class Grid:
        pass

    grid = Grid()
    grid.figure = figure  # type: ignore[attr-defined]
    describe_figure(grid, "A grid")
    assert figure.get_label() == "A grid"
    for language, told in (("nl_NL", "Dit beschrijft geen figuur"), ("en_GB", "This describes no figure")):
        monkeypatch.setenv("LC_ALL", language)
        for drawn, words in ((figure, " "), ("a text", "words"), ([], "words")):
            with pytest.raises(ReportError, match=told):
                describe_figure(drawn, words)


@pytest.mark.parametrize(("text", "told"), [(EN, "has no description"), (NL, "geen beschrijving")])
def test_a_figure_without_a_description_is_asked_for_one(text: Any, told: str) -> None:
    with pytest.raises(ReportError, match=told):
        show_figure(draw(), 1, text)


def test_what_only_tells_that_something_was_drawn_stays_out_of_a_page() -> None:
    said = ["<Axes: xlabel='a'>", "[<matplotlib.lines.Line2D at 0x7f>]", "array([[<Axes: >, <Axes: >]], dtype=object)", "'<b>kept</b>'"]
    outputs = [nb.new_output("execute_result", {"text/plain": words}, execution_count=1) for words in said]
    page = export_page(nb.new_notebook(cells=[nb.new_code_cell("x", outputs=outputs)]), "T", "en")
    assert "Axes" not in page and "Line2D" not in page and "&lt;b&gt;kept" in page


@pytest.mark.parametrize(("text", "words"), [(NL, ("kolom 1", "rij")), (EN, ("column 1", "row"))])
def test_columns_and_rows_without_a_name_are_called_what_they_are(text: Any, words: tuple[str, str]) -> None:
    head = read(pd.DataFrame({"": [1.5]}, index=pd.Index(["a"])), text)[0]
    assert head[0] == words[1] and head[1] == words[0]
