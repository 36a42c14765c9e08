import math
from collections import Counter
from itertools import combinations_with_replacement
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.report.made_results import MadeResults, make_study
from toolkit.languages import load_text
from toolkit.results.disclosure.released_data import COUNTS, NUMBERS, combine_results, release_results

TOTAL = "uwes9.total"
AGREED = '[[pairs]]\nfirst = "s1"\nsecond = "s2"\nagreed = true'


def make_levels(schools: int, n: int = 20) -> MadeResults:
    made = MadeResults()
    for number in range(1, schools + 1):
        made.level(f"s{number}", "after", TOTAL, 3.456789, std_error=0.123456, low=3.212345, high=3.701234, n=n, method="t")
    return made


def take(export: pd.DataFrame, school: str = "s1", quantity: str = "mean") -> pd.Series:
    return export[(export["school"] == school) & (export["quantity"] == quantity)].iloc[0]


def test_enough_people_have_four_decimals_and_an_error(tmp_path: Path) -> None:
    row = take(combine_results(make_levels(3, n=10).finish(), make_study(tmp_path, 3)))
    assert (row["estimate"], row["std_error"], row["low"], row["high"]) == (3.4568, 0.1235, 3.2123, 3.7012)


def test_few_people_have_the_decimals_of_the_pages_and_nothing_from_which_the_spread_follows(tmp_path: Path) -> None:
    row = take(combine_results(make_levels(3, n=9).finish(), make_study(tmp_path, 3)))
    assert (row["estimate"], row["low"], row["high"], row["n"]) == (3.5, 3.2, 3.7, 9)
    assert np.isnan(row["std_error"]) and np.isnan(row["p_value"]) and np.isnan(row["df"])


def test_a_half_is_rounded_as_on_the_pages_and_a_bound_near_zero_keeps_its_sign(tmp_path: Path) -> None:
    made = MadeResults()
    made.level("s1", "after", TOTAL, 3.25, low=0.04, high=-0.04, n=8)
    row = take(combine_results(made.finish(), make_study(tmp_path, 3)))
    assert (row["estimate"], row["low"], row["high"]) == (3.3, 0.04, -0.04)


def test_a_change_is_as_coarse_as_its_smaller_wave_allows(tmp_path: Path) -> None:
    made = MadeResults()
    for quantity, n in (("change", 19), ("before", 12), ("after", 7), ("shrunken", 19)):
        made.change("s1", TOTAL, 0.4567, quantity=quantity, std_error=0.1234, low=0.21, high=0.71, n=n)
    export = combine_results(made.finish(), make_study(tmp_path, 3))
    assert {(row["estimate"], np.isnan(row["std_error"]), np.isnan(row["df"])) for _, row in export.iterrows()} == {(0.5, True, True)}


def test_what_a_model_says_of_a_school_beside_its_means_is_as_fine_as_on_its_page(tmp_path: Path) -> None:
    made = MadeResults()
    for school in ("s1", ""):
        for quantity in ("change", "before", "after"):
            made.change(school, TOTAL, 3.456789, quantity=quantity, std_error=0.123456, low=3.212345, high=3.701234, n=20)
    export = combine_results(made.finish(), make_study(tmp_path, 3))
    row = take(export, "s1", "change")
    assert (row["estimate"], row["low"], row["high"], row["std_error"]) == (3.46, 3.21, 3.7, 0.12)
    assert take(export, "", "change")["estimate"] == 3.4568
    for quantity in ("before", "after"):
        assert take(export, "s1", quantity)["estimate"] == take(export, "", quantity)["estimate"] == 3.4568


