"""Studies at the edge of what can be estimated: every number is known by hand or from elsewhere, every blank says why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

from tests.made_study import draw_scores, make_scores, make_study
from tests.report.made_results import make_study as write_study
from tests.responses.cases import make_instrument
from toolkit.errors import TableError
from toolkit.results.estimates.change import estimate_change
from toolkit.results.estimates.comparison import estimate_comparison
from toolkit.results.estimates.key_factors import estimate_factors
from toolkit.results.estimates.levels import estimate_levels
from toolkit.results.estimates.reliability import estimate_reliability
from toolkit.results.estimation import estimate_results
from toolkit.results.research.attrition import estimate_attrition
from toolkit.results.research.meaningful_change import estimate_low_start
from toolkit.results.research.sensitivity import estimate_sensitivity
from toolkit.results.research.team_agreement import estimate_team
from toolkit.results.results import TABLES, Results
from toolkit.schemas import FINDINGS, RESPONSES, SOURCES
from toolkit.scoring import compute_scores
from toolkit.study.instruments import Item
from toolkit.study.study import Study

Estimate = Callable[[pd.DataFrame, Study], pd.DataFrame]

WAVES = ("before", "after")
SCHOOLS = ("s1", "s2", "s3", "s4")
ON_SCORES: tuple[Estimate, ...] = (
    estimate_levels,
    estimate_change,
    estimate_sensitivity,
    estimate_comparison,
    estimate_attrition,
    estimate_low_start,
)
NUMBERS = ["estimate", "std_error", "low", "high"]
#: Of reliability and teams.
UNITLESS = ("alpha", "omega", "icc1", "icc1_reml", "icc2", "rwgj", "percentile", "mean_reliability")
BEFORE, AFTER = [5.0, 6, 7, 6.5, 8, 4], [6.0, 6, 8.5, 7, 8.5, 6]


@dataclass(frozen=True)
class Answers:
    """What a run starts from."""

    responses: pd.DataFrame
    findings: pd.DataFrame
    sources: pd.DataFrame


#: What rests on the variances that all schools have in common.
COMMON = ("change_common", "shrunken", "position", "delta", "tau", "new_school")


def find(table: pd.DataFrame, quantity: str, school: str = "", **more: str) -> pd.Series:
    chosen = table[np.logical_and.reduce([table[name] == value for name, value in (more | {"quantity": quantity}).items()])]
    if "school" in table:
        chosen = chosen[chosen["school"] == school]
    assert len(chosen) == 1
    return chosen.iloc[0]


def list_reasons(table: pd.DataFrame, school: str = "") -> set[tuple[str, str]]:
    """Return state and reason of all that is said of a school, for numbers only that they are shown."""
    own = table[table["school"] == school]
    return {(state, "" if state == "shown" else method) for state, method in zip(own["state"], own["method"], strict=True)}


def put(school: str, before: list[float], after: list[float]) -> list[tuple[str, str, str, float]]:
    return [(f"{school}-{i}", school, wave, v) for wave, values in zip(WAVES, (before, after), strict=True) for i, v in enumerate(values)]


def split(study: Study) -> Study:
    """Return the study with its first half on the trajectory, the other schools to compare with."""
    groups = ["trajectory" if 2 * i < len(study.schools) else "comparison" for i in range(len(study.schools))]
    schools = [school.model_copy(update={"group": group}) for school, group in zip(study.schools, groups, strict=True)]
    return study.model_copy(update={"schools": tuple(schools)})


def draw_responses(study: Study, sizes: dict[str, int], waves: tuple[str, ...] = WAVES) -> pd.DataFrame:
    """Return whole answers from 1 to 5 to everything that is asked, everybody in all waves."""
    generator, rows = np.random.default_rng(1), []
    columns = [column for instrument in study.instruments for column in instrument.columns]
    for school, size in sizes.items():
        for person in range(size):
            level = 3 + generator.normal()
            for wave in waves:
                who = {"respondent": f"{school}-{person}", "school": school, "wave": wave, "role": "", "date": pd.NaT}
                answers = {column: float(np.clip(round(level + generator.normal()), 1, 5)) for column in columns}
                rows.append(who | {"source": f"{school}.csv", "row": person + 2} | answers)
    return RESPONSES.conform(pd.DataFrame(rows))


def run(study: Study, responses: pd.DataFrame) -> Results:
    return estimate_results(study, Answers(responses, FINDINGS.empty(), SOURCES.empty()))


# --- few schools ------------------------------------------------------------------------------------------------------------------


def test_one_school_has_its_paired_t_test_and_nothing_over_schools() -> None:
    scores, study = make_scores(put("s1", BEFORE, AFTER)), make_study(1)
    row, theirs = find(estimate_change(scores, study), "change", "s1"), stats.ttest_rel(AFTER, BEFORE)
    assert (row["estimate"], row["p_value"], row["df"]) == pytest.approx((np.mean(AFTER) - np.mean(BEFORE), theirs.pvalue, 5))
    assert set(estimate_change(scores, study)["school"]) == {"s1"}
    assert list_reasons(estimate_sensitivity(scores, study)) == {("not_computable", "too_few_schools")}
    assert list_reasons(estimate_comparison(scores, study)) == {("not_measured", "no_comparison_schools")}
    level = find(estimate_levels(scores, study), "mean", wave="before")
    assert level["estimate"] == pytest.approx(np.mean(BEFORE)) and np.isnan(level["low"])


def test_two_schools_have_each_their_own_change_and_no_average() -> None:
    scores, study = make_scores([*put("s1", BEFORE, AFTER), *put("s2", AFTER, BEFORE)]), make_study(2)
    change = estimate_change(scores, study)
    theirs = stats.ttest_rel(AFTER, BEFORE)
    assert find(change, "change", "s1")["p_value"] == pytest.approx(theirs.pvalue)
    assert find(change, "change", "s2")["estimate"] == pytest.approx(-find(change, "change", "s1")["estimate"])
    for table in (change, estimate_sensitivity(scores, study), estimate_comparison(scores, split(study))):
        assert list_reasons(table) == {("not_computable", "too_few_schools")}
    level, means = find(estimate_levels(scores, study), "mean", wave="before"), [np.mean(BEFORE), np.mean(AFTER)]
    low, high = stats.ttest_1samp(means, 0).confidence_interval()
    assert tuple(level[["estimate", "low", "high"]]) == pytest.approx((np.mean(means), low, high))


def test_a_school_with_one_pair_is_hidden_and_stays_out_of_the_average() -> None:
    scores = draw_scores(dict.fromkeys(SCHOOLS, 9), np.random.default_rng(2), change=0.4)
    single = make_scores([("a0", "s5", "before", 6.0), *((f"a{i}", "s5", "after", 6 + i / 4) for i in range(8))])
    others = make_scores([(f"b{i}", "s5", "before", 5 + i / 3) for i in range(8)])
    together = pd.concat([scores, single, others], ignore_index=True)
    for estimate in (estimate_change, estimate_sensitivity):
        table, without = estimate(together, make_study(5)), estimate(scores, make_study(4))
        assert list_reasons(table, "s5") == {("hidden", "too_few_pairs")}
        own = (t[(t["school"] == "") & ~t["quantity"].isin(COMMON)] for t in (table, without))  # its people enter the common variances
        average, expected = (t.drop(columns="school").reset_index(drop=True) for t in own)
        pd.testing.assert_frame_equal(average, expected)
    assert find(estimate_levels(together, make_study(5)), "mean", "s5", wave="after")["state"] == "shown"


# --- nothing to tell from ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("score", [0.1, 7 / 3, 1e6 / 3])
@pytest.mark.parametrize("moved", [False, True])
def test_equal_scores_have_a_mean_and_no_change_interval_test_or_bootstrap(score: float, moved: bool) -> None:
    sizes = dict(zip(SCHOOLS, (7, 9, 11, 13), strict=True))
    rows = [row for s, n in sizes.items() for row in put(s, [score] * n, [score * (1.5 if moved else 1)] * n)]
    scores, study = make_scores(rows), make_study(4)
    levels = estimate_levels(scores, study)
    means = levels[(levels["quantity"] == "mean") & (levels["wave"] == "before")]
    np.testing.assert_allclose(means["estimate"], score, rtol=1e-12)
    assert means[["low", "high", "p_value"]].isna().all(axis=None)
    assert (levels.loc[(levels["quantity"] == "sd") & (levels["state"] == "shown"), "estimate"] == 0).all()
    for table in (estimate_change(scores, study), estimate_sensitivity(scores, study)):
        ranks = table["quantity"].isin(["rank_biserial", "hodges_lehmann"]) & moved
        told = table[~ranks]
        assert set(told["state"]) == {"not_computable"} and set(told["method"]) <= {"no_spread", "no_residual_variance"}
    some = scores.drop(index=[row for row in scores.index[scores["wave"] == "after"] if row % 3 == 0])
    assert set(estimate_attrition(some, study)["state"]) == {"not_computable"}
    assert not set(estimate_attrition(some, study)["method"]) & {"not_converged", "interval_holds_0"}
    comparison = estimate_comparison(scores, split(study))
    assert find(comparison, "difference")["method"] == "no_spread" and find(comparison, "permutation")["p_value"] == 1


def test_changes_that_are_the_same_for_all_in_a_school_are_called_so_by_every_estimator() -> None:
    """Before and after correlate perfectly: no school's change has an error."""
    rows = [row for i, s in enumerate(SCHOOLS) for row in put(s, BEFORE, [v + (i + 1) / 4 for v in BEFORE])]
    scores, study = make_scores(rows), make_study(4)
    change, sensitivity = estimate_change(scores, study), estimate_sensitivity(scores, study)
    for table in (change, sensitivity):
        row = find(table, "average_change")
        assert (row["state"], row["method"]) == ("not_computable", "no_residual_variance")
    assert find(change, "change", "s1")["method"] == "no_residual_variance"
    assert find(change, "change_pairs", "s1")["method"] == "no_spread"
    rank = find(sensitivity, "hodges_lehmann", "s3")
    assert rank["estimate"] == pytest.approx(0.75) and rank["p_value"] == pytest.approx(2 / 2**6)
    theirs = stats.ttest_1samp([0.25, 0.5, 0.75, 1.0], 0)
    assert tuple(find(sensitivity, "pairs")[["estimate", "p_value"]]) == pytest.approx(
        (theirs.statistic * theirs._standard_error, theirs.pvalue)
    )


