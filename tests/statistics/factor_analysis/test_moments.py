"""Moments of answers with holes: the likelihood against scipy, EM against a closed form."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm

from toolkit.statistics.factor_analysis.moments import (
    compute_baseline,
    compute_deviance,
    compute_moments,
    compute_sample,
    compute_saturated,
)

MEAN, COVARIANCE = np.array([1.0, 2.0, 3.0]), np.array([[2.0, 0.8, 0.5], [0.8, 1.5, 0.3], [0.5, 0.3, 1.0]])


def draw_answers(n, *, holes):
    generator = np.random.default_rng(1)
    answers = generator.multivariate_normal(MEAN, COVARIANCE, n)
    answers[generator.random(answers.shape) < holes] = np.nan
    return answers


def test_the_deviance_is_the_sum_of_scipys_log_densities_of_what_was_answered():
    answers = draw_answers(60, holes=0.3)
    total = 0.0
    for row in answers:
        seen = ~np.isnan(row)
        if seen.any():
            total += multivariate_normal(MEAN[seen], COVARIANCE[np.ix_(seen, seen)]).logpdf(row[seen])
    assert compute_deviance(compute_moments(answers), MEAN, COVARIANCE) == pytest.approx(-2 * total, rel=1e-12)


def test_an_impossible_covariance_matrix_has_no_likelihood():
    assert compute_deviance(compute_moments(draw_answers(20, holes=0)), MEAN, -COVARIANCE) == np.inf


def test_complete_answers_have_their_own_mean_and_covariance():
    answers = draw_answers(50, holes=0)
    ours = compute_saturated(compute_moments(answers))
    np.testing.assert_allclose(ours.mean, answers.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(ours.covariance, np.cov(answers.T, bias=True), rtol=1e-12)


def test_em_finds_the_closed_form_when_some_lack_the_second_wave():
    """Anderson (1957), J Am Stat Assoc 52:200: with one item complete the other follows from the regression on it."""
    answers = draw_answers(200, holes=0)[:, :2]
    answers[answers[:, 0] > 1.5, 1] = np.nan
    both = answers[~np.isnan(answers[:, 1])]
    s = np.cov(both.T, bias=True)
    slope, spread = s[0, 1] / s[0, 0], answers[:, 0].var()
    ours = compute_saturated(compute_moments(answers), tolerance=1e-13)
    assert ours.converged
    np.testing.assert_allclose(ours.mean, [answers[:, 0].mean(), both[:, 1].mean() + slope * (answers[:, 0].mean() - both[:, 0].mean())])
    expected = [[spread, slope * spread], [slope * spread, s[1, 1] + slope**2 * (spread - s[0, 0])]]
    np.testing.assert_allclose(ours.covariance, expected, rtol=1e-8)


def test_the_baseline_takes_each_item_for_itself():
    answers = draw_answers(80, holes=0.2)
    mean, spread, deviance = compute_baseline(compute_moments(answers))
    np.testing.assert_allclose(mean, np.nanmean(answers, axis=0))
    np.testing.assert_allclose(spread, np.nanvar(answers, axis=0))
    assert deviance == pytest.approx(-2 * np.nansum(norm.logpdf(answers, mean, np.sqrt(spread))))


def test_persons_without_any_answer_do_not_count():
    answers = draw_answers(30, holes=0)
    padded = np.vstack([answers, np.full((5, 3), np.nan)])
    assert compute_moments(padded).n == 30
    assert compute_moments(padded).complete


@pytest.mark.parametrize(
    "answers",
    [
        np.empty((0, 3)),
        np.full((10, 3), np.nan),
        draw_answers(3, holes=0),
        np.column_stack([draw_answers(40, holes=0)[:, :2], np.ones(40)]),
        np.column_stack([draw_answers(40, holes=0)[:, :2], np.full(40, np.nan)]),
        np.column_stack([draw_answers(40, holes=0.1)[:, :2], np.ones(40)]),
        np.repeat(draw_answers(40, holes=0)[:, :1], 3, axis=1),
    ],
    ids=["nobody", "no answers", "persons as items", "constant item", "unanswered item", "constant item with holes", "equal items"],
)
def test_what_does_not_determine_a_covariance_matrix_is_said_not_raised(answers):
    assert not compute_sample(answers).saturated.converged
