"""Plots of people, from a long frame of scores: who changed how, who answered when, and how scores were spread.

They show single people, so they are for the researcher who has the frame; no export draws them, and no page for sharing.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from toolkit.analysis.frames import Column, Long, find_before_after, order_schools, read_frame, take_people
from toolkit.languages import Language
from toolkit.plots.panel import add_line
from toolkit.plots.style import Shape, style_mark
from toolkit.plots.tables import Range, find_scale, refuse_on_page
from toolkit.plots.theme import Plot, open_plot, wrap

#: Half of the room between before and after of one school, whose places are whole numbers.
_SIDE = 0.26
#: A column of its own for who has any row at all.
_PRESENT = "_present"
#: The widest name of a school that stands level below its column.
_LEVEL = 12


def plot_change(
    scores: pd.DataFrame,
    *,
    dv: str | None = None,
    wave: Column = None,
    person: Column = None,
    school: Column = None,
    before: Hashable = None,
    after: Hashable = None,
    scale: Range | None = None,
    ax: Axes | None = None,
    language: Language | None = None,
) -> Axes:
    """Draw everybody who answered before and after as a thin line, and their mean in each school as a thick one.

    Parameters
    ----------
    scores : DataFrame
        Long: a row per person and wave.
    dv, wave, person, school : str, optional
        The columns; found by their names without it. `school=False` says that there is one school.
    before, after : optional
        Values of the wave column; needed where there are more than two.
    scale : tuple of float, optional
        Lowest and highest answer; without it the axis holds all scores.
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
    >>> rows = [("a", "s1", 1, 3.0), ("a", "s1", 2, 3.5), ("b", "s1", 1, 2.0), ("b", "s1", 2, 3.5)]
    >>> axes = plg.plot_change(pd.DataFrame(rows, columns=["code", "school", "wave", "energy"]), language="en")
    >>> [[float(height) for height in line.get_ydata()] for line in axes.lines if line.get_gid() == "s1"]
    [[2.5, 3.5]]
    """
    refuse_on_page("plot_change")
    long = read_frame(scores, dv=dv, wave=wave, person=person, school=school)
    ends = find_before_after(long, before, after)
    people = take_people(long, long.dv[0], *ends).dropna()
    schools = order_schools(long)
    with open_plot(ax, language, field=3.6, width=_find_width(len(schools))) as plot:
        _draw_pairs(plot, people, schools)
        counts = people.groupby(level="school").size().reindex(schools, fill_value=0)
        for place, name in enumerate(schools):
            _draw_means(plot, people, name, place)
        _name_schools(plot, schools, [plot.text.say_count("plots.pairs", int(count)) for count in counts])
        _show_scores(plot, plot.axes.yaxis, find_scale(scores, scale))
        plot.axes.set_ylabel(long.dv[0])
        names = [str(long.waves[end]) for end in ends]
        line = plot.sign_line(plot.palette.soft, linewidth=0.8)
        shapes: list[Shape] = ["wanted", "now"]
        signs = [(plot.sign_mark(shape), plot.say("mean_in", wave=name)) for shape, name in zip(shapes, names, strict=True)]
        plot.add_key([(line, plot.say("one_person")), *signs])
        return plot.axes


def _find_width(schools: int) -> float:
    return min(max(4.8, 1.6 + 1.05 * schools), 14)


def _draw_pairs(plot: Plot, people: pd.DataFrame, schools: list[str]) -> None:
    import seaborn as sns

    if people.empty:
        return
    places = pd.Index(schools).get_indexer(people.index.get_level_values("school"))
    stacked = pd.DataFrame(
        {
            "place": np.concatenate([places - _SIDE, places + _SIDE]),
            "score": np.concatenate([people["before"], people["after"]]),
            "person": np.tile(np.arange(len(people)), 2),
        }
    )
    sns.lineplot(stacked, x="place", y="score", units="person", estimator=None, color=plot.palette.soft, linewidth=0.7, alpha=0.45,
                 legend=False, ax=plot.axes)  # fmt: skip


def _draw_means(plot: Plot, people: pd.DataFrame, school: str, place: int) -> None:
    own = people[people.index.get_level_values("school") == school]
    if own.empty:
        plot.axes.text(place, 0.5, plot.say("no_pairs"), transform=plot.axes.get_xaxis_transform(), rotation=90, ha="center", va="center",
                       style="italic", color=plot.palette.soft)  # fmt: skip
        return
    places = [place - _SIDE, place + _SIDE]
    means = [float(own[end].mean()) for end in ("before", "after")]
    plot.axes.plot(places, means, color=plot.palette.ink, linewidth=2.6, zorder=4, gid=school)
    shapes: list[Shape] = ["wanted", "now"]
    for x, mean, shape in zip(places, means, shapes, strict=True):
        add_line(plot.axes, [x], [mean], linestyle="none", zorder=5, **style_mark(shape, plot.palette))


def _name_schools(plot: Plot, schools: list[str], below: list[str] | None = None) -> None:
    room = _LEVEL if len(schools) < 8 else 20
    names = [wrap(plot.name_school(school) if school else plot.say("all_together"), room) for school in schools]
    labels = [f"{name}\n{words}" for name, words in zip(names, below, strict=True)] if below else names
    looks: dict[str, Any] = {} if len(schools) < 8 else {"rotation": 40, "ha": "right", "rotation_mode": "anchor"}
    plot.axes.set_xticks(range(len(schools)), labels, **looks)
    plot.axes.set_xlim(-0.6, len(schools) - 0.4)
    plot.axes.tick_params(axis="x", length=0)
    plot.axes.set_xlabel("")
    for label in plot.axes.get_xticklabels():
        label.set(parse_math=False, color=plot.palette.ink)


def _show_scores(plot: Plot, axis: Any, ends: Range | None) -> None:
    if ends:
        plot.show_scale(axis, ends)
    else:
        plot.number_axis(axis)
        axis.grid(True, color=plot.palette.rule, linewidth=0.8)


def plot_distribution(
    scores: pd.DataFrame,
    *,
    dv: str | None = None,
    wave: Column = None,
    person: Column = None,
    school: Column = None,
    kind: Literal["histogram", "strip"] | None = None,
    scale: Range | None = None,
    ax: Axes | None = None,
    language: Language | None = None,
) -> Axes:
    """Draw how scores were spread in each wave: a histogram over all schools, or a strip of people per school.

    Parameters
    ----------
    scores : DataFrame
        Long: a row per person and wave.
    dv, wave, person, school : str, optional
        The columns; found by their names without it. False says that there is none.
    kind : {"histogram", "strip"}, optional
        A strip where there are several schools, else a histogram.
    scale : tuple of float, optional
        Lowest and highest answer; without it the axis holds all scores.
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
    >>> rows = [("a", 1, 3.0), ("a", 2, 3.5), ("b", 1, 2.0), ("b", 2, 3.5), ("c", 2, 4.0)]
    >>> scores = pd.DataFrame(rows, columns=["code", "wave", "energy"])
    >>> axes = plg.plot_distribution(scores, school=False, language="en")
    >>> int(sum(bar.get_height() for bar in axes.patches))
    5
    """
    refuse_on_page("plot_distribution")
    long = read_frame(scores, dv=dv, wave=wave, person=person, school=school)
    schools = order_schools(long)
    waves = [str(value) for value in long.waves] or [""]
    name = long.dv[0]
    table = long.table.dropna(subset=name).assign(wave=lambda frame: [waves[place] for place in frame["wave"]])
    strip = kind == "strip" or (kind is None and len(schools) > 1)
    with open_plot(ax, language, field=3.6, width=_find_width(len(schools)) if strip else 7.2) as plot:
        colours = _choose_colours(plot, waves)
        ends = find_scale(scores, scale)
        if strip:
            _draw_strip(plot, table, name, schools, colours)
            _show_scores(plot, plot.axes.yaxis, ends)
            plot.axes.set_ylabel(name)
        else:
            _draw_histogram(plot, table, name, colours, ends)
            _show_scores(plot, plot.axes.xaxis, ends)
            plot.axes.set_xlabel(name)
        counts = table["wave"].value_counts()
        signs = [(plot.sign_box(colour), plot.say("wave_n", wave=wave, n=int(counts.get(wave, 0)))) for wave, colour in colours.items()]
        plot.add_key(signs if waves != [""] else [])
        return plot.axes


def _choose_colours(plot: Plot, waves: list[str]) -> dict[str, str]:
    """Return a colour per wave: before and after as everywhere, more of them from light to dark."""
    if len(waves) == 1:
        return {waves[0]: plot.palette.now}
    if len(waves) == 2:
        return dict(zip(waves, (plot.palette.wanted, plot.palette.now), strict=True))
    tones = [*plot.palette.down, *plot.palette.up] if len(waves) > 3 else list(plot.palette.up)
    return {wave: tones[place * (len(tones) - 1) // (len(waves) - 1)] for place, wave in enumerate(waves)}


def _draw_strip(plot: Plot, table: pd.DataFrame, name: str, schools: list[str], colours: dict[str, str]) -> None:
    import seaborn as sns

    order: Any = {"x": "school", "y": name, "hue": "wave", "order": schools, "hue_order": list(colours), "legend": False, "ax": plot.axes}
    several = len(colours) > 1
    with _same_dots():
        sns.stripplot(table, palette=colours, dodge=several, jitter=0.12, size=4.5, alpha=0.65, **order)
    ink = dict.fromkeys(colours, plot.palette.ink)
    looks: dict[str, Any] = {"errorbar": None, "linestyle": "none", "marker": "_", "markersize": 18, "markeredgewidth": 2.4}
    sns.pointplot(table, palette=ink, dodge=0.8 - 0.8 / len(colours) if several else False, **looks, **order)
    _name_schools(plot, schools)


@contextmanager
def _same_dots() -> Iterator[None]:
    """Let seaborn, which throws dots apart by numpy's own generator, throw them the same way every time; the generator stays as it was."""
    state = np.random.get_state()  # noqa: NPY002
    np.random.seed(0)  # noqa: NPY002
    try:
        yield
    finally:
        np.random.set_state(state)  # noqa: NPY002


