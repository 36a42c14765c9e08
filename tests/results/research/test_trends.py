import datetime as dt

import numpy as np
import pandas as pd
import pytest

from tests.made_study import make_scores, make_study
from toolkit.results.estimates.change import estimate_change
from toolkit.results.research.trends import TREND, count_followed, estimate_growth, list_times
from toolkit.study.study import Study

WAVES = ("w1", "w2", "w3", "w4")
#: days after the first wave: not equally far apart.
DAYS = (0, 200, 700, 1100)
SIZES = {"s1": 24, "s2": 20, "s3": 18, "s4": 16, "s5": 14}


def make_course(schools: int, waves: tuple[str, ...] = WAVES, **more: object) -> Study:
    """Return a study whose waves lie apart as `DAYS` says."""
    study = make_study(schools, waves=waves, **more)
    first = dt.date(2020, 9, 15)
    dated = [wave.model_copy(update={"date": first + dt.timedelta(days=days)}) for wave, days in zip(study.waves, DAYS, strict=False)]
    return study.model_copy(update={"waves": tuple(dated)})


def draw(
    study: Study, sizes: dict[str, int], generator: np.random.Generator, slope: float, bend: float = 0.0, spread: float = 0.0,
    staying: float = 1.0,
) -> pd.DataFrame:  # fmt: skip
    """Return scores that rise by `slope` per year, and by `bend` per year squared, with slopes that differ between schools."""
    rows = []
    for school, size in sizes.items():
        own = slope + spread * generator.normal()
        for person in range(size):
            level = 6 + generator.normal()
            for wave, time in list_times(study).items():
                if generator.random() < staying:
                    rows.append((f"{school}-{person}", school, wave, level + own * time + bend * time**2 + 0.6 * generator.normal()))
    return make_scores(rows)


def by_quantity(table: pd.DataFrame, school: str = "") -> pd.DataFrame:
    return table[table["school"] == school].set_index(["quantity", "wave"])


def test_a_trend_is_found_in_real_time_and_no_bend_where_there_is_none() -> None:
    study = make_course(5)
    found = by_quantity(estimate_growth(draw(study, SIZES, np.random.default_rng(1), 0.3, staying=0.8), study))
    for quantity in ("slope", "companion"):
        assert found.loc[(quantity, ""), "low"] < 0.3 < found.loc[(quantity, ""), "high"]
        assert found.loc[(quantity, ""), "estimate"] == pytest.approx(0.3, abs=0.06)
    assert found.loc[("quadratic", ""), "low"] < 0 < found.loc[("quadratic", ""), "high"]
    for wave, days in zip(WAVES[1:], DAYS[1:], strict=True):
        row = found.loc[("change_since_first", wave)]
        assert row["time"] == pytest.approx(days / 365.25)
        assert row["low"] < 0.3 * row["time"] < row["high"]


def test_a_bend_is_seen() -> None:
    study = make_course(5)
    found = by_quantity(estimate_growth(draw(study, SIZES, np.random.default_rng(2), 0.0, bend=0.3), study))
    assert found.loc[("quadratic", ""), "low"] > 0 and found.loc[("quadratic", ""), "high"] > 0.3
    assert found.loc[("quadratic", ""), "estimate"] == pytest.approx(0.3, abs=0.1)


def test_with_everybody_there_the_slope_is_the_mean_of_the_lines_through_the_school_means() -> None:
    study = make_course(5)
    scores = draw(study, SIZES, np.random.default_rng(3), 0.2, spread=0.2)
    times = list_times(study)
    means = scores.groupby(["school", "wave"])["score"].mean().unstack()[list(times)]
    slopes = np.polyfit(list(times.values()), means.to_numpy().T, 1)[0]
    table = estimate_growth(scores, study)
    found = by_quantity(table).loc[("slope", "")]
    assert found["estimate"] == pytest.approx(slopes.mean())
    assert found["std_error"] == pytest.approx(slopes.std(ddof=1) / np.sqrt(5)) and found["df"] == 4
    assert [by_quantity(table, school).loc[("slope", ""), "estimate"] for school in SIZES] == pytest.approx(slopes.tolist())
    changes = means["w3"] - means["w1"]
    assert by_quantity(table).loc[("change_since_first", "w3"), "estimate"] == pytest.approx(changes.mean())


def test_the_spread_of_slopes_between_schools_is_told() -> None:
    sizes = {f"s{i + 1}": 30 for i in range(12)}
    study = make_course(12)
    found = by_quantity(estimate_growth(draw(study, sizes, np.random.default_rng(4), 0.2, spread=0.4), study)).loc[("slope_tau", "")]
    assert found["low"] < 0.4 < found["high"] and found["p_value"] < 0.001


