"""Who did not come back, and what that may have done to the change; and the course over several waves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

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
from toolkit.statistics.means import compute_mean, compute_school_changes, compute_two_groups
from toolkit.statistics.missing_data import compute_pooled, compute_response_weights, compute_weighted_mean, draw_missing_wave
from toolkit.statistics.reliability import compute_within_deviations
from toolkit.statistics.two_stage import TwoStage, average_schools, estimate_two_stage

COLUMNS = ("what", "estimate", "std_error", "low", "high", "p_value", "n", "method")
IMPUTATIONS = 20
SMALLEST_NUMBER_OF_WAVES = 3
#: From this number of waves there is a trend, which may bend.
WAVES_FOR_A_TREND = 4
YEAR = 365.25


def attrition(
    frame: pd.DataFrame,
    *,
    dv: str | None = None,
    wave: Column = None,
    person: Column = None,
    school: Column = None,
    before: Hashable | None = None,
    after: Hashable | None = None,
    confidence: float = 0.95,
    smallest_group: int = 1,
    seed: int = 1,
) -> pd.DataFrame:
    """Return how people who left differed before, and the change under other assumptions about them.

    Parameters
    ----------
    frame, dv, wave, person, school, before, after, confidence, smallest_group
        As in `change`; people must be followed.
    seed
        Of the imputations.

    Returns
    -------
    DataFrame
        what (stayers, leavers and their difference before; the change by the default, by pairs alone, weighted by who came back, and with
        missing answers imputed), estimate (points), std_error, low, high, p_value, n (people), method.

    Raises
    ------
    FrameError
        As `change`, with fewer than four schools, and where nobody left or nobody stayed.

    Notes
    -----
    Inverse probability weights with the score before as predictor within schools; multiple imputation within schools, pooled per school by
    Rubin's rules, every school once. Neither repairs drop-out that depends on the score after.

    Examples
    --------
    >>> from toolkit.analysis.scales import load_example, score
    >>> found = attrition(score(load_example(), "energie_own9"), dv="energie_own9", before="sept", after="june")
    >>> found[["what", "n"]].head(3)
                        what   n
    0                stayers  68
    1                leavers  28
    2  leavers_minus_stayers  96
    """
    smallest_group = check_options(confidence=confidence, smallest_group=smallest_group)
    long, people, waves = _take(frame, dv, wave, person, school, before, after)
    counted = list_counted(count_people(people)["pairs"], smallest_group)
    own = people.loc[people.index.get_level_values("school").isin(counted)]
    present = own[own["before"].notna()]
    stays = present["after"].notna()
    if len(counted) < SMALLEST_NUMBER_OF_SCHOOLS:
        refuse("few_schools", count=len(counted), needed=SMALLEST_NUMBER_OF_SCHOOLS)
    if stays.all():
        refuse("nobody_left", before=long.waves[waves[0]], after=long.waves[waves[1]])
    stayers, leavers = (present.loc[chosen, "before"].to_numpy() for chosen in (stays, ~stays))
    rows = [
        _write("stayers", _compute_level(stayers, confidence), stayers.size, "t"),
        _write("leavers", _compute_level(leavers, confidence), leavers.size, "t"),
        _write("leavers_minus_stayers", compute_two_groups(leavers, stayers, confidence).welch, len(present), "Welch"),
        _write("change", estimate_average(people, counted, confidence).mean, len(own), "two stages"),
        *_list_alternatives(own, present, confidence, seed),
    ]
    return _finish(rows, long, before=long.waves[waves[0]], after=long.waves[waves[1]], confidence=confidence)


def growth(
    frame: pd.DataFrame,
    *,
    dates: Mapping[Hashable, str | dt.date],
    dv: str | None = None,
    wave: Column = None,
    person: Column = None,
    school: Column = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Return the course over three or more waves: the change since the first in each, and from four waves on the trend.

    Parameters
    ----------
    frame, dv, wave, person, school, confidence
        As in `change`.
    dates
        The date of each wave, as "2025-09-15" or a date.

    Returns
    -------
    DataFrame
        what (the wave, for the change since the first; from four waves on slope, per year, and bend, per year squared), estimate (points),
        std_error, low, high, p_value, n (people), method: an average over schools, every school once.

    Raises
    ------
    FrameError
        As `change`; for a wave without a date, and fewer than three waves or four schools.

    Notes
    -----
    The two stages of `change`, with time in place of after; docs/methods.md.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> noise = np.random.default_rng(1).normal(0, 0.3, (4, 6, 4))
    >>> rows = [(s, f"{s}{p}", w, 3 + w / 2 + noise[s, p, w]) for s in range(4) for p in range(6) for w in range(4)]
    >>> frame = pd.DataFrame(rows, columns=["school", "code", "wave", "score"])
    >>> dates = {wave: f"{2023 + wave}-09-15" for wave in range(4)}
    >>> growth(frame, dv="score", dates=dates)["what"].tolist()
    ['1', '2', '3', 'slope', 'bend']
    """
    check_options(confidence=confidence)
    long = read_frame(frame, dv=dv, wave=wave, person=person, school=school)
    name = take_only(long)
    long, times = _order_by_date(long, dates)
    own = long.table[long.table[name].notna()].assign(time=lambda table: times[table["wave"]])
    counts = own.groupby("school")["wave"].nunique()
    schools = counts.index[counts == len(times)]
    if len(schools) < SMALLEST_NUMBER_OF_SCHOOLS:
        refuse("few_schools", count=len(schools), needed=SMALLEST_NUMBER_OF_SCHOOLS)
    own = own[own["school"].isin(schools)].sort_values(["school", "respondent", "wave"])
    time = own["time"].to_numpy()
    later = (own["wave"].to_numpy()[:, None] == np.arange(1, len(times))).astype(float)
    n = len(own[["school", "respondent"]].drop_duplicates())
    places = np.eye(len(times) - 1)
    rows = [
        _write(str(long.waves[place + 1]), _average(own, name, later, contrast, confidence).mean, n, "two stages")
        for place, contrast in enumerate(places)
    ]
    if len(times) < WAVES_FOR_A_TREND:
        return _finish(rows, long, confidence=confidence)
    rows.append(_write("slope", _average(own, name, time[:, None], [1.0], confidence).mean, n, "two stages, per year"))
    bent = _average(own, name, np.column_stack([time, time**2]), [0.0, 1.0], confidence)
    rows.append(_write("bend", bent.mean, n, "two stages, per year squared"))
    return _finish(rows, long, confidence=confidence)


