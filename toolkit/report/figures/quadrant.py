"""A quadrant: dots by two numbers on the same answer scale, with lines through its middle that part the field in four."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.languages import Text
from toolkit.plots.panel import Panel
from toolkit.plots.style import LIGHT, RULE, SMALL, SOFT, WIDTH, find_line_height, house_style, wrap_words
from toolkit.report.figures.parts import arrange_axis
from toolkit.report.figures.ratings import Sides
from toolkit.study.answers import Answers

#: More dots than this have no numbers: they could not be told apart.
NUMBERED = 16
_LEFT = 60.0
_SIDE = 340.0
_RADIUS = 5.0
#: Where the number of a dot may stand, from the dot: right, left, above, below; and the size of a number of two digits on a phone.
_OFFSETS = ((16.0, 5.0), (-16.0, 5.0), (0.0, -10.0), (0.0, 21.0))
_ROOM = (20.0, 15.0)


def draw_quadrant(points: Sequence[Sides], names: tuple[str, str], answers: Answers, text: Text) -> Panel:
    """Return a field with a dot per point: its first value from left to right, its second from below to above; `names` names both.

    Dots are numbered in their order, and the names stand below by their numbers.
    """
    axis = arrange_axis(answers, text, _SIDE / 2)
    upright = wrap_words(f"↑ {names[1]}", WIDTH, SMALL)
    across = wrap_words(f"→ {names[0]}", WIDTH - _LEFT, SMALL)
    told = list(enumerate(points, 1)) if len(points) <= NUMBERED else []
    lines = [line for number, point in told for line in wrap_words(f"{number} {point.label}", WIDTH, SMALL)]
    pitch = find_line_height(SMALL)
    top = len(upright) * pitch + 12
    bottom = top + _SIDE
    below = bottom + axis.height + len(across) * pitch + 16
    with house_style():
        panel = Panel(below + len(lines) * pitch, answers.min, answers.max, left=_LEFT, right=WIDTH - _LEFT - _SIDE)
        panel.write_lines(0, 14, upright, size=SMALL, bold=True)
        axis.draw(panel, top, bottom)
        places = [(point.values[0], _find_y(point.values[1], answers, top)) for point in points]
        _draw_field(panel, answers, axis.ticks, top, text)
        for x, y in places:
            panel.mark(x, y, "now")
        for number, (x, y) in enumerate(_place_numbers([(panel.find_x(x), y) for x, y in places]) if told else [], 1):
            panel.write(x, y, str(number), size=SMALL, align="center", bold=True)
        panel.write_lines(_LEFT, bottom + axis.height + 14, across, size=SMALL, bold=True)
        panel.write_lines(0, below + 8, lines, size=SMALL)
    return panel


def _find_y(value: float, answers: Answers, top: float) -> float:
    return top + (answers.max - value) / (answers.max - answers.min) * _SIDE


def _draw_field(panel: Panel, answers: Answers, ticks: Sequence[float], top: float, text: Text) -> None:
    """Draw a line per answer from left to right, the answers beside them, and the middle of the scale both ways."""
    for tick in ticks:
        y = _find_y(tick, answers, top)
        panel.draw_line(answers.min, answers.max, y, colour=RULE, width=1)
        panel.write(_LEFT - 14, y + 4, text.number(tick, 0), size=SMALL, colour=SOFT, align="right")
    middle = (answers.min + answers.max) / 2
    panel.draw_rules([middle], top, top + _SIDE, colour=LIGHT.ink, width=1.4)
    panel.draw_line(answers.min, answers.max, _find_y(middle, answers, top), colour=LIGHT.ink, width=1.4)


def _place_numbers(dots: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return where the number of each dot stands: beside it, where it covers neither a dot nor another number if that can be."""
    taken = [(x, y, _RADIUS, _RADIUS) for x, y in dots]
    found = []
    for x, y in dots:
        choices = [(x + right, y + down) for right, down in _OFFSETS]
        free = [place for place in choices if not any(_covers(place, box) for box in taken)]
        place = (free or choices)[0]
        taken.append((place[0], place[1] - _ROOM[1] / 3, _ROOM[0] / 2, _ROOM[1] / 2))
        found.append(place)
    return found


def _covers(place: tuple[float, float], box: tuple[float, float, float, float]) -> bool:
    x, y, half_width, half_height = box
    return abs(place[0] - x) < half_width + _ROOM[0] / 2 and abs(place[1] - _ROOM[1] / 3 - y) < half_height + _ROOM[1] / 2
