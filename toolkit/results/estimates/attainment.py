"""Attainment: which share of the gap between what is aimed at and what is was closed since, per school and over schools.

It is computed from results that are shown, and only where they are: the change in what is, divided by the gap in the wave before. So it
tells no further sum over people. The change and the gap of a school count as they are rounded on its page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from toolkit.results.estimates.change import pair_waves
from toolkit.results.estimates.pooled import take_outcome
from toolkit.results.rows import Rests, find_spread_floor, keep_reported, make_blanks, make_estimate
from toolkit.schemas import CHANGE, LEVELS
from toolkit.statistics.means import compute_ratio, divide_estimates
from toolkit.study.instruments import Instrument, Rating
from toolkit.study.study import Comparison, Outcome, Study

#: Attainment is a ratio: if less than this was left to reach, it says nothing.
SMALLEST_GAP = 0.5
ATTAINMENT = "attainment"
#: What it is computed from: the changes, and of those and the gaps these columns.
CHANGES = ("change", "change_common", "average_change")
TOLD = ("state", "method", "estimate", "std_error", "n", "df", "pairs", "schools")
Tables = dict[tuple[Any, ...], Any]


def attain_over_schools(where: dict[str, Any], changes: np.ndarray, begun: np.ndarray, rests: Rests, level: float) -> dict[str, Any]:
    """Return the average change of schools divided by their average gap before, with the interval of Fieller over schools."""
    if begun.mean() < SMALLEST_GAP:
        return make_blanks(where, [ATTAINMENT], "not_computable", "gap_too_small")[0]
    return make_estimate(where, ATTAINMENT, compute_ratio(changes, begun, level), rests, "average change / average gap before, Fieller")


def add_attainment(change: pd.DataFrame, levels: pd.DataFrame, scores: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return shown changes with the attainment of every scale that has a rating that is an aim, per school and over schools."""
    gaps = [(instrument, gap) for instrument in study.scored_instruments if (gap := instrument.find_gap())]
    if not gaps:
        return change
    found = CHANGE.collect(row for instrument, gap in gaps for row in _attain_instrument(change, levels, scores, instrument, gap, study))
    return pd.concat([change, found], ignore_index=True) if len(found) else change


def _attain_instrument(
    change: pd.DataFrame, levels: pd.DataFrame, scores: pd.DataFrame, instrument: Instrument, gap: Rating, study: Study
) -> Iterator[dict[str, Any]]:
    changes = change[change["quantity"].isin(CHANGES) & (change["instrument"] == instrument.id) & (change["rating"] == gap.parts[1])]
    gaps = levels[(levels["quantity"] == "mean") & (levels["instrument"] == instrument.id) & (levels["rating"] == gap.id)]
    valid = keep_reported(scores[scores["instrument"] == instrument.id], study)
    known = dict([*_list_rows(changes, CHANGE.key), *_list_rows(gaps, LEVELS.key)])
    for comparison in study.planned:
        yield from _attain(known, valid, instrument, gap, comparison, study)


def _list_rows(table: pd.DataFrame, key: Sequence[str]) -> Iterator[tuple[tuple[Any, ...], dict[str, Any]]]:
    rows: list[Any] = table[[name for name in TOLD if name in table]].to_dict("records")
    return zip(table[list(key)].itertuples(index=False, name=None), rows, strict=True)


def _attain(
    known: Tables, scores: pd.DataFrame, instrument: Instrument, gap: Rating, comparison: Comparison, study: Study
) -> Iterator[dict[str, Any]]:
    now = gap.parts[1]
    for scale in instrument.scales:
        what = (instrument.id, scale.id)
        shared = {"comparison": comparison.id, "instrument": instrument.id, "scale": scale.id, "rating": now, "verdict": ""}
        found = {s.id: (known.get((s.id, comparison.id, *what, now, "change_common")), _find_gap(known, s.id, comparison, what, gap))
                 for s in study.schools}  # fmt: skip
        average = known.get(("", comparison.id, *what, now, "average_change"))
        if average is not None:
            yield _attain_average({"school": ""} | shared, average, found, study)
        people = [pair_waves(take_outcome(scores, Outcome(instrument=what[0], scale=what[1], rating=r)), comparison) for r in (now, gap.id)]
        both = pd.DataFrame({"change": people[0]["after"] - people[0]["before"], "gap": people[1]["before"]}).dropna()
        by_school: dict[Any, Any] = both.groupby(level="school").indices
        for school in study.schools:
            row = known.get((school.id, comparison.id, *what, now, "change"))
            if row is not None:
                own = both.take(by_school.get(school.id, []))
                yield _attain_school({"school": school.id} | shared, row, found[school.id][1], own, study)


def _find_gap(known: Tables, school: str, comparison: Comparison, what: tuple[str, str], gap: Rating) -> dict[str, Any] | None:
    row: dict[str, Any] | None = known.get((school, comparison.before, *what, gap.id, "mean"))
    return row


def _attain_average(where: dict[str, Any], average: dict[str, Any], found: dict[str, Any], study: Study) -> dict[str, Any]:
    if average["state"] != "shown":
        return make_blanks(where, [ATTAINMENT], average["state"], average["method"])[0]
    shown = [pair for pair in found.values() if all(row is not None and row["state"] == "shown" for row in pair)]
    if len(shown) != average["schools"]:  # some of the schools in the average are not shown
        return make_blanks(where, [ATTAINMENT], "hidden", "subtraction")[0]
    changes, gaps = (np.array([pair[end]["estimate"] for pair in shown]) for end in (0, 1))
    rests = Rests(int(average["n"]), int(average["pairs"]), len(shown))
    return attain_over_schools(where, changes, gaps, rests, study.confidence)


def _attain_school(
    where: dict[str, Any], change: dict[str, Any], gap: dict[str, Any] | None, people: pd.DataFrame, study: Study
) -> dict[str, Any]:
    """Return the change of a school divided by its gap before; how both go together comes from those who answered twice."""
    for row in (change, gap):
        if row is None or row["state"] != "shown":
            state, reason = (row["state"], row["method"]) if row else ("not_measured", "no_answers")
            return make_blanks(where, [ATTAINMENT], state, reason)[0]
    assert gap is not None
    if not np.isfinite([change["std_error"], gap["std_error"]]).all() or len(people) < find_spread_floor(study):
        return make_blanks(where, [ATTAINMENT], "hidden", "too_few_for_spread")[0]
    means = round(change["estimate"], 2), round(gap["estimate"], 2)
    if means[1] < SMALLEST_GAP:
        return make_blanks(where, [ATTAINMENT], "not_computable", "gap_too_small")[0]
    together = float(np.cov(people["change"], people["gap"])[0, 1]) / len(people)
    ratio = divide_estimates(means, (change["std_error"] ** 2, gap["std_error"] ** 2, together), change["df"], study.confidence)
    rests = Rests(int(change["n"]), int(change["pairs"]), 1)
    return make_estimate(where, ATTAINMENT, ratio, rests, "change / gap before, Fieller", "gap_too_small")
