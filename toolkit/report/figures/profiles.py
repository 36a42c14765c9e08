"""Figure C: what does the profile look like? An overview on spokes; its numbers stand in figure B and its table."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from toolkit.languages import Text
from toolkit.plots.style import (
    GROWTH,
    NOW,
    RULE,
    SMALL,
    SOFT,
    WANTED,
    WIDTH,
    Align,
    Panel,
    Shape,
    house_style,
    open_panel,
    wrap_words,
)
from toolkit.report.figures.parts import arrange_key, list_rows, list_scales, list_shown
from toolkit.report.figures.profiles__gap import list_ratings
from toolkit.study.instruments import Answers
from toolkit.study.study import Study

_RADIUS, _RIM = 126.0, 36.0
_SHAPES: tuple[Shape, Shape] = ("now", "wanted")


def draw_radar(levels: pd.DataFrame, study: Study, text: Text) -> Figure:
    """Return the factors on spokes in the order of the instrument, now with a solid and wanted with a dashed line.

    `levels` holds the rows of one school (or of all), of one instrument and one wave. The spokes are numbered; their names stand
    around them where the page is wide, and in a list below where it is narrow.
    """
    means = list_shown(levels, "mean")
    instrument = study.find_instrument(str(means["instrument"].iloc[0]))
    ratings = list_ratings(instrument)
    scales = list_scales(instrument, means)
    values = {(row.scale, row.rating): row.estimate for row in list_rows(means)}
    answers = instrument.find_answers(ratings[0])
    key = arrange_key(list(zip(_SHAPES, (text.pick(rating.label) for rating in instrument.ratings if rating.id in ratings), strict=False)))
    centre = key.height + _RIM + _RADIUS
    with house_style():
        panel = open_panel(centre + _RADIUS + _RIM, 0, WIDTH, left=0, right=0)
        key.draw(panel)
        web = _Web(panel, centre, answers, len(scales))
        web.draw_rings(text)
        for number, scale in enumerate(scales):
            web.label_spoke(number, text.pick(scale.label))
        for rating, shape in zip(ratings, _SHAPES, strict=False):
            web.draw_profile([values.get((scale.id, rating), math.nan) for scale in scales], shape)
    return panel.figure


@dataclass(frozen=True, slots=True)
class _Web:
    """Spokes around a centre, from the lowest answer at the centre to the highest at the rim."""

    panel: Panel
    centre: float
    answers: Answers
    spokes: int

    def find_place(self, spoke: float, radius: float) -> tuple[float, float]:
        angle = 2 * math.pi * spoke / self.spokes
        return WIDTH / 2 + radius * math.sin(angle), self.centre - radius * math.cos(angle)

    def find_radius(self, value: float) -> float:
        return (value - self.answers.min) / (self.answers.max - self.answers.min) * _RADIUS

    def draw_rings(self, text: Text) -> None:
        axes = self.panel.axes
        values = np.linspace(self.answers.min, self.answers.max, 5 if (self.answers.max - self.answers.min) % 4 == 0 else 7)
        for value in values[1:]:
            ring = [self.find_place(spoke, self.find_radius(value)) for spoke in range(self.spokes)]
            axes.fill(*zip(*ring, strict=True), facecolor="none", edgecolor=RULE, linewidth=1, clip_on=False, zorder=1)
        for spoke in range(self.spokes):
            axes.plot(
                *zip(self.find_place(spoke, 0), self.find_place(spoke, _RADIUS), strict=True),
                color=RULE,
                linewidth=1,
                clip_on=False,
                zorder=1,
            )
        for value in values:
            words = text.number(value, 0 if float(value).is_integer() else 1)
            x, y = self.find_place(0.5, self.find_radius(value) * math.cos(math.pi / self.spokes))
            self.panel.write(x, y + 4, words, size=SMALL, colour=SOFT, align="center")

    def label_spoke(self, spoke: int, words: str) -> None:
        x, y = self.find_place(spoke, _RADIUS + 13)
        side = round(x - WIDTH / 2)
        align: Align = "center" if abs(side) < 20 else "left" if side > 0 else "right"
        room = 170 if align == "center" else WIDTH - x if side > 0 else x
        lines = wrap_words(words, 0.92 * room * GROWTH, SMALL)  # some readers' letters are wider than those measured
        pitch = SMALL * 1.2
        first = y + 4 - (len(lines) - 1) * pitch * (0.5 if align != "center" else 1 if y < self.centre else 0)
        for number, line in enumerate(lines):
            self.panel.write(x, first + number * pitch, line, size=SMALL, align=align, only="wide", whole=words if number == 0 else "")
        self.panel.write(x, y + 4, str(spoke + 1), size=SMALL, align="center", only="narrow")

    def draw_profile(self, values: list[float], shape: Shape) -> None:
        places = [self.find_place(spoke, self.find_radius(value)) for spoke, value in enumerate(values)]
        x, y = zip(*places, places[0], strict=True)
        colour, dashes = (NOW, "-") if shape == "now" else (WANTED, (0, (4, 2.5)))
        self.panel.add_line(x, y, color=colour, linewidth=2.2, linestyle=dashes, zorder=3)
        for place_x, place_y in places:
            if math.isfinite(place_x):
                self.panel.mark(place_x, place_y, shape)
