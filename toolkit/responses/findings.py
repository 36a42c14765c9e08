"""Findings: what a person should look at before, while or after the work goes on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from toolkit.columns import FINDINGS
from toolkit.errors import Problem
from toolkit.responses.phrases import load_phrases
from toolkit.study.definitions import Language

#: what each finding asks of a person. stops: nothing can be computed before it is mended. asks: the work goes on, with the choice that the
#: finding tells; a person should agree with it. tells: good to know.
SEVERITY: Mapping[str, str] = {
    "file_missing": "stops",
    "file_beside": "stops",
    "file_folder": "stops",
    "file_empty": "stops",
    "file_without_rows": "stops",
    "file_unreadable": "stops",
    "file_kind": "stops",
    "file_too_large": "stops",
    "file_locked": "stops",
    "file_same": "asks",
    "encoding_guessed": "tells",
    "signs_removed": "tells",
    "signs_garbled": "asks",
    "format_differs": "tells",
    "separator_differs": "tells",
    "rows_uneven": "asks",
    "rows_blank": "tells",
    "rows_header": "tells",
    "rows_hidden": "asks",
    "cells_merged": "asks",
    "sheet_missing": "stops",
    "sheet_unclear": "stops",
    "sheet_chosen": "tells",
    "header_found": "tells",
    "header_missing": "stops",
    "header_twice": "stops",
    "header_unclear": "stops",
    "items_missing": "stops",
    "items_none": "stops",
    "instrument_absent": "tells",
    "columns_unknown": "tells",
    "personal_data": "tells",
    "code_personal": "asks",
    "school_unknown": "stops",
    "school_empty": "stops",
    "wave_unknown": "stops",
    "wave_empty": "stops",
    "role_unknown": "stops",
    "date_unreadable": "tells",
    "date_order": "tells",
    "answer_unknown": "asks",
    "answer_out_of_range": "asks",
    "answer_date": "stops",
    "answer_mark": "asks",
    "scale_shifted": "stops",
    "answer_uncomputed": "asks",
    "label_unknown": "asks",
    "label_differs": "asks",
    "column_uncoded": "stops",
    "no_answer": "tells",
    "answer_undeclared": "asks",
    "answers_same": "tells",
    "answers_partial": "tells",
    "item_against": "asks",
    "item_empty": "asks",
    "school_equal": "asks",
    "forms_fast": "tells",
    "wave_dates": "asks",
    "waves_mirrored": "asks",
    "more_than_invited": "asks",
    "fewer_than_invited": "tells",
    "school_absent": "asks",
    "codes_alike": "asks",
    "codes_joined": "tells",
    "match_unknown": "stops",
    "match_contradicts": "stops",
    "nobody_matched": "asks",
    "people_unfollowed": "tells",
    "dictionary_unreadable": "stops",
    "forms_unfinished": "asks",
    "forms_trial": "asks",
    "rows_unasked": "tells",
    "rows_elsewhere": "tells",
    "leave_out_absent": "asks",
    "leave_out_elsewhere": "tells",
    "left_out_no_consent": "tells",
    "left_out_test": "tells",
    "left_out_unfinished": "tells",
    "left_out_double": "tells",
    "left_out_unplaced": "tells",
    "respondent_double": "asks",
    "rows_copied": "asks",
    "code_empty": "tells",
    "code_incomplete": "tells",
    "code_two_schools": "tells",
    "code_moved": "asks",
    "code_per_school": "asks",
}
ORDER = ("stops", "asks", "tells")


Report = Callable[[str, float], None]


def report_nothing(file: str, share: float) -> None:
    """Do nothing with how far the reading of a file is."""


@dataclass
class Notes:
    """Collects findings while files are read; `report` is called with the file and which share of the work on it is done, 0 to 1."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    report: Report = report_nothing

    def add(self, code: str, **places: Any) -> None:
        """Note the finding `code` with its places: file, school, wave, row, column, value, expected, count."""
        blank = {"school": "", "wave": "", "file": "", "row": 0, "column": "", "value": "", "expected": "", "count": 1}
        self.rows.append({"code": code, "severity": SEVERITY[code]} | blank | places)

    def tabulate(self) -> pd.DataFrame:
        """Return all notes as FINDINGS, those that stop first, otherwise in the order in which they were made."""
        findings = FINDINGS.collect(self.rows)
        return findings.loc[findings["severity"].map(ORDER.index).sort_values(kind="stable").index].reset_index(drop=True)


def describe_finding(finding: Mapping[Any, Any], language: Language) -> Problem:
    """Return in words where one row of FINDINGS was found, what it says and how it is mended; a column that it names is told there only."""
    words = load_phrases("findings", language)[str(finding["code"])]
    says, mend = (words[part].format(**finding) for part in ("says", "mend"))
    column = "" if "{column}" in words["says"] else str(finding["column"])
    return Problem(str(finding["file"]), says, mend, int(finding["row"]) or None, column)
