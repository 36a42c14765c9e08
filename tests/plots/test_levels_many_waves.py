"""Seven measurements on a course: no words that are drawn overlap."""

from __future__ import annotations

import datetime as dt
from itertools import combinations

import pytest

from tests.plots.made_tables import make_levels
from toolkit.plots.levels import plot_course

WAVES = ["voor dagdeel 1", "na dagdeel 1", "na dagdeel 2", "halverwege", "na 12 weken", "na een half jaar", "follow-up"]
DAYS = [dt.date(2025, 9, 1) + dt.timedelta(days=days) for days in (0, 19, 44, 61, 91, 181, 365)]


@pytest.mark.parametrize("dates", [None, dict(zip(WAVES, DAYS, strict=True))])
def test_words_of_seven_measurements_do_not_overlap(dates: dict[str, dt.date] | None) -> None:
    axes = plot_course(make_levels(*(("s1", wave, 3 + 0.1 * number) for number, wave in enumerate(WAVES))), scale=(1, 5), dates=dates)
    figure = axes.get_figure(root=True)
    figure.draw_without_rendering()
    numbers = [words.get_window_extent() for words in axes.texts if words.get_text()]
    labels = [(label.get_text().strip(), label.get_window_extent(), label.get_text()) for label in axes.get_xticklabels()]
    assert [words for words, _, _ in labels] == WAVES
    lowest = [box.shrunk(1, 0.9 / (1 + whole.count("\n"))) for _, box, whole in labels]  # the last line, below the empty ones
    assert [pair for boxes in (numbers, lowest) for pair in combinations(boxes, 2) if pair[0].overlaps(pair[1])] == []
    assert all(box.x0 >= 0 and box.x1 <= figure.bbox.x1 and box.y0 >= 0 for box in lowest)
