"""Findings: what a person should look at before, during or after the work, and the words that say so."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from toolkit.errors import ExportError, Problem
from toolkit.languages import Language, Text, load_text
from toolkit.schemas import FINDINGS

#: what each finding asks of a person. stops: nothing can be computed until it is fixed. asks: the work goes on with the choice that the
#: finding states, and a person should agree with it. tells: good to know.
SEVERITY: Mapping[str, str] = {
    "file_missing": "stops",
    "file_beside": "stops",
    "file_folder": "stops",
    "file_empty": "stops",
    "file_without_rows": "stops",
    "file_unreadable": "stops",
    "file_kind": "stops",
    "file_program": "stops",
    "file_special": "stops",
    "file_too_large": "stops",
    "file_memory": "stops",
    "file_slow": "stops",
    "file_locked": "stops",
    "file_same": "asks",
    "file_unnamed": "asks",
    "files_unnamed": "asks",
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
    "items_joined": "tells",
    "items_differ": "stops",
    "items_missing": "stops",
    "items_none": "stops",
    "items_long": "stops",
    "instrument_absent": "tells",
    "consent_unruled": "asks",
    "columns_unknown": "tells",
    "personal_data": "tells",
    "code_personal": "asks",
    "code_date": "asks",
    "code_long": "asks",
    "school_unknown": "stops",
    "school_empty": "stops",
    "wave_unknown": "stops",
    "wave_empty": "stops",
    "wave_undated": "asks",
    "wave_outside": "asks",
    "wave_between": "asks",
    "wave_date_order": "asks",
    "role_unknown": "stops",
    "subgroup_unknown": "stops",
    "schools_unknown": "stops",
    "waves_unknown": "stops",
    "roles_unknown": "stops",
    "subgroups_unknown": "stops",
    "date_unreadable": "tells",
    "date_order": "tells",
    "answer_unknown": "asks",
    "answer_out_of_range": "asks",
    "answer_date": "stops",
    "answer_mark": "asks",
    "answer_zeros": "asks",
    "scale_shifted": "stops",
    "scale_renumbered": "stops",
    "scale_renumbered_unsure": "stops",
    "column_renumbered": "asks",
    "answer_uncomputed": "asks",
    "label_unknown": "asks",
    "label_differs": "asks",
    "column_uncoded": "stops",
    "no_answer": "tells",
    "words_many": "tells",
    "missing_on_scale": "asks",
    "answer_undeclared": "asks",
    "answers_same": "tells",
    "answers_partial": "tells",
    "item_against": "asks",
    "items_turned": "asks",
    "items_turned_surely": "stops",
    "wave_turned": "asks",
    "wave_numbers": "asks",
    "item_empty": "asks",
    "not_asked_answered": "asks",
    "scale_shorter": "tells",
    "scale_unscored": "tells",
    "school_equal": "asks",
    "forms_fast": "tells",
    "wave_dates": "asks",
    "cohort_dates": "asks",
    "cohort_wave": "asks",
    "wave_uncompared": "asks",
    "comparisons_unplanned": "asks",
    "waves_mirrored": "asks",
    "more_than_invited": "asks",
    "fewer_than_invited": "tells",
    "school_absent": "asks",
    "codes_alike": "asks",
    "codes_zeros": "asks",
    "codes_dated": "asks",
    "codes_powers": "asks",
    "codes_joined": "tells",
    "match_unknown": "stops",
    "match_contradicts": "stops",
    "nobody_matched": "asks",
    "people_unfollowed": "tells",
    "dictionary_unreadable": "stops",
    "forms_unfinished": "tells",
    "forms_never_finished": "asks",
    "forms_trial": "tells",
    "rows_unasked": "tells",
    "rows_elsewhere": "tells",
    "leave_out_absent": "asks",
    "leave_out_elsewhere": "tells",
    "rule_unmet": "asks",
    "rule_unmet_consent": "stops",
    "rule_agreed": "tells",
    "rule_near": "asks",
    "rule_near_consent": "stops",
    "words_unmet": "asks",
    "words_unmet_some": "tells",
    "words_contradict": "stops",
    "left_out_no_consent": "tells",
    "left_out_test": "tells",
    "left_out_unfinished": "tells",
    "left_out_double": "tells",
    "left_out_unplaced": "tells",
    "respondent_double": "asks",
    "respondent_contradicts": "asks",
    "respondent_double_later": "asks",
    "respondent_double_first": "asks",
    "rows_copied": "asks",
    "answers_shared": "asks",
    "code_empty": "tells",
    "code_words": "tells",
    "code_signs": "tells",
    "codes_apart": "asks",
    "code_incomplete": "tells",
    "code_two_schools": "tells",
    "code_moved": "asks",
    "schools_apart": "asks",
    "schools_one_wave": "asks",
    "schools_never_twice": "asks",
    "code_per_school": "asks",
    "note_lost": "asks",
    "group_changed": "asks",
    "group_changed_over_all": "asks",
    "earlier_unreadable": "asks",
    "publication_unfinished": "asks",
    "group_follows": "stops",
    "record_column": "stops",
    "record_unused": "tells",
    "record_empty": "stops",
    "record_unknown": "stops",
    "record_number": "stops",
    "record_range": "stops",
    "record_date": "stops",
    "record_outside": "asks",
    "record_above": "stops",
    "record_no_value": "stops",
    "record_share": "stops",
    "record_targets": "stops",
    "record_twice": "stops",
    "record_consent": "stops",
    "record_code": "asks",
    "record_contact": "asks",
}
#: a finding that asks and that a person accepted is "accepted".
ORDER = ("stops", "asks", "accepted", "tells")
#: what a finding may say about its place and what was found there.
TEXTS = ("file", "column", "value", "expected", "school", "wave")
PLACES = ("file", "row", "column", "value", "expected", "count", "school", "wave")
#: the findings of which more than so many in one file are told as one.
MANY = 3
#: those about single people, and those that count people per file, school and wave: of these two are told as one already.
OF_PEOPLE = ("respondent_double", "respondent_double_later", "respondent_double_first", "respondent_contradicts")
COUNTED = ("left_out_no_consent", "left_out_test", "left_out_unfinished", "left_out_double")
#: the findings that other parts read one by one; only where they are shown are many told as one.
PER_PLACE = (*COUNTED, "codes_alike", "personal_data")
#: so many places are named in one finding.
NAMED = 8


Report = Callable[[str, float], None]


def report_nothing(file: str, share: float) -> None:
    """Ignore the progress of reading a file."""


@dataclass
class Notes:
    """Collects findings while files are read; `report` is called with the file and the share of the work done on it, 0 to 1."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    report: Report = report_nothing

    def add(self, code: str, **places: Any) -> None:
        """Note the finding `code` with its places: file, school, wave, row, column, value, expected, count."""
        blank = {"school": "", "wave": "", "file": "", "row": 0, "column": "", "value": "", "expected": "", "count": 1}
        self.rows.append({"code": code, "severity": SEVERITY[code]} | blank | places)

    def tabulate(self) -> pd.DataFrame:
        """Return all notes as FINDINGS: those that stop first, otherwise in the order in which they were made."""
        findings = FINDINGS.collect(self.rows)
        return findings.loc[findings["severity"].map(ORDER.index).sort_values(kind="stable").index].reset_index(drop=True)


