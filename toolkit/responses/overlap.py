"""Overlap: the same answers in two places, as where rows were pasted again or one export holds what belongs to another."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations_with_replacement
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import bdtrc, pdtrc

from toolkit.findings import Notes, list_some
from toolkit.responses.checks import trace_answers
from toolkit.study.rules import load_rules
from toolkit.study.study import Study

#: a place is one school and wave in one file.
PLACE = ["source", "school", "wave"]
#: answers that so many rows gave alike are common, and tell nothing.
COMMON = 40
#: so do answers that more rows than this of one place gave alike.
OFTEN = 1
#: with more kinds of questionnaires than these they are not compared with each other.
KINDS = 6
#: so many questions at least must have been asked in both places.
ITEMS = 3
#: so many rows at least, unless a single row is too varied for chance.
ROWS = 3
#: how sure it must be that the answers did not come out alike by chance.
CHANCE = 1e-4
#: answers of one person go together: so much of what each of them tells is taken to be its own.
OWN = 0.7
#: how often a person gives one question the same answer in another wave, at most; and all questions, at least.
SAME = 0.65
SAME_ALL = 0.0005
#: rows that differ in nothing must be so many times those that differ in one answer.
NEAR = 3
#: so many rows are looked at to tell chance, and so many are named.
SOME = 50
NAMED = 10


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows that were asked the same: which place each is of, how varied it is, and a number that is the same for the same answers."""

    index: NDArray[np.intp]
    places: NDArray[np.intp]
    varied: NDArray[np.int64]
    prints: NDArray[np.float64]
    items: list[str]
    #: how often each answer to an item was given, once that was asked.
    given: dict[str, dict[Hashable, float]] = field(default_factory=dict)


def tell_same_files(files: Iterable[tuple[str, Mapping[str, Any]]], notes: Notes) -> None:
    """Note files with different names and the same bytes: one was probably saved under the wrong name.

    Each file comes as its path with its row of SOURCES.
    """
    seen: dict[str, str] = {}
    for path, source in files:
        first = seen.setdefault(source["sha256"], path)
        if first != path:
            notes.add("file_same", file=source["source"], expected=first)


def check_overlap(frame: pd.DataFrame, study: Study, notes: Notes) -> None:
    """Note which files hold the same answers, and in how many rows: once per pair of files.

    `frame` has a row per form, before doubles are left out. Two forms of one person with answers of their own are no overlap.
    """
    columns = [column for instrument in study.instruments for column in instrument.columns]
    numbers, _ = pd.factorize(pd.MultiIndex.from_frame(frame[PLACE]))
    parts = [_find_pairs(rows, frame) for rows in _group_rows(frame, columns, numbers.astype(np.intp), study)]
    pairs = [part for part in parts if len(part)]
    if not pairs:
        return
    found = pd.concat(pairs, ignore_index=True)
    sources = frame["source"].to_numpy()
    files = pd.MultiIndex.from_arrays([sources[found["first"]], sources[found["second"]]])
    for (first, second), shared in found.groupby(files, sort=False):
        _tell(str(first), str(second), shared, frame, notes)


def _group_rows(frame: pd.DataFrame, columns: Sequence[str], places: NDArray[np.intp], study: Study) -> Iterator[_Rows]:
    """Yield the rows of every two kinds of questionnaires, with what they hold of the questions that both have."""
    asked = frame[list(columns)].notna().groupby(places).any().to_numpy()
    kinds, kind = np.unique(asked, axis=0, return_inverse=True)
    several = len(kinds) <= KINDS
    for one, other in combinations_with_replacement(range(len(kinds)), 2):
        items = [column for column, both in zip(columns, kinds[one] & kinds[other], strict=True) if both]
        if len(items) >= ITEMS and (several or one == other):
            index = np.flatnonzero(np.isin(kind[places], [one, other]))
            rows = frame.iloc[index]
            varied, prints = trace_answers(rows, study, np.random.default_rng(study.seed), items)
            own = np.array([one == other]) | (kind[places[index]] == one)
            yield _Rows(index, np.where(own, places[index], -1 - places[index]), varied, prints, items)


