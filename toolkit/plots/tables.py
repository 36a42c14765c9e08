"""The tables that plots take: as a verb of the toolkit returns them, checked for the columns that are drawn."""

from __future__ import annotations

import math
from collections.abc import Iterable
from numbers import Real
from typing import Any, NoReturn

import pandas as pd
from scipy.special import stdtrit

from toolkit.analysis.frames import ALL, tell
from toolkit.errors import FrameError
from toolkit.languages import find_spoken, load_text
from toolkit.page_kernel import find_page_floor

Range = tuple[float, float]


def refuse(code: str, **places: Any) -> NoReturn:
    """Raise the fault `code` of the phrases in [faults.plots], in the language of the person at this machine."""
    raise FrameError(load_text(find_spoken()).find_fault(f"plots.{code}", **places))


def refuse_on_page(plot: str) -> None:
    """Raise a fault where a page for sharing is made: nobody may stand on it alone."""
    if find_page_floor():
        refuse("people", plot=plot)


def check_table(frame: pd.DataFrame, columns: Iterable[str], *, plot: str, verb: str) -> pd.DataFrame:
    """Return a table as `verb` makes it, the levels of its index as columns; `FrameError` where one of `columns` is missing."""
    if not isinstance(frame, pd.DataFrame):
        refuse("no_frame", plot=plot, verb=verb, kind=type(frame).__name__)
    named = [name for name in frame.index.names if name and name not in frame.columns]
    table = frame.reset_index(named) if named else frame
    missing = [name for name in columns if name not in table.columns]
    if missing:
        refuse("columns", plot=plot, verb=verb, missing=tell(missing), present=tell(table.columns))
    if table.empty:
        refuse("empty", plot=plot)
    return table.reset_index(drop=True)


def pick_rows(table: pd.DataFrame, column: str, value: object) -> pd.DataFrame:
    """Return the rows with `value` in `column`, or all rows where no value is given; `FrameError` for a value that is not there."""
    if value is None:
        return table
    present = list_values(table, column)
    if str(value) not in present:
        text = load_text(find_spoken())
        refuse("value", column=column, value=value, mend=text.suggest(str(value), present))
    return table[table[column].astype(str) == str(value)].reset_index(drop=True)


def list_values(table: pd.DataFrame, column: str) -> list[str]:
    """Return the different values of `column` as text, in their order; nothing where there is no such column."""
    return list(dict.fromkeys(table[column].astype(str))) if column in table else []


def choose_one(table: pd.DataFrame, column: str, value: object, *, plot: str) -> pd.DataFrame:
    """Return the rows with one value in `column`; `FrameError` where there are several and none is chosen."""
    chosen = pick_rows(table, column, value) if column in table else table
    present = list_values(chosen, column)
    if len(present) > 1:
        refuse("which", plot=plot, column=column, values=tell(present), first=present[0])
    return chosen


def find_scale(frame: pd.DataFrame, scale: Range | None) -> Range | None:
    """Return the ends of the answer scale: those that are given, or those that the verb knew; None where nobody knows."""
    known = scale or frame.attrs.get("range")
    if not known:
        return None
    low, high = float(known[0]), float(known[1])
    if not low < high:
        refuse("scale", low=low, high=high)
    return low, high


def find_name(frame: pd.DataFrame, table: pd.DataFrame, *, default: str = "") -> str:
    """Return what a table is about: the dv in its index, or in its `attrs`, if there is only one."""
    names = list_values(table, "dv") or [str(name) for name in _list(frame.attrs.get("dv"))]
    return names[0] if len(names) == 1 else default


def _list(value: Any) -> list[Any]:
    return [] if value is None else [value] if isinstance(value, str) else list(value)


def add_intervals(table: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Return a table of means with `low` and `high`: its own, or those of a mean of `n` people by their `sd`, NaN for fewer than two.

    The mean over all schools counts each school once, and the people's `sd` tells nothing of it: it has no interval.
    """
    if {"low", "high"} <= set(table.columns):
        return table
    n = table["n"].where((table["n"] > 1) & (table["school"].astype(str) != ALL)).astype(float)
    half = stdtrit(n - 1, (1 + confidence) / 2) * table["sd"].astype(float) / n.pow(0.5)
    return table.assign(low=table["mean"] - half, high=table["mean"] + half)


def find_decimals(row: Any) -> int:
    """Return how many decimals the numbers of a row of a table have: those that it says itself, else two."""
    decimals: Any = row.get("decimals") if isinstance(row, dict) else getattr(row, "decimals", None)
    return int(decimals) if is_number(decimals) else 2


def is_number(value: object) -> bool:
    """Return whether `value` is a number that can be drawn."""
    return not isinstance(value, bool) and isinstance(value, Real) and math.isfinite(value)
