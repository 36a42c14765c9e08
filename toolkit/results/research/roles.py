"""How leaders see the school, beside how other staff do: only over schools, as one leader is easily identified."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from toolkit.results.rows import NAN, Rests, find_floor, keep_complete_ratings, make_blanks, make_estimate
from toolkit.schemas import ROLES, WHAT
from toolkit.statistics.two_stage import average_schools
from toolkit.study.study import Study

#: the roles that lead, as the shipped studies call them.
LEADERS = ("head", "leader")
SMALLEST_NUMBER_OF_SCHOOLS = 5
QUANTITIES = ("leaders", "staff", "leader_minus_staff")


def estimate_roles(scores: pd.DataFrame, study: Study, leaders: tuple[str, ...] = LEADERS) -> pd.DataFrame:
    """Return per wave and scale the mean of leaders and of other staff, and their difference within schools.

    Parameters
    ----------
    scores
        From `compute_scores`.
    study
        The study that they are of.
    leaders
        The ids of the roles that lead.

    Returns
    -------
    DataFrame
        ROLES: `wave`, `instrument`, `scale`, `rating`, `df`, `pairs`, `schools`, and the columns that every result ends with
        (`docs/frames.md`). `leaders`, `staff` and `leader_minus_staff`, in points, each school counted once.

    Notes
    -----
    t intervals with J - 1 degrees of freedom. Only schools with both count, and people whose role is unknown do not; with fewer than five
    such schools, or fewer leaders than the study's smallest group, nothing is shown.

    Examples
    --------
    >>> import toolkit as plg
    >>> study = plg.load_study("datasets/zes_scholen")
    >>> responses = plg.read_responses(study)
    >>> scores = plg.compute_scores(responses, study)
    >>> plg.estimate_roles(scores, study)[["wave", "quantity", "estimate", "low", "high", "n"]].round(2).head(3)
      wave            quantity  estimate   low  high   n
    0   w1             leaders      3.54  2.97  4.11  11
    1   w1               staff      3.19  2.59  3.78  85
    2   w1  leader_minus_staff      0.35 -0.52  1.22  96
    """
    valid = keep_complete_ratings(scores, study).dropna(subset="score")
    valid = valid[valid["role"] != ""]
    rows: list[dict[str, Any]] = []
    for key in scores[list(WHAT)].drop_duplicates().itertuples(index=False):
        where = dict(zip(WHAT, key, strict=True))
        own = valid[(valid[list(WHAT)] == list(key)).all(axis=1)]
        for wave in study.waves:
            rows += _compare(own[own["wave"] == wave.id], {"wave": wave.id} | where, study, leaders)
    return ROLES.collect(rows)


def _compare(people: pd.DataFrame, where: dict[str, str], study: Study, leaders: tuple[str, ...]) -> list[dict[str, Any]]:
    if people.empty:
        return make_blanks(where, QUANTITIES, "not_measured", "no_roles")
    leads = people["role"].isin(leaders)
    of_leaders, of_staff = (people[chosen].groupby("school")["score"].mean() for chosen in (leads, ~leads))
    schools = of_leaders.index.intersection(of_staff.index).sort_values()
    here = people["school"].isin(schools)
    n_leaders = int((here & leads).sum())
    n_staff = int((here & ~leads).sum())
    if len(schools) < SMALLEST_NUMBER_OF_SCHOOLS or n_leaders < find_floor(study):
        return make_blanks(where, QUANTITIES, "not_computable", "too_few_schools")
    of_leaders = of_leaders.loc[schools]
    of_staff = of_staff.loc[schools]
    means = [average_schools(each.to_numpy(), study.confidence) for each in (of_leaders, of_staff, of_leaders - of_staff)]
    means[:2] = [replace(mean, p_value=NAN) for mean in means[:2]]  # nobody asks whether a level is 0
    return [
        make_estimate(where, name, mean, Rests(n, 0, len(schools)), "mean of school means")
        for name, mean, n in zip(QUANTITIES, means, (n_leaders, n_staff, n_leaders + n_staff), strict=True)
    ]
