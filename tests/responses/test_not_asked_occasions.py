"""Files of occasions: what is asked elsewhere may be missing there without a word, and an answer in the wrong place is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.responses.cases import open_study
from toolkit.responses.exports import read_exports

GRADE = "trainingscijfer1_grade"
WAVE = "code;uwes3_i1;uwes3_i2;uwes3_i3"


def read(folder: Path, wave: list[str], session: list[str]):
    (folder / "a.csv").write_text("\n".join(wave), encoding="utf-8")
    (folder / "b.csv").write_text("\n".join(session), encoding="utf-8")
    document = {
        "instruments": ["uwes3", "trainingscijfer1"],
        "occasions": [{"id": "d1", "date": "2025-10-01", "label": {"nl": "dagdeel 1"}, "instruments": ["trainingscijfer1"]}],
        "layouts": {"form": {"respondent": "code"}},
        "sources": [
            {"file": "a.csv", "layout": "form", "wave": "before", "school": "s1"},
            {"file": "b.csv", "layout": "form", "wave": "d1", "school": "s1"},
        ],
    }
    return read_exports(open_study(document, folder))


def test_each_file_holds_what_its_moment_asks(tmp_path: Path) -> None:
    exports = read(tmp_path, [WAVE, "p1;1;2;3", "p2;3;2;1"], [f"code;{GRADE}", "p1;7,5", "p2;8"])
    codes = set(exports.findings["code"])
    assert not codes & {"instrument_absent", "items_missing", "scale_unscored", "not_asked_answered", "item_empty"}
    assert exports.responses.groupby("wave")[GRADE].count().to_dict() == {"before": 0, "d1": 2}


@pytest.mark.parametrize(("place", "moment"), [(0, "before"), (1, "d1")])
def test_an_answer_at_a_moment_that_does_not_ask_it_is_told(tmp_path: Path, place: int, moment: str) -> None:
    files = [[WAVE, "p1;1;2;3", "p2;3;2;1"], [f"code;{GRADE}", "p1;7,5", "p2;8"]]
    files[place] = [f"{WAVE};{GRADE}", "p1;1;2;3;7", "p2;3;2;1;8"]
    told = read(tmp_path, *files).findings.query("code == 'not_asked_answered'")
    assert told[["wave", "count"]].to_numpy().tolist() == [[moment, 2]]