@pytest.mark.parametrize("after", [[1.2 * value for value in BEFORE], [13 - value for value in BEFORE]])
def test_a_perfect_correlation_with_another_spread_is_a_paired_t_test(after: list[float]) -> None:
    """Also where it is as good as -1, so that the variance between people is negative."""
    after = [value + rest for value, rest in zip(after, [0.01, 0, -0.01, 0.02, 0, 0], strict=True)]
    row, theirs = (
        find(estimate_change(make_scores(put("s1", BEFORE, after)), make_study(1)), "change", "s1"),
        stats.ttest_rel(after, BEFORE),
    )
    low, high = theirs.confidence_interval()
    assert tuple(row[["low", "high", "p_value"]]) == pytest.approx((low, high, theirs.pvalue), rel=1e-6)


def test_people_whose_two_answers_all_add_up_to_the_same_leave_the_model_without_a_likelihood_and_the_pairs_with_their_test() -> None:
    after = [13 - value for value in BEFORE]
    change, theirs = estimate_change(make_scores(put("s1", BEFORE, after)), make_study(1)), stats.ttest_rel(after, BEFORE)
    row, pairs = (find(change, quantity, "s1") for quantity in ("change", "change_pairs"))
    assert (row["state"], row["method"], row["verdict"]) == ("not_computable", "no_residual_variance", "not_computable")
    assert pairs["p_value"] == pytest.approx(theirs.pvalue)


