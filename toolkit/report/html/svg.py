"""Figures as part of a page: inline SVG with real words, in the colours of the page, the same bytes every time."""

from __future__ import annotations

import io
import math
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from functools import cache, lru_cache
from itertools import groupby
from types import MappingProxyType
from typing import Any

from matplotlib.backend_bases import FigureCanvasBase
from matplotlib.backends.backend_mixed import MixedModeRenderer
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text as Words
from matplotlib.transforms import IdentityTransform

from toolkit.languages import Text
from toolkit.plots.panel import Line
from toolkit.plots.style import INK, ON_PAGES, SMALL, VARIABLES, WIDTH, Place, hold_settings
from toolkit.report.html.elements import Html, escape, render_template

_COLOURS = {"#000000": "--ink"} | VARIABLES
#: What a picture holds that a page has no use for.
_USELESS = ("metadata", "style", "title", "desc")
_PLAIN = '<g class="plain">'
#: Words that stand on some pages only, or have no rim, by what their group is called.
_KINDS = {"wide": ' class="wide"', "narrow": ' class="narrow" display="none"', "plain": ' class="plain"'}
#: A line through more places may be simplified.
_MANY = 100
#: Stands for the places of a line.
_HERE = "\0"
_NUMBER = re.compile(r"-?\d+\.\d+")
_ID = re.compile(r' id="([^"]*)"')
_REFERENCE = re.compile(r'(?:href="#|url\(#)([\w-]+)')
#: How lines of a figure end and meet, unless they say otherwise.
_ROUND = 'stroke-linejoin="round" stroke-linecap="round"'
#: What an element need not say, since the figure says it or it is so by itself.
_UNSAID = (("stroke-linecap", "round"), ("stroke-dashoffset", "0"), ("text-anchor", "start"))
_NOTHING: Mapping[str, str] = MappingProxyType({})
#: A box as matplotlib writes it: its four corners.
_BOX = re.compile(r"M(\S+) (\S+)L(\S+) \2L\3 (\S+)L\1 \4z")
_ACROSS = re.compile(r"M(\S+) (\S+?)L(\S+) \2(?=M|$)")
_DOWN = re.compile(r"M(\S+) (\S+?)L\1 ([^\sLM]+)(?=M|$)")


def publish_figure(
    figure: Figure,
    id: str,
    title: str,
    caption: str,
    description: str,
    table: Html,
    text: Text,
    level: int = 3,
    tall: Figure | None = None,
) -> Html:
    """Return `figure` with its finding as heading, a caption, the picture, and its numbers in a folded table.

    `title` says what is seen; `description` says it with the numbers, for who can't see the picture. `id` is unique in the page. On a
    phone `tall` stands in its place, where there is one.
    """
    listed = [artist.get_label() for artist in figure.artists if artist.get_gid() == "wide" and artist.get_label()]
    places = {"id": id, "level": level, "title": title, "caption": caption, "listed": listed, "table": table}
    picture = publish_picture(figure, id, title, description, tall)
    return Html(render_template("figure.html.j2", picture=picture, summary=text.say("figures.numbers"), **places))


def publish_small_figure(figure: Figure, id: str, title: str, description: str, where: str) -> Html:
    """Return `figure` with its title as a caption that leads to `where` its numbers stand."""
    picture = publish_picture(figure, id, title, description)
    caption = f'<figcaption><a href="{escape(where)}">{escape(title)}</a></figcaption>'
    return Html(f'<figure class="small" id="{id}">\n{picture}\n{caption}\n</figure>\n')


