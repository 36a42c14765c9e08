import numpy as np
import pandas as pd
import pytest

from tests.made_study import make_scores, make_study
from toolkit.results.estimates.change import estimate_change
from toolkit.results.estimates.key_factors import hide_differences, list_parts, score_key_factors
from toolkit.study.study import Study

PARTS = ("c3", "c4", "c5")


def put(study: Study, answers: dict[str, dict[str, list[float]]], wave: str = "before", rating: str = "now") -> pd.DataFrame:
    """Return scores from scale -> school -> answers, one per person, NaN where a person skipped the item."""
    parts = [
        make_scores([(f"{school}-{i}", school, wave, value) for i, value in enumerate(values)], "plg12", scale, rating)
        for scale, schools in answers.items()
        for school, values in schools.items()
    ]
    return pd.concat(parts, ignore_index=True)


def test_a_key_factor_is_the_mean_of_its_scales_and_needs_three_quarters_of_them() -> None:
    study, nan = make_study(1, instruments=("plg12",)), float("nan")
    assert list_parts(study.instruments[0], "leadership") == list(PARTS)
    scores = put(study, {"c3": {"s1": [1.0, 2.0]}, "c4": {"s1": [2.0, nan]}, "c5": {"s1": [4.5, 3.0]}, "c1": {"s1": [5.0, 4.0]}})
    found = score_key_factors(scores, study).set_index(["scale", "respondent"])
    assert found.loc[("leadership", "s1-0"), ["score", "answered", "asked"]].tolist() == [2.5, 3, 3]
    assert np.isnan(found.loc[("leadership", "s1-1"), "score"]) and found.loc[("leadership", "s1-1"), "answered"] == 2
    assert found.loc[("support", "s1-1"), "score"] == 4
    assert "personnel" not in found.index.get_level_values("scale")


def test_a_study_without_key_factors_has_no_scores_on_them() -> None:
    assert score_key_factors(make_scores([("p", "s1", "before", 7.0)]), make_study(1)).empty


@pytest.mark.parametrize(("skipping", "hidden"), [(0, False), (1, True), (4, True), (5, False)])
def test_a_school_is_hidden_where_a_few_people_skipped_a_part(skipping: int, hidden: bool) -> None:
    study, generator = make_study(1, instruments=("plg12",)), np.random.default_rng(1)
    waves = []
    for wave in ("before", "after"):
        answers = {scale: {"s1": generator.integers(1, 6, 14).astype(float).tolist()} for scale in PARTS}
        if wave == "after":
            answers["c4"]["s1"][:skipping] = [float("nan")] * skipping
        waves.append(put(study, answers, wave))
    scores = pd.concat(waves, ignore_index=True)
    keyed = score_key_factors(scores, study)
    change = hide_differences(estimate_change(keyed, study), scores, keyed, study)
    own = change[(change["school"] == "s1") & (change["quantity"] == "change")].iloc[0]
    assert own["state"] == ("hidden" if hidden else "shown")
    assert np.isnan(own["estimate"]) == hidden and (own["n"] == 0) == hidden
    assert len(change) == len(estimate_change(keyed, study))


def test_a_factor_of_one_scale_is_never_hidden_for_that() -> None:
    study, generator = make_study(1, instruments=("plg12",)), np.random.default_rng(2)
    scores = pd.concat(
        [put(study, {"c1": {"s1": generator.integers(1, 6, 9).astype(float).tolist()}}, wave) for wave in ("before", "after")]
    )
    keyed = score_key_factors(scores, study)
    assert hide_differences(estimate_change(keyed, study), scores, keyed, study).equals(estimate_change(keyed, study))
