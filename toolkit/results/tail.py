"""The common tail of all results, and rows that carry no number."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

NAN = math.nan
Where = Mapping[str, Any]


def make_row(
    where: Where,
    quantity: str,
    estimate: float,
    n: int,
    method: str,
    *,
    std_error: float = NAN,
    low: float = NAN,
    high: float = NAN,
    p_value: float = NAN,
) -> dict[str, Any]:
    """Return a shown result: the columns in `where`, then the common tail."""
    tail = {"quantity": quantity, "estimate": estimate, "std_error": std_error, "low": low, "high": high, "p_value": p_value}
    return {**where, "state": "shown", **tail, "n": n, "method": method}


def make_blank(where: Where, quantity: str, state: str, reason: str = "") -> dict[str, Any]:
    """Return a result that carries no number: `state` is hidden, not_measured or not_computable, `reason` a code for the words."""
    tail = dict.fromkeys(("estimate", "std_error", "low", "high", "p_value"), NAN)
    return {**where, "state": state, "quantity": quantity, **tail, "n": 0, "method": reason}
