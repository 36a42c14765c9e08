from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat.v4 as nb
import pandas as pd
import pytest
from matplotlib.figure import Figure
from nbformat import NotebookNode

from tests.report.browser import MODES, is_as_wide_as_the_screen, list_violations, open_page
from tests.report.figures.made_rows import HOSTILE
from tests.report.html.test_svg import FIGURES, draw
from toolkit.errors import ReportError
from toolkit.languages import load_text
from toolkit.report.html.elements import Column, Html, TableView, box, bullets, facts, fold, heading, paragraph, publish_table
from toolkit.report.html.svg import publish_figure
from toolkit.report.rendering.cells import describe_figure, show_figure, show_frame
from toolkit.report.rendering.notebooks import export_page, show_markdown

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TEXT = load_text("nl")
LONG = "Onafgebrokenwoord" * 12


def show(*pieces: Html, **fields: object) -> NotebookNode:
    """Return a code cell that shows the pieces."""
    outputs = [nb.new_output("display_data", {"text/html": piece.markup, "text/plain": "Html"}) for piece in pieces]
    return nb.new_code_cell("geheime_code()", outputs=outputs, **fields)


def export(*cells: NotebookNode, title: str = "Titel") -> str:
    return export_page(nb.new_notebook(cells=list(cells)), title, "nl")


@pytest.fixture(scope="module")
def full() -> str:
    """Give a page with everything that a page can hold, names of any kind included."""
    columns = [Column("Schaal"), *(Column(f"Kolom {number}", number=True) for number in range(5))]
    rows = [[name, "3,41", "3,72", "verborgen (minder dan 5)", "0,05 tot 0,57", "23"] for name in [*HOSTILE, LONG]]
    judged = [Column("Deel"), Column("Waarde"), Column("Oordeel")], [[LONG, "82%", "redelijk"], ["Respons", "82%", "hoog"]]
    counted = [Column("Deel"), Column("Aantal", number=True)], [[LONG, "verborgen"], ["a", LONG]]
    figures = [
        publish_figure(draw(name), name, f"Titel van {name}", "Onderschrift", "Van 3 naar 4", table, TEXT)
        for name in FIGURES
        for table in [publish_table(TableView(f"Tabel bij {name}", *judged), f"{name}-t")]
    ]
    wide = pd.DataFrame({f"column_{number}": [1.5, None] for number in range(7)}, index=pd.Index([LONG, "b"], name="school"))
    own = [Figure(figsize=(9, 3)), Figure(figsize=(4, 3), facecolor="none")]
    for place, figure in enumerate(own, 1):
        figure.subplots().plot([1, 2], [3, 4])
        describe_figure(figure, f"Van 3 naar 4, {place}")
    return export(
        show(heading("Schoolrapport De Wilgen", "titel", 1) + paragraph("Voormeting en nameting", "lead") + paragraph("Concept", "note")),
        show(heading("De kern", "kern") + box(paragraph("Het steeg.") + bullets(HOSTILE), "key")),
        show(publish_table(TableView("Drie", *judged), "drie"), publish_table(TableView("Twee", *counted), "twee")),
        show(heading("Figuren", "figuren"), *figures),
        show(heading("Tabel", "tabel"), publish_table(TableView("Breed", columns, rows), "breed")),
        show(heading("Uitleg", "uitleg"), fold("Zo is gemeten", paragraph("Gevouwen woorden")), facts([("Bron", LONG)])),
        show(
            heading("Eigen", "eigen"), show_frame(wide, 1, TEXT), *(show_figure(figure, place, TEXT) for place, figure in enumerate(own, 1))
        ),
        nb.new_markdown_cell("## Eigen woorden\n\nDit is **van de onderzoeker**, met een [verwijzing](#kern)."),
        title="Schoolrapport De Wilgen",
    )