def _draw_histogram(plot: Plot, table: pd.DataFrame, name: str, colours: dict[str, str], ends: Range | None) -> None:
    import seaborn as sns

    several = len(colours) > 1
    sns.histplot(table, x=name, hue="wave", hue_order=list(colours), palette=colours, multiple="dodge" if several else "layer", bins="auto",
                 binrange=ends, shrink=0.9, edgecolor=plot.palette.paper, linewidth=0.8, alpha=1, legend=False, ax=plot.axes)  # fmt: skip
    plot.number_axis(plot.axes.yaxis, whole=True)
    plot.axes.set_ylabel(plot.say("people"))


def plot_flow(
    scores: pd.DataFrame,
    *,
    dv: str | None = None,
    wave: Column = None,
    person: Column = None,
    school: Column = None,
    ax: Axes | None = None,
    language: Language | None = None,
) -> Axes:
    """Draw who answered when: a bar of people per wave, and between two waves a band of those who answered in both.

    Parameters
    ----------
    scores : DataFrame
        Long: a row per person and wave.
    dv : str, optional
        Count who has a value in this column; everybody with a row without it.
    wave, person, school : str, optional
        The columns; found by their names without it. False says that there is none.
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
    >>> rows = [("a", 1), ("a", 2), ("b", 1), ("c", 2), ("d", 2)]
    >>> axes = plg.plot_flow(pd.DataFrame(rows, columns=["code", "wave"]), school=False, language="en")
    >>> axes.get_xlabel()
    '4 people: 3 answered once, 1 twice'
    """
    refuse_on_page("plot_flow")
    frame = scores.assign(**{_PRESENT: 1.0}) if dv is None and isinstance(scores, pd.DataFrame) else scores
    long = read_frame(frame, dv=dv or _PRESENT, wave=wave, person=person, school=school, varies=False)
    waves = [str(value) for value in long.waves] or [""]
    answered = _spread_people(long, len(waves))
    counts = answered.sum()
    both = [int((answered[place] & answered[place + 1]).sum()) for place in range(len(waves) - 1)]
    with open_plot(ax, language, field=2.8, width=max(4.8, 1.2 + 1.6 * len(waves))) as plot:
        _draw_bars(plot, waves, [int(count) for count in counts])
        for place, count in enumerate(both):
            _draw_band(plot, place, count)
        plot.axes.set_xlabel(_write_times(plot, answered.sum(axis=1)))
        plot.axes.set_ylabel(plot.say("people"))
        return plot.axes


