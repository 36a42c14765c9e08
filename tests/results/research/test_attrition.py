import numpy as np
import pandas as pd
import pytest

from tests.made_study import draw_scores, make_scores, make_study
from tests.witness import witness
from toolkit.results.research.attrition import BASELINE, SHIFTED, WEIGHTED, estimate_attrition
from toolkit.results.research.sensitivity import estimate_sensitivity

SIZES = {"s1": 24, "s2": 18, "s3": 20, "s4": 16, "s5": 14}


def by_quantity(table: pd.DataFrame, school: str = "") -> pd.DataFrame:
    return table[table["school"] == school].set_index("quantity")


def let_low_scorers_leave(sizes: dict[str, int], generator: np.random.Generator, steepness: float = 2.0) -> pd.DataFrame:
    """Return scores with a true change of 0.3 in every school; who begins low answers again less often, and so rises unseen."""
    rows = []
    for school, size in sizes.items():
        for person in range(size):
            level = 6 + generator.normal()
            first, second = level + 0.7 * generator.normal(), level + 0.3 + 0.7 * generator.normal()
            rows.append((f"{school}-{person}", school, "before", first))
            if generator.random() < 1 / (1 + np.exp(-0.4 - steepness * (first - 6))):
                rows.append((f"{school}-{person}", school, "after", second))
    return make_scores(rows)


def test_stayers_and_leavers_are_compared_as_in_r() -> None:
    w = witness("attrition.compare")
    data = w.data()
    data["school"] = [f"s{code + 1}" for code in pd.factorize(data["school"])[0]]
    rows = [(str(p), s, "before", float(x)) for p, s, x in zip(data["pupil"], data["school"], data["lang1"], strict=True)]
    stayed = data[data["obs"] == 1]
    rows += [
        (str(p), s, "after", float(x)) for p, s, x in zip(stayed["pupil"], stayed["school"], stayed["lang1"] + stayed["chg"], strict=True)
    ]
    # Schools with a few pairs are pooled with the others, as there are several; those that nobody stayed in have no part.
    kept = {school for school, group in data.groupby("school") if group["obs"].any()}
    assert len(kept) == data["school"].nunique()
    found = by_quantity(estimate_attrition(make_scores(rows), make_study(len(kept))))
    w.agree(-found.loc["leavers_minus_stayers", "estimate"], "diff")
    w.agree(found.loc["leavers_minus_stayers", "df"], "welch_df")
    w.agree(-found.loc["leavers_minus_stayers", "low"], "welch_ci_high")
    w.agree(-found.loc["g_s", "estimate"], "g_s")
    w.agree(-found.loc["g_s", "high"], "g_ci_low")
    assert found.loc["leavers", "n"] == (data["obs"] == 0).sum()


def test_a_whole_school_that_left_is_among_the_leavers() -> None:
    scores = let_low_scorers_leave(SIZES, np.random.default_rng(12), steepness=0.0)
    gone = scores[~((scores["school"] == "s1") & (scores["wave"] == "after"))]
    found = by_quantity(estimate_attrition(gone, make_study(5)))
    stayed = set(gone.loc[gone["wave"] == "after", "respondent"])
    left = gone[(gone["wave"] == "before") & ~gone["respondent"].isin(stayed)]
    assert found.loc["leavers", "n"] == len(left) and found.loc["leavers", "estimate"] == pytest.approx(left["score"].mean())
    assert found.loc["leavers_minus_stayers", "schools"] == 5 and found.loc["ipw_change", "schools"] == 4
    assert np.isnan(found.loc["leavers", "p_value"])


def test_weights_and_imputation_find_the_change_that_pairs_alone_miss() -> None:
    generator, found = np.random.default_rng(1), []
    for _ in range(40):
        scores, study = let_low_scorers_leave(SIZES, generator), make_study(5)
        here, pairs = by_quantity(estimate_attrition(scores, study)), by_quantity(estimate_sensitivity(scores, study))
        found.append((here.loc["ipw_change", "estimate"], here.loc["mi_change", "estimate"], pairs.loc["pairs", "estimate"]))
    weighted, imputed, plain = np.mean(found, axis=0)
    error = np.std(found, axis=0) / np.sqrt(40)
    assert abs(imputed - 0.3) < 3 * error[1]
    assert abs(plain - 0.3) > 0.1
    assert abs(weighted - 0.3) < abs(plain - 0.3) / 2


def test_the_response_slope_is_that_of_a_logistic_regression() -> None:
    from statsmodels.discrete.discrete_model import Logit

    scores = let_low_scorers_leave(SIZES, np.random.default_rng(2), steepness=1.0)
    found = by_quantity(estimate_attrition(scores, make_study(5)))
    wide = scores.pivot(index=["school", "respondent"], columns="wave", values="score").dropna(subset="before")
    centred = wide["before"] - wide["before"].groupby("school").transform("mean")
    fit = Logit(wide["after"].notna().astype(float), np.column_stack([np.ones(len(wide)), centred])).fit(disp=False)
    assert found.loc["response_slope", "estimate"] == pytest.approx(fit.params.iloc[1], rel=1e-5)
    assert found.loc["response_slope", "std_error"] == pytest.approx(fit.bse.iloc[1], rel=1e-4)
    assert found.loc["response_slope", "estimate"] > 0
    assert found.loc["ipw_effective_n", "estimate"] < found.loc["ipw_change", "n"] == wide["after"].notna().sum()


