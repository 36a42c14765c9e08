"""What records say: Wilson held to statsmodels, the way to a target by hand, and nothing about one person's goal."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

import toolkit as plg
from tests.records.record_cases import read
from tests.responses.cases import open_study
from toolkit.results.estimates.records import CLASSES, estimate_goals, estimate_indicators
from toolkit.schemas import GOALS, INDICATORS, RECORDS
from toolkit.study.study import Study

GOAL = "goal;school;owner_kind;owner;start;target;date;actual;progress;due;role"
SHARE = "school;indicator;date;value;numerator;denominator;target"
#: How many of fourteen persons had reached their goal: at the second moment two fewer than at the last.
MOMENTS = {"2025-11-01": 0, "2025-12-01": 7, "2026-01-10": 9}
PLAIN = open_study({"sources": [{"file": "answers.csv"}]}, Path())


def find_goals(folder: Path, *lines: str, study: Study = PLAIN) -> pd.DataFrame:
    records = read(folder, {"goals": [GOAL, *lines]})
    assert set(records.findings["code"]) <= {"date_order"}
    return estimate_goals(records.goals, study)


def test_a_goal_has_its_ends_once_and_its_way_at_each_moment(tmp_path: Path) -> None:
    goals = find_goals(tmp_path, "a;s1;;;40;80;2025-11-01;50;1;2026-06-01;team", "a;s1;;;;;2026-01-10;70;3;;", "b;s1;;;;;;;;;")
    told = {(row.goal, row.quantity, row.date): row.estimate for row in goals.itertuples()}
    assert told == {
        ("a", "stated", ""): 1, ("a", "start", ""): 40, ("a", "target", ""): 80, ("b", "stated", ""): 1,
        ("a", "actual", "2025-11-01"): 50, ("a", "progress", "2025-11-01"): 1, ("a", "share", "2025-11-01"): 0.25,
        ("a", "actual", "2026-01-10"): 70, ("a", "progress", "2026-01-10"): 3, ("a", "share", "2026-01-10"): 0.75,
    }  # fmt: skip
    assert set(goals.loc[goals["goal"] == "a", "due"]) == {"2026-06-01"} and set(goals.loc[goals["goal"] == "a", "role"]) == {"team"}


def test_a_goal_without_a_way_has_no_share(tmp_path: Path) -> None:
    goals = find_goals(tmp_path, "a;s1;;;80;80;2025-11-01;80;4;;", "b;s1;;;;80;2025-11-01;70;;;")
    assert "share" not in set(goals["quantity"])


@pytest.mark.parametrize(
    ("reached", "begun", "state"), [(6, 0, "shown"), (5, 5, "shown"), (6, 4, "hidden"), (9, 1, "hidden"), (4, 0, "hidden")]
)
def test_goals_of_persons_are_counts_of_nobody_or_enough(tmp_path: Path, reached: int, begun: int, state: str) -> None:
    people = [f"doel van p{n};s1;person;p{n};;;2025-11-01;;{4 if n < reached else 1};;leraar" for n in range(reached + begun)]
    goals = find_goals(tmp_path, *people)
    assert set(goals[["owner", "goal", "role"]].to_numpy().ravel()) == {""}, "no word of a person's goal"
    counts = goals.set_index("quantity")
    classes = counts.loc[["not_begun", "under_way", "reached"]]
    assert set(classes["state"]) == {state}
    assert classes["estimate"].tolist() == ([0, begun, reached] if state == "shown" else pytest.approx([float("nan")] * 3, nan_ok=True))
    assert counts.loc["people", "state"] == ("hidden" if reached + begun < 5 else "shown")


def test_goals_of_one_person_count_as_one_person(tmp_path: Path) -> None:
    goals = find_goals(tmp_path, *(f"doel {n};s1;person;p1;;;2025-11-01;;4;;" for n in range(9)))
    assert set(goals["state"]) == {"hidden"}


def test_over_the_schools_only_what_is_shown_is_added(tmp_path: Path) -> None:
    lines = [f"x;{school};person;p{n};;;2025-11-01;;4;;" for school, count in (("s1", 6), ("s2", 3)) for n in range(count)]
    assert set(find_goals(tmp_path, *lines)["school"]) == {"s1", "s2"}
    lines += [f"x;s2;person;q{n};;;2025-11-01;;4;;" for n in range(4)]
    goals = find_goals(tmp_path, *lines).set_index(["school", "quantity"])["estimate"]
    assert goals["", "reached"] == goals["s1", "reached"] + goals["s2", "reached"] == 13


def test_a_share_has_the_interval_of_wilson_and_a_few_are_hidden(tmp_path: Path) -> None:
    shares = ["s1;ouders;2025-10-01;;42;60;100%", "s1;ouders;2026-01-10;;3;4;100%"]
    records = read(tmp_path, {"indicators": [SHARE, *shares, "s2;uren;2025-10-01;12,5;;;"]})
    found = estimate_indicators(records.indicators, PLAIN).set_index(["indicator", "date", "quantity"])
    first = found.loc["ouders", "2025-10-01", "share"]
    assert (first["estimate"], first["n"]) == (0.7, 60)
    assert (first["low"], first["high"]) == pytest.approx(proportion_confint(42, 60, method="wilson"))
    assert found.loc["ouders", "2026-01-10", "share"][["state", "n"]].tolist() == ["hidden", 0]
    assert found.loc["ouders", "2025-10-01", "target"]["estimate"] == 1
    assert found.loc["uren", "2025-10-01", "value"]["estimate"] == 12.5


def test_records_are_saved_loaded_and_a_school_knows_its_own(tmp_path: Path) -> None:
    goals = find_goals(tmp_path, "a;s1;;;40;80;2025-11-01;50;1;;", "b;s2;;;;;;;;;")
    study = plg.load_study("tests/data/rows/A2")
    results = plg.estimate_results(study, plg.read_exports(study))
    assert results.goals.equals(GOALS.empty()) and results.indicators.equals(INDICATORS.empty())
    plg.save_results(replace(results, goals=goals), tmp_path / "results.json")
    again = plg.load_results(tmp_path / "results.json")
    pd.testing.assert_frame_equal(again.goals, goals)
    assert set(again.for_school("s2").goals["goal"]) == {"b"}


def draw_goals(seed: int) -> pd.DataFrame:
    """Return goals of persons of three schools over four moments: some begin, go on and leave, as people do."""
    rng = np.random.default_rng(seed)
    rows = []
    for school in ("s1", "s2", "s3"):
        step = rng.integers(0, 5, size=(int(rng.integers(5, 30)), int(rng.integers(1, 3))))
        for moment in range(4):
            step = np.minimum(step + (rng.random(step.shape) < rng.choice([0, 0.05, 0.5])), 4)
            here = rng.random(len(step)) > rng.choice([0, 0.05])
            rows += [
                {
                    "school": school,
                    "owner": f"p{person}",
                    "goal": f"g{goal}",
                    "date": f"2025-0{moment + 1}-01",
                    "progress": value,
                }
                for person, own in enumerate(step)
                for goal, value in enumerate(own)
                if here[person]
            ]
    blank = {"str": "", "int64": 0, "float64": float("nan"), "datetime64[us]": pd.NaT}
    frame = pd.DataFrame(rows).assign(owner_kind="person", date=lambda frame: pd.to_datetime(frame["date"]))
    rest = {name: blank[dtype] for name, dtype in RECORDS["goals"].columns.items() if name not in frame}
    return RECORDS["goals"].conform(frame.assign(**rest))


def find_differences(goals: pd.DataFrame, published: pd.DataFrame) -> list[tuple[str, ...]]:
    """Return what subtracting two published moments tells of one to four persons or goals: the school, both moments and the class."""
    counts = published[published["quantity"].isin(CLASSES) & (published["state"] == "shown") & (published["school"] != "")]
    steps = {step: name for name, own in CLASSES.items() for step in own}
    truth = goals.assign(name=goals["progress"].map(steps), date=goals["date"].dt.strftime("%Y-%m-%d"))
    persons = truth.groupby(["school", "date", "name", "owner"]).size()
    found = []
    for (school, name), rows in counts.groupby(["school", "quantity"]):
        for (one, first), (other, second) in combinations(zip(rows["date"], rows["estimate"], strict=True), 2):
            of = [
                persons[school, date, name] if (school, date, name) in persons.index.droplevel(3) else pd.Series() for date in (one, other)
            ]
            moved = int((of[0].sub(of[1], fill_value=0) != 0).sum())
            if 0 < abs(first - second) < 5 or 0 < moved < 5:
                found.append((str(school), str(name), one, other))
    return found


def test_subtracting_moments_tells_nothing_about_a_few_persons(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = [draw_goals(seed) for seed in range(6)]
    published = [estimate_goals(goals, PLAIN) for goals in drawn]
    assert sum((table["quantity"].isin(CLASSES) & (table["state"] == "shown")).sum() for table in published) > 15
    assert [find_differences(*pair) for pair in zip(drawn, published, strict=True)] == [[]] * len(drawn)
    monkeypatch.setattr("toolkit.results.estimates.records._may_stand_beside", lambda *_: True)
    assert any(find_differences(goals, estimate_goals(goals, PLAIN)) for goals in drawn), "without the rule the attack succeeds"


def test_over_the_schools_a_moment_is_the_sum_of_what_their_pages_tell(tmp_path: Path) -> None:
    for seed in range(3):
        table = estimate_goals(draw_goals(seed), PLAIN)
        shown = table[table["quantity"].isin(CLASSES) & (table["state"] == "shown")]
        sums = shown[shown["school"] != ""].groupby(["date", "quantity"])["estimate"].agg(["sum", "size"])
        for row in shown[shown["school"] == ""].itertuples():
            assert row.estimate == sums.loc[(row.date, row.quantity), "sum"] and sums.loc[(row.date, row.quantity), "size"] > 1


def test_the_last_moment_stays_and_one_in_which_a_few_moved_goes(tmp_path: Path) -> None:
    lines = [f"x;s1;person;p{n};;;{day};;{4 if n < reached else 0};;" for day, reached in MOMENTS.items() for n in range(14)]
    states = find_goals(tmp_path, *lines).query("quantity == 'reached'").set_index("date")["state"].to_dict()
    assert states == {"2025-11-01": "shown", "2025-12-01": "hidden", "2026-01-10": "shown"}
