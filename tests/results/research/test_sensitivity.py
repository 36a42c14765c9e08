import itertools

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.made_study import draw_scores, make_scores, make_study
from tests.witness import witness
from toolkit.results.estimates.change import estimate_change
from toolkit.results.research.sensitivity import OVER_SCHOOLS, PER_SCHOOL, estimate_sensitivity
from toolkit.statistics.cluster_robust import compute_wild_bootstrap

SIZES = {"s1": 12, "s2": 12, "s3": 12, "s4": 12, "s5": 12}


def by_quantity(table: pd.DataFrame, school: str = "") -> pd.DataFrame:
    return table[table["school"] == school].set_index("quantity")


def change_by_school(changes: dict[str, float], sizes: dict[str, int], generator: np.random.Generator) -> pd.DataFrame:
    """Return scores of people who all answer twice and whose change is that of their school, give or take what sums to nothing."""
    rows = []
    for level, (school, size) in enumerate(sizes.items()):
        first, noise = generator.normal(5 + level / 2, 1, size), generator.normal(0, 0.5, size)
        for person, (score, extra) in enumerate(zip(first, noise - noise.mean(), strict=True)):
            rows.append((f"{school}-{person}", school, "before", score))
            rows.append((f"{school}-{person}", school, "after", score + changes[school] + extra))
    return make_scores(rows)


def test_the_default_stands_beside_the_others_as_it_does_in_the_main_table() -> None:
    sizes = dict.fromkeys(SIZES, 24)  # half of them answer twice: enough for each school to count
    scores, study = draw_scores(sizes, np.random.default_rng(1), change=0.4, matched=0.5, spread=0.2), make_study(5)
    here, main = by_quantity(estimate_sensitivity(scores, study)), by_quantity(estimate_change(scores, study))
    for name in ("estimate", "std_error", "df", "low", "high", "p_value", "n", "pairs", "schools"):
        assert here.loc["average_change", name] == main.loc["average_change", name]


def test_all_estimators_give_what_r_found(monkeypatch: pytest.MonkeyPatch) -> None:
    slope, robust, plain, wild = (
        witness(id) for id in ("lmm.prepost_slope", "cr2.prepost_fe", "schoolmean.prepost", "wcb.prepost_enumerated")
    )
    data = slope.data().rename(columns={"pupil": "respondent", "y": "score"}).astype({"respondent": str})
    data["school"] = [f"s{code + 1}" for code in pd.factorize(data["school"])[0]]
    data["wave"] = data["post"].map({0: "before", 1: "after"})
    scores = make_scores(data[["respondent", "school", "wave", "score"]].to_numpy().tolist())
    monkeypatch.setattr(
        "toolkit.results.estimates.pooled.list_counted_schools", lambda people, _: sorted(people.index)
    )  # one has three pairs only
    found = by_quantity(estimate_sensitivity(scores, make_study(10)))
    names = ("estimate", "std_error", "df", "low", "high", "p_value")
    for quantity, w, theirs in (
        ("robust", robust, ("beta", "se", "df", "ci_low", "ci_high", "p")),
        ("pairs", plain, ("mean", "se", "df", "low", "high", "p")),
    ):
        for name, key in zip(names, theirs, strict=True):
            w.agree(found.loc[quantity, name], key)
    for quantity, kind in (("companion", "satterthwaite"), ("companion_kr", "kr")):
        slope.agree(found.loc[quantity, "estimate"], "estimate", 1)
        slope.agree(found.loc[quantity, "df"], f"df_{kind}", 1, rtol=1e-5)
        slope.agree(found.loc[quantity, "p_value"], f"p_{kind}", 1, rtol=1e-5)
    assert found.loc["wild_bootstrap", "p_value"] == pytest.approx(wild.value["p_h0_0"], abs=0.02)  # of R two signs, here six points


def test_the_wild_bootstrap_of_four_schools_is_that_of_the_formula_over_all_vectors_of_six_points() -> None:
    changes = {"s1": 0.1, "s2": 0.5, "s3": 0.3, "s4": 0.6}
    sizes = {"s1": 7, "s2": 12, "s3": 9, "s4": 15}
    scores = change_by_school(changes, sizes, np.random.default_rng(8))
    found = by_quantity(estimate_sensitivity(scores, make_study(4))).loc["wild_bootstrap"]
    n = np.array(list(sizes.values()))  # as `wcb.prepost_enumerated` computes it in R, with other points
    q = n * np.array(list(changes.values()))
    points = np.sqrt([1.5, 1, 0.5])
    weighed = np.array(list(itertools.product([*-points, *points], repeat=4))) * q
    slopes = weighed.sum(axis=1) / n.sum()
    reached = np.abs(slopes) / np.sqrt(((weighed - np.outer(slopes, n)) ** 2).sum(axis=1))
    mean = q.sum() / n.sum()
    observed = mean / np.sqrt(((q - n * mean) ** 2).sum())
    assert found["estimate"] == pytest.approx(mean, abs=1e-9)
    assert found["p_value"] == pytest.approx(np.mean(reached >= observed * (1 - 1e-9)), abs=1e-12)


