"""What people picked: the share of each option per school and wave, over schools, and who picked otherwise the second time.

A share needs ten people, as the answers to a statement do; an option that everybody or nobody picked carries no number. Shares over schools
are computed from those of schools that are shown, so they reveal nothing more. The table of those who answered twice is there where each of
its cells is nobody or at least the smallest group, and where those who answered once are nobody or enough for a spread.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from toolkit.analysis.people import SMALLEST_NUMBER_OF_SCHOOLS
from toolkit.results.rows import NEARLY, find_spread_floor, keep_reported, make_blank, make_row, may_count
from toolkit.schemas import SCORES, SHARES, SWITCHES, WHO
from toolkit.statistics.categories import compute_share, compute_symmetry, count_switches
from toolkit.statistics.means import compute_mean
from toolkit.study.instruments import Answers, Instrument, Item
from toolkit.study.study import Comparison, Study

#: What stands before the id of an item where it takes the place of a scale, so that it is none.
ITEM = "item:"
Question = tuple[Instrument, Item, str, Answers]


def list_questions(study: Study) -> list[Question]:
    """Return the questions of a study that are answered by picking, each with its rating."""
    return [(instrument, *question) for instrument in study.instruments for question in instrument.picked]


def take_picked(responses: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return what everybody picked in the shape of SCORES, the question in the place of the scale; for the test of all sums."""
    parts = [SCORES.empty()]
    for instrument, item, rating, _ in list_questions(study):
        column = instrument.name_column(item.id, rating)
        given = responses[responses[column].notna()] if column in responses else responses.iloc[:0]
        about: dict[str, Any] = {"instrument": instrument.id, "scale": f"{ITEM}{item.id}", "rating": rating, "answered": 1, "asked": 1}
        if len(given):
            parts.append(SCORES.conform(given[list(WHO)].assign(**about, score=given[column])))
    return pd.concat(parts[1:] or parts, ignore_index=True)


