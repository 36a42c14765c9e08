"""Whole pages, made by the command from the example study with names that try to break them."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest

from tests.command import ROOT, Ran, plg, type_plg
from tests.report.browser import MODES, is_as_wide_as_the_screen, list_overlaps, list_violations, list_words, open_page
from toolkit import load_study
from toolkit.languages import load_text
from toolkit.report.formats.chromium import Browser as Printer

if TYPE_CHECKING:
    from playwright.sync_api import Browser

BOARD = "Stichting <b>De Kring</b> & {{7*7}}"
NAMES = {
    "De Papieren Brug": "<script>alert(1)</script>",
    "Sint-Fantasius Nergensbeke": "مدرسة النور 🎓",
    "Het Houten Kompas": r'De "Linde" & $\\alpha$ {{7*7}}',
    "De Wolkenplukker": "Een heel lange naam " * 10,
}


def publish(folder: Path, run: Callable[..., Ran], *asked: str) -> Path:
    study = folder / "study"
    shutil.copytree(ROOT / "datasets" / "zes_scholen", study)
    text = (study / "study.toml").read_text(encoding="utf-8")
    for name, hostile in NAMES.items():
        assert f'name = "{name}"' in text
        text = text.replace(f'name = "{name}"', f"name = '{hostile.strip()}'")
    for code in ("s1", "s2", "s3"):
        text = text.replace(f'[[schools]]\nid = "{code}"', f"[[schools]]\nid = \"{code}\"\nboard = '{BOARD}'")
    (study / "study.toml").write_text(text, encoding="utf-8")
    ran = run("report", study, "--output", folder / "out", *asked)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return folder / "out"


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish(tmp_path_factory.mktemp("reports"), plg)


def read_pages(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.html"))}


def test_there_is_a_page_per_school_and_language_one_over_all_and_an_index(reports: Path) -> None:
    pages = read_pages(reports)
    kinds = {kind: sum(name.startswith(f"{kind}-") for name in pages) for kind in ("schools", "board", "school", "summary")}
    assert kinds == {"schools": 2, "board": 4, "school": 12, "summary": 12}
    assert {"schools-nl.html", "schools-en.html", "index.html"} <= set(pages)
    for name in pages:
        assert name == "index.html" or f'href="{name}"' in pages["index.html"]


def test_no_page_of_a_school_or_a_board_names_another(reports: Path) -> None:
    study = load_study(reports.parent / "study")
    for name, page in read_pages(reports).items():
        words = html.unescape(re.sub(r"<[^>]+>", "", page))
        named = {school.id for school in study.schools if school.name in words}
        if name.startswith(("school-", "summary-")):
            assert len(named) == 1, name
        elif name.startswith("board-"):
            assert named == ({"s1", "s2", "s3"} if "de-kring" in name else {"s5", "s6"}), name


def test_names_are_shown_as_typed_and_do_nothing(reports: Path) -> None:
    pages = read_pages(reports)
    assert not any("<script" in page for page in pages.values())
    shown = html.unescape(re.sub(r"<[^>]+>", "", pages["schools-nl.html"]))
    for name in NAMES.values():
        compact = re.sub(r"\s+", "", name)
        assert compact in re.sub(r"\s+", "", shown), name


def test_pages_ask_for_nothing_and_weigh_little(reports: Path) -> None:
    for name, page in read_pages(reports).items():
        assert "default-src 'none'" in page
        assert not re.search(r"""(?:src|href)\s*=\s*["'](?!#|data:|[a-z0-9_-]+\.(?:html|pdf|docx|xlsx|csv|json))""", page), name
        assert len(page.encode()) < (600_000 if name.startswith("schools-") else 300_000), name


def test_no_page_holds_a_place_on_this_machine_or_an_answer_of_a_person(reports: Path) -> None:
    for page in read_pages(reports).values():
        assert str(reports.parent) not in page and str(ROOT) not in page
        for code in ("dora", "wibo", "itat26"):
            assert code not in page.lower()