def test_all_estimators_agree_where_schools_are_equal_and_everybody_answered_twice() -> None:
    changes = {"s1": 0.1, "s2": 0.5, "s3": 0.3, "s4": 0.6, "s5": 0.0}
    found = by_quantity(estimate_sensitivity(change_by_school(changes, SIZES, np.random.default_rng(2)), make_study(5)))
    t = stats.ttest_1samp(list(changes.values()), 0)
    for quantity in ("average_change", "pairs", "robust", "companion", "average_teacher", "wild_bootstrap"):
        assert found.loc[quantity, "estimate"] == pytest.approx(0.3, abs=1e-6)
    for quantity in ("average_change", "pairs", "robust", "average_teacher"):  # with equal schools CR2 is the plain t test on four df
        assert found.loc[quantity, "p_value"] == pytest.approx(t.pvalue, rel=1e-6)
        assert found.loc[quantity, "df"] == pytest.approx(4)
    assert found.loc["companion_difference", "method"] == "within half a standard error"
    assert found.loc["size_slope", "state"] == "not_computable"


def test_the_average_teacher_weighs_schools_by_their_staff_and_the_slope_tells_that_large_ones_change_more() -> None:
    sizes = {"s1": 10, "s2": 20, "s3": 30, "s4": 40}
    changes = {"s1": 0.1, "s2": 0.5, "s3": 0.7, "s4": 0.7}
    scores = change_by_school(changes, sizes, np.random.default_rng(3))
    found = by_quantity(estimate_sensitivity(scores, make_study(4)))
    assert found.loc["average_change", "estimate"] == pytest.approx(0.5)
    assert found.loc["average_teacher", "estimate"] == pytest.approx(np.average(list(changes.values()), weights=list(sizes.values())))
    assert found.loc["average_teacher", "method"].endswith("people who answered, CR2")
    line = stats.linregress([1, 2, 3, 4], list(changes.values()))
    assert found.loc["size_slope", "estimate"] == pytest.approx(line.slope)
    assert found.loc["size_slope", "p_value"] == pytest.approx(line.pvalue)
    told = make_study(4, invited=[{"before": 50, "after": 50}] * 3 + [{"before": 40, "after": 60}])
    assert by_quantity(estimate_sensitivity(scores, told)).loc["average_teacher", "estimate"] == pytest.approx(0.5)


def test_a_companion_far_from_the_default_is_flagged() -> None:
    # Small schools change more than large ones, to which the mixed model listens most.
    sizes = {"s1": 80, "s2": 80, "s3": 80, "s4": 5, "s5": 5}
    changes = {"s1": 0.0, "s2": 0.0, "s3": 0.0, "s4": 0.3, "s5": 0.3}
    found = by_quantity(estimate_sensitivity(change_by_school(changes, sizes, np.random.default_rng(4)), make_study(5)))
    assert found.loc["average_change", "estimate"] == pytest.approx(0.12)
    assert found.loc["companion", "estimate"] < 0.08
    assert found.loc["companion_difference", "estimate"] == pytest.approx(
        found.loc["companion", "estimate"] - found.loc["average_change", "estimate"]
    )
    assert found.loc["companion_difference", "method"] == "more than half a standard error"


@pytest.mark.parametrize(("schools", "method"), [(4, "webb, all 1296"), (5, "webb, drawn 10000"), (14, "webb, drawn 10000")])
def test_the_wild_bootstrap_counts_every_vector_where_it_can(schools: int, method: str) -> None:
    sizes = {f"s{i + 1}": 8 for i in range(schools)}
    scores = draw_scores(sizes, np.random.default_rng(5), change=3.0, spread=0.1)
    found = by_quantity(estimate_sensitivity(scores, make_study(schools)))
    assert found.loc["wild_bootstrap", "method"] == method
    assert 0 < found.loc["wild_bootstrap", "p_value"] < 0.2
    assert np.isnan(found.loc["wild_bootstrap", "low"])


def test_five_schools_that_all_rose_alike_are_found_by_the_wild_bootstrap() -> None:
    # Two signs give at best 2 of 2^5 vectors, .0625; six points give 6 of 6^5 that are all the same, and the few that come near.
    changes = {"s1": 1.0, "s2": 1.1, "s3": 0.9, "s4": 1.05, "s5": 0.95}
    scores = change_by_school(changes, SIZES, np.random.default_rng(7))
    assert by_quantity(estimate_sensitivity(scores, make_study(5))).loc["wild_bootstrap", "p_value"] < 0.05
    wide = scores.pivot(index=["school", "respondent"], columns="wave", values="score")
    paired = (wide["after"] - wide["before"]).to_numpy()
    school = wide.index.get_level_values("school").to_numpy()
    signs = compute_wild_bootstrap(paired, np.ones((paired.size, 1)), school, 0, scheme="rademacher")
    assert signs.p_value == 2 / 32


