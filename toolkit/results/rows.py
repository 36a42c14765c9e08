"""The common tail of all results, and rows that carry no number."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

NAN = math.nan
Where = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rests:
    """What an estimate rests on: people, those of them who answered twice, and schools."""

    n: int
    pairs: int = 0
    schools: int = 0


class Estimated(Protocol):
    """What a formula found: an estimate with its error, degrees of freedom, interval and p-value."""

    @property
    def estimate(self) -> float: ...
    @property
    def std_error(self) -> float: ...
    @property
    def df(self) -> float: ...
    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...
    @property
    def p_value(self) -> float: ...


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


def make_estimate(where: Where, quantity: str, found: Estimated, rests: Rests, method: str, reason: str = "") -> dict[str, Any]:
    """Return what a formula found as a shown result with what it rests on; without an interval it is not computable, for `reason`."""
    if not math.isfinite(found.low):
        return make_blanks(where, [quantity], "not_computable", reason or "no_spread")[0]
    tail = {"std_error": found.std_error, "low": found.low, "high": found.high, "p_value": found.p_value}
    return make_number(where, quantity, found.estimate, rests, method, df=float(found.df), **tail)


def make_number(
    where: Where, quantity: str, estimate: float, rests: Rests, method: str, *, df: float = NAN, **tail: float
) -> dict[str, Any]:
    """Return a shown result with what it rests on; `tail` may hold std_error, low, high and p_value."""
    return make_row({**where, "df": df, "pairs": rests.pairs, "schools": rests.schools}, quantity, estimate, rests.n, method, **tail)


def make_blanks(where: Where, quantities: Iterable[str], state: str, reason: str) -> list[dict[str, Any]]:
    """Return results that carry no number and rest on nothing, one per quantity."""
    return [make_blank({**where, "df": NAN, "pairs": 0, "schools": 0}, quantity, state, reason) for quantity in quantities]
