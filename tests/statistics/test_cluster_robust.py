"""Cluster-robust regression, held to clubSandwich, to brute force and to a simulation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.witness import Witness, witness
from toolkit.statistics.cluster_robust import RobustRegression, compute_robust_regression


def pairs() -> tuple[np.ndarray, np.ndarray]:
    wide = witness("cr2.prepost_pairs").data().pivot_table(index=["school", "pupil"], columns="post", values="y").dropna()
    return (wide[1] - wide[0]).to_numpy(), wide.index.get_level_values("school").to_numpy()


def twenty_schools() -> pd.DataFrame:
    data = witness("cr2.bdf_regression").data()
    return data[data["school"].isin(sorted(data["school"].unique())[:20])]


def regression_of_twenty_schools() -> tuple[pd.Series, np.ndarray, pd.Series]:
    data = twenty_schools()
    return data["lang2"], np.column_stack([np.ones(len(data)), data[["lang1", "ses", "iq"]]]), data["school"]


def agree(w: Witness, ours: RobustRegression, column: slice | int = slice(None)) -> None:
    for field, theirs in {
        "coefficients": "beta",
        "std_error": "se",
        "df": "df",
        "p_value": "p",
        "low": "ci_low",
        "high": "ci_high",
    }.items():
        w.agree(getattr(ours, field)[column], theirs)


def test_the_mean_of_paired_changes_equals_that_of_clubsandwich() -> None:
    change, school = pairs()
    agree(witness("cr2.prepost_pairs"), compute_robust_regression(change, np.ones((len(change), 1)), school), 0)


def test_fixed_effects_of_schools_equal_those_of_clubsandwich() -> None:
    w = witness("cr2.prepost_fe")
    data = w.data()
    design = np.column_stack([np.ones(len(data)), data["post"], pd.get_dummies(data["school"], drop_first=True, dtype=float)])
    agree(w, compute_robust_regression(data["y"], design, data["school"]), 1)


def test_a_regression_equals_that_of_clubsandwich() -> None:
    agree(witness("cr2.bdf_regression"), compute_robust_regression(*regression_of_twenty_schools()))


@pytest.mark.parametrize("variant", ["CR0", "CR1", "CR3"])
def test_the_other_variants_equal_those_of_clubsandwich(variant: str) -> None:
    change, school = pairs()
    ours = compute_robust_regression(change, np.ones((len(change), 1)), school, variant)  # type: ignore[arg-type]
    witness("cr1.prepost_pairs").agree(ours.std_error[0], f"se_{variant}")


@pytest.mark.parametrize("entry", ["did.awards_individual", "did.awards_small_cr2"])
def test_differences_in_differences_equal_those_of_clubsandwich(entry: str) -> None:
    w = witness(entry)
    data = w.data()
    data = data[data["school_id"].isin(w.value["schools"])] if "schools" in w.value else data
    design = np.column_stack([np.ones(len(data)), data["treated"], data["post"], data["treated"] * data["post"]])
    agree(w, compute_robust_regression(data["Bagrut_status"], design, data["school_id"]))


@pytest.mark.parametrize(("variant", "power"), [("CR2", -0.5), ("CR3", -1.0)])
def test_sums_per_cluster_give_what_whole_hat_matrices_give(variant: str, power: float) -> None:
    rng = np.random.default_rng(16)
    school = np.repeat(np.arange(6), [2, 3, 5, 8, 4, 7])
    x = np.column_stack([np.ones(29), rng.normal(size=(29, 2)) + school[:, None] / 3])
    y = rng.normal(size=29)
    m = np.linalg.inv(x.T @ x)
    residuals, hat = y - x @ m @ x.T @ y, x @ m @ x.T
    covariance, weights = np.zeros((3, 3)), np.zeros((6, 29))
    for j in range(6):
        rows = school == j
        values, vectors = np.linalg.eigh(np.eye(rows.sum()) - hat[np.ix_(rows, rows)])
        adjusted = vectors * values**power @ vectors.T @ x[rows] @ m
        covariance += np.outer(adjusted.T @ residuals[rows], adjusted.T @ residuals[rows])
        weights[j, rows] = adjusted[:, 1]
    g = weights @ (np.eye(29) - hat) @ weights.T
    ours = compute_robust_regression(y, x, school, variant)  # type: ignore[arg-type]
    np.testing.assert_allclose(ours.covariance, covariance, rtol=1e-10)
    assert ours.df[1] == pytest.approx(np.trace(g) ** 2 / np.sum(g**2), rel=1e-10)


def test_six_schools_give_five_percent_errors_where_cr1_gives_more() -> None:
    rng = np.random.default_rng(17)
    school = np.repeat(np.arange(6), [4, 8, 12, 20, 30, 40])
    errors = {"CR1": 0, "CR2": 0}
    for _ in range(1000):
        y = 0.3 * rng.normal(size=6)[school] + rng.normal(size=len(school))
        for variant in errors:
            fit = compute_robust_regression(y, np.ones((len(y), 1)), school, variant)  # type: ignore[arg-type]
            errors[variant] += fit.p_value[0] < 0.05
    assert 25 <= errors["CR2"] <= 65 and errors["CR1"] > errors["CR2"]


def test_rows_with_a_missing_entry_are_left_out() -> None:
    y, x, school = (np.asarray(part, dtype=float) for part in regression_of_twenty_schools())
    gap = np.vstack([x, [1, np.nan, 1, 1]]), np.append(y, 3), np.append(school, school[0])
    np.testing.assert_array_equal(compute_robust_regression(gap[1], gap[0], gap[2]).df, compute_robust_regression(y, x, school).df)


def test_units_of_the_columns_do_not_matter() -> None:
    y, x, school = regression_of_twenty_schools()
    units = np.array([1, 1e9, 1e-9, 1e4])
    plain, scaled = compute_robust_regression(y, x, school), compute_robust_regression(y, x * units, school)
    np.testing.assert_allclose(scaled.std_error * units, plain.std_error, rtol=1e-9)
    np.testing.assert_allclose(scaled.df, plain.df, rtol=1e-9)


@pytest.mark.parametrize(
    ("y", "x", "school"),
    [
        ([], np.empty((0, 2)), []),
        ([1.0, 2.0, 3.0], np.ones((3, 1)), ["a", "a", "a"]),
        ([1.0, 2.0, 3.0], np.ones((3, 2)), ["a", "b", "c"]),
        ([1.0, 1.0, 1.0], np.ones((3, 1)), ["a", "b", "c"]),
    ],
)
def test_degenerate_schools_give_no_errors(y: list[float], x: np.ndarray, school: list[str]) -> None:
    ours = compute_robust_regression(y, x, school)
    assert np.isnan(ours.low).all() and np.isnan(ours.p_value).all()
