"""The house style of figures: palette, shapes, and a panel on which rows stand below one another.

Every figure is `WIDTH` units wide and one unit high per unit: x is in points of the answer scale, y in units from the top. On a phone the
page lets the words grow by `GROWTH`, so every layout leaves them that much room.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from typing import Any, Literal, TypeAlias, cast

import matplotlib as mpl
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

WIDTH = 480.0
LABEL = 13.0
SMALL = 11.7
GROWTH = 1.45

INK = "#1b2229"
SOFT = "#55606b"
RULE = "#d5dbe1"
PAPER = "#ffffff"
BAND = "#e9eef3"
NOW = "#12436d"
WANTED = "#d4500f"
#: Tones around a neutral grey, from weak to strong: low answers and falls on one side, high answers and rises on the other. No red.
DOWN = ("#d3a86e", "#9c6630", "#6b3f14")
MIDDLE = "#c3cad1"
UP = ("#6bace6", "#2073bc", NOW)
#: One hue from low to high.
TINTS = (BAND, "#b9d6f0", *UP)
#: Tones that are dark on a light page and light on a dark one: words on them have the colour of the page.
STRONG = (*UP[1:], *DOWN[1:])
#: The variable of the page's style sheet that stands in for each colour; it has another value on a dark page and with forced colours.
VARIABLES = {INK: "--ink", SOFT: "--soft", RULE: "--rule", PAPER: "--paper", BAND: "--band", NOW: "--now", WANTED: "--wanted"}
VARIABLES |= {tone: f"--down{number}" for number, tone in enumerate(DOWN, 1)} | {MIDDLE: "--middle", TINTS[1]: "--tint"}
VARIABLES |= {tone: f"--up{number}" for number, tone in enumerate(UP[:2], 1)}


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of a page or of a plot: `schools` are apart for every kind of eyes, as are `now` and `wanted`."""

    ink: str
    soft: str
    rule: str
    paper: str
    band: str
    now: str
    wanted: str
    down: tuple[str, str, str]
    middle: str
    up: tuple[str, str, str]
    tints: tuple[str, ...]
    schools: tuple[str, ...]

    @property
    def strong(self) -> tuple[str, ...]:
        """The tones on which words have the colour of the paper."""
        return (*self.up[1:], *self.down[1:])


SCHOOLS = (NOW, WANTED, "#0a8fd8", "#5a2408", "#b07f86")
LIGHT = Palette(INK, SOFT, RULE, PAPER, BAND, NOW, WANTED, DOWN, MIDDLE, UP, TINTS, SCHOOLS)
_DARK_UP = ("#2a5a8a", "#4d92cf", "#7db7ea")
DARK = Palette(
    ink="#e8ecf0",
    soft="#aab5c0",
    rule="#3a444e",
    paper="#14181d",
    band="#222a32",
    now=_DARK_UP[2],
    wanted="#ff9a62",
    down=("#6a4c27", "#b98550", "#e3b27c"),
    middle="#333c45",
    up=_DARK_UP,
    tints=("#222a32", "#1c3a56", *_DARK_UP),
    schools=(_DARK_UP[2], "#ff9a62", "#e8f0c8", "#d6336c", "#8f7a1f"),
)

#: Round and filled is now or after, diamond and open is wanted or before: shape says what colour says.
#: An indication is half filled; a small pale diamond is an estimate that was drawn in towards the average.
Shape = Literal["now", "wanted", "unclear", "indication", "mean", "drawn_in"]
Align = Literal["left", "center", "right"]
_WIDE_LETTERS, _NARROW_LETTERS = set("mwMW@%—…"), set("iljtfrI.,;:'|!()[]·- ")


#: The settings of matplotlib by which a picture could look otherwise.
_LOOKS = ("axes.", "figure.", "font.", "grid.", "lines.", "patch.", "path.", "text.", "xtick.", "ytick.")
#: On a page words are words, and what is alike has the same name in every figure until the page is told them apart.
ON_PAGES = {"svg.fonttype": "none", "svg.hashsalt": "figure"}
#: From a value to a value, and from a height to a height.
Box = tuple[float, float, float, float]
Place = tuple[float, float]
#: Nothing is clipped; an artist without a path of its own would be given a new one each.
_ANYWHERE = TransformedPath(MarkedPath.unit_rectangle(), IdentityTransform())


#: What can be drawn on: a panel, or axes of somebody's own.
Ground: TypeAlias = "Axes | Panel"


