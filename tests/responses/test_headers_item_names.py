"""By which texts a file may name an item."""

from __future__ import annotations

from pathlib import Path

from tests.responses.cases import open_study
from toolkit.responses.headers import ItemColumn, list_item_columns, list_names, list_ratings, list_stems, make_names
from toolkit.study.instruments import load_instrument
from toolkit.study.layouts import Layout

STUDY = open_study({"instruments": ["plg12", "uwes3"], "sources": [{"file": "x.csv"}], "outcomes": {"primary": "plg12.e1.now"}}, Path())
COLUMNS = {column.name: column for column in list_item_columns(STUDY)}


def test_there_is_a_column_for_every_item_and_asked_rating() -> None:
    assert len(COLUMNS) == 12 * 2 + 3
    assert list(COLUMNS)[:2] == ["plg12_e1_now", "plg12_e1_wanted"]
    assert not any("gap" in name for name in COLUMNS)


def test_a_rating_goes_by_its_id_and_its_words() -> None:
    assert list_ratings(COLUMNS["plg12_e1_now"]) == ["now", "nu"]
    assert list_ratings(COLUMNS["uwes3_i1"]) == [""]


def test_a_rating_goes_by_the_first_word_of_a_label_that_no_other_begins_with(tmp_path: Path) -> None:
    assert list_ratings(COLUMNS["plg12_e1_wanted"]) == ["wanted", "gewenst over een jaar", "wanted in one year", "gewenst"]
    find = make_names(Layout(items_by="wording"), list(COLUMNS.values()))
    assert find("Leren van en met elkaar (gewenst)") == ["plg12_e1_wanted"]
    assert find("Hoe is het gewenst? [Leren van en met elkaar]") == ["plg12_e1_wanted"]
    own = """
id = "own1"
version = "1"
source = ""
name = { nl = "", en = "" }
about = { nl = "", en = "" }
licence = { kind = "own", text_shipped = true, notice = { nl = "", en = "" } }
answers = { min = 1, max = 5 }
ratings = [{ id = "a", label = { nl = "hier vaak", en = "often" } }, { id = "b", label = { nl = "hier graag", en = "gladly" } }]
items = [{ id = "i1", number = 1, text = { nl = "Rust", en = "Rest" } }]
scales = [{ id = "s", label = { nl = "", en = "" }, items = ["i1"] }]
"""
    (tmp_path / "own1.toml").write_text(own, encoding="utf-8")
    instrument = load_instrument("own1", tmp_path)
    columns = [ItemColumn(name, instrument, item, rating) for name, (item, rating) in instrument.columns.items()]
    assert [list_ratings(column) for column in columns] == [["a", "hier vaak", "often"], ["b", "hier graag", "gladly"]]


def test_an_item_goes_by_its_id_its_number_or_its_wording() -> None:
    assert list_names(COLUMNS["uwes3_i1"], "id") == ["uwes3_i1"]
    assert list_names(COLUMNS["uwes3_i1"], "number") == ["uwes3 1", "uwes3 01", "uwes3 001"]
    assert list_names(COLUMNS["uwes3_i1"], "wording") == ["veel energie", "much energy"]
    assert {"Leren van en met elkaar nu", "nu Leren van en met elkaar"} <= set(list_names(COLUMNS["plg12_e1_now"], "wording"))
    assert list_stems(COLUMNS["plg12_e1_now"], "id") == ["plg12_e1"]


def test_an_item_goes_by_its_code_in_the_manual_with_or_without_a_space() -> None:
    assert list_names(COLUMNS["uwes3_i1"], "code") == ["VI1", "VI 1"]
    assert list_names(COLUMNS["plg12_e1_now"], "code") == []
