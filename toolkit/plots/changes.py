"""Plots of changes: a row per school or factor with its interval, and factors by schools in tones."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from toolkit.analysis.frames import ALL
from toolkit.languages import Language, find_spoken, load_text
from toolkit.plots.drawings import STEPS, choose_change_tone, choose_level_tone, draw_estimate, find_colour, find_reach
from toolkit.plots.panel import add_boxes, add_line
from toolkit.plots.style import Shape, style_mark
from toolkit.plots.tables import (
    Range,
    check_table,
    find_name,
    find_scale,
    is_number,
    list_values,
    pick_rows,
    refuse,
)
from toolkit.plots.theme import Plot, measure_rows, open_plot, wrap
from toolkit.schemas import list_rows

_COLUMNS = ("school", "n", "estimate", "low", "high")
#: The widest name of a school that stands level above its column.
_LEVEL = 9


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a forest: its name, estimate and interval, the people it rests on, and words where there is no number."""

    name: str
    values: tuple[float, float, float]
    n: int
    shape: Shape
    nothing: str = ""
    decimals: int = 2


def plot_schools(
    change: pd.DataFrame,
    *,
    dv: str | None = None,
    school: str | None = None,
    smallest_change: float | None = None,
    scale: Range | None = None,
    ax: Axes | None = None,
    language: Language | None = None,
) -> Axes:
    """Draw the change of each school with its interval, beside a line at no change.

    A mark is filled where the interval lies on one side of zero, half filled where the verdict is an indication after `adjust="holm"`,
    the average of all schools is a diamond, and a row without a number
    says so. With the changes of several columns, `dv` chooses one, or `school` a school whose columns are drawn below one another.

    Parameters
    ----------
    change : DataFrame
        As `plg.change` returns it: school, n, estimate, low and high.
    dv : str, optional
        Which column's change, where there are several.
    school : str, optional
        Draw the rows of this school only.
    smallest_change : float, optional
        Changes smaller than this do not matter: they lie in a band.
    scale : tuple of float, optional
        Lowest and highest answer; found in `change.attrs` where the verb knew it.
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
    >>> rows = [("all schools", 35, 0.5, 0.2, 0.8), ("Het Kompas", 22, 0.7, 0.3, 1.1), ("De Wilg", 13, 0.2, -0.3, 0.7)]
    >>> change = pd.DataFrame(rows, columns=["school", "n", "estimate", "low", "high"])
    >>> [label.get_text() for label in plg.plot_schools(change, language="en").get_yticklabels()]
    ['All schools', 'Het Kompas', 'De Wilg']
    """
    table = check_table(change, _COLUMNS, plot="plot_schools", verb="change")
    if "dv" in table:
        table = pick_rows(table, "dv", dv)
    table = pick_rows(table, "school", school)
    by = "dv" if len(list_values(table, "dv")) > 1 else "school"
    if by == "dv" and len(list_values(table, "school")) > 1:
        refuse("school_or_dv", plot="plot_schools", school=table["school"].iloc[0], dv=table["dv"].iloc[0])
    span = find_scale(change, scale)
    with open_plot(ax, language, field=measure_rows(list(table[by].astype(str)))) as plot:
        rows = [_read_row(row, by, plot) for row in list_rows(table)]
        draw_forest(plot, rows, span and span[1] - span[0], smallest_change, change.attrs.get("confidence", 0.95))
        plot.axes.set_xlabel(plot.say("change", what=find_name(change, table, default=plot.say("score"))))
        return plot.axes


def _read_row(row: Any, by: str, plot: Plot) -> Row:
    clear = is_number(row.low) and is_number(row.high) and (row.low > 0 or row.high < 0)
    told: Shape = "indication" if is_indication(getattr(row, "verdict", None)) else "now" if clear else "unclear"
    shape: Shape = "mean" if row.school == ALL and by == "school" else told
    name = str(row.dv) if by == "dv" else plot.name_school(row.school)
    nothing = "" if is_number(row.estimate) else say_why(getattr(row, "verdict", None), plot)
    return Row(name, (row.estimate, row.low, row.high), int(row.n) if is_number(row.n) else 0, shape, nothing)


