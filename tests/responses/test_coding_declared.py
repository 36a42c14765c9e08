"""A number that a layout declares as no answer, where it is an answer: a whole end of a scale would be lost without a word."""

from __future__ import annotations

from pathlib import Path

from tests.responses.cases import open_study
from toolkit.responses.exports import read_exports

ITEMS = ["uwes3_i1", "uwes3_i2", "uwes3_i3"]


def ask(folder: Path, missing: list[str], **layout: object) -> list[tuple[str, str, int]]:
    """Return what asks about a code for no answer: 14 people gave 0 to 6 to three items, and a grade of 1 to 10, one of them 0."""
    rows = [f"p{number},{number % 7},{(number + 1) % 7},{(number + 2) % 7},{number % 10 + 1 if number else 0}" for number in range(14)]
    (folder / "a.csv").write_text("\n".join([",".join(["code", *ITEMS, "cijfer1_grade"]), *rows]), encoding="utf-8")
    source = {"file": "a.csv", "layout": "l", "wave": "before", "school": "s1"}
    layouts = {"l": {"respondent": "code", "missing": missing} | layout}
    findings = read_exports(open_study({"instruments": ["uwes3", "cijfer1"], "sources": [source], "layouts": layouts}, folder)).findings
    told = findings[findings["code"] == "missing_on_scale"]
    return list(zip(told["value"], told["expected"], told["count"], strict=True))


def test_a_code_for_one_scale_that_is_an_answer_on_another_is_asked_about(tmp_path: Path) -> None:
    assert ask(tmp_path, ["0"]) == [("0", "0-6", 6)]


def test_codes_that_no_scale_has_are_not(tmp_path: Path) -> None:
    assert ask(tmp_path, ["99", "-1", "weet niet"]) == []


def test_a_number_that_the_layout_also_gives_an_answer_is_that_answer(tmp_path: Path) -> None:
    assert ask(tmp_path, ["0"], answers={"0": 0}) == []
