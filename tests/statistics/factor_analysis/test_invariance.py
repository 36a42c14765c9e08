"""The ladder of invariance against lavaan, a published search, and scales of which we know what changed."""

import numpy as np
import pytest

from tests.witness import witness
from toolkit.statistics.factor_analysis.invariance import Criteria, estimate_invariance

ABILITIES = {"visual": ["x1", "x2", "x3"], "textual": ["x4", "x5", "x6"], "speed": ["x7", "x8", "x9"]}
SCALE = {"f": ["a", "b", "c", "d", "e", "g"]}
LOADINGS = np.array([1, 0.9, 0.8, 0.7, 0.9, 0.8])


def draw_waves(seed, n, *, changes=(0.4,), missing=0.0, spread=1.0):
    """Six items on a factor whose mean moves by `changes`; in each wave a share `missing` of the persons is absent."""
    generator = np.random.default_rng(seed)
    stable, specific = generator.standard_normal((n, 1)), 0.4 * generator.standard_normal((n, 6))
    waves = []
    for change in (0.0, *changes):
        factor = change + spread * (np.sqrt(0.6) * stable + np.sqrt(0.4) * generator.standard_normal((n, 1)))
        waves.append(3 + factor * LOADINGS + specific + 0.5 * generator.standard_normal((n, 6)))
        waves[-1][generator.random(n) < missing] = np.nan
    return waves


def test_steps_between_schools_equal_lavaan():
    reference = witness("invariance.HS_groups")
    schools = [school[[f"x{i}" for i in range(1, 10)]] for _, school in reference.data().groupby("school", sort=False)]
    ours = estimate_invariance(schools, ABILITIES, linked=False)
    for step in ours.steps[:3]:
        reference.agree(step.fit.measures.chi_square, step.level, "chisq")
    theirs, metric, scalar = reference.value, ours.steps[1], ours.steps[2]
    assert metric.delta_chi_square == pytest.approx(theirs["metric"]["chisq"] - theirs["configural"]["chisq"], rel=1e-5)
    assert scalar.delta_cfi == pytest.approx(theirs["scalar"]["cfi"] - theirs["metric"]["cfi"], rel=1e-5)
    assert scalar.delta_rmsea == pytest.approx(theirs["scalar"]["rmsea"] - theirs["metric"]["rmsea"], rel=1e-5)
    assert (metric.accepted, scalar.accepted) == (True, False)
    assert ours.n == (156, 145)


def test_the_search_between_schools_frees_the_published_intercepts():
    """Vignette of the R package pinsearch (Lai), after Yoon & Millsap (2007): x3 and x7; chi-square, means in SDs of the first school."""
    data = witness("invariance.HS_groups").data()
    schools = [school[[f"x{i}" for i in range(1, 10)]] for _, school in data.groupby("school", sort=False)]
    ours = estimate_invariance(schools, ABILITIES, linked=False)
    assert ours.freed == ("x3", "x7") and ours.interpretable
    strict = ours.steps[-1].fit
    assert (round(strict.measures.chi_square, 3), strict.measures.df) == (147.260, 67)
    for factor, published in {"visual": 0.062, "textual": 0.608, "speed": -0.127}.items():
        change = strict.estimate(f"{factor}~1.2")[0] - strict.estimate(f"{factor}~1.1")[0]
        assert change / np.sqrt(strict.estimate(f"{factor}~~{factor}.1")[0]) == pytest.approx(published, abs=6e-4)


@pytest.mark.parametrize("id", ["invariance.PD_longitudinal", "invariance.PD_longitudinal_fiml"])
def test_steps_between_waves_equal_lavaan(id):
    reference = witness(id)
    data = reference.data()
    waves = [data[["y1", "y2", "y3", "y4"]], data[["y5", "y6", "y7", "y8"]]]
    ours = estimate_invariance(waves, {"dem": ["y1", "y2", "y3", "y4"]}, criteria=Criteria(persons=50))
    theirs = reference.value.get("fit", reference.value)
    assert [step.level for step in ours.steps] == list(theirs) and ours.reached == "strict"
    for before, step in zip(ours.steps, ours.steps[1:], strict=False):
        assert step.delta_chi_square == pytest.approx(theirs[step.level]["chisq"] - theirs[before.level]["chisq"], rel=1e-4)
        assert step.delta_df == theirs[step.level]["df"] - theirs[before.level]["df"]
        assert step.delta_cfi == pytest.approx(theirs[step.level]["cfi"] - theirs[before.level]["cfi"], rel=1e-3)


def test_latent_and_observed_change_agree_when_only_the_factor_moved():
    ours = estimate_invariance(draw_waves(1, 1500), SCALE)
    assert ours.reached == "strict" and ours.freed == () and ours.reason == ""
    (mean,) = ours.means
    truth = 0.4 * LOADINGS.mean()
    assert mean.latent.low < truth < mean.latent.high
    assert mean.latent.estimate == pytest.approx(mean.observed, abs=0.02)