def test_schools_that_differ_by_less_than_chance_have_a_singular_companion_and_no_spread_between_them() -> None:
    """Everybody answered twice and schools are of one size, so that both averages are the mean of all changes."""
    moves = np.array([0.0, 0.02, -0.01, 0.01])
    rows = [row for move, s in zip(moves, SCHOOLS, strict=True) for row in put(s, BEFORE, [v + move for v in AFTER])]
    scores, study = make_scores(rows), make_study(4)
    change, sensitivity = estimate_change(scores, study), estimate_sensitivity(scores, study)
    mean = np.mean(AFTER) - np.mean(BEFORE) + moves.mean()
    theirs = stats.ttest_1samp(np.mean(AFTER) - np.mean(BEFORE) + moves, 0)
    average, companion, tau = find(change, "average_change"), find(sensitivity, "companion"), find(change, "tau")
    assert tuple(average[["estimate", "p_value"]]) == pytest.approx((mean, theirs.pvalue))
    assert companion["estimate"] == pytest.approx(mean) and companion["method"].endswith("singular")
    assert tau["estimate"] == 0 and tau["low"] == 0 and tau["p_value"] > 0.99


def test_schools_that_are_copies_of_one_another_give_nobody_an_interval_of_no_width() -> None:
    """People differ, schools do not: what counts schools has no spread, the companion has that between people."""
    scores, study = make_scores([row for s in SCHOOLS for row in put(s, BEFORE, AFTER)]), make_study(4)
    sensitivity = estimate_sensitivity(scores, study)
    for name in ("average_change", "average_teacher", "robust", "pairs", "wild_bootstrap", "size_slope"):
        assert tuple(find(sensitivity, name)[["state", "method"]]) == ("not_computable", "no_spread")
    companion = find(sensitivity, "companion")
    assert companion["estimate"] == pytest.approx(np.mean(AFTER) - np.mean(BEFORE)) and companion["method"].endswith("singular")
    for table in (sensitivity, estimate_change(scores, study), estimate_comparison(scores, split(study))):
        told = table[table["low"].notna()]
        assert (told["high"] - told["low"] > 0.01).all()


