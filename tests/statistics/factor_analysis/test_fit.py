"""Factor models against lavaan, published results and data with known parameters."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.witness import witness
from toolkit.statistics.factor_analysis.fit import estimate_factor_model
from toolkit.statistics.factor_analysis.model import LEVELS, FactorModel, Parameter, list_parameters
from toolkit.statistics.factor_analysis.moments import compute_sample

PUBLISHED = Path(__file__).parents[2] / "data" / "published"
ABILITIES = {"visual": ["x1", "x2", "x3"], "textual": ["x4", "x5", "x6"], "speed": ["x7", "x8", "x9"]}
TESTS = [f"x{i}" for i in range(1, 10)]
DEMOCRACY = {"dem": ["y1", "y2", "y3", "y4"]}


def agree_on_fit(reference, ours, *path):
    names = {"chisq": "chi_square", "pvalue": "p_value", "baseline.chisq": "baseline_chi_square", "baseline.df": "baseline_df"}
    for name in ("chisq", "df", "pvalue", "cfi", "tli", "rmsea", "srmr", "aic", "bic", "baseline.chisq", "baseline.df"):
        reference.agree(getattr(ours, names.get(name, name)), *path, name)
    # lavaan solves for these limits with uniroot's default tolerance
    reference.agree(ours.rmsea_low, *path, "rmsea.ci.lower", rtol=5e-5)
    reference.agree(ours.rmsea_high, *path, "rmsea.ci.upper", rtol=5e-5)


def test_three_abilities_equal_lavaan_in_estimates_errors_and_fit():
    reference = witness("cfa.HS")
    ours = estimate_factor_model(list_parameters(ABILITIES, with_means=False), [compute_sample(reference.data()[TESTS])])
    assert ours.converged and ours.reason == ""
    agree_on_fit(reference, ours.measures, "fit")
    for place, (left, relation, right) in enumerate(zip(*(reference.value[key] for key in ("lhs", "op", "rhs")), strict=True)):
        if reference.value["se"][place]:
            estimate, std_error = ours.estimate(f"{left}{relation}{right}")
            reference.agree(estimate, "est", place)
            reference.agree(std_error, "se", place)


def test_three_abilities_equal_the_published_standardised_loadings():
    data = pd.read_csv(PUBLISHED / "hs1939" / "holzinger_swineford_1939.csv")
    ours = estimate_factor_model(list_parameters(ABILITIES), [compute_sample(data[TESTS])])
    published = [0.7719, 0.4236, 0.5811, 0.8516, 0.8551, 0.8380, 0.5695, 0.7230, 0.6650]
    found = []
    for factor, items in ABILITIES.items():
        for item in items:
            loading = 1.0 if item == items[0] else ours.estimate(f"{factor}=~{item}")[0]
            common = loading**2 * ours.estimate(f"{factor}~~{factor}")[0]
            found.append(np.sqrt(common / (common + ours.estimate(f"{item}~~{item}")[0])))
    np.testing.assert_allclose(found, published, atol=5e-5)


@pytest.mark.parametrize("level", LEVELS)
def test_invariance_between_schools_equals_lavaan(level):
    reference = witness("invariance.HS_groups")
    samples = [compute_sample(school[TESTS]) for _, school in reference.data().groupby("school", sort=False)]
    ours = estimate_factor_model(list_parameters(ABILITIES, waves=2, linked=False, level=level), samples)
    agree_on_fit(reference, ours.measures, level)


@pytest.mark.parametrize("level", LEVELS)
def test_invariance_between_waves_equals_lavaan(level):
    reference = witness("invariance.PD_longitudinal")
    sample = compute_sample(reference.data()[[f"y{i}" for i in range(1, 9)]])
    ours = estimate_factor_model(list_parameters(DEMOCRACY, waves=2, level=level), [sample])
    agree_on_fit(reference, ours.measures, "fit", level)
    if level == "scalar":
        for place, (label, key) in enumerate([("dem~1.1", "latent_mean_wave1"), ("dem~1.2", "latent_mean_wave2")]):
            estimate, std_error = ours.estimate(label)
            reference.agree(estimate, key)
            reference.agree(std_error, "latent_mean_se", place)


@pytest.mark.parametrize("level", LEVELS)
def test_invariance_between_waves_with_missing_answers_equals_lavaan(level):
    reference = witness("invariance.PD_longitudinal_fiml")
    sample = compute_sample(reference.data()[[f"y{i}" for i in range(1, 9)]])
    ours = estimate_factor_model(list_parameters(DEMOCRACY, waves=2, level=level), [sample])
    agree_on_fit(reference, ours.measures, level)


def test_a_table_made_by_hand_gives_the_published_model_of_political_democracy():
    """Bollen (1989), as in the lavaan tutorial; its regressions among three factors fit as well as their free covariances do."""
    scales = {"ind60": ["x1", "x2", "x3"], "dem60": ["y1", "y2", "y3", "y4"], "dem65": ["y5", "y6", "y7", "y8"]}
    model = list_parameters(scales, with_means=False)
    pairs = ["y1~~y5", "y2~~y4", "y2~~y6", "y3~~y7", "y4~~y8", "y6~~y8"]
    extra = tuple(Parameter("residual", *pair.split("~~"), pair) for pair in pairs)
    model = FactorModel(model.items, model.factors, model.parameters + extra, with_means=False)
    data = witness("invariance.PD_longitudinal").data()
    ours = estimate_factor_model(model, [compute_sample(data[list(model.items)])])
    fit = ours.measures
    assert (round(fit.chi_square, 3), fit.df, round(fit.cfi, 3), round(fit.tli, 3), round(fit.rmsea, 3)) == (
        38.125,
        35,
        0.995,
        0.993,
        0.035,
    )
    assert (round(fit.baseline_chi_square, 3), fit.baseline_df, round(fit.srmr, 3)) == (730.654, 55, 0.044)
    published = {"ind60=~x2": (2.180, 0.139), "ind60=~x3": (1.819, 0.152), "dem60=~y2": (1.257, 0.182), "dem60=~y3": (1.058, 0.151)}
    published |= {"dem60=~y4": (1.265, 0.145), "dem65=~y6": (1.186, 0.169), "dem65=~y7": (1.280, 0.160), "dem65=~y8": (1.266, 0.158)}
    published |= {"y1~~y5": (0.624, 0.358), "y2~~y4": (1.313, 0.702), "y2~~y6": (2.153, 0.734), "y6~~y8": (1.356, 0.568)}
    for label, numbers in published.items():
        np.testing.assert_allclose(ours.estimate(label), numbers, atol=6e-4, err_msg=label)


def draw_waves(generator, n, *, change):
    """Four items with loadings 1, .9, .8, .7 on a factor with variance 1 that grows by `change`; returns n x 8 answers."""
    loadings = np.array([1, 0.9, 0.8, 0.7])
    stable = generator.standard_normal((n, 1))
    specific = 0.4 * generator.standard_normal((n, 4))
    waves = []
    for shift in (0.0, change):
        factor = shift + np.sqrt(0.6) * stable + np.sqrt(0.4) * generator.standard_normal((n, 1))
        waves.append(3 + factor * loadings + specific + 0.5 * generator.standard_normal((n, 4)))
    return np.hstack(waves)


def test_with_dropout_that_depends_on_the_first_wave_the_latent_change_is_still_found():
    generator = np.random.default_rng(1)
    answers = draw_waves(generator, 20_000, change=0.5)
    answers[answers[:, :4].mean(axis=1) < 3, 4:] = np.nan
    model = list_parameters({"f": ["a", "b", "c", "d"]}, waves=2, level="scalar")
    ours = estimate_factor_model(model, [compute_sample(answers)])
    change = ours.estimate("f~1.2")[0] - ours.estimate("f~1.1")[0]
    assert change == pytest.approx(0.5, abs=0.03)
    assert np.nanmean(answers[:, 4]) - answers[:, 0].mean() > 0.8


@pytest.mark.parametrize("holes", [0.0, 0.15])
def test_standard_errors_are_the_spread_of_the_estimates_over_samples(holes):
    generator = np.random.default_rng(2)
    model = list_parameters({"f": ["a", "b", "c", "d"]}, waves=2, level="scalar")
    found = []
    for _ in range(100):
        answers = draw_waves(generator, 250, change=0.3)
        answers[generator.random(answers.shape) < holes] = np.nan
        ours = estimate_factor_model(model, [compute_sample(answers)])
        found.append([ours.estimate(label) for label in ("f=~b", "f~1.2", "f~~f.2", "a.1~~a.2") if label in model.labels])
    estimates, errors = np.array(found).transpose(2, 0, 1)
    np.testing.assert_allclose(errors.mean(axis=0), estimates.std(axis=0), rtol=0.2)


def test_the_chi_square_of_a_true_model_is_distributed_as_it_says():
    generator = np.random.default_rng(3)
    model = list_parameters({"f": ["a", "b", "c", "d"]}, waves=2, level="strict")
    samples = (compute_sample(draw_waves(generator, 300, change=0.3)) for _ in range(150))
    measures = [estimate_factor_model(model, [sample], with_errors=False).measures for sample in samples]
    assert np.mean([fit.chi_square for fit in measures]) == pytest.approx(measures[0].df, rel=0.08)
    assert np.mean([fit.p_value < 0.5 for fit in measures]) == pytest.approx(0.5, abs=0.12)


def test_two_items_do_not_identify_a_factor():
    answers = draw_waves(np.random.default_rng(4), 100, change=0)[:, :2]
    assert estimate_factor_model(list_parameters({"f": ["a", "b"]}), [compute_sample(answers)]).reason == "not_identified"


def test_fewer_persons_than_items_give_a_reason_and_no_numbers():
    answers = draw_waves(np.random.default_rng(5), 7, change=0)
    ours = estimate_factor_model(list_parameters({"f": ["a", "b", "c", "d"]}, waves=2), [compute_sample(answers)])
    assert ours.reason == "no_saturated_model" and not ours.converged
    assert np.isnan(ours.estimates).all() and np.isnan(ours.measures.chi_square)


def test_a_negative_residual_variance_is_flagged():
    target = np.array([[1, 0.9, 0.9], [0.9, 1, 0.7], [0.9, 0.7, 1]])
    z = np.random.default_rng(6).standard_normal((50, 3))
    z -= z.mean(axis=0)
    z = z @ np.linalg.inv(np.linalg.cholesky(np.cov(z.T, bias=True))).T @ np.linalg.cholesky(target).T
    ours = estimate_factor_model(list_parameters({"f": ["a", "b", "c"]}), [compute_sample(z)])
    assert ours.reason == "inadmissible"
    assert ours.estimate("a~~a")[0] == pytest.approx(1 - 0.9 * 0.9 / 0.7, rel=1e-6)


def test_mistakes_in_the_call_are_explained():
    answers = draw_waves(np.random.default_rng(7), 50, change=0)
    with pytest.raises(ValueError, match="one sample per group"):
        estimate_factor_model(list_parameters({"f": ["a", "b", "c", "d"]}), [])
    answers[0, 0] = np.nan
    with pytest.raises(ValueError, match="complete answers"):
        estimate_factor_model(list_parameters({"f": ["a", "b", "c", "d"]}, with_means=False), [compute_sample(answers[:, :4])])
