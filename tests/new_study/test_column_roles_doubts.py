"""What is not sure of an export."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import get_args

import pytest

from tests.files.test_cells_grids import make_sheet
from toolkit.languages import Language
from toolkit.new_study.column_roles import Doubt, doubt_answers, doubt_columns, doubt_items, shorten
from toolkit.study.instruments import load_instrument
from toolkit.study.layouts import Layout

ROOT = Path(__file__).parent.parent.parent / "toolkit"
UWES = load_instrument("uwes3")
HEADERS = list(UWES.columns)


def doubt(columns: list[list[str]]) -> list[tuple[str, str]]:
    """Return code and what was found of the doubts about the answers to the three items."""
    sheet = make_sheet([HEADERS, *[list(row) for row in zip(*columns, strict=True)]])
    doubts = doubt_answers(sheet, [UWES], {name: place for place, name in enumerate(HEADERS)})
    return [(entry.code, entry.says["found"]) for entry in doubts]


def test_answers_of_the_scale_raise_no_doubt() -> None:
    assert doubt([["0", "nooit"], ["6", "altijd"], ["3", ""]]) == []


def test_a_scale_that_is_coded_one_higher_is_to_be_declared() -> None:
    assert doubt([["1", "7"], ["2", "6"], ["3", "4"]]) == [("scale_shifted", "1-7")]
    assert doubt([["0", "7"], ["2", "6"], ["3", "4"]]) == [("values_outside", "‘7’")]


def test_codes_and_words_that_the_scale_does_not_have_are_told() -> None:
    assert doubt([["0", "99"], ["2", "-1"], ["3", "blauw"]]) == [("values_outside", "‘99’, ‘-1’"), ("words_unknown", "‘blauw’")]


def test_ids_of_answers_are_no_codes_for_no_answer() -> None:
    columns = [[str(41 + (number + item) % 7) for number in range(14)] for item in range(3)]
    assert doubt(columns) == [("scale_renumbered", "‘41’, ‘42’, ‘43’, ‘44’, ‘45’, ‘46’, ‘47’")]


def test_answers_outside_the_scale_are_told_with_their_column() -> None:
    sheet = make_sheet([HEADERS, ["1", "9", "2"], ["2", "3", "9"], ["3", "4", "5"]])
    (told,) = doubt_answers(sheet, [UWES], {name: place for place, name in enumerate(HEADERS)})
    assert (told.code, told.says["where"]) == ("values_outside", f"‘{HEADERS[1]}’, ‘{HEADERS[2]}’")


def test_items_without_a_column_are_told_with_the_header_most_like_one() -> None:
    sheet = make_sheet([["uwes3_i1", "uwes3_i2", "uwes3_3"]])
    found = list(doubt_items(sheet, Layout(), [UWES], {0, 1}, {"uwes3_i1": 0, "uwes3_i2": 1}))
    assert found == [Doubt("items_missing_near", "layouts", "items", {"value": "uwes3", "expected": "‘uwes3_i3’", "near": "uwes3_3"})]


def test_columns_that_nothing_is_known_of_are_told_apart_from_personal_data_and_consent() -> None:
    sheet = make_sheet([["uwes3_i1", "Code", "E-mail", "Opmerking", "Geeft u toestemming?"], ["1", "a1", "a@b.nl", "x", "ja"]])
    found = doubt_columns(sheet, {0}, {"respondent": "Code"})
    assert [(entry.code, entry.says["value"]) for entry in found] == [
        ("personal", "‘E-mail’"),
        ("consent", "Geeft u toestemming?"),
        ("headers_unknown", "‘Opmerking’"),
    ]


def test_many_texts_are_shortened_with_their_number() -> None:
    assert shorten([str(number) for number in range(20)], 2) == "‘0’, ‘1’ … (20)"
    assert len(shorten(["long " * 50])) < 80


@pytest.mark.parametrize("language", get_args(Language))
def test_every_doubt_has_words_and_no_words_are_left_over(language: Language) -> None:
    words = set(tomllib.loads((ROOT / "text" / f"{language}.toml").read_text(encoding="utf-8"))["doubts"])
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "new_study").glob("*.py"))
    made = set(re.findall(r'Doubt\(\s*"([a-z_]+)"', source)) | {"items_missing", "items_missing_near", "date_missing", "date_of_answers"}
    assert words - {"mark", "one", "many", "copied", "next", "found", "found_none"} == made
