"""Scales and factors, from the files to the numbers that their READMEs publish."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.published.road import find_row, near, walk
from toolkit.results.estimates.reliability import estimate_reliability
from toolkit.statistics.factor_analysis.fit import FactorFit, estimate_factor_model
from toolkit.statistics.factor_analysis.model import list_parameters
from toolkit.statistics.factor_analysis.moments import compute_sample

#: alpha as published (all pairs of answers), the same to four decimals, alpha and number of the complete, mean and SD of the scores.
TRAITS = {
    "agree": "0.70 0.7030 0.7038 2709 4.6521 0.8984",
    "conscientious": "0.73 0.7267 0.7293 2707 4.2657 0.9513",
    "extraversion": "0.76 0.7617 0.7609 2713 4.1451 1.0609",
    "neuroticism": "0.81 0.8140 0.8133 2694 3.1623 1.1963",
    "openness": "0.60 0.6002 0.6025 2726 4.5866 0.8084",
}


@pytest.mark.parametrize("scale", TRAITS)
def test_traits_are_measured_as_published(scale: str) -> None:
    road = walk("bfi")
    published, pairwise, complete, n, mean, sd = TRAITS[scale].split()
    row = find_row(estimate_reliability(road.exports.responses, road.scores, road.study), "alpha", scale=scale)
    assert (row["estimate"], row["n"]) == (near(complete), int(n))
    covariance = pd.DataFrame(road.take_scale(f"bfi.{scale}")).cov().to_numpy()
    alpha = 5 / 4 * (1 - np.trace(covariance) / covariance.sum())
    assert (alpha, alpha) == (near(pairwise), near(published))
    scores = road.take_scores(f"bfi.{scale}")["score"]
    assert (scores.mean(), scores.std()) == (near(mean), near(sd))


def test_of_2800_people_2436_answered_everything() -> None:
    road = walk("bfi")
    answers = road.take_rows().filter(like="bfi_")
    assert (len(answers), int(answers.notna().all(axis=1).sum())) == (2800, 2436)
    # five people gave one answer to all 25 items, reversed ones included; four answered less than half of them
    assert road.findings == {("answers_same", "bfi.csv"): 5, ("answers_partial", "bfi.csv"): 4}
    assert [int((answers.notna().sum(axis=1) < 12.5).sum()), int((answers.max(axis=1) == answers.min(axis=1)).sum())] == [4, 5]


FACTORS = {"visual": ["x1", "x2", "x3"], "textual": ["x4", "x5", "x6"], "speed": ["x7", "x8", "x9"]}
TESTS = [f"x{number}" for number in range(1, 10)]


def take_tests(school: str = "") -> pd.DataFrame:
    """Return the nine tests of all pupils, or of one school."""
    rows = walk("hs1939").take_rows()
    rows = rows[rows["school"] == school] if school else rows
    return rows[[f"abilities_{test}" for test in TESTS]].set_axis(TESTS, axis=1)


def find_loading(fit: FactorFit, factor: str, item: str) -> float:
    """Return the loading of a standardised item on a standardised factor."""
    loading = 1.0 if item == FACTORS[factor][0] else fit.estimate(f"{factor}=~{item}")[0]
    common = loading**2 * fit.estimate(f"{factor}~~{factor}")[0]
    return float(np.sqrt(common / (common + fit.estimate(f"{item}~~{item}")[0])))


def test_three_abilities_fit_as_published() -> None:
    road = walk("hs1939")
    assert road.findings == {}
    assert road.take_rows()["school"].value_counts().to_dict() == {"Pasteur": 156, "Grant-White": 145}
    fit = estimate_factor_model(list_parameters(FACTORS, with_means=False), [compute_sample(take_tests())])
    found = fit.measures
    assert (found.chi_square, found.df, found.cfi, found.tli) == (near("85.306"), 24, near("0.930560"), near("0.895839"))
    assert (found.rmsea, found.rmsea_low, found.rmsea_high, found.srmr) == (
        near("0.092121"),
        near("0.071"),
        near("0.114"),
        near("0.065205"),
    )
    assert (found.aic, found.bic) == (near("7517.490"), near("7595.339"))
    # AIC = 2 parameters - 2 logL, with nine loadings less three, nine errors, and six of the factors
    assert (2 * 21 - found.aic) / 2 == near("-3737.745")
    loadings = [find_loading(fit, factor, item) for factor, items in FACTORS.items() for item in items]
    assert loadings == [
        near(number) for number in ["0.7719", "0.4236", "0.5811", "0.8516", "0.8551", "0.8380", "0.5695", "0.7230", "0.6650"]
    ]


@pytest.mark.parametrize(
    ("level", "written"),
    [
        ("configural", "115.851 48 0.923 0.097"),
        ("metric", "124.044 54 0.921 0.093"),
        ("scalar", "164.103 60 0.882 0.107"),
        ("strict", "181.511 69 0.873 0.104"),
    ],
)
def test_abilities_of_two_schools_compare_as_published(level: str, written: str) -> None:
    samples = [compute_sample(take_tests(school)) for school in ("Pasteur", "Grant-White")]
    found = estimate_factor_model(list_parameters(FACTORS, waves=2, linked=False, level=level), samples).measures  # type: ignore[arg-type]
    chi_square, df, cfi, rmsea = written.split()
    assert (found.chi_square, found.df, found.cfi, found.rmsea) == (near(chi_square), int(df), near(cfi), near(rmsea))


def test_abilities_are_measured_as_published() -> None:
    road = walk("hs1939")
    table = estimate_reliability(road.exports.responses, road.scores, road.study)
    alphas = [find_row(table, "alpha", scale=scale)["estimate"] for scale in FACTORS]
    assert alphas == [near("0.6261"), near("0.8827"), near("0.6885")]
