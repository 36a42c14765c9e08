"""A browser that takes pictures of figures: sharp, light, also of those in a fold, and without running or fetching anything."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from toolkit.report.formats.chromium import SHARPNESS, Browser

SQUARE = '<svg width="100" height="60" style="display:block"><rect width="100" height="60" fill="{}"/></svg>'


def write(folder: Path, body: str) -> Path:
    path = folder / "page.html"
    path.write_text(f'<!DOCTYPE html><html lang="nl"><title>T</title><body style="margin:0">{body}</body></html>', encoding="utf-8")
    return path


@pytest.mark.browser
def test_pictures_come_in_the_order_of_the_page_also_from_folds_and_far_below(tmp_path: Path) -> None:
    fold = f"<details><summary>S</summary>{SQUARE.format('#00ff00')}</details>"
    page = write(tmp_path, SQUARE.format("#ff0000") + fold + '<div style="height:3000px"></div>' + SQUARE.format("#0000ff"))
    with Browser() as browser:
        pictures = [Image.open(io.BytesIO(picture)).convert("RGB") for picture in browser.take_pictures(page, "svg", 400)]
    assert [picture.getpixel((20, 20)) for picture in pictures] == [(255, 0, 0), (0, 255, 0), (0, 0, 255)]
    assert {picture.size for picture in pictures} == {(100 * SHARPNESS, 60 * SHARPNESS)}


@pytest.mark.browser
def test_a_script_does_not_run_and_the_page_is_light(tmp_path: Path) -> None:
    style = "<style>@media (prefers-color-scheme:dark){rect{fill:#000000}}</style>"
    script = "<script>document.querySelector('rect').setAttribute('fill', '#123456')</script>"
    page = write(tmp_path, style + SQUARE.format("#ff0000") + script)
    with Browser() as browser:
        (picture,) = browser.take_pictures(page, "svg", 400)
    assert Image.open(io.BytesIO(picture)).convert("RGB").getpixel((20, 20)) == (255, 0, 0)
