"""Who learns from whom: roles on a ring with arrows between them, as thick as there are links; a ring per measurement."""

from __future__ import annotations

import math
from collections.abc import Sequence

from toolkit.plots.drawings import Links, Web, draw_links
from toolkit.plots.panel import Panel
from toolkit.plots.style import SMALL, WIDTH, find_line_height, house_style, wrap_words

_RADIUS = 96.0
_ROOM = 124.0
_UPRIGHT = 300.0


def draw_network(rings: Sequence[tuple[str, Links]], roles: Sequence[str]) -> Panel:
    """Return a ring per measurement, each with its name and how often one role (first) taught another (second) something."""
    most = max(count for _, links in rings for count in links.values())
    middle = {0, len(roles) / 2}
    lines = [wrap_words(role, _UPRIGHT if place in middle else _ROOM, SMALL) for place, role in enumerate(roles)]
    spare = (max(map(len, lines)) + 0.6) * find_line_height(SMALL)
    title = find_line_height()
    height = title + 2 * (_RADIUS + spare)
    with house_style():
        panel = Panel(height * len(rings), 0, WIDTH, left=0, right=0)
        for number, (name, links) in enumerate(rings):
            top = number * height
            panel.write(0, top + title - 4, name, bold=True)
            web = Web(panel, (WIDTH / 2, top + title + spare + _RADIUS), _RADIUS, 0, 1, len(roles))
            draw_links(web, links, roles, most)
            for place, words in enumerate(lines):
                panel.mark(*web.find_place(place, _RADIUS), "now")
                _write_role(panel, web, place, words)
    return panel


def _write_role(panel: Panel, web: Web, place: int, words: list[str]) -> None:
    """Write the name of a role outside the ring."""
    x, y = web.find_place(place, _RADIUS + 18)
    side = round(math.sin(2 * math.pi * place / web.spokes), 6)
    up = math.cos(2 * math.pi * place / web.spokes)
    step = find_line_height(SMALL)
    first = y + 4.5 - (len(words) - 1) * step * (1 + up) / 2
    for number, line in enumerate(words):
        panel.write(x, first + number * step, line, size=SMALL, align="left" if side > 0 else "right" if side < 0 else "center")