def style_mark(shape: Shape, palette: Palette = LIGHT) -> dict[str, Any]:
    """Return how the mark `shape` looks, as settings of a line in matplotlib."""
    looks: dict[Shape, tuple[str, float, str, str, float]] = {
        "now": ("o", 9.5, palette.now, palette.now, 0),
        "wanted": ("D", 8, palette.paper, palette.wanted, 2.2),
        "unclear": ("o", 8, palette.paper, palette.now, 2),
        "indication": ("o", 8, palette.now, palette.now, 2),
        "mean": ("D", 9, palette.ink, palette.ink, 0),
        "drawn_in": ("d", 7, palette.paper, palette.soft, 1.2),
    }
    half = {"fillstyle": "left", "markerfacecoloralt": palette.paper} if shape == "indication" else {}
    return dict(zip(("marker", "markersize", "markerfacecolor", "markeredgecolor", "markeredgewidth"), looks[shape], strict=True)) | half


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


@contextmanager
def house_style() -> Iterator[None]:
    """Draw what is made within: words as they are typed (a dollar sign starts no formula), in the colours of the house.

    Whatever theme somebody set for figures of her own changes nothing of it.
    """
    with hold_settings(_list_looks()):
        yield


@contextmanager
def hold_settings(settings: Any) -> Iterator[None]:
    """Draw what is made within with these settings of matplotlib."""
    if _is_in_force(settings):
        yield  # as in a process that draws nothing else: setting each of hundreds takes longer than a small figure
        return
    with mpl.rc_context(settings):
        yield


def _is_in_force(settings: dict[str, Any]) -> bool:
    """Tell whether matplotlib has these settings already; looking is quicker than asking it, which may load what draws."""
    now = cast(dict[str, Any], mpl.rcParams)
    return all(dict.__getitem__(now, key) == value for key, value in settings.items())


@cache
def _list_looks() -> Any:
    settings: Any = {key: mpl.rcParamsDefault[key] for key in mpl.rcParamsDefault if key.startswith(_LOOKS)}
    return settings | {
        "text.parse_math": False,
        "text.color": INK,
        "font.size": LABEL,
        "lines.solid_capstyle": "round",
        "axes.unicode_minus": True,
        "figure.facecolor": "none",
        "axes.facecolor": "none",
    }


def keep_house_style() -> None:
    """Draw everything in this process in the house style and for pages, as one does that makes pages and nothing else."""
    settings = _list_looks() | ON_PAGES
    if not _is_in_force(settings):
        mpl.rcParams.update(settings)


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


def find_line_height(size: float = LABEL) -> float:
    """Return the distance of two lines of words of `size`, as large as they get on a phone."""
    return size * GROWTH * 1.07


def wrap_words(words: str, room: float, size: float = LABEL) -> list[str]:
    """Return `words` in lines that fit in `room` units when they are at their largest; a word too long is broken, at a hyphen if it can.

    >>> wrap_words("Leren van en met elkaar", 200)
    ['Leren van en met', 'elkaar']
    >>> wrap_words("Sint-Nergensbeke-Noord", 200)
    ['Sint-Nergensbeke-', 'Noord']
    """
    lines = [""]
    for word in re.findall(r"\s*[^\s-]*-*", clean_words(words)):
        longer = (lines[-1] + re.sub(r"\s+", " ", word)).strip()
        if measure_words(longer, size) <= room:
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
        for letter in word.strip():
            if lines[-1] and measure_words(lines[-1] + letter, size) > room:
                lines.append("")
            lines[-1] += letter
    return lines


def clean_words(words: str) -> str:
    """Return `words` with characters that can't stand in a picture (control characters, halves of a pair) replaced by U+FFFD."""
    return "".join(
        "\ufffd" if unicodedata.category(character) in ("Cc", "Cs") and not character.isspace() else character for character in words
    )


@lru_cache(maxsize=10_000)
def measure_words(words: str, size: float = LABEL) -> float:
    """Return about how many units wide `words` are when they are as large as they get, whatever the typeface."""
    return sum(_measure_character(character) for character in words) * size * GROWTH


@cache
def _measure_character(character: str) -> float:
    if unicodedata.combining(character):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF" or ord(character) > 0x1F000:
        return 1.1
    if character in _NARROW_LETTERS:
        return 0.34
    if character in _WIDE_LETTERS:
        return 0.9
    return 0.69 if character.isupper() else 0.56
