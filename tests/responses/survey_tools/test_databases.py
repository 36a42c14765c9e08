"""REDCap on a published project, and Castor."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.files.test_cells_grids import make_sheet
from tests.responses.cases import make_instrument
from tests.responses.survey_tools.published import PUBLISHED, list_told, make_grid, read_published
from toolkit.findings import Notes
from toolkit.responses.survey_tools.databases import apply_dictionary, read_choices, recognise_castor, recognise_redcap
from toolkit.study.answers import AnswerLabel
from toolkit.study.instruments import Item
from toolkit.study.layouts import Limits

LABELS = [("not open", "no"), ("undecided", "yes"), ("very open", "")]
OPEN = make_instrument(
    "morale",
    0,
    2,
    [Item(id="pmq4", number=4), Item(id="pmq3", number=3)],
    labels=[AnswerLabel(value=value, en=labels) for value, labels in enumerate(LABELS)],
)
EVENTS = {"dose_1_arm_1": "before", "visit_1_arm_1": "after", "first_dose_arm_2": "before", "first_visit_arm_2": "after"}
LAYOUT = {
    "tool": "redcap",
    "waves": EVENTS | {"dose_2_arm_1": "", "visit_2_arm_1": ""},
    "items": {"pmq4": "morale_pmq4", "pmq3": "morale_pmq3"},
    "dictionary": "dictionary.csv",
}


def test_events_are_waves_and_the_dictionary_labels_the_codes() -> None:
    exports = read_published("redcap_longitudinal/data.csv", OPEN, LAYOUT, matching={"by": "code"})
    table = exports.responses.pivot(index="respondent", columns="wave", values="morale_pmq4")
    assert table.to_dict() == {"before": {"100": 1, "220": 2, "304": 0}, "after": {"100": 0, "220": 0, "304": 0}}
    assert ("rows_elsewhere", "", "dose_2_arm_1, visit_2_arm_1", 4) in list_told(exports)
    assert ("rows_unasked", "", "", 8) in list_told(exports)  # 18 rows in all, 6 of them answered and of a wave
    assert not (exports.findings["severity"] == "stops").any()


def test_direct_identifiers_are_dropped_and_named() -> None:
    exports = read_published("redcap_longitudinal/data.csv", OPEN, LAYOUT)
    dropped = {column for _, column, _, _ in list_told(exports, "personal_data")}
    assert {"first_name", "last_name", "email", "dob"} <= dropped


def test_an_event_that_nobody_placed_stops_where_it_has_answers() -> None:
    exports = read_published("redcap_longitudinal/data.csv", OPEN, LAYOUT | {"waves": EVENTS})
    ((_, _, value, _),) = list_told(exports, "waves_unknown")
    assert [word.partition(" (")[0] for word in value.split(", ")] == ["‘dose_2_arm_1’", "‘visit_2_arm_1’"]


def test_the_dictionary_gives_every_field_its_text() -> None:
    sheet = make_sheet([["sex", "height", "other"], ["1", "160", ""]])
    labelled = apply_dictionary(sheet, PUBLISHED / "redcap_longitudinal" / "dictionary.csv", Limits(), Notes())
    assert labelled.wordings == ("Gender", "Height (cm)", "")
    assert labelled.labels[0] == {"0": "Female", "1": "Male"}
    assert labelled.labels[1] == labelled.labels[2] == {}


def test_a_dictionary_that_is_something_else_is_told(tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    notes = Notes()
    sheet = make_sheet([["sex"], ["1"]])
    assert apply_dictionary(sheet, tmp_path / "d.csv", Limits(), notes) is sheet
    assert apply_dictionary(sheet, tmp_path / "none.csv", Limits(), notes) is sheet
    assert [note["code"] for note in notes.rows] == ["dictionary_unreadable"] * 2


@pytest.mark.parametrize(
    ("text", "choices"),
    [
        ("0, No | 1, Yes", {"0": "No", "1": "Yes"}),
        ("1, a, b | 2,c", {"1": "a, b", "2": "c"}),
        ("round(([weight]*10000),1)", {"round(([weight]*10000)": "1)"}),
        ("Very sad | Indifferent", {}),
        ("", {}),
    ],
)
def test_choices_are_read_as_codes_and_labels(text: str, choices: dict[str, str]) -> None:
    assert read_choices(text) == choices


def test_both_databases_are_known_by_their_columns() -> None:
    redcap = make_grid("study_id,redcap_event_name,x")
    castor = make_grid("Survey Instance Id;Castor Participant ID;Survey Completed On;Survey Package Name;x", ";")
    assert (recognise_redcap(redcap), recognise_castor(redcap)) == (True, False)
    assert (recognise_redcap(castor), recognise_castor(castor)) == (False, True)
    assert recognise_redcap(make_grid("record_id,x,form_complete"))
    assert not recognise_castor(make_grid("Record Id,x"))
