"""Did it change between two waves? In each school, and on average over the schools; and the gap between now and wanted likewise."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from toolkit.analysis.counted import list_counted
from toolkit.analysis.frames import (
    ALL,
    Column,
    Long,
    check_options,
    find_before_after,
    find_range,
    order_schools,
    read_frame,
    refuse,
    take_people,
)
from toolkit.analysis.people import SMALLEST_NUMBER_OF_SCHOOLS, count_people, estimate_average, estimate_schools
from toolkit.analysis.verdicts import judge_change, weaken_verdicts
from toolkit.languages import find_spoken, load_text
from toolkit.statistics.mixed_models.before_after import GroupChange
from toolkit.statistics.multiple_testing import compute_adjusted_p
from toolkit.statistics.two_stage import SchoolMean

COLUMNS = ("school", "n", "pairs", "before", "after", "estimate", "low", "high", "p_value", "verdict")
DETAIL = ("school", "n", "pairs", "estimate", "std_error", "df", "low", "high", "p_value", "method")
RATINGS = ("now", "wanted", "gap")
GAP = ("school", "rating", *COLUMNS[1:-1])


def change(
    frame: pd.DataFrame,
    *,
    dv: str | Sequence[str] | None = None,
    wave: Column = None,
    person: Column = None,
    school: Column = None,
    before: Hashable | None = None,
    after: Hashable | None = None,
    confidence: float = 0.95,
    smallest_group: int = 1,
    smallest_change: float | None = None,
    adjust: Literal["holm"] | None = None,
    detail: bool = False,
) -> pd.DataFrame:
    """Return how much `dv` changed from `before` to `after`, on average over the schools and in each school.

    Everybody who answered counts, also those who answered once. In a school: a mixed model with a person effect, Kenward-Roger interval.
    Over schools: the mean of the schools' changes, every school once, t on J - 1 degrees of freedom, from four schools on.

    Parameters
    ----------
    frame
        One row per person and wave.
    dv
        The column of scores, or several; without it the only column of numbers.
    wave, person, school
        The columns; without them found by name. False says there is none: nobody who can be followed, one school.
    before, after
        The two waves; without them the only two, where their order can be told.
    confidence
        Of the intervals, between 0 and 1.
    smallest_group
        Schools in which fewer people answered in a wave, or answered twice, have no numbers and do not count in the average.
        Where fewer missed a wave and others did not, the numbers of that school are about the others, as in a report.
    smallest_change
        The smallest change that matters, in points of the scale; verdicts need it to say "clearly" or "about the same".
    adjust
        "holm": where several `dv` are tested, a rise or fall that does not survive Holm's correction becomes an indication: it may be
        chance among so many. p-values stay.
    detail
        Standard error, degrees of freedom and method in place of the means and the verdict.

    Returns
    -------
    DataFrame
        A row over all schools and one per school: school, n (people), pairs (who answered twice), before and after (means), estimate with
        low and high (points of the scale), p_value, verdict (words). Several `dv` are the index. What is hidden or can't be computed is
        NaN, and the verdict (or method) says which. `attrs` tell how the frame was read.

    Raises
    ------
    FrameError
        Where a column or wave can't be told or can't be right, with what would be.

    Notes
    -----
    Kenward & Roger 1997; two stages as in the reports, see docs/methods.md.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [("a", p, w, p + w * (1 + p % 2)) for p in range(6) for w in (0, 1)]
    >>> frame = pd.DataFrame(rows, columns=["school", "person", "wave", "score"])
    >>> change(frame, dv="score")[["school", "n", "pairs", "before", "after", "estimate"]]
            school  n  pairs  before  after  estimate
    0  all schools  6      6     NaN    NaN       NaN
    1            a  6      6     2.5    4.0       1.5
    """
    smallest_group = check_options(confidence=confidence, smallest_group=smallest_group, smallest_change=smallest_change)
    if adjust not in (None, "holm"):
        refuse("adjust", value=adjust)
    long = read_frame(frame, dv=dv, wave=wave, person=person, school=school)
    waves = find_before_after(long, before, after)
    options = (confidence, smallest_group, smallest_change)
    rows = [row for name in long.dv for row in _describe(take_people(long, name, *waves, smallest_group), name, long, *options)]
    _refuse_nothing(rows)
    table = pd.DataFrame(rows)
    if adjust:
        table = _correct(table, confidence)
    table["verdict"] = [_say(code) for code in table["verdict"]]
    table["method"] = [
        _say(code) if np.isnan(estimate) else code for code, estimate in zip(table["method"], table["estimate"], strict=True)
    ]
    return _finish(table, DETAIL if detail else COLUMNS, long, waves, confidence, find_range(frame, long.dv))


def gap(
    frame: pd.DataFrame,
    *,
    now: str | Sequence[str],
    wanted: str | Sequence[str],
    wave: Column = None,
    person: Column = None,
    school: Column = None,
    before: Hashable | None = None,
    after: Hashable | None = None,
    confidence: float = 0.95,
    smallest_group: int = 1,
) -> pd.DataFrame:
    """Return the change of what is, of what is wanted, and of the gap between them, among people who gave both.

    Parameters
    ----------
    frame
        One row per person and wave.
    now, wanted
        The columns of both ratings; lists of the same length for several factors.
    wave, person, school, before, after, confidence, smallest_group
        As in `change`.

    Returns
    -------
    DataFrame
        Per rating (now, wanted, gap = wanted - now) a row over all schools and one per school: school, rating, n, pairs, before, after,
        estimate (the change, points), low, high, p_value. Several factors are the index, named by their column of now.

    Raises
    ------
    FrameError
        As `change`, and where now and wanted do not make pairs.

    Notes
    -----
    The gap that closes is a change below 0. Who gave only one of both ratings in a wave is left out there.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [(p, w, 2 + p % 3 + w * (p % 2), 4 + p % 2 + w * (p % 3) / 4) for p in range(8) for w in (0, 1)]
    >>> frame = pd.DataFrame(rows, columns=["person", "wave", "trust", "trust_wanted"])
    >>> gap(frame, now="trust", wanted="trust_wanted", school=False)[["rating", "before", "after", "estimate"]].round(2)
       rating  before  after  estimate
    0     now    2.88   3.38      0.50
    1  wanted    4.50   4.72      0.22
    2     gap    1.62   1.34     -0.28
    """
    smallest_group = check_options(confidence=confidence, smallest_group=smallest_group)
    pairs = _pair_ratings(now, wanted)
    names = [name for pair in pairs for name in pair]
    long = read_frame(frame, dv=names, wave=wave, person=person, school=school, varies=False)
    waves = find_before_after(long, before, after)
    parts = []
    for first, second in pairs:
        for rating, own in _rate(long, first, second):
            rows = _describe(take_people(own, "rated", *waves, smallest_group), first, own, confidence, smallest_group, None)
            parts.append(pd.DataFrame(rows).assign(rating=rating))
    table = pd.concat(parts, ignore_index=True)
    table["rating"] = pd.Categorical(table["rating"], RATINGS)
    found = _finish(table, GAP, long, waves, confidence, find_range(frame, long.dv))
    return found.rename_axis("factor") if len(pairs) > 1 else found


def _describe(
    people: pd.DataFrame, dv: str, long: Long, confidence: float, smallest_group: int, smallest_change: float | None
) -> list[dict[str, Any]]:
    """Return the rows of one column: over all schools where the frame has schools, and of each."""
    options = (confidence, smallest_group, smallest_change)
    rows = _describe_schools(people, long, *options)
    average = [_average(people, long, *options)] if long.columns["school"] else []
    return [{"dv": dv} | row for row in (*average, *rows)]


def _refuse_nothing(rows: Sequence[dict[str, Any]]) -> None:
    """Refuse a frame in which no school has a change, for the same reason in all of them."""
    own = [row for row in rows if row["school"] != ALL]
    reasons = {row["verdict"] for row in own}
    if len(reasons) == 1 and reasons <= {"nobody", "no_pairs", "not_computable"}:
        people, pairs = (sum(row[name] for row in own if row["dv"] == own[0]["dv"]) for name in ("n", "pairs"))
        refuse("not_comparable", column=own[0]["dv"], reason=_say(reasons.pop()), people=people, pairs=pairs)


def _describe_schools(
    people: pd.DataFrame, long: Long, confidence: float, smallest_group: int, smallest_change: float | None
) -> Iterator[dict[str, Any]]:
    schools = order_schools(long)
    found = estimate_schools([people], schools, confidence)
    means = people.groupby(level="school").agg(_average_known).reindex(schools)
    for place, name in enumerate(schools):
        own = _describe_school(found.take(place), means.iloc[place].to_dict(), long, smallest_group, smallest_change)
        yield {"school": name or _say("everyone")} | own


def _average_known(scores: pd.Series) -> float:
    known = scores.dropna().to_numpy()
    return float(known.mean()) if known.size else float("nan")


def _describe_school(
    found: GroupChange, means: Mapping[Any, float], long: Long, smallest_group: int, smallest_change: float | None
) -> dict[str, Any]:
    pairs = found.n_pairs if long.columns["person"] else 0
    counts = {"n": found.n_before + found.n_after - pairs, "pairs": pairs}
    reason = _find_obstacle(found, pairs if long.columns["person"] else None, smallest_group)
    if reason:
        return (dict.fromkeys(counts, pd.NA) if reason == "hidden" else counts) | _leave_blank(reason)
    verdict = judge_change(found.estimate, found.std_error, found.df, found.low, found.high, smallest_change)
    return counts | dict(means) | _take(found) | {"method": found.method, "verdict": verdict}


def _find_obstacle(found: GroupChange, pairs: int | None, smallest_group: int) -> str:
    """Return why a school has no numbers, "" where it has; `pairs` is None where nobody can be followed."""
    smaller = min(found.n_before, found.n_after)
    if smaller < smallest_group or (pairs is not None and pairs < smallest_group):
        return "hidden" if smallest_group > 1 else "nobody" if not smaller else "no_pairs"
    return "" if np.isfinite(found.low) else "not_computable"


def _average(people: pd.DataFrame, long: Long, confidence: float, smallest_group: int, smallest_change: float | None) -> dict[str, Any]:
    counts = count_people(people)
    measure = counts["pairs"] if long.columns["person"] else counts[["before", "after"]].min(axis=1)
    counted = list_counted(measure, smallest_group)
    chosen = counts.loc[counted]
    row = {"school": ALL, "n": int(chosen["people"].sum()), "pairs": int(chosen["pairs"].sum())}
    if len(counted) < SMALLEST_NUMBER_OF_SCHOOLS:
        return row | _leave_blank("too_few_schools")
    found = estimate_average(people, counted, confidence)
    mean = found.mean
    if not (np.isfinite(mean.low) and np.isfinite(found.changes.std_error).any()):
        return row | _leave_blank("not_computable")
    first = float(chosen["mean_before"].mean())
    verdict = judge_change(mean.estimate, mean.std_error, mean.df, mean.low, mean.high, smallest_change)
    return row | {"before": first, "after": first + mean.estimate} | _take(mean) | {"method": "two stages", "verdict": verdict}


def _take(found: GroupChange | SchoolMean) -> dict[str, Any]:
    return {name: getattr(found, name) for name in ("estimate", "std_error", "df", "low", "high", "p_value")}


def _leave_blank(verdict: str) -> dict[str, Any]:
    numbers = dict.fromkeys(("before", "after", "estimate", "std_error", "df", "low", "high", "p_value"), np.nan)
    return numbers | {"method": verdict, "verdict": verdict}


def _correct(table: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Return the table with verdicts that do not survive Holm's correction over the columns of one school as indications."""
    adjusted = table.groupby("school")["p_value"].transform(lambda p: compute_adjusted_p(p.to_numpy(), "holm"))
    return table.assign(verdict=weaken_verdicts(table["verdict"], adjusted > 1 - confidence))


