"""Who counts, where few missed a wave and where schools are small."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.analysis.counted import find_few, list_counted, list_pooled


def test_few_who_missed_a_wave_are_found_where_enough_missed_none() -> None:
    group = np.repeat([0, 1], [7, 6])
    always = np.array([*[True] * 5, False, False, *[True] * 3, *[False] * 3])
    assert np.flatnonzero(find_few(group, always, 5)).tolist() == [5, 6]  # in the other group too few missed none


def test_small_schools_join_a_total_only_together_and_no_average() -> None:
    people = pd.Series({"a": 9, "b": 3, "c": 2, "d": 0})
    assert list_pooled(people, 5) == ["a", "b", "c"] and list_counted(people, 5) == ["a"]
    assert list_pooled(people.drop("c"), 5) == ["a"], "one small school alone would follow by subtraction"
