"""What pages and plots draw alike, on plain numbers: an estimate with its interval, a pair, a course, a web and a bar of answers.

A page lays these on its `Panel`, whose y runs in units from the top; a plot lays them on the Axes of whoever asked, whose y are rows. So a
mark, a line or a tone is decided here, once; room for words, keys and axes is the matter of each.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.path import Path
from numpy.typing import ArrayLike

from toolkit.plots.panel import Ground, add_boxes, add_line, add_shape
from toolkit.plots.style import LIGHT, Box, Palette, Place, Shape, style_mark

#: Which tones a side has with so many answers on it, the outermost first.
_SIDES = {0: (), 1: (2,), 2: (2, 0), 3: (2, 1, 0)}
#: From which shares of a quarter of the answer scale a change has a stronger tone; under the first it is grey.
STEPS = (0.1, 0.4, 0.7)
#: From this percentage on a part of a bar has room for its number.
ROOM = 6
_DASHES = (0, (4, 2.5))
#: Points: how far arrows stay from marks, the circle of who learns from itself, the head of an arrow, and the thickest one.
_APART = 15.0
_LOOP = 10.0
_HEAD = 10.0
_THICKEST = 5.0
#: How far an arrow bends to the side, as a share of its length: those there and back lie apart.
_BEND = 0.16
#: How often one role (first) taught another (second) something.
Links = Mapping[tuple[str, str], float]


def find_colour(shape: Shape, palette: Palette = LIGHT) -> str:
    """Return the colour of the interval and the words of the mark `shape`."""
    return {"mean": palette.ink, "wanted": palette.wanted}.get(shape, palette.now)


def draw_estimate(
    axes: Ground,
    values: tuple[float, float, float],
    y: float,
    shape: Shape,
    ends: tuple[float, float],
    palette: Palette = LIGHT,
    *,
    width: float = 2.2,
) -> None:
    """Draw an estimate with its interval at `y`; `values` are estimate, low and high, and what lies beyond `ends` is drawn there."""
    estimate, low, high = (min(max(value, ends[0]), ends[1]) for value in values)
    add_line(axes, [low, high], [y, y], color=find_colour(shape, palette), linewidth=width, zorder=3)
    add_line(axes, [estimate], [y], linestyle="none", zorder=4, **style_mark(shape, palette))


def find_reach(values: ArrayLike, span: float) -> float:
    """Return how far the axis of a change runs to both sides of zero, in points, on an answer scale of `span` points.

    At least a quarter of the answer scale, and in steps of half a point as far as the `values` that are shown, at most the whole scale.
    """
    furthest = float(np.nanmax(np.abs(values)))
    step = 0.5 if span <= 10 else span / 20
    return min(max(span / 4, math.ceil(furthest / step) * step), span)


def draw_pair(axes: Ground, now: float | None, wanted: float | None, y: float, palette: Palette = LIGHT) -> None:
    """Draw now and wanted at `y` with a line between them; either may be missing."""
    if now is not None and wanted is not None:
        add_line(axes, [now, wanted], [y, y], color=palette.soft, linewidth=2, zorder=3)
    marks: list[tuple[float | None, Shape]] = [(now, "now"), (wanted, "wanted")]
    for value, shape in sorted(((v, s) for v, s in marks if v is not None), key=lambda mark: mark[0]):
        add_line(axes, [value], [y], linestyle="none", zorder=4, **style_mark(shape, palette))


def draw_line_over_waves(axes: Ground, x: Sequence[float], heights: Sequence[float], palette: Palette = LIGHT) -> None:
    """Draw a line through `heights`; NaN leaves a gap."""
    add_line(axes, x, heights, color=palette.now, linewidth=2, zorder=3)


def draw_upright(axes: Ground, x: float, height: float, ends: tuple[float, float], palette: Palette = LIGHT) -> None:
    """Draw one point of a course with its interval, given by its `ends`."""
    add_line(axes, [x, x], ends, color=palette.now, linewidth=2, zorder=3)
    add_line(axes, [x], [height], linestyle="none", zorder=4, **style_mark("now", palette))


@dataclass(frozen=True, slots=True)
class Web:
    """Spokes around a centre, from the lowest answer at the centre to the highest at the rim; y runs down."""

    axes: Ground
    centre: tuple[float, float]
    radius: float
    low: float
    high: float
    spokes: int
    palette: Palette = LIGHT

    def find_place(self, spoke: float, radius: float) -> tuple[float, float]:
        """Return where `spoke` is `radius` away from the centre; the first spoke points up, the others follow as on a clock."""
        angle = 2 * math.pi * spoke / self.spokes
        return self.centre[0] + radius * math.sin(angle), self.centre[1] - radius * math.cos(angle)

    def find_radius(self, value: float) -> float:
        """Return how far from the centre `value` lies."""
        return (value - self.low) / (self.high - self.low) * self.radius

    def find_label(self, value: float) -> tuple[float, float]:
        """Return where the number of the ring at `value` stands: between the first two spokes."""
        return self.find_place(0.5, self.find_radius(value) * math.cos(math.pi / self.spokes))

    def list_rings(self) -> list[float]:
        """Return the values that have a ring, the centre first."""
        return list(np.linspace(self.low, self.high, 5 if (self.high - self.low) % 4 == 0 else 7))

    def draw_rings(self) -> None:
        """Draw the rings and the spokes."""
        looks: Any = {"linewidth": 1, "zorder": 1}
        for value in self.list_rings()[1:]:
            ring = [self.find_place(spoke, self.find_radius(value)) for spoke in range(self.spokes)]
            add_shape(self.axes, ring, facecolor="none", edgecolor=self.palette.rule, **looks)
        for spoke in range(self.spokes):
            ends = zip(self.find_place(spoke, 0), self.find_place(spoke, self.radius), strict=True)
            add_line(self.axes, *ends, color=self.palette.rule, **looks)

    def draw_profile(self, values: Sequence[float], shape: Shape) -> None:
        """Draw a line through `values`, one per spoke: solid for now, dashed for wanted. NaN leaves a gap."""
        places = [self.find_place(spoke, self.find_radius(value)) for spoke, value in enumerate(values)]
        x, y = zip(*places, places[0], strict=True)
        colour = find_colour(shape, self.palette)
        add_line(self.axes, x, y, color=colour, linewidth=2.2, linestyle=_DASHES if shape == "wanted" else "-", zorder=3)
        for place_x, place_y in places:
            if math.isfinite(place_x):
                add_line(self.axes, [place_x], [place_y], linestyle="none", zorder=4, **style_mark(shape, self.palette))


def choose_tones(count: int, palette: Palette = LIGHT) -> list[str]:
    """Return a tone per answer from low to high: the ends strong, the middle of an odd number grey."""
    side = _SIDES[count // 2]
    middle = [palette.middle] if count % 2 else []
    return [*(palette.down[place] for place in side), *middle, *(palette.up[place] for place in reversed(side))]


def stack_shares(
    axes: Ground,
    shares: Sequence[float],
    tones: Sequence[str],
    top: float,
    height: float,
    write: Callable[[float, float, str], None],
    palette: Palette = LIGHT,
) -> None:
    """Draw a whole bar of `shares` from the left; `write` gets middle, share and tone of each part with room for words.

    Shares are percentages; rounded ones may add up to 99 or 101, and the bar is as long all the same.
    """
    stack_all(axes, [(shares, top)], tones, height, lambda middle, top, share, tone: write(middle, share, tone), palette)


def stack_all(
    axes: Ground,
    bars: Sequence[tuple[Sequence[float], float]],
    tones: Sequence[str],
    height: float,
    write: Callable[[float, float, float, str], None],
    palette: Palette = LIGHT,
) -> None:
    """Draw bars of shares, each with its top, as `stack_shares` draws one; `write` gets the top too.

    What has one tone is one artist, whatever the number of bars.
    """
    boxes: dict[str, list[Box]] = {tone: [] for tone in tones}
    x: list[float] = []
    y: list[float] = []
    for shares, top in bars:
        start = 0.0
        whole = 100 / (sum(shares) or 100)
        for share, tone in zip(shares, tones, strict=True):
            width = share * whole
            if share:
                boxes[tone].append((start, start + width, top, top + height))
            if share >= ROOM:
                write(start + width / 2, top, share, tone)
            start += width
        ends = [float(sum(shares[: number + 1])) * whole for number, share in enumerate(shares[:-1]) if share]
        inner = [end for end in ends if end < 100 - 1e-9]
        x += [place for end in inner for place in (end, end, math.nan)]
        y += [top, top + height, math.nan] * len(inner)
    for tone, filled in boxes.items():
        add_boxes(axes, filled, facecolor=tone, edgecolor="none", linewidth=0)
    add_line(axes, x, y, color=palette.paper, linewidth=1.5, solid_capstyle="butt", zorder=3)


def choose_level_tone(value: float, low: float, high: float, palette: Palette = LIGHT) -> str:
    """Return the tint of a level: one hue in five equal parts of the whole answer scale from `low` to `high`."""
    share = (value - low) / (high - low)
    return palette.tints[min(max(int(share * len(palette.tints)), 0), len(palette.tints) - 1)]


def choose_change_tone(value: float, span: float, palette: Palette = LIGHT) -> str:
    """Return the tone of a change on an answer scale of `span` points: two hues around a grey for what lies near 0."""
    share = abs(value) / (span / 4)
    strength = sum(share >= step for step in STEPS)
    return palette.middle if not strength else (palette.up if value > 0 else palette.down)[strength - 1]


def spread_apart(wanted: Sequence[float], sizes: Sequence[float], top: float, bottom: float) -> list[float]:
    """Return the tops of labels of `sizes`, in their order from top to bottom, near the tops that are `wanted` and not over one another."""
    tops: list[float] = []
    for place, want in enumerate(wanted):
        tops.append(max(want, tops[-1] + sizes[place - 1] if tops else top))
    floor = bottom
    for place in range(len(sizes) - 1, -1, -1):
        floor = tops[place] = min(tops[place], floor - sizes[place])
    return tops


def draw_links(web: Web, links: Links, roles: Sequence[str], most: float) -> None:
    """Draw an arrow on the rim of `web` per pair of `roles`, as thick as its count is beside `most`; units are points."""
    for (start, end), count in links.items():
        _draw_arrow(web, (roles.index(start), roles.index(end)), max(1.0, _THICKEST * count / most))


def _draw_arrow(web: Web, ends: tuple[int, int], width: float) -> None:
    """Draw an arrow that bends, or a circle around a role that learns from itself."""
    start, end = (web.find_place(place, web.radius) for place in ends)
    if ends[0] == ends[1]:
        turn = [2 * math.pi * step / 24 for step in range(25)]
        circle = [(start[0] + _LOOP * math.cos(angle), start[1] + _LOOP * math.sin(angle)) for angle in turn]
        add_line(web.axes, *zip(*circle, strict=True), color=web.palette.up[1], linewidth=width, zorder=3)
        return
    across, down = end[0] - start[0], end[1] - start[1]
    middle = ((start[0] + end[0]) / 2 - _BEND * down, (start[1] + end[1]) / 2 + _BEND * across)
    tip = _move(end, middle, _APART)
    head = _HEAD + width / 2
    neck = _move(tip, middle, head)
    path = Path([_move(start, middle, _APART), middle, neck], [Path.MOVETO, Path.CURVE3, Path.CURVE3])
    add_shape(web.axes, path, facecolor="none", edgecolor=web.palette.up[1], linewidth=width, zorder=2)
    length = math.dist(neck, tip)
    aside = ((tip[1] - neck[1]) / length * head / 2, (neck[0] - tip[0]) / length * head / 2)
    corners = [tip, (neck[0] + aside[0], neck[1] + aside[1]), (neck[0] - aside[0], neck[1] - aside[1])]
    add_shape(web.axes, corners, color=web.palette.now, linewidth=0, zorder=3)


def _move(place: Place, towards: Place, distance: float) -> Place:
    share = distance / math.dist(place, towards)
    return place[0] + share * (towards[0] - place[0]), place[1] + share * (towards[1] - place[1])
