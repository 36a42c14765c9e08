"""The door of the formulas: what comes in becomes float arrays of the right shape, or an error that says what was found.

Entries that are not finite numbers count as missing everywhere in this room.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

NAN = float("nan")
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

ROUNDING = 1e-12
"""Differences smaller than this part of the numbers they come from are rounding, not spread."""


def as_vector(values: ArrayLike, name: str) -> Floats:
    """Return `values` as floats of shape (n,)."""
    return _as_floats(values, name, 1, "one number per person")


def as_matrix(values: ArrayLike, name: str) -> Floats:
    """Return `values` as floats of shape (n, k)."""
    return _as_floats(values, name, 2, "rows and columns")


def _as_floats(values: ArrayLike, name: str, dimensions: int, meaning: str) -> Floats:
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != dimensions:
        raise ValueError(f"`{name}` has shape {array.shape}; it must have {dimensions} dimension(s): {meaning}.")
    return np.where(np.isfinite(array), array, np.nan)


def as_codes(labels: Any, name: str) -> tuple[Integers, NDArray[Any]]:
    """Return group labels of shape (n,) as codes 0, 1, ... (-1 where the label is missing) and the sorted labels."""
    array = np.asarray(labels)
    if array.ndim != 1:
        raise ValueError(f"`{name}` has shape {array.shape}; it must have 1 dimension: one label per person.")
    codes, found = pd.factorize(array, sort=True)
    return codes.astype(np.int64), np.asarray(found)


def check_lengths(**arrays: NDArray[Any]) -> None:
    """Raise a ValueError unless all arrays have the same first dimension."""
    lengths = {name: len(array) for name, array in arrays.items()}
    if len(set(lengths.values())) > 1:
        found = ", ".join(f"`{name}` has {length}" for name, length in lengths.items())
        raise ValueError(f"These arrays must have one entry per person in the same order, but {found}.")


def check_share(value: float, name: str) -> None:
    """Raise a ValueError unless `value` lies strictly between 0 and 1."""
    if not 0 < value < 1:
        raise ValueError(f"`{name}` is {value}; it must lie between 0 and 1, for instance 0.95.")


def as_pairs(first: ArrayLike, second: ArrayLike, names: tuple[str, str]) -> tuple[Floats, Floats]:
    """Return two vectors of the same people, without the people who miss either value."""
    x = as_vector(first, names[0])
    y = as_vector(second, names[1])
    check_lengths(**{names[0]: x, names[1]: y})
    complete = ~(np.isnan(x) | np.isnan(y))
    return x[complete], y[complete]


def as_present(values: ArrayLike, name: str) -> Floats:
    """Return a vector without its missing entries."""
    vector = as_vector(values, name)
    return vector[~np.isnan(vector)]


def compute_sd(values: Floats, size: Floats | None = None) -> float:
    """Return the sample SD (n - 1); NaN below two values, exactly 0 when the values differ by rounding only.

    `size` holds the numbers whose rounding counts, if `values` are differences of them.
    """
    if values.size < 2:
        return float("nan")
    sd = float(np.std(values, ddof=1))
    largest = float(np.max(np.abs(values if size is None else size)))
    return sd if sd > ROUNDING * largest else 0.0


def divide(numerator: float, denominator: float) -> float:
    """Return the quotient, or NaN where the denominator is 0 or missing."""
    return numerator / denominator if denominator else float("nan")


def find_root(function: Callable[[float], float], low: float, high: float, **precision: Any) -> float:
    """Return where a function is 0 that is above 0 on one side of it and below 0 on the other, by Brent's method."""
    from scipy.optimize import brentq  # takes longer to import than all formulas: only who searches waits for it

    return float(brentq(function, low, high, **precision))