def _say(code: str) -> str:
    text = load_text(find_spoken())
    return text.say(f"verdict.{code}" if f"verdict.{code}" in text.phrases else f"frames.{code}")


def _finish(
    table: pd.DataFrame, columns: Sequence[str], long: Long, waves: tuple[int, int], confidence: float, ends: tuple[float, float] | None
) -> pd.DataFrame:
    table = table.astype({"n": "Int64", "pairs": "Int64"})
    several = len(table["dv"].unique()) > 1
    found = table.set_index("dv")[list(columns)] if several else table[list(columns)].reset_index(drop=True)
    first, last = waves
    found.attrs = long.attrs | {"before": long.waves[first], "after": long.waves[last], "confidence": confidence}
    found.attrs |= {"range": ends} if ends else {}
    return found


def _pair_ratings(now: str | Sequence[str], wanted: str | Sequence[str]) -> list[tuple[str, str]]:
    firsts, seconds = ([names] if isinstance(names, str) else list(names) for names in (now, wanted))
    if len(firsts) != len(seconds) or not firsts:
        refuse("ratings", now=len(firsts), wanted=len(seconds))
    return list(zip(firsts, seconds, strict=True))


def _rate(long: Long, now: str, wanted: str) -> Iterator[tuple[str, Long]]:
    """Yield each rating with the frame of those who gave both, its scores in the column `rated`."""
    table = long.table.dropna(subset=[now, wanted])
    values = (table[now], table[wanted], table[wanted] - table[now])
    for rating, rated in zip(RATINGS, values, strict=True):
        yield rating, long.with_scores(table.assign(rated=rated))