@pytest.mark.parametrize(("n", "seen"), [(9, False), (10, True)])
def test_few_people_on_a_scale_of_one_statement_have_no_interval_from_which_every_answer_follows(
    tmp_path: Path, n: int, seen: bool
) -> None:
    made = MadeResults()
    made.level("s1", "after", "plg12.e1.now", 3.2, low=2.1, high=4.3, n=n)
    for quantity in ("change_pairs", "g_av", "d_z"):
        made.change("s1", "plg12.e1.now", 0.4, quantity=quantity, low=0.1, high=0.7, n=n)
    export = combine_results(made.finish(), make_study(tmp_path, 3)).set_index("quantity")
    assert export.loc["mean", "estimate"] == 3.2 and export.loc["change_pairs", "estimate"] == 0.4
    assert export[["low", "high"]].notna().all(axis=None) == seen and export[["low", "high"]].notna().any(axis=None) == seen
    assert set(export.loc[["g_av", "d_z"], "state"]) == ({"shown"} if seen else {"hidden"})


def count_given_away(values: list[float], people: int) -> float:
    """Return in which share of all teams a mean and its interval, with one decimal each, leave one possible set of answers."""
    margin = float(stats.t.ppf(0.975, people - 1)) / people**0.5
    seen: dict[tuple[float, ...], list[int]] = {}
    for team in combinations_with_replacement(values, people):
        half = margin * float(np.std(team, ddof=1))
        orders = math.factorial(people) // math.prod(math.factorial(count) for count in Counter(team).values())
        seen.setdefault(tuple(round(float(np.mean(team)) + move, 1) for move in (0.0, -half, half)), []).append(orders)
    return sum(ways[0] for ways in seen.values() if len(ways) == 1) / len(values) ** people


def test_a_mean_and_its_interval_give_every_answer_of_five_people_on_one_statement_and_hardly_any_on_three() -> None:
    assert count_given_away([1, 2, 3, 4, 5], 5) == pytest.approx(0.64, abs=0.005)
    assert count_given_away([1 + step / 2 for step in range(9)], 5) == pytest.approx(0.12, abs=0.006)
    assert count_given_away([step / 3 for step in range(19)], 5) < 0.01


def test_hidden_rows_carry_no_number_and_say_why(tmp_path: Path) -> None:
    made = make_levels(3)
    made.hide("levels", {"school": "s2"})
    made.alter("levels", {"school": "s2"}, n=4)
    row = take(combine_results(made.finish(), make_study(tmp_path, 3)), "s2")
    assert (row["state"], row["reason"], row["method"], row["verdict"]) == ("hidden", "too_few", "", "")
    assert row[[*NUMBERS, *COUNTS]].isna().all()


def test_what_is_about_one_persons_leadership_does_not_stand_beside_other_schools(tmp_path: Path) -> None:
    made = MadeResults()
    for factor in ("c4", "e1"):
        for school in ("", "s1", "s2", "s3"):
            made.level(school, "after", f"plg12.{factor}.now", 3.2, n=20)
            made.answer(school, "after", ("plg12", factor, "now"), 3.0, 0.4, n=20)
    study = make_study(tmp_path, 3)
    about = {scale.id: scale.about_person for scale in study.find_instrument("plg12").scales}
    assert about["c4"] and not about["e1"]
    export = combine_results(made.finish(), study)
    hidden = export[export["state"] == "hidden"]
    assert set(hidden["scale"] + hidden["item"]) == {"c4"} and set(hidden["school"]) == {"s1", "s2", "s3"} and len(hidden) == 6
    assert set(hidden["reason"]) == {"about_person"} and hidden[[*NUMBERS, *COUNTS]].isna().all(axis=None)


@pytest.mark.parametrize(("schools", "extra", "shown"), [(1, "", 1), (2, "", 0), (2, AGREED, 2), (3, "", 3)])
def test_two_schools_stand_side_by_side_only_when_both_agreed(tmp_path: Path, schools: int, extra: str, shown: int) -> None:
    export = combine_results(make_levels(schools).finish(), make_study(tmp_path, schools, extra))
    assert (export["state"] == "shown").sum() == shown
    assert set(export.loc[export["state"] == "hidden", "reason"]) <= {"not_agreed"}


def test_results_without_rows_are_an_empty_table(tmp_path: Path) -> None:
    assert len(combine_results(MadeResults().finish(), make_study(tmp_path))) == 0


