"""What people picked: the share of each option per school and wave, over schools, and who picked otherwise the second time; and key words.

A share needs ten people, as the answers to a statement do; an option that everybody or nobody picked carries no number. Shares over schools
are computed from those of schools that are shown, so they reveal nothing more. The table of those who answered twice is there where each of
its cells is nobody or at least the smallest group, and where those who answered once are nobody or enough for a spread. A key word is told
where at least the smallest group wrote it, of ten people or more; how many wrote another word, where that is nobody or such a group too.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from toolkit.analysis.people import SMALLEST_NUMBER_OF_SCHOOLS
from toolkit.languages import round_percent
from toolkit.results.rows import NEARLY, find_floor, find_spread_floor, keep_reported, make_blank, make_row, may_count
from toolkit.schemas import SCORES, SHARES, SWITCHES, WHO
from toolkit.spelling import fold_words
from toolkit.statistics.categories import compute_share, compute_symmetry, count_switches
from toolkit.statistics.means import compute_mean
from toolkit.statistics.multiple_testing import compute_adjusted_p
from toolkit.study.answers import Answers
from toolkit.study.instruments import Instrument, Item
from toolkit.study.study import Comparison, Study

#: What stands before the id of an item where it takes the place of a scale, so that it is none.
ITEM = "item:"
Question = tuple[Instrument, Item, str, Answers]


def list_questions(study: Study, *, words: bool = False) -> list[Question]:
    """Return the questions of a study that are answered by picking, each with its rating; with `words` those in key words too."""
    found: list[Question] = [(instrument, *question) for instrument in study.instruments for question in instrument.picked]
    asked = [(instrument, item, rating) for instrument in study.instruments for item, rating, _ in instrument.key_words if words]
    return [*found, *((instrument, item, rating, instrument.find_answers(rating, item)) for instrument, item, rating in asked)]


def take_picked(responses: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return what everybody picked, and who wrote key words, in the shape of SCORES, the question in the place of the scale."""
    parts = [SCORES.empty()]
    for instrument, item, rating, _ in list_questions(study, words=True):
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
    """Return per school, wave and question the share of each option with the interval of Wilson, how many wrote something, and key words.

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
    return SHARES.collect([*rows, *_count_written(responses, study), *_count_words(picked, responses, study)])


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
        if round_percent(share.estimate) in (0, 100):
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


def _count_words(picked: pd.DataFrame, responses: pd.DataFrame, study: Study) -> Iterator[dict[str, Any]]:
    """Yield how many people of each school and wave wrote each key word."""
    for instrument in study.instruments:
        for item, rating, column in instrument.key_words:
            if column not in responses:
                continue
            people = take_question(picked, instrument, item, rating)[["respondent", "school", "wave"]]
            written = people.merge(responses[["respondent", "wave", column]], on=["respondent", "wave"])
            cells: dict[Any, list[str]] = written.groupby(["school", "wave"])[column].agg(list).to_dict()
            for wave in study.list_moments(instrument.id):
                for school in study.schools:
                    where = {"school": school.id, "wave": wave.id, "instrument": instrument.id, "item": item.id, "rating": rating}
                    texts = cells.get((school.id, wave.id), [])
                    yield from _describe_words(_add_rests(where | {"answer": 1.0}), texts, study)


def _describe_words(where: dict[str, Any], texts: Sequence[str], study: Study) -> Iterator[dict[str, Any]]:
    """Yield how many of these people wrote each word that enough of them wrote, and how many wrote another one."""
    if len(texts) < find_spread_floor(study):
        state, reason = ("hidden", "too_few_for_spread") if texts else ("not_measured", "no_answers")
        yield make_blank(where, "other_words", state, reason)
        return
    floor = find_floor(study)
    spelled: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for word in (word for text in texts for word in text.split("\n")):
        spelled[fold_words(word)][word] += 1
    kept = {word: spellings for word, spellings in spelled.items() if word and spellings.total() >= floor}
    for word, spellings in sorted(kept.items(), key=lambda entry: (-entry[1].total(), entry[0])):
        usual, count = min(spellings.items(), key=lambda entry: (-entry[1], entry[0]))
        yield _describe_word(where | {"word": usual if count >= floor else word}, "word", spellings.total(), len(texts))
    others = sum(any(fold_words(word) not in kept for word in text.split("\n")) for text in texts)
    if may_count(others, study):
        yield _describe_word(where, "other_words", others, len(texts))
    else:
        yield make_blank(where, "other_words", "hidden", "too_few")


def _describe_word(where: dict[str, Any], quantity: str, count: int, n: int) -> dict[str, Any]:
    if round_percent(count / n) == 100:
        return make_blank(where, quantity, "hidden", "nearly_all")
    return make_row(where, quantity, float(count), n, "count")


def average_shares(shares: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return shares of schools that may be shown, with their mean over schools: each school once, interval with t over schools.

    Key words are added up over the schools in which they are told. All that is computed from what is shown of four schools or more, and of
    those on the trajectory only where there are comparison schools.
    """
    of_all = (shares["quantity"] == "share") & (shares["role"] == "")
    known = shares[of_all & ((shares["state"] == "shown") | shares["method"].isin(NEARLY))]
    compared = study.has_comparison_schools
    own = [school.id for school in study.schools if not (compared and school.group == "comparison")]
    known = known[known["school"].isin(own)]
    values = known["estimate"].where(known["state"] == "shown", known["method"].map(NEARLY))
    rows = _add_up_words(shares[shares["school"].isin(own)])
    cells = shares.loc[of_all, ["wave", "instrument", "item", "rating", "answer"]].drop_duplicates()
    groups: dict[Any, pd.DataFrame] = dict(iter(known.assign(value=values).groupby(list(cells), sort=False)))
    for key in cells.itertuples(index=False, name=None):
        where: dict[str, Any] = {"school": "", "role": "", **dict(zip(map(str, cells), key, strict=True))}
        group = groups.get(key)
        if group is None or len(group) < SMALLEST_NUMBER_OF_SCHOOLS:
            rows.append(make_blank(_add_rests(where), "share", "not_computable", "too_few_schools"))
            continue
        mean = compute_mean(group["value"], study.confidence)
        if round_percent(mean.estimate) in (0, 100):
            rows.append(make_blank(_add_rests(where), "share", "hidden", "nearly_all" if mean.estimate > 0.5 else "nearly_none"))
            continue
        n = int(group["n"].sum())
        low, high = np.clip([mean.low, mean.high], 0.0, 1.0)  # all alike: no interval
        ends = {"low": float(low), "high": float(high), "std_error": mean.std_error}
        about = _add_rests(where) | {"df": mean.df, "schools": len(group)}
        rows.append(make_row(about, "share", mean.estimate, n, "mean of schools", **ends))
    return SHARES.conform(pd.concat([shares, SHARES.collect(rows)], ignore_index=True)) if rows else shares


