"""Codes that look alike."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.responses.cases import open_study
from toolkit.responses.findings import Notes
from toolkit.responses.matching import find_alike, make_aliases, propose_matches


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        ("klaver12", "klaver13", True),
        ("klaver12", "klaver1", True),
        ("klaver12", "kklaver12", True),
        ("klaver12", "klaver21", True),
        ("klaver12", "lkaver12", True),
        ("klaver12", "klaver34", False),
        ("klaver12", "klaver2", True),
        ("klaver12", "klavre21", False),
        ("007", "7", True),
        ("12", "13", False),
        ("abc", "abd", False),
        ("abcd", "abce", True),
    ],
)
def test_one_step_apart_is_alike(first: str, second: str, alike: bool) -> None:
    assert find_alike([first, second]) == ([(first, second)] if alike else [])
    assert len(find_alike([second, first])) == alike


def test_a_code_with_two_neighbours_is_left_out() -> None:
    assert find_alike(["abcd1", "abcd2", "abcd3", "wxyz8", "wxyz9"]) == [("wxyz8", "wxyz9")]


@given(st.lists(st.text("ab01", min_size=1, max_size=5), unique=True, max_size=12))
def test_pairs_are_of_two_codes_that_have_no_other_neighbour(codes: list[str]) -> None:
    pairs = find_alike(codes)
    members = [code for pair in pairs for code in pair]
    assert len(members) == len(set(members))
    assert set(members) <= set(codes)


def propose(rows: list[tuple[str, str, str]], **document: object) -> list[tuple[str, str, str]]:
    """Return school, earlier and later code of what is proposed for rows of (respondent, school, wave)."""
    notes = Notes()
    frame = pd.DataFrame(rows, columns=["respondent", "school", "wave"])
    propose_matches(frame, open_study({"sources": [{"file": "x.csv"}]} | document, Path()), notes)
    return [(note["school"], note["value"], note["expected"]) for note in notes.rows]


def test_only_people_who_answered_once_at_one_school_in_two_waves_are_proposed() -> None:
    rows = [("abcd1", "s1", "after"), ("abcd2", "s1", "before")]
    assert propose(rows) == [("s1", "abcd2", "abcd1")]
    assert propose(rows, matching={"by": "none"}) == []
    assert propose([*rows, ("abcd2", "s1", "after")]) == []
    assert propose([("abcd1", "s1", "before"), ("abcd2", "s1", "before")]) == []
    assert propose([("abcd1", "s1", "before"), ("abcd2", "s2", "after")]) == []
    assert propose([("a.csv#21", "s1", "before"), ("a.csv#22", "s1", "after")]) == []


def test_codes_that_the_study_says_to_be_one_persons_share_the_first() -> None:
    same = [["Ab-12", "ab21", "AB 13"], ["x1", "x2"]]
    study = open_study({"sources": [{"file": "x.csv"}], "matching": {"same": same}}, Path())
    assert make_aliases(study) == {"ab12": "ab12", "ab21": "ab12", "ab13": "ab12", "x1": "x1", "x2": "x1"}
