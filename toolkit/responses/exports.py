"""Exports: all files of a study, read into one table, with everything that a person should know about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from toolkit.errors import ExportError, Problem
from toolkit.files.cells import File, Mask, Sheet, find_blank, name_letter
from toolkit.files.reading import read_file
from toolkit.findings import Notes, Report, refuse_stops, report_nothing
from toolkit.languages import find_spoken, load_text
from toolkit.responses.causes import fold_causes
from toolkit.responses.checks import check_patterns, check_responses, check_speed
from toolkit.responses.codes import clear_codes, part_codes, read_written
from toolkit.responses.coding import Coder, code_columns, find_unanswered, make_coders, take_words
from toolkit.responses.columns import Binding, bind_columns
from toolkit.responses.joined import Taken, join_columns, join_options
from toolkit.responses.not_asked import check_not_asked, find_not_asked, name_source
from toolkit.responses.one_school import tell_one_schools
from toolkit.responses.overlap import check_overlap, tell_same_files
from toolkit.responses.people import check_matching, identify_people, join_codes, read_codes
from toolkit.responses.questions import settle_findings
from toolkit.responses.rows import (
    find_asked,
    find_elsewhere,
    find_headers,
    mark_left_out,
    name_places,
    place_rows,
    read_moments,
    tell_left_out,
    tell_unplaced,
    tell_unused_rules,
)
from toolkit.responses.sheets import choose_sheet, find_tool
from toolkit.responses.survey_tools.databases import apply_dictionary
from toolkit.responses.survey_tools.tool import complete_layout, leave_out_forms, mark_own
from toolkit.responses.unmet import Said, list_said, tell_contradictions, tell_lost_notes, tell_unmet_rules, tell_unmet_words
from toolkit.responses.unnamed import tell_uncompared, tell_unnamed_files
from toolkit.responses.wave_coding import check_coding
from toolkit.responses.wave_dates import place_dates, tell_undated
from toolkit.schemas import ORIGINS, RESPONSES, SOURCES
from toolkit.study.layouts import Layout, Source
from toolkit.study.matches import load_matches
from toolkit.study.study import Study


@dataclass(frozen=True, slots=True)
class Exports:
    """What the files of a study hold: responses, findings, sources and the origin of every item column."""

    responses: pd.DataFrame
    findings: pd.DataFrame
    sources: pd.DataFrame
    origins: pd.DataFrame
    #: per source, the answers that are not from the first column of their item.
    taken: Mapping[str, Taken] = field(default_factory=dict, repr=False)

    def __repr__(self) -> str:
        """Return in one line what was read."""
        return f"<Exports: {', '.join(self._list_parts())}>"

    def _repr_html_(self) -> str:
        """Return what was read, for a notebook."""
        return f"<p>{escape('; '.join(self._list_parts()))}</p>"

    def _list_parts(self) -> list[str]:
        text = load_text(find_spoken())
        waves = self.responses.groupby(["school", "respondent"])["wave"].nunique()
        severity = self.findings["severity"].value_counts()
        counts = {"schools": self.responses["school"].nunique(), "people": len(waves), "pairs": int((waves > 1).sum())}
        counts |= {name: int(severity.get(name, 0)) for name in ("stops", "asks")}
        return [text.say_count(f"study.{name}", count) for name, count in counts.items()]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a file: where it is, and the value read from it (NaN for no answer)."""

    file: str
    sheet: str
    row: int
    column: int
    letter: str
    header: str
    value: float


