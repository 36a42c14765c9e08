from __future__ import annotations

import math
import re
import warnings
from typing import get_args
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from tests.report.figures.made_rows import HOSTILE, change, frame_changes, frame_levels, level, make_study
from toolkit.languages import load_text
from toolkit.plots.panel import Panel
from toolkit.plots.style import NOW, PAPER, SMALL, SOFT, WANTED, Shape, house_style
from toolkit.report.figures.forest import draw_factor_change, draw_schools
from toolkit.report.figures.levels import draw_levels
from toolkit.report.figures.profiles import draw_gap, draw_radar
from toolkit.report.html import svg
from toolkit.report.html.elements import paragraph
from toolkit.report.html.svg import publish_figure, publish_picture

TEXT = load_text("nl")
STUDY = make_study([f"Basisschool nummer {number}" for number in range(40)], smallest_change={"plg12": 0.2})
SCALES = [f"e{number}" for number in range(1, 6)] + [f"c{number}" for number in range(1, 8)]


def draw(name: str) -> Figure:
    """Return one of the five figures, as full as it gets."""
    factors = frame_levels(*(level(s, 2 + n / 4, instrument="plg12", rating=r) for n, r in enumerate(("now", "wanted")) for s in SCALES))
    per_school = [
        change("total", number / 40, school=f"s{number:02d}", quantity=quantity, instrument="energie_own9", rating="")
        for number in range(40)
        for quantity in ("change", "shrunken")
    ]
    figures = {
        "levels": lambda: draw_levels(frame_levels(*(level("total", 3, wave=wave) for wave in ("before", "after"))), STUDY, TEXT),
        "gap": lambda: draw_gap(factors, STUDY, TEXT),
        "radar": lambda: draw_radar(factors, STUDY, TEXT),
        "change": lambda: draw_factor_change(frame_changes(*(change(scale, 0.3) for scale in SCALES)), STUDY, TEXT),
        "schools": lambda: draw_schools(frame_changes(*per_school), STUDY, TEXT),
    }
    return figures[name]()


FIGURES = ["levels", "gap", "radar", "change", "schools"]


def publish(name: str, id: str = "figuur") -> str:
    return publish_picture(draw(name), id, "Titel", "Beschrijving").markup


@pytest.mark.parametrize("name", FIGURES)
def test_the_same_figure_gives_the_same_bytes(name: str) -> None:
    assert publish(name) == publish(name)


def draw_every_look() -> Panel:
    """Return marks, lines and words of every kind, also where they are cut off, have gaps, or lie beyond the figure."""
    with house_style():
        panel = Panel(200, 0, 6, left=40, right=40)
        for number, shape in enumerate(get_args(Shape)):
            for value in (1 / 3, 2.05, 7.5):
                panel.mark(value, 20 + 10.05 * number, shape)
            panel.mark_all([3, 4], 20 + 10.05 * number, shape)
        panel.draw_rules([1, 2, 7.2], -5, 190.05)
        panel.draw_rules([2.5], 3, 40, colour=NOW, dashes=(0, (2, 2)))
        panel.add_line([0, 1, math.nan, 2, 3, math.nan, 4], [5, 6.05, math.nan, 8, 190, math.nan, 9], color=NOW)
        panel.add_line([math.nan], [math.nan], color=NOW)
        panel.add_line([x / 50 for x in range(300)], [100 + math.sin(x) for x in range(300)], color=SOFT, linewidth=1)
        for only in ("", "wide", "narrow", "plain"):
            panel.write(12.05, 150, f"a < {only} & 'b'", only=only, bold=only == "wide", align="right", colour=WANTED)  # type: ignore[arg-type]
        panel.write(480, 180, "", size=SMALL)
        panel.write(np.float64(40.05), np.float64(170.05), "10%", size=SMALL)  # type: ignore[arg-type]
    return panel


