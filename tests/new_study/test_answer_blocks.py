"""Columns that share one set of answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from toolkit.new_study.answer_blocks import find_blocks, find_waves
from toolkit.new_study.recognition import recognise_file


def find(folder: Path, columns: Mapping[str, Sequence[object]]) -> list[list[str]]:
    lines = [";".join(columns), *(";".join(map(str, row)) for row in zip(*columns.values(), strict=True))]
    (folder / "a.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    blocks = find_blocks(recognise_file(folder / "a.csv", folder, "en"))
    return [[question.name for question in block.questions] for block in blocks]


def rate(low: int, high: int, shift: int = 0, n: int = 60) -> list[int]:
    return [low + (k // 2 + k % 2 * (shift % 2)) % (high - low + 1) for k in range(n)]


def test_neighbours_with_one_set_of_answers_are_a_block_and_another_set_makes_another(tmp_path: Path) -> None:
    columns = {f"tsk{n}": rate(1, 5, n) for n in range(1, 5)} | {f"js_{n}": rate(0, 10, n) for n in range(1, 4)}
    assert find(tmp_path, columns) == [["tsk1", "tsk2", "tsk3", "tsk4"], ["js_1", "js_2", "js_3"]]


def test_a_statement_may_begin_with_a_word_that_alone_tells_who_somebody_is(tmp_path: Path) -> None:
    items = ["Team members trust each other here", "Time is made for talking", "Language is no barrier among us"]
    assert find(tmp_path, {item: rate(1, 5, n) for n, item in enumerate(items)}) == [items]


def test_names_that_count_on_are_told_apart_within_a_block(tmp_path: Path) -> None:
    columns = {f"{stem}{n}": rate(1, 5, n) for stem in "ab" for n in range(1, 4)}
    assert find(tmp_path, columns) == [["a1", "a2", "a3", "b1", "b2", "b3"]]


@pytest.mark.parametrize(
    "columns",
    [
        {name: rate(1, 5, n) for n, name in enumerate(("Age", "Opleiding", "Hoeveel jaar werkt u hier?", "Group"))},
        {f"pick___{n}": rate(0, 1, n) for n in range(4)},
        {f"pick{n}": rate(0, 1, n) for n in range(4)},
        {f"pick{n}": ["yes", "no"] * 30 for n in range(4)},
        {f"when{n}": [f"2025-01-0{1 + k % 5}" for k in range(60)] for n in range(4)},
        {f"rank{n}x": [1 + (k + n) % 4 for k in range(60)] for n in range(4)},
        {f"mail{n}": ["a@b.nl"] * 60 for n in range(4)},
        {"q1": rate(1, 5), "q2": rate(1, 5)},
        {f"sum{n}": [k + n for k in range(60)] for n in range(4)},
    ],
    ids=["people", "checkboxes", "zero_one", "yes_no", "dates", "ranking", "personal", "two", "counts"],
)
def test_columns_that_are_no_scale_make_no_block(columns: Mapping[str, Sequence[object]], tmp_path: Path) -> None:
    assert find(tmp_path, {"code": [f"p{k}" for k in range(60)], **columns}) == []


def test_columns_without_a_name_in_common_must_go_together(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    names = ("calm", "secure", "tense", "upset")
    apart = {name: list(rng.integers(1, 5, 300)) for name in names}
    assert find(tmp_path, apart) == []
    mood = rng.integers(1, 4, 300)
    together = {name: list(mood + rng.integers(0, 2, 300)) for name in names}
    assert find(tmp_path, together) == [list(names)]


def test_waves_beside_each_other_are_one_block_of_the_questions(tmp_path: Path) -> None:
    columns = {f"tsk{n}_{wave}": rate(1, 5, n) for wave in ("voor", "na") for n in range(1, 4)}
    assert find(tmp_path, columns) == [["tsk1", "tsk2", "tsk3"]]
    assert set(find_waves(list(columns))) == {"voor", "na"}
    assert find_waves(["t1_a", "t1_b", "t2_c", "t2_d"]) == {}


def test_each_scale_of_a_grid_with_two_is_a_question_of_its_own(tmp_path: Path) -> None:
    columns = {f"Our work [{row}] [Scale {k}]": rate(1, 5, k) for row in ("planning", "asking", "trying") for k in (1, 2)}
    assert find(tmp_path, columns) == [["planning", "asking", "trying", "planning", "asking", "trying"]]
