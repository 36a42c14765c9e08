"""Scales that stand apart: a small field for each, before and after; and two of them against each other, with their balance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from toolkit.languages import Text
from toolkit.plots.drawings import draw_estimate, find_colour
from toolkit.plots.panel import Panel
from toolkit.plots.style import (
    DOWN,
    INK,
    RULE,
    SMALL,
    SOFT,
    UP,
    WIDTH,
    Align,
    Shape,
    find_line_height,
    house_style,
    measure_words,
    style_mark,
    wrap_words,
)
from toolkit.report.content.estimate import choose_decimals
from toolkit.report.figures.levels import say_interval
from toolkit.report.figures.parts import arrange_key, list_scales, list_shown
from toolkit.study.answers import Answers
from toolkit.study.instruments import Instrument, Scale
from toolkit.study.study import Study, Wave

_ROOM = (WIDTH - 24) / 2
_PLOT = 104.0
_BAR = 20.0
_LANE = 84.0
SHAPES: tuple[Shape, Shape] = ("wanted", "now")


@dataclass(frozen=True, slots=True)
class Ends:
    """The instrument that is drawn, the first and the last wave with their marks, and the row of each scale and wave."""

    instrument: Instrument
    waves: list[tuple[Wave, Shape]]
    rows: dict[tuple[str, str], Any]


def _find_ends(levels: pd.DataFrame, study: Study) -> Ends:
    means = list_shown(levels, "mean")
    waves = [wave for wave in study.waves if wave.id in {row.wave for row in means}]
    ends = waves[:1] + waves[1:][-1:]
    marked = list(zip(ends, SHAPES[-len(ends) :], strict=True))
    return Ends(study.find_instrument(means[0].instrument), marked, {(row.scale, row.wave): row for row in means})


def draw_multiples(levels: pd.DataFrame, study: Study, text: Text) -> Panel:
    """Return a field per scale, two beside each other, each over the whole answer scale; `levels` is as for `draw_levels`."""
    ends = _find_ends(levels, study)
    answers = ends.instrument.find_answers(str(levels["rating"].iloc[0]))
    key = arrange_key([*((shape, text.pick(wave.label)) for wave, shape in ends.waves), say_interval(study, text)])
    named = [(scale.id, wrap_words(text.pick(scale.label), _ROOM)) for scale in list_scales(ends.instrument, list(ends.rows.values()))]
    pairs = [named[place : place + 2] for place in range(0, len(named), 2)]
    words = [max(len(lines) for _, lines in pair) * find_line_height() for pair in pairs]
    with house_style():
        panel = Panel(key.height + sum(words) + len(pairs) * (_PLOT + 34), 0, WIDTH, left=0, right=0)
        key.draw(panel)
        top = key.height
        for pair, height in zip(pairs, words, strict=True):
            for place, (scale, lines) in enumerate(pair):
                left = place * (_ROOM + 24)
                panel.write_lines(left, top + 16, lines)
                _draw_field(panel, ends, scale, answers, (left, top + height + 16), text)
            top += height + _PLOT + 34
    return panel


def _draw_field(panel: Panel, ends: Ends, scale: str, answers: Answers, corner: tuple[float, float], text: Text) -> None:
    left, top = corner
    room = max(22.0, measure_words(_write_tick(answers.max, text), SMALL))

    def rise(value: float) -> float:
        return top + _PLOT * (answers.max - min(max(value, answers.min), answers.max)) / (answers.max - answers.min)

    middle = (answers.min + answers.max) / 2
    for tick in (answers.min, middle, answers.max) if middle % 1 == 0 else (answers.min, answers.max):
        panel.draw_line(left + room + 8, left + _ROOM, rise(tick), colour=RULE, width=1)
        panel.write(left + room, rise(tick) + 4.5, _write_tick(tick, text), size=SMALL, colour=SOFT, align="right")
    found = [(ends.rows[scale, wave.id], shape) for wave, shape in ends.waves if (scale, wave.id) in ends.rows]
    places = [left + _ROOM * (0.42 if shape == "wanted" else 0.68) for _, shape in found]
    panel.add_line(places, [rise(row.estimate) for row, _ in found], color=SOFT, linewidth=1.5, zorder=2)
    for (row, shape), x in zip(found, places, strict=True):
        colour = find_colour(shape)
        panel.add_line([x, x], [rise(row.low), rise(row.high)], color=colour, linewidth=2.2, zorder=3)
        panel.add_line([x], [rise(row.estimate)], linestyle="none", zorder=4, **style_mark(shape))
        align: Align = "right" if shape == "wanted" else "left"
        _write_mean(panel, row, (x + (10 if align == "left" else -10), rise(row.estimate) + 4.5), align, colour, text)


def draw_balance(levels: pd.DataFrame, balance: Scale, study: Study, text: Text) -> Panel:
    """Return per wave two scales as bars away from the middle, and below them their `balance`: the difference that is declared of them.

    Bars begin at the lowest answer, so the difference lies as far from the middle as the longer bar outreaches the other.
    """
    ends = _find_ends(levels, study)
    answers = ends.instrument.find_answers(str(levels["rating"].iloc[0]))
    right, left = balance.difference or ("", "")
    sides = [(left, -1, DOWN[1]), (right, 1, UP[1])]
    bars = [(tone, text.pick(ends.instrument.find_scale(part).label)) for part, _, tone in sides]
    name = text.pick(balance.label)
    marks = [(shape, text.say("figures.balance", label=name, wave=text.pick(wave.label))) for wave, shape in ends.waves]
    key = arrange_key([*bars, *marks, say_interval(study, text)])
    reach = answers.max - answers.min
    bottom = key.height + len(ends.waves) * _LANE
    with house_style():
        panel = Panel(bottom + 24, -reach, reach, left=44, right=44)
        key.draw(panel)
        panel.draw_rules((0,), key.height, bottom, colour=SOFT, width=1.2)
        for tick in (-reach, -reach / 2, 0, reach / 2, reach):
            panel.write(panel.find_x(tick), bottom + 17, _write_tick(tick, text), size=SMALL, colour=SOFT, align="center")
        for number, (wave, shape) in enumerate(ends.waves):
            top = key.height + number * _LANE
            panel.write(0, top + 16, text.pick(wave.label))
            for part, sign, tone in sides:
                if row := ends.rows.get((part, wave.id)):
                    _draw_side(panel, row, sign * (row.estimate - answers.min), (top + 24, tone), text)
            if row := ends.rows.get((balance.id, wave.id)):
                lane = top + 24 + _BAR + 14
                draw_estimate(panel, (row.estimate, row.low, row.high), lane, shape, (panel.low, panel.high))
                _write_mean(panel, row, (WIDTH, lane + 4.5), "right", find_colour(shape), text)
    return panel


def _draw_side(panel: Panel, row: Any, end: float, place: tuple[float, str], text: Text) -> None:
    top, tone = place
    panel.fill_boxes([(min(0, end), max(0, end), top, top + _BAR)], tone)
    away = 6 if end > 0 else -6
    _write_mean(panel, row, (panel.find_x(end) + away, top + 15), "left" if end > 0 else "right", INK, text)


def _write_mean(panel: Panel, row: Any, place: tuple[float, float], align: Align, colour: str, text: Text) -> None:
    number = text.number(row.estimate, choose_decimals(row.n))
    panel.write(*place, number, size=SMALL, colour=colour, align=align, bold=True)


def _write_tick(tick: float, text: Text) -> str:
    return text.number(tick, 0 if tick % 1 == 0 else 1)
