"""Research with tables made by hand: every number is chosen here, so that a page can be held to it."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from toolkit.report.research.view import TABLES

NAN = math.nan
EVERYWHERE = {"school": "", "comparison": "before_after", "instrument": "uwes9", "scale": "total", "rating": "", "wave": ""}
BLANK = {"state": "shown", "estimate": NAN, "std_error": NAN, "low": NAN, "high": NAN, "p_value": NAN, "n": 100, "method": ""}
EMPTY = {name: table.empty() for name, table in TABLES.items()}
REST = {"df": NAN, "pairs": 60, "schools": 6, "verdict": "", "time": NAN, "level": "", "item": "", "p_adjusted": NAN}


def make_table(name: str, *rows: dict[str, Any]) -> pd.DataFrame:
    """Return the table `name` with these rows; what they leave open is that of a shown result over six schools."""
    columns = TABLES[name].columns
    whole = [EVERYWHERE | BLANK | REST | row for row in rows]
    return TABLES[name].collect([{column: row[column] for column in columns} for row in whole]) if rows else EMPTY[name].copy(deep=False)
