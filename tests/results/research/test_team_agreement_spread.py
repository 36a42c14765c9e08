"""Agreement beside a mean that is never read without it: by hand, of the people who make the mean, from ten on."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.made_study import make_study
from toolkit.results.research.team_agreement import list_agreement
from toolkit.scoring import compute_scores
from toolkit.study.instruments import load_instrument


def answer(size: int, seed: int = 1) -> pd.DataFrame:
    generator = np.random.default_rng(seed)
    who = {"respondent": [f"p{i}" for i in range(size)], "school": "s1", "wave": "before", "role": ""}
    return pd.DataFrame({**who, **{f"edmondson7_i{i}": generator.integers(3, 7, size).astype(float) for i in range(1, 8)}})


@pytest.mark.parametrize(("size", "state"), [(9, "hidden"), (10, "shown")])
def test_agreement_needs_ten_people(size: int, state: str) -> None:
    study = make_study(1, instruments=("edmondson7",))
    responses = answer(size)
    found = list_agreement(responses, compute_scores(responses, study), study)
    assert found[["scale", "quantity", "state"]].values.tolist() == [["total", "rwgj", state]]


def test_agreement_is_one_less_the_mean_variance_by_that_of_chance() -> None:
    study, responses = make_study(1, instruments=("edmondson7",)), answer(12)
    found = list_agreement(responses, compute_scores(responses, study), study)["estimate"].item()
    share = responses.filter(like="edmondson7").var(ddof=1).mean() / ((7**2 - 1) / 12)  # 7 options, none more likely
    assert found == pytest.approx(7 * (1 - share) / (7 * (1 - share) + share), abs=1e-9)  # James, Demaree & Wolf 1984


def test_an_instrument_that_does_not_ask_for_it_has_none() -> None:
    study = make_study(1, instruments=("energie_own9",))
    responses = pd.DataFrame({"respondent": [], "school": [], "wave": [], "role": []}, dtype="str")
    assert list_agreement(responses, compute_scores(responses, study), study).empty
    assert [scale.id for scale in load_instrument("edmondson7").scales if scale.spread] == ["total"]
