"""One file, from its cells to people and answers."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tests.responses.cases import open_study
from toolkit.findings import Notes
from toolkit.responses.exports import Part, read_source
from toolkit.study.layouts import Source

HEADER = "Code,uwes3_i1,uwes3_i2,uwes3_i3\n"


def read(folder: Path, text: str, **document: object) -> tuple[Part | None, Notes]:
    """Return what one file of text gives, and what was noted."""
    (folder / "answers.csv").write_text(text, encoding="utf-8")
    source = {"file": "answers.csv", "wave": "before", "school": "s1", "layout": "code"}
    layouts = {"code": {"respondent": "Code"}}
    notes = Notes()
    return read_source(
        Source.model_validate(source), open_study({"sources": [source], "layouts": layouts} | document, folder), notes
    ), notes


def test_a_file_gives_its_rows_its_source_and_the_origin_of_each_item(tmp_path: Path) -> None:
    part, _ = read(tmp_path, HEADER + "a,1,2,\n\nb,4,5,6\n")
    assert part is not None
    (frame,) = part.frames
    assert frame[["code", "row", "filled"]].to_numpy().tolist() == [["a", 2, 2], ["b", 4, 3]]
    assert frame["uwes3_i3"].fillna(-1).tolist() == [-1, 6]
    assert (part.source["rows_read"], part.source["format"], part.source["separator"]) == (2, "csv", ",")
    assert [(origin["item"], origin["position"]) for origin in part.origins] == [("uwes3_i1", 2), ("uwes3_i2", 3), ("uwes3_i3", 4)]


def test_items_that_a_file_lacks_are_columns_without_answers(tmp_path: Path) -> None:
    part, _ = read(tmp_path, HEADER + "a,1,2,3\n", instruments=["cijfer1", "uwes3"])
    assert part is not None
    frame = part.frames[0]
    assert list(frame.columns[-4:]) == ["cijfer1_grade", "uwes3_i1", "uwes3_i2", "uwes3_i3"]
    assert frame["cijfer1_grade"].isna().all()
    assert frame["filled"].tolist() == [3]


def test_a_row_of_which_every_answer_is_wrong_is_kept(tmp_path: Path) -> None:
    part, notes = read(tmp_path, HEADER + "a,x,x,9\n")
    assert part is not None
    assert part.frames[0]["filled"].tolist() == [0]
    assert [note["code"] for note in notes.rows] == ["answer_unknown", "answer_unknown", "answer_out_of_range"]


def test_a_file_without_items_gives_no_rows(tmp_path: Path) -> None:
    part, notes = read(tmp_path, "Code,x\na,1\n")
    assert part is not None
    assert part.frames == []
    assert [note["code"] for note in notes.rows] == ["items_none", "columns_unknown"]


def test_the_only_school_and_wave_need_no_saying(tmp_path: Path) -> None:
    (tmp_path / "answers.csv").write_text(HEADER + "a,1,2,3\n", encoding="utf-8")
    waves = [{"id": "now", "date": "2025-09-15", "label": {"nl": "nu", "en": "now"}}]
    document = {"sources": [{"file": "answers.csv"}], "waves": waves, "schools": [{"id": "only", "name": "Only"}]}
    part = read_source(Source(file="answers.csv"), open_study(document, tmp_path), Notes())
    assert part is not None
    assert part.frames[0][["school", "wave"]].to_numpy().tolist() == [["only", "now"]]
    assert part.frames[0]["date"].isna().all()


def test_a_file_that_cannot_be_read_gives_nothing(tmp_path: Path) -> None:
    part, notes = read(tmp_path, "")
    assert part is None
    assert [note["severity"] for note in notes.rows] == ["stops"]


def test_the_rows_of_a_wide_file_come_wave_by_wave(tmp_path: Path) -> None:
    waves = {wave: {f"{wave}{n}": f"uwes3_i{n}" for n in (1, 2, 3)} for wave in ("before", "after")}
    text = "Code,before1,before2,before3,after1,after2,after3\na,1,1,1,2,2,2\nb,3,3,3,,,\n"
    part, _ = read(tmp_path, text, layouts={"code": {"respondent": "Code", "wave_columns": waves}})
    assert part is not None
    rows = pd.concat(part.frames)[["code", "wave", "uwes3_i1"]].to_numpy().tolist()
    assert rows == [["a", "before", 1.0], ["b", "before", 3.0], ["a", "after", 2.0]]
