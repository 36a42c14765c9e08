"""Forms that a tool marks as unfinished, in Castor and LimeSurvey: out by default, in where the layout says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.responses.cases import open_study
from toolkit.responses.exports import Exports, read_exports

ITEMS = "uwes3_i1,uwes3_i2,uwes3_i3"
CASTOR = f"Participant Id,Survey Name,Survey Completed On,{ITEMS}\n1,M1,2025-09-15 10:00:00,1,2,3\n2,M1,,4,5,6\n"
LIME = f"id,submitdate,lastpage,startlanguage,{ITEMS}\n1,2025-09-15 10:00:00,3,nl,1,2,3\n2,,1,nl,4,5,6\n"


def read(folder: Path, text: str, **layout: object) -> Exports:
    """Return what is read of one file."""
    (folder / "a.csv").write_text(text, encoding="utf-8")
    source = {"file": "a.csv", "layout": "l", "school": "s1", "wave": "before"}
    return read_exports(open_study({"sources": [source], "layouts": {"l": layout}, "schools": [{"id": "s1", "name": "A"}]}, folder))


@pytest.mark.parametrize(("tool", "text"), [("castor", CASTOR), ("limesurvey", LIME)])
def test_an_unfinished_form_is_left_out_and_counted_unless_it_is_included(tmp_path: Path, tool: str, text: str) -> None:
    exports = read(tmp_path, text, tool=tool)
    assert exports.responses["row"].tolist() == [2]
    counted = exports.findings.set_index("code")["count"]
    assert (counted["forms_unfinished"], counted["left_out_unfinished"]) == (1, 1)
    included = read(tmp_path, text, tool=tool, include=["unfinished"])
    assert included.responses["row"].tolist() == [2, 3]
    assert not set(included.findings["code"]) & {"forms_unfinished", "left_out_unfinished", "forms_never_finished"}


def test_a_survey_without_dates_is_no_survey_of_unfinished_forms(tmp_path: Path) -> None:
    text = LIME.replace("2025-09-15 10:00:00", "1980-01-01 00:00:00")
    assert read(tmp_path, text, tool="limesurvey").responses["row"].tolist() == [2]


def test_a_column_that_was_never_filled_leaves_nobody_out_and_is_asked_about(tmp_path: Path) -> None:
    exports = read(tmp_path, LIME.replace("2025-09-15 10:00:00", ""), tool="limesurvey")
    assert exports.responses["row"].tolist() == [2, 3]
    asked = exports.findings.set_index("code")
    assert (asked["severity"]["forms_never_finished"], asked["count"]["forms_never_finished"]) == ("asks", 2)
