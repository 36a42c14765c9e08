"""Run charts: a field per run, words that fit, and a line at the target."""

from __future__ import annotations

import math

import pytest

from tests.report.figures.made_rows import list_lines, list_words
from toolkit.languages import load_text
from toolkit.report.figures.indicators import Run, draw_runs
from toolkit.report.figures.occasions import Dot
from toolkit.report.figures.parts import arrange_key


def make_run(label: str, values: list[float], target: float = 1.0) -> Run:
    dots = tuple((739000 + 300 * place, Dot(value, value - 0.1, value + 0.1, f"{value:.0%}")) for place, value in enumerate(values))
    return Run(label, dots, target, (0.0, 1.0), ("0%", "100%"), ("september 2022", "september 2025"))


@pytest.mark.parametrize(("columns", "rows"), [(1, 3), (2, 2)])
def test_fields_stand_below_and_beside_each_other(columns: int, rows: int) -> None:
    key = arrange_key([("now", load_text("en").say("indicators.measured"))])
    figure = draw_runs([make_run(name, [0.3, 0.5, 0.8]) for name in "ABC"], key, columns)
    labels = {artist.get_text(): artist.get_position() for artist in list_words(figure)}
    assert len({round(labels[name][1]) for name in "ABC"}) == rows
    written = [artist.get_text() for artist in list_words(figure)]
    assert written.count("30%") == written.count("80%") == 3, "the first and the last number always stand there"
    assert ("september 2022" in written) == (columns == 1), "in a small field a day takes two lines"


def test_the_target_is_a_dashed_line_and_none_is_none() -> None:
    key = arrange_key([])
    lines = [sum(line.is_dashed() for line in list_lines(draw_runs([make_run("A", [0.3], target)], key))) for target in (1.0, math.nan)]
    assert lines == [1, 0]