def test_three_waves_have_contrasts_and_no_trend_and_two_have_nothing() -> None:
    study = make_course(5, WAVES[:3])
    scores = draw(study, SIZES, np.random.default_rng(5), 0.3)
    table = estimate_growth(scores, study)
    assert table["quantity"].tolist() == ["change_since_first"] * 2 and set(table["school"]) == {""}
    assert estimate_growth(scores, make_study(5, waves=WAVES[:2])).empty


def test_with_everybody_there_the_contrast_of_two_waves_is_the_average_change() -> None:
    study = make_course(5, comparisons=[{"id": "c", "before": "w1", "after": "w4"}])
    scores = draw(study, SIZES, np.random.default_rng(6), 0.3, spread=0.1)
    change = estimate_change(scores, study).query("quantity == 'average_change'").iloc[0]
    found = by_quantity(estimate_growth(scores, study)).loc[("change_since_first", "w4")]
    for name in ("estimate", "std_error", "df", "p_value"):
        assert found[name] == pytest.approx(change[name])


def test_a_school_that_missed_a_wave_has_part_in_the_others() -> None:
    study = make_course(5)
    scores = draw(study, SIZES, np.random.default_rng(7), 0.3)
    found = by_quantity(estimate_growth(scores[~((scores["school"] == "s1") & (scores["wave"] == "w3"))], study))
    assert found.loc[("change_since_first", "w3"), "schools"] == 4
    assert found.loc[("change_since_first", "w4"), "schools"] == 5 and found.loc[("slope", ""), "schools"] == 5


def test_hidden_schools_have_no_part_in_the_average_of_any_wave() -> None:
    study = make_course(7)
    scores = draw(study, SIZES | {"s6": 4, "s7": 4}, np.random.default_rng(8), 0.3)
    found = by_quantity(estimate_growth(scores[~((scores["school"] == "s7") & (scores["wave"] == "w3"))], study))
    assert found.loc[("change_since_first", "w2"), "schools"] == 5
    assert found.loc[("change_since_first", "w3"), "schools"] == 5


def test_small_schools_show_nothing_of_their_own() -> None:
    study = make_course(7)
    table = estimate_growth(draw(study, SIZES | {"s6": 4}, np.random.default_rng(9), 0.3), study)
    assert by_quantity(table, "s6").loc[("slope", ""), ["state", "method", "n"]].tolist() == ["hidden", "too_few", 0]
    assert by_quantity(table, "s7").loc[("slope", ""), "state"] == "not_measured"
    assert by_quantity(table).loc[("slope", ""), "schools"] == 5


@pytest.mark.parametrize(("matching", "number"), [("code", 1), ("none", 2)])
def test_showing_depends_on_who_answered_twice_and_on_the_smallest_wave(matching: str, number: int) -> None:
    rows = [("p", "s1", "w1", 5.0), ("p", "s1", "w3", 5.0), ("q", "s1", "w1", 5.0), ("r", "s1", "w3", 5.0)]
    assert count_followed(make_scores(rows), make_course(1, matching={"by": matching})).to_dict() == {"s1": number}


def test_results_do_not_depend_on_the_order_of_rows_or_schools() -> None:
    study = make_course(5)
    scores = draw(study, SIZES, np.random.default_rng(10), 0.3, spread=0.2, staying=0.7)
    turned = study.model_copy(update={"schools": study.schools[::-1], "waves": study.waves[::-1]})
    key = ["school", "quantity", "wave"]
    first = estimate_growth(scores, study).set_index(key).sort_index()
    second = estimate_growth(scores.sample(frac=1, random_state=1), turned).set_index(key).sort_index()
    pd.testing.assert_frame_equal(first, second, rtol=1e-6)


def test_it_says_why_there_is_nothing() -> None:
    study = make_course(3)
    scores = draw(study, {"s1": 20, "s2": 20, "s3": 20}, np.random.default_rng(11), 0.3)
    few = estimate_growth(scores, study)
    assert set(few["method"]) == {"too_few_schools"} and set(TREND) < set(few["quantity"])
    late = estimate_growth(scores[scores["wave"] != "w1"], study)
    assert set(late["state"]) == {"not_measured"}
    study = make_course(5)
    gone = by_quantity(estimate_growth(draw(study, SIZES, np.random.default_rng(12), 0.3).query("wave != 'w4'"), study))
    assert gone.loc[("change_since_first", "w4"), "state"] == "not_measured"
    assert gone.loc[("slope", ""), "method"] == "too_few_waves"
    assert gone.loc[("change_since_first", "w3"), "state"] == "shown"
