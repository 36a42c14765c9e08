"""Values: one value of a spreadsheet or SPSS file, as a person would write it; light, because child processes import it."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal

#: what stands for a formula that the spreadsheet never computed.
UNCOMPUTED = "=?"


def write_value(value: object) -> str:
    """Return one value as text, a number with the fifteen digits that a spreadsheet keeps of it.

    >>> [write_value(value) for value in (4.0, 3.5, 0.1 + 0.2, True, None, dt.datetime(2025, 9, 15))]
    ['4', '3.5', '0.3', 'TRUE', '', '2025-09-15']
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and math.isfinite(value):
        return format(value, ".15g") if abs(value) < 1e15 else format(Decimal(format(value, ".15g")), "f")
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ", timespec="seconds").removesuffix(" 00:00:00")
    return str(value)
