"""On one or two statements an interval is a spread: ten people of a school are needed for it."""

from __future__ import annotations

from collections import Counter
from itertools import product

import numpy as np
import pandas as pd
import pytest

from tests.made_study import draw_scores, make_study
from toolkit.languages import round_half_up
from toolkit.results.disclosure.spreads import hide_spreads
from toolkit.results.disclosure.suppression import hide_numbers
from toolkit.results.estimates.change import estimate_change
from toolkit.results.estimates.levels import estimate_levels
from toolkit.results.results import Results
from toolkit.schemas import CHANGE, PARTICIPATION, RELIABILITY, SOURCES
from toolkit.statistics.means import compute_interval

SIZES = {"s1": 9, "s2": 10, "s3": 14, "s4": 20}


def make_results(instrument: str = "", **sizes: int) -> tuple[Results, Results]:
    """Return results on one statement, or on the nine of an instrument, before and after what this module does."""
    scores = draw_scores(SIZES | sizes, np.random.default_rng(7))
    study = make_study(4, instruments=(instrument or "cijfer1",))
    if instrument:
        scores = scores.assign(instrument=instrument, scale="total")
    made = Results(
        PARTICIPATION.empty(), estimate_levels(scores, study), estimate_change(scores, study), RELIABILITY.empty(), SOURCES.empty()
    )
    return made, hide_spreads(made, study)


def take(table: pd.DataFrame, school: str, *quantities: str) -> pd.DataFrame:
    return table[(table["school"] == school) & table["quantity"].isin(quantities)]


@pytest.mark.parametrize(("school", "has_interval"), [("s1", False), ("s2", True)])
def test_the_mean_of_nine_people_has_no_interval_and_that_of_ten_has(school: str, has_interval: bool):
    _, safe = make_results()
    means = take(safe.levels, school, "mean")
    assert means["estimate"].notna().all() and (means["state"] == "shown").all()
    for name in ("low", "high", "std_error"):
        assert means[name].notna().all() == means[name].notna().any() == has_interval


@pytest.mark.parametrize(("school", "has_interval"), [("s1", False), ("s2", True)])
def test_a_change_keeps_its_number_and_its_words_and_loses_what_gives_the_spread(school: str, has_interval: bool):
    made, safe = make_results()
    own = ("change", "before", "after", "change_pairs")
    was, rows = take(made.change, school, *own), take(safe.change, school, *own)
    assert len(rows) == 4
    assert rows["estimate"].tolist() == was["estimate"].tolist() and rows["verdict"].tolist() == was["verdict"].tolist()
    for name in ("low", "high", "std_error", "df"):
        assert rows[name].notna().all() == rows[name].notna().any() == has_interval
    assert rows["p_value"].notna().any() == has_interval
    effects = take(safe.change, school, "d_z", "g_av")
    assert set(effects["state"]) == ({"shown"} if has_interval else {"hidden"})
    assert effects["estimate"].notna().all() == has_interval


def test_an_interval_goes_where_the_people_of_one_wave_can_not_be_told():
    made, _ = make_results()
    hidden = hide_numbers(made, [("change", key) for key in take(made.change, "s2", "before")[list(CHANGE.key)].itertuples(index=False)])
    rows = take(hide_spreads(hidden, make_study(4)).change, "s2", "change", "after", "change_pairs")
    assert len(rows) == 3 and rows["estimate"].notna().all() and rows["low"].isna().all()


def test_what_all_schools_share_stays():
    made, safe = make_results()
    for quantity in ("shrunken", "change_common", "average_change"):
        rows = made.change["quantity"] == quantity
        pd.testing.assert_frame_equal(made.change[rows], safe.change[rows])
    pd.testing.assert_frame_equal(take(made.levels, "", "mean"), take(safe.levels, "", "mean"))


def test_a_scale_of_nine_statements_keeps_its_intervals():
    made, safe = make_results("uwes9")
    pd.testing.assert_frame_equal(made.levels, safe.levels)
    pd.testing.assert_frame_equal(made.change, safe.change)


def test_a_mean_and_its_interval_do_give_five_answers_away():
    def round_all(answers: tuple[int, ...]) -> tuple[object, ...]:
        error = float(np.std(answers, ddof=1) / np.sqrt(len(answers)))
        found = compute_interval(float(np.mean(answers)), error, len(answers) - 1, 0.95)
        return tuple(round_half_up(value, 1) for value in (found.estimate, found.low, found.high))

    teams = list(product(range(1, 6), repeat=5))
    seen = {team: round_all(team) for team in {tuple(sorted(team)) for team in teams}}
    fitting = Counter(seen.values())
    assert sum(fitting[seen[tuple(sorted(team))]] == 1 for team in teams) / len(teams) == pytest.approx(0.64, abs=0.01)