@pytest.mark.parametrize("sign", [1, -1])
def test_the_tipping_point_is_where_the_interval_of_the_default_reaches_zero(sign: int) -> None:
    # A quarter leaves every school and nobody else is missing, so a shift of those who left moves the average by a quarter of it.
    rows, generator = [], np.random.default_rng(3)
    for school in range(1, 6):
        for person in range(20):
            first = generator.normal(6, 1)
            rows.append((f"s{school}-{person}", f"s{school}", "before", first))
            if person >= 5:
                rows.append((f"s{school}-{person}", f"s{school}", "after", first + sign * (1 + 0.1 * school) + generator.normal(0, 0.3)))
    scores = make_scores(rows)
    default = by_quantity(estimate_sensitivity(scores, make_study(5))).loc["average_change"]
    near = default["low"] if sign > 0 else default["high"]
    assert by_quantity(estimate_attrition(scores, make_study(5))).loc["tipping_point", "estimate"] == pytest.approx(-near / 0.25)


def test_an_interval_that_holds_zero_cannot_tip() -> None:
    scores = draw_scores(SIZES, np.random.default_rng(4), change=0.0, matched=0.6, spread=0.5)
    found = by_quantity(estimate_attrition(scores, make_study(5)))
    assert (found.loc["tipping_point", "state"], found.loc["tipping_point", "method"]) == ("not_computable", "interval_holds_0")
    assert found.loc["mi_change", "state"] == "shown"


def test_results_do_not_depend_on_the_order_of_rows_or_schools() -> None:
    scores, study = draw_scores(SIZES, np.random.default_rng(5), change=0.5, matched=0.6), make_study(5)
    first = estimate_attrition(scores, study).set_index(["school", "quantity"]).sort_index()
    turned = study.model_copy(update={"schools": study.schools[::-1]})
    second = estimate_attrition(scores.sample(frac=1, random_state=1), turned).set_index(["school", "quantity"]).sort_index()
    pd.testing.assert_frame_equal(first, second, rtol=1e-9)


def test_the_seed_of_the_study_moves_what_is_drawn_and_nothing_else() -> None:
    scores = draw_scores(SIZES, np.random.default_rng(6), change=0.5, matched=0.6)
    first, second = (by_quantity(estimate_attrition(scores, make_study(5, seed=seed)))["estimate"] for seed in (1, 2))
    assert list(first.index[(first != second) & first.notna()]) == ["mi_change"]


def test_small_groups_stay_hidden() -> None:
    # Nine people leave: too few to be split off. The lone school with four pairs has no part in anything.
    rows = []
    generator = np.random.default_rng(7)
    for school, size in {"s1": 10, "s2": 10, "s3": 10, "s4": 10, "s5": 4}.items():
        for person in range(size):
            rows.append((f"{school}-{person}", school, "before", generator.normal(6, 1)))
            if school == "s5" or person > (2 if school == "s1" else 1):
                rows.append((f"{school}-{person}", school, "after", generator.normal(6.5, 1)))
    table = estimate_attrition(make_scores(rows), make_study(5))
    found = by_quantity(table)
    assert set(found.loc[list(BASELINE), "method"]) == {"too_few_for_split"}
    assert found.loc[list(BASELINE), "estimate"].isna().all() and (found.loc[list(BASELINE), "n"] == 0).all()
    assert found.loc["mi_change", "schools"] == 4 and found.loc["mi_change", "n"] == 40
    assert "s5" not in set(table["school"])


def test_schools_with_few_pairs_do_not_count_and_show_nothing_of_their_own() -> None:
    scores = draw_scores(SIZES | {"s6": 4, "s7": 4}, np.random.default_rng(8), matched=1.0)
    without = scores[~((scores["school"] == "s1") & (scores["wave"] == "after") & scores["respondent"].str.endswith(("-1", "-2", "-3")))]
    table = estimate_attrition(without, make_study(7))
    assert by_quantity(table).loc["mi_change", "schools"] == 5
    assert not {"s6", "s7"} & set(table["school"])
    assert by_quantity(table, "s1").loc["mi_change", "state"] == "shown"


def test_it_says_why_there_is_nothing() -> None:
    whole, study = draw_scores(SIZES, np.random.default_rng(9)), make_study(5)
    nobody_left = by_quantity(estimate_attrition(whole, study))
    assert set(nobody_left["method"]) == {"nobody_left"}
    first_only = by_quantity(estimate_attrition(whole[whole["wave"] == "before"], study))
    assert set(first_only["state"]) == {"not_measured"}
    assert set(first_only.index) == {*BASELINE, *WEIGHTED, *SHIFTED}
    apart = whole.assign(respondent=[f"row{i}" for i in range(len(whole))])
    assert set(by_quantity(estimate_attrition(apart, make_study(5, matching={"by": "none"})))["method"]) == {"no_pairs"}
    few = let_low_scorers_leave({"s1": 30, "s2": 30}, np.random.default_rng(10))
    found = by_quantity(estimate_attrition(few, make_study(2)))
    assert found.loc["leavers_minus_stayers", "state"] == "shown" and found.loc["leavers_minus_stayers", "estimate"] < 0
    assert set(found.loc[list(WEIGHTED + SHIFTED), "method"]) == {"too_few_schools"}


def test_leavers_who_can_be_told_apart_by_their_score_have_no_weights() -> None:
    rows = []
    generator = np.random.default_rng(11)
    for school in ("s1", "s2", "s3", "s4"):
        for person in range(20):
            first = 5 + person / 10
            rows.append((f"{school}-{person}", school, "before", first))
            if person >= 8:
                rows.append((f"{school}-{person}", school, "after", first + generator.normal(0.3, 0.5)))
    found = by_quantity(estimate_attrition(make_scores(rows), make_study(4)))
    assert set(found.loc[list(WEIGHTED), "method"]) == {"not_converged"}
    assert found.loc["mi_change", "state"] == "shown"
