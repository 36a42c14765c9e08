"""Changes between waves, from the files to the numbers that their READMEs publish."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.published.road import SHIPPED, SURE, Road, assert_coefficients, assert_variances, find_row, near, walk
from toolkit.responses.exports import read_exports
from toolkit.results.estimates.change import estimate_change, pair_waves
from toolkit.results.estimates.levels import estimate_levels
from toolkit.results.estimates.reliability import estimate_reliability
from toolkit.scoring import compute_scores
from toolkit.statistics.means import compute_paired_change, compute_paired_effects, compute_two_groups
from toolkit.statistics.mixed_models.design import RandomTerm
from toolkit.statistics.mixed_models.model import fit_mixed
from toolkit.statistics.team_agreement import compute_team_icc, compute_team_variance
from toolkit.study.study import Comparison, Matching

#: how the READMEs write a paired change.
PAIRED = re.compile(
    r"n pairs (?P<n>\d+) \(first (?P<first>\d+), second (?P<second>\d+)\), means (?P<before>\S+) -> (?P<after>[^,\s]+), "
    r"SDs (?P<sd_before>\S+) / (?P<sd_after>[^,\s]+), r = (?P<r>[^,\s]+), mean difference (?P<change>[^,\s]+), "
    r"SD of differences (?P<sd>[^,\s]+), t\((?P<df>\d+)\) = (?P<t>[^,\s]+), p = (?P<p>[^,\s]+), 95% CI \[(?P<low>\S+), (?P<high>\S+)\], "
    r"d_z = (?P<d_z>[^,\s]+), d_av \(divisor sqrt of mean variance\) = (?P<d_av>[^,\s]+), g_z = (?P<g_z>[^,\s]+), "
    r"improved/unchanged/declined (?P<up>\d+)/(?P<same>\d+)/(?P<down>\d+)"
)


def assert_paired(road: Road, name: str, waves: tuple[str, str], line: str, alone: int = 0) -> None:
    """Compare the people who answered in both waves with the line of a README; `alone` in the first has no form in the second."""
    match = PAIRED.fullmatch(line)
    assert match
    say = match.groupdict()
    people = pair_waves(road.take_scores(name), Comparison(id="x", before=waves[0], after=waves[1]))
    pairs = people.dropna()
    assert [people["before"].count(), people["after"].count(), len(pairs)] == [
        int(say["first"]) + alone,
        int(say["second"]),
        int(say["n"]),
    ]
    found, sizes = (compute(pairs["before"], pairs["after"]) for compute in (compute_paired_change, compute_paired_effects))
    ours = {
        "change": found.estimate,
        "sd": found.sd_change,
        "r": found.correlation,
        "low": found.low,
        "high": found.high,
        "p": found.p_value,
    }
    ours |= {"before": pairs["before"].mean(), "after": pairs["after"].mean(), "sd_before": found.sd_before, "sd_after": found.sd_after}
    ours |= {"t": found.estimate / found.std_error, "df": found.df}
    ours |= {"d_z": sizes.d_z.estimate, "d_av": sizes.d_av.estimate, "g_z": sizes.g_z.estimate}
    assert ours == {key: near(say[key]) for key in ours}
    signs = np.sign((pairs["after"] - pairs["before"]).round(9))
    assert [int((signs == sign).sum()) for sign in (1, 0, -1)] == [int(say[key]) for key in ("up", "same", "down")]


UNITS = {
    (
        "job_satisfaction",
        "w3",
    ): "n pairs 442 (first 468, second 463), means 3.2383 -> 3.3318, SDs 0.9823 / 0.8574, r = 0.3839, mean difference"
    " 0.0935, SD of differences 1.0264, t(441) = 1.9155, p = 0.05608, 95% CI [-0.0024, 0.1895], d_z = 0.0911, d_av (divisor sqrt of mean"
    " variance) = 0.1014, g_z = 0.0910, improved/unchanged/declined 186/97/159",
    (
        "job_satisfaction",
        "w2",
    ): "n pairs 441 (first 468, second 465), means 3.2404 -> 3.2593, SDs 0.9763 / 0.9291, r = 0.5553, mean difference"
    " 0.0189, SD of differences 0.8994, t(440) = 0.4412, p = 0.6593, 95% CI [-0.0653, 0.1031], d_z = 0.0210, d_av (divisor sqrt of mean"
    " variance) = 0.0198, g_z = 0.0210, improved/unchanged/declined 164/108/169",
    (
        "readiness",
        "w3",
    ): "n pairs 437 (first 463, second 460), means 3.0154 -> 3.2151, SDs 0.8272 / 0.8036, r = 0.4065, mean difference 0.1997,"
    " SD of differences 0.8886, t(436) = 4.6970, p = 3.544e-06, 95% CI [0.1161, 0.2832], d_z = 0.2247, d_av (divisor sqrt of mean"
    " variance) = 0.2448, g_z = 0.2243, improved/unchanged/declined 229/64/144",
    ("commitment", "w3"): "n pairs 444 (first 467, second 467), means 3.6186 -> 3.5330, SDs 0.8562 / 0.7520, r = 0.5245, mean difference"
    " -0.0856, SD of differences 0.7894, t(443) = -2.2844, p = 0.02282, 95% CI [-0.1592, -0.0120], d_z = -0.1084,"
    " d_av (divisor sqrt of mean"
    " variance) = -0.1062, g_z = -0.1082, improved/unchanged/declined 138/107/199",
}


@pytest.mark.parametrize(("instrument", "after"), UNITS)
def test_soldiers_changed_as_published(instrument: str, after: str) -> None:
    assert_paired(walk("univbct", SHIPPED), f"{instrument}.total", ("w1", after), UNITS[instrument, after])


GROWTH = {
    "job_satisfaction": ("3.24433 0.05638 27.8 57.539", "0.05204 0.02168 918.3 2.401", ("0.39564", "0.04722", "0.42976")),
    "readiness": ("3.02884 0.05698 31.0 53.155", "0.09993 0.01933 914.6 5.171", ("0.29120", "0.06458", "0.33829")),
}


@pytest.mark.parametrize("instrument", GROWTH)
def test_soldiers_grew_as_in_lme4(instrument: str) -> None:
    road = walk("univbct", SHIPPED)
    scores = road.take_scores(f"{instrument}.total")
    if instrument == "job_satisfaction":
        assert (len(scores), scores["respondent"].nunique(), scores["school"].nunique()) == (1396, 492, 43)
    time = scores["wave"].map({"w1": 0.0, "w2": 1.0, "w3": 2.0}).to_numpy(dtype=float)
    terms = [RandomTerm("person", scores["respondent"]), RandomTerm("unit", scores["school"])]
    fit = fit_mixed(scores["score"], np.column_stack([np.ones(len(scores)), time]), terms, ["start", "time"])
    start, change, variances = GROWTH[instrument]
    assert_coefficients(fit, {"start": start, "time": change}, ["start", "time"])
    assert_variances(fit, *variances)


def test_job_satisfaction_differs_between_people_and_over_time_as_in_the_textbook() -> None:
    """Bliese, Multilevel Modeling in R: an intercept per person, without and with linear time; nlme counts 903 degrees of freedom."""
    scores = walk("univbct", SHIPPED).take_scores("job_satisfaction.total")
    person, one = RandomTerm("person", scores["respondent"]), np.ones(len(scores))
    between, within = (part.value for part in fit_mixed(scores["score"], one[:, None], [person], ["start"]).varcomp)
    assert (between, within) == (near("0.4337729", SURE), near("0.4319055", SURE))
    assert between / (between + within) == near("0.5010786", SURE)
    time = scores["wave"].map({"w1": 0.0, "w2": 1.0, "w3": 2.0}).to_numpy(dtype=float)
    fit = fit_mixed(scores["score"], np.column_stack([one, time]), [person], ["start", "time"])
    assert list(fit.params) == [near("3.21886617", SURE), near("0.05176461", SURE)]
    assert list(fit.bse) == [near("0.04075699", SURE), near("0.02168024", SURE)]
    t = fit.params[1] / fit.bse[1]
    assert (t, 2 * stats.t.sf(t, 903)) == (near("2.387640", SURE), near("0.01716169", 10 * SURE))


@pytest.mark.parametrize(
    ("instrument", "icc1", "icc2", "reml", "f"),
    [
        ("job_satisfaction", "0.09279", "0.52677", "0.08030", (42, 425, "2.1131")),
        ("readiness", "0.07359", "0.46100", "0.06375", (42, 420, "1.8553")),
    ],
)
def test_soldiers_of_one_unit_are_alike_as_published(instrument: str, icc1: str, icc2: str, reml: str, f: tuple[int, int, str]) -> None:
    scores = walk("univbct", SHIPPED).take_scores(f"{instrument}.total", "w1")
    found, variance = (compute(scores["score"], scores["school"]) for compute in (compute_team_icc, compute_team_variance))
    assert (found.icc1_mean_size, found.icc2, variance.icc1) == (near(icc1), near(icc2), near(reml))
    assert (found.df_between, found.df_within, found.f) == (f[0], f[1], near(f[2]))


def test_people_without_an_answer_are_counted_per_wave_as_published() -> None:
    road = walk("univbct", SHIPPED)
    missing = {"job_satisfaction": (27, 30, 32), "commitment": (28, 23, 28), "readiness": (32, 29, 35)}
    for instrument, counts in missing.items():
        assert tuple(495 - len(road.take_scores(f"{instrument}.total", wave)) for wave in ("w1", "w2", "w3")) == counts


def test_sleep_is_that_of_student() -> None:
    line = (
        "n pairs 10 (first 10, second 10), means 0.7500 -> 2.3300, SDs 1.7890 / 2.0022, r = 0.7952, mean difference"
        " 1.5800, SD of differences"
        " 1.2300, t(9) = 4.0621, p = 0.002833, 95% CI [0.7001, 2.4599], d_z = 1.2846, d_av (divisor sqrt of mean variance) = 0.8322,"
        " g_z = 1.1739, improved/unchanged/declined 9/1/0"
    )
    road = walk("paired_classics/sleep")
    assert road.findings == {}
    assert_paired(road, "sleep.extra", ("first", "second"), line)
    row = find_row(estimate_change(road.scores, road.study), "change_pairs")
    assert (row["estimate"], row["low"], row["high"], row["p_value"]) == (near("1.58"), near("0.7001"), near("2.4599"), near("0.002833"))
    assert (row["df"], row["n"]) == (9, 10)


def test_patients_gained_weight_as_published() -> None:
    line = (
        "n pairs 72 (first 72, second 72), means 82.4083 -> 85.1722, SDs 5.1825 / 8.0352, r = 0.3324, mean difference 2.7639, SD of"
        " differences 7.9836, t(71) = 2.9376, p = 0.004458, 95% CI [0.8878, 4.6399], d_z = 0.3462, d_av (divisor sqrt of mean"
        " variance) = 0.4088, g_z = 0.3425, improved/unchanged/declined 42/1/29"
    )
    road = walk("paired_classics/anorexia")
    assert road.findings == {}
    assert_paired(road, "weight.lb", ("first", "second"), line)
    change = estimate_change(road.scores, road.study)
    everybody = find_row(change, "change_person")
    assert (everybody["n"], everybody["estimate"], everybody["p_value"]) == (72, near("2.7639"), near("0.004458"))
    groups = {
        "CBT": "29 3.0069 2.2156 0.03502 0.4114",
        "Cont": "26 -0.4500 -0.2872 0.7763 -0.0563",
        "FT": "17 7.2647 4.1849 0.0007003 1.0150",
    }
    for group, line in groups.items():
        n, estimate, t, p, d_z = line.split()
        row = find_row(change, "change_pairs", school=group)
        assert (row["n"], row["estimate"], row["p_value"]) == (int(n), near(estimate), near(p))
        assert row["estimate"] / row["std_error"] == near(t)
        assert find_row(change, "d_z", school=group)["estimate"] == near(d_z)


def test_weight_after_treatment_adjusted_for_the_start_is_that_of_venables_and_ripley() -> None:
    """Least squares as the limit of the mixed model: every patient is a group of one, so that only the residual is left."""
    people = pair_waves(walk("paired_classics/anorexia").take_scores("weight.lb"), Comparison(id="x", before="first", after="second"))
    group = people.index.get_level_values("school")
    design = np.column_stack([np.ones(len(people)), people["before"], group == "Cont", group == "FT"])
    coefficients, (squares,), _, _ = np.linalg.lstsq(design, (people["after"] - people["before"]).to_numpy(), rcond=None)
    errors = np.sqrt(squares / (len(people) - 4) * np.diag(np.linalg.inv(design.T @ design)))
    written = ["49.7711 13.3910 3.7168", "-0.5655 0.1612 -3.5087", "-4.0971 1.8935 -2.1638", "4.5631 2.1333 2.1389"]
    for line, estimate, error in zip(written, coefficients, errors, strict=True):
        assert [estimate, error, estimate / error] == [near(number) for number in line.split()]


ANXIETY = (
    "n pairs 1137 (first 1181, second 1170), means 1.9977 -> 2.0899, SDs 0.5003 / 0.5164, r = 0.6902, mean difference 0.0922, SD of"
    " differences 0.4004, t(1136) = 7.7666, p = 1.793e-14, 95% CI [0.0689, 0.1155], d_z = 0.2303, d_av (divisor sqrt of mean"
    " variance) = 0.1814, g_z = 0.2302, improved/unchanged/declined 651/96/390"
)
PER_STUDY = (
    "AGES 65, 0.1392, 3.889; Cart 61, 0.1410, 3.714; Fast 90, 0.1739, 6.275; FIAT 67, 0.1030, 1.502; FILM 88, 0.1045, 2.033;"
    " FLAT 163, 0.0463, 1.164; HOME 58, 0.1017, 2.928; PAT 60, 0.0292, 0.516; SALT 100, 0.1760, 5.749; SHED 55, 0.1873, 3.403;"
    " SHOP 97, 0.0634, 2.711; VALE 74, 0.0507, 1.203; XRAY 159, 0.0154, 0.443"
)
THIRTEEN = [part.split()[0] for part in PER_STUDY.split("; ")]


def take_thirteen() -> Road:
    """Return the road of the experiments that have a first and a second moment."""
    road = walk("state_anxiety_waves")
    return Road(road.study, road.exports, road.scores[road.scores["school"].isin(THIRTEEN)])


def test_a_repeated_key_and_rows_without_a_number_are_told() -> None:
    road = walk("state_anxiety_waves")
    assert road.exports.sources["rows_read"].tolist() == [5378]
    told = {code: count for (code, _), count in road.findings.items()}
    assert (told["respondent_double_first"], told["left_out_double"], told["code_empty"]) == (1, 1, 6)
    assert not (road.exports.findings["severity"] == "stops").any()


def test_anxiety_rose_as_published() -> None:
    assert_paired(take_thirteen(), "anxiety.total", ("t1", "t2"), ANXIETY, alone=1)


def test_anxiety_rose_per_experiment_as_published() -> None:
    road = walk("state_anxiety_waves")
    change = estimate_change(road.scores, road.study)
    for part in PER_STUDY.split("; "):
        school, n, estimate, t = part.replace(",", "").split()
        row, d_z = find_row(change, "change_pairs", school=school), find_row(change, "d_z", school=school)
        assert (d_z["n"], d_z["estimate"] * np.sqrt(d_z["n"])) == (int(n), near(t))
        assert (row["n"], row["estimate"], row["estimate"] / row["std_error"]) == (int(n), near(estimate), near(t))
        scores = road.take_scores("anxiety.total")
        pairs = pair_waves(scores[scores["school"] == school], road.study.planned[0]).dropna()
        assert compute_paired_change(pairs["before"], pairs["after"]).estimate == near(estimate)


def test_anxiety_is_measured_as_precisely_as_published() -> None:
    """The published alpha holds the repeated key twice: so does a study in which nobody is matched."""
    study = walk("state_anxiety_waves").study.model_copy(update={"matching": Matching(by="none")})
    responses = read_exports(study).responses
    table = estimate_reliability(responses, compute_scores(responses, study), study)
    for wave, alpha, n in (("t1", "0.9118", 2931), ("t2", "0.9147", 1171)):
        row = find_row(table, "alpha", wave=wave)
        assert (row["estimate"], row["n"]) == (near(alpha), n)


def test_one_experiment_has_the_published_means_at_three_moments() -> None:
    road = walk("state_anxiety_waves")
    people = road.take_scores("anxiety.total")
    assert sorted(people.loc[people["school"] == "FLAT", "wave"].unique()) == ["t1", "t2", "t3"]
    levels = estimate_levels(road.scores, road.study)
    means = [find_row(levels, "mean", school="FLAT", wave=wave)["estimate"] for wave in ("t1", "t2", "t3")]
    assert means == [near(written) for written in ("2.0822", "2.1183", "2.2193")]


def test_anxiety_rose_in_the_mixed_model_of_lme4() -> None:
    scores = take_thirteen().take_scores("anxiety.total")
    scores = scores[scores["wave"].isin(["t1", "t2"])]
    post = (scores["wave"] == "t2").to_numpy(dtype=float)
    terms = [RandomTerm("person", scores["respondent"]), RandomTerm("study", scores["school"])]
    fit = fit_mixed(scores["score"], np.column_stack([np.ones(len(scores)), post]), terms, ["start", "post"])
    assert_coefficients(fit, {"start": "1.99055 0.02468 13.6 80.666", "post": "0.09045 0.01182 1155.4 7.652"}, ["start", "post"])
    assert_variances(fit, "0.17588", "0.00490", "0.08027")


YEARS = {
    "affsat": ("0.9229 270 3.6435 0.9703", "0.9055 208 3.8726 0.8484", "468.38 2.7483 0.0062"),
    "affrec": ("0.9285 270 3.5356 1.0061", "0.8801 195 3.6267 0.8466", "452.25 1.0574 0.2909"),
    "percemp": ("0.7450 271 3.5363 0.9110", "0.7731 207 3.7858 0.7976", "467.16 3.1858 0.0015"),
}


@pytest.mark.parametrize("instrument", YEARS)
def test_the_same_questions_of_two_years_give_the_published_numbers(instrument: str) -> None:
    road = walk("limesurvey_rse_uk_waves")
    reliability = estimate_reliability(road.exports.responses, road.scores, road.study)
    for wave, written in zip(("y2016", "y2017"), YEARS[instrument], strict=False):
        alpha, n, mean, sd = written.split()
        scores = road.take_scores(f"{instrument}.total", wave)["score"]
        assert (len(scores), scores.mean(), scores.std()) == (int(n), near(mean), near(sd))
        row = find_row(reliability, "alpha", wave=wave, instrument=instrument)
        assert (row["estimate"], row["n"]) == (near(alpha), int(n))


@pytest.mark.parametrize("instrument", YEARS)
def test_people_who_can_not_be_followed_are_compared_as_two_groups(instrument: str) -> None:
    road = walk("limesurvey_rse_uk_waves")
    df, t, p = YEARS[instrument][2].split()
    groups = [road.take_scores(f"{instrument}.total", wave)["score"] for wave in ("y2017", "y2016")]
    found = compute_two_groups(*groups)
    assert (found.welch.df, found.welch.estimate / found.welch.std_error, found.welch.p_value) == (near(df), near(t), near(p))
    if instrument == "affsat":
        assert found.d_s.estimate == near("0.2492")
    change = estimate_change(road.scores, road.study)
    assert find_row(change, "change", instrument=instrument, school="uk")["estimate"] == pytest.approx(found.welch.estimate, abs=1e-9)
    refused = find_row(change, "change_pairs", instrument=instrument, school="uk")
    assert (refused["state"], refused["method"], refused["pairs"]) == ("not_computable", "no_pairs", 0)
    assert not road.take_rows()["respondent"].duplicated().any()


def test_nothing_in_the_two_years_is_left_unread() -> None:
    road = walk("limesurvey_rse_uk_waves")
    codes = set(road.exports.findings["code"])
    assert not codes & {"answer_unknown", "label_unknown", "column_uncoded", "items_missing", "header_missing", "header_twice"}
    assert road.exports.sources["rows_read"].tolist() == [273, 253]
    assert isinstance(road.scores, pd.DataFrame)