# --- nobody to tell from ----------------------------------------------------------------------------------------------------------


def test_where_nobody_can_be_followed_it_is_told_so_for_schools_and_their_average() -> None:
    scores = draw_scores(dict.fromkeys(SCHOOLS, 9), np.random.default_rng(3))
    apart, study = scores.assign(respondent=scores["respondent"] + scores["wave"]), make_study(4)
    for table in (estimate_change(apart, study), estimate_sensitivity(apart, study)):
        assert {reason for school in ("", *SCHOOLS) for reason in list_reasons(table, school)} == {("not_computable", "no_pairs")}
    assert list_reasons(estimate_comparison(apart, split(study))) == {("not_computable", "too_few_schools")}
    levels = estimate_levels(apart, study)
    assert (levels.loc[levels["quantity"] == "mean", "state"] == "shown").all()


def test_a_wave_in_which_nobody_answered_is_not_measured() -> None:
    scores, study = draw_scores(dict.fromkeys(SCHOOLS, 9), np.random.default_rng(4)), make_study(4)
    first = scores[scores["wave"] == "before"]
    for table in (estimate_change(first, study), estimate_sensitivity(first, study), estimate_comparison(first, split(study))):
        assert set(zip(table["state"], table["method"], strict=True)) == {("not_measured", "no_answers")}
    levels = estimate_levels(first, study)
    assert set(levels.loc[levels["wave"] == "after", "method"]) == {"no_answers"}
    nobody = scores.assign(score=np.nan)
    assert estimate_change(nobody, study).empty
    assert set(estimate_sensitivity(nobody, study)["method"]) == {"no_answers"}


def test_a_wave_that_one_school_missed_leaves_the_others_as_they_were() -> None:
    scores, study = draw_scores(dict.fromkeys((*SCHOOLS, "s5"), 9), np.random.default_rng(5)), make_study(5)
    missed = (scores["school"] == "s5") & (scores["wave"] == "after")
    change = estimate_change(scores[~missed], study)
    assert list_reasons(change, "s5") == {("not_measured", "no_answers")}
    without = estimate_change(scores[scores["school"] != "s5"], make_study(4))
    own = (table[(table["school"] != "s5") & ~table["quantity"].isin(COMMON)] for table in (change, without))
    both = [table.reset_index(drop=True) for table in own]
    pd.testing.assert_frame_equal(*both)


