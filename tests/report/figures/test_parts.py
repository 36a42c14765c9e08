from __future__ import annotations

import pytest

from tests.report.figures.made_rows import frame_levels, level, see
from toolkit.languages import load_text
from toolkit.plots.panel import Panel
from toolkit.plots.style import SMALL, WIDTH, house_style, measure_words
from toolkit.report.figures.parts import arrange_axis, arrange_key, list_scales, list_shown
from toolkit.study.answers import Answers
from toolkit.study.instruments import load_instrument

TEXT = load_text("nl")


@pytest.mark.parametrize(
    ("answers", "ticks"),
    [
        (Answers(min=0, max=6), [0, 1, 2, 3, 4, 5, 6]),
        (Answers(min=1, max=5, step=0), [1, 2, 3, 4, 5]),
        (Answers(min=1, max=10), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
        (Answers(min=0, max=100), [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]),
    ],
)
def test_the_axis_is_the_whole_answer_scale_in_whole_steps(answers: Answers, ticks: list[float]) -> None:
    assert list(arrange_axis(answers, TEXT).ticks) == ticks


def test_the_ends_of_the_axis_are_said_in_the_words_of_the_answers() -> None:
    answers = load_instrument("energie_own9").answers
    assert arrange_axis(answers, TEXT).ends == (["nooit"], ["altijd"])
    assert arrange_axis(answers, load_text("en")).ends == (["never"], ["every day"]) or arrange_axis(answers, load_text("en")).ends[1] == [
        "always"
    ]
    assert arrange_axis(Answers(min=1, max=10), TEXT).ends == ([], [])


def test_entries_of_the_key_stand_beside_one_another_where_they_fit() -> None:
    key = arrange_key([("now", "na"), ("wanted", "voor")])
    assert key.entries[0][2] == key.entries[1][2]
    assert key.entries[0][1] + measure_words("na", SMALL) < key.entries[1][1]


def test_an_entry_of_the_key_that_does_not_fit_goes_below() -> None:
    long = "een heel lang woord voor de meting " * 3
    key = arrange_key([("wanted", long), ("now", long)])
    assert key.entries[1][1] == key.entries[0][1] == 0
    assert key.entries[1][2] > key.entries[0][2]
    assert all(21 + measure_words(line, SMALL) <= WIDTH for _, _, _, lines in key.entries for line in lines)
    assert key.height > arrange_key([("now", "na")]).height


def test_the_key_shows_each_sign_before_its_words() -> None:
    key = arrange_key([("now", "na"), ("wanted", "voor"), ("mean", "alle"), ("interval", "lijn"), ("band", "vlak"), ("raw", "streep")])
    with house_style():
        panel = Panel(key.height, 0, 6)
        key.draw(panel)
    seen = see(panel)
    assert [mark.what for mark in sorted(seen.marks, key=lambda mark: mark.x)] == ["round", "diamond", "diamond"]
    assert len(seen.bands) == 1
    for words, mark in zip(("na", "voor", "alle"), sorted(seen.marks, key=lambda mark: mark.x), strict=True):
        assert 0 < seen.find(words).x - mark.x < 20


def test_only_shown_rows_of_the_quantity_are_listed() -> None:
    hidden = level("energy", float("nan"), state="hidden")
    frame = frame_levels(level("total", 3.0), level("total", 1.0, quantity="sd"), hidden)
    assert [(row.scale, row.estimate) for row in list_shown(frame, "mean")] == [("total", 3.0)]


def test_scales_stand_in_the_order_of_the_instrument_with_the_total_first() -> None:
    frame = frame_levels(level("focus", 1), level("total", 2), level("energy", 3))
    assert [scale.id for scale in list_scales(load_instrument("energie_own9"), list_shown(frame, "mean"))] == ["total", "energy", "focus"]