def read_exports(study: Study, *, report: Report = report_nothing) -> Exports:
    """Return what the files of `study` hold; wrong data never raise an error: each fault is a row of `findings`.

    Parameters
    ----------
    study
        From `load_study`.
    report
        Called with a file and the share of the work done on it, 0 to 1, some fifty times per file of a million rows.

    Returns
    -------
    Exports
        `responses` (a row per person and wave, a column per item), `findings` (what a person should look at), `sources` (a row per file)
        and `origins` (where each item was in each file).

    Raises
    ------
    DefinitionError
        With the faults in `matches.toml` and `questions.toml`, like those in the study file.

    Examples
    --------
    >>> import toolkit as plg
    >>> study = plg.load_study("datasets/univbct")
    >>> exports = plg.read_exports(study)
    >>> len(exports.responses), exports.sources["rows_read"].tolist()
    (1421, [495])
    """
    notes = Notes(report=report)
    parts = [part for part in (read_source(source, study, notes) for source in study.sources) if part]
    sheets = [part.sheet for part in parts]
    tell_unused_rules(sheets, study, notes)
    tell_unmet_rules(sheets, study, notes)
    tell_same_files([(part.path, part.source) for part in parts], notes)
    tell_lost_notes(study, notes)
    tell_unnamed_files(study, notes)
    tell_uncompared(study, notes)
    tell_unmet_words([part.said for part in parts], study, notes)
    tell_contradictions(study, notes)
    columns = [column for instrument in study.instruments for column in instrument.columns]
    words = [column for instrument in study.instruments for *_, column in instrument.key_words]
    further = ["subgroup"] if study.subgroups else []
    frames = [frame for part in parts for frame in part.frames if len(frame)]
    placed = [frame for frame in (frame[(frame["school"] != "") & (frame["wave"] != "")] for frame in frames) if len(frame)]
    if placed:
        matches = load_matches(study) if study.matching.by == "code" else ()
        joined = join_codes(pd.concat(placed, ignore_index=True), matches, study, notes)
        check_overlap(joined, study, notes)
        frame = identify_people(part_codes(joined, study, notes), study, notes)
        tell_one_schools(frame, study, notes)
        responses = RESPONSES.conform(frame[[*RESPONSES.columns, *further, *columns, *words]])
        check_responses(responses, study, notes)
        check_patterns(responses, study, notes)
        check_coding(responses, study, notes)
        check_not_asked(responses, study, notes)
        check_matching(frame[["school", "wave", "code"]], matches, study, notes)
    else:
        none = dict.fromkeys(further, pd.Series(dtype="str")) | dict.fromkeys(columns, pd.Series(dtype="float64"))
        responses = RESPONSES.conform(RESPONSES.empty().assign(**none))
    origins = ORIGINS.collect([row for part in parts for row in part.origins])
    taken = {part.source["source"]: part.taken for part in parts}
    fold_causes(notes, study)
    return Exports(responses, settle_findings(notes.tabulate(), study), _tabulate_sources(parts, responses), origins, taken)


def read_responses(study: Study) -> pd.DataFrame:
    """Return the answers of all files of a study.

    Parameters
    ----------
    study
        From `load_study`.

    Returns
    -------
    DataFrame
        RESPONSES: a row per person and wave with `respondent`, `school`, `wave`, `role`, `date`, `source` and `row`, `subgroup` in a study
        with groups of persons, then a column of
        floats per item, as the instrument codes its answers; NaN is no answer.

    Raises
    ------
    ExportError
        With every finding that stops the analysis.

    Examples
    --------
    >>> import toolkit as plg
    >>> study = plg.load_study("datasets/univbct")
    >>> plg.read_responses(study)[["school", "wave", "commitment_mean"]].head(3)
         school wave  commitment_mean
    0  1022-HHC   w1         1.666667
    1    1004-D   w1         1.666667
    2    1022-B   w1         3.333333
    """
    exports = read_exports(study)
    refuse_stops(exports.findings, study.languages[0])
    return exports.responses


def list_findings(study: Study, *, report: Report = report_nothing) -> pd.DataFrame:
    """Return what a person should look at in the files of a study.

    Parameters
    ----------
    study
        From `load_study`.
    report
        As in `read_exports`.

    Returns
    -------
    DataFrame
        FINDINGS: `code`, `severity` (stops, asks, accepted or tells), where it is (`school`, `wave`, `file`, `row`, `column`), the
        `value` found, what was `expected`, and the `count` of places that the row stands for.

    Examples
    --------
    >>> import toolkit as plg
    >>> study = plg.load_study("datasets/zes_scholen")
    >>> plg.list_findings(study)["severity"].value_counts().to_dict()
    {'tells': 29, 'accepted': 1}
    """
    return read_exports(study, report=report).findings


def locate_answer(exports: Exports, respondent: str, wave: str, item: str) -> Cell:
    """Return the cell from which the answer of a person to an item in a wave was read.

    Parameters
    ----------
    exports
        From `read_exports`.
    respondent
        The code of the person, as in `exports.responses`.
    wave
        The id of the wave.
    item
        The column of the item in `exports.responses`.

    Returns
    -------
    Cell
        `file`, `sheet`, `row` and `column` from 1, the `letter` of the column, its `header`, and the `value` that was read.

    Raises
    ------
    ExportError
        If there is no such row, or its file has no column for the item.

    Examples
    --------
    >>> import toolkit as plg
    >>> study = plg.load_study("datasets/univbct")
    >>> exports = plg.read_exports(study)
    >>> first = exports.responses.iloc[0]
    >>> cell = plg.locate_answer(exports, first["respondent"], first["wave"], "commitment_mean")
    >>> cell.header, cell.row, cell.letter
    ('COMMIT1', 2, 'K')
    """
    responses = exports.responses
    origins = exports.origins
    rows = responses[(responses["respondent"] == respondent) & (responses["wave"] == wave)]
    if rows.empty:
        raise ExportError(Problem("", f"There is no row of respondent '{respondent}' in wave '{wave}'.", "Look in the responses."))
    row = rows.iloc[0]
    of_file = origins[(origins["source"] == row["source"]) & (origins["item"] == item) & origins["wave"].isin(["", wave])]
    if of_file.empty:
        raise ExportError(Problem(str(row["source"]), f"This file has no column for the item '{item}'.", "Look in the origins."))
    joined = exports.taken.get(str(row["source"]), {}).get((str(of_file["wave"].iloc[0]), item), {})
    position = joined.get(int(row["row"]), int(of_file["position"].iloc[0]) - 1) + 1
    origin = of_file[of_file["position"] == position].iloc[0]
    return Cell(row["source"], origin["sheet"], int(row["row"]), position, name_letter(position - 1), origin["header"], float(row[item]))


