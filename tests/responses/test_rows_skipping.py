"""Rows that are no forms of this study."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tests.files.test_cells_grids import make_sheet
from toolkit.findings import Notes
from toolkit.responses.rows import find_asked, find_elsewhere, find_headers
from toolkit.study.layouts import Layout


def test_only_a_whole_repeated_header_is_skipped() -> None:
    notes = Notes()
    sheet = make_sheet([["Code", "x"], ["a", "1"], ["Code", "x"], ["Code", "1"]])
    assert find_headers(sheet, notes).tolist() == [False, True, False]
    assert [(note["code"], note["row"]) for note in notes.rows] == [("rows_header", 3)]


def test_words_that_stand_for_nothing_skip_their_rows() -> None:
    notes = Notes()
    people = pd.DataFrame({"wave_text": ["T0", "PROEF ", "T1"], "school_text": ["A", "A", "Testschool"]})
    layout = Layout(waves={"proef": "", "T0": "before"}, schools={"testschool": ""})
    assert find_elsewhere(people, layout, "a.csv", notes).tolist() == [False, True, True]
    assert [(note["value"], note["count"]) for note in notes.rows] == [("PROEF ", 1), ("Testschool", 1)]


def test_rows_without_any_answer_are_not_asked() -> None:
    notes = Notes()
    blank = np.array([[True, True], [True, False], [True, True]])
    assert find_asked(blank, np.array([True, True, False]), "a.csv", notes).tolist() == [False, True, False]
    assert [(note["code"], note["count"]) for note in notes.rows] == [("rows_unasked", 1)]