def test_what_was_executed_is_internal_kept_out_of_git_and_says_so(reports: Path) -> None:
    assert {path.parent.name for path in reports.rglob("*.ipynb")} == {"internal"}
    assert (reports / "internal" / ".gitignore").read_text(encoding="utf-8") == "*\n"
    notebooks = {path.stem: nbformat.read(path, as_version=4) for path in (reports / "internal").glob("*.ipynb")}
    assert {f"{name}.html" for name in notebooks} == set(read_pages(reports)) - {"index.html"}
    for name, notebook in notebooks.items():
        words = load_text("en" if name.endswith("-en") else "nl").say("page.internal")
        assert (notebook.cells[0].id, notebook.cells[0].source) == ("internal-banner", words)


def test_the_school_of_four_has_a_page_without_numbers_about_it(reports: Path) -> None:
    page = next(page for name, page in read_pages(reports).items() if name.startswith("school-de-zevende") and name.endswith("-en.html"))
    assert "<svg" not in page
    assert "fewer than\u00a05" in page and "three other schools" not in page
    assert re.findall(r'<h2 id="([^"]+)"', page) == ["core"]


def test_empty_is_never_empty(reports: Path) -> None:
    for name, page in read_pages(reports).items():
        words = re.sub(r"<[^>]+>", " ", re.sub(r"<style.*?</style>", "", page, flags=re.DOTALL))
        assert not re.search(r"\b(?:nan|None(?! of)|inf)\b|<NA>", words), name
        filled = re.sub(r'<tr class="blank">.*?</tr>', "", page.replace(">0<", ">nought<"))  # lines to write in
        assert not re.search(r"<t[dh][^>]*>\s*(?:[-–—]|0)?\s*</t[dh]>", filled), name


@pytest.mark.slow
def test_another_process_gives_the_same_bytes(reports: Path, tmp_path: Path) -> None:
    pages, again = read_pages(reports), read_pages(publish(tmp_path, type_plg, "--language", "en"))
    assert len(again) == 1 + 15
    assert [name for name in again if name != "index.html" and again[name] != pages[name]] == []


@pytest.mark.slow
def test_another_process_gives_the_same_bytes_of_every_file(reports: Path, tmp_path: Path) -> None:
    assert read_pages(publish(tmp_path, type_plg)) == read_pages(reports)


def list_kinds(pages: dict[str, str], language: str) -> list[str]:
    """Return the names of pages of every kind, of those schools whose names are the hardest."""
    kinds = [name for name in pages if re.match(rf"(schools|board|(school|summary)-(alert|de-zevende|een-heel)).*-{language}\.html", name)]
    assert len(kinds) == 7
    return kinds


#: Every kind of page on a Dutch phone, some of them dark and some in English; all in every mode when there is time.
ALWAYS = [("nl", "phone", slice(None)), ("nl", "dark", slice(0, None, 3)), ("en", "light", slice(1, None, 3))]
ALSO = [pytest.param(*pair, slice(None), marks=pytest.mark.slow) for pair in product(("nl", "en"), MODES) if pair != ("nl", "phone")]


@pytest.mark.browser
@pytest.mark.parametrize(("language", "mode", "part"), [*ALWAYS, *ALSO])
def test_axe_finds_nothing_on_any_kind_of_page(
    reports: Path, browser: Browser, tmp_path: Path, language: str, mode: str, part: slice
) -> None:
    pages = read_pages(reports)
    for name in [*list_kinds(pages, language), "index.html"][part]:
        with open_page(browser, pages[name], tmp_path, mode) as page:
            assert list_violations(page) == [], name
            assert is_as_wide_as_the_screen(page), name


@pytest.mark.browser
@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("size", [(1280, 800), (360, 640)])
def test_the_conclusions_and_the_figure_stand_on_the_first_screen(
    reports: Path, browser: Browser, tmp_path: Path, size: tuple[int, int], language: str
) -> None:
    pages = read_pages(reports)
    names = [name for name in pages if re.match(rf"school-(.*alert|de-stille).*-{language}\.html", name)]
    assert len(names) == 2
    for name in names:
        with open_page(browser, pages[name], tmp_path) as page:
            page.set_viewport_size({"width": size[0], "height": size[1]})
            ends = page.eval_on_selector_all("#core + .box li, #core-levels", "all => all.map(e => e.getBoundingClientRect().bottom)")
        assert len(ends) == 5 and max(ends) <= size[1], name


