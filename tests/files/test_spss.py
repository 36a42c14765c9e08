"""SPSS files: real ones with their published reading, and ones made here."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from tests.responses.cases import open_study
from toolkit.files.cells import Grid
from toolkit.files.reading import read_file
from toolkit.files.safety import UnreadableError
from toolkit.files.spss import describe_spss_file, read_spss_file
from toolkit.findings import Notes
from toolkit.responses.exports import read_exports
from toolkit.study.layouts import Layout, Limits

FIXTURES = Path(__file__).parent.parent / "data" / "published" / "spss_fixtures"


def read(path: Path, notes: Notes | None = None) -> Grid:
    """Return the grid of a file."""
    return read_spss_file(path, path.name, notes or Notes())[0]


def as_frame(grid: Grid) -> pd.DataFrame:
    """Return a grid as a table of text."""
    return pd.DataFrame(grid.cells[1:], columns=grid.cells[0])


def test_user_missing_values_are_empty_as_published() -> None:
    notes = Notes()
    frame = as_frame(read(FIXTURES / "sample_missing.sav", notes))
    published = pd.read_csv(FIXTURES / "sample_missing.csv", dtype=str, keep_default_na=False)
    for name in ("mynum", "mylabl", "myord"):
        ours, theirs = (pd.to_numeric(table[name], errors="coerce") for table in (frame, published))
        np.testing.assert_array_equal(ours, theirs)
    assert {note["column"]: (note["value"], note["count"]) for note in notes.rows} == {
        "mynum": ("-1, 2500", 2),
        "mylabl": ("-1", 1),
        "myord": ("-1, -3", 2),
    }


def test_a_text_value_may_be_user_missing() -> None:
    notes = Notes()
    column = as_frame(read(FIXTURES / "missing_char.sav", notes)).iloc[:, 0].tolist()
    assert len(notes.rows) == 1
    assert notes.rows[0]["value"] not in column


def test_labels_belong_to_their_values_and_are_not_put_in_their_place() -> None:
    grid = read(FIXTURES / "sample.zsav")
    frame = as_frame(grid)
    position = {name: place for place, name in enumerate(grid.cells[0])}
    assert grid.labels[position["mylabl"]] == {"1": "Male", "2": "Female"}
    assert grid.labels[position["myord"]] == {"1": "low", "2": "medium", "3": "high"}
    assert set(frame["mylabl"]) == {"1", "2"}
    assert frame["mydate"].tolist()[:2] == ["2018-05-06", "1880-05-06"]


def test_a_native_file_keeps_names_wordings_and_cases() -> None:
    notes = Notes()
    grid = read(FIXTURES / "electric.sav", notes)
    assert grid.cells.shape == (241, 13)
    assert grid.first_row == 0
    assert all(len(wording) > 3 for wording in grid.wordings)
    assert [note["value"] for note in notes.rows if note["column"].upper() == "DAYOFWK"] == ["9"]


def test_a_name_in_another_script_is_kept() -> None:
    assert not read(FIXTURES / "hebrews.sav").cells[0][0].isascii()


def test_labels_decide_what_numbers_mean_and_questions_name_items(tmp_path: Path) -> None:
    labels = {
        float(value + 1): text
        for value, text in enumerate(["nooit", "sporadisch", "af en toe", "regelmatig", "vaak", "heel vaak", "altijd"])
    }
    frame = pd.DataFrame({"code": ["a", "b"], "v1": [1.0, 7.0], "v2": [2.0, np.nan], "v3": [9.0, 3.0], "school": [1.0, 2.0]})
    pyreadstat.write_sav(
        frame,
        str(tmp_path / "answers.sav"),
        column_labels=["", "veel energie", "enthousiasme", "opgaan in werk", ""],
        variable_value_labels={"v1": labels, "v2": labels, "school": {1.0: "De Klaver", 2.0: "s2"}},
        missing_ranges={"v3": [9]},
    )
    document = {
        "sources": [{"file": "answers.sav", "wave": "before", "layout": "words"}],
        "layouts": {"words": {"items_by": "wording", "respondent": "code", "school": "school"}},
    }
    exports = read_exports(open_study(document, tmp_path))
    items = exports.responses[["uwes3_i1", "uwes3_i2", "uwes3_i3"]].to_numpy()
    np.testing.assert_array_equal(items, [[0, 1, np.nan], [6, np.nan, 3]])
    assert exports.responses["school"].tolist() == ["s1", "s2"]
    assert exports.responses["row"].tolist() == [1, 2]
    assert exports.findings["code"].tolist() == ["label_differs"] * 3 + ["no_answer"]


def test_a_damaged_file_that_makes_the_library_crash_is_only_unreadable() -> None:
    # ordered_category.sav with a few bytes changed: a segmentation fault in pyreadstat 1.3.7
    notes = Notes()
    assert read_file(FIXTURES.parent.parent / "damaged" / "crashes_its_reader.sav", Layout(), Limits(), "a.sav", notes) is None
    assert [(note["code"], note["value"]) for note in notes.rows] == [("file_unreadable", "damaged")]


def test_each_text_is_held_once_with_the_rows_that_have_it() -> None:
    said = describe_spss_file(str(FIXTURES / "sample.zsav"))
    texts, places = said["columns"][said["names"].index("mylabl")]
    assert [texts[place] for place in places] == ["1", "2", "1", "2", "1"]
    assert len(texts) == 2


def test_what_is_no_file_of_spss_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "a.sav").write_bytes(b"$FL2@(#)")
    with pytest.raises(UnreadableError):
        read(tmp_path / "a.sav")


def test_a_path_with_spaces_and_accents_is_read(tmp_path: Path) -> None:
    path = tmp_path / "voor één & twee.sav"
    path.write_bytes((FIXTURES / "sample.zsav").read_bytes())
    assert len(read(path).cells) == 6
