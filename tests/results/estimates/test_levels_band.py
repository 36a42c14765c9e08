"""The band of the other schools: three or more of them, in one decimal, without the school itself."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.made_study import make_study
from toolkit.results.estimates.levels import estimate_band
from toolkit.results.rows import make_blank, make_row
from toolkit.schemas import LEVELS


def make_levels(means: dict[str, float | None], scale: str = "e1") -> pd.DataFrame:
    rows = []
    for school, mean in means.items():
        where = {"school": school, "wave": "after", "instrument": "plg12", "scale": scale, "rating": "now"}
        rows.append(make_blank(where, "mean", "hidden", "too_few") if mean is None else make_row(where, "mean", mean, 12, "t"))
    return LEVELS.collect(rows)


def find_ends(levels: pd.DataFrame, school: str) -> list[float]:
    band = estimate_band(levels, make_study(5, instruments=("plg12",)))
    return band.loc[(band["school"] == school) & (band["state"] == "shown"), "estimate"].tolist()


def test_the_band_runs_over_the_others_and_not_the_school_itself():
    levels = make_levels({"": 3.5, "s1": 1.234, "s2": 2.55, "s3": 3.04, "s4": 4.449})
    assert find_ends(levels, "s1") == [2.6, 4.4]
    assert find_ends(levels, "s4") == [1.2, 3.0]


@pytest.mark.parametrize(("others", "shown"), [(2, False), (3, True)])
def test_three_other_schools_must_be_shown(others: int, shown: bool):
    means = {f"s{number}": 3.0 if number <= others + 1 else None for number in range(1, 6)}
    assert bool(find_ends(make_levels(means), "s1")) == shown


def test_a_hidden_school_is_no_end_of_the_band():
    means = {"s1": 3.0, "s2": 3.1, "s3": 3.2, "s4": 3.3, "s5": None}
    assert find_ends(make_levels(means), "s1") == [3.1, 3.3]


def test_what_is_about_one_person_has_no_band():
    study = make_study(5, instruments=("plg12",))
    about = next(scale.id for scale in study.instruments[0].scales if scale.about_person)
    levels = make_levels({f"s{number}": 3.0 for number in range(1, 6)}, scale=about)
    assert estimate_band(levels, study).empty
