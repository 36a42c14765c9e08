"""Codes that look alike, and what a person judged of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.responses.cases import open_study
from toolkit.findings import Notes
from toolkit.responses.people import CROWD, check_matching, find_alike, find_code, join_codes
from toolkit.study.matches import Match

BEFORE, AFTER = {"before"}, {"after"}


def test_one_step_apart_is_alike() -> None:
    alike = {
        ("klaver12", "klaver13"): True,
        ("klaver12", "klaver1"): True,
        ("klaver12", "kklaver12"): True,
        ("klaver12", "klaver21"): True,
        ("klaver12", "lkaver12"): True,
        ("klaver12", "klaver34"): False,
        ("klaver12", "klaver2"): True,
        ("klaver12", "klavre21"): False,
        ("007", "7"): True,
        ("12", "13"): False,
        ("abc", "abd"): False,
        ("abcd", "abce"): True,
    }
    expected = {pair: [tuple(sorted(pair))] if is_alike else [] for pair, is_alike in alike.items()}
    assert {(first, second): find_alike({first: BEFORE, second: AFTER}) for first, second in alike} == expected
    assert {(first, second): len(find_alike({second: AFTER, first: BEFORE})) for first, second in alike} == alike


def count_edits(first: str, second: str) -> int:
    """Return how many additions, omissions, replacements and exchanges of neighbours lead from one text to the other, each sign once."""
    table = np.zeros((len(first) + 1, len(second) + 1), dtype=int)
    table[:, 0], table[0, :] = range(len(first) + 1), range(len(second) + 1)
    for i in range(1, len(first) + 1):
        for j in range(1, len(second) + 1):
            replaced = table[i - 1, j - 1] + (first[i - 1] != second[j - 1])
            table[i, j] = min(table[i - 1, j] + 1, table[i, j - 1] + 1, replaced)
            if i > 1 and j > 1 and first[i - 1] == second[j - 2] and first[i - 2] == second[j - 1]:
                table[i, j] = min(table[i, j], table[i - 2, j - 2] + 1)
    return int(table[-1, -1])


@given(st.text("abc", min_size=4, max_size=6), st.text("abc", min_size=4, max_size=6))
def test_codes_are_alike_that_one_edit_makes_equal(first: str, second: str) -> None:
    if first != second:
        assert bool(find_alike({first: BEFORE, second: AFTER})) == (count_edits(first, second) == 1)


def test_only_codes_that_are_never_there_in_the_same_wave_are_alike() -> None:
    assert find_alike({"abcd1": BEFORE, "abcd2": BEFORE, "wxyz1": AFTER}) == []
    assert find_alike({"abcd1": BEFORE | AFTER, "abcd2": AFTER}) == []
    assert find_alike({"abcd1": BEFORE, "abcd2": AFTER, "abcd3": AFTER}) == [("abcd1", "abcd2"), ("abcd1", "abcd3")]
    assert find_alike({"abcd1": BEFORE | AFTER, "abcd2": {"later"}, "wxyz9": BEFORE}) == [("abcd1", "abcd2")]


def test_serial_numbers_are_not_alike() -> None:
    codes = {f"100{last}": BEFORE | AFTER for last in range(CROWD - 1)} | {"1008": BEFORE, "1009": AFTER}
    assert find_alike(codes) == []
    assert find_alike(dict(list(codes.items())[1:])) == [("1008", "1009")]


def test_a_code_is_found_as_it_is_or_cleaned() -> None:
    assert find_code("Ab 12.", ["xy34", "ab-12"]) == "ab-12"
    assert find_code("Ab 12.", ["xy34", "ab-12"], exact=True) == ""
    assert find_code(" ab-12 ", ["xy34", "ab-12"], exact=True) == "ab-12"


Rows = list[tuple[str, str, str]]


def check(rows: Rows, matches: list[Match], **document: object) -> tuple[list[str], list[tuple[str, str, str]]]:
    """Return the codes of rows of (code, school, wave) once they were joined, and what was noted."""
    notes, study = Notes(), open_study({"sources": [{"file": "x.csv"}]} | document, Path())
    frame = join_codes(pd.DataFrame(rows, columns=["code", "school", "wave"]), matches, study, notes)
    check_matching(frame, matches, study, notes)
    return frame["code"].tolist(), [(note["code"], note["value"], note["expected"]) for note in notes.rows]


def judge(first: str, second: str, accepted: bool | None = None) -> Match:
    return Match(school="s1", codes=(first, second), accepted=accepted)


ROWS = [("abcd1", "s1", "after"), ("abcd2", "s1", "before"), ("x", "s1", "before"), ("x", "s1", "after")]
PROPOSED = [("codes_alike", "abcd2", "abcd1")]


def test_alike_codes_are_proposed_until_they_are_judged_and_never_joined_by_themselves() -> None:
    codes = [code for code, _, _ in ROWS]
    assert check(ROWS, []) == (codes, PROPOSED)
    assert check(ROWS, [judge("abcd1", "abcd2")]) == (codes, PROPOSED)
    assert check(ROWS, [judge("abcd1", "abcd2", False)]) == (codes, [])
    assert check(ROWS, [judge("ABCD-1", "abcd2", True)]) == (["abcd2", "abcd2", "x", "x"], [("codes_joined", "ABCD-1 = abcd2", "")])


def test_codes_of_two_schools_are_not_proposed() -> None:
    assert check([("abcd1", "s1", "before"), ("abcd2", "s2", "after")], [])[1] == []


def test_two_people_are_not_made_one() -> None:
    rows = [("abcd1", "s1", "before"), ("abcd2", "s1", "before"), ("abcd3", "s1", "after"), ("x", "s1", "before"), ("x", "s1", "after")]
    codes, found = check(rows, [judge("abcd1", "abcd3", True), judge("abcd2", "abcd3", True)])
    assert codes == ["abcd1", "abcd2", "abcd1", "x", "x"]
    assert found[0] == ("match_contradicts", "abcd2, abcd3", "before")
    assert check(rows, [judge("abcd1", "abcd2", True)])[1][0] == ("match_contradicts", "abcd1, abcd2", "before")


def test_three_codes_of_three_waves_are_one_person() -> None:
    waves = [{"id": f"w{n}", "date": f"202{n}-01-01", "label": {"nl": "m", "en": "m"}} for n in (1, 2, 3)]
    rows = [("abcd2", "s1", "w2"), ("abcd3", "s1", "w3"), ("abcd1", "s1", "w1")]
    codes, found = check(rows, [judge("abcd3", "abcd2", True), judge("abcd1", "abcd2", True)], waves=waves)
    assert codes == ["abcd1"] * 3
    assert [code for code, _, _ in found] == ["codes_joined"]


def test_an_accepted_code_that_is_not_there_is_told_with_the_nearest() -> None:
    codes, found = check(ROWS, [judge("abcd1", "abdc2", True)])
    assert codes == [code for code, _, _ in ROWS]
    assert found == [("match_unknown", "abdc2", "abcd2"), *PROPOSED]


def test_schools_and_studies_whose_people_can_not_be_followed_are_told() -> None:
    rows = [("aaaaa", "s1", "before"), ("bbbbb", "s1", "after"), ("c", "s2", "before"), ("c", "s2", "after")]
    assert check(rows, [])[1] == [("nobody_matched", "before", "after")]
    assert check(rows, [], matching={"by": "none"})[1] == [("people_unfollowed", "", "")]
    assert check(rows[:1], [], matching={"by": "none"})[1] == []


# --- what joining alike codes by itself would do ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Wrong:
    """How many pairs per school were made of two people: by equal codes, and by joining what is alike."""

    exact: float
    near: float


#: how often Dutch first names begin with a letter, roughly: codes that people make of names are not evenly spread.
LETTERS = dict(zip("ajmehslrcpkdnbtwfgiov", (11, 11, 12, 8, 7, 7, 7, 6, 6, 4, 4, 4, 4, 3, 3, 3, 2, 2, 2, 1, 1), strict=True))


def draw_codes(n: int, rng: np.random.Generator) -> list[str]:
    """Draw the codes that people make of two letters and a day: the first letters of their mother's and father's name, a day of birth."""
    weights = np.array(list(LETTERS.values())) / sum(LETTERS.values())
    letters, days = rng.choice(list(LETTERS), (n, 2), p=weights), rng.integers(1, 32, n)
    return [f"{first}{second}{day:02}" for (first, second), day in zip(letters, days, strict=True)]


def mistype(code: str, rng: np.random.Generator) -> str:
    """Return a code with one sign replaced."""
    place = int(rng.integers(len(code)))
    sign = rng.choice(list("0123456789" if code[place].isdigit() else "abcdefghijklmnopqrstuvwxyz"))
    return code[:place] + sign + code[place + 1 :]


def simulate_schools(schools: int, seed: int, people: int = 16, leaving: float = 0.25, slips: float = 0.05) -> Wrong:
    """Return the wrong pairs per school of teams in which some leave, as many arrive, and some mistype their code the second time."""
    rng, exact, near = np.random.default_rng(seed), 0, 0
    for _ in range(schools):
        codes, left = draw_codes(people, rng), rng.random(people) < leaving
        new = draw_codes(int(left.sum()), rng)
        later = [(mistype(code, rng) if rng.random() < slips else code, who) for who, code in enumerate(codes) if not left[who]]
        later += [(code, people + who) for who, code in enumerate(new)]
        before, after = name_once(list(zip(codes, range(people), strict=True))), name_once(later)
        exact += sum(after.get(code, who) != who for code, who in before.items())
        waves = {code: {wave for wave, there in (("before", before), ("after", after)) if code in there} for code in before | after}
        pairs = [pair if pair[0] in before else pair[::-1] for pair in find_alike(waves)]
        near += sum(before[first] != after[second] for first, second in pairs)
    return Wrong(exact / schools, near / schools)


def name_once(codes: list[tuple[str, int]]) -> dict[str, int]:
    """Return who has each code that one person of a wave has."""
    times = Counter(code for code, _ in codes)
    return {code: who for code, who in codes if times[code] == 1}


@pytest.mark.parametrize(
    ("schools", "low", "high"), [(400, 0.03, 0.4), pytest.param(6000, 0.08, 0.2, marks=pytest.mark.slow)], ids=["some", "many"]
)
def test_joining_alike_codes_by_itself_would_make_wrong_pairs(schools: int, low: float, high: float) -> None:
    wrong = simulate_schools(schools, seed=11)
    assert wrong.exact <= 0.02
    assert low < wrong.near < high
    assert wrong.near > 8 * wrong.exact


def test_without_any_code_there_is_nothing_to_match() -> None:
    assert check([("", "s1", "before"), ("", "s1", "after")], []) == (["", ""], [])
    assert check([("a", "", "before"), ("b", "s1", "")], [])[1] == []
