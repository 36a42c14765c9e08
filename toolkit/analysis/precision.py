"""How precisely does a scale measure, and is it a property of the team?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from toolkit.analysis.counted import list_pooled
from toolkit.analysis.frames import Column, Long, check_frame, check_options, hide_on_pages, read_frame, refuse, tell
from toolkit.statistics.factor_analysis.omega import estimate_omega
from toolkit.statistics.reliability import compute_alpha
from toolkit.statistics.team_agreement import compute_agreement, compute_team_icc

RELIABILITY = ("scale", "wave", "items", "n", "alpha", "alpha_low", "alpha_high", "omega", "omega_low", "omega_high")
AGREEMENT = ("scale", "wave", "schools", "n", "icc1", "icc1_low", "icc1_high", "icc2", "rwg", "spread")
SMALLEST_NUMBER_OF_TEAMS = 3
#: People with complete answers that alpha and omega take.
SMALLEST_NUMBER = 10
Scales = str | Sequence[str] | Mapping[str, Sequence[str]] | None


def reliability(
    frame: pd.DataFrame,
    scales: Scales = None,
    *,
    wave: Column = None,
    confidence: float = 0.95,
    resamples: int = 0,
    seed: int = 1,
) -> pd.DataFrame:
    """Return alpha and omega of scales, per wave, over all schools together.

    Parameters
    ----------
    frame
        Answers, one row per person and wave.
    scales
        The names of scales that `score` made, a list of columns that make one scale, or a mapping from names to columns; without it all
        that `score` made. Answers to reversed questions given as columns must have been turned round.
    wave
        The column; without it found by name, or one wave where there is none.
    confidence
        Of the intervals.
    resamples
        How many times people are resampled for the interval of omega; 0 for none.
    seed
        Of the resampling.

    Returns
    -------
    DataFrame
        scale, wave, items, n (people who answered all), alpha with Feldt's interval, omega (total, one factor by maximum likelihood) with
        its percentile interval. With fewer than ten people, or one item, there is neither.

    Raises
    ------
    FrameError
        For a scale that is not known, and for columns that are no numbers.

    Notes
    -----
    Feldt 1965; McDonald 1999. The same numbers as `pingouin.cronbach_alpha(..., nan_policy="listwise")` and R's `psych::omega(nfactors=1)`.

    Examples
    --------
    >>> from toolkit.analysis.scales import load_example, score
    >>> reliability(score(load_example(), "energie_own9"), "energie_own9")[["wave", "items", "n", "alpha", "omega"]].round(2)
       wave  items   n  alpha  omega
    0  sept      9  79   0.92   0.92
    1  june      9  77   0.91   0.91
    """
    check_options(confidence=confidence)
    rows = []
    for name, columns in _find_scales(frame, scales).items():
        long = read_frame(frame, dv=columns, wave=wave, person=False, school=False, varies=False, needs=())
        for told, here in _split_waves(long):
            answers = _turn_round(here[columns].to_numpy(dtype=np.float64), frame, name)
            rows.append([name, told, len(columns), *_measure(answers, confidence, resamples, seed)])
    return _finish(rows, RELIABILITY, long)


def agreement(
    frame: pd.DataFrame,
    scales: Scales = None,
    *,
    wave: Column = None,
    school: Column = None,
    options: int | None = None,
    confidence: float = 0.95,
    smallest_group: int = 1,
) -> pd.DataFrame:
    """Return how far schools differ on scales and how far their people agree, per wave.

    Parameters
    ----------
    frame, scales, wave, confidence
        As in `reliability`.
    school
        The column; without it found by name.
    options
        The number of possible answers, for rwg(j); without it that of the instrument, or else the range of the answers in whole steps.
    smallest_group
        Schools with fewer people don't count for rwg(j), and for the ICC only together with others.

    Returns
    -------
    DataFrame
        scale, wave, schools, n (people), icc1 with its F interval, icc2, rwg (the median over schools of rwg(j), uniform null), spread (the
        mean standard deviation within schools). With fewer than three schools there is none of these.

    Raises
    ------
    FrameError
        As `reliability`.

    Notes
    -----
    ICC by analysis of variance with the size k0 (Bliese 2000); James, Demaree & Wolf 1984. High rwg without ICC(1) above 0 is agreement
    of everybody, not of the team (Woehr et al. 2015).

    Examples
    --------
    >>> from toolkit.analysis.scales import load_example, score
    >>> agreement(score(load_example(), "energie_own9"), "energie_own9")[["wave", "schools", "n", "icc1", "rwg"]].round(2)
       wave  schools   n  icc1   rwg
    0  sept        6  96  0.05  0.90
    1  june        6  91 -0.01  0.91
    """
    smallest_group = check_options(confidence=confidence, smallest_group=smallest_group)
    rows = []
    for name, columns in _find_scales(frame, scales).items():
        scored = [name] if name in frame.columns and name not in columns else []
        long = read_frame(frame, dv=[*columns, *scored], wave=wave, person=False, school=school, varies=False, needs=("school",))
        for told, here in _split_waves(long):
            own = here.assign(score=here[scored[0]] if scored else here[columns].mean(axis=1)).dropna(subset="score")
            answers = _turn_round(here[columns].to_numpy(dtype=np.float64), frame, name)
            number = options or _count_options(answers, frame, name)
            rows.append([name, told, *_compare_teams(own, answers, here["school"].to_numpy(dtype=str), number, confidence, smallest_group)])
    return _finish(rows, AGREEMENT, long)


def _find_scales(frame: pd.DataFrame, scales: Scales) -> dict[str, list[str]]:
    """Return the columns of each scale."""
    check_frame(frame)
    made = frame.attrs.get("scales", {})
    known = {name: about["items"] for name, about in made.items() if about["items"]}
    if isinstance(scales, Mapping):
        return {str(name): list(columns) for name, columns in scales.items()}
    if scales is None:
        scales = [name for name, items in known.items() if len(items) > 1]
    names = [scales] if isinstance(scales, str) else list(scales)
    if names and all(name in known for name in names):
        return {name: list(known[name]) for name in names}
    if not names or isinstance(scales, str) or len(names) < 2:
        refuse("no_scale", scale=tell(names), known=tell(known))
    return {"scale": names}


def _split_waves(long: Long) -> Iterator[tuple[str, pd.DataFrame]]:
    for place in sorted(long.table["wave"].unique()):
        yield str(long.waves[place]) if long.waves else "", long.table[long.table["wave"] == place]


def _turn_round(answers: np.ndarray, frame: pd.DataFrame, name: str) -> np.ndarray:
    """Return the answers to a scale of an instrument with its reversed questions turned round."""
    about = frame.attrs.get("scales", {}).get(name, {})
    reverse = np.array([column in about.get("reverse", ()) for column in about.get("items", ())], dtype=bool)
    if not reverse.any():
        return answers
    low, high = about["range"]
    return np.where(reverse, low + high - answers, answers)


def _measure(answers: np.ndarray, confidence: float, resamples: int, seed: int) -> list[Any]:
    n = int((~np.isnan(answers)).all(axis=1).sum())
    if n < SMALLEST_NUMBER or answers.shape[1] < 2:
        return [n, *[np.nan] * 6]
    alpha = compute_alpha(answers, confidence)
    generator = np.random.default_rng(seed) if resamples else None
    omega = estimate_omega(answers, generator=generator, resamples=resamples or 2000, level=confidence)
    return [n, alpha.alpha, alpha.low, alpha.high, omega.estimate, *([omega.low, omega.high] if resamples else [np.nan, np.nan])]


def _compare_teams(
    people: pd.DataFrame, answers: np.ndarray, school: np.ndarray, options: int, confidence: float, smallest_group: int
) -> list[Any]:
    sizes = people["school"].value_counts()
    teams = sizes[sizes >= smallest_group].index
    pooled = people[people["school"].isin(list_pooled(sizes, smallest_group))]
    if len(teams) < SMALLEST_NUMBER_OF_TEAMS:
        return [len(teams), len(pooled), *[np.nan] * 6]
    icc = compute_team_icc(pooled["score"].to_numpy(), pooled["school"].to_numpy(dtype=str), confidence)
    within = people[people["school"].isin(teams)].groupby("school")["score"].std()
    in_team = np.isin(school, teams.to_numpy(dtype=str))
    found = compute_agreement(answers[in_team], school[in_team], options).rwgj if options > 1 else np.array([np.nan])
    median = float(np.nanmedian(found)) if np.isfinite(found).any() else np.nan
    return [pooled["school"].nunique(), len(pooled), icc.icc1, icc.low, icc.high, icc.icc2, median, float(within.mean())]


def _count_options(answers: np.ndarray, frame: pd.DataFrame, name: str) -> int:
    """Return the number of possible answers in whole steps."""
    ends = frame.attrs.get("scales", {}).get(name, {}).get("range")
    low, high = ends or (np.nanmin(answers), np.nanmax(answers))
    return int(np.rint(high - low)) + 1


def _finish(rows: list[list[Any]], columns: tuple[str, ...], long: Long) -> pd.DataFrame:
    table = hide_on_pages(pd.DataFrame(rows, columns=list(columns)))
    waves = [str(wave) for wave in long.waves]
    table["wave"] = pd.Categorical(table["wave"], waves or [""], ordered=True)
    table.attrs = {"wave": long.columns["wave"] or None, "school": long.columns["school"] or None}
    return table if waves else table.drop(columns="wave")
