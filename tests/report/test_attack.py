"""An attacker with all pages, who knows who answered when, and combines every number that can be read."""

from __future__ import annotations

import re
from itertools import chain, combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.report.made_results import make_study
from tests.report.reading import read_pictures, read_tables
from toolkit.columns import FINDINGS, RESPONSES, SOURCES
from toolkit.report.html import Html, join
from toolkit.report.sections.engagement import show_engagement
from toolkit.report.sections.participation import show_participation
from toolkit.report.text import load_text
from toolkit.report.view import View
from toolkit.results.bundle import Results
from toolkit.results.change import estimate_change
from toolkit.results.levels import estimate_levels
from toolkit.results.participation import estimate_participation
from toolkit.results.protecting import protect_results
from toolkit.results.reliability import estimate_reliability
from toolkit.scores.scoring import compute_scores
from toolkit.study.study import Study

SCALES = ("total", "vigour", "dedication", "absorption")
ENDS = ("before", "after")
Sets = dict[tuple[str, str, str], frozenset[str]]
#: A sum that can be read: its measure, and how often each person counts in each wave.
Form = tuple[str, dict[tuple[str, str], float]]


def draw_responses(study: Study, generator: np.random.Generator) -> pd.DataFrame:
    """Return answers to uwes9 in schools of 3 to 14 people, of whom some come late, leave early or skip statements."""
    columns = list(study.find_instrument("uwes9").columns)
    rows = []
    for school in study.schools:
        size, stays = int(generator.integers(3, 15)), generator.choice([0.6, 0.9, 1.0])
        for person, wave in ((person, wave) for person in range(size) for wave in ENDS):
            if generator.random() < stays:
                answers = generator.integers(0, 7, len(columns)).astype(float)
                answers[generator.random(len(columns)) < 0.06] = np.nan
                answers[0] = 3.0
                who = {"respondent": f"{school.id}p{person}", "school": school.id, "wave": wave, "role": "", "date": pd.NaT}
                rows.append(who | {"source": "a.csv", "row": len(rows)} | dict(zip(columns, answers, strict=True)))
    return RESPONSES.conform(pd.DataFrame(rows))


def estimate(study: Study, responses: pd.DataFrame, *, protected: bool) -> tuple[Results, pd.DataFrame]:
    scores = compute_scores(responses, study)
    results = Results(
        participation=estimate_participation(responses, FINDINGS.empty(), study),
        levels=estimate_levels(scores, study),
        change=estimate_change(scores, study),
        reliability=estimate_reliability(responses, scores, study),
        sources=SOURCES.empty(),
    )
    return (protect_results(results, responses, FINDINGS.empty(), scores, study) if protected else results), scores


def render(study: Study, results: Results, school: str) -> Html:
    view = View(study, results.for_school(school) if school else results, load_text("en"), school)
    return join(show(view) for show in ((show_participation, show_engagement) if school else (show_participation,)))


def is_number(cell: str) -> bool:
    return bool(re.match(r"[+−]?\d", cell))


def read_forms(page: Html, school: str, sets: Sets) -> list[Form]:
    """Return what the tables and the descriptions of pictures on a school's page tell of sums: means, changes, changes of pairs."""
    forms: list[Form] = []
    tables = read_tables(page)
    told = " ".join(picture.description for picture in read_pictures(page).values())
    for number, scale in enumerate(SCALES):
        before, after = (sets.get((school, wave, scale), frozenset()) for wave in ENDS)
        both = before & after
        sums = {
            "before": {("before", p): 1 / len(before) for p in before},
            "after": {("after", p): 1 / len(after) for p in after},
            "pairs": {(wave, p): sign / len(both) for wave, sign in zip(ENDS, (-1, 1), strict=True) for p in both},
        }
        for name, rows in tables.items():
            cells = rows[number + 1] if name.startswith("engagement-uwes9") and len(rows) > number + 1 else []
            if name.endswith("levels-table"):
                seen = [end for end, cell in zip(ENDS, cells[1::3], strict=True) if is_number(cell)]
            elif name.endswith("-change"):
                seen = [end for end, cell in zip(ENDS, cells[1:3], strict=True) if is_number(cell)]
            elif name.endswith("-pairs"):
                seen = ["pairs"] if is_number(cells[2]) or is_number(cells[5]) else []
            else:
                seen = []
            forms += [(scale, sums[end]) for end in seen]
    assert forms or not re.search(r"\d\.\d", told)  # what a description tells stands in a table too
    return forms


