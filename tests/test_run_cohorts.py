"""Cohorts from files to pages: whose dates stand where, one study and several, what is noted in the registers, and how pages are seen."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

import toolkit as plg
from tests.estimated import estimate_shipped
from tests.report.browser import MODES, is_as_wide_as_the_screen, list_violations, open_page
from tests.two_studies import SHIPPED, write_cohort_studies
from toolkit.errors import ReportError
from toolkit.languages import load_text
from toolkit.report.publishing.codebook import tabulate_codebook
from toolkit.results.disclosure.register_lines import REGISTER, read_lines
from toolkit.results.disclosure.released_data import combine_results
from toolkit.run import Run

if TYPE_CHECKING:
    from playwright.sync_api import Browser

LANGUAGES = ("nl", "en")
DATES = {
    "2024": ("2024", "juni 2025", "June 2025", "februari 2026", "February 2026"),
    "2025": ("september 2025", "September 2025", "juni 2026", "June 2026"),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return plg.run_study(SHIPPED, tmp_path_factory.mktemp("one"), kinds=["cohorts"])


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Path], Run]:
    folder = tmp_path_factory.mktemp("two")
    studies = list(write_cohort_studies(folder))
    return studies, plg.compare_studies(studies, folder / "reports" / "both")


def read_words(path: Path) -> str:
    page = path.read_text(encoding="utf-8")
    shown = page[page.index("<body") :].partition('<h2 id="origin"')[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", shown))


@pytest.mark.parametrize(("school", "cohort"), [("s1", "2024"), pytest.param("s6", "2025", marks=pytest.mark.slow)])
def test_pages_of_a_school_name_the_dates_of_its_own_cohort_only(made: Run, school: str, cohort: str) -> None:
    pages = plg.run_study(SHIPPED, made.folder, schools=[school], kinds=["school", "summary"]).pages
    other = next(year for year in DATES if year != cohort)
    for page in pages:
        told = read_words(page)
        assert not any(date in told for date in DATES[other]), page.name
        assert any(date in told for date in DATES[cohort])
        assert "niet gemeten" not in told and "was not measured" not in told


def test_one_study_and_two_tell_the_same(made: Run, beside: tuple[list[Path], Run]) -> None:
    assert not made.errors and not beside[1].errors
    for one, two in zip(made.pages, beside[1].pages, strict=True):
        core = [re.search(r'id="core".*?id="change"', page.read_text(encoding="utf-8"), re.DOTALL) for page in (one, two)]
        assert core[0] and core[1] and core[0][0] == core[1][0]


@pytest.mark.slow
def test_pages_are_verified_of_one_study_and_of_two(made: Run, beside: tuple[list[Path], Run]) -> None:
    assert plg.verify_report(made.pages[0], plg.load_study(SHIPPED)).same
    studies, run = beside
    assert plg.verify_report(run.pages[1], plg.load_study(studies[0])).same


def test_each_study_notes_in_its_own_register_what_was_published(beside: tuple[list[Path], Run]) -> None:
    studies, run = beside
    for folder in studies:
        study = plg.load_study(folder)
        (line,) = read_lines(run.folder.parent / study.id / "internal", load_text("en"))
        assert {number.key[0] for number in line.published} <= {*(school.id for school in study.schools), ""}
    assert not (run.folder / "internal" / REGISTER).exists()


def test_a_comparison_comes_with_its_data(beside: tuple[list[Path], Run]) -> None:
    table = pd.read_csv(beside[1].folder / "results.csv", sep=None, engine="python", dtype=str, keep_default_na=False)
    assert set(table["table"]) == {"cohorts"} and {"difference", "change", "response"} <= set(table["quantity"])
    assert set(table["cohort"]) == {"2024", "2025"} and set(table["school"]) == {""}


def test_a_comparison_is_held_against_what_was_published_before(tmp_path: Path) -> None:
    studies = list(write_cohort_studies(tmp_path, factors=False))
    plg.run_study(studies[1], tmp_path / "reports" / "cohort_2025", kinds=["summary"], schools=["s5"])
    file = studies[1] / "exports" / "2025_after.csv"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    gone = next(line for line in lines if ",s5," in line or ";s5;" in line or "Vliegende" in line)
    file.write_text("".join(line for line in lines if line != gone), encoding="utf-8")
    run = plg.compare_studies(studies, tmp_path / "reports" / "both", languages=["en"])
    assert "group_changed" in set(run.findings["code"])


def test_a_comparison_whose_register_lost_its_key_stops(tmp_path: Path) -> None:
    studies = list(write_cohort_studies(tmp_path, factors=False))
    plg.compare_studies(studies, tmp_path / "reports" / "both", languages=["en"])
    (tmp_path / "reports" / "cohort_2024" / "internal" / "register.key").unlink()
    with pytest.raises(ReportError):
        plg.compare_studies(studies, tmp_path / "reports" / "both", languages=["en"])


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("number", [0, 1])
def test_the_page_is_seen_and_read_by_everybody(made: Run, browser: Browser, tmp_path: Path, mode: str, number: int) -> None:
    html = made.pages[number].read_text(encoding="utf-8")
    assert len(html) < 400_000
    with open_page(browser, html, tmp_path, mode) as page:
        assert list_violations(page) == []
        assert is_as_wide_as_the_screen(page)


def test_the_exported_data_hold_cohorts_in_words() -> None:
    found = estimate_shipped("twee_cohorten")
    study = found.study
    table = combine_results(found.results, study)
    own = table[table["table"] == "cohorts"]
    assert {"change", "difference", "level", "used"} <= set(own["quantity"]) and set(own["school"]) == {""}
    codebook = tabulate_codebook(table, study)
    for language in LANGUAGES:
        assert load_text(language).say("data.other_code") not in set(codebook[language])


def test_the_command_makes_the_page_and_says_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from toolkit.cli.reports import compare

    studies = list(write_cohort_studies(tmp_path, factors=False))
    compare(studies, language=["en"], output=tmp_path / "out" / "both")
    assert "1 report" in capsys.readouterr().out and (tmp_path / "out" / "both" / "cohorts-en.html").is_file()


@pytest.mark.slow
def test_adding_a_cohort_to_a_study_that_was_published_keeps_what_was_noted(tmp_path: Path) -> None:
    """The register of the study still tells who was in what: the new cohort makes nobody's numbers follow."""
    folder = tmp_path / "study"
    shutil.copytree(SHIPPED, folder)
    for path in (folder / "exports").glob("2025_*"):
        path.unlink()
    whole = (folder / "study.toml").read_text(encoding="utf-8")
    first, _ = write_cohort_studies(tmp_path / "apart")
    alone = (first / "study.toml").read_text(encoding="utf-8").replace('id = "cohort_2024"', 'id = "twee_cohorten"')
    (folder / "study.toml").write_text(alone, encoding="utf-8")
    plg.run_study(folder, tmp_path / "out", kinds=["summary"], languages=["en"])
    shutil.copytree(SHIPPED, folder, dirs_exist_ok=True)
    (folder / "study.toml").write_text(whole, encoding="utf-8")
    run = plg.run_study(folder, tmp_path / "out", kinds=["cohorts"], languages=["en"])
    assert not run.errors and "group_changed" not in set(run.findings["code"])
    lines = list(read_lines(tmp_path / "out" / "internal", load_text("en")))
    assert len(lines) == 2