@pytest.mark.parametrize("quickly", ["draw_like", "draw_words"])
def test_what_is_written_quickly_has_the_bytes_of_what_matplotlib_writes(quickly: str, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = publish_picture(draw_every_look(), "id", "Titel", "Beschrijving")
    monkeypatch.delattr(svg._Renderer, quickly)
    assert publish_picture(draw_every_look(), "id", "Titel", "Beschrijving") == quick
    assert quick.markup.count("<use ") == 5 * len(get_args(Shape)) + 5


def test_what_is_done_to_one_line_or_its_words_leaves_those_that_look_alike_as_they_are() -> None:
    before = publish_picture(draw_every_look(), "id", "Titel", "Beschrijving")
    for artist in draw_every_look().artists:
        artist.set(**({"fontsize": 99, "color": PAPER} if isinstance(artist, Text) else {"linewidth": 99, "color": PAPER}))
    assert publish_picture(draw_every_look(), "id", "Titel", "Beschrijving") == before


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_small_and_holds_nothing_but_what_is_seen(name: str) -> None:
    markup = publish(name)
    assert len(markup.encode()) < 25_000
    assert not re.search(r"<metadata|<style|<script|<image|http|Matplotlib|font-family|\d\d\d\d-\d\d-\d\d", markup)
    assert not re.search(r"\d\.\d{3}", markup)


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_takes_its_size_and_its_colours_from_the_page(name: str) -> None:
    root = ElementTree.fromstring(publish(name))
    assert root.get("viewBox", "").startswith("0 0 480 ")
    assert root.get("width") is root.get("height") is None
    painted = [value for element in root.iter() for key in ("fill", "stroke") if (value := element.get(key))]
    assert set(painted) <= {"none"}
    assert set(re.findall(r"#[0-9a-f]{6}", publish(name))) == set(re.findall(r"var\(--\w+,(#[0-9a-f]{6})\)", publish(name)))


def test_two_figures_share_no_id_and_every_reference_is_met() -> None:
    page = ElementTree.fromstring(f"<page>{publish('levels', 'a')}{publish('levels', 'b')}{publish('gap', 'c')}</page>")
    ids = [element.get("id") for element in page.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    used = [element.get("href", "")[1:] for element in page.iter("use")]
    named = [id for element in page.iter("svg") for key in ("aria-labelledby", "aria-describedby") for id in element.get(key, "").split()]
    assert set(ids) == set(used) | set(named)


def test_title_and_description_are_shown_as_typed() -> None:
    roots = {words: ElementTree.fromstring(publish_picture(Figure(), "a", words, words).markup) for words in HOSTILE}
    shown = {words: [(child.tag, child.text) for child in root][:2] for words, root in roots.items()}
    assert shown == {words: [("title", words), ("desc", words)] for words in HOSTILE}
    assert {root.get("role") for root in roots.values()} == {"img"}


def test_a_figure_of_somebody_else_keeps_its_own_colours_sizes_and_words() -> None:
    figure = Figure()
    axes = figure.add_subplot()
    axes.plot([1, 2], [3, 4], color="#123456", label="<lijn> & 学校")
    axes.bar([1], [2], color=NOW)
    axes.legend()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        markup = publish_picture(figure, "eigen", "Titel", "Beschrijving").markup
    root = ElementTree.fromstring(markup)
    assert "<lijn> & 学校" in [text.text for text in root.iter("text")]
    assert 'stroke="#123456"' in markup
    assert f"fill:var(--now,{NOW})" in markup
    assert root.get("class") is None
    clips = re.findall(r'clip-path="url\(#([^)]+)\)"', markup)
    assert clips
    assert set(clips) <= {element.get("id") for element in root.iter("clipPath")}


def test_a_published_figure_has_its_finding_caption_picture_and_folded_numbers() -> None:
    found = publish_figure(draw("levels"), "fig", "Het steeg <b>", "Schaal 0 tot 6", "Van 3 naar 4", paragraph("De tabel"), TEXT)
    figure = ElementTree.fromstring(found.markup)
    assert [part.tag for part in figure] == ["figcaption", "svg", "details"]
    assert figure.get("aria-labelledby") == figure.find("figcaption/h3").get("id")  # type: ignore[union-attr]
    assert figure.findtext("figcaption/h3") == "Het steeg <b>"
    assert figure.findtext("figcaption/p") == "Schaal 0 tot 6"
    assert figure.findtext("svg/desc") == "Van 3 naar 4"
    assert figure.findtext("details/p") == "De tabel"
    assert figure.find("details").get("open") is None  # type: ignore[union-attr]
