"""Scales in teams and schools, from the files to the numbers that their READMEs publish."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from tests.published.road import Road, assert_coefficients, assert_variances, find_row, near, walk
from toolkit.results.estimates.reliability import estimate_reliability
from toolkit.results.research.team_agreement import estimate_team
from toolkit.statistics.mixed_models.design import RandomTerm
from toolkit.statistics.mixed_models.model import fit_mixed
from toolkit.statistics.reliability import compute_alpha
from toolkit.statistics.team_agreement import compute_agreement, compute_team_icc, compute_team_variance

Floats = NDArray[np.float64]


def assert_alike(scores: pd.DataFrame, icc1: str, icc2: str, reml: str, f: tuple[int, int, str]) -> None:
    """Compare how far schools differ with the numbers of R."""
    found, variance = (compute(scores["score"], scores["school"]) for compute in (compute_team_icc, compute_team_variance))
    assert (found.icc1_mean_size, found.icc2, variance.icc1) == (near(icc1), near(icc2), near(reml))
    assert (found.df_between, found.df_within, found.f) == (f[0], f[1], near(f[2]))


def list_agreement(road: Road, name: str, options: int) -> Floats:
    """Return rwg(j) of every team of two or more, over people who answered all items."""
    answers, schools = road.take_scale(name), road.take_rows()["school"].to_numpy(dtype=str)
    complete = np.isfinite(answers).all(axis=1)
    found = compute_agreement(answers[complete], schools[complete], options)
    return found.rwgj[found.n >= 2]


def test_pupils_agree_about_their_teacher_as_published() -> None:
    road = walk("autonomy_support_nl")
    assert road.findings == {}
    assert (len(road.take_rows()), road.take_rows()["school"].nunique()) == (259, 14)
    alpha = compute_alpha(road.take_scale("autonomy.total"))
    rest = "0.3752 0.2044 0.3468 0.3898 0.4879 0.4406 0.4838"
    dropped = "0.6476 0.6908 0.6485 0.6375 0.6069 0.6211 0.6099"
    assert alpha.alpha == near("0.6735")
    assert list(alpha.item_rest) == [near(number) for number in rest.split()]
    assert list(alpha.if_dropped) == [near(number) for number in dropped.split()]
    assert_alike(road.take_scores("autonomy.total"), "0.23920", "0.85329", "0.29575", (13, 245, "6.8164"))
    agreement = list_agreement(road, "autonomy.total", 5)
    ours = [agreement.mean(), np.median(agreement), agreement.min(), agreement.max()]
    assert ours == [near(number) for number in ("0.8193", "0.8426", "0.6818", "0.9177")]


def test_the_results_of_the_toolkit_are_those_published_for_the_teachers() -> None:
    road = walk("autonomy_support_nl")
    team = estimate_team(road.exports.responses, road.scores, road.study)
    assert find_row(team, "icc2", school="")["estimate"] == near("0.85329")
    assert find_row(team, "icc1_reml", school="")["estimate"] == near("0.29575")
    assert find_row(team, "rwgj", school="")["estimate"] == near("0.8426")
    reliability = estimate_reliability(road.exports.responses, road.scores, road.study)
    assert [find_row(reliability, quantity)["estimate"] for quantity in ("alpha", "rwgj")] == [near("0.6735"), near("0.8426")]


SOLDIERS = {
    "hrs": ("0.13311", "0.91967", "0.12924", (98, 7283, "12.4491")),
    "lead": ("0.12703", "0.91561", "0.14746", (98, 7283, "11.8502")),
    "cohes": ("0.04427", "0.77546", "0.04805", (98, 7283, "4.4535")),
    "wbeing": ("0.04337", "0.77171", "0.04338", (98, 7283, "4.3804")),
}


@pytest.mark.parametrize("scale", SOLDIERS)
def test_companies_differ_as_published(scale: str) -> None:
    road = walk("bh1996")
    assert road.findings == {}
    scores = road.take_scores(f"climate.{scale}")
    assert (len(scores), scores["school"].nunique()) == (7382, 99)
    assert_alike(scores, *SOLDIERS[scale])


def test_well_being_has_the_variances_of_the_textbook() -> None:
    """Bliese, Multilevel Modeling in R: 0.03580079 and 0.78949727, ICC(1) 0.04337922; by analysis of variance 0.04336905."""
    scores = walk("bh1996").take_scores("climate.wbeing")
    found = compute_team_variance(scores["score"], scores["school"])
    assert (found.between, found.within) == (pytest.approx(0.03580079, rel=1e-4), pytest.approx(0.78949727, rel=1e-5))
    assert found.icc1 == pytest.approx(0.04337922, rel=1e-4)
    assert compute_team_icc(scores["score"], scores["school"]).icc1_mean_size == near("0.04336905")


def test_companies_agree_on_cohesion_as_published() -> None:
    agreement = list_agreement(walk("bh1996"), "climate.cohes", 5)
    ours = [agreement.mean(), np.median(agreement), agreement.min(), agreement.max()]
    assert ours == [near(number) for number in ("0.6316", "0.6347", "0.3310", "0.8465")]


def test_well_being_follows_work_hours_of_people_and_of_companies_as_in_lme4() -> None:
    rows = walk("bh1996").take_rows()
    hours = rows["climate_hrs"]
    design = np.column_stack([np.ones(len(rows)), hours, hours.groupby(rows["school"]).transform("mean")])
    fit = fit_mixed(rows["climate_wbeing"], design, [RandomTerm("company", rows["school"])], ["start", "hours", "company"])
    written = {"start": "4.74083 0.21367 86.0 22.188", "hours": "-0.04646 0.00489 7283.1 -9.505", "company": "-0.12693 0.01940 98.6 -6.542"}
    assert_coefficients(fit, written, ["start", "hours", "company"])
    assert_variances(fit, "0.01354", "0.78011")


def take_pupils() -> tuple[pd.DataFrame, Floats]:
    """Return the pupils of 160 schools, and whether each school is Catholic."""
    road = walk("hsb82")
    assert road.findings == {}
    sector = {school.id: school.sector for school in road.study.schools}
    rows = road.take_rows()
    assert (len(rows), rows["school"].nunique(), sorted(sector.values()).count("Catholic")) == (7185, 160, 70)
    return rows, (rows["school"].map(sector) == "Catholic").to_numpy(dtype=float)


def test_schools_differ_in_mathematics_as_in_lme4_and_the_textbook() -> None:
    rows, _ = take_pupils()
    fit = fit_mixed(rows["pupils_mach"], np.ones((len(rows), 1)), [RandomTerm("school", rows["school"])], ["start"])
    assert_coefficients(fit, {"start": "12.63697 0.24439 156.6 51.707"}, ["start"])
    between, within = (part.value for part in fit.varcomp)
    assert (between, within, between / (between + within)) == (near("8.61402"), near("39.14832"), near("0.18"))
    assert (fit.params[0], fit.bse[0], between, within) == (near("12.64"), near("0.24"), near("8.61"), near("39.15"))


def test_means_as_outcomes_are_those_of_lme4() -> None:
    rows, _ = take_pupils()
    design = np.column_stack([np.ones(len(rows)), rows["pupils_meanses"]])
    fit = fit_mixed(rows["pupils_mach"], design, [RandomTerm("school", rows["school"])], ["start", "meanses"])
    written = {"start": "12.68461 0.14929 153.7 84.966", "meanses": "5.86354 0.36147 153.4 16.221"}
    assert_coefficients(fit, written, ["start", "meanses"])
    assert_variances(fit, "2.63888", "39.15708")


@pytest.mark.parametrize("whole", [False, True])
def test_slopes_that_differ_between_schools_are_those_of_lme4(whole: bool) -> None:
    rows, catholic = take_pupils()
    cses, meanses, one = rows["pupils_cses"].to_numpy(), rows["pupils_meanses"].to_numpy(), np.ones(len(rows))
    columns = {"start": one, "cses": cses}
    written = {"start": "12.63619 0.24450 156.8 51.681", "cses": "2.19320 0.12826 155.2 17.100"}
    if whole:
        columns = {"start": one, "meanses": meanses, "cses": cses, "catholic": catholic}
        columns |= {"meanses:cses": meanses * cses, "cses:catholic": cses * catholic}
        written = {
            "start": "12.12793 0.19929 159.9 60.856",
            "meanses": "5.33287 0.36916 151.0 14.446",
            "cses": "2.94505 0.15559 139.5 18.928",
            "catholic": "1.22658 0.30627 149.6 4.005",
            "meanses:cses": "1.03925 0.29888 160.4 3.477",
            "cses:catholic": "-1.64268 0.23977 143.2 -6.851",
        }
    terms = [RandomTerm("school", rows["school"], np.column_stack([one, cses]), ("start", "cses"))]
    fit = fit_mixed(rows["pupils_mach"], np.column_stack(list(columns.values())), terms, list(columns))
    assert_coefficients(fit, written, list(columns))
    if not whole:
        assert_variances(fit, "0.04679", "0.69400", "8.68104", "36.70019")


TEACHERS = {
    "satjob": ("0.8423 2056 3.3382 0.5422 0.9875", ("0.13334", "0.65178", "0.13624", (168, 1887, "2.8717")), (4, "0.8918", "0.9181")),
    "satteach": ("0.8555 2055 3.1283 0.6689 0.9822", ("0.05834", "0.42966", "0.05661", (168, 1886, "1.7533")), (4, "0.7794", "0.8183")),
    "excht": ("0.7433 2051 4.3479 1.1580 0.9472", ("0.14998", "0.68166", "0.15041", (168, 1882, "3.1413")), (6, "0.5445", "0.6162")),
    "tclead": ("0.9191 2048 3.0792 0.7100 0.9907", ("0.11510", "0.61184", "0.11570", (168, 1879, "2.5763")), (4, "0.7994", "0.8572")),
}


@pytest.mark.parametrize("instrument", TEACHERS)
def test_scales_of_teachers_are_those_published(instrument: str) -> None:
    road = walk("pisa2015_teachers_us")
    written, icc, (options, mean_rwg, median_rwg) = TEACHERS[instrument]
    alpha, n, mean, sd, r = written.split()
    scores = road.take_scores(f"{instrument}.total")
    assert (len(scores), scores["score"].mean(), scores["score"].std()) == (int(n), near(mean), near(sd))
    row = find_row(estimate_reliability(road.exports.responses, road.scores, road.study), "alpha", instrument=instrument)
    assert (row["estimate"], row["n"]) == (near(alpha), int(n))
    index = road.take_scores(f"oecd.{instrument}").set_index("respondent")["score"]
    assert scores.set_index("respondent")["score"].corr(index) == near(r)
    assert_alike(scores, *icc)
    agreement = list_agreement(road, f"{instrument}.total", options)
    assert (agreement.size, agreement.mean(), np.median(agreement)) == (168, near(mean_rwg), near(median_rwg))


def test_teachers_who_answered_nothing_or_little_are_told_and_nothing_else_is() -> None:
    road, file = walk("pisa2015_teachers_us"), "pisa2015_us_teachers_general.csv"
    assert road.findings == {("left_out_unfinished", file): 4, ("answers_partial", file): 2}
    assert road.exports.sources["rows_read"].tolist() == [2097]


def spread_scores(road: Road, *instruments: str) -> pd.DataFrame:
    """Return a row per person with the school and these scores, without people who miss one."""
    columns = {name: road.take_scores(f"{name}.total").set_index(["school", "respondent"])["score"] for name in instruments}
    return pd.DataFrame(columns).dropna().reset_index()


def test_satisfaction_follows_leadership_and_exchange_as_in_lme4() -> None:
    people = spread_scores(walk("pisa2015_teachers_us"), "satjob", "tclead", "excht")
    assert len(people) == 1977
    design = np.column_stack([np.ones(len(people)), people["tclead"], people["excht"]])
    fit = fit_mixed(people["satjob"], design, [RandomTerm("school", people["school"])], ["start", "lead", "exch"])
    written = {"start": "2.13305 0.06118 1860.9 34.865", "lead": "0.33395 0.01546 1973.5 21.598", "exch": "0.04033 0.00956 1966.0 4.217"}
    assert_coefficients(fit, written, ["start", "lead", "exch"])
    assert_variances(fit, "0.02757", "0.20625")


def test_satisfaction_follows_leadership_within_and_between_schools_as_in_lme4() -> None:
    road = walk("pisa2015_teachers_us")
    people = spread_scores(road, "satjob", "tclead")
    assert len(people) == 2016
    # the mean of a school is over everybody who rated its leadership
    of_school = people["school"].map(road.take_scores("tclead.total").groupby("school")["score"].mean())
    design = np.column_stack([np.ones(len(people)), people["tclead"] - of_school, of_school])
    fit = fit_mixed(people["satjob"], design, [RandomTerm("school", people["school"])], ["start", "within", "between"])
    written = {"start": "1.94103 0.15842 167.2 12.253", "within": "0.33493 0.01602 1841.1 20.905", "between": "0.45319 0.05122 166.8 8.847"}
    assert_coefficients(fit, written, ["start", "within", "between"])
    assert_variances(fit, "0.02553", "0.20852")


MOTIVATION = {
    "interest": ("4.2456", "0.1784", "0.8676", 885),
    "utility": ("3.7391", "0.1779", "0.7991", 898),
    "competence": ("3.6462", "0.1779", "0.4693", 896),
}


@pytest.mark.parametrize("scale", MOTIVATION)
def test_motivation_is_that_of_the_textbook(scale: str) -> None:
    road = walk("online_science_motivation")
    mean, missing, alpha, n = MOTIVATION[scale]
    answers = road.take_scale(f"motivation.{scale}", "pre")
    rows_read = int(road.exports.sources.set_index("source")["rows_read"]["pre_survey.csv"])
    assert rows_read == 1102
    assert (np.nanmean(answers), 1 - np.isfinite(answers).sum() / (rows_read * answers.shape[1])) == (near(mean), near(missing))
    row = find_row(estimate_reliability(road.exports.responses, road.scores, road.study), "alpha", scale=scale, wave="pre")
    assert (row["estimate"], row["n"]) == (near(alpha), n)


def test_courses_differ_in_grades_as_published() -> None:
    scores = walk("online_science_motivation").take_scores("course.final")
    assert_alike(scores, "0.05016", "0.53787", "0.05053", (25, 547, "2.1639"))


def test_a_model_without_variance_between_courses_says_so() -> None:
    road = walk("online_science_motivation")
    scores = road.take_scores("course.earned")
    assert len(scores) == 603
    fit = fit_mixed(scores["score"], np.ones((603, 1)), [RandomTerm("course", scores["school"])], ["start"])
    assert fit.singular and fit.varcomp[0].value == pytest.approx(0, abs=1e-12)
    found = compute_team_variance(scores["score"], scores["school"])
    assert (found.at_boundary, found.between) == (True, 0)
    team = estimate_team(road.exports.responses, road.scores, road.study)
    row = find_row(team, "icc1_reml", scale="earned", school="", wave="end")
    assert (row["estimate"], row["method"]) == (0, "REML, no variance between teams")