def _add_up_words(shares: pd.DataFrame) -> list[dict[str, Any]]:
    """Return how many people wrote each key word, of the schools in which that is told; nothing of fewer than four that tell any words."""
    rows: list[dict[str, Any]] = []
    written = shares[shares["quantity"].isin(["word", "other_words"])]
    place = ["wave", "instrument", "item", "rating", "answer"]
    for key, cell in written.groupby(place, sort=False):
        where = _add_rests({"school": "", **dict(zip(place, key, strict=True))})
        people = cell[cell["method"] != "no_answers"].groupby("school")["n"].max()
        told = people[people > 0]
        if people.empty or len(told) < SMALLEST_NUMBER_OF_SCHOOLS:
            state, reason = ("not_measured", "no_answers") if people.empty else ("not_computable", "too_few_schools")
            rows.append(make_blank(where, "other_words", state, reason))
            continue
        words = cell[(cell["quantity"] == "word") & cell["school"].isin(told.index)]
        counts = words["estimate"].where(words["state"] == "shown", words["school"].map(told))
        for _, same in words.assign(count=counts).groupby(words["word"].map(fold_words)):
            usual = same.groupby("word")["count"].sum().idxmax()
            about = where | {"word": str(usual), "schools": len(same)}
            rows.append(make_row(about, "word", float(same["count"].sum()), int(told.sum()), "count"))
        rows.append(make_blank(where, "other_words", "not_computable", "not_added_up"))
    return sorted(rows, key=lambda row: (row["item"], row["quantity"], -np.nan_to_num(row["estimate"]), row["word"]))


