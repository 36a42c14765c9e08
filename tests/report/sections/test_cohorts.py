"""The page on cohorts: which sentence follows from which numbers, on both sides of each boundary, in both languages."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.estimated import estimate_shipped
from tests.two_studies import SHIPPED, write_cohort_studies
from toolkit.languages import load_text
from toolkit.report.content.cohorts import CohortsView
from toolkit.report.sections import cohorts as page
from toolkit.results.estimation import estimate_study, join_cohorts
from toolkit.results.results import Results
from toolkit.schemas import COHORTS
from toolkit.study.loading import load_study

LANGUAGES = ("nl", "en")


@pytest.fixture(scope="module")
def results() -> Results:
    return estimate_shipped("twee_cohorten").results


@pytest.fixture(params=LANGUAGES)
def view(request: pytest.FixtureRequest, results: Results) -> CohortsView:
    return CohortsView((load_study(SHIPPED),), results, load_text(request.param))


def change(view: CohortsView, quantity: str, values: dict[str, Any], **where: str) -> CohortsView:
    """Return the view with other numbers in the rows of the outcome that leads."""
    table = view.results.cohorts
    rows = (table["quantity"] == quantity) & (table["instrument"] == "uwes9") & (table["scale"] == "total")
    for name, value in ({"school": ""} | where).items():
        rows &= table[name] == value
    assert rows.any()
    made = table.assign(**{name: table[name].mask(rows, value) for name, value in values.items()})
    return CohortsView(view.studies, replace(view.results, cohorts=COHORTS.conform(made)), view.text)


def shift(view: CohortsView, **dates: dict[str, dt.date]) -> CohortsView:
    """Return the view with other dates of waves."""
    study = view.studies[0]
    waves = tuple(wave.model_copy(update={"dates": dict(wave.dates) | dates.get(wave.id, {})}) for wave in study.waves)
    return CohortsView((study.model_copy(update={"waves": waves}),), view.results, view.text)


def read(html: Any) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", html.markup)))


def pick(view: CohortsView, nl: str, en: str) -> str:
    return nl if view.text.language == "nl" else en


def test_the_title_gives_each_cohort_its_own_dates(view: CohortsView) -> None:
    told = read(page.show_cohorts_title(view))
    assert pick(view, "16 september 2024", "16 September 2024") in told and pick(view, "15 juni 2026", "15 June 2026") in told
    assert pick(view, "Verzonnen gegevens", "Invented data") in told


def test_a_draft_says_so_on_the_page(view: CohortsView) -> None:
    draft = CohortsView((view.studies[0].model_copy(update={"state": "draft"}),), view.results, view.text)
    assert pick(view, "Concept, niet om te delen", "Draft, not for sharing") in read(page.show_cohorts_title(draft))


@pytest.mark.parametrize(
    ("verdict", "nl", "en"),
    [
        ("rose_probably", "hoeveel meer is onzeker", "rose more in cohort 2025 than in cohort 2024, but how much more is uncertain"),
        ("fell_probably", "hoeveel minder is onzeker", "rose less in cohort 2025 than in cohort 2024, but how much less is uncertain"),
        ("same", "ongeveer evenveel", "changed about as much in cohort 2025 as in cohort 2024"),
        ("indication_rose", "Er is een aanwijzing dat", "There is an indication that"),
        ("unclear", "We kunnen niet zeggen", "We can't tell whether"),
    ],
)
def test_the_sentence_on_the_difference_follows_its_verdict(view: CohortsView, verdict: str, nl: str, en: str) -> None:
    told = read(page.show_cohorts_findings(change(view, "difference", {"verdict": verdict})))
    assert pick(view, nl, en) in told


def test_a_cohort_of_few_schools_is_not_judged(view: CohortsView) -> None:
    few = {"low": float("nan"), "high": float("nan"), "method": "too_few_schools", "schools": 3, "verdict": ""}
    small = change(view, "change", few, cohort="2025")
    blank = {"state": "not_computable", "method": "too_few_schools", "estimate": float("nan"), "low": float("nan")}
    told = read(page.show_cohorts_findings(change(small, "difference", blank)))
    assert pick(view, "te weinig scholen voor een interval en een toets", "too few schools for an interval and a test") in told
    table = read(page.show_cohorts_change(change(small, "difference", blank)))
    assert pick(view, "te weinig scholen", "too few schools") in table and pick(view, "(3 scholen)", "(3 schools)") in table


def test_schools_without_differences_have_no_interval(view: CohortsView) -> None:
    even = change(view, "change", {"low": float("nan"), "method": "no_spread"}, cohort="2025")
    assert pick(view, "Zonder verschil tussen scholen", "Without differences between schools") in read(page.show_cohorts_findings(even))


def test_four_cohorts_are_told_together(view: CohortsView) -> None:
    table = view.results.cohorts
    rows = table[(table["quantity"] == "difference") & (table["instrument"] == "uwes9") & (table["scale"] == "total")]
    blank = {"cohort": "", "against": "", "df": 3.0, "verdict": "rose"}
    made = [rows.assign(quantity=name, **blank) for name in ("average", "tau_cohorts", "tau_schools")]
    four = CohortsView(view.studies, replace(view.results, cohorts=COHORTS.conform(pd.concat([table, *made]))), view.text)
    told = read(page.show_cohorts_findings(four))
    assert pick(view, "Over 4 cohorten veranderde", "Over 4 cohorts, ") in told
    assert pick(view, "De verandering van een cohort ligt meestal", "The change of a cohort is usually") in told
    none = change(four, "average", {"state": "not_computable", "method": "too_few_cohorts"}, cohort="")
    assert pick(view, "minder dan vier cohorten", "fewer than four cohorts have an interval") in read(page.show_cohorts_findings(none))


def test_what_was_asked_otherwise_is_said(view: CohortsView) -> None:
    told = list(page.list_obstacles(view))
    assert (
        len(told) == 1 and "UWES-17" in told[0] and pick(view, "Niet elk cohort kreeg dezelfde", "Not every cohort got the same") in told[0]
    )


@pytest.mark.parametrize(("month", "told"), [(11, True), (10, False)])
def test_another_season_is_told_from_two_months_on(view: CohortsView, month: int, told: bool) -> None:
    said = " ".join(page.list_obstacles(shift(view, before={"2025": dt.date(2025, month, 15)})))
    assert (
        pick(view, "De eerste meting was niet in hetzelfde seizoen", "The first measurement was not held in the same season") in said
    ) == told


@pytest.mark.parametrize(("day", "told"), [(dt.date(2026, 8, 17), True), (dt.date(2026, 7, 30), False)])
def test_another_span_and_season_of_the_last_measurement_are_told(view: CohortsView, day: dt.date, told: bool) -> None:
    said = " ".join(page.list_obstacles(shift(view, after={"2025": day})))
    assert (pick(view, "zat niet even veel tijd", "was not the same, in months") in said) == told
    assert (pick(view, "De laatste meting was niet in hetzelfde", "The last measurement was not held in the same") in said) == told


@pytest.mark.parametrize(
    ("quantity", "nl", "en"),
    [("response", "De respons bij", "The response at"), ("again", "Niet overal vulde", "The share that answered again")],
)
@pytest.mark.parametrize(("less", "told"), [(0.16, True), (0.14, False)])
def test_another_share_of_people_is_told(view: CohortsView, quantity: str, nl: str, en: str, less: float, told: bool) -> None:
    table = view.results.cohorts
    rows = (table["quantity"] == quantity) & (table["wave"] == "before")
    first = float(table.loc[rows & (table["cohort"] == "2024"), "estimate"].iloc[0])
    made = table.assign(estimate=table["estimate"].mask(rows & (table["cohort"] == "2025"), first - less))
    other = CohortsView(view.studies, replace(view.results, cohorts=made), view.text)
    assert any(pick(view, nl, en) in sentence for sentence in page.list_obstacles(other)) == told


def test_schools_left_out_and_schools_that_walk_twice_are_named(view: CohortsView) -> None:
    fewer = change(view, "change", {"schools": 3}, cohort="2024")
    study = view.studies[0]
    schools = tuple(school.model_copy(update={"name": "De Linde"}) if school.id in ("s1", "s5") else school for school in study.schools)
    twice = CohortsView((study.model_copy(update={"schools": schools}),), fewer.results, view.text)
    said = " ".join(page.list_obstacles(twice))
    assert pick(view, "3 van de 4 scholen tellen mee", "3 of the 4 schools count") in said
    assert pick(view, "Doet in twee cohorten mee: De Linde", "Takes part in two cohorts: De Linde") in said


def test_instruments_that_only_some_were_asked_are_named(tmp_path: Path) -> None:
    folders = write_cohort_studies(tmp_path)
    text = (folders[1] / "study.toml").read_text(encoding="utf-8").replace('instruments = ["uwes9", "plg12"]', 'instruments = ["uwes9"]')
    text = re.sub(r"further = \[.*?\]\n", "", text, flags=re.DOTALL)
    text = re.sub(r'"?plg12.* = .*\n', "", text)
    (folders[1] / "study.toml").write_text(text, encoding="utf-8")
    parts = [estimate_study(load_study(folder)) for folder in folders]
    for language in LANGUAGES:
        view = CohortsView(tuple(part.study for part in parts), join_cohorts(parts), load_text(language))
        said = " ".join(page.list_obstacles(view))
        assert pick(view, "Alleen in een deel van de cohorten gevraagd", "Only some cohorts were asked") in said
        assert page.show_cohorts_factors(view).markup == ""


def test_without_obstacles_that_is_said(view: CohortsView) -> None:
    plain = CohortsView(view.studies, replace(view.results, provenance={}), view.text)
    assert pick(view, "verschillen nauwelijks", "hardly differ") in read(page.show_cohorts_findings(plain))


def test_every_word_of_the_other_sections_is_said(view: CohortsView) -> None:
    told = read(page.show_cohorts_change(view) + page.show_cohorts_factors(view) + page.show_cohorts_course(view))
    told += read(page.show_cohorts_participation(view) + page.show_cohorts_method(view))
    for nl, en in (
        ("hoeveel ‘gewenst’ boven ‘nu’ ligt", "how far ‘wanted’ is above ‘now’"),
        ("maanden sinds de eerste meting", "months since the first measurement"),
        ("4 van 4", "4 of 4"),
        ("gecorrigeerd voor drie verschillen", "corrected for three differences"),
    ):
        assert pick(view, nl, en) in told
    assert len(re.findall("De Ronde Hoek", told)) >= 2


def test_each_word_for_a_difference_of_factors_follows_its_verdict(view: CohortsView) -> None:
    for verdict, nl, en in (
        ("rose", "verschilt", "differ"),
        ("same", "ongeveer gelijk", "about the same"),
        ("indication_fell", "aanwijzing", "indication"),
        ("unclear", "niet te zeggen", "can't tell"),
    ):
        assert pick(view, nl, en) in read(page.show_cohorts_change(change(view, "difference", {"verdict": verdict})))


def test_the_method_of_four_cohorts_names_the_synthesis(view: CohortsView) -> None:
    study = view.studies[0]
    schools = tuple(s.model_copy(update={"cohort": f"20{20 + n // 2}"}) for n, s in enumerate(study.schools))
    waves = tuple(wave.model_copy(update={"dates": {}}) for wave in study.waves)
    four = CohortsView((study.model_copy(update={"schools": schools, "waves": waves}),), view.results, view.text)
    assert pick(view, "een steekproef van cohorten", "a sample of cohorts") in read(page.show_cohorts_method(four))


def test_comparison_schools_are_no_part_of_a_cohort_and_the_method_says_so(view: CohortsView) -> None:
    study = view.studies[0]
    words = pick(view, "vergelijkingsscholen tellen hier niet mee", "comparison schools don't count here")
    assert words not in read(page.show_cohorts_method(view))
    groups = ["trajectory", "comparison"] * len(study.schools)
    schools = tuple(school.model_copy(update={"group": group}) for school, group in zip(study.schools, groups, strict=False))
    apart = CohortsView((study.model_copy(update={"schools": schools}),), view.results, view.text)
    assert words in read(page.show_cohorts_method(apart))
    counted = [school for cohort in apart.cohorts for school in cohort.schools]
    assert counted and {school.group for school in counted} == {"trajectory"}


def test_a_further_outcome_in_another_rating_is_named_with_it(view: CohortsView) -> None:
    outcome = view.study.find_outcome("plg12.e1.wanted")
    assert pick(view, ", gewenst over een jaar", ", wanted in one year") in page.name_outcome(view, outcome)
