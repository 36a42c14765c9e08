"""Qualtrics, on its own exports."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.responses.cases import make_instrument, open_study
from tests.responses.survey_tools.published import list_told, make_grid, read_published
from toolkit.responses.exports import read_exports
from toolkit.responses.survey_tools.qualtrics import recognise, take
from toolkit.study.instruments import Item

QUESTION = make_instrument("small", 1, 5, [Item(id="q1", number=1, text={"en": "This is a multiple choice question."})])
PROGRESS = make_instrument("meta", 0, 100, [Item(id="progress", number=1)])
WHO = ["RecipientLastName", "RecipientFirstName", "RecipientEmail", "IPAddress", "LocationLatitude", "LocationLongitude"]


@pytest.mark.parametrize("layout", [{"items": {"Q1": "small_q1"}}, {"items_by": "wording"}])
def test_three_headers_are_taken_off_and_questions_go_by_name_or_text(layout: dict[str, object]) -> None:
    exports = read_published("qualtrics_small/sample.csv", QUESTION, {"tool": "qualtrics"} | layout)
    assert exports.responses[["row", "small_q1"]].to_numpy().tolist() == [[4, 2]]
    assert str(exports.responses["date"][0]) == "2017-07-18 08:28:48"
    assert {column for _, column, _, _ in list_told(exports, "personal_data")} == set(WHO)
    assert list_told(exports, "columns_unknown") == [("columns_unknown", "Q2, Q2 - Topics", "", 2)]


def test_the_old_format_has_two_headers_and_an_empty_last_column() -> None:
    exports = read_published("qualtrics_small/sample_legacy.csv", QUESTION, {"tool": "qualtrics", "items_by": "wording"})
    assert exports.responses[["row", "small_q1"]].to_numpy().tolist() == [[3, 2]]
    told = {column for _, column, _, _ in list_told(exports, "personal_data")}
    assert told == {"IPAddress", "LocationLatitude", "LocationLongitude", "Name", "EmailAddress"}
    assert list_told(exports, "columns_unknown") == [("columns_unknown", "Q2", "", 1)]


META = {"tool": "qualtrics", "items": {"Progress": "meta_progress"}}


TRIALS = {"column": "Status", "values": ["Survey Preview"], "reason": "test"}


def test_previews_and_unfinished_forms_are_left_out_and_told() -> None:
    exports = read_published("qualtrics_metadata/qualtrics_raw.csv", PROGRESS, META)
    assert len(exports.responses) == 92  # of 100, 2 are previews and 6 unfinished: the documentation of the package
    told = {code: (column, value, count) for code, column, value, count in list_told(exports)}
    assert (told["forms_unfinished"], told["forms_trial"]) == (("Finished", "FALSE", 6), ("Status", "Survey Preview", 2))
    assert (told["left_out_unfinished"][2], told["left_out_test"][2]) == (6, 2)
    assert "columns_unknown" not in told


def test_a_layout_can_include_them() -> None:
    exports = read_published("qualtrics_metadata/qualtrics_raw.csv", PROGRESS, META | {"include": ["trials", "unfinished"]})
    assert (len(exports.responses), (exports.responses["meta_progress"] < 100).sum()) == (100, 6)
    assert not list_told(exports, "forms_unfinished", "forms_trial", "left_out_test", "left_out_unfinished")


def test_a_rule_of_the_study_goes_before_the_marks_of_the_tool() -> None:
    exports = read_published("qualtrics_metadata/qualtrics_raw.csv", PROGRESS, META | {"include": ["trials"]}, leave_out=[TRIALS])
    assert len(exports.responses) == 92
    assert [code for code, *_ in list_told(exports, "forms_trial", "left_out_test")] == ["left_out_test"]


@pytest.mark.parametrize(("status", "channel"), [("8", "anonymous"), ("Spam", "anonymous"), ("IP Address", "preview"), ("9", "email")])
def test_spam_and_previews_are_known_by_every_mark(tmp_path: Path, status: str, channel: str) -> None:
    rows = [f"{status},{channel},1,50", "0,anonymous,1,60", "0,anonymous,0,70"]
    (tmp_path / "a.csv").write_text("\n".join(["Status,DistributionChannel,Finished,meta_progress", *rows]) + "\n", encoding="utf-8")
    source = {"file": "a.csv", "layout": "l", "school": "s1", "wave": "before"}
    study = open_study({"sources": [source], "layouts": {"l": {"tool": "qualtrics"}}}, tmp_path, PROGRESS)
    assert read_exports(study).responses["meta_progress"].tolist() == [60]


def test_the_tools_own_columns_are_known_in_every_language_by_their_identifiers() -> None:
    grid = make_grid('Anfang|Status|Frage\nx|y|Was?\n{"ImportId":"startDate"}|{"ImportId":"status"}|{"ImportId":"QID1"}\n1|2|3', "|")
    assert recognise(grid)
    sheet = take(grid, "a.csv")
    assert (sheet.headers, sheet.wordings, sheet.rows.tolist()) == (("StartDate", "Status", "Frage"), ("x", "y", "Was?"), [4])


def test_an_export_without_further_headers_is_read_as_it_stands() -> None:
    sheet = take(make_grid("StartDate,Q1\n2025-09-15,3"), "a.csv")
    assert (sheet.headers, sheet.rows.tolist()) == (("StartDate", "Q1"), [2])
    assert not recognise(make_grid("StartDate,Q1\n2025-09-15,3"))
