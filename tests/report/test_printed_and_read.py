"""A whole page on paper and in the ears: print holds every number of the screen, and what a screen reader meets has a name.

Paper may leave out what stands there twice: of a picture or a heading that it leaves out, every number stands in the same part of the page.
Numbers along an axis and in the steps of a legend are no results.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.report.browser import open_page
from tests.report.drawn_study import execute
from toolkit.report.content.view import View

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
LANGUAGES = ("nl", "en")
_OPEN = "document.querySelectorAll('details').forEach(fold => fold.open = true)"
#: The words that are on show, those in pictures too: the first call keeps them, the second pairs those that are gone with what is there.
_SHOWN = """() => {
  const walk = root => {
    const found = [], walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const element = walker.currentNode.parentElement, style = getComputedStyle(element);
      const axis = element.closest('svg') && /--soft/.test(element.getAttribute('style')) && /^[+−]?[\\d.,]+$/.test(element.textContent);
      const step = element.closest('svg') && /^[\\d.,]+ tot? [\\d.,]+$/.test(element.textContent);
      const seen = element.getClientRects().length && style.visibility !== 'hidden' && style.fontSize !== '0px';
      if (seen && !axis && !step) found.push(walker.currentNode);
    }
    return found;
  };
  const now = walk(document.body), before = window.shown ?? now;
  window.shown = now;
  const read = nodes => nodes.map(node => node.textContent).join(' ');
  const left = before.filter(node => !now.includes(node)).map(node => [node, node.parentElement.closest('figure, details')]);
  return [read(now), ...left.map(([node, place]) => [node.textContent, place ? read(walk(place)) : ''])];
}"""


def find_numbers(words: str) -> list[str]:
    """Return the numbers in `words`, without a plus or a per cent sign: a table has these in its heading."""
    return re.findall(r"−?\d(?:[\d.,]*\d)?", words)


def list_missing(browser: Browser, html: str, folder: Path) -> Counter[str]:
    """Return the numbers that the screen shows, every fold opened, and that paper shows neither there nor in the same part of the page."""
    with open_page(browser, html, folder) as page:
        page.evaluate(_OPEN)
        assert len(find_numbers(page.evaluate(_SHOWN)[0])) > 100
        page.emulate_media(media="print")
        _, *left_out = page.evaluate(_SHOWN)
    return Counter(number for words, there in left_out for number in find_numbers(words) if number not in find_numbers(there))


@pytest.mark.parametrize("language", LANGUAGES)
def test_paper_holds_every_number_of_the_screen(
    open_school: Callable[..., View], open_cohort: Callable[..., View], browser: Browser, tmp_path: Path, language: str
) -> None:
    pages = [execute("school_report", open_school(language)), execute("across_schools", open_cohort(language))]
    for html in pages:
        assert list_missing(browser, html, tmp_path) == Counter()
    broken = pages[0].replace("</head>", "<style>@media print { details table { display: none } }</style></head>")
    assert sum(list_missing(browser, broken, tmp_path).values()) > 20


def list_nameless(browser: Browser, html: str, folder: Path) -> list[str]:
    """Return what a screen reader can't tell: pictures, tables and regions without a name of their own, levels that are skipped."""
    with open_page(browser, html, folder) as page:
        page.evaluate(_OPEN)
        tree = page.locator("body").aria_snapshot()
    named = re.findall(r'- (img|table|region)(?: "((?:[^"\\]|\\.)*)")?', tree)
    assert {"img", "table"} <= {role for role, _ in named}
    faults = [f"{role} without a name" for role, name in named if not name]
    pictures = Counter(name for role, name in named if role == "img")
    faults += [f"two pictures named {name}" for name, count in pictures.items() if name and count > 1]
    levels = [int(level) for level in re.findall(r"- heading .*\[level=(\d)\]", tree)]
    assert levels.count(1) == 1
    return faults + [f"level {last} after {first}" for first, last in pairwise(levels) if last > first + 1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_screen_reader_meets_has_a_name_and_its_place(
    open_school: Callable[..., View], open_cohort: Callable[..., View], browser: Browser, tmp_path: Path, language: str
) -> None:
    pages = [execute("school_report", open_school(language)), execute("across_schools", open_cohort(language))]
    for html in pages:
        assert f'<html lang="{language}"' in html
        assert list_nameless(browser, html, tmp_path) == []
    unnamed = re.sub(r" aria-labelledby=\"[^\"]*-title\"", "", pages[0], count=1).replace("<title id", "<x id")
    assert "img without a name" in list_nameless(browser, unnamed, tmp_path)
    assert list_nameless(browser, pages[0].replace("<h3", "<h5").replace("</h3>", "</h5>"), tmp_path)
