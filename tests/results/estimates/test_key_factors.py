"""Key factors are scored as scales are, and stand in the joint test with what they are made of."""

import numpy as np
import pandas as pd
import pytest

from tests.made_study import make_study
from toolkit.results.disclosure.contributors import Membership
from toolkit.results.disclosure.relations import list_relations
from toolkit.results.disclosure.suppression import protect
from toolkit.results.verdicts import correct_factors
from toolkit.schemas import CHANGE
from toolkit.scoring import compute_scores
from toolkit.statistics.multiple_testing import compute_adjusted_p
from toolkit.study.study import Study

PARTS = ("c3", "c4", "c5")


def answer(answers: dict[str, list[float]], study: Study) -> pd.DataFrame:
    """Return the scores of one school on plg12, from the answers of its people by item, NaN where a person skipped one."""
    size = len(next(iter(answers.values())))
    who = {"respondent": [f"p{i}" for i in range(size)], "school": "s1", "wave": "before", "role": ""}
    return compute_scores(pd.DataFrame(who | {f"plg12_{item}_now": values for item, values in answers.items()}), study)


def test_a_key_factor_is_the_mean_of_its_scales_and_needs_three_quarters_of_them() -> None:
    study, nan = make_study(1, instruments=("plg12",)), float("nan")
    instrument = study.instruments[0]
    assert [part.id for part in instrument.list_parts("leadership")] == list(PARTS)
    assert instrument.find_scale("leadership").about_person and not instrument.find_scale("support").about_person
    given = {"c3": [1.0, 2.0], "c4": [2.0, nan], "c5": [4.5, 3.0], "c1": [5.0, 4.0]}
    scores = answer(given, study)
    found = scores[scores["rating"] == "now"].set_index(["scale", "respondent"])
    assert found.loc[("leadership", "p0"), ["score", "answered", "asked"]].tolist() == [2.5, 3, 3]
    assert np.isnan(found.loc[("leadership", "p1"), "score"]) and found.loc[("leadership", "p1"), "answered"] == 2
    assert found.loc[("support", "p1"), "score"] == 4
    assert np.isnan(found.loc[("personnel", "p0"), "score"])


def test_the_gap_of_a_key_factor_is_wanted_less_now() -> None:
    study = make_study(1, instruments=("plg12",))
    who = {"respondent": ["p"], "school": "s1", "wave": "before", "role": ""}
    given = {"c3_now": 2.0, "c3_wanted": 4.0, "c4_now": 1.0, "c4_wanted": 5.0, "c5_now": 3.0, "c5_wanted": 3.0}
    given = {f"plg12_{name}": [value] for name, value in given.items()}
    scores = compute_scores(pd.DataFrame({**who, **given}), study)
    found = scores[scores["scale"] == "leadership"].set_index("rating")["score"]
    assert found.to_dict() == {"now": 2.0, "wanted": 4.0, "gap": 2.0}


@pytest.mark.parametrize(("skipping", "hidden"), [(0, False), (1, True), (4, True), (5, False)])
def test_a_number_is_hidden_where_a_few_people_skipped_a_part(skipping: int, hidden: bool) -> None:
    study, generator = make_study(1, instruments=("plg12",)), np.random.default_rng(1)
    given = {scale: generator.integers(1, 6, 14).astype(float).tolist() for scale in PARTS}
    given["c4"][:skipping] = [float("nan")] * skipping
    scores = answer(given, study)
    scores = scores[scores["rating"] == "now"]
    membership = Membership(scores, study)
    keys = [("s1", "before", "plg12", scale, "now", "mean") for scale in (*PARTS, "leadership")]
    found = protect([membership.find_number("levels", key) for key in keys], list_relations(scores, study))
    assert bool(found.hidden) == hidden


def test_factors_and_key_factors_are_corrected_once_each_over_their_own_number() -> None:
    study = make_study(6, instruments=("cijfer1", "plg12"))
    scales = ["e1", "e2", "c1", "support", "leadership"]
    where = {"school": "", "comparison": "before_after", "instrument": "plg12", "rating": "now", "quantity": "average_change"}
    tail = {"df": 5.0, "pairs": 60, "schools": 6, "verdict": "rose", "state": "shown", "estimate": 0.5, "std_error": 0.1, "low": 0.1}
    p_values = [0.001, 0.02, 0.04, 0.03, 0.02]
    rows = [
        where | tail | {"scale": scale, "p_value": p, "high": 0.9, "n": 70, "method": ""} for scale, p in zip(scales, p_values, strict=True)
    ]
    found = correct_factors(CHANGE.collect(rows), study).set_index("scale")
    np.testing.assert_allclose(found.loc[scales[:3], "p_adjusted"], compute_adjusted_p(p_values[:3], "holm"))
    np.testing.assert_allclose(found.loc[scales[3:], "p_adjusted"], [0.04, 0.04])
    assert found["verdict"].tolist() == ["rose", "rose", "rose", "rose", "rose"]