def _find_pairs(rows: _Rows, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of two places (`first` and `second`, as positions in `frame`) that are the same, too many for chance."""
    least = 1 if len(rows.items) < 5 else 2
    table = pd.DataFrame({"at": rows.index, "place": rows.places, "print": rows.prints, "varied": rows.varied})[rows.varied >= least]
    usual = table.groupby(["print", "place"])["at"].transform("size") > OFTEN
    table = table[~table["print"].isin(table.loc[usual, "print"])]
    table = table[table.groupby("print")["at"].transform("size").between(2, COMMON)]
    pairs = table.merge(table, on="print", suffixes=("", "_other"))
    mixed = (rows.places < 0).any()
    pairs = pairs[(pairs["at"] < pairs["at_other"]) & (pairs["place"] != pairs["place_other"])]
    pairs = pairs[(pairs["place"] < 0) != (pairs["place_other"] < 0)] if mixed else pairs
    kept = [group for _, group in pairs.groupby(["place", "place_other"], sort=False) if _is_sure(group, rows, frame)]
    columns = {"at": "first", "at_other": "second"}
    return pd.concat(kept)[[*columns]].rename(columns=columns) if kept else pd.DataFrame(columns=["first", "second"])


def _is_sure(pairs: pd.DataFrame, rows: _Rows, frame: pd.DataFrame) -> bool:
    """Return whether the same answers in two places are more than strangers, or the same people in two waves, give by chance."""
    one, other = (rows.index[rows.places == pairs[name].iloc[0]] for name in ("place", "place_other"))
    codes = frame["code"].to_numpy()
    alike = pairs[(codes[pairs["at"]] == codes[pairs["at_other"]]) & (codes[pairs["at"]] != "")]
    if len(alike) >= ROWS and _is_sure_of_people(alike["at"].nunique(), one, other, rows, frame):
        return True
    waves = frame["wave"].to_numpy()[pairs[["at", "at_other"]].iloc[0]]
    at_once = waves[0] == waves[1]
    strangers = pairs if at_once else pairs.drop(alike.index)
    count = min(strangers["at"].nunique(), strangers["at_other"].nunique())
    varied = at_once and count and strangers["varied"].max() >= load_rules().suspicions["copied_answers"].cut
    if count < (1 if varied else ROWS):
        return False
    some = strangers["at"].unique()[:SOME]
    expected = len(one) * len(other) * float(np.mean([_find_chance(at, rows, frame) for at in some]))
    looked_at = max(1, len(np.unique(rows.places)) * (len(np.unique(rows.places)) - 1) / 2)
    return bool(pdtrc(count - 1, expected) < CHANCE / looked_at) and _is_apart(_count_differing(some, other, rows, frame).ravel())


def _is_sure_of_people(count: int, one: NDArray[np.intp], other: NDArray[np.intp], rows: _Rows, frame: pd.DataFrame) -> bool:
    """Return whether so many people with the same answers in two places are more than people who answer alike twice."""
    codes = frame["code"]
    parts = [pd.DataFrame({"at": index, "code": codes.iloc[index].to_numpy()}).query("code != ''") for index in (one, other)]
    both = parts[0].merge(parts[1], on="code", suffixes=("", "_other"))
    first, second = (_read(frame, both[name].to_numpy(), rows.items) for name in ("at", "at_other"))
    differing = (first != second).sum(axis=1)
    least = pd.Series(differing).groupby(both["code"].to_numpy()).min().to_numpy()
    chance = max(SAME_ALL, SAME ** len(rows.items))
    return bool(bdtrc(count - 1, len(least), chance) < CHANCE) and _is_apart(least)


def _count_differing(some: NDArray[np.intp], others: NDArray[np.intp], rows: _Rows, frame: pd.DataFrame) -> NDArray[np.int64]:
    """Return in how many answers each of some rows differs from each of the others."""
    against = _read(frame, others, rows.items)
    return np.array([(against != row).sum(axis=1) for row in _read(frame, some, rows.items)])


def _read(frame: pd.DataFrame, at: NDArray[np.intp], items: Sequence[str]) -> NDArray[np.float64]:
    """Return the answers of some rows, with one number for all that were not given."""
    answers: NDArray[np.float64] = np.nan_to_num(frame.take(at)[list(items)].to_numpy(dtype=np.float64), nan=-np.inf)
    return answers


def _is_apart(differing: NDArray[np.int64]) -> bool:
    """Return whether those that differ in nothing are many more than those that differ in one answer; by chance the latter are more."""
    return int((differing == 0).sum()) > NEAR * int((differing == 1).sum())


def _find_chance(at: int, rows: _Rows, frame: pd.DataFrame) -> float:
    """Return how likely it is that somebody else gives the answers of one row, from how often each of them was given."""
    answers = frame[rows.items].iloc[at]
    logs = 0.0
    for item in rows.items:
        if np.isfinite(answers[item]):
            if item not in rows.given:
                rows.given[item] = frame[item].value_counts(normalize=True).to_dict()
            logs += np.log(rows.given[item][answers[item]])
    return float(np.exp(OWN * logs))


def _tell(first: str, second: str, shared: pd.DataFrame, frame: pd.DataFrame, notes: Notes) -> None:
    """Note which rows of two files (or of two places in one) are the same."""
    earlier, later = (frame.iloc[np.unique(shared[name])] for name in ("first", "second"))
    both = pd.concat([earlier, later])
    rows = [list_some(map(str, part["row"]), NAMED) for part in (earlier, later)]
    places = {name: ", ".join(dict.fromkeys(both[name])) for name in ("school", "wave")}
    notes.add(
        "answers_shared",
        file=second,
        row=int(later["row"].iloc[0]),
        value=rows[1],
        expected=f"{first}: {rows[0]}",
        count=len(later),
        **places,
    )