def is_indication(verdict: object) -> bool:
    """Return whether `verdict` is what `plg.change` says, in either language, of a change that a correction did not leave standing."""
    return verdict in {
        load_text(language).say(f"verdict.indication_{word}") for language in get_args(Language) for word in ("rose", "fell")
    }


def say_why(verdict: object, plot: Plot) -> str:
    """Return why there is no number, as the verb said it if that was in the language of the plot."""
    told = isinstance(verdict, str) and verdict and plot.text.language == find_spoken()
    return str(verdict) if told else plot.say("nothing")


def draw_forest(
    plot: Plot,
    rows: Sequence[Row],
    span: float | None,
    smallest_change: float | None,
    confidence: float,
    words: Mapping[Shape, str] | None = None,
) -> None:
    """Draw `rows` beside a line at zero on an answer scale of `span` points, and explain the marks, in `words` that a page has for them."""
    reach = _find_limit([value for row in rows for value in row.values if is_number(value)], span)
    plot.axes.set_xlim(-reach, reach)
    plot.name_rows([row.name for row in rows], strong=[row.shape == "mean" for row in rows])
    plot.number_axis(plot.axes.xaxis, signed=True)
    plot.axes.grid(True, axis="x", color=plot.palette.rule, linewidth=0.8)
    plot.axes.axvline(0, color=plot.palette.ink, linewidth=1.4, zorder=1)
    if smallest_change:
        plot.axes.axvspan(-smallest_change, smallest_change, color=plot.palette.band, linewidth=0, zorder=0)
    for y, row in enumerate(rows):
        if row.nothing:
            plot.write_nothing(y, row.nothing)
        else:
            draw_estimate(plot.axes, row.values, y, row.shape, (-reach, reach), plot.palette)
            write_beside(plot, y, plot.write_number(row.values[0], row.decimals, signed=True), row.n, find_colour(row.shape, plot.palette))
    signed: dict[Shape, str] = {"now": "clear", "indication": "indication", "unclear": "unclear", "mean": "average"}
    said = words or {shape: plot.say(key) for shape, key in signed.items()}
    drawn = {row.shape for row in rows if not row.nothing}
    signs: list[tuple[Any, str]] = [(plot.sign_mark(shape), said[shape]) for shape in said if shape in drawn]
    signs += sign_interval(plot, any(is_number(row.values[1]) for row in rows), confidence)
    plot.add_key([*signs, (plot.sign_box(plot.palette.band), plot.say("small"))] if smallest_change else signs)


def _find_limit(values: list[float], span: float | None) -> float:
    if not values:
        return 1.0
    furthest = max(map(abs, values))
    return find_reach(values, span) if span else furthest * 1.08 or 1.0


def write_beside(plot: Plot, y: float, words: str, n: int, colour: str, *, bold: bool = True) -> None:
    """Write a value and the number of people that it rests on, to the right of the field."""
    looks: dict[str, Any] = {"xycoords": plot.axes.get_yaxis_transform(), "textcoords": "offset points", "va": "center", "fontsize": 9.5}
    plot.axes.annotate(
        words, (1, y), (42, 0), color=colour, weight="bold" if bold else "normal", ha="right", annotation_clip=False, **looks
    )
    if n:
        said = plot.say("n", n=plot.text.number(n, 0))
        plot.axes.annotate(said, (1, y), (50, 0), color=plot.palette.soft, annotation_clip=False, **looks)


def sign_interval(plot: Plot, drawn: bool, confidence: float) -> list[tuple[Any, str]]:
    """Return the sign of intervals for the key, where there is one at all."""
    return [(plot.sign_line(plot.palette.soft), plot.say("interval", confidence=plot.text.percent(confidence)))] if drawn else []


