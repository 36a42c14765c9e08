"""Where a page comes from: enough to make it again, no path, and no number that gives away a small group."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.report.made_results import MadeResults
from tests.report.reading import read_tables, read_words
from toolkit.report.sections.page_frame import show_origin

PROTECTED = "verborgen"


def add_source(name: str, read: int, used: int):
    return lambda made: made.source(name, read, used)


def test_the_run_is_told(open_school):
    def tell(made: MadeResults) -> None:
        made.provenance |= {"version": "1.2.3", "study_sha": "abcdef0123456789", "instruments": {"uwes9": "fedcba9876543210"}}
        made.provenance |= {"command": "plg run made", "settings": {"confidence": 0.9}}

    words = read_words(show_origin(open_school(alter=tell)))
    for part in ("1.2.3", "abcdef012345 ", "fedcba987654 ", "plg run made", "confidence = 0.9", "school_report", "made: Gemaakte studie"):
        assert part in words
    assert "abcdef0123456" not in words


@pytest.mark.parametrize(
    ("language", "label", "value"),
    [
        ("nl", "Vragen over de gegevens", "3 aanvaard door wie het onderzoek uitvoert"),
        ("en", "Questions about the data", "3 accepted by those who carry out the study"),
    ],
)
def test_what_was_accepted_is_told_where_numbers_are_from(open_school, language: str, label: str, value: str):
    def tell(made: MadeResults) -> None:
        made.provenance |= {"questions": {"open": 0, "accepted": {"respondent_double": 1, "answer_unknown": 2}}}

    words = read_words(show_origin(open_school(language, tell)))
    assert label in words and value in words
    assert label not in read_words(show_origin(open_school(language)))


@pytest.mark.parametrize(("language", "unknown", "default"), [("nl", "niet bekend", "geen"), ("en", "not known", "none")])
def test_what_is_not_known_is_said(open_school, language: str, unknown: str, default: str):
    words = read_words(show_origin(open_school(language)))
    assert unknown in words and default in words


def test_files_stand_without_their_folder(open_school):
    row = read_tables(show_origin(open_school(alter=add_source("deep/folder/s1.csv", 31, 26))))["origin-files"][1]
    assert row == ["s1.csv", "niet van toepassing", "31", "26", "0123456789ab"]


def test_rows_that_would_give_away_a_few_people_are_hidden(open_school):
    cells = {
        (30, 30): ["30", "30"],
        (30, 29): [PROTECTED, "29"],
        (30, 26): [PROTECTED, "26"],
        (30, 25): ["30", "25"],
        (5, 5): ["5", "5"],
        (4, 4): [PROTECTED, "minder dan 5"],
        (20, 0): ["20", "0"],
    }
    pages = {(read, used): show_origin(open_school(alter=add_source("s1.csv", read, used))) for read, used in cells}
    assert {counts: read_tables(page)["origin-files"][1][2:4] for counts, page in pages.items()} == cells


def test_a_school_sees_its_own_files_and_no_numbers_of_files_with_other_schools(open_cohort):
    def add(made: MadeResults) -> None:
        made.source("s1.csv", 30, 30)
        made.source("s2.csv", 30, 30)
        made.source("all.csv", 60, 60)

    view = open_cohort(alter=add)
    sources = {name: row for row in view.results.sources["source"] for name in ("s1.csv", "s2.csv", "all.csv") if name in row}
    results = replace(view.results, provenance={"files": {"s1": [sources["s1.csv"], sources["all.csv"]]}})
    own = type(view)(view.study, results.for_school("s1"), view.text, "s1")
    assert [row[:4] for row in read_tables(show_origin(own))["origin-files"][1:]] == [
        ["s1.csv", "niet van toepassing", "30", "30"],
        ["all.csv", "niet van toepassing", PROTECTED, PROTECTED],
    ]


def test_a_file_of_several_schools_is_counted_only_where_no_school_is_hidden(open_cohort):
    def show_all(made: MadeResults) -> None:
        made.source("all.csv", 60, 60)
        made.alter("participation", {"school": "s6", "quantity": "used"}, estimate=5, n=5, state="shown")

    hidden = open_cohort(alter=add_source("all.csv", 60, 60))
    assert read_tables(show_origin(hidden))["origin-files"][1][2:4] == [PROTECTED] * 2
    assert read_tables(show_origin(open_cohort(alter=show_all)))["origin-files"][1][2:4] == ["60", "60"]


def test_no_file_at_all_is_said(open_school):
    assert read_tables(show_origin(open_school()))["origin-files"][1][0] == "geen bestand"