def _spread_people(long: Long, waves: int) -> pd.DataFrame:
    """Return a row per person, and per wave whether he or she answered."""
    present = long.table.assign(answered=True).drop_duplicates(["school", "respondent", "wave"])
    wide = present.pivot(index=["school", "respondent"], columns="wave", values="answered")
    return wide.reindex(columns=range(waves)).notna()


def _draw_bars(plot: Plot, waves: list[str], counts: list[int]) -> None:
    import seaborn as sns

    table = pd.DataFrame({"wave": waves, "people": counts})
    sns.barplot(
        table, x="wave", y="people", order=waves, color=plot.palette.now, saturation=1, width=0.36, linewidth=0, errorbar=None, ax=plot.axes
    )
    for place, count in enumerate(counts):
        plot.axes.annotate(plot.write_number(count), (place, count), (0, 4), textcoords="offset points", ha="center", weight="bold",
                           color=plot.palette.now)  # fmt: skip
    plot.number_axis(plot.axes.yaxis, whole=True)
    plot.axes.set_xlim(-0.6, len(waves) - 0.4)
    plot.axes.tick_params(axis="x", length=0)
    plot.axes.set_xticks(range(len(waves)), [wrap(wave, 18) for wave in waves])
    for label in plot.axes.get_xticklabels():
        label.set(parse_math=False, color=plot.palette.ink)


