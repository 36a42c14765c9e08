import datetime as dt

import numpy as np
import pandas as pd
import pytest

from tests.made_study import draw_scores, make_scores, make_study
from tests.witness import witness
from toolkit.results.estimates.comparison import QUANTITIES, estimate_comparison
from toolkit.results.rows import make_blanks
from toolkit.study.study import Study

NAMES = tuple(f"s{i + 1}" for i in range(8))


def split(study: Study, treated: int, start: dt.date | None = None) -> Study:
    """Return the study with the first schools on the trajectory and the others to compare with."""
    schools = [
        school.model_copy(update={"group": "trajectory" if i < treated else "comparison", "start": start if i < treated else None})
        for i, school in enumerate(study.schools)
    ]
    return study.model_copy(update={"schools": tuple(schools)})


def draw(sizes: dict[str, int], generator: np.random.Generator, treated: int, effect: float, spread: float = 0.15) -> pd.DataFrame:
    """Return scores in which all schools drift by 0.2 and the first `treated` ones gain `effect` beyond that."""
    names = list(sizes)
    parts = [({n: sizes[n] for n in names[:treated]}, 0.2 + effect), ({n: sizes[n] for n in names[treated:]}, 0.2)]
    return pd.concat([draw_scores(own, generator, change=change, matched=0.6, spread=spread) for own, change in parts], ignore_index=True)


def by_quantity(table: pd.DataFrame) -> pd.DataFrame:
    return table.set_index("quantity")


