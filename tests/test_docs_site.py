"""The documentation: pages that are made, links that lead somewhere, shapes and words as the code has them, nothing from elsewhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat.v4 as nb
import pandas as pd
import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe
from typer.main import get_command

import toolkit
from toolkit.cli.main import app
from toolkit.languages import load_text
from toolkit.schemas import CHANGE, FINDINGS, LEVELS, RESPONSES, SCORES, STATE, TAIL
from tools.docs_pages import (
    FROM_THE_TOP,
    GROUPS,
    HOUSE,
    find_group,
    list_foreign,
    list_foreign_in_site,
    list_public,
    list_titles,
    mend_links,
    render_notebook,
    write_reference,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser

DOCS = HOUSE / "docs"
FRAMES = (DOCS / "frames.md").read_text(encoding="utf-8")
WAVES = {"before": "sept", "after": "june"}


# --- pages that are made ------------------------------------------------------------------------------------------------------------


def test_the_reference_has_every_public_name_once() -> None:
    shown = re.findall(r"^::: [\w.]+\.(\w+)$", write_reference(list_public()), re.MULTILINE)
    assert sorted(shown) == sorted(toolkit.__all__)


def test_a_name_from_a_room_without_a_group_is_refused() -> None:
    assert find_group("results.estimates.change") == "One estimate" and find_group("run") == "A whole study"
    with pytest.raises(KeyError, match=r"toolkit\.runner"):
        find_group("runner")
    assert len({heading for heading, _, _ in GROUPS}) == len(GROUPS)


def show(data: dict[str, Any], **metadata: Any) -> Any:
    """Return an output of a cell."""
    return nb.new_output("display_data", data=data, metadata=metadata)


def test_a_notebook_becomes_a_page_with_its_outputs() -> None:
    picture = show({"image/png": "AAAA", "text/plain": "<Figure>"}, **{"image/png": {"alt": 'A "rise"'}})
    table = show({"text/html": "<style>td {}</style>\n<table>\n\n<tr><td>1</td></tr></table>", "text/plain": "1"})
    noise = nb.new_output("stream", name="stderr", text="careful")
    printed = nb.new_output("stream", name="stdout", text="done\n")
    cells = [nb.new_markdown_cell("# Look"), nb.new_code_cell("plot()", outputs=[picture, table, noise, printed]), nb.new_code_cell("")]
    page = render_notebook(nb.new_notebook(cells=cells), "look")
    assert page.pictures == {"look-1.png": b"\0\0\0"}
    assert page.text == (
        "# Look\n\n```python\nplot()\n```\n\n"
        '<div class="output"><img src="look-1.png" alt="A &quot;rise&quot;"></div>\n\n'
        '<div class="output">\n<table>\n<tr><td>1</td></tr></table>\n</div>\n\n'
        "```text\ndone\n```\n"
    )


def test_notebooks_for_researchers_are_on_the_site_and_templates_of_pages_are_not() -> None:
    names = {path.stem for path, _ in list_titles()}
    assert names and not names & {"school_report", "summary", "across_schools", "board_report", "data_check"}
    assert [path.stem for path, title in list_titles() if not title] == []


# --- links and the navigation -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "link", "becomes"),
    [
        ("validity.md", "[r](../benchmarks/calibration/results.csv)", "[r](results.csv)"),
        ("nl/index.md", "[g](../../CONTRIBUTING.md#start)", "[g](../contributing.md#start)"),
        ("nl/index.md", "[p](../privacy.md)", "[p](../privacy.md)"),
        ("contributing.md", "[m](docs/methods.md)", "[m](methods.md)"),
        ("datasets.md", "[u](https://example.org/x)", "[u](https://example.org/x)"),
        ("index.md", "[t](../toolkit/run.py)", "[t](../toolkit/run.py)"),
    ],
)
def test_links_lead_to_where_a_page_is_on_the_site(page: str, link: str, becomes: str) -> None:
    assert mend_links(link, page) == becomes


def list_headings(page: Path) -> set[str]:
    """Return the anchors of a page, as mkdocs and others make them of its headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[\s-]+", "-", re.sub(r"[^\w\s-]", "", heading.lower()).strip()) for heading in headings}


