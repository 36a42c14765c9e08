"""What is found, in order and in words."""

from __future__ import annotations

import re
import string
import tomllib
from pathlib import Path

import pandas as pd
import pytest

from toolkit.findings import ORDER, SEVERITY, Notes, describe_finding, list_sentences
from toolkit.schemas import FINDINGS

ROOT = Path(__file__).parent.parent / "toolkit"


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_finding_has_words_and_no_words_are_left_over(language: str) -> None:
    words = tomllib.loads((ROOT / "text" / f"{language}.toml").read_text(encoding="utf-8"))["findings"]
    said = {code: entry for code, entry in words.items() if isinstance(entry, dict) and code != "severity"}
    assert set(said) == set(SEVERITY)
    for entry in said.values():
        places = {name for part in ("says", "mend") for _, name, _, _ in string.Formatter().parse(entry[part]) if name}
        assert set(entry) == {"says", "mend"}
        assert places <= {*FINDINGS.columns, "quoted"}


def test_every_finding_is_made_somewhere() -> None:
    rooms = ("files", "responses", "records", "results")
    source = "".join(path.read_text(encoding="utf-8") for room in rooms for path in (ROOT / room).rglob("*.py"))
    made = set(re.findall(r'"([a-z_]+)"', source))
    made |= {f"{what}_{how}" for what in ("school", "wave", "role", "subgroup") for how in ("unknown", "empty")}
    made |= {f"{what}s_unknown" for what in ("school", "wave", "role", "subgroup")}
    made |= {f"left_out_{reason}" for reason in ("no_consent", "test", "unfinished", "double")}
    assert set(SEVERITY) - made == set()
    assert {*SEVERITY.values(), "accepted"} == set(ORDER), "a person accepts, the toolkit does not"


def test_what_stops_comes_first_and_the_rest_keeps_its_order() -> None:
    notes = Notes()
    for code in ("no_answer", "answer_unknown", "file_empty", "rows_blank", "items_none"):
        notes.add(code)
    assert notes.tabulate()["code"].tolist() == ["file_empty", "items_none", "answer_unknown", "no_answer", "rows_blank"]
    assert Notes().tabulate().empty


def test_a_finding_that_nobody_knows_is_a_fault_in_the_toolkit() -> None:
    with pytest.raises(KeyError):
        Notes().add("something_else")


def test_what_people_typed_is_shown_as_they_typed_it() -> None:
    notes = Notes()
    notes.add("answer_unknown", file="a.csv", row=3, column="{x}", value="{row} <b>", expected="0-6")
    problem = describe_finding(notes.tabulate().iloc[0].to_dict(), "en")
    assert problem.file == "a.csv, row 3, column ‘{x}’"
    assert problem.message.startswith("‘{row} <b>’ is not a known answer")


def make_findings() -> pd.DataFrame:
    base = {"school": "", "wave": "w1", "file": "a.csv", "row": 0, "column": "", "value": "", "expected": "", "count": 1}
    return FINDINGS.collect(
        [
            base | {"code": "columns_unknown", "severity": "tells", "value": "Opmerking"},
            base | {"code": "answer_out_of_range", "severity": "asks", "row": 4, "column": "Cijfer", "value": "17", "expected": "1 to 10"},
            base | {"code": "file_empty", "severity": "stops", "file": "b.csv"},
        ]
    )


@pytest.mark.parametrize(("language", "place"), [("nl", "a.csv, rij 4, kolom ‘Cijfer’"), ("en", "a.csv, row 4, column ‘Cijfer’")])
def test_findings_are_sentences_with_place_value_and_mend_and_those_that_stop_come_first(language: str, place: str) -> None:
    sentences = list(list_sentences(make_findings(), language))
    assert [severity for severity, _ in sentences] == ["stops", "asks", "tells"]
    assert place in sentences[1][1] and "17" in sentences[1][1]
    assert sentences[0][1].count(".") >= 2


@pytest.mark.parametrize(("language", "start"), [("nl", "Meldt · a.csv: Kolommen"), ("en", "Tells · a.csv: Columns")])
def test_columns_that_the_sentence_names_are_not_named_before_it_too(language: str, start: str) -> None:
    findings = make_findings().assign(column="Opmerking")
    (sentence,) = [sentence for severity, sentence in list_sentences(findings, language) if severity == "tells"]  # type: ignore[arg-type]
    assert sentence.startswith(start) and sentence.count("Opmerking") == 1
