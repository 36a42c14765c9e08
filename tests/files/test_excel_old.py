"""Old workbooks: all that a person sees in them, also where they are damaged."""

from __future__ import annotations

import pytest

from tests.responses.cases import FOLDER
from toolkit.files.excel import read_excel_file
from toolkit.files.safety import UnreadableError
from toolkit.findings import Notes
from toolkit.study.layouts import Limits

#: how an old workbook begins.
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
DATA = (FOLDER / "workbook_written_by_old_excel" / "answers.xls").read_bytes()


def test_errors_uncomputed_formulas_and_hidden_rows_are_found() -> None:
    notes = Notes()
    answers, explained = read_excel_file(DATA, Limits(), "answers.xls", notes)
    assert [grid.sheet for grid in (answers, explained)] == ["Antwoorden", "Toelichting"]
    assert (answers.cells.tolist()[6][3], answers.cells.tolist()[3][4]) == ("#N/A", "=?")
    assert [(note["row"], note["count"]) for note in notes.rows if note["code"] == "rows_hidden"] == [(3, 1)]


def test_an_old_workbook_is_read_as_a_person_sees_it() -> None:
    notes = Notes()
    answers, explained = read_excel_file(DATA, Limits(), "answers.xls", notes)
    assert (answers.sheet, answers.visible, explained.visible) == ("Antwoorden", True, False)
    assert answers.cells.tolist()[1] == ["a1", "2025-09-15", "’t Één", "4", "vaak", "6"]
    assert answers.cells.tolist()[5] == ["a5", "", "De Klaver", "2", "3", "4"]
    assert explained.cells.tolist() == [["Export van de enquête"]]
    assert [note["code"] for note in notes.rows] == ["cells_merged", "rows_hidden"]


@pytest.mark.parametrize("data", [OLD, OLD + bytes(600), DATA[:700], DATA[: len(DATA) // 2]])
def test_half_a_workbook_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableError):
        read_excel_file(data, Limits(), "answers.xls", Notes())
