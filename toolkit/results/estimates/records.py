"""What the records say: how far goals are and how indicators run; of goals of persons only counts, and no share of a few.

Goals of a school, a team or a group and counts of what is public are no answers of people and are shown. Goals of persons are counted per
moment, and only where each count is nobody or at least the smallest group, and so is what it differs from every other moment that is told.
A share of fewer than the smallest group is hidden.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pandas as pd

from toolkit.results.rows import find_floor, make_blank, make_row, may_count
from toolkit.schemas import GOALS, INDICATORS
from toolkit.statistics.categories import compute_share
from toolkit.study.study import Study

GIVEN = "as given"
#: The classes in which goals of persons are counted, each with the steps of progress in it.
CLASSES = {"not_begun": (0,), "under_way": (1, 2, 3), "reached": (4,)}
#: What is told of a goal at a moment.
AT_MOMENTS = ("actual", "progress")


def estimate_goals(goals: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return GOALS: of each goal its start and target, and at each moment the actual number, its share of the way, and progress."""
    own = goals[goals["owner_kind"] != "person"]
    rows: list[dict[str, Any]] = []
    for _, moments in own.groupby(["school", "owner_kind", "owner", "goal"], sort=False):
        rows += _describe_goal(moments.sort_values("date", na_position="first", kind="stable"))
    counted = list(_count_personal(goals[goals["owner_kind"] == "person"], study))
    return GOALS.collect([*rows, *counted, *_add_schools(counted)])


def _describe_goal(moments: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield the rows of one goal; `stated` is there for every goal, and what the file names only once holds for all of its moments."""
    first = moments.iloc[0]
    where = {name: str(first[name]) for name in ("school", "owner_kind", "owner", "goal")}
    where |= {name: _find_first(moments[name]) for name in ("role", "factor", "indicator")}
    due = moments["due"].dropna()
    where |= {"date": "", "due": _write_day(due.iloc[-1]) if len(due) else ""}
    yield make_row(where, "stated", 1, 0, "count")
    ends = {name: moments[name].dropna() for name in ("start", "target")}
    start, target = (float(found.iloc[0]) if len(found) else math.nan for found in ends.values())
    yield from (make_row(where, name, value, 0, GIVEN) for name, value in (("start", start), ("target", target)) if math.isfinite(value))
    for row in moments.to_dict("records"):
        here = where | {"date": _write_day(row["date"])}
        yield from (make_row(here, name, row[name], 0, GIVEN) for name in AT_MOMENTS if math.isfinite(row[name]))
        way = (row["actual"] - start) / (target - start) if target != start else math.nan
        if math.isfinite(way):
            yield make_row(here, "share", way, 0, "actual - start / target - start")


def _find_first(texts: pd.Series) -> str:
    return str(next((text for text in texts if text), ""))


def _write_day(day: Any) -> str:
    return "" if pd.isna(day) else str(day.date())


def _count_personal(goals: pd.DataFrame, study: Study) -> Iterator[dict[str, Any]]:
    """Yield per school and moment how many persons have a goal, and how many goals are in each class, where no class is of a few."""
    told = goals[goals["progress"].notna() & goals["date"].notna()]
    for school, own in told.groupby("school"):
        tallies = {_write_day(date): _tally(rows) for date, rows in own.groupby("date")}
        shown = _list_moments(tallies, study)
        for date, tally in tallies.items():
            yield from _count_moment(_place_personal(str(school), date), tally, date in shown, study)


def _tally(rows: pd.DataFrame) -> pd.DataFrame:
    """Return how many goals of each person are in each class, a row per person."""
    return pd.DataFrame({name: rows["progress"].isin(steps).groupby(rows["owner"]).sum() for name, steps in CLASSES.items()})


def _list_moments(tallies: dict[str, pd.DataFrame], study: Study) -> set[str]:
    """Return the moments whose classes may be told: none is of a few persons, nor is what differs between two of these moments.

    The last moment comes first, then the others in the order of time, so the fewest that matter go.
    """
    alone = [date for date, tally in tallies.items() if all(may_count(int((tally[name] > 0).sum()), study) for name in CLASSES)]
    told: list[str] = []
    for date in [*alone[-1:], *alone[:-1]]:
        if all(_may_stand_beside(tallies[date], tallies[other], study) for other in told):
            told.append(date)
    return set(told)


def _may_stand_beside(one: pd.DataFrame, other: pd.DataFrame, study: Study) -> bool:
    """Return whether two moments differ in no class by a few persons, nor by a few goals, which read as a few persons."""
    moved = one.sub(other, fill_value=0)
    differ = [count for name in CLASSES for count in (int((moved[name] != 0).sum()), int(abs(moved[name].sum())))]
    return all(may_count(count, study) for count in differ)


def _count_moment(where: dict[str, Any], tally: pd.DataFrame, shown: bool, study: Study) -> Iterator[dict[str, Any]]:
    people = len(tally)
    if not may_count(people, study):
        yield from (make_blank(where, name, "hidden", "too_few") for name in ("people", *CLASSES))
        return
    yield make_row(where, "people", people, people, "count")
    for name in CLASSES:
        yield make_row(where, name, int(tally[name].sum()), people, "count") if shown else make_blank(where, name, "hidden", "too_few")


def _place_personal(school: str, date: str) -> dict[str, Any]:
    blank = dict.fromkeys(("owner", "goal", "role", "factor", "indicator", "due"), "")
    return {"school": school, "owner_kind": "person", "date": date} | blank


def _add_schools(counted: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the counts of goals of persons over the schools that show their classes: sums of what is shown, so they tell nothing more."""
    told = {(row["school"], row["date"]) for row in counted if row["state"] == "shown" and row["quantity"] in CLASSES}
    shown = pd.DataFrame([row for row in counted if (row["school"], row["date"]) in told], columns=list(GOALS.columns))
    for (date, quantity), rows in shown.groupby(["date", "quantity"], sort=False):
        if len(rows) > 1:
            yield make_row(_place_personal("", str(date)), str(quantity), rows["estimate"].sum(), int(rows["n"].sum()), "count")


def estimate_indicators(indicators: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return INDICATORS: per school and date the value, or the share with the interval of Wilson (1927), and the target."""
    rows: list[dict[str, Any]] = []
    for row in indicators.sort_values(["school", "indicator", "date"], kind="stable").to_dict("records"):
        where = {name: str(row[name]) for name in ("school", "indicator", "counted")} | {"date": _write_day(row["date"])}
        if math.isfinite(row["target"]):
            rows.append(make_row(where, "target", row["target"], 0, GIVEN))
        if math.isfinite(row["value"]):
            rows.append(make_row(where, "value", row["value"], 0, GIVEN))
        elif row["denominator"] < find_floor(study):
            rows.append(make_blank(where, "share", "hidden", "too_few"))
        else:
            share = compute_share(int(row["numerator"]), int(row["denominator"]), study.confidence)
            rows.append(make_row(where, "share", share.estimate, share.n, "Wilson", low=share.low, high=share.high))
    return INDICATORS.collect(rows)
