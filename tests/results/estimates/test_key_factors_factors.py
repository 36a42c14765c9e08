import numpy as np
import pandas as pd
import pytest

from tests.made_study import make_scores, make_study
from toolkit.results.estimates.change import estimate_change
from toolkit.results.estimates.key_factors import estimate_factors
from toolkit.results.rows import make_row
from toolkit.schemas import RELIABILITY
from toolkit.statistics.multiple_testing import compute_adjusted_p
from toolkit.statistics.reliability import compute_alpha
from toolkit.study.instruments import load_instrument
from toolkit.study.study import Study

FACTORS = ("e1", "e2", "e3", "e4", "e5", "c1", "c2", "c3", "c4", "c5", "c6", "c7")
SIZES = {"s1": 20, "s2": 18, "s3": 16, "s4": 14, "s5": 12}


def draw_factors(
    sizes: dict[str, int], generator: np.random.Generator, moved: dict[str, float], gap: float = 1.0, scales: tuple[str, ...] = FACTORS
) -> pd.DataFrame:
    """Return now, wanted and gap of the factors, everybody in both waves; `moved` says how far a factor truly moved."""
    parts = []
    for scale in scales:
        rows: dict[str, list[tuple[str, str, str, float]]] = {"now": [], "wanted": [], "gap": []}
        for school, size in sizes.items():
            for person in range(size):
                level = generator.normal(0, 0.6)
                for wave in ("before", "after"):
                    now = 2.5 + level + generator.normal(0, 0.4) + (wave == "after") * moved.get(scale, 0.0)
                    wanted = 2.5 + gap + level + generator.normal(0, 0.3)
                    for rating, score in (("now", now), ("wanted", wanted), ("gap", wanted - now)):
                        rows[rating].append((f"{school}-{person}", school, wave, score))
        parts += [make_scores(values, "plg12", scale, rating) for rating, values in rows.items()]
    return add_key_factors(pd.concat(parts, ignore_index=True))


def add_key_factors(scores: pd.DataFrame) -> pd.DataFrame:
    """Add what everybody has on the key factors of which all factors are drawn: the mean of these."""
    instrument = load_instrument("plg12")
    found = [scores]
    for factor in instrument.key_factors:
        parts = [part.id for part in instrument.list_parts(factor)]
        if set(parts) <= set(scores["scale"]):
            who = [name for name in scores.columns if name not in ("scale", "score")]
            mean = scores[scores["scale"].isin(parts)].groupby(who, sort=False)["score"].mean().reset_index()
            found.append(mean.assign(scale=factor)[scores.columns])
    return pd.concat(found, ignore_index=True)


def estimate(scores: pd.DataFrame, study: Study, reliability: pd.DataFrame | None = None) -> pd.DataFrame:
    return estimate_factors(scores, estimate_change(scores, study), RELIABILITY.empty() if reliability is None else reliability, study)


def pick(table: pd.DataFrame, quantity: str, rating: str = "now", school: str = "") -> pd.DataFrame:
    chosen = table[(table["quantity"] == quantity) & (table["rating"] == rating) & (table["school"] == school)]
    return chosen.set_index("scale")


def test_a_factor_that_moved_is_found_among_twelve_and_those_that_did_not_are_left_alone() -> None:
    study = make_study(5, instruments=("cijfer1", "plg12"))
    table = estimate(draw_factors(SIZES, np.random.default_rng(1), {"e1": 1.0}), study)
    found = pick(table, "average_change").loc[list(FACTORS)]
    assert found.loc["e1", "verdict"] == "rose"
    assert set(found.drop(index="e1")["verdict"]) == {"unclear"}
    np.testing.assert_allclose(found["p_adjusted"], compute_adjusted_p(found["p_value"], "holm"))
    assert (found["p_adjusted"] >= found["p_value"]).all()


def test_both_parts_of_a_gap_stand_beside_it() -> None:
    table = estimate(
        draw_factors(SIZES, np.random.default_rng(2), {"e1": 0.6}, scales=("e1",)), make_study(5, instruments=("cijfer1", "plg12"))
    )
    parts = {rating: pick(table, "average_change", rating).loc["e1", "estimate"] for rating in ("now", "wanted", "gap")}
    assert parts["gap"] == pytest.approx(parts["wanted"] - parts["now"])  # everybody answered twice
    assert parts["now"] == pytest.approx(0.6, abs=0.15) and parts["wanted"] == pytest.approx(0, abs=0.15)


def test_key_factors_are_a_family_of_their_own() -> None:
    study = make_study(5, instruments=("cijfer1", "plg12"))
    table = estimate(
        draw_factors(SIZES, np.random.default_rng(3), {"c3": 0.6, "c4": 0.6, "c5": 0.6}, scales=("c1", "c3", "c4", "c5", "c6")), study
    )
    found = pick(table, "average_change")
    keys = found.loc[["support", "leadership", "personnel"]]
    np.testing.assert_allclose(keys["p_adjusted"], compute_adjusted_p(keys["p_value"], "holm"))
    assert keys.loc["leadership", "estimate"] == pytest.approx(found.loc[["c3", "c4", "c5"], "estimate"].mean())
    assert keys.loc["support", "estimate"] == pytest.approx(found.loc["c1", "estimate"])
    assert keys["verdict"].tolist() == ["unclear", "rose", "unclear"]


