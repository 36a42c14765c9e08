"""Groups of schools at the occasions of an instrument, side by side: their means, and the difference between two of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.schemas import WHAT
from toolkit.statistics.means import Interval, compute_mean, compute_two_groups
from toolkit.study.rules import load_rules
from toolkit.study.study import Outcome, Study


@dataclass(frozen=True, slots=True)
class Groups:
    """At one occasion the mean of each group by its id, over so many schools, and of two groups the first minus the second."""

    means: dict[str, tuple[Interval, int]]
    difference: Interval | None


def compare_groups(levels: pd.DataFrame, outcome: Outcome, occasion: str, study: Study) -> Groups:
    """Return the groups of the study at an occasion: t over schools, each counted once, and the pooled t of the difference of two.

    It rests on the means in `levels` that are shown and on nothing else, so it tells no more than these. A group needs three schools: from
    a mean of two each could work out the other. A scale about one person has no groups.
    """
    instrument = study.find_instrument(outcome.instrument)
    if instrument.find_scale(outcome.scale).about_person:
        return Groups({}, None)
    about = (levels["wave"] == occasion) & (levels["quantity"] == "mean") & (levels["state"] == "shown") & (levels["school"] != "")
    for column, value in zip(WHAT, (outcome.instrument, outcome.scale, outcome.rating), strict=True):
        about &= levels[column] == value
    own = levels[about].set_index("school")["estimate"]
    found = {group.id: own.loc[own.index.isin(group.schools)].to_numpy(dtype=np.float64) for group in study.groups}
    kept = {id: values for id, values in found.items() if len(values) >= load_rules().floors["other_schools"]}
    means = {id: (compute_mean(values, study.confidence), len(values)) for id, values in kept.items()}
    schools = [school for group in study.groups for school in group.schools]
    if len(study.groups) != 2 or len(kept) != 2 or len(schools) > len(set(schools)):
        return Groups(means, None)
    first, second = kept.values()
    return Groups(means, compute_two_groups(first, second, study.confidence).pooled)
