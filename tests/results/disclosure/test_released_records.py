"""The records as data: the numbers of the pages, nothing that a page hides, and no text that people wrote."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from tests.report.rows import estimate
from toolkit.languages import Language, load_text
from toolkit.report.publishing.codebook import tabulate_record_codes, write_record_quantity
from toolkit.report.publishing.data_tables import label_records, publish_data
from toolkit.results.disclosure.released_records import combine_records
from toolkit.results.results import Results
from toolkit.results.rows import make_blank, make_row
from toolkit.schemas import GOALS, INDICATORS, RECORDED
from toolkit.study.study import Study


@cache
def gather() -> tuple[Study, Results]:
    """Return the study of C4 with the records of other small studies beside its own."""
    study, results = estimate("C4")
    own = {row: estimate(row)[1] for row in ("A3", "A12", "A15", "B5", "B6", "E2", "E12")}
    place = {"moment": "2025-10-20", "second": "", "words": "Over lesson study"}
    came = [
        make_row({"kind": "attendance", "school": code, "first": "Start"} | place, "present", 9, 12, "count") for code in ("s1", "s2", "s3")
    ]
    meeting = {"kind": "contacts", "school": "s1", "first": "training"} | place
    met = [make_row(meeting, name, 1, 0, "as given") for name in ("contact", "hours", "cost")]
    recorded = pd.concat([*(own[row].recorded for row in ("A15", "B5", "E2", "E12")), RECORDED.collect([*came, *met])])
    few = [make_blank({"kind": "notes", "school": "", "first": ""} | place | {"second": "head"}, "notes", "hidden", "too_few")]
    recorded = pd.concat([recorded, RECORDED.collect(few)])
    persons = own["A3"].goals
    third = persons[persons["school"] == "s1"].assign(school="s3")
    goals = GOALS.conform(pd.concat([own["A12"].goals, persons, third]))
    indicators = INDICATORS.conform(pd.concat([results.indicators, own["B6"].indicators]))
    return study, replace(results, goals=goals, indicators=indicators, recorded=RECORDED.conform(recorded))


def test_what_is_hidden_has_no_number_and_what_is_shown_is_that_of_the_pages() -> None:
    study, results = gather()
    records = combine_records(results, study)
    assert len(records) > 60 and set(records["kind"]) >= {
        "goals",
        "indicators",
        "notes",
        "links",
        "meetings",
        "ratings",
        "attendance",
        "contacts",
    }
    hidden = records[records["state"] == "hidden"]
    assert len(hidden) and hidden[["estimate", "low", "high", "n"]].isna().all(axis=None) and (hidden["reason"] != "").all()
    shares = results.indicators.query("quantity == 'share' and state == 'shown'").set_index(["school", "date"])["estimate"]
    told = records.query("kind == 'indicators' and quantity == 'share' and state == 'shown'").set_index(["school", "moment"])["estimate"]
    assert len(told) and (told - shares.loc[told.index]).abs().max() < 1e-4


def test_no_text_that_people_wrote_is_in_it_nor_a_goal_of_a_person() -> None:
    study, results = gather()
    records = combine_records(results, study)
    quotes = results.recorded.query("quantity == 'quote'")["words"]
    evidence = results.recorded.query("kind == 'ratings' and words != ''")["words"]
    cells = set(records.select_dtypes("str").to_numpy().ravel())
    assert len(quotes) and not cells.intersection([*quotes, *evidence])
    assert set(records.loc[records["kind"] != "contacts", "words"]) == {""}
    persons = records[records["owner_kind"] == "person"]
    assert len(persons) and set(persons[["first", "second", "owner", "role", "factor", "due"]].to_numpy().ravel()) == {""}


def test_notes_links_and_meetings_of_one_school_stay_on_its_page() -> None:
    study, results = gather()
    records = combine_records(results, study)
    assert set(records.loc[records["kind"].isin(["notes", "links", "meetings"]), "school"]) == {""}
    groups = RECORDED.collect([make_row({"kind": "attendance", "school": "s1", "moment": "x", "first": "a", "second": "group", "words": ""},
                                        "present", 6, 0, "count")])  # fmt: skip
    assert combine_records(replace(results, recorded=groups), study).query("kind == 'attendance'").empty
    assert combine_records(replace(results, recorded=groups.assign(kind="profiles", school="")), study).query("kind == 'profiles'").empty


def test_of_two_schools_that_did_not_agree_no_goal_is_in_it() -> None:
    study, results = gather()
    goals = results.goals[(results.goals["owner_kind"] != "person") & (results.goals["school"] == "s1")]
    two = GOALS.conform(pd.concat([goals, goals.assign(school="s2")]))
    assert len(combine_records(replace(results, goals=GOALS.conform(goals)), study).query("kind == 'goals'"))
    assert combine_records(replace(results, goals=two), study).query("kind == 'goals'").empty


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_column_and_code_is_explained_in_words(language: Language) -> None:
    study, results = gather()
    text = load_text(language)
    records = label_records(combine_records(results, study), study, text)
    codes = tabulate_record_codes(records, study)
    assert codes["column"].drop_duplicates().tolist() == [f"records.{column}" for column in records]
    assert (codes[language] != "").all() and text.say("data.other_code") not in set(codes[language])
    assert set(records["quantity"]) == set(codes.loc[codes["column"] == "records.quantity", "code"]) - {""}
    assert {code for code in text.phrases if code.startswith("data.recorded.")} == {
        f"data.recorded.{code}" for code in set(records["quantity"])
    }
    assert records["quantity_label"].tolist() == [write_record_quantity(code, text) for code in records["quantity"]]


def test_the_workbook_and_a_text_hold_them_and_no_file_is_left_of_a_study_without(tmp_path: Path) -> None:
    study, results = gather()
    workbook, _, codebook, table = publish_data(study, results, tmp_path)
    read = pd.read_csv(table, keep_default_na=False, dtype=str)
    sheets = pd.read_excel(workbook, sheet_name=None, engine="calamine")
    assert list(sheets) == ["results", "records", "codebook"] and len(read) == len(sheets["records"]) == len(
        combine_records(results, study)
    )
    assert {f"records.{column}" for column in read} < set(pd.read_csv(codebook)["column"])
    without = replace(results, goals=GOALS.empty(), indicators=INDICATORS.empty(), recorded=RECORDED.empty())
    assert table not in publish_data(study, without, tmp_path) and not table.exists()
