"""Change in one school: the paired t test when all are matched, Welch when nobody is, lme4 and pbkrtest in between."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from tests.witness import witness
from toolkit.statistics.mixed_models.before_after import GroupChange, GroupChanges, estimate_change_in_group, estimate_change_in_groups
from toolkit.statistics.mixed_models.design import RandomTerm
from toolkit.statistics.mixed_models.model import fit_mixed


def draw(correlation: float, n: int = 15) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(2)
    before = rng.normal(5, 1, n)
    return before, 5.3 + correlation * (before - 5) + rng.normal(0, 0.8, n)


def same(found: GroupChange, known: object) -> None:
    assert [found.statistic, found.df, found.p_value] == pytest.approx([known.statistic, known.df, known.pvalue], rel=1e-7)
    assert [found.low, found.high] == pytest.approx(list(known.confidence_interval()), rel=1e-7)


@pytest.mark.parametrize("correlation", [0.8, 0.0, -0.7])
def test_all_matched_is_the_paired_t_test(correlation: float) -> None:
    before, after = draw(correlation)
    order = np.random.default_rng(1).permutation(15)
    found = estimate_change_in_group(before, after[order], np.arange(15), order)
    same(found, stats.ttest_rel(after, before))
    assert (found.method, found.n_pairs, found.n_before, found.reason) == ("mixed_model", 15, 15, "")


def test_all_matched_agrees_with_r() -> None:
    w = witness("paired.bdf_school1")
    d = w.data()
    d = d[d.school == 1]
    found = estimate_change_in_group(d.lang1, d.lang2, d.pupil, d.pupil)
    for ours, theirs in {
        "estimate": "mean_change",
        "low": "ci_low",
        "high": "ci_high",
        "statistic": "t",
        "df": "df",
        "p_value": "p",
    }.items():
        w.agree(getattr(found, ours), theirs)


@pytest.mark.parametrize("ids", [(None, None), (list("abcdefghijklmno"), [None] * 12), (list("abcdefghijklmno"), list("ABCDEFGHIJKL"))])
def test_nobody_matched_is_welch(ids: tuple[list[str] | None, list[str] | None]) -> None:
    before, after = draw(0.5)
    found = estimate_change_in_group(before, after[:12], *ids)
    same(found, stats.ttest_ind(after[:12], before, equal_var=False))
    assert (found.method, found.n_pairs) == ("welch", 0)


def test_partly_matched_equals_the_general_engine() -> None:
    before, after = draw(0.6)
    found = estimate_change_in_group(before[:11], after[3:], np.arange(11), [*range(3, 11), None, float("nan"), 98, 99])
    scores, persons = np.concatenate([before[:11], after[3:]]), [*range(11), *range(3, 11), 20, 21, 22, 23]
    x = np.column_stack([np.ones(23), np.repeat([0, 1], [11, 12])])
    known = fit_mixed(scores, x, [RandomTerm("person", persons, negative=True)]).test([0, 1], "kenward-roger")
    for name in ("estimate", "std_error", "df", "low", "high", "p_value"):
        assert getattr(found, name) == pytest.approx(getattr(known, name), rel=1e-7)
    assert found.n_pairs == 8


def test_one_matched_person_tells_no_correlation() -> None:
    before, after = draw(0.5)
    found = estimate_change_in_group(before, after, np.arange(15), np.arange(14, 29))
    assert (found.method, found.n_pairs, found.reason) == ("welch", 1, "")


ODD = {
    "no answers after": ([1.0, 2.0], [], [1, 2], [], "none", "no_answers"),
    "no answers at all": ([], [], None, None, "none", "no_answers"),
    "one pair": ([1.0], [2.0], ["a"], ["a"], "welch", "too_few"),
    "one and one unmatched": ([1.0], [2.0], None, None, "welch", "too_few"),
    "all equal, matched": ([3.0] * 4, [3.0] * 4, [1, 2, 3, 4], [1, 2, 3, 4], "mixed_model", "no_spread"),
    "all equal, unmatched": ([3.0] * 4, [3.5] * 4, None, None, "welch", "no_spread"),
    "equal changes": ([1.0, 2.0, 4.0], [1.5, 2.5, 4.5], [1, 2, 3], [1, 2, 3], "mixed_model", "no_residual_variance"),
    "equal sums": ([1.0, 2.0, 4.0], [4.0, 3.0, 1.0], [1, 2, 3], [1, 2, 3], "mixed_model", "no_residual_variance"),
}


@pytest.mark.parametrize("case", ODD)
def test_odd_groups_get_a_named_reason_and_no_interval(case: str) -> None:
    before, after, before_ids, after_ids, method, reason = ODD[case]
    found = estimate_change_in_group(before, after, before_ids, after_ids)
    assert (found.method, found.reason) == (method, reason)
    assert np.isnan([found.low, found.high, found.p_value, found.std_error]).all()
    if before and after:
        assert found.estimate == pytest.approx(np.mean(after) - np.mean(before))


def test_two_pairs_with_others_never_fail() -> None:
    rng = np.random.default_rng(0)
    for _ in range(200):
        pairs, left, joined = rng.integers(2, 4), rng.integers(0, 6), rng.integers(0, 6)
        before, after = rng.integers(1, 6, pairs + left).astype(float), rng.integers(1, 6, pairs + joined).astype(float)
        found = estimate_change_in_group(before, after, np.arange(pairs + left), [*range(pairs), *range(50, 50 + joined)])
        assert np.isfinite(found.estimate)
        assert np.isfinite(found.low) == (found.reason == "")


@pytest.mark.parametrize("factor", [1e6, 1e-6, 100 / 6])
def test_scale_of_the_scores_does_not_matter(factor: float) -> None:
    before, after = draw(0.5)
    ids = np.arange(15)
    one, other = (estimate_change_in_group(f * before, f * after, ids, ids + 4) for f in (1.0, factor))
    assert [other.low / factor, other.df] == pytest.approx([one.low, one.df], rel=1e-8)


def test_wrong_input_is_named() -> None:
    with pytest.raises(ValueError, match="missing"):
        estimate_change_in_group([1.0, np.nan], [2.0])
    with pytest.raises(ValueError, match="occur twice"):
        estimate_change_in_group([1.0, 2.0], [2.0, 3.0], ["a", "a"], ["a", "b"])
    with pytest.raises(ValueError, match="one id"):
        estimate_change_in_group([1.0, 2.0], [2.0, 3.0], ["a"], ["a", "b"])


def draw_many(seed: int, number: int, least: int = 2, alone: int = 8) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return groups with `least` pairs or more and fewer than `alone` others per wave, every third of whole numbers with many ties."""
    rng, groups = np.random.default_rng(seed), []
    for place in range(number):
        pairs, left, joined = int(rng.integers(least, least + 13)), *rng.integers(0, alone, 2).tolist()
        correlation, scale, origin = rng.uniform(-0.95, 0.95), 10 ** rng.uniform(-3, 3), rng.uniform(-5, 5)
        before = rng.normal(0, 1, pairs + left + joined)
        after = 0.3 + correlation * before + np.sqrt(1 - correlation**2) * rng.normal(0, 1, before.size)
        if place % 3 == 0:
            before, after = (np.clip(np.round(3 + 1.5 * wave), 1, 5) for wave in (before, after))
        before, after = scale * (before + origin), scale * (after + origin)
        before[pairs + left :] = after[pairs : pairs + left] = np.nan
        groups.append((before, after))
    return groups


