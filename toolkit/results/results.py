"""Results: all tables of one run, estimated once and passed to every page as data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from toolkit.page_kernel import refuse_other_results
from toolkit.schemas import (
    ANSWERS,
    ATTRITION,
    BAND,
    CHANGE,
    COHORTS,
    COMPARISON,
    GOALS,
    INDICATORS,
    LEVELS,
    PAIRS,
    PARTICIPATION,
    RECORDED,
    RELIABILITY,
    ROLES,
    SENSITIVITY,
    SHARES,
    SOURCES,
    SWITCHES,
    Table,
)
from toolkit.writing import replace_file

TABLES: Mapping[str, Table] = {
    "participation": PARTICIPATION,
    "levels": LEVELS,
    "change": CHANGE,
    "reliability": RELIABILITY,
    "sources": SOURCES,
    "answers": ANSWERS,
    "shares": SHARES,
    "switches": SWITCHES,
    "roles": ROLES,
    "band": BAND,
    "pairs": PAIRS,
    "comparison": COMPARISON,
    "sensitivity": SENSITIVITY,
    "attrition": ATTRITION,
    "cohorts": COHORTS,
    "goals": GOALS,
    "indicators": INDICATORS,
    "recorded": RECORDED,
}

#: What the page of a school may know of itself and of all schools together; it knows nothing of any other table about schools.
OF_SCHOOL = tuple(
    table.name for table in (PARTICIPATION, LEVELS, CHANGE, ANSWERS, SHARES, SWITCHES, ROLES, BAND, GOALS, INDICATORS, RECORDED)
)


@dataclass(frozen=True, slots=True)
class Results:
    """The tables of one run, safe to show: disclosure rules have been applied. `provenance` says what they were made from."""

    participation: pd.DataFrame
    levels: pd.DataFrame
    change: pd.DataFrame
    reliability: pd.DataFrame
    sources: pd.DataFrame
    provenance: Mapping[str, Any] = field(default_factory=dict)
    answers: pd.DataFrame = field(default_factory=ANSWERS.empty)
    shares: pd.DataFrame = field(default_factory=SHARES.empty)
    switches: pd.DataFrame = field(default_factory=SWITCHES.empty)
    roles: pd.DataFrame = field(default_factory=ROLES.empty)
    band: pd.DataFrame = field(default_factory=BAND.empty)
    pairs: pd.DataFrame = field(default_factory=PAIRS.empty)
    comparison: pd.DataFrame = field(default_factory=COMPARISON.empty)
    sensitivity: pd.DataFrame = field(default_factory=SENSITIVITY.empty)
    attrition: pd.DataFrame = field(default_factory=ATTRITION.empty)
    cohorts: pd.DataFrame = field(default_factory=COHORTS.empty)
    goals: pd.DataFrame = field(default_factory=GOALS.empty)
    indicators: pd.DataFrame = field(default_factory=INDICATORS.empty)
    recorded: pd.DataFrame = field(default_factory=RECORDED.empty)

    def for_school(self, school: str) -> Results:
        """Return what the page of one school may know: its own rows, those over all schools, and its own files."""
        return SchoolResults(self).take(school)


class SchoolResults:
    """What the page of each school may know of some results: where the rows of a school are is looked for once, whoever asks how often."""

    def __init__(self, results: Results) -> None:
        self._results = results
        self._nothing = {name: TABLES[name].empty() for name in TABLES if name not in (*OF_SCHOOL, RELIABILITY.name)}
        self._rows: dict[str, Mapping[Any, Any]] = {
            name: getattr(results, name).groupby("school", sort=False).indices for name in OF_SCHOOL
        }
        self._shared = {name: self._find_shared(name) for name in OF_SCHOOL}

    def _find_shared(self, name: str) -> Any:
        """Return which rows of a table are over all schools and stand on the page of each."""
        table: pd.DataFrame = getattr(self._results, name)
        rows = self._rows[name].get("", np.empty(0, dtype=np.intp))
        if name == SHARES.name:  # over all schools those of roles are not for a school
            return rows[(table["role"].to_numpy()[rows] == "")]
        return rows[:0] if name == ROLES.name else rows

    def take(self, school: str) -> Results:
        """Return what the page of one school may know: its own rows, those over all schools, and its own files."""
        results = self._results
        own = dict(self._nothing)
        for name in OF_SCHOOL:
            rows = np.union1d(self._rows[name].get(school, np.empty(0, dtype=np.intp)), self._shared[name])
            own[name] = getattr(results, name).take(rows).reset_index(drop=True)
        files = results.provenance.get("files", {}).get(school, [])
        own["sources"] = results.sources[results.sources["source"].isin(files)].reset_index(drop=True)
        return replace(results, **own, provenance=dict(results.provenance) | {"files": {school: files}})


def save_results(results: Results, path: Path) -> None:
    """Write `results` to a JSON file from which every number can be read back unchanged; nothing comes back.

    Parameters
    ----------
    results
        From `estimate_results` or `estimate_study`.
    path
        The file to write.

    Returns
    -------
    None

    Examples
    --------
    >>> import toolkit as plg
    >>> study = plg.load_study("datasets/univbct")
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     plg.save_results(plg.estimate_study(study).results, Path(folder) / "results.json")
    ...     [path.name for path in Path(folder).iterdir()]
    ['results.json']
    """
    document: dict[str, Any] = {name: _list_rows(getattr(results, name)) for name in TABLES}
    document["provenance"] = dict(results.provenance)
    replace_file(path, json.dumps(document, ensure_ascii=False, sort_keys=True), private=True)


def _list_rows(frame: pd.DataFrame) -> dict[str, Any]:
    return {"columns": list(frame), "data": list(zip(*(frame[name].tolist() for name in frame), strict=True))}


def load_results(path: str | Path) -> Results:
    """Return the results that `save_results` wrote.

    Parameters
    ----------
    path
        The JSON file.

    Returns
    -------
    Results
        Every table, each number unchanged.

    Raises
    ------
    ReportError
        If a page for sharing asks for other results than its own.

    Examples
    --------
    >>> import toolkit as plg
    >>> study = plg.load_study("datasets/univbct")
    >>> import tempfile
    >>> from pathlib import Path
    >>> results = plg.estimate_study(study).results
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     plg.save_results(results, Path(folder) / "results.json")
    ...     again = plg.load_results(Path(folder) / "results.json")
    >>> again.change.equals(results.change)
    True
    """
    refuse_other_results(path)
    document = json.loads(Path(path).read_text(encoding="utf-8"))
    tables = {
        name: table.conform(pd.DataFrame(document[name]["data"], columns=document[name]["columns"])) for name, table in TABLES.items()
    }
    return Results(**tables, provenance=document["provenance"])
