"""What the page across schools shows beside its main result: other ways to answer the same question, and how those who left began.

Both are new sums over people, so both could reveal a small group by subtraction: two averages with different weights can be solved for two
hidden schools, and the leavers of all schools may reveal those of one. So they go through the same test as all means and changes, together
with these and with what was published earlier; numbers that fail it are hidden.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pandas as pd

from toolkit.results.disclosure.contributors import list_published, name_measure, take_connected
from toolkit.results.disclosure.differencing import Part, Published
from toolkit.results.disclosure.relations import list_relations
from toolkit.results.disclosure.suppression import hide_numbers, name_number, protect
from toolkit.results.estimates.change import pair_waves
from toolkit.results.estimates.pooled import list_all_in, pool_people, take_outcome, take_schools
from toolkit.results.research.attrition import compare_baseline, list_present
from toolkit.results.research.sensitivity import describe_average
from toolkit.results.results import Results
from toolkit.results.rows import find_floor, keep_complete_ratings, keep_reported, make_blanks
from toolkit.schemas import ATTRITION, SENSITIVITY, WHAT
from toolkit.study.study import Comparison, Study

OTHER_WAYS = ("all_schools", "companion", "robust", "pairs", "wild_bootstrap")
LEAVING = "leavers_minus_stayers"

#: How often each group of people counts, in the wave before (False) or after (True).
Weights = list[tuple[bool, Fraction, pd.Index]]


def add_robustness(results: Results, scores: pd.DataFrame, study: Study, earlier: Sequence[Published] = ()) -> Results:
    """Return `results`, which are safe to show, with the tables `sensitivity` and `attrition` on the primary outcome.

    Both are about the leading comparison and over schools (school ""): `all_schools` (where the average leaves small ones out),
    `companion`, `robust`, `pairs` and `wild_bootstrap` as in `estimate_sensitivity`, if there is an average to compare them with;
    `leavers_minus_stayers` as in `estimate_attrition`.
    """
    if len(study.schools) < 2 or study.leading is None:
        return results
    reported, everybody, where = _find_people(scores, study.leading, study)
    ways = _list_other_ways(results, reported, where, study)
    leaving = [row for row in compare_baseline(everybody, where, study) if row["quantity"] == LEAVING]
    added = replace(results, sensitivity=SENSITIVITY.collect(ways), attrition=ATTRITION.collect(leaving))
    return _protect(added, scores, study, earlier)


def list_added(results: Results, scores: pd.DataFrame, study: Study) -> list[Published]:
    """Return the numbers that both tables show, with the people in them."""
    shown = [(name, set(_list_shown(getattr(results, name)))) for name in (SENSITIVITY.name, ATTRITION.name)]
    leading = study.leading
    if leading is None or not any(quantities for _, quantities in shown):
        return []
    reported, everybody, where = _find_people(scores, leading, study)
    everywhere = take_schools(reported, list_all_in(reported, study))
    known = _weigh_ways(pool_people(reported, study)) | {"all_schools": _weigh_all(everywhere)}
    known |= {LEAVING: _weigh_leaving(list_present(everybody, study))}
    return [
        _describe(table, quantity, known[quantity], where, leading) for table, chosen in shown for quantity in known if quantity in chosen
    ]


def _list_shown(table: pd.DataFrame) -> list[str]:
    return table.loc[table["state"] == "shown", "quantity"].tolist()


def _find_people(scores: pd.DataFrame, leading: Comparison, study: Study) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, str]]:
    """Return the people of the leading comparison with their scores on the primary outcome, and what these are about.

    First those whom the numbers of a report are made of, as in the main result; then everybody, for those who left are among the others.
    """
    own = scores[(scores["instrument"] == study.primary.instrument) & (scores["scale"] == study.primary.scale)]
    kept = (keep_reported(own, study), keep_complete_ratings(own, study).dropna(subset="score"))
    reported, everybody = (pair_waves(take_outcome(valid, study.primary), leading).sort_index() for valid in kept)
    return reported, everybody, {"school": "", "comparison": leading.id} | study.primary.model_dump()


def _list_other_ways(results: Results, people: pd.DataFrame, where: dict[str, str], study: Study) -> list[dict[str, Any]]:
    change = results.change[results.change["quantity"] == "average_change"]
    default = change[(change[list(where)] == list(where.values())).all(axis=1)]
    if default.empty:
        return []
    if default["state"].iloc[0] != "shown":
        return make_blanks(where, OTHER_WAYS[1:], default["state"].iloc[0], default["method"].iloc[0])
    return [row for row in describe_average(people, where, study) if row["quantity"] in OTHER_WAYS]


def _protect(results: Results, scores: pd.DataFrame, study: Study, earlier: Sequence[Published]) -> Results:
    """Return `results` without numbers that would reveal a small group; other scales than those connected with it are not involved."""
    shown, own = take_connected(results, scores, study.find_instrument(study.primary.instrument), study.primary.scale)
    published = list_published(shown, own, study)
    added = list_added(results, own, study)
    found = protect(added, list_relations(own, study), [*published, *earlier], largest=find_floor(study) - 1)
    chosen = [(added[place].table, added[place].key) for place in found.hidden]
    safe = hide_numbers(results, chosen)
    names = [*results.provenance.get("subtraction", ()), *(name_number(*place) for place in chosen)]
    return replace(safe, provenance=dict(safe.provenance) | {"subtraction": names})


def _weigh_ways(people: pd.DataFrame) -> dict[str, Weights]:
    """Return what each way is a sum of, apart from a common factor.

    The mixed model gives a school a weight between one and its number of people, depending on variances that are not printed. Any weights
    in between, other than those of the other ways, represent it.
    """
    found: dict[str, Weights] = {name: [] for name in OTHER_WAYS if name != "all_schools"}
    for _, own in people.groupby(level="school"):
        before, after = (own.index[own[wave].notna()] for wave in ("before", "after"))
        pairs = before.intersection(after)
        if len(before) and len(after):
            together = Fraction(len(before) * len(after), len(before) + len(after))
            found["robust"] += _weigh_change(before, after, together)
            found["companion"] += _weigh_change(before, after, together / (together + 10))
        if len(pairs):
            found["pairs"] += _weigh_change(pairs, pairs, Fraction(1))
            found["wild_bootstrap"] += _weigh_change(pairs, pairs, Fraction(len(pairs)))
    return found


def _weigh_all(people: pd.DataFrame) -> Weights:
    """Return what the change over all schools is a sum of, each school once, as for the one over the schools that count."""
    own = [group for _, group in people.groupby(level="school") if group.notna().any().all()]
    ends = [tuple(group.index[group[wave].notna()] for wave in ("before", "after")) for group in own]
    return [part for before, after in ends for part in _weigh_change(before, after, Fraction(1, len(own)))]


def _weigh_change(before: pd.Index, after: pd.Index, weight: Fraction) -> Weights:
    return [(False, -weight / len(before), before), (True, weight / len(after), after)]


def _weigh_leaving(present: pd.DataFrame) -> Weights:
    stays = present["after"].notna().to_numpy()
    groups = [(sign, present.index[chosen]) for sign, chosen in ((-1, stays), (1, ~stays))]
    return [(False, Fraction(sign, len(group)), group) for sign, group in groups if len(group)]


def _describe(table: str, quantity: str, weights: Weights, where: dict[str, str], leading: Comparison) -> Published:
    measure = name_measure(*(where[name] for name in WHAT))
    parts = tuple(
        Part(measure, leading.after if later else leading.before, weight, frozenset(group.get_level_values("respondent").astype(str)))
        for later, weight, group in weights
    )
    return Published(table, (*where.values(), quantity), parts)
