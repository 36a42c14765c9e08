import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.made_study import draw_scores, make_scores, make_study
from tests.witness import witness
from toolkit.results.estimates.change import estimate_change
from toolkit.results.research.meaningful_change import COUNTED, estimate_meaning, judge_meaning
from toolkit.results.rows import make_blank, make_row
from toolkit.schemas import CHANGE, RELIABILITY
from toolkit.statistics.means import Equivalence

GRADE = {"instrument": "cijfer1", "scale": "grade", "rating": ""}
SIZES = {"s1": 30, "s2": 30, "s3": 30, "s4": 30}
MATTERS = {"cijfer1": 0.5}


def tell_reliability(value: float, quantity: str = "omega") -> pd.DataFrame:
    return RELIABILITY.collect([make_row({"wave": "before"} | GRADE, quantity, value, 100, "made")])


def by_quantity(table: pd.DataFrame, school: str = "") -> pd.DataFrame:
    return table[table["school"] == school].set_index("quantity")


def tell_change(estimate: float, std_error: float, df: float = 20, **more: object) -> pd.DataFrame:
    reach = float(stats.t.ppf(0.975, df)) * std_error
    where = {"school": "", "comparison": "before_after"} | GRADE | {"df": df, "pairs": 40, "schools": 6, "verdict": ""} | more
    return CHANGE.collect(
        [make_row(where, "average_change", estimate, 60, "t", std_error=std_error, low=estimate - reach, high=estimate + reach)]
    )


@pytest.mark.parametrize(
    ("low", "high", "equivalent", "verdict"),
    [
        (0.6, 0.9, False, "meaningful"),
        (-0.9, -0.6, False, "meaningful"),
        (0.1, 0.9, False, "change_size_uncertain"),
        (-0.9, -0.1, False, "change_size_uncertain"),
        (-0.2, 0.2, True, "no_meaningful_change"),
        (0.05, 0.3, True, "no_meaningful_change"),
        (-0.2, 0.9, False, "inconclusive"),
    ],
)
def test_the_verdict_follows_the_interval_and_the_equivalence_test(low: float, high: float, equivalent: bool, verdict: str) -> None:
    assert judge_meaning(low, high, equivalent, 0.5) == verdict


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (0.5, 0.9, "change_size_uncertain"),
        (np.nextafter(0.5, 1), 0.9, "meaningful"),
        (-0.9, -0.5, "change_size_uncertain"),
        (-0.9, np.nextafter(-0.5, -1), "meaningful"),
        (0.0, 0.9, "inconclusive"),
        (np.nextafter(0, 1), 0.9, "change_size_uncertain"),
        (-0.9, 0.0, "inconclusive"),
        (-0.9, np.nextafter(0, -1), "change_size_uncertain"),
    ],
)
def test_an_interval_holds_its_own_ends(low: float, high: float, verdict: str) -> None:
    assert judge_meaning(low, high, False, 0.5) == verdict


def test_a_p_value_at_the_level_itself_is_not_equivalent(monkeypatch: pytest.MonkeyPatch) -> None:
    study = make_study(4, smallest_change=MATTERS)
    level = 1 - study.confidence
    for p_value, verdict in ((level, "inconclusive"), (np.nextafter(level, 0), "no_meaningful_change")):
        found = Equivalence(p_value, p_value, p_value, -0.4, 0.4)
        monkeypatch.setattr("toolkit.results.research.meaningful_change.compute_equivalence", lambda *_, found=found: found)
        meaning = estimate_meaning(make_scores([]), tell_change(0.1, 0.2), RELIABILITY.empty(), study)
        assert meaning.loc[meaning["quantity"] == "equivalence", "verdict"].tolist() == [verdict]


def test_equivalence_is_that_of_r() -> None:
    w = witness("tost.anorexia_Cont")
    data = w.data().query("Treat == 'Cont'")
    scores = make_scores(
        [(str(i), "s1", wave, row[column]) for i, row in data.iterrows() for wave, column in (("before", "Prewt"), ("after", "Postwt"))]
    )
    study = make_study(1, smallest_change={"cijfer1": 5})
    found = by_quantity(estimate_meaning(scores, estimate_change(scores, study), RELIABILITY.empty(), study), "s1").loc["equivalence"]
    w.agree(found["p_value"], "p_tost")
    w.agree(found["low"], "ci90_low")
    w.agree(found["high"], "ci90_high")
    assert found["verdict"] == "no_meaningful_change"


def test_verdicts_come_with_the_interval_they_rest_on() -> None:
    study = make_study(6, smallest_change=MATTERS)
    for estimate, error, verdict in ((2.0, 0.1, "meaningful"), (0.6, 0.1, "change_size_uncertain"), (0.1, 0.1, "no_meaningful_change")):
        found = by_quantity(estimate_meaning(make_scores([]), tell_change(estimate, error), RELIABILITY.empty(), study)).loc["equivalence"]
        assert found["verdict"] == verdict
        reach = float(stats.t.ppf(0.95, 20)) * error
        assert (found["low"], found["high"]) == pytest.approx((estimate - reach, estimate + reach))
        assert (found["p_value"] < 0.05) == (verdict == "no_meaningful_change")
        assert (found["n"], found["pairs"], found["schools"]) == (60, 40, 6)


