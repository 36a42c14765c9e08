"""Who counts: people who missed a wave where few did, and the schools that a total or an average is made of."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def find_few(group: NDArray[np.intp], always: NDArray[np.bool_], floor: int) -> NDArray[np.bool_]:
    """Return which people, one entry each, missed a wave where few in their group did and enough missed none."""
    size = int(group.max(initial=-1)) + 1
    followed, missed = (np.bincount(group[kind], minlength=size) for kind in (always, ~always))
    few: NDArray[np.bool_] = ~always & ((missed < floor) & (followed >= floor))[group]
    return few


def list_pooled(people: pd.Series, floor: int) -> list[str]:
    """Return the schools that a total over people is made of, given the smallest number of `people` of each.

    Schools with fewer than `floor` join only where there are at least two of them and together enough people: one alone would follow by
    subtraction.
    """
    counts = dict(zip(people.index, people.tolist(), strict=True))
    small = {school: count for school, count in counts.items() if 0 < count < floor}
    joined = small if len(small) >= 2 and sum(small.values()) >= floor else {}
    return sorted(school for school, count in counts.items() if count >= floor or school in joined)


def list_counted(people: pd.Series, floor: int) -> list[str]:
    """Return the schools that an average over schools counts, given the smallest number of `people` of each: those that could be shown.

    Fewer than `floor` people say little of their school and would weigh as much as a large one.
    """
    return sorted(people.index[(people >= max(floor, 1)).to_numpy(dtype=bool)])