def list_given_away(forms: list[Form], everyone: list[str]) -> list[tuple[str, tuple[str, ...]]]:
    """Return the groups of one to four whose scores on a scale, in some wave, are a combination of the forms."""
    found: list[tuple[str, tuple[str, ...]]] = []
    cells = [(wave, person) for wave in ENDS for person in everyone]
    for scale in SCALES:
        rows = np.array([[form.get(cell, 0.0) for cell in cells] for measure, form in forms if measure == scale])
        if not rows.size:
            continue
        whole = np.linalg.matrix_rank(rows)
        # Only whole classes can stand alone: people whose columns differ in nothing.
        classes: dict[bytes, list[str]] = {}
        for person in everyone:
            classes.setdefault(rows[:, [place for place, cell in enumerate(cells) if cell[1] == person]].tobytes(), []).append(person)
        small = [people for key, people in classes.items() if len(people) <= 4 and any(np.frombuffer(key))]
        for groups in chain.from_iterable(combinations(small, count) for count in range(1, 5)):
            people = tuple(chain.from_iterable(groups))
            outside = [place for place, cell in enumerate(cells) if cell[1] not in people]
            if len(people) <= 4 and np.linalg.matrix_rank(rows[:, outside]) < whole:
                found.append((scale, people))
    return found


def list_sets(scores: pd.DataFrame) -> Sets:
    valid = scores.dropna(subset="score")
    return {key: frozenset(group) for key, group in valid.groupby(["school", "wave", "scale"])["respondent"]}


def attack(folder: Path, seed: int, *, protected: bool = True) -> list[object]:
    """Return the groups whose answers or number the pages of a random study give away."""
    generator = np.random.default_rng(seed)
    study = make_study(folder, int(generator.integers(2, 5)))
    responses = draw_responses(study, generator)
    results, scores = estimate(study, responses, protected=protected)
    sets, found = list_sets(scores), []
    for school in study.schools:
        people = sorted(scores.loc[scores["school"] == school.id, "respondent"].unique())
        found += list_given_away(read_forms(render(study, results, school.id), school.id, sets), people)
    return [*found, *count_hidden(render(study, results, ""), responses)]


def count_hidden(page: Html, responses: pd.DataFrame) -> list[object]:
    """Return the waves in which the number of people of the one hidden school is the total less all others."""
    _, *rows, total = read_tables(page)["who-schools"]
    found: list[object] = []
    for wave, column in zip(ENDS, (1, 3), strict=True):
        hidden = [row for row in rows if not is_number(row[column])]
        if len(hidden) == 1 and is_number(total[column]):
            rest = int(total[column]) - sum(int(row[column]) for row in rows if is_number(row[column]))
            found += [(wave, rest)] if 1 <= rest <= 4 else []
    return found


@pytest.mark.parametrize("seed", range(6))
def test_an_attacker_learns_of_no_small_group(tmp_path: Path, seed: int) -> None:
    assert attack(tmp_path, seed) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 300))
def test_an_attacker_learns_of_no_small_group_in_hundreds_of_studies(tmp_path: Path, seed: int) -> None:
    assert attack(tmp_path, seed) == []


def draw_one_leaver(study: Study) -> pd.DataFrame:
    """Return twelve people, of whom one was there before only."""
    generator, columns = np.random.default_rng(1), list(study.find_instrument("uwes9").columns)
    rows = [
        {"respondent": f"p{person}", "school": "s1", "wave": wave, "role": "", "date": pd.NaT, "source": "a.csv", "row": person}
        | dict(zip(columns, generator.integers(0, 7, len(columns)).astype(float), strict=True))
        for wave in ENDS
        for person in range(12)
        if (wave, person) != ("after", 0)
    ]
    return RESPONSES.conform(pd.DataFrame(rows))


def attack_one_leaver(folder: Path, *, protected: bool) -> set[object]:
    study = make_study(folder)
    results, scores = estimate(study, draw_one_leaver(study), protected=protected)
    forms = read_forms(render(study, results, "s1"), "s1", list_sets(scores))
    assert len(forms) >= 8
    return set(list_given_away(forms, [f"p{number}" for number in range(12)]))


def test_the_attacker_finds_the_one_who_left_on_a_page_made_to_leak(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert attack_one_leaver(tmp_path, protected=True) == set()
    monkeypatch.setattr("toolkit.results.change.may_show_both", lambda *_: True)
    assert attack_one_leaver(tmp_path, protected=False) == {(scale, ("p0",)) for scale in SCALES}
    assert attack_one_leaver(tmp_path, protected=True) == set()
