"""What one leader answered shows nowhere: not beside the means of leaders and of staff, and no other number tells a role."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import pandas as pd
import pytest

from tests.report.attack_algebra import Form, find_given_away
from tests.report.attacker import Attacker, read_dated_tables, read_page
from tests.report.drawn_study import Drawn, draw_led_study, write_pages
from toolkit.results.estimation import estimate_results
from toolkit.results.results import TABLES, Results


@cache
def draw(seed: int) -> tuple[Drawn, Results]:
    drawn = draw_led_study(Path(mkdtemp()), np.random.default_rng(seed))
    return drawn, estimate_results(drawn.study, drawn)


def read_all(drawn: Drawn, results: Results, folder: Path) -> tuple[Attacker, list[Form]]:
    """Return the attacker and what all pages tell of scores, roles apart."""
    attacker = Attacker(drawn)
    forms: list[Form] = []
    for name, page in write_pages(drawn, folder, ("en",), results=results).items():
        school, language = attacker.find_place(name)
        forms += attacker.read_forms(read_dated_tables(read_page(page)), school, language)
    return attacker, forms


def list_role_forms(attacker: Attacker, drawn: Drawn, results: Results) -> Iterator[Form]:
    """Yield what the numbers on roles over all schools are sums of, by least squares with a column per school."""
    role = drawn.responses.drop_duplicates("respondent").set_index("respondent")["role"]
    shown = results.roles[(results.roles["state"] == "shown") & results.roles["quantity"].isin(["leaders", "staff"])]
    for row in shown.itertuples():
        cells = {key[0]: people for key, people in attacker.people.items() if key[1:] == (row.wave, row.instrument, row.scale, row.rating)}
        both = {s: p for s, p in cells.items() if len(p) >= 5 and {role[x] for x in p} == {"leader", "teacher"}}
        people = [(school, person) for school, own in sorted(both.items()) for person in sorted(own)]
        leads = np.array([role[person] == "leader" for _, person in people], dtype=float)
        dummies = np.array([[school == other for other in both] for school, _ in people], dtype=float)
        difference = np.linalg.pinv(np.column_stack([leads, dummies]))[0]
        weights = leads / leads.sum() - (difference if row.quantity == "staff" else 0)
        measure = ".".join(filter(None, (row.instrument, row.scale, row.rating)))
        form = {(measure, str(row.wave), person): float(weight) for (_, person), weight in zip(people, weights, strict=True)}
        yield f"{row.quantity} {measure} {row.wave}", form


@pytest.mark.parametrize("seed", [5, pytest.param(4, marks=pytest.mark.slow)])
def test_beside_leaders_and_staff_the_attacker_finds_nobody_and_beside_the_mean_of_teachers_leaders(tmp_path: Path, seed: int) -> None:
    drawn, results = draw(seed)
    attacker, forms = read_all(drawn, results, tmp_path)
    told = list(list_role_forms(attacker, drawn, results))
    assert told
    assert find_given_away([*forms, *told], attacker.list_known()) == []
    role: pd.Series = drawn.responses.drop_duplicates("respondent").set_index("respondent")["role"]
    staff: list[Form] = []
    for (school, wave, *about), people in attacker.people.items():
        teachers = [person for person in people if role[person] == "teacher"]
        if teachers:
            staff.append((f"{school} teachers", {(".".join(filter(None, about)), wave, person): 1 / len(teachers) for person in teachers}))
    found = {person for _, people in find_given_away([*forms, *staff], attacker.list_known()) for person in people}
    assert found & set(role.index[role == "leader"])


def test_who_leads_changes_no_number_but_those_on_roles() -> None:
    drawn, results = draw(5)
    people = drawn.responses.groupby("school")["respondent"].unique()
    leaders = [person for own in people for person in own[-3:]]
    role = np.where(drawn.responses["respondent"].isin(leaders), "leader", "teacher")
    other = estimate_results(drawn.study, replace(drawn, responses=drawn.responses.assign(role=role)))
    different = {name for name in TABLES if not getattr(results, name).equals(getattr(other, name))}
    assert "roles" in different and different <= {"roles", "sensitivity", "attrition"}  # the last two are held against those on roles