def _tabulate_sources(parts: list[Part], responses: pd.DataFrame) -> pd.DataFrame:
    """Return one row per file (and sheet); a file that is listed for two waves gets one row."""
    used = responses["source"].value_counts()
    rows = {part.source["source"]: part.source | {"rows_used": int(used.get(part.source["source"], 0))} for part in reversed(parts)}
    return SOURCES.collect(list(reversed(rows.values())))


@dataclass(frozen=True, slots=True)
class Part:
    """What one file gives: rows of responses (with `code`, `filled` and `wide` added), its row of SOURCES, its rows of ORIGINS."""

    path: str
    sheet: Sheet
    frames: list[pd.DataFrame]
    source: dict[str, Any]
    origins: list[dict[str, Any]]
    taken: Taken
    said: Said


@dataclass(frozen=True, slots=True)
class Reading:
    """One file while it is read: its sheet, what each column holds, and what the study says about it."""

    sheet: Sheet
    binding: Binding
    source: Source
    layout: Layout
    study: Study
    notes: Notes


def read_source(source: Source, study: Study, notes: Notes) -> Part | None:
    """Return what one file of `study` gives, or None if it can't be read; every fault is noted."""
    layout = study.find_layout(source.layout)
    label = name_source(source, study)
    file = read_file(study.folder / source.file, layout, study.limits, label, notes)
    sheet = choose_sheet(file, layout, study, label, notes) if file else None
    if file is None or sheet is None:
        return None
    if find_blank(sheet.cells).all():
        notes.add("file_without_rows", file=label, value=", ".join(sheet.headers[:8]))
        return None
    if tool := find_tool(layout):
        layout = complete_layout(layout, tool, sheet)
        sheet = mark_own(sheet, tool)
    if layout.dictionary:
        sheet = apply_dictionary(sheet, study.folder / layout.dictionary, study.limits, notes)
    binding = bind_columns(sheet, layout, study, notes, find_not_asked(source, study))
    said = list_said(source, sheet, binding, study)
    counted = mark_left_out(sheet, study.leave_out, Notes()) == ""
    sheet = join_options(sheet, binding, make_coders(study, layout)) if binding.options else sheet
    sheet, taken = join_columns(sheet, binding, make_coders(study, layout), counted, notes) if binding.further else (sheet, {})
    reading = Reading(sheet, binding, source, layout, study, notes)
    return Part(source.file, sheet, _read_rows(reading), _describe_source(file, sheet), _list_origins(reading), taken, said)


def _read_rows(reading: Reading) -> list[pd.DataFrame]:
    """Return the rows that count: one frame per wave of a wide file, a single frame for other files."""
    sheet = reading.sheet
    items = reading.binding.items
    if not any(items.values()):
        return []
    blank = find_blank(sheet.cells)
    people = _read_people(reading)
    held = _find_forms(reading, blank, people)
    reasons = mark_left_out(sheet, reading.study.leave_out, reading.notes)
    if tool := find_tool(reading.layout):
        reasons = leave_out_forms(tool, reading.layout, sheet, reasons, held, reading.notes)
    _tell_places(reading, people[held & (reasons == "")])
    coders = make_coders(reading.study, reading.layout)
    frames = []
    for wave, columns in items.items():
        answered = ~find_unanswered(sheet, columns.values())
        rows = people.assign(reason=np.where((reasons == "") & ~answered, "unfinished", reasons))
        if wave:
            rows = rows.assign(wave=wave, wide=True)
        frames.append(_read_wave(reading, rows.loc[held & answered if wave else held], columns, coders))
    return frames


