import numpy as np
import pytest

from toolkit.statistics.missing_data import compute_pooled, draw_missing_wave


def make(n: int, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    group = np.arange(n) % 3
    first = group + generator.normal(0, 1, n)
    return first, 0.5 + group / 2 + 0.6 * (first - group) + generator.normal(0, 0.8, n), group


def test_what_was_seen_stays_and_what_was_not_is_filled_differently_each_time() -> None:
    first, second, group = make(60, np.random.default_rng(1))
    first[:6], second[-9:] = np.nan, np.nan
    drawn = draw_missing_wave(first, second, group, np.random.default_rng(2), imputations=5)
    assert drawn.shape == (5, 2, 60) and not np.isnan(drawn).any()
    for number, scores in enumerate((first, second)):
        seen = ~np.isnan(scores)
        assert (drawn[:, number, seen] == scores[seen]).all()
        assert (np.ptp(drawn[:, number, ~seen], axis=0) > 0).all()


def test_draws_follow_the_posterior_predictive_distribution_of_the_regression() -> None:
    # All answered before and some not after: then no cycle is needed, and mean and variance of a missing score are known (Student's t).
    first, second, _ = make(40, np.random.default_rng(3))
    missing = np.argsort(first)[:8]
    second[missing] = np.nan
    drawn = draw_missing_wave(first, second, np.zeros(40), np.random.default_rng(4), imputations=40_000, rounds=1)[:, 1, missing]
    seen = ~np.isnan(second)
    x = np.column_stack([np.ones(40), first])
    slope = np.linalg.lstsq(x[seen], second[seen])[0]
    df = seen.sum() - 2
    scale = np.sum((second[seen] - x[seen] @ slope) ** 2) / df
    inverse = np.linalg.inv(x[seen].T @ x[seen])
    spread = scale * df / (df - 2) * (1 + np.einsum("ij,jk,ik->i", x[missing], inverse, x[missing]))
    np.testing.assert_allclose(drawn.mean(axis=0), x[missing] @ slope, atol=5 * np.sqrt(spread.max() / 40_000))
    np.testing.assert_allclose(drawn.var(axis=0), spread, rtol=0.05)
    # Two missing people share the drawn parameters, and so their draws go together as far as those are unsure.
    shared = scale * df / (df - 2) * x[missing[0]] @ inverse @ x[missing[1]]
    assert np.cov(drawn[:, 0], drawn[:, 1])[0, 1] == pytest.approx(shared, abs=0.02)


@pytest.mark.parametrize("depends", ["before", "after"])
def test_pooled_means_find_the_truth_where_leaving_depends_on_the_other_wave(depends: str) -> None:
    generator, hits, estimates = np.random.default_rng(5), 0, []
    for _ in range(200):
        first, second, group = make(150, generator)
        truth = 0.0  # the mean over groups of 0.5 + group / 2 - group
        gone = generator.random(150) < 1 / (1 + np.exp(1 + 1.5 * ((first if depends == "before" else second) - 1)))
        (second if depends == "before" else first)[gone] = np.nan
        drawn = draw_missing_wave(first, second, group, generator, imputations=20, rounds=10)
        change = drawn[:, 1] - drawn[:, 0]
        means = np.array([[change[m, group == g].mean() for g in range(3)] for m in range(20)])
        errors = np.array([[change[m, group == g].var(ddof=1) / (group == g).sum() for g in range(3)] for m in range(20)])
        pooled = compute_pooled(means.mean(axis=1), errors.sum(axis=1) / 9, df_complete=147)
        hits += bool(pooled.low < truth < pooled.high)
        estimates.append(float(pooled.estimate))
    assert abs(np.mean(estimates)) < 3 * np.std(estimates) / np.sqrt(200) + 0.01
    assert 0.90 <= hits / 200 <= 0.99


def test_nothing_missing_comes_back_as_it_was() -> None:
    first, second, group = make(30, np.random.default_rng(6))
    drawn = draw_missing_wave(first, second, group, np.random.default_rng(7), imputations=2)
    np.testing.assert_array_equal(drawn, np.repeat([[first, second]], 2, axis=0))


@pytest.mark.parametrize("constant", [0, 1])
def test_scores_without_spread_give_nothing(constant: int) -> None:
    waves = list(make(30, np.random.default_rng(8)))
    waves[constant] = np.full(30, 3.3)
    waves[1][:3] = np.nan
    assert np.isnan(draw_missing_wave(*waves, np.random.default_rng(9))).all()


def test_people_and_groups_that_cannot_be_filled_are_refused() -> None:
    generator = np.random.default_rng(10)
    with pytest.raises(ValueError, match=r"groups \['b'\] have no score"):
        draw_missing_wave([1.0, 2, 3, 4], [2.0, 3, np.nan, np.nan], ["a", "a", "b", "b"], generator)
    with pytest.raises(ValueError, match="a score in one wave at least"):
        draw_missing_wave([1.0, np.nan], [2.0, np.nan], ["a", "a"], generator)
