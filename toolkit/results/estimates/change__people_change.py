"""What changed for the average person, whatever the school: shown only when the study asks for it, and always named as such."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from toolkit.results.rows import Where, make_row
from toolkit.results.rows__rows__disclosure_tmp import find_floor, list_pooled_schools
from toolkit.results.verdicts import judge_change
from toolkit.statistics.means import compute_paired_change
from toolkit.statistics.mixed_models.by_school import fit_by_school
from toolkit.study.study import Study

#: Stands for all waves together where a comparison of two is named.
ALL_WAVES = "all_waves"


def describe_people(people: pd.DataFrame, where: Where, study: Study, smallest: float | None) -> list[dict[str, Any]]:
    """Return the paired change over all people with both waves (`change_person`), schools that may be pooled only.

    Its interval is about these people, not about schools like these: it takes no account of the schools they work in.
    """
    pairs = people.dropna()
    pooled = list_pooled_schools(pairs.groupby(level="school").size(), study)
    chosen = pairs.loc[pairs.index.get_level_values("school").isin(pooled)].sort_index()
    if len(chosen) < find_floor(study):
        return []
    found = compute_paired_change(chosen["before"], chosen["after"], study.confidence)
    if not np.isfinite(found.low):
        return []
    verdict = judge_change(found.estimate, found.std_error, found.df, found.low, found.high, smallest)
    base = {"school": "", **where, "df": float(found.df), "pairs": found.n, "schools": len(pooled), "verdict": verdict}
    tail = {"std_error": found.std_error, "low": found.low, "high": found.high, "p_value": found.p_value}
    return [make_row(base, "change_person", found.estimate, found.n, "paired t over people", **tail)]


def describe_trend(scores: pd.DataFrame, where: Where, study: Study) -> list[dict[str, Any]]:
    """Return the change per wave over three waves or more (`trend_person`): REML of `y ~ wave + (1|person)` over all people."""
    order = {wave.id: float(number) for number, wave in enumerate(study.waves)}
    pooled = list_pooled_schools(scores.groupby("school")["respondent"].nunique(), study)
    chosen = scores[scores["school"].isin(pooled)].sort_values(["respondent", "wave"])
    if len(order) < 3 or chosen["wave"].nunique() < 3 or chosen["respondent"].nunique() < find_floor(study):
        return []
    time = chosen["wave"].map(order).to_numpy(dtype=float)
    design = np.column_stack([np.ones(time.size), time])
    fit = fit_by_school(chosen["score"].to_numpy(), design, np.zeros(time.size), chosen["respondent"].to_numpy(dtype=str))
    found = fit.test([0.0, 1.0], study.confidence)
    if not np.isfinite(found.low[0]):
        return []
    base = {"school": "", **where, "comparison": ALL_WAVES, "df": float(found.df[0]), "pairs": 0, "schools": len(pooled), "verdict": ""}
    tail = {name: float(getattr(found, name)[0]) for name in ("low", "high", "p_value")} | {"std_error": float(found.std_error_kr[0])}
    n = chosen["respondent"].nunique()
    return [make_row(base, "trend_person", float(found.estimate[0]), n, "mixed model over people, per wave", **tail)]
