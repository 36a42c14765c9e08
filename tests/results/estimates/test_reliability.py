import numpy as np
import pandas as pd
import pytest

from tests.made_study import make_study
from toolkit.results.estimates.reliability import estimate_reliability
from toolkit.schemas import RESPONSES
from toolkit.scoring import compute_scores
from toolkit.statistics.reliability import compute_alpha
from toolkit.study.study import Study


def draw_responses(sizes: dict[str, int], study: Study, seed: int = 1) -> pd.DataFrame:
    generator = np.random.default_rng(seed)
    rows = []
    for school, size in sizes.items():
        climate = generator.normal()
        for person in range(size):
            level = 3 + climate + generator.normal()
            columns = study.instruments[0].columns
            answers = {column: float(np.clip(round(level + generator.normal()), 0, 6)) for column in columns}
            who = {"respondent": f"{school}-{person}", "school": school, "wave": "before", "role": "", "date": pd.NaT, "source": "a.csv"}
            rows.append(who | {"row": 2} | answers)
    return RESPONSES.conform(pd.DataFrame(rows))


def estimate(sizes: dict[str, int]) -> tuple[pd.DataFrame, pd.DataFrame, Study]:
    study = make_study(len(sizes), instruments=("energie_own9",))
    responses = draw_responses(sizes, study)
    table = estimate_reliability(responses, compute_scores(responses, study), study)
    return table.set_index(["wave", "scale", "quantity"]).sort_index(), responses, study


def test_alpha_is_that_of_the_answers_and_omega_lies_near_it() -> None:
    table, responses, study = estimate({"s1": 30, "s2": 30})
    alpha = compute_alpha(responses[list(study.instruments[0].columns)].to_numpy())
    row = table.loc[("before", "total", "alpha")]
    assert (row["estimate"], row["low"], row["high"]) == (alpha.alpha, alpha.low, alpha.high)
    assert table.loc[("before", "total", "omega"), "estimate"] == pytest.approx(alpha.alpha, abs=0.02)


def test_fewer_than_ten_people_show_no_reliability() -> None:
    table, *_ = estimate({"s1": 9})
    assert table.loc[("before", "total", "alpha"), "state"] == "hidden"
    assert table.loc[("before", "total", "alpha"), "method"] == "too_few_for_spread"
    assert table.loc[("after", "total", "alpha"), "state"] == "not_measured"


def test_team_statistics_need_three_schools() -> None:
    two, *_ = estimate({"s1": 12, "s2": 12})
    assert two.loc[("before", "total", "icc1"), "method"] == "too_few_schools"
    four, *_ = estimate({"s1": 12, "s2": 12, "s3": 12, "s4": 12})
    assert four.loc[("before", "total", "icc1"), "state"] == "shown"
    assert 0 < four.loc[("before", "total", "rwgj"), "estimate"] <= 1


def test_a_scale_of_one_item_has_no_alpha() -> None:
    study = make_study(2, instruments=("cijfer1",))
    responses = draw_responses({"s1": 12, "s2": 12}, study)
    table = estimate_reliability(responses, compute_scores(responses, study), study)
    assert table.loc[(table["quantity"] == "alpha") & (table["wave"] == "before"), "method"].item() == "one_item"
