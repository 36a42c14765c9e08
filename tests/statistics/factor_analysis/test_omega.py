"""Omega total against lavaan and semTools, and its behaviour in samples as small as a school."""

import numpy as np
import pytest

from tests.witness import witness
from toolkit.statistics.factor_analysis.omega import estimate_omega

LOADINGS = np.array([0.5, 0.6, 0.7, 0.8])
TRUTH = LOADINGS.sum() ** 2 / (LOADINGS.sum() ** 2 + (1 - LOADINGS**2).sum())


def draw_items(generator, n):
    return generator.standard_normal((n, 1)) * LOADINGS + generator.standard_normal((n, 4)) * np.sqrt(1 - LOADINGS**2)


@pytest.mark.parametrize(("id", "columns"), [("omega.bfi_A", "A{}"), ("omega.lq2002_LEAD", "LEAD{:02}")])
def test_omega_equals_lavaan(id, columns):
    reference = witness(id)
    items = reference.data()[[columns.format(i + 1) for i in range(len(reference.value["loadings"]))]]
    ours = estimate_omega(items)
    reference.agree(ours.estimate, "omega_model")
    # lavaan stops 2e-12 above the minimum of the discrepancy, which leaves 1.6e-6 in the sum of its loadings (LEAD), not in ours.
    reference.agree(ours.observed, "omega_observed", rtol=3e-6)
    reference.agree(ours.n, "n")
    assert ours.converged and not ours.heywood and ours.reason == ""


def test_omega_of_three_items_equals_semtools_and_the_closed_form():
    reference = witness("omega.compRelSEM_HS_visual")
    items = reference.data()[["x1", "x2", "x3"]].to_numpy()
    reference.agree(estimate_omega(items).estimate, "omega")
    s = np.cov(items.T, bias=True)
    loadings = np.sqrt([s[0, 1] * s[0, 2] / s[1, 2], s[0, 1] * s[1, 2] / s[0, 2], s[0, 2] * s[1, 2] / s[0, 1]])
    assert estimate_omega(items).estimate == pytest.approx(loadings.sum() ** 2 / s.sum(), rel=1e-10)


def test_omega_is_the_true_reliability_in_a_very_large_sample():
    ours = estimate_omega(draw_items(np.random.default_rng(1), 400_000))
    assert ours.estimate == pytest.approx(TRUTH, abs=0.002)


def test_the_interval_holds_the_truth_about_as_often_as_it_says():
    generator = np.random.default_rng(2)
    hits = 0
    for _ in range(200):
        ours = estimate_omega(draw_items(generator, 150), generator=generator, resamples=200)
        hits += ours.low <= TRUTH <= ours.high
    assert 0.90 <= hits / 200 <= 0.985


def test_the_interval_is_the_same_again_with_the_same_seed():
    items = draw_items(np.random.default_rng(3), 60)
    first, again = (estimate_omega(items, generator=np.random.default_rng(4)) for _ in range(2))
    assert first == again
    assert first.low < first.estimate < first.high


def test_persons_are_resampled_within_their_groups():
    """Two persons per group who differ in nothing but the group: every resample is the sample, so the interval has no width."""
    items = np.repeat(draw_items(np.random.default_rng(5), 40), 2, axis=0)
    ours = estimate_omega(items, groups=np.repeat(np.arange(40), 2), generator=np.random.default_rng(6), resamples=50)
    assert ours.high - ours.low < 1e-4


def test_differences_between_schools_do_not_enter_the_reliability_within_schools():
    generator = np.random.default_rng(7)
    schools = np.repeat(np.arange(200), 100)
    items = draw_items(generator, 20_000) + 2 * generator.standard_normal((200, 1))[schools]
    assert estimate_omega(items, groups=schools, within_groups=True).estimate == pytest.approx(TRUTH, abs=0.01)
    assert estimate_omega(items, groups=schools).estimate > TRUTH + 0.1


def test_rows_with_a_missing_answer_are_left_out_and_counted():
    items = draw_items(np.random.default_rng(8), 50)
    holes = items.copy()
    holes[[3, 17, 40], [0, 2, 3]] = np.nan
    ours = estimate_omega(holes)
    assert (ours.n, ours.dropped) == (47, 3)
    assert ours.estimate == estimate_omega(np.delete(items, [3, 17, 40], axis=0)).estimate


@pytest.mark.parametrize(
    ("items", "reason"),
    [
        (np.ones((20, 2)), "too_few_items"),
        (np.ones((20, 5)), "too_few_items"),
        (np.arange(8.0).reshape(2, 4), "too_few_persons"),
        (np.full((10, 4), np.nan), "too_few_persons"),
        (np.empty((0, 4)), "too_few_persons"),
    ],
)
def test_what_is_not_identified_has_no_estimate_but_a_reason(items, reason):
    ours = estimate_omega(items, generator=np.random.default_rng(0))
    assert np.isnan([ours.estimate, ours.observed, ours.low, ours.high]).all()
    assert ours.reason == reason and not ours.converged


def test_an_item_that_everybody_answered_alike_changes_nothing():
    items = draw_items(np.random.default_rng(9), 30)
    with_constant = np.column_stack([items, np.full(30, 5.1)])
    assert estimate_omega(with_constant).estimate == pytest.approx(estimate_omega(items).estimate, rel=1e-9)


def test_a_residual_variance_at_its_bound_is_flagged():
    """Correlations .9, .9 and .5 ask for a squared loading of 1.62, more than there is."""
    target = np.array([[1, 0.9, 0.9], [0.9, 1, 0.7], [0.9, 0.7, 1]])
    z = np.random.default_rng(10).standard_normal((50, 3))
    z -= z.mean(axis=0)
    z = z @ np.linalg.inv(np.linalg.cholesky(np.cov(z.T, bias=True))).T @ np.linalg.cholesky(target).T
    ours = estimate_omega(z)
    assert ours.heywood and ours.reason == "heywood" and ours.converged
    assert 0 < ours.estimate < 1


@pytest.mark.parametrize("n", range(8, 31, 2))
@pytest.mark.parametrize("k", [3, 9])
def test_small_schools_with_five_answer_options_always_get_an_answer(n, k):
    generator = np.random.default_rng([n, k])
    for _ in range(20):
        latent = 0.7 * generator.standard_normal((n, 1)) + 0.7 * generator.standard_normal((n, k))
        ours = estimate_omega(np.digitize(latent, [-1.5, -0.5, 0.5, 1.5]))
        assert ours.converged and 0 <= ours.estimate <= 1
        assert ours.reason == ("heywood" if ours.heywood else "")


def test_items_with_nothing_in_common_do_not_raise():
    balanced = np.array([[a, b, c] for a in (0, 1) for b in (0, 1) for c in (0, 1)], dtype=float)
    assert 0 <= estimate_omega(balanced).estimate < 0.1


def test_the_units_of_the_answers_do_not_matter():
    items = draw_items(np.random.default_rng(11), 40)
    assert estimate_omega(1000 * items + 7).estimate == pytest.approx(estimate_omega(items).estimate, rel=1e-8)