def estimate_all(groups: list[tuple[np.ndarray, np.ndarray]]) -> GroupChanges:
    codes = np.repeat(np.arange(len(groups)), [before.size for before, _ in groups])
    before, after = (np.concatenate(waves) for waves in zip(*groups, strict=True))
    mixed = np.random.default_rng(0).permutation(codes.size)
    return estimate_change_in_groups(before[mixed], after[mixed], codes[mixed], len(groups))


def estimate_alone(before: np.ndarray, after: np.ndarray) -> GroupChange:
    first, second = ~np.isnan(before), ~np.isnan(after)
    return estimate_change_in_group(before[first], after[second], np.flatnonzero(first), np.flatnonzero(second))


def test_many_groups_at_once_are_each_group_alone() -> None:
    cases = [case for case in ODD.values() if case[2] is not None]
    groups = draw_many(3, 200)
    for before, after, before_ids, after_ids, *_ in cases:
        persons = sorted({*before_ids, *after_ids}, key=str)
        waves = [dict(zip(ids, scores, strict=True)) for ids, scores in ((before_ids, before), (after_ids, after))]
        groups.append(tuple(np.array([wave.get(person, np.nan) for person in persons], dtype=float) for wave in waves))
    found = estimate_all(groups)
    assert found.reason.tolist()[200:] == [case[-1] for case in cases]
    for number, group in enumerate(groups):
        one, known = found.take(number), estimate_alone(*group)
        assert [one.n_before, one.n_after, one.n_pairs, one.method] == [known.n_before, known.n_after, known.n_pairs, known.method]
        size = np.nanmax(np.abs(group), initial=0)
        for name in ("mean_before", "estimate", "std_error", "df", "low", "high", "p_value"):
            assert getattr(one, name) == pytest.approx(getattr(known, name), rel=1e-9, abs=1e-12 * size, nan_ok=True)