def test_no_smallest_change_no_verdict_and_what_was_not_shown_stays_so() -> None:
    found = by_quantity(estimate_meaning(make_scores([]), tell_change(1.0, 0.1), RELIABILITY.empty(), make_study(6)))
    assert found.loc["equivalence", ["state", "method", "verdict"]].tolist() == ["not_computable", "no_smallest_change", "not_computable"]
    where = {"school": "s1", "comparison": "before_after"} | GRADE | {"df": np.nan, "pairs": 0, "schools": 0, "verdict": ""}
    hidden = CHANGE.collect([make_blank(where, "change", "hidden", "too_few")])
    found = by_quantity(estimate_meaning(make_scores([]), hidden, RELIABILITY.empty(), make_study(6, smallest_change=MATTERS)), "s1")
    assert found.loc["equivalence", ["state", "method", "n"]].tolist() == ["hidden", "too_few", 0]


def test_a_factor_that_did_not_survive_the_correction_is_not_called_meaningful() -> None:
    change = tell_change(2.0, 0.1, verdict="unclear")
    found = estimate_meaning(make_scores([]), change, RELIABILITY.empty(), make_study(6, smallest_change=MATTERS))
    assert by_quantity(found).loc["equivalence", "verdict"] == "inconclusive"


def test_counts_of_reliable_change_are_those_of_r() -> None:
    w = witness("rci.bdf_all")
    data = w.data()
    data["school"] = [f"s{code + 1}" for code in pd.factorize(data["school"])[0]]
    rows = [
        (str(i), school, wave, float(score))
        for wave, column in (("before", "arit1"), ("after", "arit2"))
        for i, school, score in data[["school", column]].itertuples()
    ]
    study = make_study(data["school"].nunique())
    found = by_quantity(estimate_meaning(make_scores(rows), CHANGE.empty(), tell_reliability(0.85), study))
    w.agree(found.loc["rci_improved", "estimate"], "n_improved")
    w.agree(found.loc["rci_deteriorated", "estimate"], "n_deteriorated")
    w.agree(found.loc["rci_threshold", "estimate"], "min_reliable_change_95")
    assert found.loc["rci_by_chance", "estimate"] == pytest.approx(0.025 * w.value["n"])


def test_without_change_about_as_many_people_pass_the_threshold_as_chance_lets() -> None:
    # The scores are measured with a reliability of 1 / 1.49, and nobody truly changes.
    scores = draw_scores(dict.fromkeys(SIZES, 500), np.random.default_rng(1))
    found = by_quantity(estimate_meaning(scores, CHANGE.empty(), tell_reliability(1 / 1.49), make_study(4)))
    for side in ("rci_improved", "rci_deteriorated"):
        assert found.loc[side, "estimate"] == pytest.approx(found.loc["rci_by_chance", "estimate"], abs=4 * np.sqrt(50))


def test_alpha_serves_where_there_is_no_omega_and_a_scale_without_either_has_no_counts() -> None:
    scores, study = draw_scores(SIZES, np.random.default_rng(2), change=2.0), make_study(4)
    found = by_quantity(estimate_meaning(scores, CHANGE.empty(), tell_reliability(0.8, "alpha"), study))
    assert found.loc["rci_improved", "method"] == "Jacobson & Truax, alpha 0.80"
    blank = RELIABILITY.collect([make_blank({"wave": "before"} | GRADE, name, "not_computable", "one_item") for name in ("alpha", "omega")])
    found = by_quantity(estimate_meaning(scores, CHANGE.empty(), blank, study))
    assert set(found.loc[list(COUNTED), "method"]) == {"one_item"}
    assert set(estimate_meaning(scores, CHANGE.empty(), RELIABILITY.empty(), study)["method"]) == {"no_reliability"}


def test_counts_of_a_few_people_and_of_few_pairs_are_hidden() -> None:
    rows = [(f"p{i}", "s1", wave, 5.0 + i % 3 + (wave == "after") * (4 if i < 3 else 0)) for i in range(12) for wave in ("before", "after")]
    found = by_quantity(estimate_meaning(make_scores(rows), CHANGE.empty(), tell_reliability(0.9), make_study(1)))
    assert found.loc["rci_improved", ["state", "method", "n"]].tolist() == ["hidden", "too_few", 0]
    assert found.loc["rci_deteriorated", "estimate"] == 0
    few = by_quantity(estimate_meaning(make_scores(rows[:18]), CHANGE.empty(), tell_reliability(0.9), make_study(1)))
    assert set(few.loc[list(COUNTED), "method"]) == {"too_few_pairs"}
    none = by_quantity(estimate_meaning(make_scores(rows[::2]), CHANGE.empty(), tell_reliability(0.9), make_study(1)))
    assert set(none.loc[list(COUNTED), "state"]) == {"not_measured"}


def test_results_do_not_depend_on_the_order_of_rows() -> None:
    scores, study = draw_scores(SIZES, np.random.default_rng(3), change=0.4, matched=0.7), make_study(4, smallest_change=MATTERS)
    tables = []
    for ordered in (scores, scores.sample(frac=1, random_state=1)):
        change = estimate_change(ordered, study)
        tables.append(estimate_meaning(ordered, change.sample(frac=1, random_state=2), tell_reliability(0.8), study))
    first, second = (table.set_index(["school", "quantity"]).sort_index() for table in tables)
    pd.testing.assert_frame_equal(first, second, rtol=1e-9)
