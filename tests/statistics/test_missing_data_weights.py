"""Weights for drop-out, held to R and to a simulation with known truth."""

from __future__ import annotations

import numpy as np
import pytest

from tests.witness import witness
from toolkit.statistics.missing_data import compute_response_weights, compute_weighted_mean


def test_the_response_model_and_the_weighted_mean_equal_those_of_r() -> None:
    w = witness("attrition.ipw")
    data = w.data()
    ours = compute_response_weights(data["obs"], data[["lang1", "ses", "iq"]], trim=0)
    mean = compute_weighted_mean(data["chg"], ours.weight)
    for position, term in enumerate(("(Intercept)", "lang1", "ses", "iq")):
        w.agree(ours.coefficients[position], "logit", term)
    answered = data["obs"].to_numpy() == 1
    w.agree(ours.probability[answered].mean() - ours.probability[~answered].mean(), "auc_like_mean_p")
    w.agree(ours.smallest, "w_min")
    w.agree(ours.largest, "w_max")
    w.agree(ours.effective_n, "ess")
    w.agree(mean.effective_n, "ess")
    w.agree(mean.estimate, "weighted")
    w.agree(mean.std_error, "se_hc0")
    w.agree(compute_weighted_mean(data["chg"], np.ones(len(data))).estimate, "unweighted")


def test_weights_undo_a_drop_out_that_depends_on_the_baseline() -> None:
    rng = np.random.default_rng(15)
    baseline = rng.normal(size=20_000)
    change = 0.5 - 0.4 * baseline + rng.normal(size=baseline.size)
    responded = rng.random(baseline.size) < 1 / (1 + np.exp(-baseline))
    ours = compute_response_weights(responded, baseline[:, None], trim=0)
    assert abs(change[responded].mean() - 0.5) > 0.1
    assert compute_weighted_mean(change, ours.weight).estimate == pytest.approx(0.5, abs=0.04)
    assert ours.effective_n < responded.sum()


def test_trimming_cuts_the_share_asked_for_at_each_end() -> None:
    data = witness("attrition.ipw").data()
    whole = compute_response_weights(data["obs"], data[["lang1"]], trim=0)
    cut = compute_response_weights(data["obs"], data[["lang1"]], trim=0.01)
    assert whole.trimmed == 0 and 0 < cut.trimmed <= 0.02 * cut.responded + 2
    assert cut.largest == pytest.approx(np.nanquantile(whole.weight, 0.99))


def test_people_without_a_predictor_have_no_weight() -> None:
    ours = compute_response_weights([1, 0, 1, 0, 1, 1], [[1], [2], [2], [3], [4], [np.nan]])
    assert np.isnan(ours.weight[[1, 3, 5]]).all() and ours.n == 5 and ours.responded == 3


@pytest.mark.parametrize(
    ("responded", "predictor"),
    [([], []), ([1, 1, 1], [1, 2, 3]), ([0, 0, 1, 1], [1, 2, 3, 4]), ([0, 1, 0, 1], [2, 2, 2, 2]), ([1], [1])],
)
def test_a_model_without_a_finite_answer_says_so(responded: list[int], predictor: list[float]) -> None:
    ours = compute_response_weights(responded, np.array(predictor, dtype=float).reshape(-1, 1))
    assert not ours.converged and np.isnan(ours.coefficients).all() and np.isnan(ours.weight).all()


def test_no_values_have_no_weighted_mean() -> None:
    assert np.isnan(compute_weighted_mean([np.nan], [1.0]).estimate)
    assert np.isnan(compute_weighted_mean([2.0], [1.0]).std_error)


def test_impossible_input_is_named() -> None:
    with pytest.raises(ValueError, match=r"2\.0"):
        compute_response_weights([0, 1, 2], [[1], [2], [3]])
    with pytest.raises(ValueError, match="negative"):
        compute_weighted_mean([1.0, 2.0], [1.0, -1.0])
    with pytest.raises(ValueError, match="share cut off"):
        compute_response_weights([0, 1], [[1], [2]], trim=0.7)
