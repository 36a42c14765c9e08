"""A page in a browser: opened from a file, at any width and in any mode, and held to the rules of access by axe."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

#: Every way in which a page is looked at: width in pixels (of paper: A4), colours, forced colours.
MODES = {
    "light": (1280, "light", "none"),
    "dark": (1280, "dark", "none"),
    "phone": (320, "light", "none"),
    "forced": (320, "dark", "active"),
    "print": (794, "light", "none"),
}


@contextmanager
def open_page(browser: Browser, html: str, folder: Path, mode: str = "light") -> Iterator[Page]:
    """Give the page that `html` is, opened from a file in `folder`; fail where it asks for anything else or runs a script."""
    width, colours, forced = MODES[mode]
    path = folder / "page.html"
    path.write_text(html, encoding="utf-8")
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=colours, forced_colors=forced)
    page = context.new_page()
    page.emulate_media(media="print" if mode == "print" else "screen")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: (asked.append("a dialog"), dialog.dismiss()))
    page.goto(path.as_uri())
    try:
        yield page
    finally:
        context.close()
    assert asked == [path.as_uri()]


def list_violations(page: Page) -> list[str]:
    """Return what axe finds, each with the element it finds it in."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [f"{fault['id']}: {node['html'][:200]}" for fault in found for node in fault["nodes"]]


def is_as_wide_as_the_screen(page: Page) -> bool:
    """Return whether nothing has to be scrolled sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


#: The boxes of the words of a picture that show, each with its words.
_WORDS = """svg => [...svg.querySelectorAll('text')].filter(e => e.getClientRects().length).map(e => {
  const box = e.getBoundingClientRect(); return [e.textContent, box.left, box.top, box.right, box.bottom];
})"""
Words = tuple[str, float, float, float, float]


def list_words(page: Page, picture: str) -> list[Words]:
    """Return the words that show in the picture that the selector `picture` finds first, each with its left, top, right and bottom."""
    return [(str(words), *ends) for words, *ends in page.locator(picture).first.evaluate(_WORDS)]


def list_overlaps(words: list[Words]) -> list[tuple[str, str]]:
    """Return the pairs of words that touch: whose boxes lie over each other by more than the air above and below letters."""
    pairs = [(one, other) for place, one in enumerate(words) for other in words[place + 1 :]]
    return [
        (one[0], other[0])
        for one, other in pairs
        if min(one[3], other[3]) - max(one[1], other[1]) > 0.5 and min(one[4], other[4]) - max(one[2], other[2]) > 0.3 * (one[4] - one[2])
    ]
