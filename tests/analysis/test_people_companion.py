import numpy as np

from tests.witness import witness
from toolkit.analysis.people import fit_companion
from toolkit.results.estimates.pooled import describe_companion
from toolkit.results.rows import Rests

WHERE = {"school": "", "comparison": "c"}


def take(rows: slice = slice(None)) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return score, after, school and pupil of the reference data."""
    data = witness("lmm.prepost_slope").data().iloc[rows]
    return data["y"].to_numpy(float), data["post"].to_numpy(float), data["school"].to_numpy(str), data["pupil"].to_numpy(str)


def test_the_companion_is_the_mixed_model_that_r_fits() -> None:
    w, (score, after, school, pupil) = witness("lmm.prepost_slope"), take()
    fit = fit_companion(score, np.column_stack([np.ones(score.size), after]), school, pupil)
    for df, interval, key in (("satterthwaite", "ci_satt", "satterthwaite"), ("kenward-roger", "ci_kr", "kr")):
        row = describe_companion(fit, [0.0, 1.0], WHERE, "companion", Rests(1), df, 0.95)
        w.agree(row["estimate"], "estimate", 1)
        w.agree(row["df"], f"df_{key}", 1, rtol=1e-5)
        w.agree(row["low"], f"{interval}_low", 1, rtol=1e-5)
        w.agree(row["high"], f"{interval}_high", 1, rtol=1e-5)
        assert row["method"] == f"mixed model, {df}"


def test_without_anybody_who_answered_twice_persons_have_no_term() -> None:
    score, after, school, _ = take()
    alone = np.arange(score.size).astype(str)
    fit = fit_companion(score, np.column_stack([np.ones(score.size), after]), school, alone)
    assert {component.group for component in fit.varcomp} == {"school", "Residual"}
    assert fit.reason == ""


def test_a_variance_at_its_bound_is_told_and_answers_without_spread_have_no_result() -> None:
    rng = np.random.default_rng(1)
    school, person = np.repeat([f"s{i}" for i in range(5)], 20), np.tile(np.repeat(np.arange(10), 2), 5).astype(str)
    person = np.char.add(school, person)
    after = np.tile([0.0, 1.0], 50)
    x = np.column_stack([np.ones(100), after])
    same = rng.normal(size=50).repeat(2) + rng.normal(size=100)
    for name in np.unique(school):  # every school has the same mean and the same change
        for wave in (0.0, 1.0):
            same[(school == name) & (after == wave)] -= same[(school == name) & (after == wave)].mean()
    fit = fit_companion(same, x, school, person)
    row = describe_companion(fit, [0.0, 1.0], WHERE, "companion", Rests(50), "satterthwaite", 0.95)
    assert row["method"].endswith("singular") and row["state"] == "shown"
    fit = fit_companion(np.ones(100), x, school, person)
    row = describe_companion(fit, [0.0, 1.0], WHERE, "companion", Rests(50), "satterthwaite", 0.95)
    assert (row["state"], row["method"], row["n"]) == ("not_computable", "no_spread", 0)
