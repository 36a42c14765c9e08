"""Figures as part of a page: inline SVG with real words, in the colours of the page, the same bytes every time."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Mapping
from functools import lru_cache
from itertools import groupby
from xml.etree import ElementTree

import matplotlib as mpl
from matplotlib.figure import Figure

from toolkit.languages import Text
from toolkit.plots.style import INK, LABEL, VARIABLES, WIDTH
from toolkit.report.html.elements import Html, escape, render_template

_COLOURS = {"#000000": "--ink"} | VARIABLES
#: What a picture holds that a page has no use for.
_USELESS = ("metadata", "style", "title", "desc")
_PLAIN = '<g class="plain">'
#: A box as matplotlib writes it: its four corners.
_BOX = re.compile(r"M(\S+) (\S+)L(\S+) \2L\3 (\S+)L\1 \4z")


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
    shape = f'viewBox="0 0 {width} {height}" preserveAspectRatio="xMinYMin" font-size="{LABEL:g}" stroke-linejoin="round"'
    words = f'<title id="{id}-title">{escape(title)}</title><desc id="{id}-desc">{escape(description)}</desc>'
    return Html(f"<svg{house} {shape} {named}>{words}{body}</svg>")


def _draw(figure: Figure, id: str) -> tuple[tuple[str, str], str]:
    """Return width and height of `figure`, and what is in it as SVG."""
    root = ElementTree.fromstring(_save(figure))
    ids = _number_ids(root, id)
    width, height = (_round(number, 1) for number in root.get("viewBox", "").split()[2:])
    return (width, height), "".join(_write(child, ids) for child in root)


def _save(figure: Figure) -> str:
    target = io.StringIO()
    nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "figure"}), warnings.catch_warnings():
        # The reader's browser finds the letters of every script; those that matplotlib's own typeface lacks are no fault.
        warnings.filterwarnings("ignore", "Glyph .* missing from|Matplotlib currently does not support", UserWarning)
        figure.savefig(target, format="svg", metadata=nothing)
    return target.getvalue()


def _number_ids(root: ElementTree.Element, id: str) -> Mapping[str, str]:
    """Return a new id for each id that is referred to: that of the figure and a number."""
    used = re.findall(r"#([\w-]+)", " ".join(value for element in root.iter() for key, value in element.items() if key != "style"))
    return {old: f"{id}-{number}" for number, old in enumerate(dict.fromkeys(used))}


def _write(element: ElementTree.Element, ids: Mapping[str, str]) -> str:
    tag = element.tag.rpartition("}")[2]
    if tag in _USELESS or (tag == "path" and _is_invisible(element)):
        return ""
    attributes = _list_attributes(element, ids)
    body = str(escape(element.text.strip("\n"))) if tag == "text" and element.text else ""
    body += _join_plain([_write(child, ids) for child in element])
    if not body and tag in ("g", "defs"):
        return ""
    if tag == "g" and not attributes:
        return body
    written = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    return f"<{tag}{written}>{body}</{tag}>" if body else f"<{tag}{written}/>"


def _join_plain(parts: list[str]) -> str:
    """Return `parts` after one another; neighbours that have no rim stand in one group."""
    runs = groupby(filter(None, parts), key=lambda part: part.startswith(_PLAIN))
    return "".join(f"{_PLAIN}{''.join(map(_take_out, run))}</g>" if plain else "".join(run) for plain, run in runs)


def _take_out(group: str) -> str:
    return group.removeprefix(_PLAIN).removesuffix("</g>")


def _is_invisible(path: ElementTree.Element) -> bool:
    style = _read_style(path.get("style", ""))
    return style.get("fill") == "none" and style.get("stroke", "none") == "none"


def _list_attributes(element: ElementTree.Element, ids: Mapping[str, str]) -> dict[str, str]:
    attributes: dict[str, str] = {}
    for key, value in element.items():
        name = key.rpartition("}")[2]
        if name == "id" and value in ("wide", "narrow", "plain"):
            attributes |= {"class": value, "display": "none"} if value == "narrow" else {"class": value}
        elif name == "id" and value in ids:
            attributes["id"] = ids[value]
        elif name == "style":
            attributes |= _list_styles(value, element.tag.rpartition("}")[2])
        elif name == "d":
            attributes["d"] = _shorten_path(value)
        elif name != "id" and not (name == "transform" and value.startswith("rotate(-0 ")):
            named = re.sub(r"#([\w-]+)", lambda match: "#" + ids[match[1]], value)
            attributes[name] = named if "#" in named else re.sub(r"-?\d+\.\d+", lambda match: _round(match[0], 1), named)
    return attributes


def _read_style(style: str) -> dict[str, str]:
    return {name.strip(): value.strip() for name, _, value in (part.partition(":") for part in style.split(";")) if value}


@lru_cache(maxsize=1024)  # of a thousand words some tens differ in style
def _list_styles(given: str, tag: str) -> Mapping[str, str]:
    """Return a style as attributes, which a style sheet overrules; colours of the house as variables, sizes of words as a share.

    Words have the colour of ink by themselves, and a mark that is used has the rim of the one that it repeats.
    """
    style = _read_style(given)
    style.pop("font-family", None)
    if tag == "text" and style.get("fill") == INK:
        del style["fill"]
    if tag == "use":
        style = {name: value for name, value in style.items() if not name.startswith("stroke")}
    attributes: dict[str, str] = {}
    for name, value in style.items():
        if name in ("fill", "stroke") and value in _COLOURS:
            attributes["style"] = f"{attributes['style']};" if "style" in attributes else ""
            attributes["style"] += f"{name}:var({_COLOURS[value]},{value})"
        elif name == "font-size":
            share = float(value.removesuffix("px")) / LABEL
            attributes |= {} if share == 1 else {name: f"{round(share, 2):g}em"}
        elif (name, value) != ("text-anchor", "start"):
            attributes[name] = value
    return attributes


def _shorten_path(path: str) -> str:
    decimals = 2 if "C" in path else 1
    rounded = re.sub(r"-?\d+\.\d+", lambda match: _round(match[0], decimals), path)
    short = re.sub(r"\s*([A-Za-z])\s*", r"\1", rounded).replace("\n", " ").strip()
    return _BOX.sub(r"M\1 \2H\3V\4H\1z", short)


def _round(number: str, decimals: int) -> str:
    return f"{round(float(number), decimals) + 0:g}"
