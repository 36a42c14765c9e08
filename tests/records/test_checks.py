"""What is wrong in records: each fault is one finding with its file, row, column, value and mend, in both languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.records.record_cases import read
from toolkit.findings import SEVERITY, describe_finding
from toolkit.study.records import KINDS

GOAL = "goal;school;owner_kind;owner;target;date;progress"
SHARE = "school;indicator;date;value;numerator;denominator;target"
NOTE = "date;theme;consent;quote;text"

#: per case: kind, lines, and of each finding its code, row, column and value.
CASES: dict[str, tuple[str, list[str], list[tuple[str, int, str, str]]]] = {
    "unknown school": ("goals", [GOAL, "a;De Klavver;;;;;"], [("record_unknown", 2, "school", "De Klavver")]),
    "one word in two rows": ("goals", [GOAL, "a;s9;;;;;", "b;s9;;;;;"], [("record_unknown", 2, "school", "s9")]),
    "no school": ("goals", [GOAL, "a;;;;;;"], [("record_empty", 2, "school", "")]),
    "unknown word": ("goals", [GOAL, "a;s1;board;;;;"], [("record_unknown", 2, "owner_kind", "board")]),
    "person without a code": ("goals", [GOAL, "a;s1;person;;;;"], [("record_empty", 2, "owner", "")]),
    "date outside": ("goals", [GOAL, "a;s1;;;;2019-01-10;", "b;s1;;;;2031-01-10;"],
                     [("record_outside", 2, "date", "2019-01-10"), ("record_outside", 3, "date", "2031-01-10")]),
    "no date": ("goals", [GOAL, "a;s1;;;;spring;"], [("record_date", 2, "date", "spring")]),
    "no number": ("goals", [GOAL, "a;s1;;;many;;"], [("record_number", 2, "target", "many")]),
    "a thousand or not": ("goals", [GOAL, "a;s1;;;1.500;;"], [("record_number", 2, "target", "1.500")]),
    "out of range": ("goals", [GOAL, "a;s1;;;;;5", "b;s1;;;;;1,5"],
                     [("record_range", 2, "progress", "5"), ("record_range", 3, "progress", "1,5")]),
    "two targets": ("goals", [GOAL, "a;s1;;;80;2025-10-01;", "a;s1;;;90;2025-11-01;", "a;s2;;;70;2025-11-01;"],
                    [("record_targets", 3, "target", "a")]),
    "twice": ("goals", [GOAL, "a;s1;;;80;2025-10-20;", "a;s1;;;80;2025-10-20;"], [("record_twice", 3, "", "s1, a")]),
    "above": ("indicators", [SHARE, "s1;ouders;2025-10-20;;61;60;"], [("record_above", 2, "numerator", "61")]),
    "no value": ("indicators", [SHARE, "s1;ouders;2025-10-20;;61;;", "s1;ouders;2025-10-21;3;4;5;", "s1;x;2025-10-20;;;;"],
                 [("record_no_value", row, "", name) for row, name in ((2, "ouders"), (3, "ouders"), (4, "x"))]),
    "target is no share": ("indicators", [SHARE, "s1;ouders;2025-10-20;;40;60;100"], [("record_share", 2, "target", "100")]),
    "unknown theme": ("notes", [NOTE, "2025-10-20;haast;;;"], [("record_unknown", 2, "theme", "haast")]),
    "a code in a text": ("notes", [NOTE, "2025-10-20;rust;;;Toen zei p-017 niets."], [("record_code", 2, "text", "p-017")]),
    "a code in what a level rests on": ("ratings", ["date;statement;level;evidence", "2025-10-20;visie;2;Nota van p-017"],
                                        [("record_code", 2, "evidence", "p-017")]),
    "a quote without consent": ("notes", [NOTE, "2025-10-20;rust;nee;ja;Zo."], [("record_consent", 2, "quote", "")]),
    "nobody met": ("attendance", ["date;school;count", "2025-10-20;s1;4"], [("record_contact", 2, "date", "2025-10-20")]),
    "neither a person nor a number": ("attendance", ["date;school;count", "2025-10-01;s1;"], [("record_empty", 2, "person", "")]),
    "a list and a number": ("attendance", ["date;school;person;count", "2025-10-01;s1;p9;", "2025-10-01;s1;;4", "2025-10-01;s2;;7"],
                            [("record_twice", 3, "count", "s1")]),
    "a list and a number of nobody known": ("attendance", ["date;person;count", "2025-10-01;p9;", "2025-10-01;;4"],
                                            [("record_twice", 3, "count", "4")]),
    "half a person": ("profiles", ["date;test;type;count", "2025-10-20;Test;a;2,5"], [("record_range", 2, "count", "2,5")]),
    "a score for a type": ("profiles", ["date;test;type;count", "2025-10-20;Test;a;hoog"], [("record_number", 2, "count", "hoog")]),
    "a type without a test": ("profiles", ["date;test;type;count", "2025-10-20;;a;7"], [("record_empty", 2, "test", "")]),
    "a type twice": ("profiles", ["date;test;type;count", "2025-10-20;Test;a;7", "2025-10-20;Test;a;6"],
                     [("record_twice", 3, "", "Test, a")]),
    "a code for a type": ("profiles", ["date;test;type;count", "2025-10-20;Test;P-017;7"], [("record_code", 2, "type", "P-017")]),
    "no column": ("ratings", ["school;statement;niveo", "s1;a;2"],
                  [("record_column", 0, "", "datum / date"), ("record_column", 0, "", "niveau / level"),
                   ("record_unused", 0, "niveo", "")]),
    "a header twice": ("meetings", ["date;school;question;question", "2025-10-20;s1;a;b"],
                       [("header_twice", 0, "question", ""), ("record_unused", 0, "question", "")]),
}  # fmt: skip


def find(case: str, folder: Path) -> list[dict[Any, Any]]:
    kind, lines, _ = CASES[case]
    findings = read(folder, {kind: lines}, ("P017@s1", "no")).findings
    return findings[findings["code"] != "date_order"].to_dict("records")


@pytest.mark.parametrize("case", CASES)
def test_a_fault_in_a_record_is_one_finding_at_its_place(case: str, tmp_path: Path) -> None:
    found = find(case, tmp_path)
    assert [(each["code"], each["row"], each["column"], each["value"]) for each in found] == CASES[case][2]
    assert {each["file"] for each in found} == {f"{CASES[case][0]}.csv"}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_finding_of_records_is_said_with_what_to_do(language: Any, tmp_path: Path) -> None:
    told = {each["code"]: describe_finding(each, language) for case in CASES for each in find(case, tmp_path)}
    assert {code for code in SEVERITY if code.startswith("record_")} <= set(told)
    for code, problem in told.items():
        assert problem.message and problem.mend and "{" not in f"{problem}", code


@pytest.mark.parametrize(
    ("language", "words"),
    [("nl", "De teller (61) is groter dan de noemer (60)."), ("en", "The numerator (61) is above the denominator (60).")],
)
def test_a_share_above_one_names_both_numbers(language: Any, words: str, tmp_path: Path) -> None:
    (found,) = find("above", tmp_path)
    assert describe_finding(found, language).message == words


#: A value that may stand in a column, by what it holds.
FITS = {"text": "x", "date": "2025-10-20", "number": "1", "wave": "before", "theme": "rust", "school": "s1"}


@pytest.mark.parametrize("kind", [kind for kind, columns in KINDS.items() if "school" in {column.name for column in columns}])
def test_every_kind_of_records_names_an_unknown_school_and_a_date_outside_the_study(kind: Any, tmp_path: Path) -> None:
    columns = [column for column in KINDS[kind] if column.needed or column.name in ("school", "date")]
    fits = {column.name: column.words[0] if column.words else FITS[column.holds] for column in columns}
    wrong = [fits | {"school": "De Klavver"}, fits | ({"date": "2019-01-10"} if "date" in fits else {})]
    lines = [";".join(fits), *(";".join(row.values()) for row in wrong)]
    found = read(tmp_path, {kind: lines}).findings
    told = {(row["code"], row["row"], row["column"], row["value"]) for row in found.to_dict("records")}
    assert ("record_unknown", 2, "school", "De Klavver") in told
    assert ("date" in fits) == (("record_outside", 3, "date", "2019-01-10") in told)
