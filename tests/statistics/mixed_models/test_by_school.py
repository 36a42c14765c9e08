"""The model with coefficients of its own for every school against the general engine, which agrees with R."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.witness import witness
from toolkit.statistics.mixed_models.by_school import fit_by_school
from toolkit.statistics.mixed_models.design import RandomTerm
from toolkit.statistics.mixed_models.model import MixedFit, fit_mixed


def answers(seed: int, schools: int = 5, waves: int = 2, correlated: float = 1.0, kept: float = 0.75) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    teachers = rng.integers(4, 12, schools)
    school = np.repeat(np.arange(schools), teachers)
    level = rng.normal(0, correlated, school.size)
    rows = [
        pd.DataFrame({"school": school, "teacher": np.arange(school.size), "t": float(t), "y": 4 + level + rng.normal(0, 0.8, school.size)})
        for t in range(waves)
    ]
    return pd.concat(rows).sample(frac=kept, random_state=rng).reset_index(drop=True)


def fit_in_general(d: pd.DataFrame) -> MixedFit:
    dummies = (d.school.to_numpy()[:, None] == np.unique(d.school)).astype(float)
    x = np.column_stack([dummies, dummies * d.t.to_numpy()[:, None]])
    return fit_mixed(d.y, x, [RandomTerm("teacher", d.teacher)])


def design(d: pd.DataFrame) -> np.ndarray:
    return np.column_stack([np.ones(len(d)), d.t])


@pytest.mark.parametrize(("seed", "waves", "correlated"), [(1, 2, 1.0), (2, 3, 0.6), (5, 4, 0.0)])
def test_it_equals_the_general_engine(seed: int, waves: int, correlated: float) -> None:
    d = answers(seed, waves=waves, correlated=correlated)
    ours, known = fit_by_school(d.y, design(d), d.school, d.teacher), fit_in_general(d)
    assert ours.reason == ""
    assert ours.criterion == pytest.approx(known.criterion, rel=1e-9)
    assert [ours.var_teacher, ours.var_residual] == pytest.approx([c.value for c in known.varcomp], rel=1e-6, abs=1e-9)
    np.testing.assert_allclose(ours.params.T.ravel(), known.params, rtol=1e-7)
    contrasts, slopes = ours.test([0, 1]), np.eye(10)[5:]
    tests = [known.test(c, "kenward-roger") for c in slopes]
    np.testing.assert_allclose(contrasts.std_error, known.bse[5:], rtol=1e-7)
    for name, theirs in {"std_error_kr": "std_error", "df": "df", "low": "low", "high": "high", "p_value": "p_value"}.items():
        np.testing.assert_allclose(getattr(contrasts, name), [getattr(t, theirs) for t in tests], rtol=1e-6)


def test_a_school_without_a_wave_has_a_level_but_no_change() -> None:
    d = answers(4)
    d = d[(d.school != 2) | (d.t == 0)]
    fit = fit_by_school(d.y, design(d), d.school, d.teacher)
    level, change = fit.test([1, 0]), fit.test([0, 1])
    assert np.isnan([change.estimate[2], change.low[2]]).all()
    assert np.isfinite(np.delete(change.low, 2)).all()
    assert level.estimate[2] == pytest.approx(d[d.school == 2].y.mean())


def test_one_pair_in_a_school_borrows_the_common_variances() -> None:
    d = witness("default.school_changes").data()
    two = d[d.school.eq(2)].pupil.unique()[1:]
    d = d[~d.pupil.isin(two)]
    fit = fit_by_school(d.y, np.column_stack([np.ones(len(d)), d.post]), d.school, d.pupil)
    found = fit.test([0, 1])
    assert found.std_error[1] == pytest.approx(np.sqrt(2 * fit.var_residual), rel=1e-9)
    assert np.isfinite(found.low).all()


def test_order_of_rows_and_names_of_schools_do_not_matter() -> None:
    d = answers(6)
    other = d.sample(frac=1, random_state=1).assign(school=lambda f: "school " + f.school.astype(str), teacher=lambda f: 1000 - f.teacher)
    one, two = (fit_by_school(f.y, design(f), f.school, f.teacher).test([0, 1]) for f in (d, other))
    np.testing.assert_allclose(two.low, one.low, rtol=1e-9)
    np.testing.assert_allclose(two.df, one.df, rtol=1e-9)


@pytest.mark.parametrize("factor", [1e6, 1e-6, 14.0])
def test_scale_and_origin_of_the_scores_do_not_matter(factor: float) -> None:
    d = answers(7)
    one, other = (fit_by_school(y, design(d), d.school, d.teacher).test([0, 1]) for y in (d.y, factor * (d.y + 50)))
    np.testing.assert_allclose(other.low / factor, one.low, rtol=1e-8)
    np.testing.assert_allclose(other.df, one.df, rtol=1e-8)


def test_equal_changes_leave_no_errors() -> None:
    d = pd.DataFrame({"school": [1] * 6 + [2] * 6, "teacher": [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6], "t": [0.0, 1.0] * 6})
    d["y"] = d.teacher + 0.5 * d.t * d.school
    fit = fit_by_school(d.y, design(d), d.school, d.teacher)
    assert fit.reason == "no_residual_variance"
    found = fit.test([0, 1])
    assert found.estimate == pytest.approx([0.5, 1.0])
    assert np.isnan(found.low).all()


def test_equal_scores_have_no_spread() -> None:
    d = answers(1)
    fit = fit_by_school(np.full(len(d), 3.0), design(d), d.school, d.teacher)
    assert (fit.reason, fit.singular, fit.var_residual) == ("no_spread", True, 0.0)
    assert fit.test([0, 1]).estimate == pytest.approx([0.0] * 5, abs=1e-12)


def test_nobody_matched_is_not_identified_but_has_errors() -> None:
    d = answers(8).assign(teacher=lambda f: np.arange(len(f)))
    fit = fit_by_school(d.y, design(d), d.school, d.teacher)
    assert fit.reason == "not_identified"
    pooled = sum(((g.y - g.y.mean()) ** 2).sum() for _, g in d.groupby(["school", "t"])) / (len(d) - 10)
    assert fit.var_teacher + fit.var_residual == pytest.approx(pooled, rel=1e-8)
    counts = d.groupby(["school", "t"]).size().unstack()
    np.testing.assert_allclose(fit.test([0, 1]).std_error, np.sqrt(pooled * (1 / counts).sum(axis=1)), rtol=1e-8)


def test_wrong_input_is_named() -> None:
    with pytest.raises(ValueError, match="missing"):
        fit_by_school([1.0, np.nan], [[1.0], [1.0]], [1, 1], [1, 2])
    with pytest.raises(ValueError, match="1 persons have answers in two schools"):
        fit_by_school([1.0, 2.0, 3.0], np.ones((3, 1)), [1, 2, 2], ["a", "a", "b"])