def _take(
    frame: pd.DataFrame, dv: str | None, wave: Column, person: Column, school: Column, before: Hashable | None, after: Hashable | None
) -> tuple[Long, pd.DataFrame, tuple[int, int]]:
    long = read_frame(frame, dv=dv, wave=wave, person=person, school=school)
    if not long.columns["person"]:
        refuse("person_false")
    waves = find_before_after(long, before, after)
    return long, take_people(long, take_only(long), *waves), waves


def _compute_level(scores: np.ndarray, confidence: float) -> Any:
    """Return the mean of `scores` without a p-value: nobody asks whether a level is 0."""
    return replace(compute_mean(scores, confidence), p_value=np.nan)


def _list_alternatives(people: pd.DataFrame, present: pd.DataFrame, confidence: float, seed: int) -> list[list[Any]]:
    """Return the change by pairs alone, weighted by who came back, and with imputed answers."""
    pairs = people.dropna()
    school = present.index.get_level_values("school").to_numpy(dtype=str)
    alone = compute_school_changes(pairs["before"], pairs["after"], pairs.index.get_level_values("school").to_numpy(dtype=str), confidence)
    weights = compute_response_weights(
        present["after"].notna().to_numpy(dtype=float), compute_within_deviations(present["before"].to_numpy(), school)[:, None]
    )
    change = (present["after"] - present["before"]).to_numpy()
    weighted = [compute_weighted_mean(change[school == name], weights.weight[school == name]).estimate for name in np.unique(school)]
    return [
        _write("change_pairs", alone.average, len(pairs), "mean of paired changes per school"),
        _write("change_weighted", average_schools(weighted, confidence), len(pairs), "inverse probability weights"),
        _write("change_imputed", _impute(people, confidence, seed), len(people), f"{IMPUTATIONS} imputations within schools"),
    ]


def _impute(people: pd.DataFrame, confidence: float, seed: int) -> Any:
    """Return the mean of the schools' changes over completed data sets."""
    school = people.index.get_level_values("school").to_numpy(dtype=str)
    drawn = draw_missing_wave(people["before"], people["after"], school, np.random.default_rng(seed), IMPUTATIONS)
    change = drawn[:, 1] - drawn[:, 0]
    found = []
    for name in np.unique(school):
        own = change[:, school == name]
        n = own.shape[1]
        found.append(float(compute_pooled(own.mean(axis=1), own.var(axis=1, ddof=min(1, n - 1)) / n, max(n - 1, 1), confidence).estimate))
    return average_schools(found, confidence)


def _order_by_date(long: Long, dates: Mapping[Hashable, str | dt.date]) -> tuple[Long, np.ndarray]:
    """Return the reading with its waves in the order of their dates, and the years of each since the first."""
    told = {str(wave): str(date)[:10] for wave, date in dates.items()}
    missing = [wave for wave in long.waves if str(wave) not in told]
    if missing or len(long.waves) < SMALLEST_NUMBER_OF_WAVES:
        refuse("dates", waves=tell(long.waves), missing=tell(missing) if missing else "–")
    try:
        days = np.array([dt.date.fromisoformat(told[str(wave)]).toordinal() for wave in long.waves])
    except ValueError:
        refuse("no_date", dates=tell(told.values()))
    order = np.argsort(days)
    if np.unique(days).size < days.size:
        refuse("no_date", dates=tell(told.values()))
    table = long.table.assign(wave=np.argsort(order)[long.table["wave"]])
    waves = tuple(long.waves[place] for place in order)
    return replace(long, table=table, waves=waves, ordered=True), (days[order] - days.min()) / YEAR


def _average(own: pd.DataFrame, dv: str, x: np.ndarray, contrast: Any, confidence: float) -> TwoStage:
    person = own["school"].str.cat(own["respondent"], sep="\n").to_numpy(dtype=str)
    design = np.column_stack([np.ones(len(own)), x])
    return estimate_two_stage(own[dv], design, own["school"].to_numpy(dtype=str), person, [0.0, *contrast], confidence)


def _write(what: str, found: Any, n: int, method: str) -> list[Any]:
    return [what, found.estimate, found.std_error, found.low, found.high, found.p_value, n, method]


def _finish(rows: list[list[Any]], long: Long, **more: Any) -> pd.DataFrame:
    table = hide_on_pages(pd.DataFrame(rows, columns=list(COLUMNS)))
    table.attrs = long.attrs | more
    return table