def list_some(words: Iterable[str], most: int) -> str:
    """Return words in a row, no more than `most` of them, and how many more there are.

    >>> list_some(["a", "b", "c", "d"], 2)
    'a, b, … (+2)'
    """
    listed = list(words)
    rest = len(listed) - most
    return ", ".join(listed[:most]) + (f", … (+{rest})" if rest > 0 else "")


def group_notes(
    rows: Sequence[dict[str, Any]], *, apart: Collection[str] = (), most: int = MANY
) -> list[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Return `rows` as they are shown, each with the rows that it stands for.

    Where more than `most` are of one kind and file, one stands for all; those of a kind in `apart` stay as they are. Of those about people
    two are enough, and what counts people is told of all files together.
    """
    alike: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        file = "" if most == 1 or row["code"] in COUNTED else row["file"]
        alike.setdefault((row["code"], file), []).append(row)
    groups: dict[int, tuple[dict[str, Any], list[dict[str, Any]]]] = {}
    for (code, _), found in alike.items():
        if len(found) > (1 if code in (*OF_PEOPLE, *COUNTED) else most) and code not in apart:
            groups[id(found[0])] = (_fold(found), found)
        else:
            groups |= {id(row): (row, [row]) for row in found}
    return [groups[id(row)] for row in rows if id(row) in groups]


def fold_notes(rows: Sequence[dict[str, Any]], *, apart: Collection[str] = (), most: int = MANY) -> list[dict[str, Any]]:
    """Return `rows` with one in place of those of one kind and file, where they are more than `most`; those in `apart` stay as they are."""
    return [shown for shown, _ in group_notes(rows, apart=apart, most=most)]


def _fold(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return one row for several of a kind: the places of all, the first row where they are in one file, and what they count together."""
    texts = {name: list_some(dict.fromkeys(row[name] for row in rows if row[name]), NAMED) for name in TEXTS}
    first = rows[0]
    files = {row["file"] for row in rows}
    return first | texts | {"row": first["row"] if len(files) == 1 else 0, "count": sum(row["count"] for row in rows)}


def refuse_stops(findings: pd.DataFrame, language: Language) -> None:
    """Raise `ExportError` with all `findings` that stop the analysis; do nothing if there are none."""
    stops = findings[findings["severity"] == "stops"]
    if len(stops):
        raise ExportError([describe_finding(finding, language) for finding in stops.to_dict("records")])


def list_sentences(findings: pd.DataFrame, language: Language) -> Iterator[tuple[str, str]]:
    """Yield the severity and sentence of every finding, those that stop first."""
    text = load_text(language)
    for severity in ORDER:
        for finding in list_shown(findings, severity):
            told = describe_finding(finding, language)
            told = replace(told, mend="") if severity == "accepted" else told
            yield severity, f"{text.say(f'findings.severity.{severity}')} · {told}"


def list_shown(findings: pd.DataFrame, severity: str) -> list[dict[str, Any]]:
    """Return the findings of one severity as they are shown: one for many of a kind."""
    return fold_notes(findings[findings["severity"] == severity].to_dict("records"))  # type: ignore[arg-type]


def describe_finding(finding: Mapping[Any, Any], language: Language) -> Problem:
    """Return in words where one row of FINDINGS was found, what it says and how to fix it."""
    text = load_text(language)
    says, mend = write_finding(finding, text)
    return Problem(locate_finding(finding, text), says, mend)


def write_finding(finding: Mapping[Any, Any], text: Text) -> tuple[str, str]:
    """Return what was found and what to do about it."""
    places = {name: finding.get(name, "") for name in PLACES}
    places["quoted"] = ", ".join(f'"{part}"' for part in str(places["column"]).split(", "))
    return tuple(text.say(f"findings.{finding['code']}.{part}", **places) for part in ("says", "mend"))  # type: ignore[return-value]


def locate_finding(finding: Mapping[Any, Any], text: Text) -> str:
    """Return the place of a finding: file, row and column if it has them; a column that its sentence names is left out here."""
    parts = [finding["file"] or text.say("findings.whole_study")]
    if finding["row"]:
        parts.append(text.say("findings.at_row", row=finding["row"]))
    if finding["column"] and "{column}" not in text.phrases[f"findings.{finding['code']}.says"]:
        parts.append(text.say("findings.at_column", column=finding["column"]))
    return ", ".join(parts)