def test_attainment_is_the_part_of_what_was_wanted_that_was_reached() -> None:
    table = estimate(
        draw_factors(SIZES, np.random.default_rng(4), {"e1": 0.5, "e2": 1.0}, scales=("e1", "e2", "e3")),
        make_study(5, instruments=("cijfer1", "plg12")),
    )
    found = pick(table, "attainment")
    for scale, share in (("e1", 0.5), ("e2", 1.0), ("e3", 0.0)):
        assert found.loc[scale, "low"] < share < found.loc[scale, "high"]
        assert found.loc[scale, "estimate"] == pytest.approx(share, abs=0.15)
    assert found.loc["e1", "df"] == 4 and found.loc["e1", "schools"] == 5


def test_attainment_of_a_small_gap_says_nothing() -> None:
    table = estimate(
        draw_factors(SIZES, np.random.default_rng(5), {"e1": 0.3}, gap=0.3, scales=("e1", "c1")),
        make_study(5, instruments=("cijfer1", "plg12")),
    )
    assert pick(table, "attainment").loc[["e1", "support"], "method"].tolist() == ["gap_too_small", "gap_too_small"]


def test_the_screen_corrects_over_schools_and_factors_and_leaves_out_what_is_about_one_person() -> None:
    study = make_study(5, instruments=("cijfer1", "plg12"))
    table = estimate(draw_factors(SIZES, np.random.default_rng(6), {"e1": 1.0}), study)
    screen = table[table["quantity"] == "screen"]
    assert set(screen["scale"]) == set(FACTORS) - {"c4", "c5"} and set(screen["rating"]) == {"now"}
    np.testing.assert_allclose(screen["p_adjusted"], compute_adjusted_p(screen["p_value"], "bh"))
    assert set(screen.loc[screen["scale"] == "e1", "verdict"]) == {"stands_out"}
    assert (screen["verdict"] == "stands_out").equals(screen["p_adjusted"] < 0.10)
    assert screen["method"].str.startswith("exploratory").all()


def test_a_gap_of_single_items_has_no_known_reliability_and_one_of_several_has() -> None:
    study, scores = (
        make_study(5, instruments=("cijfer1", "plg12")),
        draw_factors(SIZES, np.random.default_rng(7), {}, scales=("e1", "c1", "c3", "c4", "c5")),
    )
    found = pick(estimate(scores, study), "difference_reliability", "gap")
    assert found.loc["e1", "method"] == "one_item" and found.loc["support", "state"] == "not_computable"
    before = scores[(scores["wave"] == "before") & scores["scale"].isin(["c3", "c4", "c5"])]
    wide = before.pivot(index="respondent", columns=["rating", "scale"], values="score")
    now, wanted = wide["now"].mean(axis=1), wide["wanted"].mean(axis=1)
    reliable = {rating: compute_alpha(wide[rating].to_numpy()).alpha for rating in ("now", "wanted")}
    shared = np.cov(now, wanted)[0, 1]
    expected = now.var() * reliable["now"] + wanted.var() * reliable["wanted"] - 2 * shared
    assert found.loc["leadership", "estimate"] == pytest.approx(expected / (wanted - now).var())
    assert found.loc["leadership", "verdict"] == "too_low"  # what parts of leadership share here is the same in both ratings: nothing


def test_the_reliability_of_a_scale_comes_from_the_table_and_a_precise_one_is_enough() -> None:
    rows = [
        make_row({"wave": "before", "instrument": "plg12", "scale": "e1", "rating": rating}, "alpha", 0.95, 80, "made")
        for rating in ("now", "wanted")
    ]
    study, scores = make_study(5, instruments=("cijfer1", "plg12")), draw_factors(SIZES, np.random.default_rng(8), {}, scales=("e1", "e2"))
    found = pick(estimate(scores, study, RELIABILITY.collect(rows)), "difference_reliability", "gap")
    assert found.loc["e1", "state"] == "shown" and found.loc["e1", "verdict"] == "enough"
    assert found.loc["e2", "method"] == "one_item"


def test_results_do_not_depend_on_the_order_of_rows() -> None:
    study, scores = (
        make_study(5, instruments=("cijfer1", "plg12")),
        draw_factors(SIZES, np.random.default_rng(9), {"e1": 0.5}, scales=("e1", "c1")),
    )
    key = ["school", "scale", "rating", "quantity"]
    first, second = (estimate(each, study).set_index(key).sort_index() for each in (scores, scores.sample(frac=1, random_state=1)))
    pd.testing.assert_frame_equal(first, second, rtol=1e-9)


def test_small_schools_are_hidden_and_three_schools_have_no_average() -> None:
    study = make_study(3, instruments=("plg12",))
    table = estimate(
        draw_factors({"s1": 12, "s2": 12, "s3": 4}, np.random.default_rng(10), {"e1": 1.0}, scales=("e1", "c3", "c4", "c5")), study
    )
    hidden = table[table["school"] == "s3"]
    assert set(hidden["state"]) == {"hidden"} and hidden[["estimate", "p_value", "p_adjusted"]].isna().all(axis=None)
    assert set(pick(table, "average_change")["method"]) == {"too_few_schools"}
    assert pick(table, "attainment").loc[["e1", "e2"], "method"].tolist() == ["too_few_schools", "no_answers"]
    assert pick(table, "change", school="s1").loc["e1", "verdict"] == "rose"
    assert pick(table, "difference_reliability", "gap").loc["leadership", "n"] == 28


def test_a_study_without_factors_has_an_empty_table() -> None:
    scores, study = make_scores([("p", "s1", "before", 7.0), ("p", "s1", "after", 7.0)]), make_study(1)
    assert estimate(scores, study).empty
