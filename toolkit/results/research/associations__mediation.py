"""Does change in one thing go together with change in another by way of a third? Paths between the people of the same school."""

from __future__ import annotations

from functools import reduce
from typing import Any

import numpy as np
import pandas as pd

from toolkit.results.estimates.change import pair_waves
from toolkit.results.estimates.change__average_change import SMALLEST_NUMBER_OF_SCHOOLS
from toolkit.results.estimates.pooled import make_generator, take_outcome
from toolkit.results.rows import Rests, make_blanks, make_estimate, make_number
from toolkit.results.rows__rows__disclosure_tmp import find_spread_floor, keep_complete_ratings, list_pooled_schools
from toolkit.schemas import MEDIATION
from toolkit.statistics.mediation import compute_within_mediation
from toolkit.study.study import Comparison, Study

PATHS = ("a", "b", "direct")
DRAWS = 20_000


def estimate_mediation(scores: pd.DataFrame, study: Study, *, cause: str, mediator: str, outcome: str = "") -> pd.DataFrame:
    """Return the paths from change in `cause` through change in `mediator` to change in `outcome` (the one that leads, if left out).

    The three are named as outcomes in the study's file. `a` leads from cause to mediator, `b` from mediator to outcome with the cause
    held, `direct` from cause to outcome with the mediator held; `indirect` is a b with a Monte Carlo interval. All are about people of
    the same school (changes minus the school's mean), with CR2 errors by school. Two waves can't tell what came first: a path is
    statistically compatible with an order of events, and doesn't show it.
    """
    names = (cause, mediator, outcome or str(study.primary))
    valid = keep_complete_ratings(scores, study).dropna(subset="score")
    rows: list[dict[str, Any]] = []
    for comparison in study.planned:
        where = {"comparison": comparison.id, "cause": names[0], "mediator": names[1], "outcome": names[2]}
        rows += _follow(_list_changes(valid, names, comparison, study), where, study)
    return MEDIATION.collect(rows)


def _list_changes(scores: pd.DataFrame, names: tuple[str, str, str], comparison: Comparison, study: Study) -> pd.DataFrame:
    """Return one row per person who answered all three twice, with the changes as columns cause, mediator and outcome."""
    parts = []
    for name, column in zip(names, ("cause", "mediator", "outcome"), strict=True):
        people = pair_waves(take_outcome(scores, study.find_outcome(name)), comparison).dropna()
        parts.append((people["after"] - people["before"]).rename(column).to_frame())
    return reduce(lambda left, right: left.join(right, how="inner"), parts).sort_index()


def _follow(changes: pd.DataFrame, where: dict[str, str], study: Study) -> list[dict[str, Any]]:
    quantities = (*PATHS, "indirect")
    schools = list_pooled_schools(changes.groupby(level="school").size(), study)
    pooled = changes.loc[changes.index.get_level_values("school").isin(schools)]
    if changes.empty:
        return make_blanks(where, quantities, "not_measured", "no_pairs")
    if len(schools) < SMALLEST_NUMBER_OF_SCHOOLS:
        return make_blanks(where, quantities, "not_computable", "too_few_schools")
    if len(pooled) < find_spread_floor(study):
        return make_blanks(where, quantities, "hidden", "too_few_pairs")
    school = pooled.index.get_level_values("school").to_numpy(dtype=str)
    generator = make_generator(study, "mediation", *where.values())
    causes, mediators, outcomes = (pooled[name].to_numpy() for name in ("cause", "mediator", "outcome"))
    found = compute_within_mediation(causes, mediators, outcomes, school, generator, DRAWS, study.confidence)
    rests = Rests(found.n, found.n, found.groups)
    rows = [make_estimate(where, path, getattr(found, path), rests, "within schools, CR2") for path in PATHS]
    if not np.isfinite(found.indirect.low):
        return rows + make_blanks(where, ["indirect"], "not_computable", "no_spread")
    method = f"a b, Monte Carlo, {DRAWS} draws, seed {study.seed}"
    return [*rows, make_number(where, "indirect", found.indirect.estimate, rests, method, low=found.indirect.low, high=found.indirect.high)]
