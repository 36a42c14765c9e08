"""Answers that a file numbers in another way than their scale does."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path

import pytest

from tests.responses.cases import FOLDER, open_study
from toolkit.findings import Notes
from toolkit.responses.exports import read_exports
from toolkit.responses.numbering import check_columns, check_numbering, declare_numbering, find_numbering
from toolkit.scoring import compute_scores
from toolkit.study.answers import Answers

SEVEN = Answers(min=0, max=6)
FIVE = Answers(min=1, max=5)
CASE = FOLDER / "answers_numbered_with_a_gap"
COLUMNS = [f"uwes3_i{number}" for number in (1, 2, 3)]


def find(numbers: list[int], answers: Answers, often: int = 10) -> list[float]:
    """Return the numbers of the numbering that is found where each number was given as often."""
    return list(find_numbering(Counter({float(number): often for number in numbers}), answers))


def test_as_many_numbers_as_answers_of_which_one_lies_outside_are_another_numbering() -> None:
    assert find([1, 2, 3, 4, 5, 6, 8], SEVEN) == [1, 2, 3, 4, 5, 6, 8]
    assert find([1, 2, 3, 4, 7], FIVE) == [1, 2, 3, 4, 7]
    assert find([1, 2, 10, 11, 12], FIVE) == [1, 2, 10, 11, 12]
    assert find([1, 2, 3, 4, 5, 6, 8, 99], SEVEN) == [1, 2, 3, 4, 5, 6, 8]  # a usual code for no answer stands beside them


@pytest.mark.parametrize(
    ("numbers", "answers", "first", "last"),
    [
        ([0, 25, 50, 75, 100], FIVE, 0, 100),
        ([25, 50, 75], FIVE, 0, 100),
        ([10, 20, 30], FIVE, 10, 50),
        ([10, 20, 30, 40, 60], SEVEN, 0, 60),
        ([10, 20, 40, 50, 30], FIVE, 10, 50),
        ([-2, -1, 0, 1, 2], FIVE, -2, 2),
        ([-1, 0, 1, 2], FIVE, -2, 2),
        ([1, 3, 5, 7, 9, 13], SEVEN, 1, 13),
        ([11, 12, 13, 15, 16], SEVEN, 10, 16),
        ([101, 102, 104, 105], FIVE, 101, 105),
        ([21, 22, 23, 24, 25], FIVE, 21, 25),
        ([0, 33, 66, 99], Answers(min=1, max=4), 0, 99),
        ([-2, -1, 1, 2], Answers(min=1, max=4), -2, 2),
    ],
)
def test_numbers_at_equal_distances_are_another_numbering(numbers: list[int], answers: Answers, first: float, last: float) -> None:
    found = find(numbers, answers)
    assert (found[0], found[-1], len(found)) == (first, last, answers.max - answers.min + 1)


@pytest.mark.parametrize(
    ("numbers", "answers"),
    [
        ([0, 1, 2, 3, 6], SEVEN),
        ([1, 2, 3, 4, 5, 9], FIVE),
        ([1, 2, 3, 4, 99], FIVE),
        ([1, 2, 3, 4, 98, 99], Answers(min=1, max=6)),
        ([-1, 1, 2, 3, 4], FIVE),
        ([-9, -8, 1, 2, 3], FIVE),
        ([1, 5, 9], FIVE),
        ([], FIVE),
    ],
)
def test_codes_beside_the_answers_are_no_numbering(numbers: list[int], answers: Answers) -> None:
    assert find(numbers, answers) == []


def test_rare_numbers_and_few_answers_tell_nothing() -> None:
    often = Counter({float(number): 40 for number in range(1, 7)})
    assert find_numbering(often | Counter({8.0: 2}), SEVEN) == {}
    assert find_numbering(often | Counter({8.0: 3}), SEVEN) != {}
    assert find_numbering(Counter({number: count * 10 for number, count in often.items()}) | Counter({8.0: 20}), SEVEN) == {}
    assert find([1, 2, 3, 5], Answers(min=1, max=4), often=4) == []
    assert find([1, 2, 3, 5], Answers(min=1, max=4), often=5) == [1, 2, 3, 5]


def test_halves_counts_and_choices_have_no_numbering_of_their_own() -> None:
    for more in ({"step": 0.5}, {"kind": "count"}, {"kind": "choice", "labels": [{"value": value} for value in range(1, 6)]}):
        assert find([1, 2, 3, 4, 7], Answers(min=1, max=5, **more)) == []


def test_what_is_all_one_higher_is_left_to_another_check() -> None:
    notes = Notes()
    assert not check_numbering(Counter({float(number): 9 for number in range(1, 8)}), SEVEN, {"i1": "Q1"}, "a.csv", notes, 0)
    assert not check_numbering(Counter({float(number): 9 for number in range(7)}), SEVEN, {"i1": "Q1"}, "a.csv", notes, 0)
    assert notes.rows == []


def test_what_follows_from_it_is_not_told_beside_it() -> None:
    notes = Notes()
    notes.add("answer_out_of_range", column="Q1", value="8")  # of another file
    for code, column, value in (
        ("answer_out_of_range", "Q1", "8"),
        ("answer_out_of_range", "Q1", "44"),
        ("answer_out_of_range", "Q9", "8"),
        ("column_uncoded", "Q1", "8, 8.0"),
        ("column_uncoded", "Q1", "blauw, 8"),
        ("answer_unknown", "Q1", "8"),
    ):
        notes.add(code, column=column, value=value)
    assert check_numbering(Counter({float(n): 9 for n in (1, 2, 3, 4, 5, 6, 8, 44)} | {44.0: 1}), SEVEN, {"i1": "Q1"}, "a.csv", notes, 1)
    assert [(note["code"], note["column"], note["value"]) for note in notes.rows] == [
        ("answer_out_of_range", "Q1", "8"),
        ("answer_out_of_range", "Q1", "44"),
        ("answer_out_of_range", "Q9", "8"),
        ("column_uncoded", "Q1", "blauw, 8"),
        ("answer_unknown", "Q1", "8"),
        ("scale_renumbered", "Q1", "1, 2, 3, 4, 5, 6, 8"),
    ]
    assert notes.rows[-1]["count"] == 63


def read(folder: Path, rows: list[list[str]], **layout: object) -> tuple[list[tuple[str, str]], list[float]]:
    """Return what asks or stops in a file with these answers to three items, and the answers to the first item."""
    lines = [",".join(["code", *COLUMNS])] + [",".join([f"p{number}", *row]) for number, row in enumerate(rows)]
    (folder / "a.csv").write_text("\n".join(lines), encoding="utf-8")
    source = {"file": "a.csv", "layout": "l", "wave": "before", "school": "s1"}
    exports = read_exports(open_study({"sources": [source], "layouts": {"l": {"respondent": "code"} | layout}}, folder))
    asked = exports.findings[(exports.findings["severity"] != "tells") & (exports.findings["code"] != "school_absent")]
    return list(zip(asked["code"], asked["value"], strict=True)), exports.responses["uwes3_i1"].tolist()


def test_tens_are_one_finding_and_what_it_offers_puts_them_right(tmp_path: Path) -> None:
    rows = [[f"{10 * (number % 7)}", f"{10 * ((number + 2) % 7)}", f"{10 * ((number * 3) % 7)}"] for number in range(14)]
    told, _ = read(tmp_path, rows)
    assert told == [("scale_renumbered", "0, 10, 20, 30, 40, 50, 60")]
    offered = tomllib.loads(f"answers = {{ {declare_numbering(find_numbering(Counter({float(n): 6 for n in range(0, 70, 10)}), SEVEN))} }}")
    assert read(tmp_path, rows, **offered) == ([], [float(number % 7) for number in range(14)])


def test_whole_numbers_that_a_program_wrote_with_decimals_are_seen_too(tmp_path: Path) -> None:
    rows = [[f"{(1, 2, 3, 4, 5, 6, 8)[(number + item) % 7]}.0" for item in range(3)] for number in range(14)]
    assert read(tmp_path, rows)[0] == [("scale_renumbered", "1, 2, 3, 4, 5, 6, 8")]


def test_a_code_for_no_answer_on_one_question_is_asked_about(tmp_path: Path) -> None:
    rows = [[f"{number % 7}", "8" if number == 3 else f"{number % 6}", f"{number % 5}"] for number in range(14)]
    assert read(tmp_path, rows)[0] == [("answer_out_of_range", "8")]


def test_with_the_lines_that_are_offered_the_means_are_the_right_ones() -> None:
    document = tomllib.loads((CASE / "study.toml").read_text(encoding="utf-8"))
    finding = read_exports(open_study(document, CASE)).findings.iloc[0]
    document["layouts"]["l"] |= tomllib.loads(f"answers = {{ {finding['expected']} }}")
    study = open_study(document, CASE)
    exports = read_exports(study)
    assert exports.findings["severity"].tolist().count("stops") == 0
    scores = compute_scores(exports.responses, study)
    means = scores[scores["scale"] == "total"].groupby("wave")["score"].mean()
    assert means.round(4).to_dict() == {"w1": 3.1319, "w2": 3.6944}


def tell_columns(columns: dict[str, list[int]]) -> list[tuple[str, str, str, str]]:
    """Return what is noted of columns of numbers from 1 to 5, after a finding about a 0 in each."""
    notes = Notes()
    for header in columns:
        notes.add("answer_out_of_range", column=header, value="0")
    check_columns({header: Counter(map(float, numbers)) for header, numbers in columns.items()}, FIVE, "a.csv", notes, 0)
    return [(note["code"], note["column"], note["value"], note["expected"]) for note in notes.rows if note["code"] == "column_renumbered"]


def test_a_column_that_is_one_lower_than_the_others_is_told() -> None:
    usual = [1, 2, 3, 4, 5] * 4
    low = [number - 1 for number in usual]
    assert tell_columns({"Q1": usual, "Q2": low, "Q3": usual}) == [("column_renumbered", "Q2", "0-4", "1-5")]
    assert tell_columns({"Q1": usual, "Q2": [*low, 5], "Q3": usual}) == []
    assert tell_columns({"Q1": usual, "Q2": [0, 0, 1, 2, 3, 4], "Q3": usual}) == []
    assert tell_columns({"Q1": [1, 2, 3, 4] * 5, "Q2": low, "Q3": [1, 2, 3, 4]}) == []  # nobody used the end
    assert tell_columns({"Q1": usual, "Q2": low, "Q3": [*usual, 0]}) == []  # elsewhere 0 is a code too
