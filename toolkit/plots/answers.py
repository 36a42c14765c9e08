"""Plot of answers: a full bar per statement and wave, in tones that tell low from high."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from toolkit.analysis.frames import Column, Long, find_before_after, read_frame
from toolkit.languages import Language
from toolkit.plots.drawings import choose_tones, stack_shares
from toolkit.plots.tables import Range, find_scale, refuse, refuse_on_page
from toolkit.plots.theme import Plot, open_plot, wrap

#: So many answers have a tone of their own.
MOST = 7
#: Heights in lanes, each of which holds a bar: of the bar, of a line of words, and of the room between statements.
_BAR = 0.84
_WORDS = 0.8
_BETWEEN = 0.45
_INCHES = 0.25
_STATEMENT = 68


def plot_answers(
    answers: pd.DataFrame,
    *,
    items: Sequence[str] | Mapping[str, str],
    wave: Column = None,
    person: Column = None,
    school: Column = None,
    before: Hashable = None,
    after: Hashable = None,
    labels: Mapping[float, str] | None = None,
    scale: Range | None = None,
    ax: Axes | None = None,
    language: Language | None = None,
) -> Axes:
    """Draw how the answers to each statement were spread, before above after: full bars from the lowest answer to the highest.

    Parameters
    ----------
    answers : DataFrame
        Long: a row per person and wave, with a column of whole numbers per statement.
    items : list or dict
        The columns; as a dict each with the words of its statement.
    wave, person, school : str, optional
        The columns; found by their names without it. False says that there is none, for waves that there is one bar per statement.
    before, after : optional
        Values of the wave column; needed where there are more than two.
    labels : dict, optional
        Words of answers, such as `{1: "never", 5: "always"}`.
    scale : tuple of float, optional
        Lowest and highest answer; without it those that were given.
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
    >>> answers = pd.DataFrame({"code": list("abcd"), "q1": [1, 2, 2, 3]})
    >>> axes = plg.plot_answers(answers, items=["q1"], wave=False, school=False, language="en")
    >>> [words.get_text() for words in axes.texts]
    ['q1', '25', '50', '25', 'n = 4']
    """
    refuse_on_page("plot_answers")
    columns = list(items)
    long = read_frame(answers, dv=columns, wave=wave, person=person, school=school, varies=False)
    places = list(find_before_after(long, before, after)) if len(long.waves) > 1 else [0]
    values = list_answers(long, find_scale(answers, scale))
    waves = [str(long.waves[place]) if long.waves else "" for place in places]
    words = [str(items[name]) if isinstance(items, Mapping) else name for name in columns]
    statements = [
        Statement(word, [_count(long, name, place, wave, values) for place, wave in zip(places, waves, strict=True)])
        for name, word in zip(columns, words, strict=True)
    ]
    with open_plot(ax, language, field=_INCHES * sum(map(_measure, statements))) as plot:
        draw_statements(plot, statements, [_name_answer(plot, value, labels) for value in values])
        return plot.axes


def _count(long: Long, name: str, place: int, wave: str, values: Sequence[float]) -> Bar:
    given = long.table.loc[long.table["wave"] == place, name].dropna()
    counts = [int((given == value).sum()) for value in values]
    return Bar(wave, [100 * count / len(given) for count in counts] if len(given) else [], len(given))


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its name, the percentages of its answers from low to high, its people, and what is said where there are no percentages."""

    name: str
    shares: Sequence[float]
    n: int = 0
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """The words of one statement, and its bars from top to bottom."""

    words: str
    bars: Sequence[Bar]

    @property
    def lines(self) -> list[str]:
        """The words in lines."""
        return wrap(self.words, _STATEMENT).split("\n")


def _measure(statement: Statement) -> float:
    """Return how many lanes a statement takes."""
    return _WORDS * len(statement.lines) + len(statement.bars) + _BETWEEN


def draw_statements(plot: Plot, statements: Sequence[Statement], answers: Sequence[str]) -> None:
    """Draw `statements` below one another; `answers` are the words of the answers from low to high."""
    tones = choose_tones(len(answers), plot.palette)
    top = 0.0
    lanes: list[tuple[float, str]] = []
    for statement in statements:
        words = _WORDS * len(statement.lines)
        plot.axes.text(0, top + words / 2, "\n".join(statement.lines), weight="bold", va="center", fontsize=10)
        for number, bar in enumerate(statement.bars):
            lanes.append((top + words + number + 0.08, bar.name))
            _draw_bar(plot, bar, tones, lanes[-1][0])
        top += _measure(statement)
    _name_lanes(plot, lanes, top)
    plot.add_key([(plot.sign_box(tone), words) for tone, words in zip(tones, answers, strict=True)])


def list_answers(long: Long, ends: Range | None) -> list[float]:
    """Return all answers that can be given, from low to high; `FrameError` where they are no few whole numbers."""
    given = long.table[list(long.dv)].to_numpy(dtype=float)
    given = given[np.isfinite(given)]
    whole = np.unique(given)
    if (whole % 1).any():
        refuse("no_answers", value=f"{whole[whole % 1 > 0][0]:g}")
    low, high = ends or (float(whole.min()), float(whole.max()))
    if whole.min() < low or whole.max() > high:
        refuse("outside_scale", value=f"{whole.min() if whole.min() < low else whole.max():g}", low=f"{low:g}", high=f"{high:g}")
    if not 1 <= high - low <= MOST - 1:
        refuse("many_answers", low=f"{low:g}", high=f"{high:g}", most=MOST)
    return [float(value) for value in np.arange(low, high + 1)]


def _draw_bar(plot: Plot, bar: Bar, tones: list[str], top: float) -> None:
    if not bar.shares or bar.instead:
        plot.write_nothing(top + _BAR / 2, bar.instead or plot.say("nobody"))
        return
    strong = plot.palette.strong

    def write(middle: float, share: float, tone: str) -> None:
        colour = plot.palette.paper if tone in strong else plot.palette.ink
        plot.axes.text(middle, top + _BAR / 2, plot.text.number(share, 0), ha="center", va="center", color=colour, fontsize=9)

    stack_shares(plot.axes, bar.shares, tones, top, _BAR, write, plot.palette)
    if bar.n:
        beside: Any = plot.axes.get_yaxis_transform()
        said = plot.say("n", n=plot.text.number(bar.n, 0))
        plot.axes.text(1.015, top + _BAR / 2, said, transform=beside, va="center", color=plot.palette.soft, fontsize=9)


def _name_lanes(plot: Plot, lanes: Sequence[tuple[float, str]], height: float) -> None:
    """Name each bar, and let the axis run from nobody to everybody."""
    plot.axes.set_xlim(0, 100)
    plot.axes.set_ylim(height, 0)
    plot.number_axis(plot.axes.xaxis)
    plot.axes.set_xlabel(plot.say("percent"))
    plot.axes.set_yticks([top + _BAR / 2 for top, _ in lanes], [wrap(name, 18).split("\n")[0] for _, name in lanes])
    plot.axes.tick_params(axis="y", length=0)
    plot.axes.spines["left"].set_visible(False)
    for label in plot.axes.get_yticklabels():
        label.set(parse_math=False, color=plot.palette.soft)


def _name_answer(plot: Plot, value: float, labels: Mapping[float, str] | None) -> str:
    number = plot.text.number(value, 0)
    word = next((word for answer, word in (labels or {}).items() if float(answer) == value), "")
    return f"{number} {word}".strip()
