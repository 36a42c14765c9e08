"""A page as PDF: tagged, with outline, title and language; the same bytes twice; a summary on exactly one sheet."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.report.made_page import write_page
from tests.report.made_results import MadeResults
from toolkit.report.content.view import View
from toolkit.report.formats.chromium import Browser, fix_dates, make_pdf
from toolkit.report.html.elements import join
from toolkit.report.sections.main_findings import show_main_findings
from toolkit.report.sections.outcomes import show_engagement
from toolkit.report.sections.page_frame import show_title
from toolkit.report.sections.summary import (
    show_summary_discussion,
    show_summary_evidence,
    show_summary_findings,
    show_summary_origin,
    show_summary_title,
)

DATE = dt.date(2026, 6, 30)
MADE = (
    b"/Creator (Mozilla/5.0 \\(X11; Linux x86_64\\) Headless)\n/CreationDate (D:20261122185917+00'00')\n/ModDate (D:20261122185917+01'00')"
)


def test_dates_and_maker_are_replaced_and_every_byte_stays_in_its_place() -> None:
    fixed = fix_dates(MADE, DATE)
    assert len(fixed) == len(MADE)
    assert fixed.count(b"(D:20260630000000+00'00')") == 2
    assert fixed.startswith(b"/Creator (PLG toolkit) ") and b"Linux" not in fixed
    assert [fixed.index(name) for name in (b"/CreationDate", b"/ModDate")] == [MADE.index(name) for name in (b"/CreationDate", b"/ModDate")]


@pytest.fixture(scope="module")
def printer() -> Iterator[Browser]:
    with Browser() as browser:
        yield browser


def count_pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", pdf))


def write_summary(folder: Path, view: View) -> Path:
    body = join(show(view) for show in (show_summary_findings, show_summary_evidence, show_summary_discussion, show_summary_origin))
    return write_page(folder / "summary.html", view, show_summary_title(view), body, sheet=True)


@pytest.mark.browser
@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_pdf_is_tagged_and_has_an_outline_a_title_and_a_language(
    open_school: Callable[..., View], printer: Browser, tmp_path: Path, language: str
) -> None:
    view = open_school(language)
    page = write_page(
        tmp_path / "page.html", view, show_title(view), join([show_main_findings(view), show_engagement(view)]), "Het verslag"
    )
    pdf = make_pdf(page, printer, DATE)
    assert pdf.startswith(b"%PDF-") and pdf.rstrip().endswith(b"%%EOF")
    for name in (b"/StructTreeRoot", b"/Outlines", b"/S /H1", b"/S /Table", b"/S /Figure", b"/Marked true"):
        assert name in pdf, name
    assert re.search(rb"/Lang \(%b" % language.encode(), pdf)
    assert b"/Title (Het verslag)" in pdf
    assert b"D:20260630" in pdf and b"Headless" not in pdf and b"Linux" not in pdf


@pytest.mark.browser
def test_the_same_page_gives_the_same_bytes_whatever_was_printed_before(
    open_school: Callable[..., View], printer: Browser, tmp_path: Path
) -> None:
    view = open_school()
    page = write_page(tmp_path / "page.html", view, show_title(view), show_engagement(view))
    first = make_pdf(page, printer, DATE)
    make_pdf(write_summary(tmp_path, view), printer, DATE)
    with Browser() as another:
        assert make_pdf(page, printer, DATE) == first == make_pdf(page, another, DATE)


@pytest.mark.browser
@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_summary_is_exactly_one_sheet(open_school: Callable[..., View], printer: Browser, tmp_path: Path, language: str) -> None:
    assert count_pages(make_pdf(write_summary(tmp_path, open_school(language)), printer, DATE)) == 1


@pytest.mark.browser
@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_summary_of_long_names_and_of_hidden_results_is_one_sheet_too(
    open_school: Callable[..., View], printer: Browser, tmp_path: Path, language: str
) -> None:
    def hide(made: MadeResults) -> None:
        for table in ("participation", "levels", "change"):
            made.hide(table, {"school": "s1"})

    view = open_school(language, settings="invented = true")
    long = {name: " ".join(["een heel lange naam"] * 11)[:200] for name in ("nl", "en")}
    waves = [
        wave.model_dump() | {"label": {name: f"{label}, in het najaar" for name, label in wave.label.items()}} for wave in view.study.waves
    ]
    schools = [view.study.schools[0].model_dump() | {"name": long["nl"]}]
    study = view.study.model_validate(view.study.model_dump(by_alias=True) | {"title": long, "schools": schools, "waves": waves})
    for tried in (replace(view, study=study), replace(open_school(language, hide), study=study)):
        assert count_pages(make_pdf(write_summary(tmp_path, tried), printer, DATE)) == 1


@pytest.mark.browser
def test_a_page_that_grew_over_the_sheet_is_seen(open_school: Callable[..., View], printer: Browser, tmp_path: Path) -> None:
    view = open_school()
    body = join([show_summary_findings(view), show_summary_evidence(view), show_engagement(view)])
    page = write_page(tmp_path / "summary.html", view, show_summary_title(view), body, sheet=True)
    assert count_pages(make_pdf(page, printer, DATE)) == 2


APPENDIX = """<main><p class="appendix">Bijlage</p><h2>A</h2><p>a</p><details>1</details><h2>B</h2><details>2</details>
<h2 id="answers">C</h2><details>3</details><h2 id="method">D</h2><details>4</details></main>"""


@pytest.mark.browser
@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (APPENDIX, "A a B Bijlage 1 2 C 3 D 4"),
        (APPENDIX.replace(' id="answers"', ""), "A a B C Bijlage 1 2 3 D 4"),
        (APPENDIX.replace(' class="appendix"', ""), "Bijlage A a 1 B 2 C 3 D 4"),
    ],
)
def test_on_paper_what_is_folded_comes_after_the_rest(printer: Browser, tmp_path: Path, page: str, expected: str) -> None:
    path = tmp_path / "page.html"
    path.write_text(page, encoding="utf-8")
    with printer._open(path) as tab:
        printer._gather_appendix(tab)
        printed = printer._tools.ask("DOM.getOuterHTML", tab, nodeId=printer._find("main", tab)[0])["outerHTML"]
    assert re.sub(r"\s*<[^>]+>\s*|\s+", " ", printed).split() == expected.split()