def test_ranks_agree_with_an_independent_exact_test_and_leave_unmatched_people_out() -> None:
    scores = draw_scores({"s1": 14, "s2": 11, "s3": 12, "s4": 13}, np.random.default_rng(6), change=0.5, matched=0.7)
    table = estimate_sensitivity(scores, make_study(4))
    for school in ("s1", "s2", "s3", "s4"):
        wide = scores[scores["school"] == school].pivot(index="respondent", columns="wave", values="score").dropna()
        change = (wide["after"] - wide["before"]).to_numpy()
        found = by_quantity(table, school)
        assert found.loc["rank_biserial", "p_value"] == pytest.approx(stats.wilcoxon(change, method="exact").pvalue)
        plus = stats.rankdata(np.abs(change))[change > 0].sum()
        assert found.loc["rank_biserial", "estimate"] == pytest.approx(2 * plus / (change.size * (change.size + 1) / 2) - 1)
        walsh = [(a + b) / 2 for i, a in enumerate(change) for b in change[i:]]
        assert found.loc["hodges_lehmann", "estimate"] == pytest.approx(np.median(walsh))


def test_results_do_not_depend_on_the_order_of_rows_or_schools() -> None:
    scores = draw_scores(SIZES | {"s6": 9}, np.random.default_rng(7), change=0.3, matched=0.6, spread=0.2)
    key = ["school", "comparison", "instrument", "scale", "rating", "quantity"]
    first = estimate_sensitivity(scores, make_study(6)).set_index(key).sort_index()
    study = make_study(6)
    turned = study.model_copy(update={"schools": study.schools[::-1]})
    second = estimate_sensitivity(scores.sample(frac=1, random_state=1), turned).set_index(key).sort_index()
    pd.testing.assert_frame_equal(first, second, rtol=1e-9)


def test_small_schools_are_hidden_and_a_lone_one_does_not_join_the_average() -> None:
    generator = np.random.default_rng(8)
    scores = draw_scores({"s1": 10, "s2": 10, "s3": 10, "s4": 10, "s5": 4}, generator, change=0.3)
    table = estimate_sensitivity(scores, make_study(5))
    assert set(by_quantity(table, "s5")["state"]) == {"hidden"}
    assert by_quantity(table, "s5")[["estimate", "p_value"]].isna().all(axis=None)
    assert by_quantity(table).loc["average_change", "schools"] == 4
    without = estimate_sensitivity(scores[scores["school"] != "s5"], make_study(4))
    np.testing.assert_allclose(by_quantity(table).loc["pairs", "estimate"], by_quantity(without).loc["pairs", "estimate"])


def test_pairs_stay_hidden_where_the_few_others_would_follow_by_subtraction() -> None:
    scores = draw_scores({"s1": 10, "s2": 10, "s3": 10, "s4": 10}, np.random.default_rng(9))
    found = by_quantity(estimate_sensitivity(scores.iloc[:-1], make_study(4)))
    assert found.loc[["pairs", "wild_bootstrap"], "method"].tolist() == ["subtraction", "subtraction"]
    assert found.loc["average_change", "state"] == "shown"


def test_it_says_why_there_is_nothing() -> None:
    scores = draw_scores({"s1": 10, "s2": 10, "s3": 10}, np.random.default_rng(10))
    few = estimate_sensitivity(scores, make_study(3))
    assert set(zip(by_quantity(few)["state"], by_quantity(few)["method"], strict=True)) == {("not_computable", "too_few_schools")}
    assert by_quantity(few, "s1").loc["rank_biserial", "state"] == "shown"
    none = estimate_sensitivity(scores[scores["wave"] == "before"], make_study(3))
    assert set(none["method"]) == {"no_answers"} and set(none["state"]) == {"not_measured"}
    assert set(none["quantity"]) == {*OVER_SCHOOLS, *PER_SCHOOL}
    nobody = estimate_sensitivity(scores.iloc[:0], make_study(3))
    assert set(nobody["state"]) == {"not_measured"}


def test_without_codes_there_are_no_pairs_but_there_is_an_average() -> None:
    scores = draw_scores({"s1": 10, "s2": 10, "s3": 10, "s4": 10}, np.random.default_rng(11), change=1.0)
    apart = scores.assign(respondent=[f"row{i}" for i in range(len(scores))])
    study = make_study(4, matching={"by": "none"})
    table = estimate_sensitivity(apart, study)
    found = by_quantity(table)
    assert found.loc["average_change", "state"] == "shown" and found.loc["companion", "state"] == "shown"
    assert found.loc[["pairs", "wild_bootstrap"], "method"].tolist() == ["no_pairs", "no_pairs"]
    assert by_quantity(table, "s1").loc["rank_biserial", "method"] == "no_pairs"


def test_equal_answers_have_no_estimate_and_raise_nothing() -> None:
    rows = [(f"{s}{i}", s, wave, 7.0) for s in ("s1", "s2", "s3", "s4") for i in range(6) for wave in ("before", "after")]
    found = by_quantity(estimate_sensitivity(make_scores(rows), make_study(4)))
    assert found.loc["average_change", "state"] == "not_computable"
    assert found.loc[["companion", "companion_kr"], "method"].tolist() == ["no_spread", "no_spread"]
