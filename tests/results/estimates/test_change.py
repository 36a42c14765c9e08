import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.made_study import draw_scores, make_scores, make_study
from toolkit.results.estimates.change import estimate_change
from toolkit.results.rows import keep_reported
from toolkit.statistics.mixed_models.before_after import estimate_change_in_group


def find(change: pd.DataFrame, school: str, quantity: str) -> pd.Series:
    return change.set_index(["school", "quantity"]).loc[(school, quantity)]


def put(school: str, before: list[float], after: list[float], offset: int = 0) -> list[tuple[str, str, str, float]]:
    first = [(f"{school}-{i}", school, "before", value) for i, value in enumerate(before)]
    return first + [(f"{school}-{i + offset}", school, "after", value) for i, value in enumerate(after)]


BEFORE, AFTER = [5.0, 6, 7, 6.5, 8, 4], [6.0, 6, 8.5, 7, 8.5, 6]


def test_with_everybody_matched_the_change_is_the_paired_t_test() -> None:
    change = estimate_change(make_scores(put("s1", BEFORE, AFTER)), make_study(1))
    row, theirs = find(change, "s1", "change"), stats.ttest_rel(AFTER, BEFORE)
    low, high = theirs.confidence_interval()
    np.testing.assert_allclose(
        row[["estimate", "low", "high", "p_value"]].astype(float), [np.mean(AFTER) - np.mean(BEFORE), low, high, theirs.pvalue], rtol=1e-6
    )
    assert row["pairs"] == 6 and row["n"] == 6
    assert find(change, "s1", "change_pairs")["estimate"] == pytest.approx(row["estimate"])


def test_before_and_after_are_the_plain_means_of_everybody_and_the_change_is_that_of_the_model() -> None:
    before, after = [*BEFORE, 3, 9, 8], [*AFTER, 7, 5, 6, 4]
    change = estimate_change(make_scores(put("s1", before, after, offset=3)), make_study(1))
    rows = {name: find(change, "s1", name) for name in ("before", "change", "after")}
    for name, scores in (("before", before), ("after", after)):
        low, high = stats.t.interval(0.95, len(scores) - 1, np.mean(scores), stats.sem(scores))
        np.testing.assert_allclose(rows[name][["estimate", "low", "high"]].astype(float), [np.mean(scores), low, high], rtol=1e-9)
    assert abs(rows["change"]["estimate"] - (np.mean(after) - np.mean(before))) > 0.001


def test_without_codes_the_change_is_that_of_two_groups() -> None:
    study = make_study(1, matching={"by": "none"})
    scores = make_scores([(f"{w}{i}", "s1", w, v) for w, vs in (("before", BEFORE), ("after", AFTER)) for i, v in enumerate(vs)])
    row, theirs = find(estimate_change(scores, study), "s1", "change"), stats.ttest_ind(AFTER, BEFORE, equal_var=False)
    assert row["method"] == "welch"
    assert row["p_value"] == pytest.approx(theirs.pvalue, rel=1e-6)
    assert find(estimate_change(scores, study), "s1", "change_pairs")["method"] == "no_pairs"


@pytest.mark.parametrize(
    ("before", "after", "offset", "state", "reason"),
    [
        (BEFORE[:4], AFTER[:4], 0, "hidden", "too_few"),
        (BEFORE, AFTER, 2, "hidden", "too_few_pairs"),
        (BEFORE, AFTER, 6, "not_computable", "no_pairs"),
        (BEFORE, [], 0, "not_measured", "no_answers"),
        ([7.0] * 6, [7.0] * 6, 0, "not_computable", "no_spread"),
        (BEFORE, [value + 1 for value in BEFORE], 0, "not_computable", None),
    ],
)
def test_what_cannot_be_told_says_why(before: list[float], after: list[float], offset: int, state: str, reason: str | None) -> None:
    row = find(estimate_change(make_scores(put("s1", before, after, offset)), make_study(1)), "s1", "change")
    assert row["state"] == state
    assert reason is None or row["method"] == reason
    assert np.isnan(row["estimate"]) and row["n"] == 0


def test_few_who_missed_a_wave_are_left_out_and_many_are_not() -> None:
    few, many = put("s1", [*BEFORE, 3, 4, 5, 6], AFTER), put("s1", [*BEFORE, 3, 4, 5, 6, 7], AFTER)
    for scores, n in ((few, 6), (many, 11)):
        change = estimate_change(make_scores(scores), make_study(1))
        assert find(change, "s1", "before")["n"] == n
        assert find(change, "s1", "change_pairs")["estimate"] == pytest.approx(np.mean(AFTER) - np.mean(BEFORE))


