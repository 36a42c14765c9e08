"""Scores from answers in a researcher's own table, and what they look like."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import toolkit as plg
from toolkit.errors import FrameError

ITEMS = [f"energie_own9_i{number}" for number in range(1, 10)]


def test_columns_are_known_by_name_number_and_wording() -> None:
    answers = plg.load_example()
    expected = plg.score(answers, "energie_own9")["energie_own9"]
    instrument = plg.load_instrument("energie_own9")
    for names in (
        [f"i{number}" for number in range(1, 10)],
        [f"Energie Own9 {number}" for number in range(1, 10)],
        [item.label["nl"].upper() for item in instrument.items],
        [item.text["en"] for item in instrument.items],
    ):
        renamed = answers.rename(columns=dict(zip(ITEMS, names, strict=True)))
        pd.testing.assert_series_equal(plg.score(renamed, "energie_own9")["energie_own9"], expected)


def test_answers_in_words_count_as_their_numbers() -> None:
    instrument = plg.load_instrument("energie_own9")
    words = {label.value: label.nl[0] for label in instrument.answers.labels}
    answers = plg.load_example()
    worded = answers.assign(**{name: answers[name].map(words) for name in ITEMS})
    worded.loc[0, ITEMS[0]] = "weet niet"
    expected = plg.score(answers.assign(**{ITEMS[0]: answers[ITEMS[0]].mask(answers.index == 0)}), "energie_own9")
    pd.testing.assert_series_equal(plg.score(worded, "energie_own9")["energie_own9"], expected["energie_own9"])


@pytest.mark.parametrize(("given", "scored"), [(3, True), (2, False)])
def test_a_score_needs_three_quarters_of_the_answers(given: int, scored: bool) -> None:
    frame = pd.DataFrame({f"q{number}": [3.0 if number < given else np.nan] for number in range(4)})
    found = plg.score(frame, list(frame), name="trust")["trust"].iloc[0]
    assert found == 3.0 if scored else np.isnan(found)


def test_a_reversed_column_is_turned_round_in_the_scale_and_in_its_precision() -> None:
    rng = np.random.default_rng(1)
    level = rng.normal(size=(60, 1))
    answers = pd.DataFrame(np.clip(np.rint(3 + level + rng.normal(size=(60, 3)) / 2), 1, 5), columns=["a", "b", "c"])
    frame = plg.score(answers.assign(b=6 - answers["b"]), ["a", "b", "c"], reverse=["b"], range=(1, 5), name="trust")
    pd.testing.assert_series_equal(frame["trust"], answers.mean(axis=1), check_names=False)
    alpha = plg.reliability(frame, "trust")["alpha"].iloc[0]
    assert alpha == plg.reliability(answers, ["a", "b", "c"])["alpha"].iloc[0] > 0.7


def test_shares_at_both_ends_are_of_the_possible_scores() -> None:
    frame = pd.DataFrame({"score": [1.0, 1.0, 4.0, np.nan]})
    row = plg.describe(frame, range=(1, 5)).iloc[0]
    assert row[["n", "missing", "floor", "ceiling"]].tolist() == [3, 1, pytest.approx(2 / 3), 0]
    assert plg.describe(frame).iloc[0]["ceiling"] == pytest.approx(1 / 3)


def test_waves_are_categories_in_the_order_of_time() -> None:
    frame = pd.DataFrame({"wave": ["nameting", "voormeting"], "score": [1.0, 2.0]})
    table = plg.describe(frame)
    assert table["wave"].cat.categories.tolist() == ["voormeting", "nameting"] and table["wave"].cat.ordered


def test_small_groups_have_no_numbers_on_request() -> None:
    frame = pd.DataFrame({"school": ["a"] * 5 + ["b"] * 4, "score": [1.0, 2, 3, 4, 5, 1, 1, 1, 1]})
    table = plg.describe(frame, smallest_group=5).set_index("school")
    assert table.loc["b"].isna().all() and table.loc["a", "n"] == 5 and table.loc["all schools", "mean"] == 3


def test_an_instrument_that_is_not_there_is_told() -> None:
    with pytest.raises(Exception, match="energie_own8"):
        plg.score(plg.load_example(), "energie_own8")
    with pytest.raises(FrameError):
        plg.score([1], "energie_own9")  # type: ignore[arg-type]