@pytest.fixture
def no_companion(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the mixed model, which takes most of the time."""
    monkeypatch.setattr(
        "toolkit.results.estimates.comparison._describe_companion",
        lambda _, where, *__: make_blanks(where, ["companion"], "not_measured", "")[0],
    )


@pytest.mark.usefixtures("no_companion")
def test_the_difference_is_that_of_r() -> None:
    w = witness("did.awards_school_level")
    data = w.data()
    names = {school: f"s{number + 1}" for number, school in enumerate(data.sort_values("treated", ascending=False)["school_id"].unique())}
    rows = [
        (f"row{i}", names[school], "after" if post else "before", float(score))
        for i, (school, post, score) in enumerate(data[["school_id", "post", "Bagrut_status"]].itertuples(index=False))
    ]
    study = split(make_study(len(names), matching={"by": "none"}), w.value["n1"])
    found = by_quantity(estimate_comparison(make_scores(rows), study)).loc["difference"]
    w.agree(found["estimate"], "did")
    w.agree(found["std_error"], "se_pooled")
    w.agree(found["df"], "df_pooled")
    w.agree(found["p_value"], "p_pooled")


def test_a_true_effect_is_found_beside_what_both_groups_did() -> None:
    sizes = dict.fromkeys(NAMES, 40)
    found = by_quantity(estimate_comparison(draw(sizes, np.random.default_rng(1), 4, 1.0), split(make_study(8), 4)))
    assert found.loc["difference", "low"] < 1.0 < found.loc["difference", "high"] and found.loc["difference", "verdict"] == "rose"
    assert found.loc["companion", "low"] < 1.0 < found.loc["companion", "high"]
    assert found.loc["trajectory", "estimate"] - found.loc["comparison", "estimate"] == pytest.approx(found.loc["difference", "estimate"])
    assert found.loc["comparison", "low"] < 0.2 < found.loc["comparison", "high"]
    assert found.loc["trajectory", ["schools", "df"]].tolist() == [4, 3] and found.loc["difference", "df"] == 6
    assert found.loc["permutation", "p_value"] == found.loc["permutation_smallest", "estimate"] == pytest.approx(2 / 70)


@pytest.mark.usefixtures("no_companion")
def test_without_an_effect_few_unequal_groups_cry_wolf_no_more_than_they_may() -> None:
    sizes, study, wolves = {n: 8 + 3 * i for i, n in enumerate(NAMES)}, split(make_study(8), 2), 0
    for seed in range(150):
        found = by_quantity(estimate_comparison(draw(sizes, np.random.default_rng(seed), 2, 0.0, spread=0.4), study))
        wolves += bool(found.loc["difference", "p_value"] < 0.05)
    assert 1 <= wolves <= 16  # 7.5 expected; outside with a chance of about one in five hundred


def test_one_school_on_the_trajectory_is_held_against_the_spread_of_the_others() -> None:
    sizes = dict.fromkeys(NAMES, 20)
    found = by_quantity(estimate_comparison(draw(sizes, np.random.default_rng(2), 1, 2.0), split(make_study(8), 1)))
    assert found.loc["difference", "df"] == 6 and found.loc["difference", "p_value"] < 0.05
    assert found.loc["trajectory", ["schools", "method"]].tolist() == [1, "one school"] and np.isnan(found.loc["trajectory", "low"])
    assert found.loc["permutation_smallest", "estimate"] == pytest.approx(1 / 8)


def test_the_trend_before_the_start_is_shown_where_there_are_two_waves_before_it() -> None:
    generator, sizes = np.random.default_rng(3), dict.fromkeys(NAMES, 30)
    first = draw(sizes, generator, 4, 0.5, spread=0.05)
    early = first.assign(wave=first["wave"].map({"before": "w1", "after": "w2"}))
    later = first[first["wave"] == "after"].assign(wave="w3", score=first["score"] + 1.0)
    waves, comparisons = ("w1", "w2", "w3"), [{"id": "c", "before": "w2", "after": "w3"}, {"id": "d", "before": "w1", "after": "w3"}]
    study = split(make_study(8, waves=waves, comparisons=comparisons), 4, start=dt.date(2026, 10, 1))
    table = estimate_comparison(pd.concat([early, later]), study)
    trend = table[table["quantity"] == "pre_trend"]
    assert trend["comparison"].tolist() == ["c"]
    assert trend["low"].item() < 0.5 < trend["high"].item() and trend["low"].item() > 0
    assert trend["method"].item() == "pooled t over schools, w1 to w2"
    started = split(study, 4, start=dt.date(2026, 3, 1))
    assert "pre_trend" not in set(estimate_comparison(pd.concat([early, later]), started)["quantity"])


def test_schools_without_a_group_have_no_part() -> None:
    scores = draw(dict.fromkeys(NAMES, 24), np.random.default_rng(4), 4, 0.5)
    study = split(make_study(8), 4)
    schools = (*study.schools[:7], study.schools[7].model_copy(update={"group": ""}))
    found = by_quantity(estimate_comparison(scores, study.model_copy(update={"schools": schools})))
    alone = by_quantity(estimate_comparison(scores[scores["school"] != "s8"], split(make_study(7), 4)))
    assert found.loc["comparison", "schools"] == 3
    assert found.loc["difference", "estimate"] == pytest.approx(alone.loc["difference", "estimate"])


def test_a_lone_hidden_school_of_a_group_has_no_part_even_if_the_other_group_has_one_too() -> None:
    sizes = {"s1": 12, "s2": 12, "s3": 4, "s4": 12, "s5": 12, "s6": 4}
    study = split(make_study(6), 3)
    scores = pd.concat([draw_scores({n: size}, np.random.default_rng(i), matched=1.0) for i, (n, size) in enumerate(sizes.items())])
    found = by_quantity(estimate_comparison(scores, study))
    assert found.loc[["trajectory", "comparison"], "schools"].tolist() == [2, 2]
    assert found.loc["difference", "n"] == 48


def test_results_do_not_depend_on_the_order_of_rows_or_schools() -> None:
    scores, study = draw({n: 8 + i for i, n in enumerate(NAMES)}, np.random.default_rng(5), 4, 0.5), split(make_study(8), 4)
    turned = study.model_copy(update={"schools": study.schools[::-1]})
    first = by_quantity(estimate_comparison(scores, study)).sort_index()
    second = by_quantity(estimate_comparison(scores.sample(frac=1, random_state=1), turned)).sort_index()
    pd.testing.assert_frame_equal(first, second, rtol=1e-6)


def test_many_schools_are_assigned_by_chance_with_the_seed_of_the_study() -> None:
    sizes = {f"s{i + 1}": 12 for i in range(24)}  # enough for each to count
    scores = draw(sizes, np.random.default_rng(6), 12, 0.1)
    first, same, other = (
        by_quantity(estimate_comparison(scores, split(make_study(24, seed=seed), 12))).loc["permutation"] for seed in (1, 1, 2)
    )
    assert first["method"] == "drawn 10000 assignments" and first["p_value"] == same["p_value"] != other["p_value"]


def test_it_says_why_there_is_nothing() -> None:
    scores = draw(dict.fromkeys(NAMES, 10), np.random.default_rng(7), 4, 0.5)
    none = estimate_comparison(scores, make_study(8))
    assert set(none["method"]) == {"no_comparison_schools"} and set(none["quantity"]) == set(QUANTITIES)
    few = estimate_comparison(scores[scores["school"].isin(["s1", "s2", "s3"])], split(make_study(3), 1))
    assert set(few["method"]) == {"too_few_schools"}
    silent = estimate_comparison(scores[scores["school"].isin(NAMES[:4])], split(make_study(8), 4))
    assert set(silent["method"]) == {"no_answers"} and set(silent["state"]) == {"not_measured"}