# --- factors ----------------------------------------------------------------------------------------------------------------------


def test_a_factor_that_was_not_asked_in_one_wave_is_not_measured_and_counts_in_no_family() -> None:
    """Twelve factors of one item each, of which the first is the primary outcome; Holm is then over ten."""
    study = make_study(4, instruments=("plg12",))
    responses = draw_responses(study, dict.fromkeys(SCHOOLS, 12))
    later = responses["wave"] == "after"
    responses.loc[later, ["plg12_c3_now", "plg12_c3_wanted"]] = np.nan
    responses.loc[later, "plg12_e2_now"] = (responses.loc[later, "plg12_e2_now"] + 2).clip(upper=5)
    scores = compute_scores(responses, study)
    change, reliability = estimate_change(scores, study), estimate_reliability(responses, scores, study)
    factors = estimate_factors(scores, change, reliability, study)
    assert set(change.loc[change["scale"] == "c3", "method"]) == {"no_answers"}
    now = factors[(factors["quantity"] == "average_change") & (factors["rating"] == "now") & (factors["school"] == "")].set_index("scale")
    own = now.loc[[scale.id for scale in study.instruments[0].scales]]
    assert own.index[own["state"] != "shown"].tolist() == ["c3"] and np.isnan(own.loc["c3", "p_adjusted"])
    assert own.loc["e1", "p_adjusted"] == own.loc["e1", "p_value"]
    measured = own.drop(["c3", "e1"])
    np.testing.assert_allclose(measured["p_adjusted"], multipletests(measured["p_value"], method="holm")[1], rtol=1e-12)
    assert set(reliability.loc[reliability["quantity"].isin(["alpha", "omega"]), "method"]) == {"one_item"}
    levels = estimate_levels(scores, study)
    assert set(levels.loc[(levels["scale"] == "c3") & (levels["wave"] == "after"), "method"]) == {"no_answers"}


