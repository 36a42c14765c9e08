import numpy as np
import pandas as pd
import pytest

from tests.witness import witness
from toolkit.results.research.planning import plan_schools


def by_quantity(table: pd.DataFrame) -> pd.DataFrame:
    return table.set_index(["schools", "quantity"])


def test_the_quick_formula_is_the_power_of_r() -> None:
    w = witness("power.school_mean_t")  # delta 0.3, SD of a school's change sqrt(0.25² + 0.8² / 18)
    sd = 0.8 / np.sqrt(2 * (1 - 0.5))
    found = by_quantity(
        plan_schools(0.3, sd=sd, tau=0.25, correlation=0.5, people=[18], matched=1, schools=(4, 6, 8, 10, 14, 20, 30), simulations=1)
    )
    w.agree(found.xs("power_quick", level="quantity")["estimate"])


@pytest.mark.parametrize(("tau", "published"), [(0.30, {4: 0.19, 8: 0.44, 14: 0.73}), (0.15, {4: 0.28, 8: 0.67, 14: 0.91})])
def test_the_simulation_comes_near_the_power_that_was_published_for_the_default(tau: float, published: dict[int, float]) -> None:
    # A change of 0.27 points = 0.28 SD, six in ten matched, small schools more often than large ones.
    sizes = [6, 7, 8, 9, 10, 12, 14, 16, 18, 21, 24, 28, 33, 40, 50, 60]
    shuffled = np.random.default_rng(1).permutation(sizes * 2).tolist()
    table = plan_schools(
        0.27, sd=0.964, tau=tau * 0.964, correlation=0.64, people=shuffled, matched=0.6, schools=tuple(published), simulations=250
    )
    found = by_quantity(table).xs("power", level="quantity")
    for schools, power in published.items():
        assert found.loc[schools, "estimate"] == pytest.approx(power, abs=0.12), schools


def test_without_a_change_it_is_found_as_often_as_it_may() -> None:
    found = by_quantity(plan_schools(0.0, sd=1, tau=0.2, correlation=0.6, people=[8, 20], schools=(6,), simulations=400))
    row = found.loc[(6, "power")]
    assert row["low"] < 0.05 < row["high"] and row["n"] == 400


def test_simulation_and_formula_agree_where_everybody_answers_twice() -> None:
    found = by_quantity(plan_schools(0.4, sd=1, tau=0.25, correlation=0.6, people=[25], matched=1, schools=(6, 12), simulations=400))
    for schools in (6, 12):
        assert (
            found.loc[(schools, "power"), "low"] < found.loc[(schools, "power_quick"), "estimate"] < found.loc[(schools, "power"), "high"]
        )
        smallest = found.loc[(schools, "smallest_change"), "estimate"]
        again = plan_schools(smallest, sd=1, tau=0.25, correlation=0.6, people=[25], matched=1, schools=(schools,), simulations=1)
        assert by_quantity(again).loc[(schools, "power_quick"), "estimate"] == pytest.approx(0.80)


def test_the_seed_gives_the_same_plan_and_other_numbers_of_schools_do_not_move_it() -> None:
    options = {"sd": 1.0, "tau": 0.2, "correlation": 0.6, "simulations": 60}
    first, again = plan_schools(0.3, schools=(6,), **options), plan_schools(0.3, schools=(8, 6), **options)
    pd.testing.assert_frame_equal(first, again[again["schools"] == 6].reset_index(drop=True))
    other = plan_schools(0.3, schools=(6,), seed=2, **options)
    assert by_quantity(first).loc[(6, "power"), "estimate"] != by_quantity(other).loc[(6, "power"), "estimate"]


def test_a_plan_without_pairs_has_no_quick_formula() -> None:
    table = plan_schools(0.5, sd=1, tau=0.1, correlation=0.0, matched=0.0, schools=(6,), simulations=20)
    assert table["quantity"].tolist() == ["power"] and table["pairs"].tolist() == [0]


@pytest.mark.parametrize(
    "wrong", [{"sd": 0.0}, {"tau": -0.1}, {"correlation": 1.0}, {"matched": 1.2}, {"people": [1]}, {"people": []}, {"schools": (3,)}]
)
def test_impossible_plans_are_refused(wrong: dict[str, object]) -> None:
    options: dict[str, object] = {"sd": 1.0, "tau": 0.2, "correlation": 0.6} | wrong
    with pytest.raises(ValueError, match="must"):
        plan_schools(0.3, **options)
