"""What one leader answered shows nowhere: no number that is published says who has which role."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.report.attack_algebra import Form, find_given_away
from tests.report.attacker import Attacker, read_page
from tests.report.drawn_study import Drawn, draw_led_study, write_pages
from tests.report.reading import read_tables
from toolkit.report.publishing.data_tables import publish_data
from toolkit.results.estimation import estimate_results
from toolkit.results.estimates.roles import estimate_roles
from toolkit.scoring import compute_scores


def publish(drawn: Drawn, folder: Path) -> dict[str, bytes]:
    """Return every file for readers by name: all pages, in one language, and the data."""
    results = estimate_results(drawn.study, drawn)
    write_pages(drawn, folder, ("en",), results=results, summaries=True)
    publish_data(drawn.study, results, folder)
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def exchange_roles(drawn: Drawn) -> Drawn:
    """Return the study with other people for leaders: in each school the last instead of the first."""
    people = drawn.responses.groupby("school")["respondent"].unique()
    leaders = [person for own in people for person in own[-1:]]
    role = np.where(drawn.responses["respondent"].isin(leaders), "leader", "teacher")
    return replace(drawn, responses=drawn.responses.assign(role=role))


@pytest.mark.parametrize("seed", [4, pytest.param(9, marks=pytest.mark.slow), pytest.param(10, marks=pytest.mark.slow)])
def test_who_leads_changes_no_byte_of_what_is_published(tmp_path: Path, seed: int) -> None:
    drawn = draw_led_study(tmp_path, np.random.default_rng(seed))
    other = exchange_roles(drawn)
    before, after = publish(drawn, tmp_path / "one"), publish(other, tmp_path / "other")
    assert before == after and len(before) > 2 * len(drawn.study.schools) + 4
    scores = [compute_scores(each.responses, each.study) for each in (drawn, other)]
    assert not scores[0]["role"].equals(scores[1]["role"])


def test_only_what_is_not_published_counts_roles(tmp_path: Path) -> None:
    drawn = draw_led_study(tmp_path, np.random.default_rng(5))
    ones = [estimate_roles(compute_scores(each.responses, each.study), each.study) for each in (drawn, exchange_roles(drawn))]
    told = [table[table["state"] == "shown"]["estimate"].reset_index(drop=True) for table in ones]
    assert len(told[0]) and not (len(told[0]) == len(told[1]) and np.allclose(told[0], told[1]))


def test_with_the_mean_of_teachers_beside_that_of_all_the_attacker_finds_leaders(tmp_path: Path) -> None:
    drawn = draw_led_study(tmp_path, np.random.default_rng(5))
    attacker = Attacker(drawn)
    forms: list[Form] = []
    for name, page in write_pages(drawn, tmp_path / "out", ("en",)).items():
        school, language = attacker.find_place(name)
        forms += attacker.read_forms(read_tables(read_page(page)), school, language)
    assert find_given_away(forms, attacker.list_known()) == []
    role: pd.Series = drawn.responses.drop_duplicates("respondent").set_index("respondent")["role"]
    staff: list[Form] = []
    for (school, wave, *about), people in attacker.people.items():
        teachers = [person for person in people if role[person] == "teacher"]
        if not teachers:
            continue
        staff += [(f"{school} teachers", {(".".join(filter(None, about)), wave, person): 1 / len(teachers) for person in teachers})]
    found = {person for _, people in find_given_away([*forms, *staff], attacker.list_known()) for person in people}
    assert found & set(role.index[role == "leader"])