def test_where_too_few_missed_no_wave_nobody_is_left_out() -> None:
    scores = make_scores(put("s1", [*BEFORE[:4], 3, 4], AFTER[:4]))
    assert len(keep_reported(scores, make_study(1))) == 10


def test_over_more_waves_the_change_of_the_pairs_is_hidden_where_few_missed_one_of_two() -> None:
    comparisons = [{"id": id, "before": "w1", "after": after} for id, after in (("c", "w2"), ("d", "w3"))]
    study = make_study(1, waves=("w1", "w2", "w3"), comparisons=comparisons)
    missed = {("p0", "w2"), ("p1", "w2"), ("p2", "w3"), ("p3", "w3"), ("p4", "w3")}
    rows = [
        (f"p{n}", "s1", wave, float(n % 5 + (wave != "w1") * (n % 3) + (wave == "w3") * (n % 4)))
        for n in range(14)
        for wave in ("w1", "w2", "w3")
    ]
    left = [row for row in rows if (row[0], row[2]) not in missed]
    found = estimate_change(make_scores(left), study).query("quantity == 'change_pairs'").set_index("comparison")
    assert found.loc["c", "method"] == found.loc["d", "method"] == "subtraction"


def test_the_average_counts_every_school_once_with_schools_as_the_sample() -> None:
    sizes = {"s1": 8, "s2": 12, "s3": 30, "s4": 9}
    scores = draw_scores(sizes, np.random.default_rng(3), change=0.4, spread=0.2)
    change = estimate_change(scores, make_study(4))
    own = [find(change, school, "change_common")["estimate"] for school in sizes]
    row, theirs = find(change, "", "average_change"), stats.ttest_1samp(own, 0)
    assert row["estimate"] == pytest.approx(np.mean(own), rel=1e-9)
    assert row["p_value"] == pytest.approx(theirs.pvalue, rel=1e-9)
    assert row["df"] == 3 and row["schools"] == 4 and row["n"] == 59


def test_two_or_three_schools_have_no_average_and_one_alone_no_rows_over_schools() -> None:
    scores = draw_scores({"s1": 8, "s2": 12, "s3": 9}, np.random.default_rng(3))
    assert find(estimate_change(scores, make_study(3)), "", "average_change")["method"] == "too_few_schools"
    alone = estimate_change(scores[scores["school"] == "s1"], make_study(1))
    assert "" not in set(alone["school"])


def test_small_schools_stay_out_of_the_average_alone_and_together() -> None:
    sizes = {"s1": 8, "s2": 12, "s3": 9, "s4": 10, "s5": 3}
    scores = draw_scores(sizes, np.random.default_rng(4))
    assert find(estimate_change(scores, make_study(5)), "", "average_change")["schools"] == 4
    more = draw_scores(sizes | {"s6": 4}, np.random.default_rng(4))
    change = estimate_change(more, make_study(6))
    assert find(change, "", "average_change")["schools"] == 4
    assert find(change, "s5", "shrunken")["state"] == "hidden"


def test_results_do_not_depend_on_the_order_of_rows_or_schools() -> None:
    scores = draw_scores({"s1": 8, "s2": 12, "s3": 9, "s4": 10}, np.random.default_rng(5), matched=0.6)
    shuffled = scores.sample(frac=1, random_state=1)
    study, turned = make_study(4), make_study(4)
    object.__setattr__(turned, "schools", turned.schools[::-1])
    key = ["school", "quantity"]
    first = estimate_change(scores, study).set_index(key)
    second = estimate_change(shuffled, turned).set_index(key).loc[first.index]
    np.testing.assert_allclose(first["estimate"], second["estimate"], rtol=1e-9)
    np.testing.assert_allclose(first["low"], second["low"], rtol=1e-7, atol=1e-9)


