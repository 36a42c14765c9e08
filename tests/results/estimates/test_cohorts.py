"""Cohorts beside each other: the numbers by hand, the same from one study and from two, and what stands where there is no number."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

import toolkit as plg
from tests.estimated import estimate_shipped
from tests.two_studies import SHIPPED, write_cohort_studies
from toolkit.results.disclosure.released_data import combine_results
from toolkit.results.estimates.cohorts import Walk, estimate_walks
from toolkit.results.estimation import Estimation, estimate_study, join_cohorts
from toolkit.results.results import Results
from toolkit.results.rows import keep_reported
from toolkit.study.cohorts import list_cohorts
from toolkit.study.loading import load_study

KEY = ["cohort", "against", "school", "wave", "instrument", "scale", "rating", "quantity"]
UWES = {"instrument": "uwes9", "scale": "total"}


@pytest.fixture(scope="module")
def one() -> Estimation:
    return estimate_shipped("twee_cohorten")


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> list[Estimation]:
    return [estimate_study(load_study(folder)) for folder in write_cohort_studies(tmp_path_factory.mktemp("two"))]


def take(results: Results, quantity: str, **where: str) -> pd.DataFrame:
    table = results.cohorts[results.cohorts["quantity"] == quantity]
    for name, value in (UWES | where).items():
        table = table[table[name] == value]
    return table.reset_index(drop=True)


def shorten(part: Estimation, schools: list[str]) -> Estimation:
    """Return a study estimated without the changes of other schools, as where these may not be shown."""
    change = part.results.change
    gone = (change["school"] != "") & ~change["school"].isin(schools)
    hidden = change.assign(state=change["state"].mask(gone, "hidden"))
    results = Results(**{name: getattr(part.results, name) for name in part.results.__slots__} | {"change": hidden})
    return Estimation(part.study, part.exports, part.scores, results, part.changed, None)


def test_the_change_of_a_cohort_is_that_of_its_schools_on_the_trajectory(one: Estimation) -> None:
    """A drawn study: a comparison school in each cohort, whose change lies far from that of the others."""
    walked = {cohort.name: cohort.codes for cohort in list_cohorts([one.study])}
    beside = {codes[0] for codes in walked.values()}
    schools = tuple(s.model_copy(update={"group": "comparison" if s.id in beside else "trajectory"}) for s in one.study.schools)
    study = one.study.model_copy(update={"schools": schools})
    far = one.scores["school"].isin(beside) & (one.scores["wave"] != study.waves[0].id)
    scores = one.scores.assign(score=one.scores["score"].mask(far, 0.0))
    for cohort in list_cohorts([study]):
        rows = estimate_walks([Walk(each, keep_reported(scores, study), one.results) for each in list_cohorts([study])], 0.95)
        found = rows[(rows["cohort"] == cohort.name) & (rows["scale"] == "total") & (rows["instrument"] == "uwes9")]
        own = found[(found["quantity"] == "change") & (found["school"] != "")]
        assert set(cohort.codes) == set(walked[cohort.name]) - beside >= set(own["school"])
        mean = found[(found["quantity"] == "change") & (found["school"] == "")]
        assert int(mean["schools"].iloc[0]) == len(own) and abs(mean["estimate"].iloc[0] - own["estimate"].mean()) < 0.1


def test_one_study_and_two_give_the_same_to_the_last_digit(one: Estimation, parts: list[Estimation]) -> None:
    """Where the same schools may be shown; which of them may differs where one study publishes averages over both cohorts too."""
    first, second = one.results.cohorts, join_cohorts(parts).cohorts
    both = first.merge(second, on=KEY, suffixes=("", "_two"))
    where = list(zip(both["instrument"], both["scale"], strict=True))
    apart = {place for place, row in zip(where, both.itertuples(), strict=True) if row.schools != row.schools_two}
    same = both[[place not in apart for place in where]]
    # One study also publishes averages over both cohorts, so that other schools stay hidden in it: on two factors of the twelve.
    assert len(same) > 400 and len(apart) <= 2
    for name in ("estimate", "std_error", "low", "high", "p_value", "df", "n"):
        pd.testing.assert_series_equal(same[name], same[f"{name}_two"], check_names=False, check_exact=True)
    alone = same[~same["instrument"].isin([instrument for instrument, _ in apart])]  # factors are corrected together
    pd.testing.assert_series_equal(alone["verdict"], alone["verdict_two"], check_names=False)
    assert len(first) - len(both) < 10 > len(second) - len(both)


def test_the_mean_of_a_cohort_is_that_of_its_schools_and_their_difference_the_pooled_t(parts: list[Estimation]) -> None:
    results = join_cohorts(parts)
    changes = []
    for part, cohort in zip(parts, ("2024", "2025"), strict=True):
        table = part.results.change
        own = table[
            (table["quantity"] == "change_common")
            & (table["comparison"] == "main")
            & (table["instrument"] == "uwes9")
            & (table["scale"] == "total")
        ]
        changes.append(own["estimate"].to_numpy())
        (row,) = take(results, "change", cohort=cohort, school="").itertuples()
        test = stats.ttest_1samp(changes[-1], 0)
        assert (row.estimate, row.p_value) == pytest.approx((changes[-1].mean(), test.pvalue), abs=1e-9)
        assert (row.low, row.high) == pytest.approx(tuple(test.confidence_interval()), abs=1e-9)
    (row,) = take(results, "difference").itertuples()
    test = stats.ttest_ind(changes[1], changes[0], equal_var=True)
    assert (row.cohort, row.against, row.df, row.schools) == ("2025", "2024", 6.0, 8)
    assert (row.estimate, row.p_value) == pytest.approx((changes[1].mean() - changes[0].mean(), test.pvalue), abs=1e-9)
    assert (row.low, row.high) == pytest.approx(tuple(test.confidence_interval()), abs=1e-9)


def test_the_page_and_a_plain_frame_give_the_same_numbers(one: Estimation) -> None:
    scores = keep_reported(one.scores, one.study)
    own = scores[
        (scores["instrument"] == "plg12")
        & (scores["scale"] == "e1")
        & (scores["rating"] == "now")
        & scores["wave"].isin(["before", "after"])
    ]
    frame = own.assign(cohort=own["school"].map(one.study.find_cohort))
    found = plg.compare_cohorts(frame, dv="score", person="respondent", before="before", after="after", smallest_group=5, detail=True)
    page = one.results.cohorts
    page = page[(page["scale"] == "e1") & (page["rating"] == "now") & (page["school"] == "")]
    for what, quantity in (("cohort", "change"), ("difference", "difference")):
        for name in ("estimate", "std_error", "df", "low", "high", "p_value"):
            np.testing.assert_array_equal(
                found.loc[found["what"] == what, name].to_numpy(float), page.loc[page["quantity"] == quantity, name].to_numpy(float)
            )


def test_the_schools_of_a_cohort_have_the_change_of_their_own_page(one: Estimation) -> None:
    change = one.results.change
    own = change[
        (change["quantity"] == "change")
        & (change["comparison"] == "main")
        & (change["instrument"] == "uwes9")
        & (change["scale"] == "total")
    ]
    beside = take(one.results, "change")
    beside = beside[beside["school"] != ""].set_index("school")
    for row in own[(own["school"] != "") & (own["state"] == "shown")].itertuples():
        assert tuple(beside.loc[row.school, ["estimate", "low", "high"]]) == (row.estimate, row.low, row.high)


def test_people_and_months_are_those_of_the_cohort(one: Estimation) -> None:
    table = one.results.cohorts
    used = table[table["quantity"] == "used"].set_index(["cohort", "wave"])
    assert sorted(used.index) == [("2024", "after"), ("2024", "before"), ("2024", "follow_up"), ("2025", "after"), ("2025", "before")]
    shown = one.results.participation
    for (cohort, wave), row in used.iterrows():
        schools = [s.id for s in one.study.schools if s.cohort == cohort]
        own = shown[(shown["quantity"] == "used") & (shown["wave"] == wave) & shown["school"].isin(schools) & (shown["state"] == "shown")]
        assert row["estimate"] == own["estimate"].sum()
    months = used["time"].round(1)
    assert months["2024"].to_dict() == {"before": 0.0, "after": 9.0, "follow_up": 16.6}
    assert months["2025"].to_dict() == {"before": 0.0, "after": 9.0}


@pytest.mark.parametrize(
    ("schools", "check"),
    [
        (["s5"], lambda change, difference: change["schools"] == 1 and difference["method"] == "too_few_schools"),
        (["s5", "s6", "s7"], lambda change, difference: change["schools"] == 3 and math.isnan(difference["estimate"])),
        ([], lambda change, difference: change["state"] == "hidden" and difference["state"] == "not_computable"),
    ],
)
def test_a_cohort_of_few_schools_stands_without_interval_and_test(
    parts: list[Estimation], schools: list[str], check: Callable[[pd.Series, pd.Series], bool]
) -> None:
    results = join_cohorts([parts[0], shorten(parts[1], schools)])
    (change,) = [row for _, row in take(results, "change", cohort="2025", school="").iterrows()]
    (difference,) = [row for _, row in take(results, "difference").iterrows()]
    assert check(change, difference) and math.isnan(change["low"])


def test_two_schools_are_not_set_beside_each_other(parts: list[Estimation]) -> None:
    results = join_cohorts([shorten(parts[0], ["s1"]), shorten(parts[1], ["s5"])])
    assert set(results.cohorts.loc[results.cohorts["quantity"] == "change", "state"]) <= {"hidden", "not_measured"}
    assert not (results.cohorts["school"] != "").any()


def test_a_cohort_whose_second_measurement_nobody_answered_was_not_measured(tmp_path: Path, parts: list[Estimation]) -> None:
    _, folder = write_cohort_studies(tmp_path)
    file = folder / "exports" / "2025_after.csv"
    file.write_text(file.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    text = (folder / "study.toml").read_text(encoding="utf-8")
    blocks = [block for block in text.split("\n\n") if "2025_after" not in block]
    (folder / "study.toml").write_text("\n\n".join(blocks), encoding="utf-8")
    results = join_cohorts([parts[0], estimate_study(load_study(folder))])
    (change,) = take(results, "change", cohort="2025", school="").itertuples()
    assert (change.state, change.method) == ("not_measured", "no_answers")
    (own,) = take(results, "change", cohort="2024", school="").itertuples()
    assert own.state == "shown"


def test_from_four_cohorts_on_they_are_summed_up_and_three_make_three_pairs(parts: list[Estimation]) -> None:
    four = [rename(part, name) for part, name in zip([*parts, *parts], "abcd", strict=True)]
    results = join_cohorts(four)
    assert take(results, "difference").empty
    (average,) = take(results, "average", cohort="").itertuples()
    assert (average.df, average.schools) == (3.0, 16) and average.low < average.estimate < average.high
    assert len(take(results, "tau_cohorts")) == len(take(results, "tau_schools")) == 1
    assert len(take(join_cohorts(four[:3]), "difference")) == 3


def test_the_differences_of_three_cohorts_are_corrected_for_their_number(parts: list[Estimation]) -> None:
    results = join_cohorts([rename(part, name) for part, name in zip([*parts, parts[0]], "abc", strict=True)])
    pairs = take(results, "difference")
    np.testing.assert_allclose(pairs["p_adjusted"], multipletests(pairs["p_value"], method="holm")[1], rtol=0, atol=1e-12)
    assert (pairs["p_adjusted"] >= pairs["p_value"]).all() and (pairs["p_adjusted"] > pairs["p_value"]).any()


def test_a_cohort_of_one_school_tells_its_change_no_finer_than_the_page_of_the_school(parts: list[Estimation]) -> None:
    results = join_cohorts([parts[0], shorten(parts[1], ["s5"])])
    (change,) = take(results, "change", cohort="2025", school="").itertuples()
    (school,) = take(results, "change", cohort="2025", school="s5").itertuples()
    assert (change.schools, change.estimate) == (1, school.estimate)
    told = combine_results(results, load_study(SHIPPED)).query("cohort == '2025' and quantity == 'change'")
    (released,) = told.loc[(told["instrument"] == "uwes9") & (told["scale"] == "total"), "estimate"]
    assert released == round(change.estimate, 2) != round(change.estimate, 4)


def rename(part: Estimation, name: str) -> Estimation:
    """Return the study under another id and cohort, with schools of other names."""
    schools = tuple(school.model_copy(update={"name": f"{school.name} {name}"}) for school in part.study.schools)
    study = part.study.model_copy(update={"id": name, "cohort": name, "schools": schools})
    return Estimation(study, part.exports, part.scores, part.results, part.changed, None)
