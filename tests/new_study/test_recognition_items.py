"""Which items a sheet holds."""

from __future__ import annotations

from pathlib import Path

from toolkit.files.cells import File, Grid, fill_grid
from toolkit.new_study.recognition import Matched, match_items
from toolkit.study.instruments import load_instrument

ENERGY, PLG = load_instrument("energie_own9"), load_instrument("plg12")


def match(headers: list[str], folder: Path) -> Matched:
    """Return what is found in a sheet with these headers and one row."""
    grid = Grid("", fill_grid([headers, ["1"] * len(headers)]))
    return match_items(File("", "csv", (grid,)), grid, "", folder)


def test_a_part_of_an_instrument_is_enough_and_a_header_or_two_are_not(tmp_path: Path) -> None:
    headers = [*ENERGY.columns]
    assert match(["Code", *headers[:5]], tmp_path).items == {name: place for place, name in enumerate(headers[:5], 1)}
    assert match(["Code", *headers[:4]], tmp_path).items is None
    assert match(["grade", "age"], tmp_path).items is None


def test_instruments_stand_in_the_order_of_their_columns(tmp_path: Path) -> None:
    found = match([*PLG.columns, *ENERGY.columns], tmp_path)
    assert [instrument.id for instrument in found.instruments] == ["plg12", "energie_own9"]


def test_instruments_that_claim_the_same_columns_are_doubted(tmp_path: Path) -> None:
    found = match([item.label["en"] for item in load_instrument("uwes9").items], tmp_path)
    said = {doubt.code: doubt.says for doubt in found.doubts}
    assert len(found.instruments) == 1
    rivals = said["instruments_alike"]
    assert {rivals["value"], *rivals["expected"].split(", ")} >= {"uwes9", "uwes3"}


def test_headers_that_are_there_twice_are_doubted(tmp_path: Path) -> None:
    found = match([*ENERGY.columns, "energie_own9_i2"], tmp_path)
    assert [(doubt.code, doubt.says["value"]) for doubt in found.doubts] == [("headers_unclear", "‘energie_own9_i2’")]


def test_waves_beside_each_other_are_told_by_the_words_at_the_ends_of_headers(tmp_path: Path) -> None:
    headers = [f"{column}_{wave}" for wave in ("voor", "na") for column in ENERGY.columns]
    found = match(["Code", *headers], tmp_path)
    assert found.waves is not None
    assert {wave: len(items) for wave, items in found.waves.items()} == {"voor": 9, "na": 9}
    assert found.waves["na"]["energie_own9_i1"] == 10
    assert [doubt.code for doubt in found.doubts] == ["waves_beside"]
    assert found.list_positions() == set(range(1, 19))


def test_a_statement_that_begins_with_such_a_word_is_no_wave(tmp_path: Path) -> None:
    found = match([item.text["nl"] for item in ENERGY.items], tmp_path)
    assert (found.layout.items_by, found.waves) == ("wording", None)
    assert len(found.items or {}) == 9