def publish_picture(figure: Figure, id: str, title: str, description: str, tall: Figure | None = None) -> Html:
    """Return `figure` as inline SVG named by `title` and described by `description`; its ids start with `id`.

    What is `tall` is drawn in the same SVG and not shown; a style sheet may show it instead, in the proportions that `--tall` holds.
    """
    (width, height), body = _draw(figure, id)
    house = ' class="house"' if float(width) == WIDTH else ""
    if tall:
        (other_width, other_height), other = _draw(tall, f"{id}-tall")
        house += f' style="--tall:{other_width}/{other_height}"'
        body = f'<g class="flat">{body}</g><g class="tall" display="none">{other}</g>'
    named = f'role="img" aria-labelledby="{id}-title" aria-describedby="{id}-desc"'
    shape = f'viewBox="0 0 {width} {height}" preserveAspectRatio="xMinYMin" font-size="{SMALL:g}" {_ROUND}'
    words = f'<title id="{id}-title">{escape(title)}</title><desc id="{id}-desc">{escape(description)}</desc>'
    return Html(f"<svg{house} {shape} {named}>{words}{body}</svg>")


def _draw(figure: Figure, id: str) -> tuple[tuple[str, str], str]:
    """Return width and height of `figure`, and what is in it as SVG."""
    target = io.StringIO()
    with hold_settings(ON_PAGES), warnings.catch_warnings():
        # The reader's browser finds the letters of every script; those that matplotlib's own typeface lacks are no fault.
        warnings.filterwarnings("ignore", "Glyph .* missing from|Matplotlib currently does not support", UserWarning)
        figure.savefig(target, format="svg", backend=f"module://{__name__}")
    width, height, body = target.getvalue().split(" ", 2)
    return (width, height), _number_ids(body, id)


class FigureCanvas(FigureCanvasBase):
    """What matplotlib draws a figure on for a page: as SVG without what a page has no use for."""

    fixed_dpi = 72

    def print_svg(self, target: io.StringIO, *, bbox_inches_restore: Any = None, **given: Any) -> None:
        """Write width, height and what the figure shows."""
        raster = self.figure.dpi
        self.figure.dpi = self.fixed_dpi
        size = self.figure.get_size_inches()
        drawn = _Renderer(*(size * self.fixed_dpi), io.StringIO(), image_dpi=raster)
        self.figure.draw(MixedModeRenderer(self.figure, *size, raster, drawn, bbox_inches_restore=bbox_inches_restore))  # type: ignore[arg-type, call-arg, misc]
        drawn.finalize()
        target.write(f"{_write_number(drawn.width)} {_write_number(drawn.height)} {drawn.page.read()}")


