"""A cohort added to a study whose reports are out: whoever keeps the old pages and reads the new ones learns of no small group."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.report.attack_algebra import Cell, Form, Found, find_given_away
from tests.report.attacker import Attacker, read_page
from tests.report.drawn_study import Drawn, draw_study, execute, write_pages
from tests.report.reading import read_tables
from tests.report.test_attack import let_everything_through
from toolkit import compute_scores
from toolkit.languages import load_text
from toolkit.report.content.cohorts import CohortsView
from toolkit.results.disclosure.contributors import list_published
from toolkit.results.disclosure.differencing import Published
from toolkit.results.estimation import estimate_results
from toolkit.results.results import Results
from toolkit.results.robustness import list_added
from toolkit.study.study import Study

QUICK, MANY = range(3), [range(start, start + 20) for start in range(100, 200, 20)]


def take_part(drawn: Drawn, count: int) -> Drawn:
    """Return the study as it was when only its first schools took part."""
    schools = drawn.study.schools[:count]
    kept = {school.id for school in schools}
    pairs = tuple(pair for pair in drawn.study.pairs if {pair.first, pair.second} <= kept)
    study = drawn.study.model_copy(update={"schools": schools, "pairs": pairs, "groups": ()})
    responses, findings = drawn.responses, drawn.findings
    return Drawn(study, responses[responses["school"].isin(kept)], findings[findings["school"].isin(kept)], drawn.sources)


def name_cohorts(study: Study, count: int) -> Study:
    """Return the study with its first schools in one cohort and the others in a second."""
    schools = tuple(school.model_copy(update={"cohort": "ab"[place >= count]}) for place, school in enumerate(study.schools))
    return study.model_copy(update={"schools": schools})


def list_numbers(results: Results, drawn: Drawn) -> list[Published]:
    scores = compute_scores(drawn.responses, drawn.study)
    return [*list_published(results, scores, drawn.study), *list_added(results, scores, drawn.study)]


def read_cohorts(results: Results, knows: Attacker, language: str) -> list[Form]:
    """Return what the page on cohorts tells: the mean change of each, of the schools that the page shows."""
    page = execute("cohorts", CohortsView((knows.study,), results, load_text(language)))  # type: ignore[arg-type]
    tables = read_tables(read_page(page))
    names = {school.name: school.id for school in knows.study.schools}
    primary = knows.study.primary
    forms: list[Form] = []
    for cohort in knows.study.cohorts:
        shown = [names[row[1]] for row in tables["cohorts-schools"][1:] if row[0].endswith(f" {cohort}") and row[2][:1] in "+−0123456789"]
        if shown:
            about: Cell = (primary.instrument, primary.scale, primary.rating)
            forms.append((f"cohort {cohort}", knows._make_change(about, shown)))
    return forms


def attack(folder: Path, seed: int) -> list[Found]:
    """Return what the pages before and after a cohort was added give away together."""
    drawn = draw_study(folder, np.random.default_rng(seed))
    count = max(1, len(drawn.study.schools) // 2)
    language = ("nl", "en")[seed % 2]
    first = take_part(drawn, count)
    before = estimate_results(first.study, first)
    whole = Drawn(name_cohorts(drawn.study, count), drawn.responses, drawn.findings, drawn.sources)
    after = estimate_results(whole.study, whole, earlier=list_numbers(before, first))
    knows = Attacker(whole)
    forms = Attacker(first).read(write_pages(first, folder / "first", (language,), results=before))[0]
    forms += knows.read(write_pages(whole, folder / "second", (language,), results=after))[0] + read_cohorts(after, knows, language)
    return find_given_away(forms, knows.list_known())


@pytest.mark.parametrize("seed", QUICK)
def test_a_cohort_that_was_added_gives_nobody_away(tmp_path: Path, seed: int) -> None:
    assert attack(tmp_path, seed) == []


@pytest.mark.slow
@pytest.mark.parametrize("seeds", MANY, ids=str)
def test_a_cohort_that_was_added_gives_nobody_away_in_a_hundred_studies(tmp_path: Path, seeds: range) -> None:
    assert {seed: found for seed in seeds if (found := attack(tmp_path / str(seed), seed))} == {}


def test_without_protection_the_attacker_finds_people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    let_everything_through(monkeypatch)
    assert attack(tmp_path, 0)
