"""What must hold for any study of two waves, whatever was answered: units, direction, intervals and verdicts."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from tests.made_study import make_scores, make_study
from toolkit.results.estimates.change import estimate_change
from toolkit.results.research.sensitivity import estimate_sensitivity
from toolkit.statistics.meta_analysis import estimate_random_effects

Rows = list[tuple[str, str, str, float]]

NUMBERS = ["estimate", "std_error", "low", "high"]
#: In points of the scale, and moved by neither a shift nor by what the scale begins at.
DIFFERENCES = ["change", "change_pairs", "average_change", "change_common", "shrunken", "position", "new_school", "tau", "detectable"]
#: In points of the scale.
POSITIONS = ["before", "after"]
#: In standard deviations.
UNITLESS = ["d_z", "g_av", "delta"]
#: What turns its sign when the waves change places; a spread and a smallest change have none.
SIGNED = ["change", "change_pairs", "average_change", "change_common", "shrunken", "position", "new_school", "d_z", "g_av", "delta"]
#: REML and Q-profile are two criteria: the estimate of one may lie outside the interval of the other.
NOT_IN_ITS_INTERVAL = ["tau"]


@st.composite
def draw_study(draw: st.DrawFn, schools: tuple[int, int] = (2, 6), people: tuple[int, int] = (0, 12)) -> tuple[int, pd.DataFrame]:
    """Draw the number of schools, and scores of people of whom some answered once: whole points from 1 to 7, or any number."""
    sizes = draw(st.lists(st.integers(*people), min_size=schools[0], max_size=schools[1]))
    generator, likert = np.random.default_rng(draw(st.integers(0, 2**32))), draw(st.booleans())
    once = draw(st.sampled_from([0.0, 0.1, 0.2, 0.4]))
    rows: Rows = []
    for number, size in enumerate(sizes):
        own = generator.normal(0.3, 0.4)
        for person in range(size):
            level, fate = generator.normal(4), generator.random()
            for wave, there, shift in (("before", fate >= once, 0.0), ("after", fate < 1 - once, own)):
                value = float(level + shift + 0.7 * generator.normal())
                if there:
                    score = min(max(round(value), 1), 7) if likert else value
                    rows.append((f"s{number + 1}-{person}", f"s{number + 1}", wave, score))
    return len(sizes), make_scores(rows)


#: Studies that may have an average over schools.
large = draw_study(schools=(4, 6), people=(7, 12))
studies = draw_study() | large


def estimate(scores: pd.DataFrame, schools: int, **more: object) -> pd.DataFrame:
    return estimate_change(scores, make_study(schools, **more)).set_index(["quantity", "school"]).sort_index()


def pick(table: pd.DataFrame, quantities: list[str]) -> pd.DataFrame:
    return table[table.index.get_level_values("quantity").isin(quantities)]


def agree(found: pd.DataFrame, expected: pd.DataFrame, size: float) -> None:
    """Hold numbers to what is expected, with rounding in parts of the `size` of the scores."""
    np.testing.assert_allclose(found.to_numpy(), expected.to_numpy(), rtol=1e-6, atol=1e-8 * size)


@settings(max_examples=40)
@given(studies, st.sampled_from([1e-6, 0.01, 12.5, 1e6]), st.sampled_from([0.0, -3.0, 7.0]))
def test_shifted_and_scaled_scores_shift_and_scale_the_estimates(study: tuple[int, pd.DataFrame], factor: float, shift: float) -> None:
    schools, scores = study
    found, other = (estimate(s, schools) for s in (scores, scores.assign(score=factor * (scores["score"] + shift))))
    assert other.index.equals(found.index)
    for name in ("state", "method", "n", "pairs", "schools", "verdict"):
        assert other[name].tolist() == found[name].tolist()
    agree(other[["p_value"]], found[["p_value"]], 1.0)
    agree(other[["df"]], found[["df"]], 1.0)
    agree(pick(other, DIFFERENCES)[NUMBERS], factor * pick(found, DIFFERENCES)[NUMBERS], factor)
    agree(pick(other, UNITLESS)[NUMBERS], pick(found, UNITLESS)[NUMBERS], 1.0)
    moved = pick(found, POSITIONS)[NUMBERS] + [shift, 0.0, shift, shift]
    agree(pick(other, POSITIONS)[NUMBERS], factor * moved, factor)


@settings(max_examples=40)
@given(studies)
def test_waves_that_change_places_turn_the_sign_of_changes_and_keep_the_width_of_intervals(study: tuple[int, pd.DataFrame]) -> None:
    schools, scores = study
    found = estimate(scores, schools)
    turned = estimate(scores.assign(wave=scores["wave"].map({"before": "after", "after": "before"})), schools)
    assert turned["state"].tolist() == found["state"].tolist()
    opposite = pick(found, SIGNED)[["estimate", "low", "high"]] * -1
    agree(pick(turned, SIGNED)[["estimate", "high", "low"]], opposite, 1.0)
    same = ["std_error", "df", "p_value"]
    agree(pick(turned, SIGNED)[same], pick(found, SIGNED)[same], 1.0)
    agree(pick(turned, ["tau", "detectable"])[NUMBERS], pick(found, ["tau", "detectable"])[NUMBERS], 1.0)
    words = {"rose": "fell", "fell": "rose"}
    assert turned["verdict"].tolist() == [words.get(verdict, verdict) for verdict in found["verdict"]]
    # Over schools `before` is the mean of the schools' means and `after` adds the change to it, which is not the other way round.
    for wave, other in (("before", "after"), ("after", "before")):
        now, then = (ends.drop("", level="school", errors="ignore")[NUMBERS] for ends in (pick(turned, [wave]), pick(found, [other])))
        agree(now, then, 1.0)


@settings(max_examples=40)
@given(large, st.data())
def test_somebody_who_answered_once_widens_the_average_by_no_more_than_one_answer_can(
    study: tuple[int, pd.DataFrame], data: st.DataObject
) -> None:
    """The bound follows from the formula.

    The width is 2 t sd(d) / sqrt(J), and t has J - 1 degrees of freedom before and after: who answered once makes no pair, so the schools
    stay the same. An sd obeys the triangle inequality, and the sd of a vector with one entry c and zeros is c / sqrt(J): when the change
    of one school moves by c, the width grows by 2 t c / J at most. One answer more among n of a wave moves that wave's mean by its distance
    from it, divided by n + 1, at most. The span of all scores is put for that distance: it is larger, which leaves room for the common
    variances, which are estimated anew and move the other schools a little.
    """
    schools, scores = study
    first = estimate(scores, schools)
    assume(first.loc[("average_change", ""), "state"] == "shown")
    school, wave = data.draw(st.sampled_from(sorted(set(scores["school"])))), data.draw(st.sampled_from(["before", "after"]))
    score = data.draw(st.sampled_from([scores["score"].min(), scores["score"].median(), scores["score"].max()]))
    second = estimate(pd.concat([scores, make_scores([("new", school, wave, score)])], ignore_index=True), schools)
    old, new = first.loc[("average_change", "")], second.loc[("average_change", "")]
    own = scores.loc[(scores["school"] == school) & (scores["wave"] == wave), "score"]
    assert (new["df"], new["schools"], new["pairs"]) == (old["df"], old["schools"], old["pairs"])
    moved = np.ptp(scores["score"]) / (len(own) + 1)
    assert new["high"] - new["low"] <= old["high"] - old["low"] + 2 * stats.t.ppf(0.975, old["df"]) * moved / old["schools"]
    assert abs(new["estimate"] - old["estimate"]) <= moved / old["schools"]


@settings(max_examples=25)
@given(large)
def test_every_interval_holds_its_estimate(study: tuple[int, pd.DataFrame]) -> None:
    schools, scores = study
    tables = (estimate(scores, schools), estimate_sensitivity(scores, make_study(schools)).set_index(["quantity", "school"]))
    for table in tables:
        shown = table[(table["state"] == "shown") & table["low"].notna() & ~table.index.isin(NOT_IN_ITS_INTERVAL, level="quantity")]
        assert (shown["low"] <= shown["estimate"]).all() and (shown["estimate"] <= shown["high"]).all()
        assert (table["low"].isna() == table["high"].isna()).all()


def test_the_spread_between_schools_may_lie_outside_its_interval() -> None:
    """Ten schools of one mind and a large one far off: REML gives the weight to the ten, the Q-profile can't explain the one."""
    changes = [0.23, 0.38, -0.08, 14.1, 0.03, 0.21, 0.22, 0.12, 0.02, -0.62, -0.86]
    variances = [0.0041, 0.0188, 0.0016, 9.6831, 0.0496, 0.5175, 0.0138, 0.0037, 0.0059, 0.0012, 0.5664]
    found = estimate_random_effects(changes, variances)
    assert 0 < found.tau2 < found.tau2_low


@settings(max_examples=40)
@given(studies, st.sampled_from([None, 0.05, 0.3, 1.5]))
def test_a_verdict_says_what_its_interval_says(study: tuple[int, pd.DataFrame], smallest: float | None) -> None:
    schools, scores = study
    table = estimate(scores, schools, smallest_change={} if smallest is None else {"cijfer1.grade": smallest})
    judged = pick(table, ["change", "change_pairs", "average_change"])
    for row in judged.itertuples():
        if row.state != "shown":
            assert row.verdict == ("not_computable" if row.state == "not_computable" else "")
            continue
        assert (row.low > 0) == row.verdict.startswith("rose") and (row.high < 0) == row.verdict.startswith("fell")
        near, far = sorted((abs(row.low), abs(row.high)))
        if smallest is None:
            assert row.verdict in ("rose", "fell", "unclear")
        elif row.verdict[:4] in ("rose", "fell"):
            assert row.verdict[5:] == ("clearly" if near > smallest else "slightly" if far < smallest else "probably")
        else:
            assert row.verdict in ("same", "unclear")
            assert row.verdict == "unclear" or abs(row.estimate) < smallest
            assert row.verdict == "same" or far >= smallest
