"""What is found, in order and in words."""

from __future__ import annotations

import re
import string
import tomllib
from pathlib import Path

import pytest

from toolkit.columns import FINDINGS
from toolkit.responses.findings import ORDER, SEVERITY, Notes, describe_finding

ROOT = Path(__file__).parent.parent.parent / "toolkit"


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_finding_has_words_and_no_words_are_left_over(language: str) -> None:
    words = tomllib.loads((ROOT / "text" / f"{language}.toml").read_text(encoding="utf-8"))["findings"]
    said = {code: entry for code, entry in words.items() if isinstance(entry, dict) and code != "severity"}
    assert set(said) == set(SEVERITY)
    for entry in said.values():
        places = {name for part in ("says", "mend") for _, name, _, _ in string.Formatter().parse(entry[part]) if name}
        assert set(entry) == {"says", "mend"}
        assert places <= set(FINDINGS.columns)


def test_every_finding_is_made_somewhere() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "responses").rglob("*.py") if path.name != "findings.py")
    made = set(re.findall(r'"([a-z_]+)"', source))
    made |= {f"{what}_{how}" for what in ("school", "wave", "role") for how in ("unknown", "empty")}
    made |= {f"left_out_{reason}" for reason in ("no_consent", "test", "unfinished", "double")}
    assert set(SEVERITY) - made == set()
    assert set(SEVERITY.values()) == set(ORDER)


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
    assert (problem.file, problem.line, problem.key) == ("a.csv", 3, "{x}")
    assert problem.message.startswith("‘{row} <b>’ is no known answer")
