import numpy as np
import pandas as pd
import pytest

from tests.made_study import draw_scores, make_scores, make_study
from tests.witness import witness
from toolkit.results.research.meaningful_change import QUANTITIES, estimate_low_start

SIZES = {"s1": 30, "s2": 24, "s3": 20, "s4": 16}


def by_quantity(table: pd.DataFrame) -> pd.DataFrame:
    return table.set_index("quantity")


def test_without_any_effect_low_starters_rise_by_what_regression_to_the_mean_brings() -> None:
    rises, expected = [], []
    for seed in range(60):
        found = by_quantity(estimate_low_start(draw_scores(SIZES, np.random.default_rng(seed), change=0.0), make_study(4)))
        rises.append(found.loc["low_start_change", "estimate"])
        expected.append(found.loc["low_start_expected", "estimate"])
    # The correlation of the waves is 1 / (1 + 0.49), and the lowest third of a normal variable lies 1.09 SD below its mean.
    assert np.mean(expected) == pytest.approx((1 - 1 / 1.49) * 1.09 * np.sqrt(1.49), abs=0.03)
    assert np.mean(rises) == pytest.approx(np.mean(expected), abs=3 * np.std(rises) / np.sqrt(60))


def test_a_true_change_shows_on_top_of_it() -> None:
    scores = draw_scores(dict.fromkeys(SIZES, 200), np.random.default_rng(1), change=0.5)
    found = by_quantity(estimate_low_start(scores, make_study(4)))
    beyond = found.loc["low_start_change", "estimate"] - found.loc["low_start_expected", "estimate"]
    assert beyond == pytest.approx(0.5, abs=0.12)
    assert found.loc["low_start_change", "low"] < found.loc["low_start_change", "estimate"] < found.loc["low_start_change", "high"]


def test_the_expected_change_is_that_of_r(monkeypatch: pytest.MonkeyPatch) -> None:
    w = witness("rtm.bdf")
    data = w.data()
    data["school"] = [f"s{code + 1}" for code in pd.factorize(data["school"])[0]]
    rows = [
        (str(i), school, wave, float(score))
        for wave, column in (("before", "lang1"), ("after", "lang2"))
        for i, school, score in data[["school", column]].itertuples()
    ]
    monkeypatch.setattr("toolkit.results.research.meaningful_change.SHARE", 0.25)
    found = by_quantity(estimate_low_start(make_scores(rows), make_study(data["school"].nunique())))
    assert found.loc["low_start_change", "n"] == w.value["n"]
    w.agree(found.loc["low_start_expected", "estimate"] / data["lang1"].std(), "expected_rtm_z")


def test_ties_at_the_cut_join_unless_that_makes_more_than_half() -> None:
    def tell(lowest: int, next_lowest: int) -> int:
        first = [1.0] * lowest + [2.0] * next_lowest + [3.0] * (80 - lowest - next_lowest)
        generator = np.random.default_rng(2)
        rows = [
            (f"p{i}", f"s{i % 4 + 1}", wave, score + (wave == "after") * generator.normal())
            for i, score in enumerate(first) for wave in ("before", "after")
        ]  # fmt: skip
        return int(by_quantity(estimate_low_start(make_scores(rows), make_study(4))).loc["low_start_change", "n"])

    assert tell(20, 15) == 35
    assert tell(20, 30) == 20


def test_results_do_not_depend_on_the_order_of_rows() -> None:
    scores = draw_scores(SIZES, np.random.default_rng(3), matched=0.7)
    first, second = estimate_low_start(scores, make_study(4)), estimate_low_start(scores.sample(frac=1, random_state=1), make_study(4))
    pd.testing.assert_frame_equal(first, second, rtol=1e-9)


def test_it_says_why_there_is_nothing() -> None:
    small = by_quantity(estimate_low_start(draw_scores(dict.fromkeys(SIZES, 6), np.random.default_rng(4)), make_study(4)))
    assert set(small["state"]) == {"hidden"} and set(small["method"]) == {"too_few_for_split"} and small["estimate"].isna().all()
    few = by_quantity(estimate_low_start(draw_scores({"s1": 40, "s2": 40}, np.random.default_rng(5)), make_study(2)))
    assert set(few["method"]) == {"too_few_schools"}
    nothing = by_quantity(estimate_low_start(draw_scores(SIZES, np.random.default_rng(6)).iloc[:0], make_study(4)))
    assert set(nothing["state"]) == {"not_measured"} and set(nothing.index) == set(QUANTITIES)
    whole = draw_scores(SIZES, np.random.default_rng(7))
    apart = whole.assign(respondent=[f"row{i}" for i in range(len(whole))])
    assert set(estimate_low_start(apart, make_study(4, matching={"by": "none"}))["method"]) == {"no_pairs"}
