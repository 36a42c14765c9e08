"""Each school once: mean change per school and the t interval of their average."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from toolkit.statistics.arrays import Floats, Integers, as_codes, as_vector, check_lengths
from toolkit.statistics.means import Interval, compute_mean


@dataclass(frozen=True, slots=True)
class SchoolChanges:
    """Mean change and number of pairs per school, arrays in the order of `schools`, and the unweighted mean over schools."""

    schools: NDArray[Any]
    change: Floats
    n: Integers
    average: Interval


def compute_school_changes(before: ArrayLike, after: ArrayLike, schools: Any, level: float = 0.95) -> SchoolChanges:
    """Return the mean of after - before over the complete pairs of each school, and its mean with t on J - 1 df.

    Schools without a complete pair have a missing change and do not count. This is the plain companion of the mixed model: it uses
    the matched people only.
    """
    first, second = as_vector(before, "before"), as_vector(after, "after")
    codes, labels = as_codes(schools, "schools")
    check_lengths(before=first, after=second, schools=codes)
    pairs = ~(np.isnan(first) | np.isnan(second)) & (codes >= 0)
    n = np.bincount(codes[pairs], minlength=labels.size)
    total = np.bincount(codes[pairs], (second - first)[pairs], minlength=labels.size)
    change = np.where(n > 0, total / np.maximum(n, 1), np.nan)
    return SchoolChanges(labels, change, n.astype(np.int64), compute_mean(change, level))
