"""Derivatives of the likelihood against finite differences."""

import numpy as np
import pytest

from toolkit.statistics.factor_analysis.model import compute_start, list_parameters, prepare_likelihood
from toolkit.statistics.factor_analysis.moments import Moments, Sample, Saturated, compute_sample

SCALES = {"vigour": ["v1", "v2", "v3"], "absorption": ["a1", "a2", "a3"]}


def draw_answers(generator, n, items):
    common = generator.standard_normal((n, 1))
    return 3 + 0.8 * common + 0.6 * generator.standard_normal((n, items))


def differentiate(function, at, width=1e-5):
    moves = width * np.eye(len(at))
    return np.array([(function(at + move) - function(at - move)) / (2 * width) for move in moves])


@pytest.mark.parametrize("linked", [True, False])
@pytest.mark.parametrize("level", ["configural", "metric", "scalar", "strict"])
def test_the_gradient_is_the_slope_of_the_deviance(linked, level):
    generator = np.random.default_rng(1)
    waves = [draw_answers(generator, 80, 6) for _ in range(2)]
    data = [np.hstack(waves)] if linked else waves
    for answers in data:
        answers[generator.random(answers.shape) < 0.1] = np.nan
    model = list_parameters(SCALES, waves=2, level=level, linked=linked)
    likelihood = prepare_likelihood(model, [compute_sample(answers) for answers in data])
    at = compute_start(likelihood) * generator.uniform(0.95, 1.05, len(model.labels))
    np.testing.assert_allclose(likelihood.compute_gradient(at), differentiate(likelihood.compute_deviance, at), rtol=1e-5, atol=1e-4)


def test_expected_and_observed_information_are_the_same_when_data_and_model_are():
    """At moments that equal the implied ones the second derivatives of the deviance are twice the expected information."""
    generator = np.random.default_rng(2)
    model = list_parameters(SCALES)
    at = compute_start(prepare_likelihood(model, [compute_sample(draw_answers(generator, 50, 6))]))
    likelihood = prepare_likelihood(model, [compute_sample(draw_answers(generator, 50, 6))])
    mean, covariance = likelihood.compute_implied(at)[0]
    exact = Moments(np.array([50.0]), np.ones((1, 6)), mean[None], covariance[None])
    likelihood = prepare_likelihood(model, [Sample(exact, Saturated(mean, covariance, 0.0, True))])
    np.testing.assert_allclose(likelihood.compute_information(at), differentiate(likelihood.compute_gradient, at) / 2, rtol=1e-5, atol=1e-5)


def test_starting_values_reproduce_the_means():
    sample = compute_sample(draw_answers(np.random.default_rng(3), 60, 6))
    likelihood = prepare_likelihood(list_parameters(SCALES), [sample])
    mean, _ = likelihood.compute_implied(compute_start(likelihood))[0]
    np.testing.assert_allclose(mean, sample.saturated.mean)
