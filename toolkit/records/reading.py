"""Reading records: the files of a study about its trajectory, one table per kind, with everything that a person should know about them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from html import escape

import pandas as pd

from toolkit.files.reading import read_file
from toolkit.findings import ORDER, Notes, Report, report_nothing
from toolkit.languages import Text, find_spoken, load_text
from toolkit.records.checks import check_records
from toolkit.records.parsing import Reader, choose_records
from toolkit.responses.exports import Exports, read_exports
from toolkit.responses.questions import settle_findings
from toolkit.schemas import FINDINGS, RECORDS
from toolkit.study.layouts import Layout
from toolkit.study.records import RecordFile
from toolkit.study.study import Study


@dataclass(frozen=True, slots=True, eq=False)
class Records:
    """What happened and what was agreed, a table per kind as in `RECORDS`, and what a person should look at as FINDINGS."""

    contacts: pd.DataFrame
    goals: pd.DataFrame
    indicators: pd.DataFrame
    ratings: pd.DataFrame
    notes: pd.DataFrame
    links: pd.DataFrame
    meetings: pd.DataFrame
    attendance: pd.DataFrame
    profiles: pd.DataFrame
    findings: pd.DataFrame

    def __repr__(self) -> str:
        """Return in one line how many rows each kind has."""
        return f"<Records: {', '.join(self.list_parts(load_text(find_spoken())))}>"

    def _repr_html_(self) -> str:
        """Return how many rows each kind has, for a notebook."""
        return f"<p>{escape('; '.join(self.list_parts(load_text(find_spoken()))))}</p>"

    def list_parts(self, text: Text) -> list[str]:
        """Return each kind that has rows, and how many."""
        counts = {kind: len(getattr(self, kind)) for kind in RECORDS}
        return [f"{text.say(f'records.kind.{kind}')} {text.number(count, 0)}" for kind, count in counts.items() if count]


def read_records(study: Study, *, codes: Collection[str] = ()) -> Records:
    """Return what the record files of `study` hold; wrong data never raise an error: each fault is a row of `findings`.

    Parameters
    ----------
    study
        From `load_study`. The meetings under `[[contacts]]` in its file are contacts too.
    codes
        Codes of people who answered, such as `responses["respondent"]`: a note whose text holds one is told.

    Returns
    -------
    Records
        A frame per kind: `contacts`, `goals`, `indicators`, `ratings`, `notes`, `links`, `meetings`, `attendance` and `profiles`, each
        row with the `file` and `row` that it comes from, and `findings` as from `list_findings`.

    Examples
    --------
    >>> import toolkit as plg
    >>> study = plg.load_study("datasets/zes_scholen")
    >>> list(plg.read_records(study).contacts["type"].head(2))
    ['training', 'mt']
    """
    notes = Notes()
    frames = {kind: [table.empty()] for kind, table in RECORDS.items()} | {"contacts": [_list_contacts(study)]}
    for entry in study.records:
        frames[entry.kind].append(_read_entry(entry, study, notes))
    tables = {kind: RECORDS[kind].conform(pd.concat(found, ignore_index=True)) if found[1:] else found[0] for kind, found in frames.items()}
    check_records(tables, study, codes, notes)
    return Records(**tables, findings=settle_findings(notes.tabulate(), study))


def read_all(study: Study, *, report: Report = report_nothing) -> tuple[Exports, Records]:
    """Return the answers and the records of a study; the findings of both stand with the answers, those that stop first."""
    exports = read_exports(study, report=report)
    records = read_records(study, codes=exports.responses["respondent"].unique())
    return replace(exports, findings=join_findings(exports.findings, records.findings)), records


def join_findings(*findings: pd.DataFrame) -> pd.DataFrame:
    """Return findings of several sources as one table, those that stop first."""
    joined = FINDINGS.conform(pd.concat([each for each in findings if len(each)] or [FINDINGS.empty()], ignore_index=True))
    return joined.loc[joined["severity"].map(ORDER.index).sort_values(kind="stable").index].reset_index(drop=True)


def _list_contacts(study: Study) -> pd.DataFrame:
    """Return the meetings in the study file as contacts."""
    blank = {"school": "", "group": "", "hours": float("nan"), "cost": float("nan"), "file": "", "row": 0}
    rows = [{"date": contact.date, "type": contact.type, "title": contact.title, "cohort": contact.cohort} for contact in study.contacts]
    return RECORDS["contacts"].collect([row | blank for row in rows])


def _read_entry(entry: RecordFile, study: Study, notes: Notes) -> pd.DataFrame:
    """Return the rows of one file; none where it can't be read, which is noted."""
    file = read_file(study.folder / entry.file, Layout(), study.limits, entry.file, notes)
    sheet = choose_records(file, entry, notes) if file else None
    if file is None or sheet is None:
        return RECORDS[entry.kind].empty()
    frame = Reader(entry, study, sheet, file.format == "excel", notes).read()
    if entry.kind == "goals":
        frame["owner_kind"] = frame["owner_kind"].replace("", "school")
    return frame