def _add_rests(where: dict[str, Any]) -> dict[str, Any]:
    return {"role": "", "word": "", "schools": 0} | where | {"df": np.nan}


def estimate_switches(responses: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return per school and comparison how many of those who answered twice went from each option to each, and the test of symmetry.

    `symmetry` holds the exact test of McNemar for two options, with how many switched; for more the test of Bowker, with its statistic.
    `several` has the test of McNemar for each option, with how many added and dropped it, corrected by Holm for the options that can be
    told. Nothing where people can't be followed.
    """
    if study.matching.by == "none":
        return SWITCHES.empty()
    picked = keep_reported(take_picked(responses, study), study)
    rows: list[dict[str, Any]] = []
    for instrument, item, rating, answers in list_questions(study):
        own = take_question(picked, instrument, item, rating)
        by_school = dict(iter(own.groupby("school")))
        describe = _describe_options if answers.kind == "several" else _describe_switches
        for school in study.schools:
            people = by_school.get(school.id, own.iloc[:0]).set_index(["respondent", "wave"])["score"].unstack("wave")
            for comparison in study.planned:
                where = {"school": school.id, "comparison": comparison.id, "instrument": instrument.id, "item": item.id, "rating": rating}
                rows += describe(where, people, comparison, answers, study)
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


def _describe_options(
    where: dict[str, Any], people: pd.DataFrame, comparison: Comparison, answers: Answers, study: Study
) -> Iterator[dict[str, Any]]:
    """Yield of each option of `several` how many picked it only the second time or only the first, and whether that is more than chance."""
    waves = people.reindex(columns=[comparison.before, comparison.after])
    once = int(waves.notna().sum(axis=1).eq(1).sum())
    both = waves.dropna()
    tables = {}
    for option in answers.options:
        picks = both.map(lambda answer, value=option.value: float(value in answers.list_picked(answer)))
        tables[option.value] = count_switches(picks[comparison.before], picks[comparison.after], [0.0, 1.0])
    reasons = {value: _find_reason(table, once, study) for value, table in tables.items()}
    tests = {value: compute_symmetry(table) for value, table in tables.items() if not reasons[value]}
    adjusted = dict(zip(tests, compute_adjusted_p([test.p_value for test in tests.values()]) if tests else (), strict=True))
    for value, table in tables.items():
        about = where | {"answer": value, "answer_after": value, "df": np.nan, "pairs": 0}
        if reasons[value]:
            state = "not_measured" if reasons[value] == "no_answers" else "hidden"
            yield from (make_blank(about, quantity, state, reasons[value]) for quantity in ("added", "dropped", "symmetry"))
            continue
        rests = about | {"pairs": len(both)}
        yield make_row(rests, "added", float(table[0, 1]), len(both), "count")
        yield make_row(rests, "dropped", float(table[1, 0]), len(both), "count")
        if switched := tests[value].switched:
            yield make_row(rests, "symmetry", float(switched), len(both), "McNemar, exact; Holm", p_value=float(adjusted[value]))
        else:
            yield make_blank(about, "symmetry", "not_computable", "nobody_switched")


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
