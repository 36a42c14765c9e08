from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.plots.made_tables import ALL, make_change, make_cohort_course, make_levels
from toolkit.errors import FrameError
from toolkit.languages import load_text
from toolkit.plots.changes import plot_factors, plot_schools
from toolkit.plots.cohorts import plot_cohort_course
from toolkit.plots.levels import plot_course, plot_levels
from toolkit.plots.profiles import plot_gap, plot_radar
from toolkit.plots.tables import add_intervals, find_name, find_scale, is_number

CHANGE = make_change(("s1", 0.5, 0.1, 0.9), ("s2", 0.5, 0.1, 0.9))
SEVERAL = pd.concat([CHANGE.assign(dv=name).set_index("dv") for name in ("energy", "focus")])
FAULTS = {
    "no_frame": lambda: plot_schools([1, 2]),  # type: ignore[arg-type]
    "columns": lambda: plot_schools(CHANGE.drop(columns=["low", "n"])),
    "empty": lambda: plot_schools(CHANGE.head(0)),
    "value": lambda: plot_schools(CHANGE, school="s3"),
    "which": lambda: plot_levels(make_levels(("s1", "sept", 3)).assign(dv=["a"]).pipe(lambda one: pd.concat([one, one.assign(dv="b")]))),
    "school_or_dv": lambda: plot_schools(SEVERAL),
    "doubles": lambda: plot_factors(pd.concat([SEVERAL, SEVERAL])),
    "few_factors": lambda: plot_radar(pd.DataFrame({"school": ["s"], "rating": ["now"], "before": [1.0], "after": [2.0]})),
    "scale": lambda: plot_levels(make_levels(("s1", "sept", 3)), scale=(5, 1)),
    "no_date": lambda: plot_course(make_levels(("s1", "sept", 3), ("s1", "june", 3)), dates={"sept": "2025-09-15"}),
    "course_columns": lambda: plot_cohort_course(make_cohort_course().drop(columns="months")),
    "no_months": lambda: plot_cohort_course(make_cohort_course().assign(wave="sept"), months={"2024": {"sept": 0}}),
}


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("code", FAULTS)
def test_a_table_that_can_not_be_drawn_is_refused_in_words(code: str, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", f"{language}_XX")
    with pytest.raises(FrameError) as error:
        FAULTS[code]()
    says = load_text(language).phrases[f"faults.plots.{code}.says"]  # type: ignore[arg-type]
    assert says.rpartition("}")[2].strip() in str(error.value)


def test_the_columns_that_are_missing_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en_GB")
    with pytest.raises(FrameError, match=r"plot_gap draws ‘rating’ and ‘after’.*It has ‘school’ and ‘before’\. .*plg\.gap"):
        plot_gap(pd.DataFrame({"school": ["s1"], "before": [1.0]}))


def test_an_interval_is_that_of_a_mean_by_student() -> None:
    values = np.array([2.0, 3.0, 3.5, 4.0, 2.5])
    table = add_intervals(make_levels(("s1", "sept", values.mean()), n=5, sd=values.std(ddof=1)), 0.9)
    low, high = stats.t.interval(0.9, 4, values.mean(), stats.sem(values))
    assert table[["low", "high"]].to_numpy()[0] == pytest.approx([low, high])


def test_one_person_and_all_schools_have_no_interval_and_own_intervals_stay() -> None:
    alone = add_intervals(make_levels(("s1", "sept", 3.0), n=1), 0.95)
    assert alone[["low", "high"]].isna().all(axis=None)
    assert add_intervals(make_levels((ALL, "sept", 3.0)), 0.95)[["low", "high"]].isna().all(axis=None)  # a mean of schools, not of people
    own = make_levels(("s1", "sept", 3.0)).assign(low=1.0, high=5.0)
    assert add_intervals(own, 0.95) is own


def test_the_scale_is_the_one_that_is_given_or_the_one_that_the_verb_knew() -> None:
    assert find_scale(CHANGE, None) == (1, 5)
    assert find_scale(CHANGE, (0, 6)) == (0, 6)
    assert find_scale(pd.DataFrame(), None) is None


def test_a_table_tells_what_it_is_about() -> None:
    assert find_name(CHANGE, CHANGE) == "energy"
    assert find_name(SEVERAL, SEVERAL.reset_index(), default="the score") == "the score"


def test_what_is_no_number_is_not_drawn_as_one() -> None:
    assert [is_number(value) for value in (1, np.int64(1), 0.0, math.nan, math.inf, None, pd.NA, "1", True)] == [True] * 3 + [False] * 6
