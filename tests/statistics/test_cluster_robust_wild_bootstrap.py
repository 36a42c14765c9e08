"""The wild cluster bootstrap, held to R and to a bootstrap that refits every sample."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from tests.witness import witness
from toolkit.statistics.cluster_robust import WEIGHTS, Scheme, compute_robust_regression, compute_wild_bootstrap


def pairs() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    wide = witness("wcb.prepost_enumerated").data().pivot_table(index=["school", "pupil"], columns="post", values="y").dropna()
    change = (wide[1] - wide[0]).to_numpy()
    return change, np.ones((len(change), 1)), wide.index.get_level_values("school").to_numpy()


@pytest.mark.parametrize("null", [0, 9, 10])
def test_all_sign_vectors_give_the_p_value_of_r(null: float) -> None:
    ours = compute_wild_bootstrap(*pairs(), coefficient=0, null=null)
    witness("wcb.prepost_enumerated").agree(ours.p_value, f"p_h0_{null}")
    assert ours.enumerated and ours.vectors == 1024


@pytest.mark.parametrize("scheme", ["rademacher", "webb"])
def test_sums_per_cluster_give_what_refitting_gives(scheme: Scheme) -> None:
    rng = np.random.default_rng(18)
    school = np.repeat(np.arange(4), [5, 9, 3, 7])
    x = np.column_stack([np.ones(24), rng.normal(size=24) + school, rng.normal(size=24)])
    y = x @ [1.0, 0.2, 0.5] + rng.normal(size=4)[school] + rng.normal(size=24)
    others = x[:, [0, 2]]
    fitted = others @ np.linalg.lstsq(others, y - 0.1 * x[:, 1])[0] + 0.1 * x[:, 1]

    def t_of(sample: np.ndarray) -> float:
        fit = compute_robust_regression(sample, x, school, "CR0")
        return abs(fit.coefficients[1] - 0.1) / fit.std_error[1]

    statistics = [t_of(fitted + np.array(w)[school] * (y - fitted)) for w in product(WEIGHTS[scheme], repeat=4)]
    ours = compute_wild_bootstrap(y, x, school, coefficient=1, null=0.1, scheme=scheme)
    assert ours.p_value == np.mean(np.array(statistics) >= t_of(y) * (1 - 1e-9))
    assert ours.vectors == len(statistics)


def test_drawn_vectors_come_near_all_vectors() -> None:
    rng = np.random.default_rng(19)
    school = np.repeat(np.arange(13), 6)
    y = 0.3 + 0.6 * rng.normal(size=13)[school] + rng.normal(size=78)
    ours = compute_wild_bootstrap(y, np.ones((78, 1)), school, 0, draws=20_000, generator=rng)
    q = np.bincount(school, y)
    signs = np.array(list(product((-1, 1), repeat=13))) * q
    t = np.abs(signs.sum(axis=1)) / np.sqrt(np.sum((signs - signs.mean(axis=1, keepdims=True)) ** 2, axis=1))
    assert not ours.enumerated and ours.vectors == 20_001
    assert ours.p_value == pytest.approx(np.mean(t >= t[-1] - 1e-12), abs=0.01)


def test_the_p_value_is_never_zero() -> None:
    rng = np.random.default_rng(21)
    school = np.repeat(np.arange(20), 3)
    y = 100 + rng.normal(size=60)
    assert compute_wild_bootstrap(y, np.ones((60, 1)), school, 0, draws=99, generator=rng).p_value >= 0.01
    assert compute_wild_bootstrap(y[:24], np.ones((24, 1)), school[:24], 0).p_value == 2 / 256


@pytest.mark.parametrize(("y", "school"), [([], []), ([1.0, 2.0], ["a", "a"]), ([1.0, np.nan], ["a", "b"])])
def test_fewer_than_two_schools_have_no_p_value(y: list[float], school: list[str]) -> None:
    assert np.isnan(compute_wild_bootstrap(y, np.ones((len(y), 1)), school, 0).p_value)


def test_no_change_anywhere_has_p_value_one() -> None:
    assert compute_wild_bootstrap([0.0, 0.0, 0.0], np.ones((3, 1)), ["a", "b", "c"], 0).p_value == 1


def test_too_many_schools_without_a_generator_are_named() -> None:
    with pytest.raises(ValueError, match="13 clusters"):
        compute_wild_bootstrap(np.arange(13.0), np.ones((13, 1)), np.arange(13), 0)