def _find_forms(reading: Reading, blank: Mask, people: pd.DataFrame) -> Mask:
    """Return which rows are forms of this study: no blanks, repeated headers, other waves or schools, or events without questions."""
    sheet = reading.sheet
    notes = reading.notes
    tool = find_tool(reading.layout)
    held: Mask = ~np.all(blank, axis=1)
    if not held.all():
        notes.add("rows_blank", file=sheet.file, row=int(sheet.rows[~held][0]), count=int((~held).sum()))
    held &= ~find_headers(sheet, notes)
    held &= ~find_elsewhere(people, reading.layout, sheet.file, notes)
    if tool and tool.by_event:
        positions = sorted({position for columns in reading.binding.items.values() for position in columns.values()})
        held &= find_asked(blank[:, positions], held, sheet.file, notes)
    return held


def _read_wave(reading: Reading, rows: pd.DataFrame, items: dict[str, int], coders: Mapping[str, Coder]) -> pd.DataFrame:
    """Return `rows` without those that are left out, with their answers to every item of the study."""
    left_out = rows["reason"] != ""
    tell_left_out(rows[left_out], reading.notes)
    rows = rows[~left_out]
    values = code_columns(reading.sheet, items, rows, coders, reading.notes)
    answers = pd.DataFrame(values, index=rows.index, columns=list(items), copy=False).reindex(columns=list(coders))
    answers = answers.assign(**take_words(reading.sheet, items, rows, reading.study, values, reading.notes))
    filled = np.isfinite(values).sum(axis=1)
    check_speed(rows["seconds"].to_numpy(dtype=np.float64), filled, rows, reading.sheet.file, reading.notes)
    return pd.concat([rows.assign(filled=filled), answers], axis=1)


def _read_people(reading: Reading) -> pd.DataFrame:
    """Return for each row who, where and when, its number in the file, and for each place the text found there."""
    sheet = reading.sheet
    binding = reading.binding
    study = reading.study
    layout = reading.layout
    source = reading.source
    only_school = study.schools[0].id if len(study.schools) == 1 and not layout.school else ""
    only_wave = study.waves[0].id if len(study.moments) == 1 and not layout.wave else ""
    fixed = {"school": source.school or only_school, "wave": source.wave or only_wave, "role": source.role, "subgroup": source.subgroup}
    frame = pd.DataFrame({"source": sheet.file, "row": sheet.rows, "wide": False}, index=range(len(sheet.cells)))
    for what, known in name_places(reading.study, reading.layout).items():
        frame[what], frame[f"{what}_text"] = place_rows(sheet, getattr(binding, what), fixed[what], known)
    frame["date"], frame["seconds"] = read_moments(sheet, binding, reading.notes, tell_bad=not layout.wave_by_date)
    if layout.wave_by_date:
        frame["wave"] = place_dates(frame["date"].to_numpy(), frame["school"], layout, study)
    personal = any(position in binding.personal for position in binding.respondent)
    codes = read_codes(sheet, binding.respondent, personal, study.matching.exact, reading.notes)
    written = read_written(sheet, binding.respondent)
    frame["code"] = clear_codes(sheet, binding.respondent, codes, written, reading.notes)
    frame["written"] = frame["code"] if personal or study.matching.exact else written
    return frame


def _tell_places(reading: Reading, rows: pd.DataFrame) -> None:
    """Note the words in `rows` that stand for no school, wave, role or subgroup of the study."""
    for what, known in name_places(reading.study, reading.layout).items():
        positions = getattr(reading.binding, what)
        if positions:
            column = ", ".join(reading.sheet.name_column(position) for position in positions)
            tell_unplaced(what, reading.sheet.file, column, rows, known, reading.notes)
    if reading.layout.wave_by_date:
        answered = ~find_unanswered(reading.sheet, reading.binding.items.get("", {}).values())
        tell_undated(reading.sheet, reading.binding, rows[answered[rows.index]], reading.layout, reading.study, reading.notes)


def _describe_source(file: File, sheet: Sheet) -> dict[str, Any]:
    written = {"format": file.format, "encoding": file.encoding, "separator": file.separator}
    return {
        "source": sheet.file,
        "sheet": sheet.sheet,
        "sha256": file.sha256,
        "rows_read": int((~np.all(find_blank(sheet.cells), axis=1)).sum()),
        **written,
    }


def _list_origins(reading: Reading) -> list[dict[str, Any]]:
    sheet = reading.sheet
    return [
        {
            "source": sheet.file,
            "sheet": sheet.sheet,
            "wave": wave,
            "item": item,
            "position": position + 1,
            "header": sheet.headers[position],
        }
        for wave, items in reading.binding.items.items()
        for item, first in items.items()
        for position in (first, *reading.binding.further.get(wave, {}).get(item, ()))
    ]
