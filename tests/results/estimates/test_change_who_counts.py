"""Who counts in the average change over schools: schools that could be shown, each once; people of others enter the variances alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.made_study import draw_scores, make_study
from toolkit.analysis.before_after import change
from toolkit.results.estimates.change import estimate_change
from toolkit.results.estimates.levels import estimate_levels
from toolkit.results.research.sensitivity import estimate_sensitivity
from toolkit.results.rows import keep_reported
from toolkit.statistics.two_stage import estimate_school_changes
from toolkit.study.study import Study

LARGE = {"s1": 14, "s2": 11, "s3": 12, "s4": 13, "s5": 9}


def draw(small: dict[str, int], seed: int = 1, matched: float = 1.0) -> tuple[pd.DataFrame, Study]:
    """Return scores of five large schools and of small ones, and their study."""
    sizes = LARGE | small
    return draw_scores(sizes, np.random.default_rng(seed), change=0.4, matched=matched, spread=0.3), make_study(len(sizes))


def take(table: pd.DataFrame, quantity: str, school: str = "") -> pd.Series:
    (row,) = table[(table["quantity"] == quantity) & (table["school"] == school)].to_dict("records")
    return pd.Series(row)


def find_means(scores: pd.DataFrame, schools: list[str]) -> np.ndarray:
    """Return the plain difference of means per school: with everybody matched the change that the model estimates."""
    means = scores.groupby(["school", "wave"])["score"].mean().unstack()
    return (means["after"] - means["before"]).loc[schools].to_numpy()


@pytest.mark.parametrize(("pairs", "counts"), [(4, False), (5, True)])
def test_a_school_counts_from_the_smallest_group_that_may_be_shown(pairs: int, counts: bool) -> None:
    scores, study = draw({"s6": pairs, "s7": 8})
    own = [*LARGE, *(["s6"] if counts else []), "s7"]
    average = take(estimate_change(scores, study), "average_change")
    expected = stats.ttest_1samp(find_means(scores, own), 0)
    interval = expected.confidence_interval()
    assert average["schools"] == len(own)
    np.testing.assert_allclose(average[["estimate", "low", "high"]].astype(float), [find_means(scores, own).mean(), *interval], rtol=1e-6)
    assert average["n"] == average["pairs"] == sum(size for school, size in (LARGE | {"s6": pairs, "s7": 8}).items() if school in own)


def test_before_and_after_of_the_average_are_of_the_schools_that_count() -> None:
    scores, study = draw({"s6": 4, "s7": 3})
    table = estimate_change(scores, study)
    means = scores.groupby(["school", "wave"])["score"].mean().unstack().loc[list(LARGE)]
    assert take(table, "before")["estimate"] == pytest.approx(means["before"].mean(), abs=1e-9)
    assert take(table, "after")["estimate"] == pytest.approx(means["after"].mean(), abs=1e-6)
    levels = estimate_levels(scores, study)
    for wave in ("before", "after"):
        row = levels[(levels["school"] == "") & (levels["wave"] == wave)].iloc[0]
        assert row["estimate"] == pytest.approx(means[wave].mean(), abs=1e-9) and row["n"] == sum(LARGE.values())


def test_people_of_schools_that_do_not_count_enter_the_variances_alone() -> None:
    scores, study = draw({"s6": 4, "s7": 3}, matched=0.7)
    large = scores[scores["school"].isin(list(LARGE))]
    both, alone = (take(estimate_change(each, study), "delta") for each in (scores, large))
    kept = keep_reported(scores, study)
    school, person = (kept[name].to_numpy(dtype=str) for name in ("school", "respondent"))
    everybody = estimate_school_changes(kept["score"], (kept["wave"] == "after").to_numpy(dtype=float), school, person)
    average = take(estimate_change(scores, study), "average_change")
    assert average["estimate"] / both["estimate"] == pytest.approx(everybody.sd_within, rel=1e-6)
    assert both["estimate"] != pytest.approx(alone["estimate"], rel=1e-6)


def test_a_school_that_does_not_count_is_hidden_where_it_would_stand() -> None:
    scores, study = draw({"s6": 4, "s7": 3})
    table = estimate_change(scores, study)
    for quantity in ("change_common", "shrunken", "position"):
        assert (take(table, quantity, "s6")[["state", "method"]] == ["hidden", "too_few"]).all()
        assert take(table, quantity, "s1")["state"] == "shown"


def test_with_fewer_than_four_schools_that_count_there_is_no_average() -> None:
    sizes = {"s1": 12, "s2": 12, "s3": 12, "s4": 4, "s5": 4}
    scores = draw_scores(sizes, np.random.default_rng(2), change=0.4)
    average = take(estimate_change(scores, make_study(5)), "average_change")
    assert (average["state"], average["method"]) == ("not_computable", "too_few_schools")


def test_all_schools_stand_beside_those_that_count_and_only_where_some_do_not() -> None:
    scores, study = draw({"s6": 4, "s7": 3})
    found = estimate_sensitivity(scores, study)
    changes = find_means(scores, [*LARGE, "s6", "s7"])
    every = take(found, "all_schools")
    assert every["schools"] == 7
    np.testing.assert_allclose(
        every[["estimate", "p_value"]].astype(float), [changes.mean(), stats.ttest_1samp(changes, 0).pvalue], rtol=1e-6
    )
    assert take(found, "average_change")["estimate"] == take(estimate_change(scores, study), "average_change")["estimate"]
    alone = estimate_sensitivity(*draw({}))
    assert "all_schools" not in set(alone["quantity"])
    one = estimate_sensitivity(*draw({"s6": 4}))  # one small school would follow by subtraction
    assert "all_schools" not in set(one["quantity"])


def test_frames_give_the_same_average_as_reports() -> None:
    scores, study = draw({"s6": 4, "s7": 3}, matched=0.8)
    average = take(estimate_change(scores, study), "average_change")
    frame = scores.rename(columns={"respondent": "person"})[["school", "person", "wave", "score"]]
    row = change(frame, dv="score", before="before", after="after", smallest_group=5, detail=True).iloc[0]
    for name in ("estimate", "std_error", "low", "high", "p_value", "n", "pairs"):
        assert row[name] == pytest.approx(average[name], rel=1e-9)
