"""The rows of results as estimates, found by what they are about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import repeat
from typing import Any

import pandas as pd

from toolkit.report.content.estimate import Estimate
from toolkit.results.results import TABLES, Results

NOT_MEASURED = Estimate("not_measured")
FIELDS = ("state", "estimate", "std_error", "low", "high", "p_value", "n", "method", "df", "pairs", "schools", "verdict")
#: The name of a table and a key there.
Key = tuple[str | float, ...]


class Index(dict[Key, Estimate]):
    """Rows of tables as estimates, by the name of a table and a key there; of thousands of rows a page shows some hundreds."""

    def __init__(self, rows: Mapping[Key, tuple[Any, ...]]) -> None:
        super().__init__()
        self._rows = rows

    def __missing__(self, key: Key) -> Estimate:
        """Return an estimate that nobody asked for yet."""
        self[key] = Estimate(*self._rows[key]) if key in self._rows else NOT_MEASURED
        return self[key]

    def list_keys(self, *begin: str | float) -> list[Key]:
        """Return the keys of all rows that begin so."""
        return [key for key in self._rows if key[: len(begin)] == begin]


def index_estimates(results: Results, names: Iterable[str]) -> Index:
    """Return every row of the tables `names` as an estimate, by the name of its table and its key there."""
    found: dict[Key, tuple[Any, ...]] = {}
    for name in names:
        frame: pd.DataFrame = getattr(results, name)
        if len(frame):
            columns = TABLES[name].columns
            values = [frame[field].tolist() if field in columns else repeat(getattr(NOT_MEASURED, field)) for field in FIELDS]
            keys = zip(repeat(name), *(frame[field].tolist() for field in TABLES[name].key), strict=False)
            found.update(zip(keys, zip(*values, strict=False), strict=True))
    return Index(found)