def _draw_band(plot: Plot, place: int, count: int) -> None:
    """Fill the room between two bars as high as the number of people who answered in both."""
    plot.axes.fill_between([place + 0.18, place + 0.82], 0, count, color=plot.palette.tints[1], linewidth=0, zorder=0)
    words = plot.say("in_both", n=plot.write_number(count)) if count else plot.say("in_both_none")
    top = plot.axes.get_ylim()[1]
    plot.axes.text(place + 0.5, count / 2 if count > 0.12 * top else count + 0.03 * top, words, ha="center",
                   va="center" if count > 0.12 * top else "bottom", fontsize=9.5)  # fmt: skip


def _write_times(plot: Plot, times: pd.Series) -> str:
    """Return how many people there are and how often they answered."""
    counts = np.bincount(times.to_numpy(dtype=np.int64))[1:]
    parts = [_write_often(plot, often, int(count)) for often, count in enumerate(counts, 1) if count]
    return plot.text.say_count("plots.flow", int(counts.sum()), parts=", ".join(parts))


def _write_often(plot: Plot, often: int, count: int) -> str:
    key = {1: "times.once", 2: "times.twice"}.get(often, "times.more")
    numeral = f"numeral.n{often}"
    times = plot.text.say(numeral) if numeral in plot.text.phrases else plot.write_number(often)
    return plot.say(key, n=plot.write_number(count), times=times)
