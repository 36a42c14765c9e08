"""Headers as tools lengthen and repeat them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.responses.cases import open_study
from toolkit.responses.headers import Repeats, list_item_columns, list_readings, make_names
from toolkit.study.layouts import Layout

COLUMNS = list_item_columns(
    open_study({"instruments": ["plg12", "profcultuur8"], "sources": [{"file": "x.csv"}], "outcomes": {"primary": "plg12.e1.now"}}, Path())
)


@pytest.mark.parametrize(
    ("header", "readings"),
    [
        ("We learn", [["We learn"]]),
        ("How? [We learn]", [["How? [We learn]"], [], ["We learn"]]),
        ("How is it now? - We learn", [["How is it now? - We learn"], ["We learn now"], ["We learn"]]),
        ("a - b - c", [["a - b - c"], [], ["b - c"], [], ["c"]]),
    ],
)
def test_the_row_of_a_grid_is_read_apart_from_its_question(header: str, readings: list[list[str]]) -> None:
    assert list(list_readings(header, ["now"])) == readings


def test_only_a_layout_by_wording_reads_headers_apart() -> None:
    header = "Wat vindt u? [Wij spreken elkaar aan op gedrag.]"
    assert make_names(Layout(items_by="wording"), COLUMNS)(header) == ["profcultuur8_t2"]
    assert make_names(Layout(items_by="number"), COLUMNS)("x [profcultuur8 2]") == []


def test_repeated_headers_are_rated_in_their_order() -> None:
    repeats = Repeats(Layout(items_by="wording", ratings=("wanted", "now")), COLUMNS)
    learn, support = "Leren van en met elkaar", "Draagvlak voor de PLG"
    found = [repeats.find(header) for header in (learn, support, f"{learn}2", f"{support}.1", support)]
    assert found == [["plg12_e1_wanted"], ["plg12_c1_wanted"], ["plg12_e1_now"], ["plg12_c1_now"], []]


def test_a_number_behind_a_header_is_a_repetition_only_after_the_header_itself() -> None:
    repeats = Repeats(Layout(items_by="wording", ratings=("now", "wanted")), COLUMNS)
    assert repeats.find("Leren van en met elkaar2") == []


def test_without_an_order_nothing_is_guessed() -> None:
    assert Repeats(Layout(items_by="wording"), COLUMNS).find("Leren van en met elkaar") == []
    assert Repeats(Layout(items_by="wording", ratings=("now",)), COLUMNS).find("Wij spreken elkaar aan op gedrag.") == []