def test_an_empty_notebook_gives_a_small_whole_page() -> None:
    page = export()
    assert len(page.encode()) < 15_000
    assert page.startswith("<!DOCTYPE html>")
    assert '<html lang="nl">' in page
    assert "<title>Titel</title>" in page
    assert page.count("<h1") == 1
    assert "<nav" not in page


def test_a_page_allows_itself_no_request_and_no_script(full: str) -> None:
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    assert f'<meta http-equiv="Content-Security-Policy" content="{policy}">' in full
    assert not re.search(r"<script|<link|<iframe|\ssrc=(?!\"data:)|@import|url\((?!#)|\son\w+=[\"']", full)


def test_the_same_notebook_gives_the_same_bytes() -> None:
    cell = show(heading("A", "a"))
    assert export(cell) == export(cell)


def test_neither_code_nor_streams_nor_parameters_nor_guidance_reach_the_page() -> None:
    stream = nb.new_code_cell("x", outputs=[nb.new_output("stream", name=name, text="STROOM") for name in ("stdout", "stderr")])
    left_out = [show(paragraph("WEG"), metadata={"tags": [tag]}) for tag in ("guide", "parameters", "injected-parameters")]
    guide = nb.new_markdown_cell("GIDS", metadata={"tags": ["guide"]})
    page = export(stream, *left_out, guide, nb.new_raw_cell("RUW"), show(paragraph("blijft")))
    assert "blijft" in page
    assert not re.search("STROOM|WEG|GIDS|RUW|geheime_code", page)


def test_the_contents_are_the_headings_of_level_two() -> None:
    cells = show(heading("Een <b> & twee", "een"), heading("Kleiner", "klein", 3)), nb.new_markdown_cell("## Drie *vier*")
    page = export(*cells)
    links = re.findall(r'<li><a href="#([^"]+)">(.*?)</a></li>', page)
    assert links == [("een", "Een &lt;b&gt; &amp; twee"), ("drie-vier", "Drie vier")]
    assert all(f'id="{id}"' in page for id, _ in links)


def test_what_holds_the_title_above_the_first_section_is_the_header() -> None:
    page = export(show(heading("Groot", "t", 1) + paragraph("Ondertitel")), show(heading("Een", "een")))
    header = page[page.index("<header>") : page.index("</header>")]
    assert "Groot" in header
    assert "Ondertitel" in header
    assert page.count("<h1") == 1
    assert export(show(heading("Alleen", "t", 1))).count("<h1") == 1
    without = export(show(paragraph("Woorden")), show(heading("Een", "een")), title="<Titel>")
    assert '<h1 id="title">&lt;Titel&gt;</h1>' in without
    assert without.index("<main") < without.index("Woorden")


def test_the_evaluators_markdown_is_shown_and_its_html_is_shown_as_typed() -> None:
    assert show_markdown("**a** <script>alert(1)</script>") == "<p><strong>a</strong> &lt;script&gt;alert(1)&lt;/script&gt;</p>\n"
    assert show_markdown("# Kop") == '<h2 id="kop">Kop</h2>\n'
    assert "javascript" not in show_markdown("[a](javascript:alert(1))")
    assert "<img" not in show_markdown("![foto](https://voorbeeld.nl/a.png)")
    assert "<th>" in show_markdown("|a|b|\n|-|-|\n|1|2|")


def test_markdown_and_plain_results_stay_as_typed() -> None:
    plain = {words: nb.new_output("execute_result", {"text/plain": words}, execution_count=1) for words in HOSTILE}
    pages = {words: export(nb.new_code_cell("x", outputs=[output]), title=words) for words, output in plain.items()}
    assert [words for words, page in pages.items() if "<script" in page] == []
    assert {words: page.count("<h1") for words, page in pages.items()} == dict.fromkeys(HOSTILE, 1)