def test_two_schools_that_are_left_on_one_measure_do_not_stand_side_by_side_on_it(tmp_path: Path) -> None:
    made = make_levels(3)
    for school in ("s1", "s2"):
        made.level(school, "after", "uwes9.vigour", 3.4, n=20)
    export = combine_results(made.finish(), make_study(tmp_path, 3))
    assert set(export.loc[export["scale"] == "vigour", "reason"]) == {"not_agreed"}
    assert set(export.loc[export["scale"] == "total", "state"]) == {"shown"}


def test_nearly_everybody_is_not_told_either_of_one_persons_leadership(tmp_path: Path) -> None:
    made = MadeResults()
    made.answer("s1", "after", ("plg12", "c4", "now"), 3.0, 0.4, n=20)
    made.hide("answers", {"school": "s1"})
    made.alter("answers", {"school": "s1"}, method="nearly_all")
    export = combine_results(made.finish(), make_study(tmp_path, 3))
    assert export["reason"].tolist() == ["about_person"]


def test_what_a_template_of_ones_own_gets_is_as_coarse_as_the_data(tmp_path: Path) -> None:
    study = make_study(tmp_path, 4)
    made = make_levels(4, n=9)
    for quantity, n in (("change", 9), ("before", 12), ("after", 30)):
        made.change("s1", TOTAL, 0.456789, quantity=quantity, std_error=0.123456, low=0.212345, high=0.712345, n=n)
    results = made.finish()
    known, export = release_results(results, study, school="s1"), combine_results(results, study)
    for name in ("levels", "change"):
        table, published = getattr(known, name), export[(export["table"] == name) & (export["school"] == "s1")]
        columns = ["quantity", *(number for number in NUMBERS if number in table), "n"]
        assert len(table) and len(table) == len(published)
        pd.testing.assert_frame_equal(table[columns], published[columns].reset_index(drop=True), check_dtype=False)
    assert known.levels["std_error"].isna().all() and results.levels["std_error"].notna().all()


@pytest.mark.parametrize(("schools", "told"), [(3, "hidden"), (4, "shown")])
def test_what_a_template_of_a_school_gets_over_all_schools_tells_of_no_one_or_two_others(schools: int, told: str, tmp_path: Path) -> None:
    made = make_levels(schools)
    made.level("", "after", TOTAL, 3.4, n=20 * schools, method="t")
    known = release_results(made.finish(), make_study(tmp_path, schools), school="s1")
    assert known.levels.set_index("school")["state"].to_dict() == {"s1": "shown", "": told}


def test_what_a_template_across_schools_gets_says_nothing_of_one_persons_leadership(tmp_path: Path) -> None:
    study = make_study(tmp_path, 4)
    personal = next(
        f"{instrument.id}.{scale.id}.now" for instrument in study.instruments for scale in instrument.scales if scale.about_person
    )
    made = make_levels(4)
    for school in ("s1", "s2", "s3", "s4", ""):
        made.level(school, "after", personal, 3.4, n=20, method="t")
    results = made.finish()
    across, own = release_results(results, study), release_results(results, study, school="s1")
    about = personal.split(".")[1]
    states = [table[table["scale"] == about].set_index("school")["state"].to_dict() for table in (across.levels, own.levels)]
    assert states == [{"s1": "hidden", "s2": "hidden", "s3": "hidden", "s4": "hidden", "": "shown"}, {"s1": "shown", "": "shown"}]


@pytest.mark.parametrize(
    ("n", "exact", "shown"), [(20, 3.774951, "3.77"), (20, 3.775049, "3.78"), (20, 3.775, "3.78"), (8, 0.0461, "0.05")]
)
def test_a_page_from_a_template_of_ones_own_shows_the_same_digits_as_any_other(n: int, exact: float, shown: str, tmp_path: Path) -> None:
    made = MadeResults()
    made.level("s1", "after", TOTAL, exact, low=3.1, high=4.1, n=n, method="t")
    results, study = made.finish(), make_study(tmp_path, 4)
    released = release_results(results, study, school="s1")
    written = [load_text("en").number(found.levels["estimate"].iloc[0], 2) for found in (results, released)]
    assert written == [shown, shown]
    assert abs(released.levels["estimate"].iloc[0] - take(combine_results(results, study))["estimate"]) < 1e-8