def test_swapping_the_waves_turns_the_sign() -> None:
    scores = draw_scores({"s1": 8, "s2": 12, "s3": 9, "s4": 10}, np.random.default_rng(6), change=0.5, matched=0.7)
    swapped = scores.assign(wave=scores["wave"].map({"before": "after", "after": "before"}))
    names = ["change", "average_change", "change_common", "shrunken"]
    first, second = (estimate_change(table, make_study(4)) for table in (scores, swapped))
    first, second = (table[table["quantity"].isin(names)] for table in (first, second))
    np.testing.assert_allclose(first["estimate"], -second["estimate"], rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(first["low"], -second["high"], rtol=1e-6, atol=1e-8)


def test_schools_comparisons_and_scales_don_t_mix() -> None:
    """All schools and comparisons of a scale are estimated at once; each comes out as it does by itself."""
    sizes = {"s3": 8, "s1": 12, "s2": 9}
    comparisons = [{"id": f"{a}_{b}", "before": a, "after": b} for a, b in (("w1", "w2"), ("w3", "w1"))]
    study = make_study(3, waves=("w1", "w2", "w3"), comparisons=comparisons)
    first = draw_scores(sizes, np.random.default_rng(8), matched=0.7).replace({"wave": {"before": "w1", "after": "w2"}})
    third = first[first["wave"] == "w1"].assign(wave="w3", score=lambda f: f["score"] + np.random.default_rng(9).normal(0, 1, len(f)))
    scores = pd.concat([first, third.iloc[2:]])
    scores = keep_reported(scores, study)
    found = estimate_change(scores, study).query("quantity == 'change'").set_index(["school", "comparison"])
    assert len(found) == 6
    for school, comparison in found.index:
        before, after = comparison.split("_")
        own = [scores[(scores["school"] == school) & (scores["wave"] == wave)].set_index("respondent")["score"] for wave in (before, after)]
        known = estimate_change_in_group(*own, *(wave.index for wave in own))
        row = found.loc[(school, comparison)]
        names = ["estimate", "std_error", "low", "high", "p_value", "df"]
        np.testing.assert_allclose(row[names].astype(float), [getattr(known, name) for name in names], rtol=1e-9)
        assert (row["pairs"], row["n"]) == (known.n_pairs, len({*own[0].index, *own[1].index}))


def test_people_of_a_school_outside_the_study_change_no_other_school() -> None:
    scores = draw_scores({"s1": 8, "s2": 9, "elsewhere": 12}, np.random.default_rng(10))
    found = estimate_change(scores, make_study(2)).query("school != ''").reset_index(drop=True)
    known = estimate_change(scores[scores["school"] != "elsewhere"], make_study(2)).query("school != ''").reset_index(drop=True)
    pd.testing.assert_frame_equal(found, known)


def test_a_study_of_one_wave_has_no_change() -> None:
    scores = make_scores([(f"p{i}", "s1", "before", value) for i, value in enumerate(BEFORE)])
    assert estimate_change(scores, make_study(1, waves=("before",))).empty


@pytest.mark.slow
def test_the_average_is_right_about_its_own_error() -> None:
    """A small run of the calibration: with no true change and schools that differ, 5 % of studies may find one (nominal .05)."""
    found = 0
    for seed in range(200):
        generator = np.random.default_rng([7, seed])
        scores = draw_scores({f"s{i}": int(generator.integers(6, 30)) for i in range(1, 7)}, generator, spread=0.3, matched=0.6)
        found += find(estimate_change(scores, make_study(6)), "", "average_change")["p_value"] < 0.05
    assert stats.binomtest(found, 200, 0.05).pvalue > 0.001


def test_a_school_has_one_verdict_and_is_drawn_in_towards_the_average_that_is_told() -> None:
    change = estimate_change(draw_scores({f"s{i}": 5 + 4 * i for i in range(1, 9)}, np.random.default_rng(8), change=0.9), make_study(8))
    own, drawn = (change[change["quantity"] == name].set_index("school") for name in ("change", "shrunken"))
    assert len(drawn) == 8 and set(drawn["verdict"]) == {""}
    assert ((own["low"] > 0) == (own["verdict"] == "rose")).all()
    average = find(change, "", "average_change")["estimate"]
    assert find(change, "", "new_school")["estimate"] == pytest.approx(average)
    common = change[change["quantity"] == "change_common"].set_index("school")["estimate"]
    assert (((drawn["estimate"] - average) / (common - average)).between(0, 1)).all()


def test_the_change_that_would_be_found_in_eight_of_ten_studies_is_told() -> None:
    change = estimate_change(draw_scores({f"s{i}": 14 for i in range(1, 7)}, np.random.default_rng(9)), make_study(6))
    row, average = find(change, "", "detectable"), find(change, "", "average_change")
    shift, df = row["estimate"] / average["std_error"], average["df"]
    edge = stats.t.ppf(0.975, df)
    assert stats.nct.sf(edge, df, shift) + stats.nct.cdf(-edge, df, shift) == pytest.approx(0.8, abs=1e-6)


def test_schools_whose_people_all_changed_by_the_same_amount_have_no_average_to_judge() -> None:
    rows = [row for number, school in enumerate(("s1", "s2", "s3", "s4")) for row in put(school, BEFORE, [v + number for v in BEFORE])]
    change = estimate_change(make_scores(rows), make_study(4))
    assert find(change, "", "average_change")["state"] == "not_computable"