def test_every_link_of_a_page_or_a_readme_leads_somewhere() -> None:
    lost = []
    for page in [*DOCS.rglob("*.md"), *HOUSE.glob("*.md"), HOUSE / "datasets" / "README.md"]:
        for where, anchor in re.findall(r"\]\((?!https?:|mailto:)([\w./-]*)(#[\w-]+)?\)", page.read_text(encoding="utf-8")):
            target = page.parent / where if where else page
            made = target.resolve().relative_to(HOUSE.resolve()).as_posix() in {"docs/reference.md", "docs/notebooks/index.md"}
            made |= target.name in FROM_THE_TOP.values()
            if not (made or target.exists()) or (anchor and target.suffix == ".md" and anchor[1:] not in list_headings(target)):
                lost.append(f"{page.name}: {where}{anchor}")
    assert lost == []


def list_navigation(part: Any) -> list[str]:
    """Return the pages of a part of the navigation."""
    if isinstance(part, str):
        return [part]
    return [page for each in (part.values() if isinstance(part, dict) else part) for page in list_navigation(each)]


def test_the_navigation_has_every_page_once() -> None:
    site = yaml.safe_load((HOUSE / "mkdocs.yml").read_text(encoding="utf-8"))
    made = {"reference.md", "notebooks/index.md", *(name for name in FROM_THE_TOP.values() if name.endswith(".md"))}
    written = {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")}
    assert sorted(list_navigation(site["nav"])) == sorted(made | written)
    assert site["theme"]["font"] is False and site["site_dir"].startswith("build/")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the site as `make docs` builds it."""
    pytest.importorskip("mkdocs", reason="`make docs` installs what builds the site")
    folder = tmp_path_factory.mktemp("docs") / "site"
    build = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    built = subprocess.run(build, cwd=HOUSE, env=os.environ | {"NO_MKDOCS_2_WARNING": "1"}, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    return folder


@pytest.mark.slow
@pytest.mark.browser
def test_the_site_is_searched_from_disk_and_asks_for_nothing_else(site: Path, browser: Browser) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((site / "index.html").as_uri())
    page.click(".md-search__input")
    page.locator(".md-search__input").press_sequentially("sleutelfactoren")
    page.wait_for_selector(".md-search-result__item")
    assert "/nl/" in (page.get_attribute(".md-search-result__link", "href") or "")
    assert [url for url in asked if not url.startswith("file:")] == []


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("name", ["index", "frames", "nl/rapport-lezen"])
def test_a_page_of_the_site_fits_a_phone_and_a_screen_reader(name: str, site: Path, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 375, "height": 700})
    page.goto((site / f"{name}.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") == 375
    assert [found["id"] for found in Axe().run(page).response["violations"] if found["impact"] in ("serious", "critical")] == []


# --- shapes and words -----------------------------------------------------------------------------------------------------------------


def list_columns(row: str) -> list[str]:
    """Return the columns that the page of frames gives in the row that begins with `row`."""
    (found,) = re.findall(rf"^\| {re.escape(row)}[^|]*\|[^|]*\|(.*)\|$", FRAMES, re.MULTILINE)
    return re.findall(r"`(\w+)`", found)


@pytest.mark.parametrize(
    ("row", "table"), [("responses", RESPONSES), ("findings", FINDINGS), ("scores", SCORES), ("levels", LEVELS), ("change,", CHANGE)]
)
def test_the_page_of_frames_has_the_columns_of_a_table(row: str, table: Any) -> None:
    assert set(list_columns(row)) == set(table.columns) - (set(STATE | TAIL) if "state" in table.columns else set())


def test_the_page_of_frames_has_the_columns_that_every_result_ends_with() -> None:
    part = FRAMES.split("ends with the same nine columns")[1]
    assert set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`[^|]+)\|", part, re.MULTILINE)))) == set(STATE | TAIL)


#: A call of each function on frames, on the scores of the example.
CALLS: dict[str, Callable[[Any], Any]] = {
    "describe": lambda scores: toolkit.describe(scores, dv="energie_own9"),
    "change": lambda scores: toolkit.change(scores, dv="energie_own9", **WAVES),
    "compare_models": lambda scores: toolkit.compare_models(scores, dv="energie_own9", **WAVES),
    "gap": lambda scores: toolkit.gap(scores, now="plg12_e1_now", wanted="plg12_e1_wanted", **WAVES),
    "compare_groups": lambda scores: toolkit.compare_groups(
        scores.assign(own=scores["school"] < "H"), dv="energie_own9", group="own", treated=True, **WAVES
    ),
    "compare_cohorts": lambda scores: toolkit.compare_cohorts(
        scores.assign(own=scores["school"] < "H"), dv="energie_own9", cohort="own", **WAVES
    ),
    "reliability": lambda scores: toolkit.reliability(scores, "energie_own9"),
    "agreement": lambda scores: toolkit.agreement(scores, "energie_own9"),
    "attrition": lambda scores: toolkit.attrition(scores, dv="energie_own9", **WAVES),
    "growth": lambda scores: toolkit.growth(
        pd.concat([scores, scores[scores["wave"] == "june"].assign(wave="later")]),
        dv="energie_own9",
        dates={"sept": "2025-09-15", "june": "2026-06-22", "later": "2026-10-01"},
    ),
    "relate": lambda scores: toolkit.relate(scores, dv="energie_own9", on="cijfer1_grade", **WAVES),
    "dose": lambda scores: toolkit.dose(list_present(scores)),
    "relate_dose": lambda scores: toolkit.relate_dose(
        toolkit.dose(list_present(scores)), toolkit.change(scores, dv="energie_own9", **WAVES)
    ),
}


def list_present(scores: pd.DataFrame) -> pd.DataFrame:
    """Return the people of the example as if they had all come to one meeting."""
    return scores.rename(columns={"code": "person"}).assign(date=pd.Timestamp("2025-11-04"), title="", present="yes")


@pytest.fixture(scope="module")
def scores() -> pd.DataFrame:
    return toolkit.score(toolkit.load_example(), "energie_own9")


@pytest.mark.parametrize("name", CALLS)
def test_the_page_of_frames_has_the_columns_that_come_out(name: str, scores: pd.DataFrame) -> None:
    assert list_columns(f"`{name}`") == list(CALLS[name](scores))


def test_the_page_of_frames_has_every_function_that_takes_one() -> None:
    taking = {name for name, module in list_public().items() if find_group(module) == "Plain data frames"}
    assert taking - {name for name in taking if re.search(rf"^\| `{name}` \|", FRAMES, re.MULTILINE)} == set()
    assert taking - CALLS.keys() == {"score", "load_example", "study_from_frame", "open_study", "load_answers", "load_scores"}


@pytest.mark.parametrize(("page", "language"), [("reading-a-report.md", "en"), ("nl/rapport-lezen.md", "nl")])
def test_the_page_on_reading_has_every_word_of_a_verdict(page: str, language: Any) -> None:
    words = {
        load_text(language).say(f"verdict.{code}")
        for code in ("rose", "rose_clearly", "rose_probably", "rose_slightly", "indication_rose", "same", "unclear")
    }
    part = re.split(r"^## ", (DOCS / page).read_text(encoding="utf-8"), flags=re.MULTILINE)[2]
    assert set(re.findall(r"^\| ([^|]+?) \| (?:lies|includes|ligt)", part, re.MULTILINE)) == words


def test_the_page_on_commands_has_every_command() -> None:
    page = (DOCS / "commands.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `plg (\w+)", page, re.MULTILINE)) == set(get_command(app).commands)


# --- nothing from elsewhere -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "page",
    [
        '<script src="https://example.org/a.js"></script>',
        '<link rel="preconnect" href="//fonts.example.org">',
        '<img srcset="a.png 1x, https://example.org/b.png 2x">',
        '<p style="background: url(https://example.org/a.png)">',
        "<style>@import 'https://example.org/a.css';</style>",
        "@font-face { src: url(//example.org/a.woff2) }",
    ],
)
def test_a_page_that_fetches_from_elsewhere_is_found(page: str, tmp_path: Path) -> None:
    assert list_foreign(page) != []
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "page.html").write_text(page, encoding="utf-8")
    assert next(list_foreign_in_site(tmp_path)).startswith("deep/page.html fetches ")


def test_links_and_files_of_the_site_are_not_fetched_from_elsewhere() -> None:
    page = '<a href="https://doi.org/10">source</a><img src="../a.png"><link href="site.css"><svg xmlns="http://www.w3.org/2000/svg"/>'
    assert (
        list_foreign(page + "<style>a { mask: url('data:image/svg+xml;utf8,<svg xmlns=\"http://www.w3.org/2000/svg\"/>') }</style>") == []
    )
