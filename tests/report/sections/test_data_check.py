"""The data check: what was read, in numbers that agree with the files."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from tests.report.reading import read_tables, read_words
from toolkit.report.html.elements import Html
from toolkit.report.sections.data_check import Check, open_check, show_check_title, show_files, show_findings, show_missing, show_who

STUDY = """
id = "checked"
title = { nl = "Gecontroleerd", en = "Checked" }
languages = ["nl", "en"]
report_date = 2026-06-30
instruments = ["cijfer1", "uwes3"]

[outcomes]
primary = "cijfer1.grade"

[[waves]]
id = "before"
date = 2025-09-15
label = { nl = "voormeting", en = "first measurement" }

[[waves]]
id = "after"
date = 2026-06-01
label = { nl = "nameting", en = "second measurement" }

[[schools]]
id = "s1"
name = "School <1>"
invited = { before = 9 }

[[sources]]
file = "before.csv"
wave = "before"
school = "s1"
layout = "plain"

[[sources]]
file = "after.csv"
wave = "after"
school = "s1"
layout = "plain"

[layouts.plain]
respondent = "code"
ignore = ["consent"]

[[leave_out]]
column = "consent"
values = ["no"]
reason = "no_consent"
"""


@pytest.fixture
def check(tmp_path: Path) -> Callable[..., Check]:
    """Return a function that makes a study with these rows of (code, consent, grade) per wave and opens its check."""

    def make(before: list[tuple[str, str, str]], after: list[tuple[str, str, str]], language: str = "nl") -> Check:
        (tmp_path / "study.toml").write_text(STUDY, encoding="utf-8")
        for name, rows in (("before", before), ("after", after)):
            with (tmp_path / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
                header = ("code", "consent", "cijfer1_grade", "uwes3_i1", "uwes3_i2", "uwes3_i3")
                csv.writer(file, delimiter=";").writerows([header, *((*row, "3", "4", "5") for row in rows)])
        return open_check(tmp_path, language)  # type: ignore[arg-type]

    return make


BEFORE = [("a1", "yes", "7"), ("b2", "yes", ""), ("c3", "no", "6"), ("d4", "yes", "8")]
AFTER = [("a1", "yes", "8"), ("d4", "yes", "9"), ("e5", "yes", "eleven")]


def read_all(check: Check) -> str:
    parts = [show(check) for show in (show_check_title, show_findings, show_who, show_missing, show_files)]
    return read_words(Html("".join(part.markup for part in parts)))


def test_people_are_counted_and_those_left_out_have_a_reason(check):
    table = read_tables(show_who(check(BEFORE, AFTER)))["who-counts"]
    assert table[1] == ["School <1>", "voormeting", "9", "3", "2", "Geen toestemming: 1"]
    assert table[2] == ["School <1>", "nameting", "niet opgegeven", "3", "2", "niemand"]


def test_every_reason_for_leaving_somebody_out_is_named(check):
    table = read_tables(show_who(check([*BEFORE, ("d4", "yes", "7"), ("f6", "no", "7")], AFTER, "en")))["who-counts"]
    assert table[1][-1] == "No consent: 2; Filled in twice: 1"


@pytest.mark.parametrize(
    ("language", "stopped", "column"),
    [("nl", "De analyse kan nog niet door", "Waar en wat"), ("en", "The analysis can't go on yet", "Where and what")],
)
def test_findings_stand_by_severity_in_the_language_of_the_page(check, tmp_path: Path, language: str, stopped: str, column: str):
    check(BEFORE, AFTER)
    (tmp_path / "after.csv").unlink()
    broken = open_check(tmp_path, language)  # type: ignore[arg-type]
    assert stopped in read_words(show_check_title(broken))
    tables = read_tables(show_findings(broken))
    assert next(iter(tables)) == "findings-stops" and tables["findings-stops"][0][0] == column
    assert "after.csv" in tables["findings-stops"][1][0]


@pytest.mark.parametrize(
    ("language", "read", "told"),
    [("nl", "Gelezen bestanden: 2. Daarin: 1 school", "2 bestanden: Deze"), ("en", "Files read: 2. In them: 1 school", "2 files: These")],
)
def test_what_several_files_tell_alike_stands_once_with_its_sum(check, language: str, read: str, told: str):
    found = check(BEFORE, AFTER, language)
    alike = found.exports.findings.head(1).assign(code="no_answer", severity="tells", value="99", row=0, column="")
    both = pd.concat([alike.assign(file="before.csv", count=5), alike.assign(file="after.csv", count=47)], ignore_index=True)
    rows = read_tables(show_findings(replace(found, exports=replace(found.exports, findings=both))))["findings-tells"]
    assert len(rows) == 2 and rows[1][0].startswith(told) and "52" in rows[1][0]
    assert read in read_words(show_check_title(found))


@pytest.mark.parametrize(("language", "words"), [("nl", "1 bevinding meldt iets"), ("en", "1 finding reports something")])
def test_one_finding_is_counted_as_one(check, language: str, words: str):
    found = check(BEFORE, AFTER, language)
    told = found.exports.findings.assign(severity=["tells", *["asks"] * (len(found.exports.findings) - 1)])
    assert words in read_words(show_findings(replace(found, exports=replace(found.exports, findings=told))))


@pytest.mark.parametrize(("language", "words"), [("nl", "Niets viel op."), ("en", "Nothing stood out.")])
def test_what_was_not_found_is_not_counted(check, language: str, words: str):
    found = check(BEFORE, AFTER, language)
    none = replace(found, exports=replace(found.exports, findings=found.exports.findings.head(0)))
    assert words in read_words(show_findings(none)) and "0" not in read_words(show_findings(none))


def test_an_answer_that_can_not_be_coded_is_found_with_its_place(check):
    rows = [row for table in read_tables(show_findings(check(BEFORE, AFTER))).values() for row in table]
    (found,) = (row for row in rows if "eleven" in row[0])
    assert found[0].startswith("after.csv, rij 4, kolom ‘cijfer1_grade’: ")
    assert found[1].startswith("Verbeter het antwoord")


@pytest.mark.parametrize(
    ("language", "words"), [("nl", "Niets staat de analyse in de weg."), ("en", "Nothing stands in the way of the analysis.")]
)
def test_a_sound_study_passes_and_the_page_is_internal(check, language: str, words: str):
    sound = check(BEFORE[:1], AFTER[:2], language)
    assert words in read_words(show_check_title(sound))
    assert sound.text.say("title.internal") in read_words(show_check_title(sound))


def test_files_stand_with_what_was_used_of_them(check):
    rows = read_tables(show_files(check(BEFORE, AFTER)))["files-read"]
    assert [(row[0], row[4], row[5]) for row in rows[1:]] == [("before.csv", "4", "3"), ("after.csv", "3", "3")]


def test_what_was_typed_is_shown_and_does_nothing(check):
    words = read_all(check([("a1", "yes", "<b>7</b>")], AFTER))
    assert "<b>7</b>" in words


def test_a_draft_says_that_it_is_one_and_nothing_of_answered_questions_where_there_are_none(check):
    page = check([("a", "yes", "7"), ("b", "yes", "8")], [("a", "yes", "8"), ("b", "yes", "9")])
    assert "Concept, niet om te delen." in read_words(show_check_title(page))
    final = replace(page, study=page.study.model_copy(update={"state": "final"}))
    assert "Concept" not in read_words(show_check_title(final))
    assert page.exports.findings["severity"].ne("accepted").all()
    assert "beantwoord" not in read_words(show_findings(page))
