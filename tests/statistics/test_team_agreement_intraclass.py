"""ICC(1) and ICC(2), held to R and to simulations."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.witness import witness
from toolkit.statistics.team_agreement import compute_mean_reliability, compute_team_icc, compute_team_variance

FIELDS = {
    "ms_between": "msb", "ms_within": "msw", "f": "F", "df_between": "df_between", "df_within": "df_within", "p_value": "p",
    "mean_size": "k_mean", "k0": "k0", "icc1_mean_size": "icc1_kmean", "icc1": "icc1_k0", "icc2": "icc2",
    "low": "icc1_k0_ci_low", "high": "icc1_k0_ci_high", "icc2_low": "icc2_ci_low", "icc2_high": "icc2_ci_high",
}  # fmt: skip
LEAD = [f"LEAD{item:02d}" for item in range(1, 12)]


def test_the_analysis_of_variance_equals_that_of_r() -> None:
    w = witness("icc.bh1996_LEAD")
    data = w.data()
    icc = compute_team_icc(data["LEAD"], data["GRP"])
    for ours, theirs in FIELDS.items():
        w.agree(getattr(icc, ours), theirs)


def test_icc_with_the_mean_size_equals_the_multilevel_package() -> None:
    w = witness("icc.bh1996_multilevel_pkg")
    data = w.data()
    icc = compute_team_icc(data["HRS"], data["GRP"])
    w.agree(icc.icc1_mean_size, "ICC1")
    w.agree(icc.icc2, "ICC2")


def test_the_reml_variances_equal_those_of_lme4() -> None:
    w = witness("icc.lq2002_reml")
    data = w.data()
    ours = compute_team_variance(data[LEAD].mean(axis=1), data["COMPID"])
    w.agree(ours.between, "var_between")
    w.agree(ours.within, "var_within")
    w.agree(ours.icc1, "icc1")
    assert not ours.at_boundary


def test_reml_equals_the_analysis_of_variance_when_teams_are_of_one_size() -> None:
    rng = np.random.default_rng(5)
    teams = np.repeat(np.arange(9), 7)
    values = rng.normal(size=9)[teams] + rng.normal(size=63)
    assert compute_team_variance(values, teams).icc1 == pytest.approx(compute_team_icc(values, teams).icc1, rel=1e-9)


def test_teams_that_differ_less_than_chance_lie_at_the_boundary() -> None:
    values = np.tile([1.0, 2.0, 3.0, 4.0], 5)
    ours = compute_team_variance(values, np.repeat(np.arange(5), 4))
    assert ours.at_boundary and ours.between == 0
    assert ours.within == pytest.approx(np.var(values, ddof=1))
    assert compute_team_icc(values, np.repeat(np.arange(5), 4)).icc1 < 0


def test_the_interval_contains_the_true_icc_in_95_percent_of_samples() -> None:
    rng = np.random.default_rng(8)
    teams = np.repeat(np.arange(15), 12)
    hits = 0
    for _ in range(2000):
        icc = compute_team_icc(0.5 * rng.normal(size=15)[teams] + rng.normal(size=180), teams)
        hits += icc.low < 0.2 < icc.high
    assert abs(hits / 2000 - 0.95) < 0.015


def test_missing_scores_and_labels_are_left_out() -> None:
    values, teams = [1.0, 2.0, 4.0, 3.0, np.nan, 9.0], ["a", "a", "b", "b", "c", None]
    assert compute_team_icc(values, np.array(teams, dtype=object)) == compute_team_icc(values[:4], teams[:4])


@pytest.mark.parametrize(
    ("values", "teams"),
    [([], []), ([1.0, 2.0], ["a", "a"]), ([1.0, 2.0], ["a", "b"]), ([2.0, 2.0, 2.0, 2.0], ["a", "a", "b", "b"])],
)
def test_degenerate_teams_have_no_icc(values: list[float], teams: list[str]) -> None:
    assert math.isnan(compute_team_icc(values, teams).low)
    assert math.isnan(compute_team_variance(values, teams).icc1)


def test_a_team_mean_becomes_reliable_as_spearman_and_brown_say() -> None:
    np.testing.assert_allclose(compute_mean_reliability(0.2, [1, 4, 16]), [0.2, 0.5, 0.8])
    assert np.isnan(compute_mean_reliability(-0.1, [5])).all()


def test_lengths_that_differ_are_named() -> None:
    with pytest.raises(ValueError, match="`values` has 2, `teams` has 3"):
        compute_team_icc([1.0, 2.0], ["a", "b", "c"])
