"""The mixed-model engine against lme4, lmerTest and pbkrtest, and in the hard cases."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.witness import Witness, witness
from toolkit.statistics.mixed_models.design import RandomTerm
from toolkit.statistics.mixed_models.model import MixedFit, fit_mixed

ONE = "(Intercept)"


def line(frame: pd.DataFrame, *columns: str) -> np.ndarray:
    return np.column_stack([np.ones(len(frame)), *(frame[column] for column in columns)])


def component(fit: MixedFit, group: str, effect: str = "", other: str = "") -> float:
    return next(c.value for c in fit.varcomp if (c.group, c.effect, c.other) == (group, effect, other))


def assert_agrees(fit: MixedFit, w: Witness, components: list[float]) -> None:
    assert fit.converged
    assert not fit.singular
    assert fit.reason == ""
    w.agree(components, "varcomp", "cov")
    w.agree(fit.params, "estimate")
    w.agree(fit.bse, "se")
    w.agree(fit.criterion, "reml_criterion", rtol=1e-10)
    w.agree(fit.df("satterthwaite"), "df_satterthwaite")
    for end, name in enumerate(["low", "high"]):
        w.agree(fit.conf_int("satterthwaite")[:, end], f"ci_satt_{name}")
        w.agree(fit.conf_int("kenward-roger")[:, end], f"ci_kr_{name}")
    tests = [fit.test(c, "kenward-roger") for c in np.eye(fit.params.size)]
    for ours, theirs in {"std_error": "se_kr", "df": "df_kr", "statistic": "t_kr", "p_value": "p_kr"}.items():
        w.agree([getattr(test, ours) for test in tests], theirs)


def test_a_school_slope_agrees_with_lme4() -> None:
    w = witness("lmm.prepost_slope")
    d = w.data()
    x = line(d, "post")
    fit = fit_mixed(d.y, x, [RandomTerm("school", d.school, x, (ONE, "post")), RandomTerm("pupil", d.pupil)])
    school = [component(fit, "school", *pair) for pair in [(ONE, ONE), ("post", "post"), ("post", ONE)]]
    assert_agrees(fit, w, [component(fit, "pupil", ONE, ONE), *school, component(fit, "Residual")])


def test_random_intercepts_of_schools_and_teachers_agree_with_lme4() -> None:
    w = witness("lmm.prepost_intercept_only")
    d = w.data()
    fit = fit_mixed(d.y, line(d, "post"), [RandomTerm("pupil", d.pupil), RandomTerm("school", d.school)])
    assert_agrees(fit, w, [c.value for c in fit.varcomp])


def test_a_growth_model_agrees_with_lme4() -> None:
    w = witness("lmm.sleepstudy_slope")
    d = w.data()
    x = line(d, "Days")
    fit = fit_mixed(d.Reaction, x, [RandomTerm("Subject", d.Subject, x, (ONE, "Days"))])
    assert_agrees(fit, w, [fit.varcomp[k].value for k in (0, 2, 1, 3)])


def test_growth_of_persons_in_battalions_agrees_with_lme4() -> None:
    w = witness("lmm.univbct_growth")
    d = w.data()
    x = line(d, "TIME")
    fit = fit_mixed(d.JSAT, x, [RandomTerm("SUBNUM", d.SUBNUM, x, (ONE, "TIME")), RandomTerm("BTN", d.BTN)])
    assert_agrees(fit, w, [fit.varcomp[k].value for k in (0, 2, 1, 3, 4)])


def twenty_schools() -> pd.DataFrame:
    d = witness("lmm.bdf_ancova").data()
    return d[d.school.isin(sorted(d.school.unique())[:20])]


def test_covariates_agree_with_lme4() -> None:
    d = twenty_schools()
    ancova = fit_mixed(d.lang2, line(d, "lang1", "ses"), [RandomTerm("school", d.school)])
    assert_agrees(ancova, witness("lmm.bdf_ancova"), [c.value for c in ancova.varcomp])
    change = fit_mixed(d.lang2 - d.lang1, line(d, "ses"), [RandomTerm("school", d.school)])
    assert_agrees(change, witness("lmm.bdf_change"), [c.value for c in change.varcomp])


def test_f_of_two_contrasts_agrees_with_pbkrtest_and_lmertest() -> None:
    d, w = twenty_schools(), witness("lmm.kr_F_2df")
    fit = fit_mixed(d.lang2, line(d, "lang1", "ses"), [RandomTerm("school", d.school)])
    f = fit.test_jointly([[0, 1, 0], [0, 0, 1]], "kenward-roger")
    for ours, theirs in {"statistic": "F", "df_num": "ndf", "df_den": "ddf", "scaling": "F_scaling", "p_value": "p"}.items():
        w.agree(getattr(f, ours), theirs)
    # R 4.2.2, lmerTest 3.1-3: contestMD(m, rbind(c(0,1,0), c(0,0,1))), m as in lmm.bdf_ancova (bobyqa, rhoend 1e-11)
    g = fit.test_jointly([[0, 1, 0], [0, 0, 1]], "satterthwaite")
    assert [g.statistic, g.df_den] == pytest.approx([213.529485107512, 305.07807915462], rel=1e-6)


def test_f_of_nine_contrasts_agrees_with_pbkrtest_and_lmertest() -> None:
    d = witness("lmm.sleepstudy_slope").data()
    days = np.column_stack([np.ones(len(d)), *(d.Days == k for k in range(1, 10))])
    fit = fit_mixed(d.Reaction, days, [RandomTerm("Subject", d.Subject, line(d, "Days"), (ONE, "Days"))])
    # R 4.2.2: m <- lmer(Reaction ~ factor(Days) + (Days|Subject), sleepstudy)
    # KRmodcomp(m, m without Days); contestMD(m, cbind(0, diag(9)))
    f, g = (fit.test_jointly(np.eye(10)[1:], method) for method in ("kenward-roger", "satterthwaite"))
    assert [f.statistic, f.df_den, f.scaling] == pytest.approx([5.62382151123411, 125.536952223003, 0.989622442518175], rel=1e-6)
    assert [g.statistic, g.df_den] == pytest.approx([5.68279504345502, 95.4205697697081], rel=1e-6)


def test_maximum_likelihood_agrees_with_lme4() -> None:
    d = witness("lmm.sleepstudy_slope").data()
    x = line(d, "Days")
    fit = fit_mixed(d.Reaction, x, [RandomTerm("Subject", d.Subject, x, (ONE, "Days"))], reml=False)
    # R 4.2.2, lme4 1.1-31: lmer(Reaction ~ Days + (Days|Subject), sleepstudy, REML = FALSE)
    assert fit.criterion == pytest.approx(1751.9393444632, rel=1e-12)
    assert [c.value for c in fit.varcomp] == pytest.approx([565.51527, 11.055414, 32.682198, 654.941038], rel=2e-6)
    assert fit.bse == pytest.approx([6.632276421, 1.502236793], rel=1e-6)


def test_a_singular_fit_agrees_with_lme4_and_is_flagged() -> None:
    d = witness("lmm.prepost_slope").data()
    group = (pd.factorize(d.pupil)[0] + 1) % 7
    x = line(d, "post")
    fit = fit_mixed(d.y, x, [RandomTerm("class", group, x, (ONE, "post")), RandomTerm("pupil", d.pupil)])
    # R 4.2.2: d$class <- match(d$pupil, unique(d$pupil)) %% 7; lmer(y ~ post + (1 + post|class) + (1|pupil)), pbkrtest; correlation 1
    assert fit.singular
    assert fit.converged
    assert fit.criterion == pytest.approx(1702.86466554777, rel=1e-12)
    kr = [fit.test(c, "kenward-roger") for c in np.eye(2)]
    assert [t.std_error for t in kr] == pytest.approx([0.815079220235271, 0.631728998230672], rel=1e-6)
    assert [t.df for t in kr] == pytest.approx([5.98846538704459, 5.93314562293073], rel=1e-6)


def school_answers(rng: np.random.Generator, schools: int = 6, teachers: int = 8, between: float = 0.3) -> pd.DataFrame:
    school = np.repeat(np.arange(schools), teachers)
    teacher = np.arange(school.size)
    level = rng.normal(0, 1, school.size) + rng.normal(0, between, schools)[school]
    change = 0.2 + rng.normal(0, between, schools)[school]
    rows = [
        pd.DataFrame({"school": school, "teacher": teacher, "post": t, "y": 4 + level + t * change + rng.normal(0, 0.7, school.size)})
        for t in (0, 1)
    ]
    return pd.concat(rows).sample(frac=0.8, random_state=rng).reset_index(drop=True)


def fit_slope(d: pd.DataFrame, factor: float = 1.0) -> MixedFit:
    x = line(d, "post")
    return fit_mixed(factor * d.y.to_numpy(), x, [RandomTerm("school", d.school, x, (ONE, "post")), RandomTerm("teacher", d.teacher)])


def test_order_of_rows_does_not_matter() -> None:
    d = school_answers(np.random.default_rng(1))
    one, other = fit_slope(d), fit_slope(d.sample(frac=1, random_state=2))
    np.testing.assert_allclose(other.params, one.params, rtol=1e-10)
    np.testing.assert_allclose(other.conf_int("kenward-roger"), one.conf_int("kenward-roger"), rtol=1e-9)


@pytest.mark.parametrize("factor", [1e6, 1e-6, 100.0])
def test_scale_of_the_scores_does_not_matter(factor: float) -> None:
    d = school_answers(np.random.default_rng(1))
    one, other = fit_slope(d), fit_slope(d, factor)
    np.testing.assert_allclose(other.params / factor, one.params, rtol=1e-10)
    np.testing.assert_allclose([c.value / factor**2 for c in other.varcomp], [c.value for c in one.varcomp], rtol=1e-8)
    np.testing.assert_allclose(other.df("kenward-roger"), one.df("kenward-roger"), rtol=1e-9)


def test_scale_of_time_does_not_matter() -> None:
    d = witness("lmm.sleepstudy_slope").data()
    years, days = line(d.assign(Days=d.Days / 365), "Days"), line(d, "Days")
    one = fit_mixed(d.Reaction, days, [RandomTerm("Subject", d.Subject, days, (ONE, "Days"))])
    other = fit_mixed(d.Reaction, years, [RandomTerm("Subject", d.Subject, years, (ONE, "Days"))])
    assert other.params[1] / 365 == pytest.approx(one.params[1], rel=1e-10)
    assert other.varcomp[2].value / 365**2 == pytest.approx(one.varcomp[2].value, rel=1e-8)


def paired(changes: np.ndarray, before: np.ndarray) -> MixedFit:
    n = before.size
    x = np.column_stack([np.ones(2 * n), np.repeat([0, 1], n)])
    return fit_mixed(np.concatenate([before, before + changes]), x, [RandomTerm("teacher", np.tile(np.arange(n), 2), negative=True)])


@pytest.mark.parametrize("correlation", [0.7, 0.0, -0.6])
def test_one_school_with_all_matched_equals_the_paired_t_test(correlation: float) -> None:
    rng = np.random.default_rng(3)
    before = rng.normal(size=12)
    after = correlation * before + rng.normal(size=12) + 0.4
    fit, t = paired(after - before, before), stats.ttest_rel(after, before)
    test = fit.test([0, 1], "kenward-roger")
    assert [test.statistic, test.df, test.p_value] == pytest.approx([t.statistic, 11, t.pvalue], rel=1e-8)
    assert [test.low, test.high] == pytest.approx(list(t.confidence_interval()), rel=1e-7)


def test_equal_changes_leave_no_residual_variance() -> None:
    fit = paired(np.full(6, 0.5), np.array([1.0, 2, 3, 4, 5, 6]))
    assert fit.reason == "no_residual_variance"
    assert fit.singular
    assert fit.params[1] == pytest.approx(0.5)
    assert np.isnan(fit.bse).all()
    assert np.isnan(fit.conf_int()).all()


def test_equal_scores_have_no_spread() -> None:
    fit = fit_mixed(np.full(8, 3.3), line(pd.DataFrame({"post": [0, 1] * 4}), "post"), [RandomTerm("teacher", np.repeat(range(4), 2))])
    assert (fit.reason, fit.singular, fit.converged) == ("no_spread", True, False)
    assert fit.params == pytest.approx([3.3, 0.0])
    assert np.isnan(fit.test_jointly([[0, 1]]).p_value)


def test_as_many_coefficients_as_rows_is_told() -> None:
    fit = fit_mixed([1.0, 2.0], [[1, 0], [1, 1]], [RandomTerm("teacher", [1, 1])])
    assert fit.reason == "no_residual_df"
    assert np.isnan(fit.bse).all()


def test_variances_that_cannot_be_told_apart_are_named() -> None:
    d = school_answers(np.random.default_rng(5)).query("post == 0")
    fit = fit_mixed(d.y, line(d), [RandomTerm("teacher", d.teacher)])
    assert fit.reason == "not_identified"
    assert fit.bse[0] == pytest.approx(d.y.std() / np.sqrt(len(d)), rel=1e-8)


def test_duplicated_rows_are_a_fit_like_any_other() -> None:
    d = school_answers(np.random.default_rng(6))
    fit = fit_slope(pd.concat([d, d]))
    assert fit.converged
    assert np.isfinite(fit.conf_int("kenward-roger")).all()


def test_wrong_input_is_named() -> None:
    with pytest.raises(ValueError, match="missing"):
        fit_mixed([1.0, np.nan], [[1], [1]], [])
    with pytest.raises(ValueError, match=r"columns \[1\]"):
        fit_mixed([1.0, 2.0, 4.0], [[1, 1], [1, 1], [1, 1]], [])
    with pytest.raises(ValueError, match="names"):
        fit_mixed([1.0, 2.0, 4.0], [[1], [1], [1]], [], ["a", "b"])
    with pytest.raises(ValueError, match="kenward"):
        fit_mixed([1.0, 2.0, 4.0], [[1], [1], [1]], []).test([1], "wald")


def test_without_random_terms_it_is_ordinary_regression() -> None:
    d = twenty_schools()
    fit = fit_mixed(d.lang2, line(d, "lang1"), [])
    known = stats.linregress(d.lang1, d.lang2)
    assert [fit.params[1], fit.bse[1]] == pytest.approx([known.slope, known.stderr], rel=1e-9)
    assert fit.df() == pytest.approx([len(d) - 2] * 2)