def add_picked(scores: pd.DataFrame, responses: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the scores with what people picked behind them: everything that published numbers are sums of."""
    picked = take_picked(responses, study)
    return pd.concat([scores, picked], ignore_index=True) if len(picked) else scores


def estimate_shares(responses: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return per school, wave and question the share of each option with the interval of Wilson, and how many wrote something.

    The shares of `several` can add up to more than 1. People count as in the means of a report: who missed a wave is left out where these
    are one to four (`keep_reported`).
    """
    picked = keep_reported(take_picked(responses, study), study)
    rows: list[dict[str, Any]] = []
    for instrument, item, rating, answers in list_questions(study):
        given = take_question(picked, instrument, item, rating).groupby(["school", "wave"])["score"].agg(list).to_dict()
        for school in study.schools:
            for wave in study.list_moments(instrument.id):
                where = {"school": school.id, "wave": wave.id, "instrument": instrument.id, "item": item.id, "rating": rating}
                rows += describe_shares(where, given.get((school.id, wave.id), []), answers, study)
    return SHARES.collect([*rows, *_count_written(responses, study)])


def take_question(picked: pd.DataFrame, instrument: Instrument, item: Item, rating: str) -> pd.DataFrame:
    """Return what was picked on one question."""
    about = (picked["instrument"] == instrument.id) & (picked["scale"] == f"{ITEM}{item.id}") & (picked["rating"] == rating)
    return picked[about]


def describe_shares(where: dict[str, Any], given: list[float], answers: Answers, study: Study) -> Iterator[dict[str, Any]]:
    """Yield the share of each option among `given` answers, or why it is not shown."""
    chosen = [answers.list_picked(answer) for answer in given]
    for option in answers.options:
        here = _add_rests(where | {"answer": option.value})
        if len(given) < find_spread_floor(study):
            state, reason = ("hidden", "too_few_for_spread") if given else ("not_measured", "no_answers")
            yield make_blank(here, "share", state, reason)
            continue
        share = compute_share(sum(option.value in values for values in chosen), len(given), study.confidence)
        if round(100 * share.estimate) in (0, 100):
            yield make_blank(here, "share", "hidden", "nearly_all" if share.estimate > 0.5 else "nearly_none")
        else:
            yield make_row(here, "share", share.estimate, share.n, "Wilson", low=share.low, high=share.high)


def _count_written(responses: pd.DataFrame, study: Study) -> Iterator[dict[str, Any]]:
    """Yield how many people of each school and wave wrote something: nothing of what they wrote."""
    for instrument in study.instruments:
        for item, rating, _ in instrument.worded:
            column = instrument.name_column(item.id, rating)
            written = responses[responses[column].notna()] if column in responses else responses.iloc[:0]
            counts = written.groupby(["school", "wave"]).size().to_dict()
            for school in study.schools:
                for wave in study.list_moments(instrument.id):
                    where = {"school": school.id, "wave": wave.id, "instrument": instrument.id, "item": item.id, "rating": rating}
                    n = int(counts.get((school.id, wave.id), 0))
                    yield _describe_count(_add_rests(where | {"answer": 1.0}), n, study)


def _describe_count(where: dict[str, Any], n: int, study: Study) -> dict[str, Any]:
    if not n:
        return make_blank(where, "answered", "not_measured", "no_answers")
    return make_row(where, "answered", n, n, "count") if may_count(n, study) else make_blank(where, "answered", "hidden", "too_few")


def average_shares(shares: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return shares of schools that may be shown, with their mean over schools: each school once, interval with t over schools.

    It is computed from what is shown of four schools or more, and of those on the trajectory only where there are comparison schools.
    """
    others = {school.id for school in study.schools if study.has_comparison_schools and school.group == "comparison"}
    of_all = (shares["quantity"] == "share") & (shares["role"] == "")
    known = shares[of_all & ((shares["state"] == "shown") | shares["method"].isin(NEARLY))]
    known = known[~known["school"].isin(others)]
    values = known["estimate"].where(known["state"] == "shown", known["method"].map(NEARLY))
    rows: list[dict[str, Any]] = []
    cells = shares.loc[of_all, ["wave", "instrument", "item", "rating", "answer"]].drop_duplicates()
    groups: dict[Any, pd.DataFrame] = dict(iter(known.assign(value=values).groupby(list(cells), sort=False)))
    for key in cells.itertuples(index=False, name=None):
        where: dict[str, Any] = {"school": "", "role": "", **dict(zip(map(str, cells), key, strict=True))}
        group = groups.get(key)
        if group is None or len(group) < SMALLEST_NUMBER_OF_SCHOOLS:
            rows.append(make_blank(_add_rests(where), "share", "not_computable", "too_few_schools"))
            continue
        mean = compute_mean(group["value"], study.confidence)
        if round(100 * mean.estimate) in (0, 100):
            rows.append(make_blank(_add_rests(where), "share", "hidden", "nearly_all" if mean.estimate > 0.5 else "nearly_none"))
            continue
        n = int(group["n"].sum())
        low, high = np.clip([mean.low, mean.high], 0.0, 1.0)  # all alike: no interval
        ends = {"low": float(low), "high": float(high), "std_error": mean.std_error}
        about = where | {"df": mean.df, "schools": len(group)}
        rows.append(make_row(about, "share", mean.estimate, n, "mean of schools", **ends))
    return SHARES.conform(pd.concat([shares, SHARES.collect(rows)], ignore_index=True)) if rows else shares


def _add_rests(where: dict[str, Any]) -> dict[str, Any]:
    return {"role": "", "schools": 0} | where | {"df": np.nan}


def estimate_switches(responses: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return per school and comparison how many of those who answered twice went from each option to each, and the test of symmetry.

    `symmetry` holds the exact test of McNemar for two options, with how many switched; for more the test of Bowker, with its statistic.
    Nothing where people can't be followed, and for `several`.
    """
    if study.matching.by == "none":
        return SWITCHES.empty()
    picked = keep_reported(take_picked(responses, study), study)
    rows: list[dict[str, Any]] = []
    for instrument, item, rating, answers in list_questions(study):
        own = take_question(picked, instrument, item, rating)
        by_school = dict(iter(own.groupby("school")))
        for school in study.schools if answers.kind != "several" else ():
            people = by_school.get(school.id, own.iloc[:0]).set_index(["respondent", "wave"])["score"].unstack("wave")
            for comparison in study.planned:
                where = {"school": school.id, "comparison": comparison.id, "instrument": instrument.id, "item": item.id, "rating": rating}
                rows += _describe_switches(where, people, comparison, answers, study)
    return SWITCHES.collect(rows)


def _describe_switches(
    where: dict[str, Any], people: pd.DataFrame, comparison: Comparison, answers: Answers, study: Study
) -> Iterator[dict[str, Any]]:
    options = [option.value for option in answers.options]
    waves = people.reindex(columns=[comparison.before, comparison.after])
    table = count_switches(waves[comparison.before], waves[comparison.after], options)
    pairs = int(table.sum())
    once = int(waves.notna().sum(axis=1).eq(1).sum())
    found = compute_symmetry(table)
    test = where | {"answer": options[0], "answer_after": options[1], "df": found.df, "pairs": pairs}
    blank = {"df": np.nan, "pairs": 0}
    if reason := _find_reason(table, once, study):
        state = "not_measured" if reason == "no_answers" else "hidden"
        yield from (make_blank(where | ends | blank, "switched", state, reason) for ends in _list_ends(options))
        yield make_blank(test | blank, "symmetry", state, reason)
        return
    for ends, count in zip(_list_ends(options), table.ravel().tolist(), strict=True):
        yield make_row(where | ends | blank | {"pairs": pairs}, "switched", float(count), pairs, "count")
    if not found.switched:
        yield make_blank(test | blank, "symmetry", "not_computable", "nobody_switched")
    else:
        method = "McNemar, exact" if len(options) == 2 else "Bowker"
        estimate = float(found.switched) if len(options) == 2 else found.statistic
        yield make_row(test, "symmetry", estimate, pairs, method, p_value=found.p_value)


def _list_ends(options: list[float]) -> list[dict[str, float]]:
    return [{"answer": one, "answer_after": other} for one in options for other in options]


def _find_reason(table: np.ndarray, once: int, study: Study) -> str:
    """Return why a table of switchers may not be shown; "" if it may."""
    pairs = int(table.sum())
    if not pairs:
        return "no_answers"
    if pairs < find_spread_floor(study) or 0 < once < find_spread_floor(study):
        return "too_few_for_spread"
    return "" if all(may_count(int(count), study) for count in table.ravel()) else "few_switched"
