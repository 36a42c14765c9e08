"""Which further questions a notebook for researchers asks, and how each is answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from toolkit.results.estimates.comparison import estimate_comparison
from toolkit.results.estimates.reliability import estimate_precision
from toolkit.results.research.attrition import estimate_attrition
from toolkit.results.research.invariance import estimate_invariance
from toolkit.results.research.meaningful_change import estimate_low_start, estimate_meaning
from toolkit.results.research.sensitivity import estimate_sensitivity
from toolkit.results.research.team_agreement import estimate_team
from toolkit.results.research.trends import estimate_growth, estimate_staggered
from toolkit.results.results import Results
from toolkit.schemas import ATTRITION, COMPARISON, GROWTH, INVARIANCE, LOW_START, MEANING, RELIABILITY, SENSITIVITY, STAGGERED, TEAM, Table
from toolkit.scoring import compute_scores
from toolkit.study.study import Study


@dataclass(frozen=True, slots=True)
class Run:
    """What an answer may start from."""

    study: Study
    responses: pd.DataFrame
    scores: pd.DataFrame
    results: Results


#: The tables by name: what each is made by.
ESTIMATORS: Mapping[str, tuple[Table, Callable[[Run], pd.DataFrame]]] = {
    "sensitivity": (SENSITIVITY, lambda run: estimate_sensitivity(run.scores, run.study)),
    "attrition": (ATTRITION, lambda run: estimate_attrition(run.scores, run.study)),
    "low_start": (LOW_START, lambda run: estimate_low_start(run.scores, run.study)),
    "precision": (RELIABILITY, lambda run: estimate_precision(run.responses, run.study)),
    "team": (TEAM, lambda run: estimate_team(run.responses, run.scores, run.study)),
    "invariance": (INVARIANCE, lambda run: estimate_invariance(run.responses, run.study)),
    "comparison": (COMPARISON, lambda run: estimate_comparison(run.scores, run.study)),
    "growth": (GROWTH, lambda run: estimate_growth(run.scores, run.study)),
    "staggered": (STAGGERED, lambda run: estimate_staggered(run.scores, run.study)),
    "meaning": (MEANING, lambda run: estimate_meaning(run.scores, run.results.change, run.results.reliability, run.study)),
}
TABLES: Mapping[str, Table] = {name: table for name, (table, _) in ESTIMATORS.items()}
#: The tables that each template shows beside the usual results.
QUESTIONS: Mapping[str, tuple[str, ...]] = {
    "change": ("sensitivity", "attrition", "low_start", "meaning"),
    "comparison_schools": ("comparison",),
    "growth": ("growth", "staggered"),
    "planning": (),
    "reliability": ("precision", "team", "invariance"),
}


def estimate_tables(study: Study, responses: pd.DataFrame, results: Results, names: Iterable[str]) -> dict[str, pd.DataFrame]:
    """Return the tables with these names, each estimated from the answers of the study."""
    run = Run(study, responses, compute_scores(responses, study), results)
    return {name: ESTIMATORS[name][1](run) for name in names}
