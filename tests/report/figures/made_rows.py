"""Rows made by hand for the figures, and a reader of what a figure shows: its words and its marks, with their places."""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text

from toolkit.plots.panel import Panel
from toolkit.report.html.svg import publish_picture
from toolkit.schemas import CHANGE, LEVELS
from toolkit.study.study import Study

#: Names that somebody may type: each must be shown as it stands, and do nothing.
HOSTILE = [
    r"$\alpha$ $",
    "{{7*7}}",
    "<script>alert(1)</script>",
    "a & b < c",
    "المدرسة",
    "🙂",
    "B" * 200,
    "lang " * 40 + "einde",
    "%s {0} \\",
]


def make_study(names: list[str] | None = None, **settings: Any) -> Study:
    """Return a study with two waves and a school per name, with the codes s00, s01 and so on."""
    schools = [{"id": f"s{number:02d}", "name": name} for number, name in enumerate(names or ["De Wilgen"])]
    waves = [
        {"id": "before", "date": dt.date(2025, 9, 15), "label": {"nl": "voormeting", "en": "first wave"}},
        {"id": "after", "date": dt.date(2026, 6, 10), "label": {"nl": "nameting", "en": "second wave"}},
    ]
    document: dict[str, Any] = {
        "id": "made",
        "title": {"nl": "Gemaakt"},
        "report_date": dt.date(2026, 7, 1),
        "instruments": ["energie_own9", "plg12"],
        "waves": waves,
        "schools": schools,
        "sources": [{"file": "a.csv", "wave": "before"}],
        "outcomes": {"primary": "energie_own9.total"},
    }
    return Study.model_validate(document | settings)


def level(scale: str, estimate: float, **fields: Any) -> dict[str, Any]:
    """Return a row of the levels: a shown mean of twenty people."""
    row = {"school": "s00", "wave": "after", "instrument": "energie_own9", "scale": scale, "rating": "", "state": "shown"}
    tail = {"quantity": "mean", "std_error": 0.1, "low": estimate - 0.2, "high": estimate + 0.2, "p_value": math.nan, "n": 20, "method": ""}
    return row | tail | {"estimate": estimate} | fields


def change(scale: str, estimate: float, **fields: Any) -> dict[str, Any]:
    """Return a row of the changes: a shown change of twenty people."""
    row = level(scale, estimate, quantity="change", rating="now", instrument="plg12")
    del row["wave"]
    return row | {"comparison": "before_after", "df": 18.0, "pairs": 18, "schools": 0, "verdict": "rose"} | fields


def frame_levels(*rows: dict[str, Any]) -> pd.DataFrame:
    """Return the rows as levels."""
    return LEVELS.collect(list(rows))


def frame_changes(*rows: dict[str, Any]) -> pd.DataFrame:
    """Return the rows as changes."""
    return CHANGE.collect(list(rows))


@dataclass(frozen=True, slots=True)
class Sign:
    """A mark or words in a picture: its place, what it is (round, diamond, or the words) and its colours."""

    x: float
    y: float
    what: str
    fill: str = ""
    stroke: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """What a figure shows."""

    words: list[Sign]
    marks: list[Sign]
    bands: list[Sign]
    width: float
    height: float

    def find(self, words: str) -> Sign:
        """Return the place of the only sign that says `words`."""
        (found,) = [sign for sign in self.words if sign.what == words]
        return found

    def read(self) -> list[str]:
        """Return all words, from top to bottom."""
        return [sign.what for sign in sorted(self.words, key=lambda sign: (sign.y, sign.x))]

    def list_marks(self, y: float) -> list[Sign]:
        """Return the marks in the rows that start at the words with their baseline at `y`, from left to right."""
        return sorted((mark for mark in self.marks if y - 12 < mark.y < y + 36), key=lambda mark: mark.x)


def list_words(panel: Panel) -> list[Text]:
    """Return the words that `panel` shows, as matplotlib holds them."""
    return [artist for artist in panel.artists if isinstance(artist, Text)]


def list_lines(panel: Panel) -> list[Line2D]:
    """Return its lines, and its marks: lines with nothing between their points."""
    return [artist for artist in panel.artists if isinstance(artist, Line2D)]


def see(figure: Figure) -> Picture:
    """Return what the published `figure` shows."""
    root = ElementTree.fromstring(publish_picture(figure, "seen", "Titel", "Beschrijving").markup)
    shapes = {path.get("id"): "round" if "C" in path.get("d", "") else "diamond" for path in root.iter("path")}
    rims = {path.get("id"): _colours(path)[1] for path in root.iter("path")}
    words = [Sign(_number(text, "x"), _number(text, "y"), text.text or "", *_colours(text)) for text in root.iter("text")]
    used = [(use, use.get("href", "")[1:]) for use in root.iter("use")]
    marks = [Sign(_number(use, "x"), _number(use, "y"), shapes[id], _colours(use)[0], rims[id]) for use, id in used]
    bands = [Sign(*_ends(path), "band") for path in root.iter("path") if _colours(path)[0] == "--band"]
    width, height = (float(size) for size in root.get("viewBox", "").split()[2:])
    return Picture(words, marks, bands, width, height)


def _number(element: ElementTree.Element, name: str) -> float:
    return float(element.get(name, "nan"))


def _ends(path: ElementTree.Element) -> tuple[float, float]:
    """Return where a band starts and ends, from left to right."""
    numbers = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", path.get("d", ""))]
    return min(numbers[::2]), max(numbers[::2])


def _colours(element: ElementTree.Element) -> tuple[str, str]:
    style = element.get("style", "")
    found = {name: re.search(rf"{name}:var\((--\w+)", style) for name in ("fill", "stroke")}
    return tuple(match[1] if match else "" for match in found.values())  # type: ignore[return-value]
