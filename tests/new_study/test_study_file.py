"""A study file from its template."""

from __future__ import annotations

import datetime as dt
import tomllib
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.languages import Language
from toolkit.new_study.study_file import ENTRY, HEADER, Draft, Section, fill_template, load_template, write_value
from toolkit.study.definitions import list_keys
from toolkit.study.study import Study

TEMPLATE = """# About.

id = "one"                              # small letters
# seed = 1                              # chance

# Waves.
[[waves]]
id = "before"                           # its id
date = 2025-01-01

[[waves]]
id = "after"

# [limits]
# cells = 5
"""


def test_values_take_the_place_of_those_of_the_template_and_explanations_stay() -> None:
    waves = [
        Section("[[waves]]", {"id": "w1", "label": {"nl": "een"}}, {"date": ["no date"]}),
        Section("[[waves]]", {"id": "w2", "date": None}),
    ]
    assert fill_template(TEMPLATE, {"": [Section("", {"id": "two", "seed": 7})], "waves": waves}, "CHECK:") == (
        """# About.

id = "two"                              # small letters
seed = 7                                # chance

# Waves.
[[waves]]
id = "w1"                               # its id
# CHECK: no date
# date = 2025-01-01
label = { nl = "een" }

[[waves]]
id = "w2"

# [limits]
# cells = 5
"""
    )


def test_a_table_without_sections_becomes_a_comment() -> None:
    filled = fill_template(TEMPLATE, {"waves": []}, "CHECK:")
    assert tomllib.loads(filled) == {"id": "one"}
    assert "# [[waves]]" in filled


def test_a_remark_stays_a_comment_whatever_is_in_it() -> None:
    section = Section("", {"id": "x"}, {"id": ["two\nlines = 1\x00"]}, ("a note\r[[table]]",))
    assert tomllib.loads(fill_template('id = "a"', {"": [section]}, "?")) == {"id": "x"}


texts = st.text(st.characters(exclude_categories=("Cs",)))


@given(
    st.recursive(
        texts | st.integers(-(2**63), 2**63 - 1) | st.booleans() | st.dates(), lambda inner: st.lists(inner) | st.dictionaries(texts, inner)
    )
)
def test_any_value_is_read_back_as_it_was(value: object) -> None:
    assert tomllib.loads(f"key = {write_value(value)}") == {"key": value}


@pytest.mark.parametrize("language", get_args(Language))
def test_the_template_names_every_key_of_a_study(language: str) -> None:
    named: dict[str, set[str]] = {"": set()}
    table = ""
    for line in load_template(language).splitlines():
        if header := HEADER.fullmatch(line):
            table = header[1]
        elif entry := ENTRY.fullmatch(line):
            named.setdefault(table, set()).add(entry[1])
    tables = {"waves", "occasions", "schools", "roles", "subgroups", "sources", "contacts", "records", "comparisons"}
    tables |= {"groups", "pairs", "leave_out", "discuss"}
    known = {name: set(list_keys(Study, (name, 0))) for name in tables} | {"layouts": set(list_keys(Study, ("layouts", "x")))}
    known |= {name: set(list_keys(Study, (name,))) for name in ("matching", "outcomes", "limits")}
    assert {name: named[name] for name in known} == known
    assert named[""] | set(named) - {""} == set(list_keys(Study, ()))


@pytest.mark.parametrize("language", get_args(Language))
def test_every_example_of_the_template_is_valid_once_its_hash_is_gone(language: str) -> None:
    lines = [
        line.removeprefix("# ") if HEADER.fullmatch(line) or ENTRY.fullmatch(line) else line
        for line in load_template(language).splitlines()
    ]
    study = Study.model_validate(tomllib.loads("\n".join(lines)))
    assert study.contacts[0].date == dt.date(2025, 10, 1)


def test_what_is_to_be_filled_in_has_its_key_in_every_entry() -> None:
    waves = [Section("[[waves]]", {"id": name, "date": None}, {"date": ["no date"]}) for name in ("w1", "w2")]
    filled = fill_template(TEMPLATE, {"waves": waves}, "CHECK:")
    assert filled.count("# CHECK: no date\n# date =") == 2
    assert "date" not in tomllib.loads(filled)["waves"][1]


@pytest.mark.parametrize("language", get_args(Language))
def test_the_example_of_how_many_were_invited_names_the_measurements_of_the_study(language: Language) -> None:
    draft = Draft(language)
    draft.add("waves", [("[[waves]]", {"id": id, "date": dt.date(2025, 9, 1)}) for id in ("nulmeting", "eindmeting")])
    draft.add("schools", [("[[schools]]", {"id": "s1", "name": "s1"})])
    lines = [line.lstrip("# ") for line in draft.write().splitlines() if line.lstrip("# ").startswith("invited")]
    invited = {key: told for line in lines for key, told in tomllib.loads(line).items()}
    assert invited["invited"] == {"nulmeting": 20, "eindmeting": 20}
    assert invited["invited_roles"] == {"nulmeting": {"teacher": 18}, "eindmeting": {"teacher": 18}}
