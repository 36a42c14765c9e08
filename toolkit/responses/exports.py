"""Exports: all files of a study, read into one table, with everything that a person should know about them."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from toolkit.errors import ExportError, Problem
from toolkit.files.cells__grids import name_letter
from toolkit.findings import Notes, Report, refuse_stops, report_nothing
from toolkit.responses.checks import check_responses
from toolkit.responses.checks__patterns import check_patterns
from toolkit.responses.exports__rows import Part, read_source
from toolkit.responses.people import identify_people
from toolkit.responses.people__matching import check_matching, join_codes
from toolkit.responses.rows__leaving_out import tell_unused_rules
from toolkit.schemas import ORIGINS, RESPONSES, SOURCES
from toolkit.study.matches import load_matches
from toolkit.study.study import Study


@dataclass(frozen=True, slots=True)
class Exports:
    """What stands in the files of a study: responses, findings, sources and the origin of every item column."""

    responses: pd.DataFrame
    findings: pd.DataFrame
    sources: pd.DataFrame
    origins: pd.DataFrame


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a file: where it is, and what is made of it (NaN for no answer)."""

    file: str
    sheet: str
    row: int
    column: int
    letter: str
    header: str
    value: float


def read_exports(study: Study, *, report: Report = report_nothing) -> Exports:
    """Return what stands in the files of `study`. Data that are wrong never raise: each fault is a row of `findings`.

    `report` is called with a file and which share of the work on it is done, 0 to 1, some fifty times per file of a million rows.
    `DefinitionError` lists the faults of `matches.toml`, as those of the study file.
    """
    notes = Notes(report=report)
    parts = [part for part in (read_source(source, study, notes) for source in study.sources) if part]
    tell_unused_rules([part.sheet for part in parts], study, notes)
    _tell_same_files(parts, notes)
    columns = [column for instrument in study.instruments for column in instrument.columns]
    frames = [frame for part in parts for frame in part.frames if len(frame)]
    if frames:
        matches = load_matches(study) if study.matching.by == "code" else ()
        joined = join_codes(pd.concat(frames, ignore_index=True), matches, study, notes)
        frame = identify_people(joined, study, notes)
        responses = RESPONSES.conform(frame[[*RESPONSES.columns, *columns]])
        check_responses(responses, study, notes)
        check_patterns(responses, study, notes)
        check_matching(frame[["school", "wave", "code"]], matches, study, notes)
    else:
        responses = RESPONSES.conform(RESPONSES.empty().assign(**{column: pd.Series(dtype="float64") for column in columns}))
    origins = ORIGINS.collect([row for part in parts for row in part.origins])
    return Exports(responses, notes.tabulate(), _tabulate_sources(parts, responses), origins)


def read_responses(study: Study) -> pd.DataFrame:
    """Return the answers of all files, as RESPONSES; `ExportError` lists every finding that stops the analysis."""
    exports = read_exports(study)
    refuse_stops(exports.findings, study.languages[0])
    return exports.responses


def list_findings(study: Study) -> pd.DataFrame:
    """Return what a person should look at in the files of `study`, as FINDINGS."""
    return read_exports(study).findings


def locate_answer(exports: Exports, respondent: str, wave: str, item: str) -> Cell:
    """Return the cell from which the answer of `respondent` to the item column `item` in `wave` was read.

    Raises `ExportError` where there is no such row or its file has no column for the item.
    """
    responses, origins = exports.responses, exports.origins
    rows = responses[(responses["respondent"] == respondent) & (responses["wave"] == wave)]
    if rows.empty:
        raise ExportError(Problem("", f"There is no row of respondent '{respondent}' in wave '{wave}'.", "Look in the responses."))
    row = rows.iloc[0]
    of_file = origins[(origins["source"] == row["source"]) & (origins["item"] == item) & origins["wave"].isin(["", wave])]
    if of_file.empty:
        raise ExportError(Problem(str(row["source"]), f"This file has no column for the item '{item}'.", "Look in the origins."))
    origin = of_file.iloc[0]
    position = int(origin["position"])
    return Cell(row["source"], origin["sheet"], int(row["row"]), position, name_letter(position - 1), origin["header"], float(row[item]))


def _tell_same_files(parts: list[Part], notes: Notes) -> None:
    """Note two files with other names and the same bytes: one of them was probably saved under the wrong name."""
    seen: dict[str, str] = {}
    for part in parts:
        sha256, path = part.source["sha256"], part.path
        if seen.setdefault(sha256, path) != path:
            notes.add("file_same", file=part.source["source"], expected=seen[sha256])


def _tabulate_sources(parts: list[Part], responses: pd.DataFrame) -> pd.DataFrame:
    """Return one row per file (and sheet); a file that is listed for two waves is one row."""
    used = responses["source"].value_counts()
    rows = {part.source["source"]: part.source | {"rows_used": int(used.get(part.source["source"], 0))} for part in reversed(parts)}
    return SOURCES.collect(list(reversed(rows.values())))
