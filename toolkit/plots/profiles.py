"""Plots of now and wanted: a row per factor with both, and the profile as a web."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd
from matplotlib.axes import Axes

from toolkit.analysis.frames import ALL
from toolkit.languages import Language
from toolkit.plots.drawings import Web, draw_pair
from toolkit.plots.style import Align
from toolkit.plots.tables import Range, check_table, find_decimals, find_scale, is_number, list_values, pick_rows, refuse
from toolkit.plots.theme import WIDTH, Plot, measure_rows, open_plot, wrap

When = Literal["before", "after"]
_COLUMNS = ("school", "rating", "before", "after")
#: Fewer spokes make no web.
SPOKES = 3


@dataclass(frozen=True, slots=True)
class Pair:
    """Now and wanted of one factor or school, NaN where there is no number."""

    name: str
    now: float
    wanted: float
    decimals: int = 2

    @property
    def shown(self) -> bool:
        """Whether there is anything to draw."""
        return math.isfinite(self.now) or math.isfinite(self.wanted)


def plot_gap(
    gap: pd.DataFrame,
    *,
    when: When | None = None,
    school: str | None = None,
    scale: Range | None = None,
    ax: Axes | None = None,
    language: Language | None = None,
) -> Axes:
    """Draw now and wanted beside each other, a row per factor with the widest gap on top, or of one factor a row per school.

    Parameters
    ----------
    gap : DataFrame
        As `plg.gap` returns it: school, rating (now, wanted), before and after, and with several factors their names in the index.
    when : {"before", "after"}, optional
        Of which wave; after, or before where there is no other.
    school : str, optional
        Of which school factors are drawn; all schools without it.
    scale : tuple of float, optional
        Lowest and highest answer; found in `gap.attrs` where the verb knew it.
    ax : matplotlib Axes, optional
        Where to draw; a new figure without it.
    language : {"nl", "en"}, optional
        Of the words; that of the machine without it.

    Returns
    -------
    Axes
        What was drawn on, of matplotlib: add to it, give it a title, or save its figure.

    Examples
    --------
    >>> import pandas as pd, toolkit as plg
    >>> rows = [("vision", "now", 3.0), ("vision", "wanted", 3.5), ("trust", "now", 3.1), ("trust", "wanted", 4.5)]
    >>> gap = pd.DataFrame(rows, columns=["factor", "rating", "after"]).set_index("factor").assign(school="all schools", before=None)
    >>> [label.get_text() for label in plg.plot_gap(gap, language="en").get_yticklabels()]
    ['trust', 'vision']
    """
    table = check_table(gap, _COLUMNS, plot="plot_gap", verb="gap")
    pairs = read_pairs(table, when, school)
    if len(list_values(table, "factor")) > 1:
        pairs = sorted(pairs, key=_rank_gap)
    ends = find_scale(gap, scale)
    names = [pair.name for pair in pairs]
    with open_plot(ax, language, field=measure_rows(names)) as plot:
        plot.name_rows([plot.name_school(name) for name in names], strong=[name == ALL for name in names])
        _show_axis(plot, pairs, ends)
        for y, pair in enumerate(pairs):
            _draw_row(plot, pair, y)
        plot.add_key([(plot.sign_mark("now"), plot.say("now")), (plot.sign_mark("wanted"), plot.say("wanted"))])
        plot.axes.set_xlabel(plot.say("mean"))
        return plot.axes


def _rank_gap(pair: Pair) -> float:
    """Return what puts the widest gap first and none last; gaps that are equal but for the last bits of a sum stay in their order."""
    gap = pair.wanted - pair.now
    return math.inf if math.isnan(gap) else -round(gap, 9)


def read_pairs(table: pd.DataFrame, when: When | None, school: str | None) -> list[Pair]:
    """Return now and wanted per factor, or per school where the table has one factor."""
    if len(list_values(table, "factor")) > 1:
        by = "factor"
        present = list_values(table, "school")
        table = pick_rows(table, "school", school or (ALL if ALL in present else present[0]))
    else:
        by = "school"
        table = pick_rows(table, "school", school)
    column = when or ("after" if pd.to_numeric(table["after"]).notna().any() else "before")
    rows = {(str(row[by]), str(row["rating"])): row for row in table.to_dict("records")}
    return [_read_pair(name, rows, column) for name in list_values(table, by)]


def _read_pair(name: str, rows: dict[tuple[str, str], dict[Any, Any]], column: str) -> Pair:
    found = [rows.get((name, rating), {}) for rating in ("now", "wanted")]
    now, wanted = (float(row[column]) if is_number(row.get(column)) else math.nan for row in found)
    return Pair(name, now, wanted, min(map(find_decimals, found)))


def _show_axis(plot: Plot, pairs: list[Pair], ends: Range | None) -> None:
    if ends:
        plot.show_scale(plot.axes.xaxis, ends)
        return
    values = [value for pair in pairs for value in (pair.now, pair.wanted) if math.isfinite(value)] or [0.0]
    room = 0.15 * (max(values) - min(values)) or 1.0
    plot.axes.set_xlim(min(values) - room, max(values) + room)
    plot.number_axis(plot.axes.xaxis)
    plot.axes.grid(True, axis="x", color=plot.palette.rule, linewidth=0.8)


def _draw_row(plot: Plot, pair: Pair, y: int) -> None:
    if not pair.shown:
        plot.write_nothing(y)
        return
    values = [value if math.isfinite(value) else None for value in (pair.now, pair.wanted)]
    draw_pair(plot.axes, values[0], values[1], y, plot.palette)
    known = [(value, colour) for value, colour in zip(values, (plot.palette.now, plot.palette.wanted), strict=True) if value is not None]
    for place, (value, colour) in enumerate(sorted(known)):
        side = -1 if place == 0 and len(known) == 2 else 1
        align: Align = "right" if side < 0 else "left"
        words = plot.write_number(value, pair.decimals)
        looks: dict[str, Any] = {"textcoords": "offset points", "va": "center", "ha": align, "fontsize": 9.5, "weight": "bold"}
        plot.axes.annotate(words, (value, y), (9 * side, 0), color=colour, annotation_clip=False, **looks)


def plot_radar(
    gap: pd.DataFrame,
    *,
    when: When | None = None,
    school: str | None = None,
    scale: Range | None = None,
    ax: Axes | None = None,
    language: Language | None = None,
) -> Axes:
    """Draw the profile of several factors as a web: now with a solid line, wanted with a dashed one.

    The field expects this figure; `plot_gap` shows the same numbers so that they can be read. The centre is the lowest answer.

    Parameters
    ----------
    gap : DataFrame
        As `plg.gap` returns it for three factors or more.
    when : {"before", "after"}, optional
        Of which wave; after, or before where there is no other.
    school : str, optional
        Of which school; all schools without it.
    scale : tuple of float, optional
        Lowest and highest answer; found in `gap.attrs` where the verb knew it, and needed where it did not.
    ax : matplotlib Axes, optional
        Where to draw; a new figure without it.
    language : {"nl", "en"}, optional
        Of the words; that of the machine without it.

    Returns
    -------
    Axes
        What was drawn on, of matplotlib: add to it, give it a title, or save its figure.

    Examples
    --------
    >>> import pandas as pd, toolkit as plg
    >>> rows = [(f, r, 3.0 + (r == "wanted")) for f in ("vision", "trust", "time") for r in ("now", "wanted")]
    >>> gap = pd.DataFrame(rows, columns=["factor", "rating", "after"]).set_index("factor").assign(school="all schools", before=None)
    >>> axes = plg.plot_radar(gap, scale=(1, 5), language="en")
    >>> [words.get_text() for words in axes.texts][-3:]
    ['vision', 'trust', 'time']
    """
    table = check_table(gap, _COLUMNS, plot="plot_radar", verb="gap")
    factors = list_values(table, "factor")
    if len(factors) < SPOKES:
        refuse("few_factors", count=len(factors), least=SPOKES)
    ends = find_scale(gap, scale)
    if not ends:
        refuse("no_scale", plot="plot_radar")
    pairs = read_pairs(table, when, school)
    with open_plot(ax, language, field=3.9, fit=False) as plot:
        web = Web(plot.axes, (0.0, 0.0), 1.0, *ends, len(pairs), plot.palette)
        _open_web(plot)
        web.draw_rings()
        for value in web.list_rings():
            x, y = web.find_label(value)
            plot.axes.text(x, y, plot.write_number(value, 0 if float(value).is_integer() else 1), fontsize=9, color=plot.palette.soft,
                           ha="center", va="center")  # fmt: skip
        for spoke, pair in enumerate(pairs):
            _name_spoke(plot, web, spoke, pair)
        web.draw_profile([pair.now for pair in pairs], "now")
        web.draw_profile([pair.wanted for pair in pairs], "wanted")
        plot.add_key([(plot.sign_mark("now"), plot.say("now")), (plot.sign_mark("wanted"), plot.say("wanted"))])
        return plot.axes


def _open_web(plot: Plot) -> None:
    plot.axes.set_axis_off()
    plot.axes.set_aspect("equal", adjustable="box")
    side = 0.5 * WIDTH / 4.2 * 2.6
    plot.axes.set_xlim(-side, side)
    plot.axes.set_ylim(1.3, -1.3)


def _name_spoke(plot: Plot, web: Web, spoke: int, pair: Pair) -> None:
    x, y = web.find_place(spoke, 1.1)
    level: Align = "center" if abs(x) < 0.1 else "left" if x > 0 else "right"
    upright = "center" if level != "center" else "bottom" if y < 0 else "top"
    words = wrap(pair.name, 24) + ("" if pair.shown else f"\n({plot.say('none')})")
    plot.axes.text(x, y, words, ha=level, va=upright, fontsize=9.5, color=plot.palette.ink if pair.shown else plot.palette.soft)