def plot_factors(
    change: pd.DataFrame,
    *,
    show: Literal["estimate", "before", "after"] = "estimate",
    scale: Range | None = None,
    ax: Axes | None = None,
    language: Language | None = None,
) -> Axes:
    """Draw factors by schools as a heat map with the value in each cell.

    Changes have two hues around a grey for what lies near zero, and are bold where their interval lies on one side of it and the verdict
    is no mere indication (that has a half filled mark); levels have one
    hue over the whole answer scale. A cell without a number is an outline, and the key says so.

    Parameters
    ----------
    change : DataFrame
        As `plg.change` returns it for several columns: dv (in the index), school, before, after, estimate, low and high.
    show : {"estimate", "before", "after"}
        The change, or the level at either wave.
    scale : tuple of float, optional
        Lowest and highest answer; found in `change.attrs` where the verb knew it. Without it tones follow the largest value.
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
    >>> rows = [("vision", "s1", 0.4, 0.1, 0.7), ("vision", "s2", -0.1, -0.4, 0.2), ("trust", "s1", 0.0, -0.3, 0.3)]
    >>> change = pd.DataFrame(rows, columns=["dv", "school", "estimate", "low", "high"]).set_index("dv")
    >>> axes = plg.plot_factors(change, scale=(1, 5), language="en")
    >>> [words.get_text() for words in axes.texts]
    ['+0.40', '−0.10', '0.00']
    """
    table = check_table(change, dict.fromkeys(("dv", "school", show)), plot="plot_factors", verb="change")
    table = table.assign(dv=table["dv"].astype(str), school=table["school"].astype(str))
    if table.duplicated(["dv", "school"]).any():
        refuse("doubles", plot="plot_factors")
    order = {name: list_values(table, name) for name in ("dv", "school")}
    values = table.pivot(index="dv", columns="school", values=show).astype(float).reindex(index=order["dv"], columns=order["school"])
    with open_plot(ax, language, width=max(4.5, 2.6 + 0.62 * values.shape[1]), field=measure_rows(order["dv"])) as plot:
        if show == "estimate":
            ends = find_scale(change, scale) or (0.0, 4 * (_find_furthest(values) or 1.0))
            _draw_changes(plot, values, _find_clear(table, values), _find_indicated(table, values), ends[1] - ends[0])
        else:
            _draw_levels(plot, values, find_scale(change, scale) or _find_ends(values))
        plot.name_rows([str(name) for name in values.index], middle=0.5)
        _name_columns(plot, [plot.name_school(school) for school in values.columns])
        return plot.axes


def _name_columns(plot: Plot, names: list[str]) -> None:
    level = max(map(len, names)) <= _LEVEL
    looks: dict[str, Any] = {"rotation": 0, "ha": "center"} if level else {"rotation": 35, "ha": "right", "rotation_mode": "anchor"}
    plot.axes.set_xticks(np.arange(len(names)) + 0.5, [wrap(name, 20) for name in names], **looks)
    for label in plot.axes.get_xticklabels():
        label.set(parse_math=False, color=plot.palette.ink)
    plot.axes.tick_params(axis="x", length=0)
    plot.axes.spines["bottom"].set_visible(False)
    plot.axes.set_xlabel("")


def _find_furthest(values: pd.DataFrame) -> float:
    return float(np.nanmax(np.abs(values.to_numpy()), initial=0.0))


def _find_ends(values: pd.DataFrame) -> Range:
    """Return whole numbers around all values, where nobody knows the answer scale."""
    low, high = (float(end(values.to_numpy(), initial=start)) for end, start in ((np.nanmin, math.inf), (np.nanmax, -math.inf)))
    return (math.floor(low), max(math.ceil(high), math.floor(low) + 1)) if math.isfinite(low) else (0.0, 1.0)


def _find_clear(table: pd.DataFrame, values: pd.DataFrame) -> pd.DataFrame:
    """Return which changes have an interval on one side of zero."""
    ends = table.reindex(columns=["low", "high"]).astype(float)
    beside = table.assign(clear=(ends["low"] > 0) | (ends["high"] < 0)).pivot(index="dv", columns="school", values="clear")
    return beside.reindex_like(values).eq(True) & ~_find_indicated(table, values)


def _find_indicated(table: pd.DataFrame, values: pd.DataFrame) -> pd.DataFrame:
    """Return which changes are an indication only."""
    verdicts = table["verdict"] if "verdict" in table else pd.Series("", index=table.index)
    weak = table.assign(weak=[is_indication(verdict) for verdict in verdicts]).pivot(index="dv", columns="school", values="weak")
    return weak.reindex_like(values).eq(True)


