import numpy as np
import pandas as pd
import pytest

from tests.made_study import make_study
from toolkit.results.research.invariance import estimate_invariance
from toolkit.schemas import RESPONSES
from toolkit.study.study import Study

LOADINGS = np.array([1.0, 0.9, 0.8])
SIZES = {"s1": 120, "s2": 100, "s3": 80}
#: with few degrees of freedom RMSEA moves by chance, and the ladder with it, unless there are many people.
MANY = {"s1": 1200, "s2": 1000, "s3": 800}


def draw(
    study: Study, generator: np.random.Generator, sizes: dict[str, int] = SIZES, change: float = 0.0, shift: tuple[float, ...] = (0, 0, 0)
):  # type: ignore[no-untyped-def]
    """Return responses on three items, everybody in both waves: the factor changes by `change`, and items shift by themselves."""
    rows = []
    for school, size in sizes.items():
        for person in range(size):
            stable = generator.normal(0, 0.8)
            own = generator.normal(0, 0.3, 3)
            for wave in ("before", "after"):
                later = wave == "after"
                factor = stable + 0.5 * generator.normal() + later * change
                scores = 3 + LOADINGS * factor + own + later * np.array(shift) + generator.normal(0, 0.5, 3)
                who = {
                    "respondent": f"{school}-{person}",
                    "school": school,
                    "wave": wave,
                    "role": "",
                    "date": pd.NaT,
                    "source": "",
                    "row": 2,
                }
                rows.append(who | dict(zip(study.instruments[0].columns, scores, strict=True)))
    return RESPONSES.conform(pd.DataFrame(rows))


@pytest.fixture
def study() -> Study:
    return make_study(3, instruments=("uwes3",))


def by_quantity(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["item"] == ""].set_index(["level", "quantity"]).sort_index()


def test_a_change_of_the_factor_is_read_as_such(study: Study) -> None:
    table = estimate_invariance(draw(study, np.random.default_rng(1), change=0.6), study)
    found = table.set_index("quantity")
    assert found.loc["latent_change", "verdict"] == "interpretable" and found.loc["latent_change", "level"] == "strict"
    truth = 0.6 * LOADINGS.mean()
    assert found.loc["latent_change", "low"] < truth < found.loc["latent_change", "high"]
    assert found.loc["observed_change", "estimate"] == pytest.approx(found.loc["latent_change", "estimate"], abs=0.05)
    steps = by_quantity(table)
    assert steps.loc[("configural", "chi_square"), "p_value"] > 0.001
    assert steps.loc[("scalar", "delta_chi_square"), "df"] == 2
    assert {level for level, quantity in steps.index if quantity == "delta_cfi"} == {"metric", "scalar", "strict"}


def test_an_item_that_moves_by_itself_is_freed_and_its_move_does_not_count(study: Study) -> None:
    table = estimate_invariance(draw(study, np.random.default_rng(2), MANY, change=0.5, shift=(0, 0, 1.2)), study)
    steps, found = by_quantity(table), table.set_index("quantity")
    assert steps.loc[("scalar", "cfi"), "verdict"] == "rejected" and steps.loc[("partial_scalar", "cfi"), "verdict"] == "accepted"
    last = study.instruments[0].items[2].id
    assert found.loc["latent_change", "method"] == f"freed: {last}"
    truth = 0.5 * LOADINGS.mean()
    assert found.loc["latent_change", "estimate"] == pytest.approx(truth, abs=0.12)
    assert found.loc["observed_change", "estimate"] == pytest.approx(truth + 0.4, abs=0.12)


def test_items_that_all_move_apart_leave_the_change_without_meaning(study: Study) -> None:
    found = estimate_invariance(draw(study, np.random.default_rng(3), shift=(1.5, 0, -1.5)), study).set_index("quantity")
    assert found.loc["latent_change", ["state", "method", "verdict"]].tolist() == ["not_computable", "not_invariant", "not_interpretable"]
    assert found.loc["latent_change", "level"] == "metric"


def test_each_item_has_a_row_of_its_own(study: Study) -> None:
    responses = draw(study, np.random.default_rng(4), shift=(0, 0, 1.2))
    items = estimate_invariance(responses, study).query("quantity == 'item_change'").set_index("item")
    for item in study.instruments[0].items:
        wide = responses.pivot(index="respondent", columns="wave", values=study.instruments[0].name_column(item.id))
        assert items.loc[item.id, "estimate"] == pytest.approx((wide["after"] - wide["before"]).mean())
        assert items.loc[item.id, "n"] == 300


def test_fewer_than_a_hundred_people_are_not_tested_but_their_items_are_shown(study: Study) -> None:
    table = estimate_invariance(draw(study, np.random.default_rng(5), {"s1": 40, "s2": 30, "s3": 29}), study)
    changes = table[table["quantity"].isin(["latent_change", "observed_change"])]
    assert set(changes["method"]) == {"too_few_persons"} and set(changes["verdict"]) == {"not_tested"}
    assert set(table["quantity"]) == {"latent_change", "observed_change", "item_change"}
    assert set(table.loc[table["quantity"] == "item_change", "state"]) == {"shown"}


def test_small_groups_stay_hidden_and_a_lone_small_school_has_no_part(study: Study) -> None:
    table = estimate_invariance(draw(study, np.random.default_rng(6), {"s1": 9}), study)
    items = table[table["quantity"] == "item_change"]
    assert set(items["state"]) == {"hidden"} and items["estimate"].isna().all()
    responses = draw(study, np.random.default_rng(7), {"s1": 30, "s2": 30, "s3": 4})
    items = estimate_invariance(responses, study).query("quantity == 'item_change'")
    assert set(items["n"]) == {60} and set(items["schools"]) == {2}


def test_people_who_cannot_be_followed_are_compared_as_groups() -> None:
    study = make_study(3, instruments=("uwes3",), matching={"by": "none"})
    responses = draw(study, np.random.default_rng(9), MANY, change=0.6)
    apart = responses.assign(respondent=[f"row{i}" for i in range(len(responses))])
    found = estimate_invariance(apart, study).set_index("quantity")
    assert found.loc["latent_change", "verdict"] == "interpretable"
    assert found.loc["latent_change", "low"] < 0.6 * LOADINGS.mean() < found.loc["latent_change", "high"]
    assert found.loc["latent_change", ["n", "pairs"]].tolist() == [6000, 0]
    assert set(found.loc["item_change", "method"]) == {"Welch"}


def test_results_do_not_depend_on_the_order_of_rows_and_everybody_counts(study: Study) -> None:
    responses = draw(study, np.random.default_rng(9), change=0.3)
    partly = responses.drop(index=responses.index[(responses["wave"] == "after") & responses["respondent"].str.endswith("7")])
    key = ["level", "item", "quantity"]
    first, second = (
        estimate_invariance(each, study).set_index(key).sort_index() for each in (partly, partly.sample(frac=1, random_state=1))
    )
    pd.testing.assert_frame_equal(first, second, rtol=1e-5)
    assert first.loc[("configural", "", "cfi"), ["n", "pairs"]].tolist() == [300, 270]


def test_a_wave_that_nobody_answered_and_a_scale_of_one_item(study: Study) -> None:
    before = draw(study, np.random.default_rng(10)).query("wave == 'before'")
    assert set(estimate_invariance(before, study)["state"]) == {"not_measured"}
    grade = make_study(3)
    assert estimate_invariance(draw(study, np.random.default_rng(11)), grade).empty
