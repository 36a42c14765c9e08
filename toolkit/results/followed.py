"""Who was followed: per school how many people were found again, and what became of the others; for the evaluator only."""

from __future__ import annotations

from typing import Any

import pandas as pd

from toolkit.study.study import Comparison, Study

COUNTS = ("both", "only_before", "only_after", "moved", "twice")


def count_followed(responses: pd.DataFrame, findings: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return one row per school and planned comparison, with `COUNTS`: small ones too, so not to be shown as they are.

    both: in both waves at this school; only_before and only_after: in one of them at this school and nowhere in the other; moved: in the
    other wave at another school; twice: forms left out because the person had sent another in that wave.
    """
    rows = [
        {"school": school.id, "comparison": comparison.id, **_count_school(responses, findings, school.id, comparison)}
        for comparison in study.planned
        for school in study.schools
    ]
    return pd.DataFrame(rows, columns=["school", "comparison", *COUNTS])


def _count_school(responses: pd.DataFrame, findings: pd.DataFrame, school: str, comparison: Comparison) -> dict[str, Any]:
    ends = [comparison.before, comparison.after]
    anywhere = [set(responses.loc[responses["wave"] == wave, "respondent"]) for wave in ends]
    own = responses[responses["school"] == school]
    before, after = (set(own.loc[own["wave"] == wave, "respondent"]) for wave in ends)
    left_out = findings[(findings["code"] == "left_out_double") & (findings["school"] == school) & findings["wave"].isin(ends)]
    return {
        "both": len(before & after),
        "only_before": len(before - anywhere[1]),
        "only_after": len(after - anywhere[0]),
        "moved": len((before & anywhere[1]) - after) + len((after & anywhere[0]) - before),
        "twice": int(left_out["count"].sum()),
    }
