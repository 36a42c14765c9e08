"""Which school, wave and role a row is of, and when it was filled in."""

from __future__ import annotations

from pathlib import Path

from tests.files.test_cells_grids import make_sheet
from tests.responses.cases import open_study
from toolkit.responses.rows import join_cells, name_roles, name_schools, name_waves, place_rows
from toolkit.study.layouts import Layout

STUDY = open_study(
    {
        "sources": [{"file": "answers.csv"}],
        "roles": [{"id": "head", "label": {"nl": "directeur", "en": "head teacher"}, "also": ["DIR"]}],
    },
    Path(),
)


def test_schools_waves_and_roles_go_by_their_code_their_words_and_those_of_the_layout() -> None:
    layout = Layout(schools={"BRIN 01": "s1", "s2": "s1"}, waves={"T0": "before"}, roles={"schoolleider": "head"})
    assert name_schools(STUDY, layout) == {"de klaver": "s1", "s1": "s1", "'t een": "s2", "brin 01": "s1", "s2": "s1"}
    waves = {"voormeting": "before", "before": "before", "nameting": "after", "after": "after", "t0": "before"}
    assert name_waves(STUDY, layout) == waves
    assert set(name_roles(STUDY, layout)) == {"directeur", "head teacher", "dir", "head", "schoolleider"}


def test_a_code_in_parts_is_joined_by_hyphens() -> None:
    sheet = make_sheet([["a", "b"], ["x ", "1"], ["", "2"], ["", ""]])
    assert join_cells(sheet, (0, 1)).tolist() == ["x-1", "-2", ""]
    assert join_cells(sheet, (1, 0)).tolist() == ["1-x", "2-", ""]


def test_labels_of_the_file_name_places_too() -> None:
    sheet = make_sheet([["school"], ["1"], ["2"], ["3"]], labels={0: {"1": "De Klaver", "2": "s2"}})
    codes, texts = place_rows(sheet, (0,), "", name_schools(STUDY, Layout()))
    assert (codes.tolist(), texts.tolist()) == (["s1", "s2", ""], ["1", "2", "3"])


def test_what_holds_for_the_whole_file_goes_before_its_columns() -> None:
    sheet = make_sheet([["school"], ["De Klaver"]])
    assert place_rows(sheet, (0,), "s2", name_schools(STUDY, Layout()))[0].tolist() == ["s2"]
