"""The power curve: the chance to find a change, against the number of schools."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure

from toolkit.languages import Text
from toolkit.plots.style import INK, NOW, RULE, SMALL, SOFT, WANTED, Panel, Shape, find_line_height, house_style, open_panel
from toolkit.report.figures.levels import say_interval
from toolkit.report.figures.parts import Sign, arrange_key, list_rows, list_shown
from toolkit.study.study import Study

#: The chance that a plan usually asks for.
ENOUGH = 0.80
_FIELD = 220.0
_SHAPES: tuple[Shape, Shape] = ("now", "wanted")


def draw_power(plans: Mapping[str, pd.DataFrame], study: Study, text: Text) -> Figure:
    """Return a curve per entry of `plans` (two at most), each named by its key, over the numbers of schools it was computed for.

    Marks are simulated shares with their interval; the line at 80 % is the chance that a plan usually asks for. The axis starts at 0
    schools and runs from 0 to 100 %.
    """
    powers = {label: list_rows(list_shown(plan, "power")) for label, plan in plans.items()}
    numbers = sorted({row.schools for rows in powers.values() for row in rows})
    signs: list[tuple[Sign, str]] = list(zip(_SHAPES, powers, strict=False))
    key = arrange_key([*signs, say_interval(study, text)])
    top = key.height + 12
    bottom = top + _FIELD
    with house_style():
        panel = open_panel(bottom + 24 + find_line_height(SMALL), 0, numbers[-1], left=58, right=30)
        key.draw(panel)
        _draw_axes(panel, numbers, top, text)
        for (sign, _), rows in zip(signs, powers.values(), strict=True):
            colour, dashes = (NOW, "-") if sign == "now" else (WANTED, (0, (4, 2.5)))
            places = [(row.schools, bottom - row.estimate * _FIELD) for row in rows]
            panel.axes.plot(*zip(*places, strict=True), color=colour, linewidth=2, linestyle=dashes, zorder=2)
            for (x, y), row in zip(places, rows, strict=True):
                if math.isfinite(row.low):
                    panel.axes.plot([x, x], [bottom - row.low * _FIELD, bottom - row.high * _FIELD], color=colour, linewidth=1.6, zorder=3)
                panel.mark(x, y, "now" if sign == "now" else "wanted")
    return panel.figure


def _draw_axes(panel: Panel, numbers: list[int], top: float, text: Text) -> None:
    bottom = top + _FIELD
    for share in (0, 0.2, 0.4, 0.6, ENOUGH, 1):
        strong = share == ENOUGH
        y = bottom - share * _FIELD
        panel.axes.plot([0, panel.high], [y, y], color=INK if strong else RULE, linewidth=1.4 if strong else 1, zorder=1)
        panel.write(panel.left - 8, y + 4, text.percent(share), size=SMALL, colour=SOFT, align="right")
    free = -math.inf
    for number in numbers:
        x = panel.find_x(number)
        if x >= free:
            panel.write(x, bottom + 17, text.number(number, 0), size=SMALL, colour=SOFT, align="center")
            free = x + 30
    panel.write(480 - panel.right, bottom + 37, text.say("figures.power_schools"), size=SMALL, colour=SOFT, align="right")
