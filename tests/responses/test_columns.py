"""Which column holds what."""

from __future__ import annotations

from pathlib import Path

from tests.files.test_cells_grids import make_sheet
from tests.responses.cases import make_instrument, open_study
from toolkit.findings import Notes
from toolkit.responses.columns import Binding, bind_columns, count_items
from toolkit.study.instruments import Item
from toolkit.study.layouts import Layout

STUDY = open_study({"sources": [{"file": "answers.csv"}], "instruments": ["uwes3", "cijfer1"]}, Path())
ITEMS = ["uwes3_i1", "uwes3_i2", "uwes3_i3", "cijfer1_grade"]


def bind(headers: list[str], **layout: object) -> tuple[Binding, list[tuple[str, str, str]]]:
    """Return the binding of a header, and the code, column and nearest of what was noted."""
    notes = Notes()
    binding = bind_columns(make_sheet([headers, ["1"] * len(headers)]), Layout.model_validate(layout), STUDY, notes)
    return binding, [(note["code"], note["column"], note["expected"]) for note in notes.rows]


def test_everything_the_layout_names_is_bound() -> None:
    binding, notes = bind(
        ["Dag", "Code", "School", "Meting", "Rol", "Tijd", *ITEMS],
        respondent=["Code", "Dag"],
        school="school",
        wave="Meting",
        role="rol",
        date="tijd",
    )
    assert (binding.respondent, binding.school, binding.wave, binding.role, binding.date) == ((1, 0), (2,), (3,), (4,), (5,))
    assert binding.items == {"": dict(zip(ITEMS, range(6, 10), strict=True))}
    assert notes == []


def test_a_mapped_header_goes_before_the_name_of_another() -> None:
    binding, notes = bind(["Vraag 1", *ITEMS], items={"Vraag 1": "uwes3_i1"})
    assert (binding.items[""]["uwes3_i1"], binding.further) == (0, {"": {"uwes3_i1": (1,)}})
    assert notes == []


def test_an_ignored_header_is_not_bound_and_not_told() -> None:
    binding, notes = bind([*ITEMS, "Opmerking", "opmerking "], ignore=["Opmerking", "cijfer1_grade"])
    assert "cijfer1_grade" not in binding.items[""]
    assert [code for code, _, _ in notes] == ["instrument_absent"]


def test_a_missing_item_is_told_with_the_header_most_like_it() -> None:
    _, notes = bind([*ITEMS[:2], "uwes_3 i3", "cijfer1_grade"])
    assert notes[0] == ("items_missing", "uwes3_i3", "uwes_3 i3")


def test_items_of_each_wave_side_by_side_are_bound_apart() -> None:
    first, second = ({f"{wave}{number}": item for number, item in enumerate(ITEMS)} for wave in "vn")
    binding, notes = bind([*first, *second], wave_columns={"before": first, "after": second})
    assert binding.items["after"] == dict(zip(ITEMS, range(4, 8), strict=True))
    assert notes == []


def test_what_is_missing_in_one_wave_of_a_wide_file_is_told_with_that_wave() -> None:
    notes = Notes()
    layout = Layout(
        wave_columns={"before": {"v1": "uwes3_i1", "v2": "uwes3_i2", "v3": "uwes3_i3"}, "after": {"n1": "uwes3_i1", "n4": "cijfer1_grade"}}
    )
    bind_columns(make_sheet([["v1", "v2", "v3", "n1", "n4"], ["1"] * 5]), layout, STUDY, notes)
    assert [(note["code"], note["wave"], note["value"]) for note in notes.rows] == [
        ("instrument_absent", "before", "cijfer1"),
        ("items_missing", "after", "uwes3"),
    ]


def test_the_number_of_items_is_the_measure_of_a_header() -> None:
    assert count_items(make_sheet([["titel", ""]]), Layout(), STUDY) == 0
    assert count_items(make_sheet([["Code", *ITEMS]]), Layout(), STUDY) == 4
    assert count_items(make_sheet([["a", "b", "cijfer1 1"]]), Layout(items={"a": "uwes3_i1"}, items_by="number"), STUDY) == 2
    assert count_items(make_sheet([["a", "b"]]), Layout(wave_columns={"before": {"a": "uwes3_i1", "c": "uwes3_i2"}}), STUDY) == 1


def test_a_column_without_a_header_but_with_answers_is_told() -> None:
    notes = Notes()
    bind_columns(make_sheet([[*ITEMS, "", ""], ["1", "1", "1", "1", "x", ""]]), Layout(), STUDY, notes)
    assert [(note["code"], note["column"]) for note in notes.rows] == [("columns_unknown", "[E]")]


def test_an_instrument_without_wordings_has_no_example_of_a_header() -> None:
    instrument = make_instrument("plain", 1, 5, [Item(id="a", number=1)])
    study = open_study({"sources": [{"file": "answers.csv"}]}, Path(), instrument)
    notes = Notes()
    bind_columns(make_sheet([["A question"]]), Layout(items_by="wording"), study, notes)
    assert [(note["code"], note["expected"]) for note in notes.rows[:1]] == [("items_none", "–")]


def test_what_is_like_no_header_is_not_sent_to_one_that_has_nothing_to_do_with_it() -> None:
    _, notes = bind(["E-mailadres", *ITEMS[:2], "cijfer1_grade"], respondent="Persoonlijk nummer")
    assert [(code, near) for code, _, near in notes if code in ("items_missing", "header_missing")] == [
        ("header_missing", "–"),
        ("items_missing", "–"),
    ]
