"""Did schools with the trajectory change more than others, and does change go together with something else?"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.analysis.counted import list_counted
from toolkit.analysis.frames import (
    Column,
    Long,
    check_options,
    find_before_after,
    hide_on_pages,
    read_frame,
    refuse,
    take_only,
    take_people,
    tell,
)
from toolkit.analysis.people import SMALLEST_NUMBER_OF_SCHOOLS, count_people, estimate_average
from toolkit.statistics.difference_in_differences import compute_school_comparison
from toolkit.statistics.mixed_models.design import RandomTerm
from toolkit.statistics.mixed_models.model import fit_mixed
from toolkit.statistics.two_stage import average_schools

GROUPS = ("group", "schools", "n", "estimate", "std_error", "low", "high", "p_value", "method")
RELATED = ("on", "estimate", "std_error", "low", "high", "p_value", "n", "schools", "method")
#: A part of a predictor varies if its range is above this share of its size.
TINY = 1e-9


def compare_groups(
    frame: pd.DataFrame,
    *,
    group: str,
    treated: Hashable,
    dv: str | None = None,
    wave: Column = None,
    person: Column = None,
    school: Column = None,
    before: Hashable | None = None,
    after: Hashable | None = None,
    confidence: float = 0.95,
    smallest_group: int = 1,
) -> pd.DataFrame:
    """Return how much more the schools with the trajectory changed than the others: a difference in differences of school changes.

    Parameters
    ----------
    frame, dv, wave, person, school, before, after, confidence, smallest_group
        As in `change`.
    group
        The column that says which group a school is in; one value per school.
    treated
        Its value for schools on the trajectory.

    Returns
    -------
    DataFrame
        Three rows: the group of `treated`, the others (by their value, or "others"), and "difference": group, schools, n (people),
        estimate, std_error, low, high (points), p_value and method.

    Raises
    ------
    FrameError
        As `change`; for a school in two groups, a group without schools, and fewer than four schools together.

    Notes
    -----
    Pooled t over the changes of the schools on J - 2 degrees of freedom; see docs/methods.md. Without random assignment the difference is
    an effect only as far as both groups would have changed alike.

    Examples
    --------
    >>> from toolkit.analysis.scales import load_example, score
    >>> scores = score(load_example(), "energie_own9")
    >>> scores["trajectory"] = scores["school"].isin(["Het Houten Kompas", "De Papieren Brug", "Sint-Fantasius"])
    >>> found = compare_groups(scores, dv="energie_own9", group="trajectory", treated=True, before="sept", after="june")
    >>> found[["group", "schools", "n"]]
            group  schools    n
    0        True        3   89
    1       False        3   30
    2  difference        6  119
    """
    smallest_group = check_options(confidence=confidence, smallest_group=smallest_group)
    long = read_frame(frame, dv=dv, wave=wave, person=person, school=school)
    waves = find_before_after(long, before, after)
    treats = _read_groups(frame, long, group, treated)
    people = take_people(long, take_only(long), *waves)
    pooled = _pool(people, long, smallest_group)
    counted = sorted(pooled.index.unique("school"))
    found = estimate_average(people, counted, confidence)
    own = np.array([treats[name] for name in counted], dtype=bool)
    changes = found.changes.estimate
    if not 0 < own.sum() < own.size or own.size < SMALLEST_NUMBER_OF_SCHOOLS:
        refuse("groups", treated=int(own.sum()), others=int((~own).sum()), needed=SMALLEST_NUMBER_OF_SCHOOLS)
    others = frame.loc[frame[group] != treated, group].unique()
    names = [str(treated), str(others[0]) if len(others) == 1 else "others", "difference"]
    of_treated = pooled.index.get_level_values("school").map(treats).to_numpy(dtype=bool)
    means = [(average_schools(changes[which], confidence), n) for which, n in ((own, of_treated.sum()), (~own, (~of_treated).sum()))]
    difference = compute_school_comparison(changes[own], changes[~own], confidence).pooled
    rows = [[name, mean.n, int(n), *_list_tail(mean), "mean of schools"] for name, (mean, n) in zip(names, means, strict=False)]
    rows.append([names[2], own.size, len(pooled), *_list_tail(difference), "pooled t over schools"])
    table = pd.DataFrame(rows, columns=list(GROUPS))
    table.attrs = long.attrs | {"before": long.waves[waves[0]], "after": long.waves[waves[1]], "group": group, "confidence": confidence}
    return table


def relate(
    frame: pd.DataFrame,
    *,
    on: str | Sequence[str],
    dv: str | None = None,
    wave: Column = None,
    person: Column = None,
    school: Column = None,
    before: Hashable | None = None,
    after: Hashable | None = None,
    changes: bool | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Return how far the change of `dv` goes together with other columns, within schools and between them.

    Parameters
    ----------
    frame, dv, wave, person, school, before, after, confidence
        As in `change`.
    on
        One or more columns: scores that change too (resources), or what stays the same for a person or a school (role, dose); texts are
        compared with their first value, within schools only.
    changes
        Whether the columns are taken as changes from before to after; without it those that differ between the waves of people are.

    Returns
    -------
    DataFrame
        Rows per column (or value of a text) for "within" (people beside their colleagues) and "between" (schools beside schools): on,
        estimate (points of `dv` per unit), std_error, low, high, p_value, n (people who answered twice), schools, method.

    Raises
    ------
    FrameError
        As `change`, and with fewer than four schools.

    Notes
    -----
    `change of dv ~ deviation from the school's mean + school's mean + (1|school)`, Kenward-Roger. What goes together need not cause.

    Examples
    --------
    >>> from toolkit.analysis.scales import load_example, score
    >>> scores = score(score(load_example(), "energie_own9"), "profcultuur8")
    >>> found = relate(scores, dv="energie_own9", on="profcultuur8", before="sept", after="june")
    >>> found[["on", "n", "schools"]]
                          on   n  schools
    0   profcultuur8, within  68        6
    1  profcultuur8, between  68        6
    """
    check_options(confidence=confidence)
    names = [on] if isinstance(on, str) else list(on)
    long = read_frame(frame, dv=dv, wave=wave, person=person, school=school)
    first, last = find_before_after(long, before, after)
    outcome = take_people(long, take_only(long), first, last).dropna()
    score = (outcome["after"] - outcome["before"]).rename("change")
    columns = [column for name in names for column in _read_predictors(frame, long, name, first, last, changes)]
    table = pd.concat([score, *columns], axis=1, join="inner").dropna()
    schools = table.index.get_level_values("school")
    if schools.nunique() < SMALLEST_NUMBER_OF_SCHOOLS:
        refuse("few_schools", count=schools.nunique(), needed=SMALLEST_NUMBER_OF_SCHOOLS)
    found = hide_on_pages(pd.DataFrame(_fit_parts(table, schools.to_numpy(dtype=str), confidence), columns=list(RELATED)))
    found.attrs = long.attrs | {"on": names, "before": long.waves[first], "after": long.waves[last], "confidence": confidence}
    return found


