import pandas as pd

from tests.made_study import make_study
from toolkit.results.rows import make_row
from toolkit.results.verdicts import correct_for_number
from toolkit.schemas import CHANGE


def make_change(p_values: dict[str, float], instrument: str = "plg12", rating: str = "now") -> pd.DataFrame:
    rows = []
    for scale, p in p_values.items():
        where = {"school": "s1", "comparison": "before_after", "instrument": instrument, "scale": scale, "rating": rating}
        where |= {"df": 9.0, "pairs": 10, "schools": 1, "verdict": "rose_probably"}
        rows.append(make_row(where, "change", 0.5, 10, "mixed_model", std_error=0.2, low=0.1, high=0.9, p_value=p))
    return CHANGE.collect(rows)


def test_a_factor_has_changed_only_if_that_survives_holm() -> None:
    corrected = correct_for_number(make_change({"e1": 0.001, "e2": 0.03, "e3": 0.04, "e4": 0.5}), make_study(instruments=("plg12",)))
    assert corrected.set_index("scale")["verdict"].to_dict() == {
        "e1": "rose_probably", "e2": "unclear", "e3": "unclear", "e4": "unclear"
    }  # fmt: skip
    assert corrected["p_value"].tolist() == [0.001, 0.03, 0.04, 0.5]


def test_ratings_are_families_of_their_own_and_totals_stay_as_they_are() -> None:
    study = make_study(instruments=("plg12", "cijfer1"))
    factors = pd.concat([make_change({"e1": 0.03}, rating="now"), make_change({"e1": 0.04, "e2": 0.9}, rating="wanted")])
    both = pd.concat([factors, make_change({"grade": 0.04}, "cijfer1", "")], ignore_index=True)
    verdicts = correct_for_number(both, study)["verdict"].tolist()
    assert verdicts == ["rose_probably", "unclear", "unclear", "rose_probably"]
