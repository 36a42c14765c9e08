"""Who was followed: per school how many people were found again, and what became of the others; for the evaluator only."""

from __future__ import annotations

import pandas as pd

from toolkit.study.study import Study

COUNTS = ("both", "only_before", "only_after", "moved", "twice")


def count_followed(responses: pd.DataFrame, findings: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return one row per school and planned comparison, with `COUNTS`: small ones too, so not to be shown as they are.

    both: in both waves at this school; only_before and only_after: in one of them at this school and nowhere in the other; moved: in the
    other wave at another school; twice: forms left out because the person had sent another in that wave.
    """
    here = {place: set(people) for place, people in responses.groupby(["school", "wave"])["respondent"]}
    anywhere = {wave: set(people) for wave, people in responses.groupby("wave")["respondent"]}
    doubles = findings[findings["code"] == "left_out_double"].groupby(["school", "wave"])["count"].sum()
    rows = []
    for comparison in study.planned:
        ends = [comparison.before, comparison.after]
        all_before, all_after = (anywhere.get(wave, set()) for wave in ends)
        for school in study.schools:
            before, after = (here.get((school.id, wave), set()) for wave in ends)
            counts = {
                "both": len(before & after),
                "only_before": len(before - all_after),
                "only_after": len(after - all_before),
                "moved": len((before & all_after) - after) + len((after & all_before) - before),
                "twice": sum(int(doubles.get((school.id, wave), 0)) for wave in ends),
            }
            rows.append({"school": school.id, "comparison": comparison.id} | counts)
    return pd.DataFrame(rows, columns=["school", "comparison", *COUNTS])