@pytest.mark.browser
def test_a_page_of_a_school_is_eight_screens_long_and_that_of_a_hidden_one_is_one(reports: Path, browser: Browser, tmp_path: Path) -> None:
    pages = read_pages(reports)
    for name in [name for name in pages if re.match(r"school-.*-nl\.html", name) and "een-heel-lange" not in name]:
        assert count_screens(browser, pages[name], tmp_path) <= (1 if "de-zevende" in name else 8), name


@pytest.mark.browser
def test_a_page_on_all_schools_is_about_as_long_as_that_of_one(reports: Path, browser: Browser, tmp_path: Path) -> None:
    pages = read_pages(reports)
    for name in [name for name in pages if name.startswith(("schools-", "board-"))]:
        assert count_screens(browser, pages[name], tmp_path) <= 9.5, name  # one name takes 200 letters here


def count_screens(browser: Browser, html: str, folder: Path) -> float:
    with open_page(browser, html, folder) as page:
        return float(page.evaluate("document.documentElement.scrollHeight / window.innerHeight"))


@pytest.mark.browser
@pytest.mark.parametrize(("width", "language"), [(360, "nl"), (360, "en"), (1280, "nl")])
def test_words_in_pictures_do_not_touch(reports: Path, browser: Browser, tmp_path: Path, width: int, language: str) -> None:
    pages = read_pages(reports)
    names = [name for name in pages if re.match(rf"(school-.*(alert|linde)|schools|board).*-{language}\.html", name)]
    assert len(names) == 5
    for name in names:
        with open_page(browser, pages[name], tmp_path) as page:
            page.set_viewport_size({"width": width, "height": 800})
            page.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")
            pictures = page.eval_on_selector_all("figure[id] > svg", "all => all.map(e => e.parentElement.id)")
            assert pictures
            touching = {id: pairs for id in pictures if (pairs := list_overlaps(list_words(page, f"[id='{id}'] > svg")))}
            page.add_style_tag(content="svg text { font-size: 30px !important }")
            assert any(list_overlaps(list_words(page, f"[id='{id}'] > svg")) for id in pictures)
        assert touching == {}, name


@pytest.mark.browser
def test_a_page_of_a_school_takes_eight_sheets_of_paper_at_most(reports: Path) -> None:
    pages = sorted(reports.glob("school-*-nl.html"))
    with Printer() as printer:
        sheets = {page.name: count_sheets(printer.print_page(page)) for page in pages}
    hidden = next(name for name in sheets if "de-zevende" in name)
    assert len(sheets) == 6 and sheets.pop(hidden) == 1
    assert max(sheets.values()) <= 8, sheets


def count_sheets(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", pdf))


@pytest.mark.browser
def test_english_words_fit_on_a_phone_too(reports: Path, browser: Browser, tmp_path: Path) -> None:
    pages = read_pages(reports)
    for name in list_kinds(pages, "en"):
        with open_page(browser, pages[name], tmp_path, "phone") as page:
            assert is_as_wide_as_the_screen(page), name


@pytest.mark.browser
def test_nothing_is_wider_than_the_paper(reports: Path, browser: Browser, tmp_path: Path) -> None:
    pages = read_pages(reports)
    wide = "all => all.filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1).map(e => e.id)"
    for name in [name for name in pages if re.match(r"(schools|board|school)-.*nl\.html", name)]:
        with open_page(browser, pages[name], tmp_path) as page:
            page.set_viewport_size({"width": int(186 / 25.4 * 96), "height": 900})  # A4 less its margins
            page.emulate_media(media="print")
            assert page.eval_on_selector_all("table, svg, dl, .box", wide) == [], name
