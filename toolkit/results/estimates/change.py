"""What changed between two waves: in each school, and on average over the schools."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.results.estimates.change__average_change import average_over_schools
from toolkit.results.estimates.change__people_change import describe_people, describe_trend
from toolkit.results.rows import make_blank, make_row
from toolkit.results.rows__rows__disclosure_tmp import find_floor, keep_complete_ratings, may_show_both
from toolkit.results.verdicts import judge_change
from toolkit.results.verdicts__correction import correct_for_number
from toolkit.schemas import CHANGE, WHAT
from toolkit.statistics.means import PairedChange, compute_interval, compute_paired_change, standardise_change
from toolkit.statistics.mixed_models.before_after import GroupChange, GroupChanges, estimate_change_in_groups
from toolkit.study.study import Comparison, Outcome, Study

Floats = NDArray[np.float64]

QUANTITIES = ("change", "before", "after", "change_pairs", "d_z", "g_av")


def estimate_change(scores: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the change of every scale in every planned comparison, per school and on average (school "").

    Per school: a mixed model on everybody with Kenward-Roger intervals (`change`, `before`, `after`), the paired t test on those who
    answered twice (`change_pairs`) and effect sizes (`d_z`, `g_av`); over schools: see `average_over_schools`. A change needs the
    study's smallest group of people in each wave and of pairs; where nobody can be followed it is a difference of two groups.
    """
    valid = keep_complete_ratings(scores, study).dropna(subset="score")
    rows: list[dict[str, Any]] = []
    for key, group in valid.groupby(list(WHAT), sort=False):
        outcome = Outcome.model_validate(dict(zip(WHAT, key, strict=True)))
        rows += _compare_waves(group, outcome, study)
        if study.person_level:
            rows += describe_trend(group, outcome.model_dump(), study)
    return CHANGE.conform(correct_for_number(CHANGE.collect(rows), study))


def pair_waves(scores: pd.DataFrame, comparison: Comparison) -> pd.DataFrame:
    """Return one row per school and person with the scores `before` and `after`, NaN where one is missing."""
    return _pick_waves(_spread_waves(scores), comparison)


def _spread_waves(scores: pd.DataFrame) -> pd.DataFrame:
    """Return one row per school and person with a column for each wave, in an order that does not depend on the files."""
    return scores.set_index(["school", "respondent", "wave"])["score"].unstack("wave").sort_index()


def _pick_waves(wide: pd.DataFrame, comparison: Comparison) -> pd.DataFrame:
    return wide.reindex(columns=[comparison.before, comparison.after]).set_axis(["before", "after"], axis=1).dropna(how="all")


@dataclass(frozen=True, slots=True, eq=False)
class _People:
    """The people of one comparison; `school` is a place in the study, -1 for another."""

    table: pd.DataFrame
    school: NDArray[np.intp]
    before: Floats
    after: Floats


def _compare_waves(scores: pd.DataFrame, outcome: Outcome, study: Study) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    if not study.planned:
        return rows
    smallest = study.find_smallest_change(outcome)
    wide = _spread_waves(scores)
    compared = [_list_people(_pick_waves(wide, comparison), study) for comparison in study.planned]
    found = _estimate_schools(compared, study)
    for number, (comparison, people) in enumerate(zip(study.planned, compared, strict=True)):
        shared = {"comparison": comparison.id} | outcome.model_dump()
        for place, school in enumerate(study.schools):
            own = people.school == place
            change = found.take(number * len(study.schools) + place)
            rows += _describe_school(change, people.before[own], people.after[own], {"school": school.id} | shared, study, smallest)
        rows += average_over_schools(people.table, shared, study, smallest)
        if study.person_level:
            rows += describe_people(people.table, shared, study, smallest)
    return rows


def _list_people(table: pd.DataFrame, study: Study) -> _People:
    school = pd.Index([school.id for school in study.schools]).get_indexer(table.index.get_level_values("school"))
    return _People(table, school, table["before"].to_numpy(), table["after"].to_numpy())


def _estimate_schools(compared: list[_People], study: Study) -> GroupChanges:
    """Estimate the change of every school in every comparison on everybody, all at once; people of other schools make up a last group."""
    n = len(study.schools)
    group = [np.where(people.school >= 0, number * n + people.school, n * len(compared)) for number, people in enumerate(compared)]
    before, after = [people.before for people in compared], [people.after for people in compared]
    return estimate_change_in_groups(
        np.concatenate(before), np.concatenate(after), np.concatenate(group), n * len(compared) + 1, study.confidence
    )


