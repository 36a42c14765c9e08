"""A panel on which rows stand below one another, and what it is made of: words, lines and boxes.

Every figure of a page is `WIDTH` units wide and one unit high per unit: x is in points of the answer scale, y in units from the top.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from copy import copy
from functools import cache, partial
from typing import Any, Literal, TypeAlias

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch, Polygon
from matplotlib.path import Path as MarkedPath
from matplotlib.text import Text
from matplotlib.transforms import (
    Bbox,
    BboxTransformFrom,
    BboxTransformTo,
    IdentityTransform,
    TransformedBbox,
    TransformedPath,
    blended_transform_factory,
)

from toolkit.plots.style import (
    BAND,
    INK,
    LABEL,
    PAPER,
    RULE,
    SMALL,
    SOFT,
    STRONG,
    WIDTH,
    Align,
    Box,
    Place,
    Shape,
    find_line_height,
    house_style,
    style_mark,
)

#: Nothing is clipped; an artist without a path of its own would be given a new one each.
_ANYWHERE = TransformedPath(MarkedPath.unit_rectangle(), IdentityTransform())
#: What can be drawn on: a panel, or axes of somebody's own.
Ground: TypeAlias = "Axes | Panel"


def add_line(axes: Ground, x: Sequence[float], y: Sequence[float], **looks: Any) -> None:
    """Add a line to `axes` that is not cut at its edge; the field stays as it is, so nothing of `Axes.plot` is needed."""
    on_page = isinstance(axes, Panel)
    line = copy(_make_line(tuple(looks.items()))) if on_page else Line2D([], [], clip_on=False, clip_path=_ANYWHERE, **looks)
    line.set_data(x, y)
    axes.add_artist(line)


class Line(Line2D):
    """A line of a panel, or marks: one of many that look like another and stay so; `like` is the first of them."""

    like: Line

    def draw(self, renderer: Any) -> None:
        """Draw the line; on a page as the first was drawn, where its places allow it."""
        draw_like = getattr(getattr(renderer, "_renderer", renderer), "draw_like", None)
        if not (draw_like and draw_like(self)):
            super().draw(renderer)


@cache
def _make_line(looks: tuple[tuple[str, Any], ...]) -> Line:
    """Return the first line that looks so: to copy one takes a tenth of the time that it takes to make it."""
    with house_style():
        line = Line([], [], **dict(looks))
    line.like = line
    return line


def add_shape(axes: Ground, places: Sequence[Place] | MarkedPath, **looks: Any) -> None:
    """Add a shape to `axes` that is not cut at its edge, with corners at these `places` or bounded by a path."""
    looks |= {"clip_on": False, "clip_path": _ANYWHERE}
    shape = PathPatch(places, **looks) if isinstance(places, MarkedPath) else Polygon(places, **looks)
    if isinstance(axes, Axes) and axes.get_autoscale_on():
        axes.add_patch(shape)
    else:
        axes.add_artist(shape)  # a field that stays needs no new limits


def add_boxes(axes: Ground, boxes: Sequence[Box], **looks: Any) -> None:
    """Add boxes to `axes` that are not cut at its edge."""
    if boxes:
        corners = map(_list_corners, boxes)
        rings = MarkedPath.make_compound_path(*(MarkedPath([*places, places[0]], closed=True) for places in corners))
        add_shape(axes, rings, zorder=2, **looks)


def _list_corners(box: Box) -> list[Place]:
    left, right, top, bottom = box
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


class _Words(Text):
    """Words on one line, which a browser sets: nothing of them is measured where they are drawn into a page."""

    def draw(self, renderer: Any) -> None:
        """Draw the words; in another kind of picture as matplotlib does."""
        words = self.get_text()
        drawn = getattr(renderer, "_renderer", renderer)
        if "\n" in words or not isinstance(drawn, RendererSVG):
            super().draw(renderer)
        elif words and self.get_visible():
            getattr(drawn, "draw_words", partial(_draw_words, drawn))(self, words)


def _draw_words(renderer: RendererSVG, artist: Text, words: str) -> None:
    x, y = artist.get_transform().transform(artist.get_unitless_position())
    style = renderer.new_gc()
    style.set_foreground(artist.get_color())
    renderer.open_group("text", artist.get_gid())
    renderer.draw_text(style, x, renderer.height - y, words, artist.get_fontproperties(), 0.0, mtext=artist)
    renderer.close_group("text")


@cache
def _make_words(size: float, colour: str, align: Align, bold: bool) -> _Words:
    """Return the first words that look so."""
    font = FontProperties(size=size, weight="bold" if bold else "normal")
    with house_style():
        return _Words(color=colour, fontproperties=font, horizontalalignment=align)


class Panel(Figure):
    """A figure with one field of `height` units, which leaves `left` and `right` units free at its sides.

    Places in the field are values from `low` to `high`, and units from the top. It has no axes: nothing of them would be seen.
    """

    def __init__(self, height: float, low: float, high: float, *, left: float = 12, right: float = 12) -> None:
        super().__init__(figsize=(WIDTH / 72, height / 72), frameon=False)
        self.low, self.high = low, high
        self.left, self.right, self.height = left, right, height
        field = TransformedBbox(Bbox.from_bounds(left / WIDTH, 0, (WIDTH - left - right) / WIDTH, 1), self.transFigure)
        self.places = BboxTransformFrom(Bbox([[low, height], [high, 0]])) + BboxTransformTo(field)
        self.lines_of_words = blended_transform_factory(self.transFigure, self.places)

    def add_artist(self, artist: Artist, clip: bool = False) -> Artist:
        """Add what is drawn in the field."""
        if not artist.is_transform_set():
            artist.set_transform(self.places)
        return super().add_artist(artist, clip)

    def write(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = LABEL,
        colour: str = INK,
        align: Align = "left",
        bold: bool = False,
        only: Literal["", "wide", "narrow", "plain"] = "",
        whole: str = "",
    ) -> None:
        """Write `words` with their baseline at `y`, at `x` units from the left edge of the figure.

        Words that stand there `only` on a wide page are listed below the figure on a narrow one: `whole` is what the list says. Words
        that are `plain` have no rim in the colour of the page.
        """
        artist = copy(_make_words(size, colour, align, bold))
        artist.set_fontproperties(artist.get_fontproperties())  # of its own
        artist.set_position((x / WIDTH, y))
        artist.set_text(words)
        artist.set_transform(self.lines_of_words)
        artist.set_gid(only or None)
        artist.set_label(whole)
        self.add_artist(artist)

    def write_lines(self, x: float, y: float, lines: Sequence[str], *, size: float = LABEL, bold: bool = False) -> None:
        """Write `lines` below one another, the first with its baseline at `y`."""
        for number, line in enumerate(lines):
            self.write(x, y + number * find_line_height(size), line, size=size, bold=bold)

    def find_x(self, value: float) -> float:
        """Return how many units from the left edge of the figure `value` lies."""
        return self.left + (value - self.low) / (self.high - self.low) * (WIDTH - self.left - self.right)

    def find_value(self, x: float) -> float:
        """Return the value that lies `x` units from the left edge of the figure, also outside the field."""
        return self.low + (x - self.left) / (WIDTH - self.left - self.right) * (self.high - self.low)

    def mark(self, value: float, y: float, shape: Shape) -> None:
        """Put a mark at `value`."""
        self.mark_all([value], y, shape)

    def mark_all(self, values: Sequence[float], y: float, shape: Shape) -> None:
        """Put a mark at each of `values`, all at the same height."""
        self.add_line(values, [y] * len(values), linestyle="none", zorder=4, **style_mark(shape))

    def draw_line(self, start: float, end: float, y: float, *, colour: str, width: float = 2.2) -> None:
        """Draw a horizontal line from `start` to `end`."""
        self.add_line([start, end], [y, y], color=colour, linewidth=width, zorder=3)

    def cut(self, value: float) -> float:
        """Return `value`, or the end of the field that it lies beyond."""
        return min(max(value, self.low), self.high)

    def draw_rules(
        self, values: Sequence[float], top: float, bottom: float, *, colour: str = RULE, width: float = 1, dashes: Any = "-"
    ) -> None:
        """Draw a vertical line at each of `values` from `top` to `bottom`."""
        x = [place for value in values for place in (value, value, math.nan)]
        y = [top, bottom, math.nan] * len(values)
        self.add_line(x, y, color=colour, linewidth=width, linestyle=dashes, zorder=1)

    def add_line(self, x: Sequence[float], y: Sequence[float], **looks: Any) -> None:
        """Add a line through places given by value and height."""
        add_line(self, x, y, **looks)

    def fill_band(self, start: float, end: float, top: float, bottom: float) -> None:
        """Fill what lies between `start` and `end`, from `top` to `bottom`; its sides are lines, for who sees no tints."""
        add_shape(self, _list_corners((start, end, top, bottom)), color=BAND, linewidth=0, zorder=0)
        self.draw_rules((start, end), top, bottom, colour=SOFT, width=0.8, dashes=(0, (1, 3)))

    def fill_boxes(self, boxes: Sequence[Box], colour: str) -> None:
        """Fill boxes."""
        add_boxes(self, boxes, facecolor=colour, edgecolor="none", linewidth=0)

    def outline_boxes(self, boxes: Sequence[Box]) -> None:
        """Draw boxes with nothing in them."""
        add_boxes(self, boxes, facecolor="none", edgecolor=SOFT, linewidth=0.8, linestyle=(0, (1, 3)))

    def write_on(self, x: float, y: float, words: str, tone: str, *, bold: bool = False) -> None:
        """Write `words` in the middle of a box filled with `tone`."""
        self.write(x, y, words, size=SMALL, colour=PAPER if tone in STRONG else INK, align="center", bold=bold, only="plain")


def move_panel(panel: Panel, axes: Axes, room: tuple[float, float]) -> None:
    """Move what `panel` shows onto other `axes`, in its proportions; it gets no wider and higher than `room`, in points."""
    axes.set_xlim(panel.find_value(0), panel.find_value(WIDTH))
    axes.set_ylim(panel.height, 0)
    axes.set_aspect((panel.find_value(WIDTH) - panel.find_value(0)) / WIDTH)
    axes.set_axis_off()
    growth = min(room[0] / WIDTH, room[1] / panel.height)
    for artist in sorted(panel.artists, key=lambda artist: (not isinstance(artist, Text), not isinstance(artist, Line2D))):
        artist.remove()
        artist.set_transform(axes.get_yaxis_transform() if isinstance(artist, Text) else axes.transData)
        sizes = ("fontsize",) if isinstance(artist, Text) else ("linewidth", "markersize") if isinstance(artist, Line2D) else ("linewidth",)
        artist.set(**{name: growth * getattr(artist, f"get_{name}")() for name in sizes})
        axes.add_artist(artist)