def _draw_changes(plot: Plot, values: pd.DataFrame, clear: pd.DataFrame, indicated: pd.DataFrame, span: float) -> None:
    palette = plot.palette
    tones = [*reversed(palette.down), palette.middle, *palette.up]
    codes = values.map(lambda value: tones.index(choose_change_tone(value, span, palette)), na_action="ignore")
    words = values.map(lambda value: plot.write_number(value, 2, signed=True), na_action="ignore")
    _draw_cells(plot, codes, words, tones, clear)
    for row, column in np.argwhere(indicated.to_numpy()):
        add_line(
            plot.axes, [column + 0.88], [row + 0.5], linestyle="none", zorder=4, **style_mark("indication", palette) | {"markersize": 5}
        )
    steps = [plot.write_number(step * span / 4, 2) for step in STEPS]
    signs = [(plot.sign_box(tone), plot.say("fell_from", step=step)) for tone, step in zip(tones[:3], reversed(steps), strict=True)]
    signs += [(plot.sign_box(palette.middle), plot.say("about_the_same", step=steps[0]))]
    signs += [(plot.sign_box(tone), plot.say("rose_from", step=step)) for tone, step in zip(palette.up, steps, strict=True)]
    half = [(plot.sign_mark("indication"), plot.say("indication"))] if indicated.to_numpy().any() else []
    plot.add_key([*signs, *half, *_sign_open(plot, values)])


def _draw_levels(plot: Plot, values: pd.DataFrame, ends: Range) -> None:
    tones = list(plot.palette.tints)
    codes = values.map(lambda value: tones.index(choose_level_tone(value, *ends, plot.palette)), na_action="ignore")
    words = values.map(lambda value: plot.write_number(value, 2), na_action="ignore")
    _draw_cells(plot, codes, words, tones, pd.DataFrame(False, values.index, values.columns))
    width = (ends[1] - ends[0]) / len(tones)
    parts = [[plot.write_number(ends[0] + width * (place + more), 2) for more in (0, 1)] for place in range(len(tones))]
    signs = [(plot.sign_box(tone), plot.say("from_to", low=low, high=high)) for tone, (low, high) in zip(tones, parts, strict=True)]
    plot.add_key([*signs, *_sign_open(plot, values)])


def _draw_cells(plot: Plot, codes: pd.DataFrame, words: pd.DataFrame, tones: list[str], bold: pd.DataFrame) -> None:
    import seaborn as sns
    from matplotlib.colors import ListedColormap

    missing = codes.isna()
    sns.heatmap(codes.astype(float), mask=missing, annot=words.fillna("").to_numpy(), fmt="", cmap=ListedColormap(tones), vmin=-0.5,
                vmax=len(tones) - 0.5, cbar=False, linewidths=1.5, linecolor=plot.palette.paper, ax=plot.axes,
                annot_kws={"fontsize": 9.5})  # fmt: skip
    shown = np.argwhere(~missing.to_numpy())
    for text, (row, column) in zip(plot.axes.texts, shown, strict=True):
        tone = tones[int(codes.iloc[row, column])]
        text.set(color=plot.palette.paper if tone in plot.palette.strong else plot.palette.ink, parse_math=False)
        text.set_fontweight("bold" if bold.iloc[row, column] else "normal")
    boxes = [(column + 0.05, column + 0.95, row + 0.08, row + 0.92) for row, column in np.argwhere(missing.to_numpy())]
    add_boxes(plot.axes, boxes, facecolor="none", edgecolor=plot.palette.soft, linewidth=0.8, linestyle=(0, (1, 3)))


def _sign_open(plot: Plot, values: pd.DataFrame) -> list[tuple[Any, str]]:
    """Return the sign of a cell without a value, where there is one."""
    from matplotlib.patches import Patch

    looks: dict[str, Any] = {"facecolor": "none", "edgecolor": plot.palette.soft, "linewidth": 0.8, "linestyle": (0, (1, 3))}
    return [(Patch(**looks), plot.say("nothing"))] if values.isna().to_numpy().any() else []
