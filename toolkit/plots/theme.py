"""The theme of plots, and what every plot does with its Axes: rows and scales, a key, and words where there is no number."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.rcsetup import cycler
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator
from matplotlib.transforms import blended_transform_factory

from toolkit.analysis.frames import ALL
from toolkit.languages import Language, Text, find_spoken, load_text
from toolkit.plots.style import DARK, LIGHT, Palette, Shape, clean_words, style_mark

#: Inches: as wide as a notebook shows without making it smaller, and the height of a row and of a line of words.
WIDTH = 7.2
ROW = 0.34
LINE = 0.18
#: From this luminance on (0 to 1) a background is light.
_LIGHT = 0.4
_LABEL = 26
_BETWEEN = 0.06
#: Inches: more than the words around a field need; what is left over is taken off.
_WORDS = 5.0
#: Inches of a sign of words in the key, and of the sign before them.
_LETTER = 0.077
_SIGN = 0.5
Range = tuple[float, float]


def set_theme(dark: bool = False) -> None:
    """Give all figures that follow the colours, letters and lines of the house, light or dark.

    The plots of the toolkit have this theme anyway, light unless it was set to dark; this sets it for other figures too. Its colours stay
    apart for the three kinds of colour blindness.

    Parameters
    ----------
    dark : bool
        Light words on a dark page.

    Returns
    -------
    None

    Examples
    --------
    >>> import matplotlib, toolkit as plg
    >>> with matplotlib.rc_context():  # without this line it holds until the next `set_theme`
    ...     plg.set_theme(dark=True)
    ...     matplotlib.rcParams["figure.facecolor"]
    '#14181d'
    """
    import seaborn as sns

    palette = DARK if dark else LIGHT
    sns.set_theme(style="ticks", palette=list(palette.schools), rc=list_settings(palette))


def list_settings(palette: Palette) -> dict[str, Any]:
    """Return the settings of matplotlib that make up the theme in the colours of `palette`."""
    return {
        "axes.axisbelow": True,
        "axes.edgecolor": palette.rule,
        "axes.facecolor": palette.paper,
        "axes.labelcolor": palette.soft,
        "axes.labelsize": 10,
        "axes.prop_cycle": cycler(color=palette.schools),
        "axes.spines.right": False,
        "axes.spines.top": False,
        "axes.titlecolor": palette.ink,
        "axes.titlelocation": "left",
        "axes.titlesize": 13,
        "axes.titleweight": "bold",
        "axes.unicode_minus": True,
        "figure.facecolor": palette.paper,
        "font.family": ["sans-serif"],
        "font.size": 10.5,
        "grid.color": palette.rule,
        "legend.fontsize": 10,
        "legend.frameon": False,
        "legend.labelcolor": palette.ink,
        "lines.solid_capstyle": "round",
        "savefig.facecolor": "auto",
        "text.color": palette.ink,
        "xtick.color": palette.rule,
        "xtick.labelcolor": palette.soft,
        "xtick.labelsize": 10,
        "ytick.color": palette.rule,
        "ytick.labelcolor": palette.ink,
        "ytick.labelsize": 10,
    }


def find_palette(axes: Axes | None) -> Palette:
    """Return the light or the dark palette, as the background of `axes` asks, or without one that of new figures."""
    face: Any = mpl.rcParams["figure.facecolor"] if axes is None else axes.get_facecolor()
    red, green, blue, solid = to_rgba(face)
    if not solid and axes is not None:
        red, green, blue, solid = to_rgba(axes.get_figure(root=True).get_facecolor())  # type: ignore[union-attr]
    return LIGHT if not solid or 0.2126 * red + 0.7152 * green + 0.0722 * blue > _LIGHT else DARK


@dataclass(frozen=True, slots=True)
class Plot:
    """Axes to draw on, the colours that fit their background, and the words of a language.

    `field` is how many inches high the field is going to be, where that is known before words are laid around it.
    """

    axes: Axes
    palette: Palette
    text: Text
    field: float = 0.0

    @property
    def inches(self) -> float:
        """How high the field is, or is likely to be once words are laid around it."""
        figure: Any = self.axes.get_figure(root=True)
        return self.field or 0.85 * float(self.axes.get_window_extent().height) / figure.dpi

    def say(self, key: str, **places: object) -> str:
        """Return a phrase of [plots]."""
        return self.text.say(f"plots.{key}", **places)

    def name_school(self, school: object) -> str:
        """Return the name of a school as it stands in the table, and words for all of them."""
        return self.say("all_schools") if school == ALL else clean_words(str(school))

    def number_axis(self, axis: Any, *, signed: bool = False, whole: bool = False) -> None:
        """Write the numbers along `axis` as the language does, `signed` with a plus before rises; `whole` for what is counted."""
        if whole:
            axis.set_major_locator(MaxNLocator(nbins=6, integer=True))
        axis.set_major_formatter(FuncFormatter(lambda value, _: self.write_number(value, signed=signed)))

    def write_number(self, value: float, decimals: int | None = None, *, signed: bool = False) -> str:
        """Return `value` as the language writes it, with as many `decimals` as it needs unless they are given."""
        if decimals is None:
            decimals = next((n for n in (0, 1) if abs(value - round(value, n)) < 1e-9), 2)
        words = self.text.number(value, decimals)
        return f"+{words}" if signed and value > 0 and any(sign in "123456789" for sign in words) else words

    def show_scale(self, axis: Any, scale: Range) -> None:
        """Let `axis` run over the whole answer scale, with a line at each answer."""
        low, high = scale
        step = next(step for step in (1, 2, 5, 10, 20, 25, 50, 100, 10**9) if (high - low) / step <= 10)
        axis.set_major_locator(FixedLocator(list(np.arange(low, high + step / 1000, step))))
        self.limit(axis, low, high)
        self.number_axis(axis)
        axis.grid(True, color=self.palette.rule, linewidth=0.8)

    def limit(self, axis: Any, low: float, high: float) -> None:
        """Let `axis` run from `low` to `high`, whatever is drawn later."""
        (self.axes.set_xlim if axis is self.axes.xaxis else self.axes.set_ylim)(low, high)

    def name_rows(self, names: Sequence[str], *, strong: Sequence[bool] = (), middle: float = 0.0) -> None:
        """Let y run over rows from top to bottom, each with its name `middle` below its number; `strong` ones are bold."""
        axis = self.axes.yaxis
        labels = [wrap(name, self._find_label_room(len(names))) for name in names]
        self.axes.set_yticks(np.arange(len(names)) + middle, labels, rotation=0)
        self.axes.set_ylim(len(names) - 0.5 + middle, middle - 0.5)
        for label, bold in zip(axis.get_ticklabels(), [*strong, *[False] * len(names)], strict=False):
            label.set(weight="bold" if bold else "normal", parse_math=False)
        self.axes.tick_params(axis="y", length=0)
        self.axes.spines["left"].set_visible(False)
        self.axes.set_ylabel("")

    def _find_label_room(self, rows: int) -> int:
        """Return how many signs stand on a line of a name: more where rows are too low for a second line."""
        return _LABEL if self.inches / max(rows, 1) > 2 * LINE else 2 * _LABEL

    def write_nothing(self, y: float, words: str = "") -> None:
        """Write in the row `y` that there is no number, or `words` that say why."""
        said = self.axes.text(0.012, y, words or self.say("nothing"), transform=self.axes.get_yaxis_transform(), color=self.palette.soft)
        said.set(style="italic", va="center", fontsize=9.5, bbox={"facecolor": self.palette.paper, "edgecolor": "none", "pad": 1.5})

    def write_note(self, words: str) -> None:
        """Write `words` in the middle of a field in which there is nothing to draw."""
        self.axes.text(0.5, 0.5, words, transform=self.axes.transAxes, ha="center", va="center", color=self.palette.soft, style="italic")

    def add_key(self, entries: Sequence[tuple[Any, str]]) -> None:
        """Explain the signs above the field, in as many columns as fit."""
        old = self.axes.get_legend()
        if old is not None:
            old.remove()
        if not entries:
            return
        figure: Any = self.axes.get_figure()
        alone = len(figure.axes) == 1  # then the key may take the width of the figure
        columns = _count_columns(
            [len(words) for _, words in entries], figure.get_figwidth() * (1 if alone else self.axes.get_position().width)
        )
        place = blended_transform_factory(figure.transFigure, self.axes.transAxes) if alone else self.axes.transAxes
        looks: dict[str, Any] = {"borderaxespad": 0.4, "handletextpad": 0.5, "columnspacing": 1.4, "ncols": columns}
        signs = [handle for handle, _ in entries]
        words = [words for _, words in entries]
        legend = self.axes.legend(signs, words, loc="lower left", bbox_to_anchor=(0, 1.0), bbox_transform=place, **looks)
        for label in legend.get_texts():
            label.set(parse_math=False, color=self.palette.ink)

    def sign_mark(self, shape: Shape) -> Line2D:
        """Return the sign of a mark, for the key."""
        return Line2D([], [], linestyle="none", **style_mark(shape, self.palette) | {"markersize": 7.5})

    def sign_line(self, colour: str, **looks: Any) -> Line2D:
        """Return the sign of a line, for the key."""
        return Line2D([], [], color=colour, **{"linewidth": 2.2} | looks)

    def sign_box(self, colour: str) -> Patch:
        """Return the sign of a tone, for the key."""
        return Patch(facecolor=colour, edgecolor=self.palette.soft, linewidth=0.5)


def _count_columns(lengths: Sequence[int], room: float) -> int:
    """Return how many columns of words of so many letters, filled from the top, fit in `room` inches."""
    for columns in range(len(lengths), 1, -1):
        widest = [int(max(part)) for part in np.array_split(lengths, columns)]  # as matplotlib fills them: the first hold one more
        if sum(_SIGN + _LETTER * letters for letters in widest) <= room:
            return columns
    return 1


@contextmanager
def open_plot(ax: Axes | None, language: Language | None, *, field: float, width: float = WIDTH, fit: bool = True) -> Iterator[Plot]:
    """Draw what is drawn within in the theme, on `ax` or on a new figure; settings stay as they were.

    The field of a new figure is `field` inches high, unless words that do not `fit` may make it smaller.
    """
    palette = find_palette(ax)
    settings: Any = list_settings(palette) | {"text.parse_math": False}
    with mpl.rc_context(settings):
        axes = ax if ax is not None else _make_axes(width, field + (_WORDS if fit else 0.7))
        plot = Plot(axes, palette, load_text(language or find_spoken()), field if ax is None and fit else 0.0)
        plot.axes.set_axisbelow(True)
        plot.axes.spines[["top", "right"]].set_visible(False)
        plot.axes.spines[["left", "bottom"]].set_color(palette.rule)
        plot.axes.tick_params(color=palette.rule)
        plot.axes.tick_params(axis="x", labelcolor=palette.soft)
        plot.axes.tick_params(axis="y", labelcolor=palette.ink)
        yield plot
        for axis in (plot.axes.xaxis, plot.axes.yaxis):
            axis.label.set(color=palette.soft, parse_math=False)
        if ax is None and fit:
            _fit_height(plot.axes, field)
        interactive = mpl.is_interactive()  # the first figure of a notebook brings its backend, which turns this on
    mpl.interactive(interactive)


def _make_axes(width: float, height: float) -> Axes:
    import matplotlib.pyplot as plt

    return plt.subplots(figsize=(width, height), layout="constrained")[1]


def _fit_height(axes: Axes, field: float) -> None:
    """Make the figure as high as the words around its field need."""
    figure: Any = axes.get_figure(root=True)
    for _ in range(2):  # a higher figure may let words take another line
        figure.draw_without_rendering()
        figure.set_figheight(figure.get_figheight() + field - axes.get_window_extent().height / figure.dpi)


def measure_rows(names: Sequence[str], least: float = ROW) -> float:
    """Return how many inches the rows with these names need, all of them as high as the highest."""
    return len(names) * max(least, LINE * max(wrap(name).count("\n") + 1 for name in names) + _BETWEEN)


def wrap(words: str, room: int = _LABEL) -> str:
    """Return `words` in lines of about `room` signs.

    >>> wrap("Leren van en met elkaar in het team")
    'Leren van en met elkaar in\\nhet team'
    """
    clean = clean_words(words)
    broken = any(len(word) > 1.6 * room for word in clean.split())
    return "\n".join(textwrap.wrap(clean, room, break_long_words=broken)) or " "
