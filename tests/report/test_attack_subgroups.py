"""Beside everything that the pages tell, the means of groups of persons give nobody away; those that the joint test hides would."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.report.attack_algebra import Form, find_given_away
from tests.report.attacker import Attacker, read_dated_tables, read_page
from tests.report.drawn_study import Drawn, draw_grouped_study, write_pages
from toolkit.results.estimates.subgroups import add_subgroups, estimate_subgroups
from toolkit.results.estimation import estimate_results
from toolkit.results.results import TABLES
from toolkit.scoring import compute_scores


def list_forms(attacker: Attacker, drawn: Drawn, roles: pd.DataFrame) -> Iterator[Form]:
    """Yield what the shown means of groups of persons are sums of."""
    group = drawn.responses.set_index(["respondent", "wave"])["subgroup"].to_dict()
    walking = [school.id for school in drawn.study.schools if school.group != "comparison" or not drawn.study.has_comparison_schools]
    for row in roles[(roles["state"] == "shown") & (roles["quantity"] == "mean")].itertuples():
        about = (row.wave, row.instrument, row.scale, row.rating)
        schools = [row.school] if row.school else walking
        people = [p for key, own in attacker.people.items() if key[1:] == about and key[0] in schools for p in own]
        members = [person for person in people if group[person, row.wave] == row.role]
        assert len(members) == row.n
        measure = ".".join(filter(None, about[1:]))
        yield f"{row.school} {row.role} {measure} {row.wave}", {(measure, str(row.wave), person): 1 / row.n for person in members}


@pytest.mark.parametrize("seed", [11, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(20, 40))])
def test_beside_all_pages_the_groups_give_nobody_away_and_without_the_joint_test_they_would(tmp_path: Path, seed: int) -> None:
    drawn = draw_grouped_study(tmp_path / "study", np.random.default_rng(seed))
    results = estimate_results(drawn.study, drawn)
    attacker = Attacker(drawn)
    forms: list[Form] = []
    for name, page in write_pages(drawn, tmp_path, ("en",), results=results).items():
        school, language = attacker.find_place(name)
        forms += attacker.read_forms(read_dated_tables(read_page(page)), school, language)
    told = list(list_forms(attacker, drawn, results.roles))
    assert find_given_away([*forms, *told], attacker.list_known()) == []
    scores = add_subgroups(compute_scores(drawn.responses, drawn.study), drawn.responses, drawn.study)
    untested = list(list_forms(attacker, drawn, estimate_subgroups(scores, drawn.study)))
    if seed == 11:  # a study in which both kinds are there
        assert told and len(untested) > len(told)
    if len(untested) > len(told):
        assert find_given_away([*forms, *untested], attacker.list_known())


def test_who_is_in_which_group_changes_no_number_but_those_on_groups(tmp_path: Path) -> None:
    drawn = draw_grouped_study(tmp_path, np.random.default_rng(11))
    results = estimate_results(drawn.study, drawn)
    other = estimate_results(drawn.study, replace(drawn, responses=drawn.responses.assign(subgroup="red")))
    different = {name for name in TABLES if not getattr(results, name).equals(getattr(other, name))}
    assert "roles" in different and different <= {"roles", "sensitivity", "attrition"}  # the last two are held against those on groups
