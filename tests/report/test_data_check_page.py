"""The data check as a whole page: made of a damaged study too, and open to everybody at every width."""

from __future__ import annotations

import html
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.report.browser import MODES, is_as_wide_as_the_screen, list_violations, open_page
from toolkit.records.reading import read_all
from toolkit.report.publishing.data_check import publish_data_check
from toolkit.study.loading import load_study

if TYPE_CHECKING:
    from playwright.sync_api import Browser

EXAMPLE = Path(__file__).parent.parent.parent / "datasets" / "zes_scholen"
NAME = "Een heel lange naam zonder einde <b>& zo</b>"


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the pages of the example after damage: a file is gone, an item has no answers, a cell holds markup."""
    folder = tmp_path_factory.mktemp("check")
    shutil.copytree(EXAMPLE, folder / "study")
    (folder / "study" / "exports" / "s4_de_wolkenplukker_w2.sav").unlink()
    answers = folder / "study" / "exports" / "s2_sint_fantasius_w1.csv"
    header, *rows = (line.split(";") for line in answers.read_text(encoding="cp1252").splitlines())
    for row in rows:
        row[header.index("plg12 3 now")] = ""
    rows[4][header.index("energie_own9 2")] = "<script>alert(1)</script>"
    answers.write_text("\n".join(";".join(row) for row in [header, *rows]), encoding="cp1252")
    toml = folder / "study" / "study.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace('name = "De Stille Trom"', f'name = "{NAME}"'), encoding="utf-8")
    study = load_study(folder / "study")
    paths = publish_data_check(study, read_all(study)[0], folder / "out")
    return {path.name: path.read_text(encoding="utf-8") for path in paths}


def test_a_study_that_can_not_go_on_has_a_page_in_both_languages(pages: dict[str, str]) -> None:
    assert list(pages) == ["data_check.html", "data_check-en.html"]
    dutch, english = (html.unescape(re.sub(r"<[^>]+>", "", page)) for page in pages.values())
    assert "De analyse kan nog niet door" in dutch and "The analysis can't go on yet" in english
    assert "s4_de_wolkenplukker_w2.sav: Dit bestand is er niet" in dutch and "s4_de_wolkenplukker_w2.sav: This file is not there" in english
    assert "plg12_e3_now" in dutch and "plg12_e3_now" in english
    assert NAME in dutch and "<script>alert(1)</script>" in dutch  # as they were typed
    assert all("<script" not in page for page in pages.values())


def test_pictures_have_their_numbers_in_words_and_in_a_table(pages: dict[str, str]) -> None:
    for page in pages.values():
        assert page.count("<svg") == page.count('role="img"') == page.count("<desc") == 5  # schools, and four instruments
        assert page.count('id="missing-') >= 10


@pytest.mark.browser
@pytest.mark.parametrize("mode", MODES)
def test_the_page_is_open_to_everybody(pages: dict[str, str], browser: Browser, tmp_path: Path, mode: str) -> None:
    with open_page(browser, pages["data_check.html"], tmp_path, mode) as page:
        page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
        assert list_violations(page) == []
        assert is_as_wide_as_the_screen(page)
