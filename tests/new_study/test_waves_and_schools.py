"""The waves and schools that words and names suggest."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pandas as pd

from tests.files.test_cells_grids import make_sheet
from toolkit.new_study.column_roles import Doubt
from toolkit.new_study.recognition import Recognised
from toolkit.new_study.waves_and_schools import place_schools, place_waves


def make(name: str, waves: tuple[str, ...] = (), schools: tuple[str, ...] = (), **dates: str) -> Recognised:
    """Return a file with words in its columns for waves and schools, and dates per wave (`all` for every row)."""
    words = {"wave": Counter(waves), "school": Counter(schools), "role": Counter()}
    middles = {"" if wave == "all" else wave: pd.Timestamp(date) for wave, date in dates.items()}
    return Recognised(Path(f"{name}.csv"), make_sheet([["a"]]), {}, {}, (), words, middles, ())


def test_words_for_one_measurement_are_put_together_and_that_is_doubted() -> None:
    doubts: list[Doubt] = []
    files = [make("klaver_w2"), make("klaver_w1"), make("roos", waves=("Voor", "Na"))]
    waves = place_waves(files, doubts)
    assert [(wave.id, wave.words) for wave in waves.waves] == [("w1", ["w1", "Voor"]), ("w2", ["w2", "Na"])]
    assert [waves.find(file) for file in files] == ["w2", "w1", ""]
    assert waves.map_words(files[2]) == {"Voor": "w1", "Na": "w2"}
    assert Counter(doubt.code for doubt in doubts) == {"waves_same": 2, "date_missing": 2}


def test_dates_put_measurements_in_order_where_words_do_not() -> None:
    doubts: list[Doubt] = []
    waves = place_waves([make("a", waves=("juni", "september"), juni="2026-06-20", september="2025-09-20")], doubts)
    assert [entry["id"] for entry in waves.list_entries()] == ["september", "juni"]
    assert [str(entry["date"]) for entry in waves.list_entries()] == ["2025-09-20", "2026-06-20"]
    assert waves.list_comparisons() == [{"id": "before_after", "before": "september", "after": "juni", "planned": False}]
    assert [doubt.code for doubt in doubts] == ["date_of_answers", "date_of_answers"]


def test_without_any_word_all_is_one_measurement_and_one_school() -> None:
    doubts: list[Doubt] = []
    file = make("answers", all="2026-06-20")
    waves, schools = place_waves([file], doubts), place_schools([file], doubts)
    assert [entry["id"] for entry in waves.list_entries()] == ["wave_1"]
    assert waves.list_comparisons() == []
    assert schools.find(file) == "school1"
    assert [doubt.code for doubt in doubts] == ["waves_none", "date_of_answers", "school_one"]


def test_a_file_of_which_nothing_tells_the_measurement_is_named() -> None:
    doubts: list[Doubt] = []
    files = [make("klaver_voor"), make("klaver_na"), make("roos")]
    waves = place_waves(files, doubts)
    assert [waves.find(file) for file in files] == ["voor", "na", ""]
    assert [(doubt.says["value"], doubt.says["place"]) for doubt in doubts if doubt.code == "wave_unknown"] == [("roos.csv", 2)]


def test_schools_are_those_of_columns_or_else_of_file_names() -> None:
    doubts: list[Doubt] = []
    files = [make("klaver_voor"), make("roos_voor"), make("bestuur", schools=("De Trom", "de trom", "Trommel"))]
    schools = place_schools(files, doubts)
    assert [entry["id"] for entry in schools.list_entries()] == ["De Trom", "Trommel", "klaver", "roos"]
    assert [schools.find(file) for file in files] == ["klaver", "roos", ""]
    assert [doubt.code for doubt in doubts] == ["schools_from_names"]


def test_schools_that_look_alike_are_doubted_unless_they_are_numbered() -> None:
    doubts: list[Doubt] = []
    place_schools([make("x", schools=("De Klaver", "De Klavr", "school 1", "school 2"))], doubts)
    assert [(doubt.code, doubt.says["value"], doubt.says["expected"]) for doubt in doubts] == [("schools_alike", "De Klaver", "De Klavr")]
    doubts.clear()
    place_schools([make("x", schools=("De Klaver",)), make("y")], doubts)
    assert [(doubt.code, doubt.says["value"]) for doubt in doubts] == [("school_unknown", "‘y.csv’")]


def test_a_baseline_numbered_0_takes_before_and_what_follows_takes_after() -> None:
    files = [make("linde_voor"), make("linde_na"), make("eik_t0"), make("eik_t1")]
    assert [(wave.id, wave.words) for wave in place_waves(files, []).waves] == [("voor", ["voor", "t0"]), ("na", ["na", "t1"])]
    files = [make("eik_t0"), make("eik_t1"), make("eik_t2"), make("linde_voor"), make("linde_na")]
    assert [wave.words for wave in place_waves(files, []).waves] == [["t0", "voor"], ["t1"], ["t2"], ["na"]]