def test_a_picture_needs_a_description() -> None:
    def picture(metadata: dict[str, object]) -> NotebookNode:
        return nb.new_code_cell("x", outputs=[nb.new_output("display_data", {"image/png": "QUJD\n"}, metadata=metadata)])

    page = export(picture({"image/png": {"alt": 'Een "lijn"'}}))
    assert '<img src="data:image/png;base64,QUJD" alt="Een &#34;lijn&#34;">' in page
    with pytest.raises(ReportError, match=r"cel 1 \(x\): De figuur .* geen beschrijving"):
        export(picture({}))


def test_a_failed_cell_gives_no_page() -> None:
    failed = nb.new_code_cell("x", outputs=[nb.new_output("error", ename="KeyError", evalue="'a'", traceback=[])])
    with pytest.raises(ReportError, match=r"cel 2 .*KeyError"):
        export(show(paragraph("goed")), failed)


def test_making_pages_builds_no_grammar_of_addresses() -> None:
    source = "import sys, toolkit.report.rendering.notebooks, jsonschema; assert sys.modules['rfc3987_syntax'] is None"
    source += "; assert 'lark' not in sys.modules"
    subprocess.run([sys.executable, "-c", source], check=True, cwd=Path(__file__).parents[3])


@pytest.mark.browser
@pytest.mark.parametrize("mode", MODES)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(mode: str, full: str, browser: Browser, tmp_path: Path) -> None:
    # How wide a page is on paper has a test of its own.
    with open_page(browser, full, tmp_path, mode) as page:
        assert mode == "print" or is_as_wide_as_the_screen(page)
        assert list_violations(page) == []
        page.eval_on_selector_all("details", "folds => folds.forEach(fold => fold.open = true)")
        assert mode == "print" or is_as_wide_as_the_screen(page)
        assert list_violations(page) == []


@pytest.mark.browser
def test_the_keyboard_reaches_the_main_part_first_and_opens_every_fold(full: str, browser: Browser, tmp_path: Path) -> None:
    with open_page(browser, full, tmp_path, "phone") as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
        for _ in range(page.locator("main summary, main [tabindex='0'], main a").count()):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.tagName") == "SUMMARY":
                page.keyboard.press("Enter")
        assert page.locator("main details:not([open])").count() == 0


@pytest.mark.browser
def test_targets_are_large_and_focus_is_seen(full: str, browser: Browser, tmp_path: Path) -> None:
    with open_page(browser, full, tmp_path) as page:
        heights = page.eval_on_selector_all("summary, nav a", "all => all.map(e => e.getBoundingClientRect().height).filter(h => h > 0)")
        assert min(heights) >= 24
        page.keyboard.press("Tab")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "3px"


@pytest.mark.browser
def test_on_paper_every_fold_is_open_and_the_page_is_light(full: str, browser: Browser, tmp_path: Path) -> None:
    with open_page(browser, full, tmp_path, "dark") as page:
        folded = page.locator("main details > :not(summary)").first
        assert not folded.is_visible()
        page.emulate_media(media="print", color_scheme="dark")
        assert all(
            page.eval_on_selector_all(
                "main details > :not(summary)", "all => all.map(e => e.checkVisibility({contentVisibilityAuto: true}))"
            )
        )
        assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
        assert not page.locator("nav").is_visible()
        assert not page.locator(".skip").is_visible()
        assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


@pytest.mark.browser
def test_words_in_a_figure_can_be_read_on_a_phone_and_stay_within_it(full: str, browser: Browser, tmp_path: Path) -> None:
    outside = """all => all.filter(text => {
        const box = text.getBoundingClientRect(), svg = text.closest('svg').getBoundingClientRect();
        return box.width && (box.left < svg.left - 1 || box.right > svg.right + 1 || box.bottom > svg.bottom + 1);
    }).map(text => text.textContent)"""
    sizes = "all => all.map(e => parseFloat(getComputedStyle(e).fontSize) * e.getScreenCTM().a)"
    for mode in ("phone", "light"):
        with open_page(browser, full, tmp_path, mode) as page:
            assert page.eval_on_selector_all("svg text", outside) == []
            assert min(page.eval_on_selector_all("svg text", sizes)) > 9.9