def _describe_school(
    found: GroupChange, before: Floats, after: Floats, where: dict[str, Any], study: Study, smallest: float | None
) -> list[dict[str, Any]]:
    followed = study.matching.by == "code"
    state, reason = _find_obstacle(min(found.n_before, found.n_after), found.n_pairs, followed, find_floor(study))
    if state:
        return [blank(quantity, state, reason, where) for quantity in QUANTITIES]
    together = all(may_show_both(number, found.n_pairs, study) for number in (found.n_before, found.n_after))
    paired = compute_paired_change(before, after, study.confidence)
    return _list_model(found, where, smallest, study.confidence) + _list_pairs(paired, where, study, smallest, together)


def _find_obstacle(smaller_wave: int, pairs: int, followed: bool, floor: int) -> tuple[str, str]:
    if smaller_wave == 0:
        return "not_measured", "no_answers"
    if smaller_wave < floor:
        return "hidden", "too_few"
    if followed and pairs == 0:
        return "not_computable", "no_pairs"
    return ("hidden", "too_few_pairs") if followed and pairs < floor else ("", "")


def _list_model(found: GroupChange, where: dict[str, Any], smallest: float | None, level: float) -> list[dict[str, Any]]:
    if not np.isfinite(found.low):
        return [blank(quantity, "not_computable", found.reason or "no_spread", where) for quantity in ("change", "before", "after")]
    n = found.n_before + found.n_after - found.n_pairs
    verdict = judge_change(found.estimate, found.std_error, found.df, found.low, found.high, smallest)
    extra = {"df": found.df, "pairs": found.n_pairs, "schools": 1}
    tail = {"std_error": found.std_error, "low": found.low, "high": found.high, "p_value": found.p_value}
    change = make_row(where | extra | {"verdict": verdict}, "change", found.estimate, n, found.method, **tail)
    return [change, *_list_ends(found, where | extra, level)]


def _list_ends(found: GroupChange, where: dict[str, Any], level: float) -> list[dict[str, Any]]:
    after = found.mean_before + found.estimate
    ends = (
        ("before", compute_interval(found.mean_before, found.mean_before_error, found.mean_before_df, level), found.n_before),
        ("after", compute_interval(after, found.mean_after_error, found.mean_after_df, level), found.n_after),
    )
    return [
        make_row(
            where | {"df": end.df, "verdict": ""}, name, end.estimate, n, found.method, std_error=end.std_error, low=end.low, high=end.high
        )
        for name, end, n in ends
    ]


def _list_pairs(paired: PairedChange, where: dict[str, Any], study: Study, smallest: float | None, together: bool) -> list[dict[str, Any]]:
    if not np.isfinite(paired.low):
        reason = "no_spread" if paired.n else "no_pairs"
        return [blank(quantity, "not_computable", reason, where) for quantity in ("change_pairs", "d_z", "g_av")]
    extra = {"df": float(paired.df), "pairs": paired.n, "schools": 1}
    verdict = judge_change(paired.estimate, paired.std_error, paired.df, paired.low, paired.high, smallest)
    tail = {"std_error": paired.std_error, "low": paired.low, "high": paired.high, "p_value": paired.p_value}
    first = (
        make_row(where | extra | {"verdict": verdict}, "change_pairs", paired.estimate, paired.n, "paired t", **tail)
        if together
        else blank("change_pairs", "hidden", "subtraction", where)
    )
    effects = standardise_change(paired, study.confidence)
    sizes = (("d_z", effects.d_z, "noncentral t"), ("g_av", effects.g_av, "Bonett 2008"))
    return [
        first,
        *(
            (
                make_row(where | extra | {"verdict": ""}, name, e.estimate, paired.n, how, low=e.low, high=e.high)
                if np.isfinite(e.estimate)
                else blank(name, "not_computable", "no_spread", where)
            )
            for name, e, how in sizes
        ),
    ]


def blank(quantity: str, state: str, reason: str, where: dict[str, Any]) -> dict[str, Any]:
    """Return a change without a number."""
    verdict = "not_computable" if quantity in ("change", "change_pairs", "average_change") and state == "not_computable" else ""
    return make_blank(where | {"df": np.nan, "pairs": 0, "schools": 0, "verdict": verdict}, quantity, state, reason)
