"""The data check: what was read before anything is computed. An internal page for the evaluator; its counts are not rounded or hidden."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.findings import ORDER, locate_finding, write_finding
from toolkit.languages import Language, Text, load_text
from toolkit.report.html.elements import Html, fold, heading, join, paragraph
from toolkit.report.html.elements__tables import Column, TableView, publish_table
from toolkit.report.sections.page_frame__title import show_banner, show_internal, show_study
from toolkit.responses.exports import Exports, read_exports
from toolkit.results.estimates.participation import LEFT_OUT, find_matched
from toolkit.study.loading import load_study
from toolkit.study.study import Study


@dataclass(frozen=True, slots=True)
class Check:
    """What the data check shows: the study, what was read, and the language of the page."""

    study: Study
    exports: Exports
    text: Text


def open_check(study_file: str | Path, language: Language = "nl") -> Check:
    """Return the data check of a study: its files are read here, and nothing in them raises an error."""
    study = load_study(study_file)
    return Check(study, read_exports(study), load_text(language))


def show_check_title(check: Check) -> Html:
    """Return the title of the page, that it is internal, and what the check found in numbers."""
    text, counts = check.text, check.exports.findings["severity"].value_counts()
    found = heading(text.say("check.title"), "title", level=1) + show_banner(check.study, text)
    found += show_internal(text, "check.internal_means")
    return (
        found + show_study(check.study, text) + paragraph(text.say("check.stopped" if counts.get("stops", 0) else "check.passed"), "lead")
    )


def show_findings(check: Check) -> Html:
    """Return all findings in the page's language, a table per severity, those that stop the analysis first."""
    text, findings = check.text, check.exports.findings
    counts = {severity: int((findings["severity"] == severity).sum()) for severity in ORDER}
    found = heading(text.say("check.findings"), "findings")
    return found + join(_show_severity(check, severity, count) for severity, count in counts.items())


def _show_severity(check: Check, severity: str, count: int) -> Html:
    """Return the findings of one severity; those that only tell something are folded."""
    text, findings = check.text, check.exports.findings
    summary = text.say_count(f"check.count_{severity}", count)
    if not count:
        return paragraph(f"{summary}.")
    columns = [Column(text.say(f"check.column_{name}")) for name in ("says", "mend")]
    found = findings[findings["severity"] == severity].to_dict("records")
    rows = [[f"{locate_finding(finding, text)}: {says}", mend] for finding in found for says, mend in [write_finding(finding, text)]]
    table = publish_table(TableView(text.say(f"check.table_{severity}"), columns, rows), f"findings-{severity}")
    return fold(summary, table) if severity == "tells" else paragraph(f"{summary}.") + table


def show_who(check: Check) -> Html:
    """Return per school and wave how many people were invited, were used, answered again, and were left out and why."""
    text, responses = check.text, check.exports.responses
    key = ["school", "wave"]
    used, matched = responses.groupby(key).size(), find_matched(responses, check.study).groupby(key).size()
    left = check.exports.findings.groupby([*key, "code"])["count"].sum()
    names = [text.say("who.school"), text.say("column.wave"), *(text.say(f"who.{name}") for name in ("invited", "used", "matched"))]
    columns = [Column(name, number=place > 1) for place, name in enumerate(names)] + [Column(text.say("who.left_out"))]
    rows = []
    for school in check.study.schools:
        for wave in check.study.waves:
            cell, invited = (school.id, wave.id), school.invited.get(wave.id)
            counts = [text.number(int(table.get(cell, 0)), 0) for table in (used, matched)]
            reasons = {reason: int(left.get((*cell, f"left_out_{reason}"), 0)) for reason in LEFT_OUT}
            told = text.say("who.not_told") if invited is None else text.number(invited, 0)
            rows.append([school.name, text.pick(wave.label), told, *counts, _write_left_out(reasons, text)])
    return heading(text.say("who.heading"), "who") + publish_table(TableView(text.say("check.table_who"), columns, rows), "who-counts")


def _write_left_out(reasons: dict[str, int], text: Text) -> str:
    """Return why how many were left out, or that nobody was."""
    said = [f"{text.say(f'who.left_out_{reason}')}: {text.number(count, 0)}" for reason, count in reasons.items() if count]
    return "; ".join(said) or text.say("check.nobody_left_out")


def show_files(check: Check) -> Html:
    """Return how every file was read, and how many of its rows are used."""
    text = check.text
    names = ("file", "sheet", "format", "encoding", "rows_read", "rows_used", "sha")
    columns = [Column(text.say(f"origin.column_{name}"), number=name.startswith("rows")) for name in names]
    rows = [_list_file(row, text) for row in check.exports.sources.to_dict("records")]
    table = TableView(text.say("origin.table"), columns, rows or [[text.say("origin.no_files"), *[text.say("empty.not_measured")] * 6]])
    return heading(text.say("origin.files"), "files") + publish_table(table, "files-read")


def _list_file(row: dict[Any, Any], text: Text) -> list[str]:
    words = [str(row[name]) or text.say("origin.no_sheet") for name in ("source", "sheet", "format", "encoding")]
    return [*words, *(text.number(row[name], 0) for name in ("rows_read", "rows_used")), str(row["sha256"])[:12]]
