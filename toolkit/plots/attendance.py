"""A plot of how much schools got beside how much they changed."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from toolkit.analysis.attendance import pair_dose
from toolkit.languages import Language
from toolkit.plots.changes import sign_interval
from toolkit.plots.panel import add_line
from toolkit.plots.style import style_mark
from toolkit.plots.tables import find_name, refuse
from toolkit.plots.theme import Plot, open_plot, wrap
from toolkit.schemas import list_rows

#: The columns of `plg.dose` that have words.
NAMED = ("share", "hours", "contacts")


def plot_dose(
    dose: pd.DataFrame,
    change: pd.DataFrame,
    *,
    on: str = "share",
    confidence: float = 0.95,
    ax: Axes | None = None,
    language: Language | None = None,
) -> Axes:
    """Draw a mark per school: to the right how much it got, and upwards how much it changed, with the interval of that change.

    No line is drawn through the marks: what goes together is no cause, and `plg.relate_dose` says whether it can be told at all.

    Parameters
    ----------
    dose : DataFrame
        As `plg.dose` returns it: school and how much it got.
    change : DataFrame
        As `plg.change` returns it: school, estimate, low and high. Schools in only one of the two frames are left out.
    on : str
        The column of `dose` that is drawn.
    confidence : float
        Of the intervals in `change`, for the key.
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
    >>> got = pd.DataFrame({"school": ["a", "b"], "share": [0.5, 0.8]})
    >>> changed = pd.DataFrame({"school": ["a", "b"], "estimate": [0.1, 0.4], "low": [-0.2, 0.1], "high": [0.4, 0.7]})
    >>> [words.get_text() for words in plg.plot_dose(got, changed, language="en").texts]
    ['a', 'b']
    """
    both = pair_dose(dose, change, on)
    if both.empty:
        refuse("empty", plot="plot_dose")
    with open_plot(ax, language, field=3.4) as plot:
        _show_axes(plot, both, on)
        for row in list_rows(both):
            add_line(plot.axes, [row.dose, row.dose], [row.low, row.high], color=plot.palette.now, linewidth=2, zorder=3)
            add_line(plot.axes, [row.dose], [row.estimate], linestyle="none", zorder=4, **style_mark("now", plot.palette))
            looks: Any = {"textcoords": "offset points", "va": "center", "fontsize": 9}
            plot.axes.annotate(wrap(plot.name_school(row.school), 20), (row.dose, row.estimate), (8, 0), **looks)
        plot.axes.set_ylabel(plot.say("change", what=find_name(change, change, default=plot.say("score"))))
        plot.add_key(sign_interval(plot, bool(both["low"].notna().any()), confidence))
        return plot.axes


def _show_axes(plot: Plot, both: pd.DataFrame, on: str) -> None:
    """Let x hold every dose, with room for names to its right, and y every change with its interval and 0."""
    got = (float(both["dose"].min()), float(both["dose"].max()))
    room = 0.08 * (got[1] - got[0]) or 0.1
    plot.axes.set_xlim(got[0] - room, got[1] + 3 * room)
    ends = [0.0, *(float(value) for name in ("estimate", "low", "high") for value in both[name].dropna())]
    margin = 0.06 * (max(ends) - min(ends)) or 0.1
    plot.axes.set_ylim(min(ends) - margin, max(ends) + margin)
    plot.axes.axhline(0, color=plot.palette.ink, linewidth=1.2, zorder=1)
    plot.number_axis(plot.axes.yaxis, signed=True)
    plot.number_axis(plot.axes.xaxis)
    if on == "share":
        plot.axes.xaxis.set_major_formatter(FuncFormatter(lambda share, _: plot.text.percent(share)))
    plot.axes.set_xlabel(plot.say(f"dose_{on}") if on in NAMED else on)
