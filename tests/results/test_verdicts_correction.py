import numpy as np
import pandas as pd
import pytest

from tests.made_study import make_study
from toolkit.results.rows import make_row
from toolkit.results.verdicts import correct_families, correct_for_number
from toolkit.schemas import CHANGE


def make_change(p_values: dict[str, float], instrument: str = "plg12", rating: str = "now", **other: str) -> pd.DataFrame:
    rows = []
    for scale, p in p_values.items():
        where: dict[str, object] = {
            "school": "s1",
            "comparison": "before_after",
            "instrument": instrument,
            "scale": scale,
            "rating": rating,
        }
        where |= {"df": 9.0, "pairs": 10, "schools": 1, "verdict": "rose_probably", "quantity": "change"} | other
        quantity = str(where.pop("quantity"))
        rows.append(make_row(where, quantity, 0.5, 10, "mixed_model", std_error=0.2, low=0.1, high=0.9, p_value=p))
    return CHANGE.collect(rows)


def test_a_factor_has_changed_only_if_that_survives_holm() -> None:
    corrected = correct_for_number(
        make_change({"e1": 0.001, "e2": 0.03, "e3": 0.04, "e4": 0.5}), make_study(instruments=("cijfer1", "plg12"))
    )
    assert corrected.set_index("scale")["verdict"].to_dict() == {
        "e1": "rose_probably", "e2": "indication_rose", "e3": "indication_rose", "e4": "indication_rose"
    }  # fmt: skip
    assert corrected["p_value"].tolist() == [0.001, 0.03, 0.04, 0.5]


def test_ratings_are_families_of_their_own_and_totals_stay_as_they_are() -> None:
    study = make_study(instruments=("cijfer1", "plg12"))
    factors = pd.concat([make_change({"e1": 0.03}, rating="now"), make_change({"e1": 0.04, "e2": 0.9}, rating="wanted")])
    both = pd.concat([factors, make_change({"grade": 0.04}, "cijfer1", "")], ignore_index=True)
    verdicts = correct_for_number(both, study)["verdict"].tolist()
    assert verdicts == ["rose_probably", "indication_rose", "indication_rose", "rose_probably"]


@pytest.mark.parametrize(
    "other", [{"school": "s2"}, {"comparison": "before_later"}, {"quantity": "change_pairs"}, {"instrument": "verbiest4"}]
)
def test_another_school_comparison_quantity_or_instrument_is_another_family(other: dict[str, str]) -> None:
    theirs = make_change({"v1": 0.04} if "instrument" in other else {"e1": 0.04}, **other)
    both = pd.concat([make_change({"e1": 0.04}), theirs], ignore_index=True)
    study = make_study(instruments=("cijfer1", "plg12", "verbiest4"))
    assert correct_for_number(both, study)["verdict"].tolist() == ["rose_probably"] * 2
    alike = pd.concat([make_change({"e1": 0.04}), make_change({"e2": 0.04})], ignore_index=True)
    assert correct_for_number(alike, study)["verdict"].tolist() == ["indication_rose"] * 2


@pytest.mark.parametrize("quantity", ["change", "change_pairs", "average_change"])
def test_every_quantity_with_a_verdict_is_corrected(quantity: str) -> None:
    change = make_change({"e1": 0.04, "e2": 0.9}, quantity=quantity)
    assert correct_for_number(change, make_study(instruments=("cijfer1", "plg12")))["verdict"].tolist() == ["indication_rose"] * 2


def test_a_total_is_no_member_of_the_family_of_its_factors() -> None:
    change = make_change({"t1": 0.02, "total": 0.04, "t2": 0.03}, "profcultuur8", "")
    corrected = correct_for_number(change, make_study(instruments=("profcultuur8",)))
    assert corrected["verdict"].tolist() == ["rose_probably"] * 3
    subscales = make_change({"vigour": 0.04, "dedication": 0.04, "total": 0.04}, "uwes9", "")
    assert correct_for_number(subscales, make_study(instruments=("uwes9",)))["verdict"].tolist() == ["rose_probably"] * 3


@pytest.mark.parametrize("verdict", ["rose", "rose_clearly", "rose_slightly", "fell", "fell_clearly", "fell_probably", "fell_slightly"])
def test_every_rise_and_fall_can_become_an_indication_and_no_other_verdict(verdict: str) -> None:
    study = make_study(instruments=("cijfer1", "plg12"))
    assert correct_for_number(make_change({"e1": 0.5}, verdict=verdict), study)["verdict"].tolist() == [f"indication_{verdict[:4]}"]
    assert correct_for_number(make_change({"e1": 0.5}, verdict="same"), study)["verdict"].tolist() == ["same"]
    assert correct_for_number(make_change({"e1": 0.5}, verdict="unclear"), study)["verdict"].tolist() == ["unclear"]


def test_a_p_value_at_the_level_itself_survives() -> None:
    study = make_study(instruments=("cijfer1", "plg12"))
    level = 1 - study.confidence
    for p, verdict in ((level, "rose_probably"), (np.nextafter(level, 1), "indication_rose")):
        assert correct_for_number(make_change({"e1": p}), study)["verdict"].tolist() == [verdict]


def test_rows_keep_their_own_verdict_in_any_order() -> None:
    change = make_change({"e1": 0.04, "e2": 0.001, "e3": 0.5}).set_axis([7, 2, 5])
    corrected = correct_for_number(change, make_study(instruments=("cijfer1", "plg12")))
    assert corrected["verdict"].to_dict() == {7: "indication_rose", 2: "rose_probably", 5: "indication_rose"}


def test_each_row_tells_its_p_value_after_the_correction() -> None:
    change = make_change({"e1": 0.04, "e2": 0.001, "e3": 0.5})
    corrected = correct_families(change, ("instrument",), make_study(instruments=("cijfer1", "plg12")))
    assert corrected["p_adjusted"].tolist() == pytest.approx([0.08, 0.003, 0.5])  # Holm (1979), by hand: 2, 3 and 1 times p


def test_the_primary_outcome_is_corrected_in_no_family_and_makes_no_other_family_larger() -> None:
    study = make_study(instruments=("plg12",), outcomes={"primary": "plg12.e1.now"})
    change = make_change({"e1": 0.04, "e2": 0.02, "e3": 0.03})
    assert correct_for_number(change, study)["verdict"].tolist() == ["rose_probably"] * 3  # among three, Holm leaves none of them
    corrected = correct_families(change, ("instrument",), study)
    assert corrected["p_adjusted"].tolist() == pytest.approx([0.04, 0.04, 0.04])  # the two others: 2 x 0.02, and no less than that
    wanted = correct_for_number(make_change({"e1": 0.04, "e2": 0.9}, rating="wanted"), study)
    assert wanted["verdict"].tolist() == ["indication_rose"] * 2
