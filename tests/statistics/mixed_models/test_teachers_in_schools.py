"""Teachers in schools by sufficient statistics: against lme4 where there is a witness, and against the general engine elsewhere."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize

from tests.witness import Witness, witness
from toolkit.statistics.mixed_models.design import RandomTerm, standardise
from toolkit.statistics.mixed_models.likelihood import derive_criterion
from toolkit.statistics.mixed_models.model import MixedFit, fit_mixed
from toolkit.statistics.mixed_models.teachers_in_schools import Statistics, compute_strata, fit_nested, sum_schools, summarise_strata

ONE = "(Intercept)"


def design(d: pd.DataFrame) -> np.ndarray:
    return np.column_stack([np.ones(len(d)), d.post])


def assert_agrees(fit: MixedFit, w: Witness, order: list[int]) -> None:
    w.agree([fit.varcomp[k].value for k in order], "varcomp", "cov")
    w.agree(fit.params, "estimate")
    w.agree(fit.bse, "se")
    w.agree(fit.criterion, "reml_criterion", rtol=1e-10)
    w.agree(fit.df("satterthwaite"), "df_satterthwaite")
    w.agree(fit.df("kenward-roger"), "df_kr")
    w.agree(fit.conf_int("kenward-roger")[:, 0], "ci_kr_low")


def test_random_intercepts_agree_with_lme4() -> None:
    w = witness("lmm.prepost_intercept_only")
    d = w.data()
    assert_agrees(fit_nested(d.y, design(d), d.school, d.pupil), w, [1, 0, 2])


def test_school_slopes_agree_with_lme4() -> None:
    w = witness("lmm.prepost_slope")
    d = w.data()
    assert_agrees(fit_nested(d.y, design(d), d.school, d.pupil, [ONE, "post"], school_effects=2), w, [3, 0, 2, 1, 4])


def draw(seed: int, schools: int = 8, between: float = 0.3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    school = np.repeat(np.arange(schools), rng.integers(3, 12, schools))
    level, change = rng.normal(0, 0.7, school.size) + rng.normal(0, between, schools)[school], rng.normal(0.2, between, schools)[school]
    waves = [
        pd.DataFrame(
            {"school": school, "teacher": np.arange(school.size), "post": t, "y": level + t * change + rng.normal(0, 0.6, school.size)}
        )
        for t in (0, 1)
    ]
    return pd.concat(waves).sample(frac=0.85, random_state=rng).reset_index(drop=True)


@pytest.mark.parametrize("between", [0.0, 0.4])
@pytest.mark.parametrize("effects", [1, 2])
@pytest.mark.parametrize("reml", [True, False])
def test_it_equals_the_general_engine(between: float, effects: int, reml: bool) -> None:
    for seed in range(4):
        d = draw(seed, between=between).assign(age=lambda f: f.teacher % 7 + 30)
        x = np.column_stack([design(d), d.age])
        terms = [RandomTerm("school", d.school, x[:, :effects], (ONE, "post")[:effects]), RandomTerm("teacher", d.teacher)]
        ours, known = fit_nested(d.y, x, d.school, d.teacher, school_effects=effects, reml=reml), fit_mixed(d.y, x, terms, reml=reml)
        assert ours.criterion == pytest.approx(known.criterion, rel=1e-9)
        assert (ours.singular, ours.converged, ours.reason) == (known.singular, True, known.reason)
        np.testing.assert_allclose([c.value for c in ours.varcomp], [c.value for c in known.varcomp], rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(ours.params, known.params, rtol=1e-6, atol=1e-9)
        np.testing.assert_allclose(ours.bse, known.bse, rtol=1e-6)
        np.testing.assert_allclose(ours.df("kenward-roger"), known.df("kenward-roger"), rtol=1e-4)


def test_no_other_search_finds_a_lower_criterion() -> None:
    singular = 0
    for seed, between in enumerate((0.0, 0.6, 1.2) * 2):
        d = draw(seed, between=between)
        units, inner, residual = standardise(d.y, design(d))
        statistics = summarise_strata(compute_strata(np.column_stack([inner, residual]), d.school.to_numpy(), d.teacher.to_numpy()), 2)

        def deviance(u: np.ndarray, statistics: Statistics = statistics, n: int = units.n) -> float:
            root = np.array([[u[0], 0.0], [u[1], u[2]]])
            sums = sum_schools(statistics, root @ root.T, u[3] ** 2, u[4] ** 2)
            found = None if sums is None else derive_criterion(sums, n, True)
            return np.inf if found is None else found.value

        options = {"xatol": 1e-5, "fatol": 1e-8, "maxfev": 1000}
        best = minimize(deviance, [0.3, 0.1, 0.3, 0.7, 0.7], method="Nelder-Mead", options=options).fun
        fit = fit_nested(d.y, design(d), d.school, d.teacher, school_effects=2)
        ours = fit.criterion - (units.n - 2) * 2 * np.log(units.y_scale) - units.log_det_x
        assert ours <= best + 1e-6
        assert fit.converged
        singular += fit.singular
    assert 1 <= singular <= 5


def test_three_school_effects_equal_the_general_engine() -> None:
    d = draw(5, schools=15, between=0.8)
    third = d.assign(post=2, y=d.y + np.random.default_rng(0).normal(0, 0.5, len(d)))
    d = pd.concat([d, third]).reset_index(drop=True)
    x = np.column_stack([np.ones(len(d)), d.post == 1, d.post == 2])
    ours = fit_nested(d.y, x, d.school, d.teacher, school_effects=3)
    known = fit_mixed(d.y, x, [RandomTerm("school", d.school, x, ("a", "b", "c")), RandomTerm("teacher", d.teacher)])
    assert ours.criterion == pytest.approx(known.criterion, rel=1e-9)
    np.testing.assert_allclose(ours.bse, known.bse, rtol=1e-5)


def test_order_of_rows_and_labels_do_not_matter() -> None:
    d = draw(1)
    other = d.sample(frac=1, random_state=2).assign(school=lambda f: "s" + f.school.astype(str), teacher=lambda f: f.teacher * 10_000 + 5)
    one, two = (fit_nested(f.y, design(f), f.school, f.teacher, school_effects=2) for f in (d, other))
    np.testing.assert_allclose(two.conf_int("kenward-roger"), one.conf_int("kenward-roger"), rtol=1e-8)


@pytest.mark.parametrize("factor", [1e6, 1e-6])
def test_scale_and_origin_of_the_scores_do_not_matter(factor: float) -> None:
    d = draw(2)
    one, two = (fit_nested(y, design(d), d.school, d.teacher, school_effects=2) for y in (d.y, factor * (d.y + 1000)))
    np.testing.assert_allclose(two.bse / factor, one.bse, rtol=1e-7)
    np.testing.assert_allclose(two.df("kenward-roger"), one.df("kenward-roger"), rtol=1e-6)


def test_calendar_years_serve_as_time() -> None:
    d = draw(3, schools=12, between=0.6)
    one, two = (fit_nested(d.y, np.column_stack([np.ones(len(d)), d.post + y]), d.school, d.teacher) for y in (0, 2024))
    assert [two.params[1], two.bse[1]] == pytest.approx([one.params[1], one.bse[1]], rel=1e-8)


def test_data_without_spread_get_a_reason() -> None:
    d = draw(4)
    fit = fit_nested(np.full(len(d), 4.0), design(d), d.school, d.teacher)
    assert (fit.reason, fit.singular) == ("no_spread", True)
    assert np.isnan(fit.bse).all()
    equal = fit_nested(d.teacher + 0.5 * d.post, design(d), d.school, d.teacher)
    assert equal.reason == "no_residual_variance"


def test_one_school_cannot_tell_the_variance_between_schools() -> None:
    d = draw(6).query("school == 1")
    fit = fit_nested(d.y, design(d), d.school, d.teacher)
    assert fit.reason == "not_identified"
    known = fit_mixed(d.y, design(d), [RandomTerm("teacher", d.teacher)])
    assert [fit.params[1], fit.bse[1]] == pytest.approx([known.params[1], known.bse[1]], rel=1e-6)


def test_ten_thousand_schools_take_less_than_three_seconds() -> None:
    rng = np.random.default_rng(0)
    school, answer = np.repeat(np.arange(10_000), 25), np.tile(np.arange(250_000), 2)
    change, wave = rng.normal(0.2, 0.3, 10_000), np.repeat([0.0, 1.0], 250_000)
    y = (
        (rng.normal(0, 0.8, 250_000) + rng.normal(0, 0.4, 10_000)[school])[answer]
        + wave * change[school[answer]]
        + rng.normal(0, 0.6, 500_000)
    )
    start = time.process_time()
    fit = fit_nested(y, np.column_stack([np.ones(500_000), wave]), school[answer], answer, school_effects=2)
    assert time.process_time() - start < 3
    assert [c.value for c in fit.varcomp] == pytest.approx([0.16, 0.0, 0.09, 0.64, 0.36], abs=0.01)
    assert fit.test([0, 1]).low < 0.2 < fit.test([0, 1]).high
