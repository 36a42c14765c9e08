"""Many one-factor models at once."""

import numpy as np

from toolkit.statistics.factor_analysis.omega import FLOOR, estimate_one_factor


def draw_covariances(generator, count, n, k):
    answers = 0.7 * generator.standard_normal((count, n, 1)) + 0.7 * generator.standard_normal((count, n, k))
    answers = np.digitize(answers, [-1.5, -0.5, 0.5, 1.5]).astype(float)
    answers -= answers.mean(axis=1, keepdims=True)
    return answers.transpose(0, 2, 1) @ answers / n


def compute_criterion(covariances, fit):
    implied = fit.loadings[:, :, None] * fit.loadings[:, None, :] + fit.residuals[:, :, None] * np.eye(covariances.shape[1])
    return np.linalg.slogdet(implied)[1] + np.einsum("bij,bji->b", np.linalg.inv(implied), covariances)


def test_a_covariance_matrix_of_one_factor_is_taken_apart():
    loadings, residuals = np.array([1.0, 0.8, -0.5, 2.0]), np.array([0.5, 1.0, 0.3, 2.0])
    fit = estimate_one_factor((np.outer(loadings, loadings) + np.diag(residuals))[None])
    np.testing.assert_allclose(fit.loadings[0], loadings, rtol=1e-7)
    np.testing.assert_allclose(fit.residuals[0], residuals, rtol=1e-7)
    assert fit.converged[0] and not fit.heywood[0]


def test_each_model_is_fitted_as_if_alone():
    covariances = draw_covariances(np.random.default_rng(1), 20, 40, 5)
    together = estimate_one_factor(covariances)
    for place in range(20):
        alone = estimate_one_factor(covariances[place : place + 1])
        np.testing.assert_allclose(together.loadings[place], alone.loadings[0], rtol=1e-8)


def test_no_nearby_residual_variances_fit_better():
    generator = np.random.default_rng(2)
    covariances = draw_covariances(generator, 50, 12, 6)
    fit = estimate_one_factor(covariances)
    assert fit.converged.all() and fit.heywood.any()
    best = compute_criterion(covariances, fit)
    floor = FLOOR * np.einsum("bii->bi", covariances)
    for _ in range(50):
        residuals = np.maximum(fit.residuals * np.exp(0.01 * generator.standard_normal(fit.residuals.shape)), floor)
        loadings = fit.loadings + 0.01 * generator.standard_normal(fit.loadings.shape)
        moved = type(fit)(loadings, residuals, fit.varying, fit.converged, fit.heywood)
        assert (compute_criterion(covariances, moved) >= best - 1e-9).all()


def test_a_thorough_search_finds_minima_that_a_single_start_misses():
    covariances = draw_covariances(np.random.default_rng(3), 200, 8, 6)
    quick, thorough = estimate_one_factor(covariances), estimate_one_factor(covariances, thorough=True)
    gain = compute_criterion(covariances, quick) - compute_criterion(covariances, thorough)
    assert thorough.converged.all()
    assert (gain > -1e-9).all() and (gain > 0.01).any()


def test_the_residual_variance_of_a_heywood_case_is_at_its_floor():
    correlations = np.array([[1, 0.9, 0.9], [0.9, 1, 0.7], [0.9, 0.7, 1]])
    fit = estimate_one_factor(correlations[None])
    assert fit.heywood[0] and fit.residuals[0].min() == np.float64(np.exp(np.log(FLOOR)))


def test_items_without_variance_take_no_part():
    covariance = draw_covariances(np.random.default_rng(4), 1, 30, 4)
    padded = np.zeros((1, 5, 5))
    padded[:, :4, :4] = covariance
    fit = estimate_one_factor(padded)
    assert fit.varying[0] == 4 and fit.loadings[0, 4] == 0 and fit.residuals[0, 4] == 0
    np.testing.assert_allclose(fit.loadings[0, :4], estimate_one_factor(covariance).loadings[0], rtol=1e-9)
