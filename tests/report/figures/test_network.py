"""The figure of who learns from whom: a ring per measurement, an arrow per pair, as thick as there are links."""

from __future__ import annotations

import math

from matplotlib.patches import PathPatch

from tests.report.figures.made_rows import list_lines, list_words
from toolkit.plots.style import WIDTH
from toolkit.report.figures.network import draw_network

ROLES = ["leraar", "directie", "ouder", "iemand van heel ver buiten de school"]


def test_each_measurement_has_a_ring_with_all_roles_and_the_thickest_arrow_is_the_most_frequent() -> None:
    links = {("leraar", "directie"): 8.0, ("directie", "leraar"): 2.0}
    figure = draw_network([("voor", links), ("na", {("leraar", "ouder"): 4.0, ("ouder", "ouder"): 8.0})], ROLES)
    words = [text.get_text() for text in list_words(figure)]
    assert words.count("leraar") == 2 and {"voor", "na"} <= set(words)
    widths = [patch.get_linewidth() for patch in figure.artists if isinstance(patch, PathPatch)]
    assert widths == [5, 1.25, 2.5] and widths[0] == max(widths)
    rings = [line for line in list_lines(figure) if len(line.get_xdata()) > 2]
    assert len(rings) == 1 and rings[0].get_linewidth() == 5


def test_arrows_there_and_back_lie_apart() -> None:
    figure = draw_network([("voor", {("leraar", "directie"): 1.0, ("directie", "leraar"): 1.0})], ROLES)
    there, back = (patch.get_path().vertices[1] for patch in figure.artists if isinstance(patch, PathPatch))
    assert math.dist(there, back) > 20


def test_all_of_it_lies_within_the_figure() -> None:
    for count in range(2, 8):
        figure = draw_network([("voor", {("leraar", "rol 1"): 1.0})], ["leraar", *(f"rol {n}" for n in range(1, count))])
        places = [(line.get_xdata()[0], line.get_ydata()[0]) for line in list_lines(figure)]
        assert all(0 < x < WIDTH and 0 < y < figure.height for x, y in places)