@pytest.mark.parametrize("place", [0, 3])
def test_an_item_that_moved_by_itself_is_freed_even_if_it_is_the_marker(place):
    waves = draw_waves(2, 1500, missing=0.2)
    waves[1][:, place] += 0.6
    ours = estimate_invariance(waves, SCALE)
    assert ours.freed == (SCALE["f"][place],) and ours.reached == "strict"
    assert [(step.level, step.accepted) for step in ours.steps[2:4]] == [("scalar", False), ("scalar", True)]
    (mean,) = ours.means
    assert mean.latent.low < 0.4 * LOADINGS.mean() < mean.latent.high
    assert mean.observed - mean.latent.estimate == pytest.approx(0.1, abs=0.02)


def test_when_half_of_the_items_moved_the_change_of_the_mean_is_not_interpretable():
    waves = draw_waves(3, 1500)
    waves[1][:, :3] += [0.8, -0.8, 0.5]
    ours = estimate_invariance(waves, SCALE)
    assert ours.reached == "metric" and not ours.interpretable and ours.means == ()
    assert len(ours.steps[3].freed) == 2


def test_items_that_come_to_mean_something_else_stop_the_ladder_at_the_form():
    waves = draw_waves(4, 1500)
    generator = np.random.default_rng(5)
    waves[1][:, 3:] = 3 + 0.2 * (waves[1][:, 3:] - 3) + 0.7 * generator.standard_normal((1500, 3))
    ours = estimate_invariance(waves, SCALE)
    assert ours.reached == "configural" and not ours.interpretable and ours.freed == ()


def test_three_waves_have_two_changes_since_the_first():
    ours = estimate_invariance(draw_waves(6, 800, changes=(0.3, 0.6), missing=0.1), SCALE)
    assert ours.reached == "strict"
    assert [mean.wave for mean in ours.means] == [1, 2]
    for mean, change in zip(ours.means, (0.3, 0.6), strict=True):
        assert mean.latent.low < change * LOADINGS.mean() < mean.latent.high
    assert len(ours.items) == 12


def test_correlated_factors_have_their_own_changes():
    generator = np.random.default_rng(7)
    stable = generator.multivariate_normal([0, 0, 0], 0.4 + 0.6 * np.eye(3), 800)
    waves = [
        3 + np.repeat(stable + shift + 0.5 * generator.standard_normal((800, 3)), 3, axis=1) + 0.6 * generator.standard_normal((800, 9))
        for shift in (np.zeros(3), np.array([0.5, 0.0, -0.3]))
    ]
    ours = estimate_invariance(waves, {"v": ["v1", "v2", "v3"], "d": ["d1", "d2", "d3"], "a": ["a1", "a2", "a3"]})
    assert ours.reached == "strict"
    assert {mean.scale: mean.latent.low < truth < mean.latent.high for mean, truth in zip(ours.means, (0.5, 0, -0.3), strict=True)} == {
        "v": True,
        "d": True,
        "a": True,
    }


def test_waves_of_other_persons_are_compared_as_groups():
    first, second = draw_waves(8, 2400)
    ours = estimate_invariance([first[:1100], second[1100:]], SCALE, linked=False)
    assert ours.reached == "strict" and ours.n == (1100, 1300) and ours.pairs == 0
    assert ours.means[0].latent.low < 0.4 * LOADINGS.mean() < ours.means[0].latent.high
    assert ours.items[0].change.estimate == pytest.approx(second[1100:, 0].mean() - first[:1100, 0].mean())


def test_with_fewer_than_a_hundred_pairs_there_is_a_table_of_items_only():
    waves = draw_waves(9, 130, missing=0.2)
    ours = estimate_invariance(waves, SCALE)
    both = ~np.isnan(waves[0][:, 0]) & ~np.isnan(waves[1][:, 0])
    assert ours.reason == "too_few_persons" and ours.reached is None and ours.steps == () and not ours.interpretable
    assert (ours.pairs, ours.n) == (both.sum(), tuple((~np.isnan(wave[:, 0])).sum() for wave in waves))
    assert [item.item for item in ours.items] == SCALE["f"]
    for place, item in enumerate(ours.items):
        assert item.change.estimate == pytest.approx((waves[1] - waves[0])[both, place].mean())
        assert item.n == both.sum()


def test_many_items_ask_for_more_persons():
    waves = draw_waves(10, 120)
    assert estimate_invariance(waves, SCALE).reason == ""
    wide = [np.hstack([wave, wave + np.random.default_rng(11).standard_normal(wave.shape)]) for wave in waves]
    assert estimate_invariance(wide, {"f": [f"i{place}" for place in range(14 - 2)]}, criteria=Criteria(persons_per_loading=6)).reason == (
        "too_few_persons"
    )


def test_a_scale_of_two_items_gives_a_reason():
    waves = [wave[:, :2] for wave in draw_waves(12, 200)]
    for wave in waves:
        wave[:, 1] = wave[:, 0]
    ours = estimate_invariance(waves, {"f": ["a", "b"]})
    assert ours.reason == "no_saturated_model" and ours.reached is None and not ours.interpretable


def test_columns_and_rows_that_do_not_belong_together_are_explained():
    waves = draw_waves(13, 120)
    with pytest.raises(ValueError, match="one per item of `scales`"):
        estimate_invariance([waves[0], waves[1][:, :5]], SCALE)
    with pytest.raises(ValueError, match="linked=False"):
        estimate_invariance([waves[0], waves[1][:100]], SCALE)
