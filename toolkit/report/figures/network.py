"""Who learns from whom: roles on a ring with arrows between them, as thick as there are links; a ring per measurement."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from toolkit.plots.drawings import Web
from toolkit.plots.style import NOW, SMALL, UP, WIDTH, Panel, find_line_height, house_style, open_panel, wrap_words

_RADIUS = 96.0
_ROOM = 124.0
_UPRIGHT = 300.0
_APART = 15.0
_LOOP = 10.0
#: How far an arrow bends to the side, as a share of its length: those there and back lie apart.
_BEND = 0.16
_HEAD = 10.0
_THICKEST = 5.0
Links = Mapping[tuple[str, str], float]
Place = tuple[float, float]


def draw_network(rings: Sequence[tuple[str, Links]], roles: Sequence[str]) -> Figure:
    """Return a ring per measurement, each with its name and how often one role (first) taught another (second) something."""
    most = max(count for _, links in rings for count in links.values())
    middle = {0, len(roles) / 2}
    lines = [wrap_words(role, _UPRIGHT if place in middle else _ROOM, SMALL) for place, role in enumerate(roles)]
    spare = (max(map(len, lines)) + 0.6) * find_line_height(SMALL)
    title = find_line_height()
    height = title + 2 * (_RADIUS + spare)
    with house_style():
        panel = open_panel(height * len(rings), 0, WIDTH, left=0, right=0)
        for number, (name, links) in enumerate(rings):
            top = number * height
            panel.write(0, top + title - 4, name, bold=True)
            web = Web(panel.axes, (WIDTH / 2, top + title + spare + _RADIUS), _RADIUS, 0, 1, len(roles))
            for (start, end), count in links.items():
                width = max(1.0, _THICKEST * count / most)
                _draw_arrow(panel, web, (roles.index(start), roles.index(end)), width)
            for place, words in enumerate(lines):
                panel.mark(*web.find_place(place, _RADIUS), "now")
                _write_role(panel, web, place, words)
    return panel.figure


def _write_role(panel: Panel, web: Web, place: int, words: list[str]) -> None:
    """Write the name of a role outside the ring."""
    x, y = web.find_place(place, _RADIUS + 18)
    side = round(math.sin(2 * math.pi * place / web.spokes), 6)
    up = math.cos(2 * math.pi * place / web.spokes)
    step = find_line_height(SMALL)
    first = y + 4.5 - (len(words) - 1) * step * (1 + up) / 2
    for number, line in enumerate(words):
        panel.write(x, first + number * step, line, size=SMALL, align="left" if side > 0 else "right" if side < 0 else "center")


def _draw_arrow(panel: Panel, web: Web, ends: tuple[int, int], width: float) -> None:
    """Draw an arrow that bends, or a circle around a role that learns from itself."""
    start, end = (web.find_place(place, _RADIUS) for place in ends)
    if ends[0] == ends[1]:
        turn = [2 * math.pi * step / 24 for step in range(25)]
        circle = [(start[0] + _LOOP * math.cos(angle), start[1] + _LOOP * math.sin(angle)) for angle in turn]
        panel.add_line(*zip(*circle, strict=True), color=UP[1], linewidth=width, zorder=3)
        return
    across, down = end[0] - start[0], end[1] - start[1]
    middle = ((start[0] + end[0]) / 2 - _BEND * down, (start[1] + end[1]) / 2 + _BEND * across)
    tip = _move(end, middle, _APART)
    head = _HEAD + width / 2
    neck = _move(tip, middle, head)
    path = Path([_move(start, middle, _APART), middle, neck], [Path.MOVETO, Path.CURVE3, Path.CURVE3])
    panel.axes.add_patch(PathPatch(path, facecolor="none", edgecolor=UP[1], linewidth=width, clip_on=False, zorder=2))
    length = math.dist(neck, tip)
    aside = ((tip[1] - neck[1]) / length * head / 2, (neck[0] - tip[0]) / length * head / 2)
    corners = [tip, (neck[0] + aside[0], neck[1] + aside[1]), (neck[0] - aside[0], neck[1] - aside[1])]
    panel.axes.fill(*zip(*corners, strict=True), color=NOW, linewidth=0, clip_on=False, zorder=3)


def _move(place: Place, towards: Place, distance: float) -> Place:
    share = distance / math.dist(place, towards)
    return place[0] + share * (towards[0] - place[0]), place[1] + share * (towards[1] - place[1])