class _Renderer(RendererSVG):
    """matplotlib's own renderer, whose elements become those of a page as they come."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.page = _Writer()
        self.writer = self.page  # type: ignore[assignment]

    def draw_words(self, artist: Words, words: str) -> None:
        """Write words on one line, which begin, end or have their middle where they stand."""
        x, y = artist.get_position()
        (a, b, c), (d, e, f), _ = artist.get_transform().get_matrix().tolist()
        font = artist.get_fontproperties()
        style = _style_words(font.get_size(), font.get_weight(), artist.get_color(), artist.get_horizontalalignment())
        place = _write_place(a * x + b * y + c, self.height - (d * x + e * y + f))
        written = f"<text{style}{place}>{escape(words)}</text>"
        kind = _KINDS.get(artist.get_gid() or "")
        self.page.add(f"<g{kind}>{written}</g>" if kind else written)

    def draw_like(self, line: Line) -> bool:
        """Write a mark or a line as the first that looked so was written; tell whether that could be.

        It can't where matplotlib would cut something off, leave something out or write several marks: it does so itself then.
        """
        places = self._find_places(line)
        runs = [list(run) for here, run in groupby(places, key=lambda place: math.isfinite(place[0])) if here]
        inside = all(0 <= x <= self.width and 0 <= y <= self.height for run in runs for x, y in run)
        marks = _is_marks(line)
        if not inside or not runs or len(places) > (1 if marks else _MANY) or (not marks and min(map(len, runs)) < 2):
            return False
        place = _write_place(*places[0]) if marks else _write_runs(runs)
        for part in _see(line.like):
            self.page.add(part.replace(_HERE, place))
        return True

    def _find_places(self, line: Line) -> list[Place]:
        (a, _, c), (_, e, f), _ = line.get_transform().get_matrix().tolist()
        flipped = self.height - f
        return [(a * x + c, flipped - e * y) for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)]  # type: ignore[arg-type]


@cache
def _see(first: Line) -> list[str]:
    """Return the parts of what is written of a mark or a line that looks like this one, with `_HERE` for its places."""
    renderer = _Renderer(1, 1, io.StringIO())
    line = copy(first)
    line.set_data(*([0], [0]) if _is_marks(first) else ([0, 1], [0, 1]))
    line.set_transform(IdentityTransform())
    Line2D.draw(line, renderer)
    place = _write_place(0, 1) if _is_marks(first) else _write_runs([[(0, 1), (1, 0)]])
    return [part.replace(place, _HERE) for part in re.split("(<defs>.*?</defs>)", renderer.page.read())]


def _is_marks(line: Line) -> bool:
    return line.get_linestyle() == "None"


def _write_place(x: float, y: float) -> str:
    return f' x="{_write_number(x)}" y="{_write_number(y)}"'


def _write_runs(runs: Sequence[Sequence[Place]]) -> str:
    lines = ("L".join(f"{_write_number(x)} {_write_number(y)}" for x, y in run) for run in runs)
    return f' d="{_straighten("M" + "M".join(lines))}"'


class _Writer:
    """Takes the elements that matplotlib writes, in its words, and writes what a page has use for."""

    def __init__(self) -> None:
        self._open: list[tuple[str, Mapping[str, str]]] = []
        self._bodies: list[list[str]] = [[]]
        self._defined: set[str] = set()

    def read(self) -> str:
        """Return what was written."""
        return _join_plain(self._bodies[0])

    def add(self, markup: str) -> None:
        """Write what is ready; what is defined, once."""
        if markup.startswith("<defs>"):
            if markup in self._defined:
                return
            self._defined.add(markup)
        self._bodies[-1].append(markup)

    def start(self, tag: str, attrib: Mapping[str, str] = _NOTHING, **extra: str) -> None:
        """Begin an element."""
        self._open.append((tag, {**attrib, **extra}))
        self._bodies.append([])

    def data(self, words: str) -> None:
        """Write words as somebody typed them."""
        if self._open[-1][0] == "text":
            self.add(escape(words.strip("\n")).markup)

    def end(self, tag: str = "", indent: bool = True) -> None:
        """End the element that was begun last."""
        tag, attributes = self._open.pop()
        body = _join_plain(self._bodies.pop())
        self.add(_write(tag, attributes, body))

    def element(self, tag: str, text: str = "", attrib: Mapping[str, str] = _NOTHING, **extra: str) -> None:
        """Write a whole element."""
        self.add(_write(tag, {**attrib, **extra}, escape(text.strip("\n")).markup if tag == "text" else ""))

    def comment(self, words: str) -> None:
        """Leave out what nobody sees."""

    def close(self, level: int) -> None:
        """End nothing: the SVG around the elements is that of the page."""

    def flush(self) -> None:
        """Hold nothing back."""


def _number_ids(body: str, id: str) -> str:
    """Return what is in a figure with a new id in the place of each that is referred to, that of the figure and a number, and no other."""
    if "id=" not in body:
        return body
    numbers = {old: f"{id}-{number}" for number, old in enumerate(dict.fromkeys(_REFERENCE.findall(body)))}
    renamed = _ID.sub(lambda match: f' id="{numbers[match[1]]}"' if match[1] in numbers else "", body)
    return _REFERENCE.sub(lambda match: match[0].replace(match[1], numbers[match[1]]), renamed)


def _join_plain(parts: list[str]) -> str:
    """Return `parts` after one another; neighbours that have no rim stand in one group."""
    runs = groupby(filter(None, parts), key=lambda part: part.startswith(_PLAIN))
    return "".join(f"{_PLAIN}{''.join(map(_take_out, run))}</g>" if plain else "".join(run) for plain, run in runs)


def _take_out(group: str) -> str:
    return group.removeprefix(_PLAIN).removesuffix("</g>")


def _is_invisible(path: Mapping[str, str]) -> bool:
    style = _read_style(path.get("style", ""))
    return style.get("fill") == "none" and style.get("stroke", "none") == "none"


def _write(tag: str, given: Mapping[str, str], body: str) -> str:
    """Return an element as a page has it, nothing where nobody would see it."""
    if tag in _USELESS or (tag == "path" and _is_invisible(given)) or (not body and tag in ("g", "defs")):
        return ""
    attributes = "".join(_list_attributes(tag, given))
    if tag == "g" and not attributes:
        return body
    return f"<{tag}{attributes}>{body}</{tag}>" if body else f"<{tag}{attributes}/>"


def _list_attributes(tag: str, given: Mapping[str, str]) -> Iterator[str]:
    for key, value in given.items():
        name = key.rpartition(":")[2]
        if not value:
            continue
        if name == "style":
            yield _write_styles(value, tag)
        elif name == "id":
            yield _KINDS.get(value, "" if tag == "g" else f' id="{value}"')
        elif name == "d":
            yield f' d="{_shorten_path(value)}"'
        elif not (name == "transform" and value.startswith("rotate(-0 ")):
            plain = value.replace("\n", " ")
            yield f' {name}="{escape(plain if "#" in plain else _NUMBER.sub(lambda match: _round(match[0], 1), plain))}"'


def _read_style(style: str) -> dict[str, str]:
    return {name.strip(): value.strip() for name, _, value in (part.partition(":") for part in style.split(";")) if value}


@lru_cache(maxsize=1024)  # of a thousand words some tens differ in style
def _write_styles(given: str, tag: str) -> str:
    """Return a style as attributes, which a style sheet overrules; colours of the house as variables, sizes of words as a share.

    Words have the colour of ink and the size of most by themselves, lines have round ends, and a mark that is used has the rim of the one
    that it repeats.
    """
    style = _read_style(given)
    style.pop("font-family", None)
    if tag == "text" and style.get("fill") == INK:
        del style["fill"]
    if tag == "use":
        style = {name: value for name, value in style.items() if not name.startswith("stroke")}
    elif style.get("stroke", "none") != "none":
        style = {"stroke-linecap": "butt"} | style
    attributes: dict[str, str] = {}
    for name, value in style.items():
        if name in ("fill", "stroke") and value in _COLOURS:
            attributes["style"] = f"{attributes['style']};" if "style" in attributes else ""
            attributes["style"] += f"{name}:var({_COLOURS[value]},{value})"
        elif name == "font-size":
            share = float(value.removesuffix("px")) / SMALL
            attributes |= {} if share == 1 else {name: f"{round(100 * share, 1):g}%"}
        elif (name, value) not in _UNSAID:
            attributes[name] = value
    return "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())


@cache
def _style_words(size: float, weight: str, colour: str, align: str) -> str:
    anchor = {"left": "start", "right": "end", "center": "middle"}[align]
    bold = "font-weight: 700; " if weight == "bold" else ""
    return _write_styles(f"{bold}font-size: {size}px; text-anchor: {anchor}; fill: {colour}", "text")


def _shorten_path(path: str) -> str:
    decimals = 2 if "C" in path else 1
    rounded = _NUMBER.sub(lambda match: _round(match[0], decimals), path)
    short = re.sub(r"\s*([A-Za-z])\s*", r"\1", rounded).replace("\n", " ").strip()
    return _straighten(_BOX.sub(r"M\1 \2H\3V\4H\1z", short))


def _straighten(path: str) -> str:
    """Return a path in which a line straight across, or straight up or down, names only where it ends."""
    return _DOWN.sub(r"M\1 \2V\3", _ACROSS.sub(r"M\1 \2H\3", path))


def _write_number(number: float) -> str:
    return _round(f"{number:f}", 1)


@lru_cache(maxsize=10_000)
def _round(number: str, decimals: int) -> str:
    return f"{round(float(number), decimals) + 0:g}"
