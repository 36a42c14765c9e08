from __future__ import annotations

import math

import pandas as pd
import pytest
from matplotlib.axes import Axes

from tests.plots.made_tables import read_words
from toolkit.errors import FrameError
from toolkit.languages import load_text
from toolkit.plots.answers import plot_answers

GIVEN = {1: [1, 2, 2, 5, 5], 2: [3, 3, 4, 4]}
ANSWERS = pd.DataFrame([(f"p{number}", wave, answer) for wave, given in GIVEN.items() for number, answer in enumerate(given)])
ANSWERS.columns = pd.Index(["code", "wave", "q1"])


def list_bars(axes: Axes) -> list[tuple[float, float, float]]:
    """Return start, end and top of every part of a bar."""
    boxes = [patch.get_path().get_extents() for patch in axes.patches]
    return [(round(box.x0, 6), round(box.x1, 6), round(box.y0, 2)) for box in boxes]


def test_the_parts_of_a_bar_are_the_shares_before_above_after() -> None:
    axes = plot_answers(ANSWERS, items=["q1"], school=False)
    bars = list_bars(axes)
    before, after = sorted({top for _, _, top in bars})
    assert [(start, end) for start, end, top in bars if top == before] == [(0, 20), (20, 60), (60, 100)]
    assert [(start, end) for start, end, top in bars if top == after] == [(0, 50), (50, 100)]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["1", "2"]
    assert axes.get_ylim()[0] > axes.get_ylim()[1]


def test_statements_and_answers_have_their_words() -> None:
    words = read_words(plot_answers(ANSWERS, items={"q1": "We learn."}, school=False, labels={1: "never", 5: "always"}))
    assert words[0] == "We learn."
    assert words[-5:] == ["1 never", "2", "3", "4", "5 always"]
    assert {"n = 5", "n = 4"} <= set(words)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_statement_that_nobody_answered_says_so(language: str) -> None:
    both = ANSWERS.assign(q2=[1, 2, 3, 4, 5] + [math.nan] * 4)
    axes = plot_answers(both, items=["q1", "q2"], school=False, language=language)  # type: ignore[arg-type]
    assert load_text(language).say("plots.nobody") in read_words(axes)  # type: ignore[arg-type]
    assert axes.get_xlabel() == load_text(language).say("plots.percent")  # type: ignore[arg-type]


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize(
    ("code", "answers", "scale", "found"),
    [("no_answers", [1, 2.5], None, "2.5"), ("outside_scale", [1, 9], (1, 5), "9"), ("many_answers", [1, 10], None, "10")],
)
def test_what_is_no_answer_is_refused(
    code: str, answers: list[float], scale: tuple[float, float] | None, found: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", f"{language}_XX")
    frame = pd.DataFrame({"code": ["a", "b"], "q1": answers})
    with pytest.raises(FrameError, match=found) as error:
        plot_answers(frame, items=["q1"], wave=False, school=False, scale=scale)
    assert load_text(language).phrases[f"faults.plots.{code}.mend"][:12] in str(error.value)  # type: ignore[arg-type]
