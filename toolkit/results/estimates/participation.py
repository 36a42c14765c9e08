"""Who took part: invited, answered, used, matched and left out, per school and wave; and who could be followed, for the evaluator only."""

from __future__ import annotations

from typing import Any

import pandas as pd

from toolkit.results.rows import find_floor, list_pooled_schools, make_blank, make_row, may_count
from toolkit.schemas import PARTICIPATION
from toolkit.study.study import Study

LEFT_OUT = ("no_consent", "test", "unfinished", "double")


COUNTS = ("both", "only_before", "only_after", "moved", "twice")


def estimate_participation(responses: pd.DataFrame, findings: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return per school and wave how many people were invited, answered, were used, and were left out.

    Parameters
    ----------
    responses
        From `read_responses`.
    findings
        From `list_findings`: who was left out, and why.
    study
        The study that they are of.

    Returns
    -------
    DataFrame
        PARTICIPATION: `school`, `wave`, and the columns that every result ends with (`docs/frames.md`). Each quantity is a number of
        people; `matched` also answered in another wave. `response` is the share (0 to 1) of the invited whose answers were used. School ""
        holds totals over the schools that may be pooled.

    Notes
    -----
    Counts of 1 to 4 people are hidden, and so are counts that would reveal them.

    Examples
    --------
    >>> import toolkit as plg
    >>> study = plg.load_study("datasets/zes_scholen")
    >>> exports = plg.read_exports(study)
    >>> found = plg.estimate_participation(exports.responses, exports.findings, study)
    >>> found[found["quantity"] == "response"][["school", "wave", "estimate", "n"]].round(2).head(3)
       school wave  estimate   n
    9      s1   w1      0.88  30
    19     s1   w2      0.85  28
    29     s2   w1      0.89  24
    """
    counts = count_people(responses, findings, study)
    rows = [row for school, wave in counts.index for row in _describe(school, wave, counts.loc[(school, wave)], study)]
    pooled = list_totalled_schools(counts, study)
    total = counts.loc[counts.index.get_level_values("school").isin(pooled)].groupby("wave").sum(min_count=len(pooled))
    rows += [row for wave in total.index for row in _describe("", str(wave), total.loc[wave], study)]
    return PARTICIPATION.collect(rows)


def list_totalled_schools(counts: pd.DataFrame, study: Study) -> list[str]:
    """Return the schools in totals of people: those with enough people in each wave that anybody answered, and small ones together.

    A wave that nobody in a school answered hides nothing, so it excludes no school whose other counts are shown. A small school with such a
    wave stays out: in that wave the other small schools would be in the total without it.
    """
    used = counts["used"].groupby("school")
    smallest = counts["used"].where(counts["used"] > 0).groupby("school").min().fillna(0)
    return list_pooled_schools(smallest.where(smallest >= find_floor(study), used.min()), study)


def find_matched(responses: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the rows of people who answered in both waves of the comparison that leads, in the same school.

    For a wave outside that comparison: the rows of those who answered in any other wave.
    """
    leading = next((c for c in study.planned if c.planned), next(iter(study.planned), None))
    ends = [leading.before, leading.after] if leading else []
    responses = responses[responses["wave"].isin([wave.id for wave in study.waves])]
    compared = responses[responses["wave"].isin(ends)]
    others = responses[~responses["wave"].isin(ends)]
    person = ["respondent", "school"]
    both = compared[compared.groupby(person)["wave"].transform("nunique") == 2]
    again = others[responses.groupby(person)["wave"].transform("nunique").loc[others.index] > 1]
    return pd.concat([both, again])


def count_people(responses: pd.DataFrame, findings: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return all counts per school and wave, including small ones: not to be shown as they are."""
    cells = pd.MultiIndex.from_product([[s.id for s in study.schools], [w.id for w in study.waves]], names=["school", "wave"])
    key = ["school", "wave"]
    counts = pd.DataFrame(index=cells)
    counts["used"] = responses.groupby(key).size()
    for role in study.roles:
        counts[f"role_{role.id}"] = responses[responses["role"] == role.id].groupby(key).size()
    counts["matched"] = find_matched(responses, study).groupby(key).size()
    for reason in LEFT_OUT:
        counts[f"left_out_{reason}"] = findings[findings["code"] == f"left_out_{reason}"].groupby(key)["count"].sum()
    counts = counts.fillna(0)
    counts["only_here"] = counts["used"] - counts["matched"]
    counts["answered"] = counts["used"] + counts[[f"left_out_{reason}" for reason in LEFT_OUT]].sum(axis=1)
    waves = [wave.id for wave in study.waves]
    counts["invited"] = [school.invited.get(wave, float("nan")) for school in study.schools for wave in waves]
    for role in study.roles if any(school.invited_roles for school in study.schools) else ():
        told = [school.invited_roles.get(wave, {}).get(role.id, float("nan")) for school in study.schools for wave in waves]
        counts[f"invited_role_{role.id}"] = told
    return counts


def _describe(school: str, wave: str, cell: pd.Series, study: Study) -> list[dict[str, Any]]:
    where = {"school": school, "wave": wave}
    rows = []
    left_out = sum(int(cell[f"left_out_{reason}"]) for reason in LEFT_OUT)
    for quantity in ("invited", "answered", "used", "matched", "only_here", *(f"left_out_{reason}" for reason in LEFT_OUT)):
        count = cell[quantity]
        if pd.isna(count):
            rows.append(make_blank(where, quantity, "not_measured", "not_told"))
        elif not may_count(int(count), study) and not (quantity == "only_here" and _are_shown(cell, study)):
            rows.append(make_blank(where, quantity, "hidden", "too_few"))
        elif quantity == "answered" and not may_count(left_out, study):
            rows.append(make_blank(where, quantity, "hidden", "subtraction"))
        else:
            rows.append(make_row(where, quantity, float(count), int(count), "count"))
    return [*rows, _describe_response(cell, study, where)]


def _are_shown(cell: pd.Series, study: Study) -> bool:
    """Return whether the numbers are shown from which follows how many answered in this wave only."""
    return all(may_count(int(cell[name]), study) for name in ("used", "matched"))


def _describe_response(cell: pd.Series, study: Study, where: dict[str, Any]) -> dict[str, Any]:
    if pd.isna(cell["invited"]) or not cell["invited"]:
        return make_blank(where, "response", "not_measured", "not_told")
    if not (may_count(int(cell["used"]), study) and may_count(int(cell["invited"]), study)):
        return make_blank(where, "response", "hidden", "too_few")
    return make_row(where, "response", float(cell["used"] / cell["invited"]), int(cell["used"]), "used / invited")


def count_followed(responses: pd.DataFrame, findings: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return one row per school and planned comparison, with `COUNTS`: including small ones, so not to be shown as they are.

    both: in both waves at this school; only_before and only_after: in one of them at this school and nowhere in the other; moved: in the
    other wave at another school; twice: forms left out because the person had sent another one in that wave.
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
