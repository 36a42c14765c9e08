"""Sections on records in a browser: they keep to the rules of access, light and dark, wide and narrow, and to the width of the screen."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.report.browser import is_as_wide_as_the_screen, list_violations, open_page
from tests.report.made_page import write_page
from tests.report.rows import open_row
from toolkit.languages import Language
from toolkit.notebook import show_agreed, show_attendance, show_meetings, show_network, show_notes, show_profiles, show_title
from toolkit.report.html.elements import join

pytestmark = pytest.mark.browser

#: A section, a small study that fills it, and the school whose page it is ("" for that on all schools).
SECTIONS = [
    (show_notes, "A15", "s1"),
    (show_agreed, "E14", "s1"),
    (show_network, "E2", ""),
    (show_meetings, "B5", "s1"),
    (show_attendance, "A1", "s1"),
    (show_profiles, "A5", "s1"),
]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_records_are_read_by_everybody(browser, language: Language, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """All sections stand on one page, so that axe runs once per mode; ids of the sections differ."""
    views = {(row, school): open_row(row, language, school) for _, row, school in SECTIONS}
    parts = [show(views[row, school]) for show, row, school in SECTIONS]
    assert all(part.markup for part in parts)
    first = views["A15", "s1"]
    html = write_page(tmp_path / "made.html", first, show_title(first), join(parts)).read_text(encoding="utf-8")
    for mode in ("dark", "phone", "print") if language == "nl" else ("light",):
        with open_page(browser, html, tmp_path, mode) as page:
            page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")
            assert list_violations(page) == [], mode
            assert is_as_wide_as_the_screen(page), mode
