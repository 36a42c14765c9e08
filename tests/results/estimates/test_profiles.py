"""Types of a test: shown only on request, and so that no type of a few people, and nobody's type, can be told."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.made_study import make_study
from tests.records.record_cases import open_records
from toolkit.records.reading import read_records
from toolkit.results.estimates.profiles import compose, count_profiles

STUDY = make_study()
FILE = "date;school;test;type;count"


def count(folder: Path, lines: list[str], *, show: bool = True) -> list[tuple[Any, ...]]:
    study = open_records(folder, {"profiles": [FILE, *lines]}, profiles={"show": show})
    rows = count_profiles(read_records(study).profiles, study)
    return [(row["school"], row["moment"], row["second"], row["state"], row["estimate"], row["n"]) for row in rows]


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ({"a": 6, "b": 7}, {"b": 7, "a": 6}),
        ({"a": 6, "b": 7, "c": 0}, {"b": 7, "a": 6, "c": 0}),
        ({"a": 9, "b": 3, "c": 2}, {"a": 9, "": 5}),
        ({"a": 9, "b": 6, "c": 4}, {"a": 9, "": 10}),  # one small type alone would follow from the number of people
        ({"a": 9, "b": 4}, {}),
        ({"a": 9, "b": 0}, {}),  # everybody's type would be known
        ({"a": 2, "b": 2, "c": 1}, {}),
        ({}, {}),
    ],
)
def test_small_types_stand_together_and_what_would_tell_everybody_does_not(counts: dict[str, int], told: dict[str, int]) -> None:
    assert list(compose(counts, STUDY).items()) == list(told.items())


def test_no_part_is_of_a_few_and_none_of_everybody_whatever_the_counts() -> None:
    for counts in itertools.product((0, 1, 4, 5, 8), repeat=4):
        parts = compose(dict(zip("abcd", counts, strict=True)), STUDY)
        assert not parts or (sum(parts.values()) == sum(counts) and sum(count > 0 for count in parts.values()) > 1)
        assert all(count == 0 or count >= 5 for count in parts.values())
        small = [name for name, count in zip("abcd", counts, strict=True) if 0 < count < 5]
        assert not set(small) & set(parts)


def test_types_are_told_on_request_only_and_the_latest_time(tmp_path: Path) -> None:
    lines = [f"2025-{month}-01;s1;Test;{type};{count}" for month, count in ((10, 6), (11, 8)) for type in ("a", "b")]
    assert count(tmp_path, lines, show=False) == []
    assert count(tmp_path, lines) == [("s1", "2025-11-01", type, "shown", 8, 16) for type in ("a", "b")]


def test_what_is_hidden_has_no_number_and_everybody_together_stays_away_from_schools(tmp_path: Path) -> None:
    lines = ["2025-10-01;;Test;a;20", "2025-10-01;;Test;b;20", "2025-10-01;s1;Test;a;9", "2025-10-01;s1;Test;b;2"]
    found = count(tmp_path, lines)
    assert [row[:4] for row in found] == [("", "2025-10-01", "", "hidden"), ("s1", "2025-10-01", "", "hidden")]
    assert all(pd.isna(row[4]) and row[5] == 0 for row in found)
    assert [row[2] for row in count(tmp_path, lines[:2])] == ["a", "b"]