# --- units ------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("factor", [1e6, 1e-6, 1e-9])
@pytest.mark.parametrize("estimate", ON_SCORES)
def test_huge_and_tiny_scales_give_scaled_results(estimate: Estimate, factor: float) -> None:
    scores = draw_scores({"s1": 22, "s2": 19, "s3": 21, "s4": 23}, np.random.default_rng(6), change=0.6, matched=0.7, spread=0.2)
    study = split(make_study(4))
    found, other = estimate(scores, study), estimate(scores.assign(score=factor * scores["score"]), study)
    unitless = ["d_z", "g_av", "delta", "rank_biserial", "permutation_smallest", "g_s", "ipw_effective_n"]
    assert other["state"].tolist() == found["state"].tolist() and other["method"].tolist() == found["method"].tolist()
    size = found["quantity"].map({"response_slope": 1 / factor} | dict.fromkeys(unitless, 1.0)).fillna(factor).to_numpy()[:, None]
    np.testing.assert_allclose(other[NUMBERS] / size, found[NUMBERS], rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(other["p_value"], found["p_value"], rtol=1e-5, atol=1e-9)


def test_a_scale_from_0_to_100_gives_ten_times_what_one_from_0_to_10_gives() -> None:
    items = [Item(id=f"q{i}", number=i, text={"nl": f"Vraag {i}", "en": f"Question {i}"}) for i in (1, 2, 3)]
    tables: list[tuple[pd.DataFrame, ...]] = []
    for top in (10, 100):
        study = make_study(4)
        instrument = make_instrument("slider", 0, top, items, {"total": ["q1", "q2", "q3"]}, step=top / 10)
        study.__dict__["instruments"] = study.__dict__["scored_instruments"] = (instrument,)
        responses = draw_responses(study, dict.fromkeys(SCHOOLS, 12))
        responses[list(instrument.columns)] *= top / 10
        scores = compute_scores(responses, study)
        tables.append((estimate_levels(scores, study), estimate_change(scores, study), estimate_reliability(responses, scores, study)))
        tables[-1] += (estimate_team(responses, scores, study),)
    for small, large in zip(*tables, strict=True):
        unitless = small["quantity"].isin(["d_z", "g_av", "delta", *UNITLESS])
        size = np.where(unitless, 1.0, 10.0)[:, None]
        assert large["state"].tolist() == small["state"].tolist() and (small["state"] == "shown").any()
        np.testing.assert_allclose(large[NUMBERS], small[NUMBERS] * size, rtol=1e-5, atol=1e-7)


def test_agreement_on_half_points_is_held_against_what_half_points_would_give() -> None:
    """Grades from 1 to 10 in halves are 19 options; without agreement their variance is 30 in steps, 7.5 in points (James et al. 1984)."""
    study = make_study(3)
    grades = [6.0, 6.5, 7.0, 7.5, 8.0, 8.5, 9.0, 5.5, 5.0, 7.0]
    responses = draw_responses(study, dict.fromkeys(SCHOOLS[:3], 10), ("before",)).assign(cijfer1_grade=grades * 3)
    scores = compute_scores(responses, study)
    expected = 1 - np.var(grades, ddof=1) / 7.5
    assert find(estimate_reliability(responses, scores, study), "rwgj", wave="before")["estimate"] == pytest.approx(expected)
    team = estimate_team(responses, scores, study)
    assert find(team, "rwgj", "s1", wave="before")["estimate"] == pytest.approx(expected)
    distance = np.mean(np.abs(np.array(grades) - np.mean(grades)))
    assert find(team, "average_deviation", "s1", wave="before")["estimate"] == pytest.approx(distance)


# --- rows -------------------------------------------------------------------------------------------------------------------------


def test_rows_that_are_there_twice_are_stopped_at_the_door_of_every_table() -> None:
    study = make_study(2, instruments=("uwes9",))
    responses = draw_responses(study, {"s1": 6, "s2": 6})
    twice = pd.concat([responses, responses.iloc[:2]], ignore_index=True)
    with pytest.raises(TableError, match=r"'responses' holds 2 rows with a key that is there already, first \{'respondent': 's1-0'"):
        RESPONSES.conform(twice)
    with pytest.raises(TableError, match="'scores' holds"):
        compute_scores(twice, study)


def test_a_whole_run_does_not_depend_on_the_order_of_rows_or_schools(tmp_path: Path) -> None:
    study = write_study(tmp_path, 5)
    responses = draw_responses(study, {"s1": 12, "s2": 11, "s3": 14, "s4": 10, "s5": 13})
    responses = responses.drop(index=responses.sample(12, random_state=2).index).reset_index(drop=True)
    turned = study.model_copy(update={"schools": study.schools[::-1]})
    first, second = run(study, responses), run(turned, responses.sample(frac=1, random_state=1).reset_index(drop=True))
    for name, table in TABLES.items():
        key = list(table.key)
        one, other = (getattr(results, name).sort_values(key).reset_index(drop=True) for results in (first, second))
        pd.testing.assert_frame_equal(one, other, rtol=1e-6, atol=1e-9, obj=name)
    assert (first.change["state"] == "shown").sum() > 100


def test_a_whole_run_on_a_wave_that_nobody_answered_or_on_one_school_shows_what_there_is(tmp_path: Path) -> None:
    study = write_study(tmp_path, 4)
    before = run(study, draw_responses(study, dict.fromkeys(SCHOOLS, 12), ("before",)))
    assert set(before.change["state"]) == {"not_measured"}
    shown = before.levels[before.levels["state"] == "shown"]
    assert set(shown["wave"]) == {"before"} and set(shown["school"]) == {"", *SCHOOLS}
    alone = run(study, draw_responses(study, {"s2": 12}))
    assert set(alone.change.loc[alone.change["state"] == "shown", "school"]) == {"s2"}
    assert list_reasons(alone.change) == {("not_computable", "too_few_schools")}
    assert alone.reliability.loc[alone.reliability["quantity"] == "alpha", "state"].isin(["shown", "not_computable"]).all()
