"""Change and gap: what the frames hold beside the numbers, which are held to the reports."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import toolkit as plg
from tests.analysis.test_frames import make


def test_a_change_is_a_small_table_that_reads_as_it_is() -> None:
    table = plg.change(make(), dv="score")
    assert list(table) == ["school", "n", "pairs", "before", "after", "estimate", "low", "high", "p_value", "verdict"]
    assert table["school"].tolist() == ["all schools", "s0", "s1", "s2", "s3"]
    assert table.attrs == {
        "dv": ["score"], "wave": "wave", "person": "code", "school": "school", "before": "before", "after": "after", "confidence": 0.95,
    }  # fmt: skip
    np.testing.assert_allclose(table["after"] - table["before"], table["estimate"])


def test_the_order_of_rows_and_of_columns_does_not_matter() -> None:
    frame = make()
    shuffled = frame.sample(frac=1, random_state=3)[["score", "wave", "code", "school"]]
    pd.testing.assert_frame_equal(plg.change(frame), plg.change(shuffled))


def test_the_frame_that_is_given_stays_as_it_was() -> None:
    frame = make()
    copy = frame.copy()
    plg.change(frame)
    plg.score(frame, ["score"], name="again")
    pd.testing.assert_frame_equal(frame, copy)


def test_with_a_smallest_change_verdicts_say_how_much() -> None:
    frame = make(8, 30)
    words = [plg.change(frame, smallest_change=size)["verdict"][0] for size in (0.1, 2.0)]
    assert words[0] != words[1] and "too little to matter" in words[1]


def test_one_school_stands_alone_under_the_word_everyone() -> None:
    table = plg.change(make(1).drop(columns="school"), school=False)
    assert table["school"].tolist() == ["everyone"]


def test_several_columns_are_the_index() -> None:
    frame = make().assign(other=make(seed=2)["score"])
    table = plg.change(frame, dv=["score", "other"])
    assert table.index.tolist() == ["score"] * 5 + ["other"] * 5 and table.index.name == "dv"
    pd.testing.assert_frame_equal(table.loc["other"].reset_index(drop=True), plg.change(frame, dv="other"), check_exact=True)


@pytest.mark.parametrize("lost", [0, 1])
def test_a_gap_takes_those_who_gave_both_ratings(lost: int) -> None:
    frame = make(1, 12).assign(wanted=make(1, 12, seed=2)["score"] + 1)
    frame.loc[: 2 * lost - 1 if lost else -1, "wanted"] = np.nan
    table = plg.gap(frame, now="score", wanted="wanted").set_index(["school", "rating"]).loc["s0"]
    assert table["n"].tolist() == [12 - lost] * 3
    for name in ("before", "after", "estimate"):
        assert table.loc["gap", name] == pytest.approx(table.loc["wanted", name] - table.loc["now", name], abs=0.2)
    assert table.loc["gap", "before"] == pytest.approx((frame["wanted"] - frame["score"])[frame["wave"] == "before"].mean(), abs=1e-9)


@pytest.mark.parametrize(("language", "words"), [("nl", ("te weinig scholen", "verborgen")), ("en", ("too few schools", "hidden"))])
def test_what_has_no_number_says_why_in_both_languages(language: str, words: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", language)
    table = plg.change(pd.concat([make(2, 8), make(3, 3).query("school == 's2'")]), smallest_group=5)
    assert table["verdict"][0] == words[0] and table["verdict"].tolist()[-1].startswith(words[1])
