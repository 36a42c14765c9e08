"""Texts that pandas cuts: the same cells as the csv module makes of them."""

from __future__ import annotations

import csv
import io

from hypothesis import example, given
from hypothesis import strategies as st

from toolkit.files.text import read_plain_text
from toolkit.findings import Notes
from toolkit.study.layouts import Limits

SIGNS = st.text(st.sampled_from("ab1 ,.é€\u2028\x0b\x1f\u00a0'#\\N/\ud800"), max_size=4)


def read(text: str, separator: str = ";", **limits: int) -> list[list[str]] | None:
    """Return the cells of a text, or None where it is not plain."""
    cells = read_plain_text(text, separator, Limits(**limits), "answers.csv", Notes())
    return cells.tolist() if cells else None


@given(
    st.integers(2, 4).flatmap(lambda width: st.lists(st.lists(SIGNS, min_size=width, max_size=width), min_size=1, max_size=9)),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
    st.integers(1, 5),
)
@example([["", ""], ["NA", "null"]], "\n", False, 1)
@example([["1", "01"], ["1.0", "1e3"], ["TRUE", "nan"]], "\n", True, 2)
def test_the_cells_are_those_that_the_csv_module_makes(rows: list[list[str]], newline: str, ended: bool, rows_at_once: int) -> None:
    text = newline.join(";".join(row) for row in rows) + (newline if ended else "")
    expected = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    halved = any("\ud800" in cell for row in rows for cell in row)
    assert read(text, rows_at_once=rows_at_once) == (None if halved else expected)


@given(st.text(st.sampled_from('a;"\n\r,\ufeff'), max_size=30), st.integers(1, 5))
def test_any_text_is_cut_as_by_the_csv_module_or_not_at_all(text: str, rows_at_once: int) -> None:
    cells = read(text, rows_at_once=rows_at_once)
    assert cells in (None, list(csv.reader(io.StringIO(text, newline=""), delimiter=";")))


def test_a_text_that_is_not_plain_is_left_to_others() -> None:
    texts = ['a;b\n"1";2\n', "a;b\n1;2;3\n", "a;b\n1\n", "a;b\n\n1;2\n", "a;b\r1;2\r", "a\n1\n", "", "a;b\n\ufeff1;2\n"]
    assert {text: found for text in texts if (found := read(text)) is not None} == {}


def test_a_separator_of_another_kind_is_left_to_others() -> None:
    assert {sign: found for sign in ("||", "", "é", "\n") if (found := read("a||b\n1||2\n", sign)) is not None} == {}


def test_every_usual_separator_is_cut_at() -> None:
    cells = {sign: read(f"a{sign}b\n1{sign}2\n", sign) for sign in ",|\t :"}
    assert cells == {sign: [["a", "b"], ["1", "2"]] for sign in cells}


def test_a_text_wider_than_any_sheet_is_left_to_others() -> None:
    assert read("a;" * 16_383 + "a\n") is not None
    assert read("a;" * 16_384 + "a\n") is None
