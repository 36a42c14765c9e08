"""The ladder of equal measurement: how much of what may be lost does each step lose?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure

from toolkit.languages import Text
from toolkit.plots.style import INK, SMALL, SOFT, Shape, find_line_height, house_style, open_panel, wrap_words
from toolkit.report.figures.parts import arrange_key

#: How far the axis runs, in times of what may be lost; more is drawn at its end.
REACH = (-0.5, 2.5)
_LABELS, _ROW = 188.0, 34.0
_SHAPES: tuple[Shape, Shape] = ("now", "wanted")


def draw_ladder(steps: Mapping[str, Sequence[float]], names: Sequence[str], text: Text) -> Figure:
    """Return a row per step with its losses in times of what may be lost; beyond the line at 1 the step is rejected.

    `steps` gives per label the losses, `names` what each is a loss of: the first is round, the second a diamond.
    """
    key = arrange_key(list(zip(_SHAPES, names, strict=True)))
    labels = [wrap_words(label, _LABELS - 14, SMALL) for label in steps]
    heights = [max(_ROW, len(label) * find_line_height(SMALL) + 7) for label in labels]
    bottom = key.height + sum(heights)
    with house_style():
        panel = open_panel(bottom + 24 + find_line_height(SMALL), *REACH, left=_LABELS, right=26)
        key.draw(panel)
        panel.fill_band(REACH[0], 1.0, key.height, bottom)
        panel.draw_rules([0, 2], key.height, bottom)
        panel.draw_rules([1], key.height, bottom, colour=INK, width=1.4)
        for value in (0, 1, 2):
            panel.write(panel.find_x(value), bottom + 17, text.percent(value), size=SMALL, colour=SOFT, align="center")
        panel.write(panel.find_x(1), bottom + 37, text.say("figures.ladder_limit"), size=SMALL, colour=SOFT, align="center")
        top = key.height
        for label, losses, height in zip(labels, steps.values(), heights, strict=True):
            middle = top + height / 2
            panel.write_lines(0, middle + 4.5 - (len(label) - 1) * find_line_height(SMALL) / 2, label, size=SMALL)
            for loss, shape, shift in zip(losses, _SHAPES, (-6, 7), strict=True):
                panel.mark(panel.cut(loss), middle + shift, shape)
            top += height
    return panel.figure
