"""The house style of figures: palette, shapes, settings of matplotlib, and how much room words take.

On a phone the page lets the words of a figure grow by `GROWTH`, so every layout leaves them that much room.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Literal, cast

import matplotlib as mpl

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
