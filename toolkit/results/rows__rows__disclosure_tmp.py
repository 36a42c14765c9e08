"""Disclosure rules: what may be shown of how many people. They act here, so that nothing later can undo them."""

from __future__ import annotations

import pandas as pd

from toolkit.study.rules import load_rules
from toolkit.study.study import Study


def find_floor(study: Study) -> int:
    """Return the smallest group that may have a mean or a change: the study's, never under the rule's."""
    return max(study.smallest_group, load_rules().floors["mean"])


def find_spread_floor(study: Study) -> int:
    """Return the smallest group that may show a spread, answers or a split."""
    return max(study.smallest_group, load_rules().floors["spread"])


def may_count(count: int, study: Study) -> bool:
    """Return whether a count of people may be shown: nobody, or enough of them."""
    return count == 0 or count >= find_floor(study)


def keep_complete_ratings(scores: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the scores without those of people who gave only some of an instrument's ratings on a scale.

    With now over ten people, and wanted and the gap over nine of them, the tenth answer follows by subtraction.
    """
    rated = [instrument.id for instrument in study.scored_instruments if any(rating.difference for rating in instrument.ratings)]
    concerned = scores["instrument"].isin(rated)
    if not concerned.any():
        return scores
    key = ["respondent", "wave", "instrument", "scale"]
    rated_scores = scores[concerned].groupby(key)["score"]
    broken = rated_scores.transform("count") < rated_scores.transform("size")
    return scores.drop(index=broken.index[broken])


def list_pooled_schools(people: pd.Series, study: Study) -> list[str]:
    """Return the schools that a total or mean over schools is made of, given the smallest number of `people` of each.

    Hidden schools join only where there are at least two of them and together enough people: one alone would follow by subtraction.
    """
    floor = find_floor(study)
    counts = dict(zip(people.index, people.tolist(), strict=True))
    hidden = {school: count for school, count in counts.items() if 0 < count < floor}
    joined = hidden if len(hidden) >= 2 and sum(hidden.values()) >= floor else {}
    return sorted(school for school, count in counts.items() if count >= floor or school in joined)


def may_show_both(everyone: int, part: int, study: Study) -> bool:
    """Return whether a figure of `everyone` and one of a `part` of them may stand together: the rest is nobody, or enough people."""
    return may_count(everyone - part, study)
