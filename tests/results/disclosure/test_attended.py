"""Counts of who came do not give a few away together: a group and its school are tested as sums over people."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from tests.results.disclosure.test_suppression import SETTINGS, answer, gather, make_study
from toolkit.errors import ExportError
from toolkit.results.disclosure.attended import list_attended, locate_attended
from toolkit.results.disclosure.suppression import protect, protect_results
from toolkit.results.estimates.attendance import count_present, list_heads
from toolkit.schemas import FINDINGS, RECORDED, RECORDS

STUDY = make_study(**SETTINGS)
Cell = tuple[str, str]
#: School and group: how many came, and how many stayed away; -1 where only those who came were counted.
Cells = dict[Cell, tuple[int, int]]


def count(cells: Cells) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the attendance of one contact as RECORDED, and who was listed."""
    rows: list[tuple[object, ...]] = []
    for (school, group), (came, away) in cells.items():
        named = [(school, group, f"{group or 'none'}{n}", "yes" if n < came else "no", np.nan) for n in range(came + away)]
        rows += named if away >= 0 else [(school, group, "", "", float(came))]
    table = pd.DataFrame(rows, columns=["school", "group", "person", "present", "count"]).assign(date=pd.Timestamp("2026-01-12"))
    attendance = RECORDS["attendance"].conform(table.assign(title="Dag", file="a.csv", row=2))
    heads = list_heads(attendance, RECORDS["contacts"].empty())
    return RECORDED.collect([*count_present(heads, STUDY)]), heads


def find_told(cells: Cells) -> dict[Cell, int]:
    """Return which counts may be told, each with how many are listed."""
    recorded, heads = count(cells)
    attended = list_attended(recorded, heads, STUDY)
    hidden = {locate_attended(attended[place].key) for place in protect(attended).hidden}
    shown = recorded[recorded["state"] == "shown"]
    kept = [row for row in shown.itertuples(index=False) if tuple(getattr(row, name) for name in RECORDED.key) not in hidden]
    return {(str(row.school), str(row.second)): int(str(row.n)) for row in kept}


def test_a_small_group_does_not_follow_from_its_school_and_the_others() -> None:
    told = find_told({("s1", "a"): (10, 0), ("s1", "b"): (9, 0), ("s1", "c"): (4, 0)})
    assert ("s1", "c") not in told and len(told) == 2
    assert len(find_told({("s1", "a"): (10, 0), ("s1", "b"): (9, 0), ("s1", "c"): (5, 0)})) == 4


def test_the_few_who_stayed_away_do_not_follow_either() -> None:
    told = find_told({("s1", "a"): (10, 5), ("s1", "b"): (9, 2)})
    assert ("s1", "b") not in told and len(told) == 1


def test_counts_without_names_are_tested_as_well_and_those_of_no_group() -> None:
    assert len(find_told({("s1", "a"): (300, -1), ("s1", ""): (3, -1)})) == 1
    assert len(find_told({("s1", "a"): (300, -1), ("s1", ""): (5, -1)})) == 2


def follows(target: NDArray[np.float64], known: NDArray[np.float64]) -> bool:
    """Return whether a sum over cells is a combination of known sums."""
    return len(known) > 0 and bool(np.linalg.matrix_rank(np.vstack([known, target])) == np.linalg.matrix_rank(known))


@pytest.mark.parametrize("seed", range(15))
def test_no_combination_of_what_is_told_gives_a_cell_of_a_few(seed: int) -> None:
    rng = np.random.default_rng(seed)
    places = [(school, group) for school in ("s1", "s2", "") for group in ("a", "b", "c", "") if rng.random() < 0.8]
    cells = {place: (int(rng.choice([0, 2, 6, 9])), int(rng.choice([0, 1, 5, 7, -1]))) for place in places}
    parts = [(place, came) for place in cells for came in (True, False)]
    known = []
    for (school, group), listed in find_told(cells).items():
        inside = {place for place in cells if place[0] == school and (not group or place[1] == group)}
        known += [
            np.array([float(place in inside and own == came) for place, own in parts]) for came in ((True, False) if listed else (True,))
        ]
    for number, (place, came) in enumerate(parts):
        if 0 < cells[place][0 if came else 1] < 5:
            assert not follows(np.eye(len(parts))[number], np.array(known)), (place, came)


def test_hidden_counts_carry_no_number_and_strict_names_the_contact_and_no_person() -> None:
    recorded, heads = count({("s1", "a"): (10, 0), ("s1", "b"): (4, 0)})
    scores = answer(0)
    results = replace(gather(scores, **SETTINGS), recorded=recorded)
    attended = list_attended(recorded, heads, STUDY)
    people = scores.drop_duplicates(["respondent", "wave"])
    safe = protect_results(results, people, FINDINGS.empty(), scores, STUDY, attended=attended)
    hidden = safe.recorded[safe.recorded["method"] == "subtraction"]
    assert len(hidden) == 1 and hidden["estimate"].isna().all() and (hidden["n"] == 0).all()
    assert "recorded s1 2026-01-12 Dag" in safe.provenance["subtraction"][0]
    with pytest.raises(ExportError, match="s1") as error:
        protect_results(results, people, FINDINGS.empty(), scores, STUDY, attended=attended, strict=True)
    assert "Dag" in str(error.value) and "b0" not in str(error.value)
