"""What one wave, or one file of it, codes otherwise than another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.responses.cases import make_instrument, open_study
from toolkit.findings import Notes
from toolkit.responses.wave_coding import check_coding, find_mirrored, find_turned, find_unused
from toolkit.schemas import RESPONSES
from toolkit.study.instruments import Item

MIDDLE = 8.0  # 1 + 7


def draw(seed: int, people: int, items: int, mean: float = 4.5) -> np.ndarray[Any, Any]:
    """Return answers from 1 to 7 that go together."""
    generator = np.random.default_rng(seed)
    level = mean + generator.normal(size=(people, 1))
    return np.clip(np.round(level + 0.7 * generator.normal(size=(people, items))), 1, 7)


def turn(answers: np.ndarray[Any, Any], *places: int) -> np.ndarray[Any, Any]:
    """Return answers with some items turned round."""
    turned = answers.copy()
    turned[:, list(places)] = MIDDLE - turned[:, list(places)]
    return turned


def declare(items: int, *places: int) -> np.ndarray[Any, Any]:
    """Return which items are declared reversed."""
    return np.isin(np.arange(items), places)


def check(waves: dict[str, np.ndarray[Any, Any]], reverse: tuple[int, ...] = (), files: dict[str, list[str]] | None = None) -> list[Any]:
    """Return code, wave, file and column of what is noted of answers per wave."""
    items = next(iter(waves.values())).shape[1]
    instrument = make_instrument("x", 1, 7, [Item(id=f"i{n}", number=n, reverse=n - 1 in reverse) for n in range(1, items + 1)])
    parts = []
    for wave, answers in waves.items():
        frame = pd.DataFrame(answers, columns=list(instrument.columns))
        who = {"respondent": [f"p{n}" for n in range(len(frame))], "school": "s1", "wave": wave, "role": "", "date": pd.NaT}
        parts.append(frame.assign(**who, source=(files or {}).get(wave, ["a.csv"] * len(frame)), row=range(2, len(frame) + 2)))
    notes = Notes()
    check_coding(RESPONSES.conform(pd.concat(parts)), open_study({"sources": [{"file": "a.csv"}]}, Path(), instrument), notes)
    return [(note["code"], note["wave"], note["file"], note["column"]) for note in notes.rows]


@pytest.mark.parametrize("odd", ["before", "after"])
def test_items_turned_round_in_one_wave_are_named_with_the_wave_that_runs_against_the_instrument(odd: str) -> None:
    plain = {"before": turn(draw(1, 15, 6), 1, 4), "after": turn(draw(2, 15, 6), 1, 4)}
    assert check(plain, reverse=(1, 4)) == []
    waves = plain | {odd: turn(plain[odd], 1, 4)}
    assert check(waves, reverse=(1, 4)) == [("items_turned", odd, "", "x_i2, x_i5")]


def test_many_people_make_it_sure() -> None:
    waves = {"before": turn(draw(1, 40, 6), 0), "after": draw(2, 40, 6)}
    assert check(waves, reverse=(0,)) == [("items_turned_surely", "after", "", "x_i1")]


def test_a_scale_of_two_items_tells_it_too() -> None:
    waves = {"before": turn(draw(3, 30, 2), 1), "after": draw(4, 30, 2)}
    assert check(waves, reverse=(1,)) == [("items_turned_surely", "after", "", "x_i2")]


def test_an_item_that_is_not_declared_reversed_may_be_turned_round_in_one_wave() -> None:
    found = find_turned(draw(5, 20, 7), turn(draw(6, 20, 7), 3), declare(7), MIDDLE)
    assert found is not None
    assert found.items.tolist() == declare(7, 3).tolist()
    assert found.correlations[0] > 0 > found.correlations[1]
    assert found.means[1] == pytest.approx(MIDDLE - draw(6, 20, 7)[:, 3].mean())


def test_a_set_of_items_that_nobody_declared_is_found_by_how_they_lie() -> None:
    found = find_turned(draw(7, 40, 8), turn(draw(8, 40, 8), 1, 2, 6), declare(8), MIDDLE)
    assert found is not None and found.items.tolist() == declare(8, 1, 2, 6).tolist()


def test_one_file_of_a_wave_is_held_against_the_others() -> None:
    right = {name: turn(draw(number, 12, 6), 1, 4) for number, name in enumerate("abcd")}
    rows = np.vstack([right["a"], right["b"], turn(right["c"], 1, 4), right["d"]])
    files = {"before": [f"{name}.csv" for name in "abcd" for _ in range(12)]}
    assert check({"before": rows}, reverse=(1, 4), files=files) == [("items_turned", "before", "c.csv", "x_i2, x_i5")]


def test_few_people_and_items_without_spread_tell_nothing() -> None:
    waves = {"before": turn(draw(1, 7, 6), 1, 4), "after": draw(2, 7, 6)}
    assert check(waves, reverse=(1, 4)) == []
    assert find_turned(np.full((20, 3), 4.0), draw(1, 20, 3), declare(3, 1), MIDDLE) is None


def test_items_that_one_wave_did_not_ask_and_empty_rows_are_left_aside() -> None:
    before, after = turn(draw(1, 30, 6), 1, 4), draw(2, 30, 6)
    after[:, 5] = np.nan
    after[:4] = np.nan
    after[0, 0] = 3
    before[8:, 3] = np.nan
    assert check({"before": before, "after": after}, reverse=(1, 4)) == [("items_turned_surely", "after", "", "x_i2, x_i5")]
    assert check({"before": before, "after": np.full((30, 6), np.nan)}, reverse=(1, 4)) == []


def test_random_studies_are_not_suspected() -> None:
    told = 0
    for seed in range(200):
        generator = np.random.default_rng(seed)
        people, items = int(generator.integers(8, 60)), int(generator.integers(2, 12))
        groups = [draw(2 * seed + wave, people, items, 4.2 + 0.5 * wave) for wave in (0, 1)]
        reverse = generator.random(items) < 0.3
        one, two = (turn(group, *np.flatnonzero(reverse)) for group in groups)
        told += sum(
            bool(found) for found in (find_turned(one, two, reverse, MIDDLE), find_mirrored(one, two, MIDDLE), find_unused(one, two))
        )
    assert told <= 4


def test_an_instrument_that_is_numbered_the_other_way_round_is_told() -> None:
    steps = np.array([-0.8, 0.5, 0, 1, -0.3, 0.7])
    before, after = (np.clip(np.round(draw(number, 25, 6, 4.9) + steps), 1, 7) for number in (1, 2))
    assert check({"before": before, "after": after}) == []
    assert check({"before": before, "after": MIDDLE - after}) == [("wave_turned", "after", "", "x")]
    assert find_mirrored(before, np.clip(before - 2, 1, 7), MIDDLE) is None  # all lower, in the same order


def test_other_numbers_than_before_are_told() -> None:
    wide = np.random.default_rng(1).integers(1, 8, size=(30, 5)).astype(float)
    assert check({"before": wide, "after": np.clip(wide, 2, 6)}) == [("wave_numbers", "after", "", "x")]
    assert find_unused(wide, np.where(wide == 4, 5, wide)) == ("1, 2, 3, 4, 5, 6, 7", "1, 2, 3, 5, 6, 7")
    assert find_unused(wide, np.clip(wide, 2, 7)) is None  # nobody low any more may be so
    assert find_unused(wide[:6], np.clip(wide[:6], 2, 6)) is None  # six people tell nothing


def test_all_numbers_one_higher_than_before_are_told() -> None:
    before = np.clip(draw(1, 30, 6, 3.5), 1, 6)
    assert find_unused(before, np.clip(draw(2, 30, 6, 3.5), 1, 6) + 1) == ("1, 2, 3, 4, 5, 6", "2, 3, 4, 5, 6, 7")
    assert find_unused(before[:15], before[15:] + 1) is None


def test_what_was_told_of_a_file_as_another_numbering_is_not_told_of_its_wave(tmp_path: Path) -> None:
    wide = np.random.default_rng(1).integers(1, 8, size=(30, 5)).astype(float)
    instrument = make_instrument("x", 1, 7, [Item(id=f"i{n}", number=n) for n in range(1, 6)])
    frame = pd.DataFrame(np.vstack([wide, np.clip(wide, 2, 6)]), columns=list(instrument.columns))
    who = {"respondent": [f"p{n}" for n in range(60)], "school": "s1", "role": "", "date": pd.NaT, "source": "a.csv", "row": range(2, 62)}
    responses = RESPONSES.conform(frame.assign(**who, wave=["before"] * 30 + ["after"] * 30))
    notes = Notes()
    notes.add("scale_renumbered", file="a.csv")
    check_coding(responses, open_study({"sources": [{"file": "a.csv"}]}, tmp_path, instrument), notes)
    assert [note["code"] for note in notes.rows] == ["scale_renumbered"]


def test_the_same_cause_is_not_told_as_an_item_against_the_rest() -> None:
    notes = Notes()
    for wave in ("before", "after"):
        notes.add("item_against", column="x_i2", wave=wave)
    instrument = make_instrument("x", 1, 7, [Item(id=f"i{n}", number=n, reverse=n == 2) for n in range(1, 7)])
    frame = pd.DataFrame(np.vstack([turn(draw(1, 30, 6), 1), draw(2, 30, 6)]), columns=list(instrument.columns))
    who = {"respondent": [f"p{n}" for n in range(60)], "school": "s1", "role": "", "date": pd.NaT, "source": "a.csv", "row": range(2, 62)}
    responses = RESPONSES.conform(frame.assign(**who, wave=["before"] * 30 + ["after"] * 30))
    check_coding(responses, open_study({"sources": [{"file": "a.csv"}]}, Path(), instrument), notes)
    assert [(note["code"], note["wave"]) for note in notes.rows] == [("item_against", "before"), ("items_turned_surely", "after")]