def _read_groups(frame: pd.DataFrame, long: Long, group: str, treated: Hashable) -> dict[str, bool]:
    """Return whether each school is on the trajectory."""
    read_frame(frame, dv=[long.dv[0]], wave=False, person=False, school=group)  # says where the column is missing or empty
    if treated not in set(frame[group]):
        refuse("no_treated", column=group, value=treated, values=tell(frame[group].unique()))
    own = pd.DataFrame({"school": long.table["school"], "treated": (frame[group] == treated).to_numpy()[long.table["row"]]})
    both = own.groupby("school")["treated"].nunique()
    if (both > 1).any():
        refuse("two_groups", school=both.index[both > 1][0], column=group)
    return {str(school): bool(value) for school, value in own.groupby("school")["treated"].first().items()}


def _pool(people: pd.DataFrame, long: Long, smallest_group: int) -> pd.DataFrame:
    """Return the people of the schools that count."""
    counts = count_people(people)
    measure = counts["pairs"] if long.columns["person"] else counts[["before", "after"]].min(axis=1)
    counted = list_counted(measure, smallest_group)
    return people.loc[people.index.get_level_values("school").isin(counted)]


def _list_tail(found: Any) -> list[float]:
    return [found.estimate, found.std_error, found.low, found.high, found.p_value]


def _read_predictors(frame: pd.DataFrame, long: Long, name: str, first: int, last: int, changes: bool | None) -> list[pd.Series]:
    """Return the columns of numbers that stand for a predictor: its change, its value, or one per value of a text after the first."""
    texts = name in frame and not pd.api.types.is_numeric_dtype(frame[name])
    if not texts:
        read_frame(frame, dv=[name], wave=False, person=False, school=False)  # says where it is missing or can't be right
    column = frame[name].to_numpy()
    own = long.table.assign(predictor=column[long.table["row"]])
    wide = own.set_index(["school", "respondent", "wave"])["predictor"].unstack("wave").reindex(columns=[first, last])
    if texts:
        told = wide[first].fillna(wide[last])
        kinds = sorted(told.dropna().astype(str).unique())
        return [(told.astype(str) == kind).astype(float).where(told.notna()).rename(f"{name}: {kind}") for kind in kinds[1:]]
    moves = bool((wide[first] - wide[last]).abs().gt(0).any()) if changes is None else changes
    return [(wide[last] - wide[first] if moves else wide[first].fillna(wide[last])).astype(float).rename(name)]


def _fit_parts(table: pd.DataFrame, school: NDArray[np.str_], confidence: float) -> list[list[Any]]:
    """Return the coefficient of every part of every predictor that varies, in one model."""
    parts: dict[str, NDArray[np.float64]] = {}
    for name in table.columns[1:]:
        mean = table[name].groupby(level="school").transform("mean").to_numpy()
        own_parts = (("within", table[name].to_numpy() - mean), ("between", mean))
        for part, values in own_parts[: 1 if ": " in name else 2]:  # the mix of roles at a school has no meaning of its own here
            if np.ptp(values) > TINY * max(1.0, float(np.abs(table[name]).max())):
                parts[f"{name}, {part}"] = values
    x = np.column_stack([np.ones(len(table)), *parts.values()])
    if not parts or np.linalg.matrix_rank(x) < x.shape[1] or np.unique(school).size < sum(name.endswith("between") for name in parts) + 3:
        refuse("no_relation", columns=tell(table.columns[1:]), schools=np.unique(school).size)
    fit = fit_mixed(table["change"].to_numpy(), x, [RandomTerm("school", school)])
    rows = []
    for place, name in enumerate(parts, 1):
        found = fit.test(np.eye(len(parts) + 1)[place], "kenward-roger", confidence)
        rows.append([name, *_list_tail(found), len(table), np.unique(school).size, "mixed model, Kenward-Roger"])
    return rows
