"""A figure has its labels beside the marks where there is room, and above them on a phone: one picture, one of two drawings."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.report.browser import list_overlaps, list_words, open_page
from tests.report.figures.made_rows import frame_levels, level, make_study
from tests.report.made_page import write_page
from toolkit.languages import load_text
from toolkit.report.content.view import View
from toolkit.report.figures.levels import draw_levels
from toolkit.report.figures.profiles import draw_gap
from toolkit.report.html.elements import paragraph
from toolkit.report.html.svg import publish_figure, publish_picture
from toolkit.report.sections.page_frame import show_title

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TEXT = load_text("nl")
STUDY = make_study(["School"])
SCALES = [f"e{number}" for number in range(1, 6)] + [f"c{number}" for number in range(1, 8)]
FACTORS = frame_levels(*(level(s, 2 + n / 4, instrument="plg12", rating=r) for n, r in enumerate(("now", "wanted")) for s in SCALES))
LEVELS = frame_levels(*(level("total", 3, wave=wave) for wave in ("before", "after")))
DRAW = {"gap": lambda beside: draw_gap(FACTORS, STUDY, TEXT, beside=beside), "levels": lambda b: draw_levels(LEVELS, STUDY, TEXT, beside=b)}


@pytest.mark.parametrize("name", DRAW)
def test_labels_beside_the_marks_make_a_figure_shorter_and_stand_left_of_them(name: str) -> None:
    tall, flat = (publish_picture(DRAW[name](beside), "f", "Titel", "Woorden").markup for beside in (False, True))
    heights = [float(re.findall(r'viewBox="0 0 480 ([\d.]+)"', each)[0]) for each in (tall, flat)]
    assert heights[1] < heights[0] - 10
    assert min(float(x) for x in re.findall(r'<use [^>]*x="([\d.]+)" y="(?!1\d\b|1\d\.|[0-9]\.)', flat)) > 180


@pytest.mark.browser
@pytest.mark.parametrize("name", DRAW)
def test_a_phone_shows_the_other_drawing_in_its_own_proportions(
    open_school: Callable[..., View], browser: Browser, tmp_path: Path, name: str
) -> None:
    view = open_school("nl")
    tall, flat = (DRAW[name](beside) for beside in (False, True))
    figure = publish_figure(flat, "f", "Titel", "Bijschrift", "Woorden", paragraph("3"), TEXT, tall=tall)
    html = write_page(tmp_path / "made.html", view, show_title(view), figure).read_text(encoding="utf-8")
    assert len(re.findall(r'id="(f-[^"]+)"', html)) == len(set(re.findall(r'id="(f-[^"]+)"', html)))
    seen = {}
    for width in (1280, 360):
        with open_page(browser, html, tmp_path) as page:
            page.set_viewport_size({"width": width, "height": 800})
            seen[width] = list_words(page, "figure svg")
            box = page.locator("figure svg").bounding_box()
            assert box is not None and max(bottom for *_, bottom in seen[width]) <= box["y"] + box["height"] + 1
            assert all(box["x"] - 1 <= left and right <= box["x"] + box["width"] + 1 for _, left, _, right, _ in seen[width])
    assert sorted(words for words, *_ in seen[1280] if "," in words) == sorted(words for words, *_ in seen[360] if "," in words)
    with open_page(browser, html, tmp_path) as page:
        page.add_style_tag(content="svg[style] { font-size: 14.85px }")  # as on paper
        seen[0] = list_words(page, "figure svg")
    for width, boxes in seen.items():
        assert list_overlaps(boxes) == [], width