def test_many_groups_partly_matched_equal_the_general_engine() -> None:
    groups = draw_many(4, 60, least=8, alone=5)  # with few pairs the criterion may have a second minimum
    found = estimate_all(groups)
    compared = 0
    for number, (before, after) in enumerate(groups):
        one = found.take(number)
        if one.reason:
            continue
        wave, person = np.nonzero(~np.isnan([before, after]))
        x = np.column_stack([np.ones(wave.size), wave])
        scores = np.stack([before, after])[wave, person]
        known = fit_mixed(scores, x, [RandomTerm("person", person, negative=True)]).test([0, 1], "kenward-roger")
        for name in ("estimate", "std_error", "df", "low", "high", "p_value"):
            assert getattr(one, name) == pytest.approx(getattr(known, name), rel=1e-8)
        compared += 1
    assert compared > 50


def test_many_groups_all_matched_are_paired_t_tests() -> None:
    groups = [(before[kept], after[kept]) for before, after in draw_many(5, 300) for kept in [~np.isnan(before) & ~np.isnan(after)]]
    found = estimate_all(groups)
    told = [number for number in range(300) if not found.reason[number]]
    assert len(told) > 250
    for number in told:
        before, after = groups[number]
        same(found.take(number), stats.ttest_rel(after, before))


def test_many_groups_unmatched_are_welch_tests() -> None:
    rng = np.random.default_rng(6)
    waves = [(rng.normal(3, 1, n), rng.normal(4, 3, m)) for n, m in rng.integers(2, 20, (50, 2))]
    groups = [(np.append(x, np.full(y.size, np.nan)), np.append(np.full(x.size, np.nan), y)) for x, y in waves]
    found = estimate_all(groups)
    for number, (x, y) in enumerate(waves):
        same(found.take(number), stats.ttest_ind(y, x, equal_var=False))


def test_the_interval_holds_the_true_change_as_often_as_it_says() -> None:
    rng, n = np.random.default_rng(7), 4000
    level = rng.normal(0, 1, (n, 10))
    before, after = level + rng.normal(0, 0.8, (n, 10)), level + 0.4 + rng.normal(0, 0.8, (n, 10))
    before[:, :2] = after[:, 8:] = np.nan
    found = estimate_change_in_groups(before.ravel(), after.ravel(), np.repeat(np.arange(n), 10), n)
    held = int(((found.low < 0.4) & (found.high > 0.4)).sum())
    assert stats.binomtest(held, n, 0.95).pvalue > 0.001


def test_groups_may_be_empty_and_there_may_be_none() -> None:
    nobody = estimate_change_in_groups([], [], [], 0)
    assert nobody.estimate.size == nobody.reason.size == 0
    empty = estimate_change_in_groups([1.0, 2.0, 3.0], [2.0, 4.0, 3.5], [1, 1, 1], 3)
    assert empty.reason.tolist() == ["no_answers", "", "no_answers"]
    assert empty.n_before.tolist() == [0, 3, 0] and np.isnan(empty.mean_before[[0, 2]]).all()


def test_wrong_groups_are_named() -> None:
    with pytest.raises(ValueError, match="codes from 0 to 2"):
        estimate_change_in_groups([1.0, 2.0], [2.0, 3.0], [0, 2], 2)
    with pytest.raises(ValueError, match="infinite"):
        estimate_change_in_groups([1.0, np.inf], [2.0, 3.0], [0, 0], 1)
    with pytest.raises(ValueError, match="shapes"):
        estimate_change_in_groups([1.0, 2.0], [2.0], [0, 0], 1)


def test_the_levels_before_and_after_have_the_errors_of_the_same_model() -> None:
    """Against the general engine, which is held to pbkrtest: contrasts (1, 0) and (1, 1) of `y ~ post + (1|person)`."""
    generator = np.random.default_rng(11)
    level = generator.normal(size=20)
    before, after = level + generator.normal(size=20), level + 0.4 + generator.normal(size=20)
    before[15:], after[:4] = np.nan, np.nan
    found = estimate_change_in_group(before[:15], after[4:], np.arange(15), np.arange(4, 20))
    y, post = np.concatenate([before[:15], after[4:]]), np.repeat([0.0, 1.0], [15, 16])
    person = np.concatenate([np.arange(15), np.arange(4, 20)])
    fit = fit_mixed(y, np.column_stack([np.ones(y.size), post]), [RandomTerm("person", person)])
    ends = [fit.test(contrast, "kenward-roger") for contrast in ([1.0, 0.0], [1.0, 1.0])]
    ours = [(found.mean_before_error, found.mean_before_df), (found.mean_after_error, found.mean_after_df)]
    for (error, df), theirs in zip(ours, ends, strict=True):
        assert error == pytest.approx(theirs.std_error, rel=1e-6)
        assert df == pytest.approx(theirs.df, rel=1e-5)
