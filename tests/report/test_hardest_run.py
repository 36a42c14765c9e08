"""Fourteen schools, three waves, two languages, comparison schools, two tiny schools, and names that try to break a page."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.report.browser import MODES, is_as_wide_as_the_screen, list_violations, open_page
from tests.report.drawn_study import execute
from toolkit.languages import load_text
from toolkit.report.content.view import View
from toolkit.responses.exports import read_exports
from toolkit.results.estimation import estimate_results
from toolkit.simulation.__main__ import COMPARISON, DESIGNS, invent_design
from toolkit.simulation.population import Invention
from toolkit.study.loading import load_study

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parent.parent.parent
#: Two schools stay under five people, one with and one without the trajectory.
SIZES = (31, 26, 22, 18, 15, 4, 9, 29, 25, 21, 17, 14, 11, 3)
NAMES = {
    "s1": "مدرسة النور الثانوية",
    "s2": "De \"Linde\" & 'Eik' <b>Noord</b>",
    "s3": "School 🎓🧑🏽‍🏫",
    "s4": "</script><script>alert(1)</script>",
    "s5": "{{7*7}} {% raw %}",
    "s6": r"$\alpha$ & \textbf{x}",
    "s7": "Een heel lange naam voor een school die er niet is " * 4,
    "s8": "=1+1",
    "s9": "../../etc/passwd",
    "s14": "\u202eomgekeerd",
}


def write_study(folder: Path, sizes: tuple[int, ...] = SIZES) -> Path:
    """Write the study and its exports into `folder`; return the study's folder."""
    study, started = folder / "study", (0.0, 0.0, 1.0)
    shutil.copytree(ROOT / "datasets" / "vergelijking", study, ignore=shutil.ignore_patterns("exports"))
    exposure = (*COMPARISON.exposure, *[started] * (len(sizes) - len(COMPARISON.exposure)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(DESIGNS, "hardest", Invention(sizes, COMPARISON.dates, exposure, COMPARISON.drift, COMPARISON.sway))  # type: ignore[arg-type]
        invent_design(study, "hardest", 5)
    text = (study / "study.toml").read_text(encoding="utf-8")
    for code, name in NAMES.items():
        given = json.dumps(name[:200], ensure_ascii=False).replace("\u202e", "\\u202e")
        text, count = re.subn(rf'(id = "{code}"\nname = )".*"', lambda match, given=given: match[1] + given, text)
        assert count == 1
    more = [f'[[schools]]\nid = "s{n}"\nname = "School {n}"\ngroup = "trajectory"\n' for n in range(15, len(sizes) + 1)]
    (study / "study.toml").write_text("\n".join([text, *more]), encoding="utf-8")
    return study


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    folder = tmp_path_factory.mktemp("hardest")
    command = [sys.executable, "-m", "toolkit.cli.main", "run", str(write_study(folder)), "--output", str(folder / "out")]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, env=os.environ | {"PYTHONPATH": str(ROOT)})
    yield {path.name: path.read_text(encoding="utf-8") for path in sorted((folder / "out").glob("*.html"))}


@pytest.mark.slow
def test_every_school_has_its_page_in_both_languages_within_its_size(pages: dict[str, str]) -> None:
    for language in ("nl", "en"):
        assert sum(name.startswith("school-") and name.endswith(f"-{language}.html") for name in pages) == 14
        assert len(pages[f"schools-{language}.html"].encode()) <= 600_000
    assert all(len(page.encode()) <= 300_000 for name, page in pages.items() if name.startswith("school-"))


@pytest.mark.slow
def test_names_are_shown_as_typed_and_do_nothing(pages: dict[str, str]) -> None:
    for name, page in pages.items():
        assert "<script" not in page and "<b>Noord" not in page, name
    words = re.sub(r"\s+", "", html.unescape(re.sub(r"<[^>]+>", "", pages["schools-nl.html"])))
    for name in NAMES.values():
        assert re.sub(r"\s+", "", name[:200]) in words
    assert "49{%" not in words


@pytest.mark.slow
def test_schools_of_three_and_four_people_have_no_figure_and_no_number(pages: dict[str, str]) -> None:
    tiny = [page for name, page in pages.items() if name.startswith("school-") and re.search("alpha|omgekeerd", name)]
    assert len(tiny) == 4
    assert all("<svg" not in page for page in tiny)


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("mode", list(MODES))
def test_axe_finds_nothing_and_no_page_scrolls_sideways(pages: dict[str, str], browser: Browser, tmp_path: Path, mode: str) -> None:
    for name, html_text in pages.items():
        if name.endswith("-en.html") and not re.search("alpha|lange|schools", name):
            continue
        with open_page(browser, html_text, tmp_path, mode) as page:
            assert list_violations(page) == [], name
            assert is_as_wide_as_the_screen(page), name


@pytest.mark.slow
def test_the_page_across_twenty_schools_stays_within_its_size(tmp_path: Path) -> None:
    study = load_study(write_study(tmp_path, (24, 19, 16, 13, 11) * 4))
    results = estimate_results(study, read_exports(study))
    for language in ("nl", "en"):
        page = execute("across_schools", View(study, results, load_text(language)))
        assert page.count("<svg") >= 10
        assert 250_000 < len(page.encode()) <= 600_000
