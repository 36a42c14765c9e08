import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.made_study import make_scores, make_study
from toolkit.results.research.associations import estimate_dose
from toolkit.schemas import DOSES

SIZES = {f"s{i + 1}": 20 for i in range(8)}


def make_doses(own: dict[tuple[str, str], float], schools: dict[str, float] | None = None) -> pd.DataFrame:
    rows: list[dict[str, object]] = [{"school": s, "respondent": p, "dose": d} for (s, p), d in own.items()]
    rows += [{"school": s, "respondent": "", "dose": d} for s, d in (schools or {}).items()]
    return DOSES.collect(rows)


def draw(
    generator: np.random.Generator, within: float, school: float, *, paradox: float = 0.0, sizes: dict[str, int] = SIZES
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return scores and doses: change is `within` per own hour and `school` per hour of the school's mean; who began high got more."""
    rows, own = [], {}
    for name, size in sizes.items():
        mean, shift = generator.normal(10, 3), 0.2 * generator.normal()
        for person in range(size):
            trait = generator.normal()
            dose = mean + 2 * generator.normal() + paradox * trait
            change = within * (dose - mean) + school * mean + shift
            before = 6 + trait + 0.6 * generator.normal()
            rows.append((f"{name}-{person}", name, "before", before))
            rows.append((f"{name}-{person}", name, "after", 6 + trait + change + 0.6 * generator.normal()))
            own[(name, f"{name}-{person}")] = dose
    return make_scores(rows), make_doses(own)


def by_quantity(table: pd.DataFrame) -> pd.DataFrame:
    return table.set_index("quantity")


def test_dose_between_people_and_between_schools_are_told_apart() -> None:
    scores, doses = draw(np.random.default_rng(10), within=0.2, school=-0.1)
    found = by_quantity(estimate_dose(scores, doses, make_study(8)))
    for model in ("change", "ancova"):
        assert found.loc[f"within_{model}", "low"] < 0.2 < found.loc[f"within_{model}", "high"]
        assert found.loc[f"school_{model}", "low"] < -0.1 < found.loc[f"school_{model}", "high"]
    assert found.loc["within_change", "low"] > 0 and found.loc["school_change", "df"] < found.loc["within_change", "df"]
    assert found.loc[["within_difference", "school_difference"], "verdict"].tolist() == ["agree", "agree"]


def test_with_equal_schools_it_is_the_line_through_the_schools_and_the_line_within_them() -> None:
    scores, doses = draw(np.random.default_rng(2), within=0.2, school=0.1)
    found = by_quantity(estimate_dose(scores, doses, make_study(8)))
    wide = scores.pivot(index=["school", "respondent"], columns="wave", values="score")
    data = pd.DataFrame({"change": wide["after"] - wide["before"], "dose": doses.set_index(["school", "respondent"])["dose"]})
    line = stats.linregress(*(data.groupby("school")[name].mean() for name in ("dose", "change")))
    row = found.loc["school_change"]
    assert (row["estimate"], row["std_error"], row["df"], row["p_value"]) == pytest.approx((line.slope, line.stderr, 6, line.pvalue))
    within = data - data.groupby("school").transform("mean")
    assert found.loc["within_change", "estimate"] == pytest.approx((within["dose"] @ within["change"]) / (within["dose"] @ within["dose"]))


def test_ancova_sees_an_effect_where_those_who_began_high_got_more_and_the_disagreement_is_flagged() -> None:
    scores, doses = draw(np.random.default_rng(3), within=0.0, school=0.0, paradox=3.0, sizes=dict.fromkeys(SIZES, 60))
    found = by_quantity(estimate_dose(scores, doses, make_study(8)))
    assert found.loc["within_change", "low"] < 0 < found.loc["within_change", "high"]
    assert found.loc["within_ancova", "low"] > 0
    assert found.loc["within_difference", "verdict"] == "lords_paradox"
    assert found.loc["within_difference", "estimate"] == pytest.approx(
        found.loc["within_ancova", "estimate"] - found.loc["within_change", "estimate"]
    )


def test_a_dose_of_the_whole_school_has_no_part_between_people() -> None:
    scores, _ = draw(np.random.default_rng(4), within=0.0, school=0.0)
    whole = make_doses({}, {school: 4.0 + i for i, school in enumerate(SIZES)})
    found = by_quantity(estimate_dose(scores, whole, make_study(8)))
    assert found.loc["school_change", "state"] == "shown" and found.loc["school_change", "df"] == pytest.approx(6)
    assert set(found.loc[["within_change", "within_ancova", "within_difference"], "method"]) == {"no_spread"}


def test_an_own_dose_goes_before_that_of_the_school_and_people_without_any_have_no_part() -> None:
    scores, doses = draw(np.random.default_rng(5), within=0.2, school=0.0)
    study = make_study(8)
    with_default = pd.concat([doses, make_doses({}, dict.fromkeys(SIZES, 99.0))])
    pd.testing.assert_frame_equal(estimate_dose(scores, doses, study), estimate_dose(scores, with_default, study))
    found = by_quantity(estimate_dose(scores, doses.iloc[5:], study))
    assert found.loc["within_change", "n"] == 155


def test_results_do_not_depend_on_the_order_of_rows_or_schools() -> None:
    scores, doses = draw(np.random.default_rng(6), within=0.2, school=0.1, sizes={name: 8 + i for i, name in enumerate(SIZES)})
    study = make_study(8)
    turned = study.model_copy(update={"schools": study.schools[::-1]})
    first = estimate_dose(scores, doses, study)
    second = estimate_dose(scores.sample(frac=1, random_state=1), doses.sample(frac=1, random_state=2), turned)
    pd.testing.assert_frame_equal(first, second, rtol=1e-6)


def test_a_lone_small_school_has_no_part() -> None:
    scores, doses = draw(np.random.default_rng(7), within=0.2, school=0.1, sizes=SIZES | {"s8": 4})
    found = by_quantity(estimate_dose(scores, doses, make_study(8)))
    assert found.loc["within_change", ["n", "schools"]].tolist() == [140, 7]


def test_it_says_why_there_is_nothing() -> None:
    scores, doses = draw(np.random.default_rng(8), within=0.2, school=0.1)
    study = make_study(8)
    assert set(estimate_dose(scores, DOSES.empty(), study)["method"]) == {"no_doses"}
    assert set(estimate_dose(scores, make_doses({}, dict.fromkeys(SIZES, 5.0)), study)["method"]) == {"no_spread"}
    assert set(estimate_dose(scores[scores["wave"] == "before"], doses, study)["state"]) == {"not_measured"}
    three = scores[scores["school"].isin(["s1", "s2", "s3"])]
    assert set(estimate_dose(three, doses, make_study(3))["method"]) == {"too_few_schools"}
    level = scores.assign(score=scores["score"].where(scores["wave"] == "after", 6.0))
    found = by_quantity(estimate_dose(level, doses, study))
    assert found.loc["within_change", "state"] == "shown" and found.loc["within_ancova", "method"] == "no_spread"
    assert found.loc["within_difference", "state"] == "not_computable"
