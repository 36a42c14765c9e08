"""Who was followed, and what became of the others."""

from __future__ import annotations

import pandas as pd

from tests.made_study import make_study
from toolkit.results.estimates.participation import count_followed
from toolkit.schemas import FINDINGS

ROWS = [
    ("a", "s1", "before"),
    ("a", "s1", "after"),
    ("b", "s1", "before"),
    ("c", "s1", "after"),
    ("d", "s1", "after"),
    ("m", "s1", "before"),
    ("m", "s2", "after"),
    ("e", "s2", "before"),
]


def count(rows: list[tuple[str, str, str]], twice: int = 0) -> dict[str, list[int]]:
    """Return the counts per school."""
    note = {
        "code": "left_out_double",
        "severity": "tells",
        "school": "s1",
        "wave": "after",
        "file": "",
        "row": 0,
        "column": "",
        "value": "",
    }
    findings = FINDINGS.collect([note | {"expected": "", "count": twice}] if twice else [])
    counted = count_followed(pd.DataFrame(rows, columns=["respondent", "school", "wave"]), findings, make_study(2))
    return {row[0]: list(row[2:]) for row in counted.itertuples(index=False)}


def test_everybody_is_counted_once_per_wave() -> None:
    counted = count(ROWS, twice=2)
    assert counted == {"s1": [1, 1, 2, 1, 2], "s2": [0, 1, 0, 1, 0]}
    in_waves = {school: sum(place == school for _, place, _ in ROWS) for school in counted}
    assert {school: 2 * both + before + after + moved for school, (both, before, after, moved, _) in counted.items()} == in_waves


def test_a_school_without_anybody_has_a_row_too() -> None:
    assert count(ROWS[:2]) == {"s1": [1, 0, 0, 0, 0], "s2": [0, 0, 0, 0, 0]}
