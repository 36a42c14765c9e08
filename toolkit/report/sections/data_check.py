"""The data check: what was read before anything is computed, which answers are missing and who was followed. An internal page for the
evaluator; its counts are not rounded or hidden.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.findings import ORDER, list_shown, locate_finding, write_finding
from toolkit.languages import Language, Text
from toolkit.plots.style import TINTS
from toolkit.records.reading import read_all
from toolkit.report.figures.profiles import Cell, draw_heat
from toolkit.report.html.elements import Column, Html, TableView, fold, heading, join, paragraph, publish_table
from toolkit.report.html.svg import publish_figure
from toolkit.report.sections.study_frame import show_banner, show_draft, show_internal, show_study
from toolkit.responses.exports import Exports
from toolkit.responses.questions import list_accepted, list_questions, write_seen
from toolkit.results.estimates.participation import COUNTS, LEFT_OUT, count_followed, find_matched
from toolkit.study.instruments import Instrument
from toolkit.study.loading import load_study
from toolkit.study.study import Study

#: From these shares of missing answers on a box has a stronger tint; nothing missing has the weakest.
STEPS = (0.0, 0.05, 0.10, 0.20)
#: With more schools than this they are no columns of their own; with more than `ROWS` they have no picture.
COLUMNS = 13
ROWS = 60
#: How many of the most missed are named in words.
NAMED = 5


@dataclass(frozen=True, slots=True)
class Check:
    """What the data check shows: the study, what was read, and the language of the page."""

    study: Study
    exports: Exports
    text: Text


def open_check(study_file: str | Path | Check, language: Language = "nl") -> Check:
    """Return the data check of a study: its files are read here, unless they were already, and nothing in them raises an error."""
    if isinstance(study_file, Check):
        return replace(study_file, text=study_file.study.load_text(language))
    study = load_study(study_file)
    exports, _ = read_all(study)
    return Check(study, exports, study.load_text(language))


def show_check_title(check: Check) -> Html:
    """Return the title of the page, that it is internal, and what the check found in numbers."""
    text = check.text
    counts = check.exports.findings["severity"].value_counts()
    found = heading(text.say("check.title"), "title", level=1) + show_banner(check.study, text)
    found += show_internal(text, "check.internal_means")
    found += show_draft(check.study, text, len(list_questions(check.exports.findings)))
    passed = paragraph(text.say("check.stopped" if counts.get("stops", 0) else "check.passed"), "lead")
    seen = write_seen(check.exports.responses, check.exports.findings, check.study, text)
    read = text.say("check.read", count=check.exports.sources["source"].nunique(), seen=seen)
    return found + show_study(check.study, text) + paragraph(read) + passed


def show_findings(check: Check) -> Html:
    """Return all findings in the page's language, a table per severity, those that stop the analysis first."""
    text = check.text
    findings = check.exports.findings
    counts = {severity: len(_list_told(findings, severity, text)) for severity in ORDER}
    found = heading(text.say("check.findings"), "findings")
    if not any(counts.values()):
        return found + paragraph(text.say("check.nothing"))
    return found + join(_show_severity(check, severity, count) for severity, count in counts.items())


def _show_severity(check: Check, severity: str, count: int) -> Html:
    """Return the findings of one severity; those that only tell something are folded."""
    text = check.text
    findings = check.exports.findings
    summary = text.say_count(f"check.count_{severity}", count)
    if not count:
        return Html()
    if severity == "accepted":
        return fold(summary, _tabulate_accepted(check))
    columns = [Column(text.say(f"check.column_{name}")) for name in ("says", "mend")]
    told = _list_told(findings, severity, text)
    rows = [[f"{where}: {says}", mend] for where, finding in told for says, mend in [write_finding(finding, text)]]
    table = publish_table(TableView(text.say(f"check.table_{severity}"), columns, rows), f"findings-{severity}")
    return fold(summary, table) if severity == "tells" else paragraph(f"{summary}.") + table


def _list_told(findings: pd.DataFrame, severity: str, text: Text) -> list[tuple[str, dict[str, Any]]]:
    """Return the findings of one severity, each with its place.

    Those that only tell something and say the same of several files are one, with the sum of what was counted.
    """
    shown = list_shown(findings, severity)
    if severity != "tells":
        return [(locate_finding(finding, text), finding) for finding in shown]
    kinds: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for finding in shown:
        alike = finding | {"count": 0}
        kinds.setdefault((finding["code"], *write_finding(alike, text)), []).append(finding)
    found = []
    for same in kinds.values():
        files = len({finding["file"] for finding in same})
        where = locate_finding(same[0], text) if files == 1 else text.say("check.files", count=files)
        found.append((where, same[0] | {"count": sum(finding["count"] for finding in same)}))
    return found


def _tabulate_accepted(check: Check) -> Html:
    """Return each question that a person accepted, and why in their own words."""
    text = check.text
    columns = [Column(text.say(f"check.column_{name}")) for name in ("says", "because")]
    rows = [
        [f"{locate_finding(finding, text)}: {write_finding(finding, text)[0]}", because or text.say("check.no_reason")]
        for finding, because in list_accepted(check.exports.findings, check.study)
    ]
    return publish_table(TableView(text.say("check.table_accepted"), columns, rows), "findings-accepted")


def show_who(check: Check) -> Html:
    """Return per school and wave how many people were invited, were used, answered again, and were left out and why."""
    text = check.text
    responses = check.exports.responses
    key = ["school", "wave"]
    used = responses.groupby(key).size()
    matched = find_matched(responses, check.study).groupby(key).size()
    left = check.exports.findings.groupby([*key, "code"])["count"].sum()
    names = [text.say("who.school"), text.say("column.wave"), *(text.say(f"who.{name}") for name in ("invited", "used", "matched"))]
    columns = [Column(name, number=place > 1) for place, name in enumerate(names)] + [Column(text.say("who.left_out"))]
    rows = []
    for school in check.study.schools:
        for wave in check.study.waves:
            cell = (school.id, wave.id)
            invited = school.invited.get(wave.id)
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


@dataclass(frozen=True, slots=True)
class Missed:
    """How many of those who were asked gave no answer."""

    missing: int
    asked: int

    @property
    def share(self) -> float:
        """The share that is missing, -1 where nobody was asked."""
        return self.missing / self.asked if self.asked else -1.0


NOBODY = Missed(0, 0)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture before it is drawn: what was counted per row and column, and the words for it."""

    id: str
    rows: list[tuple[str, list[Missed]]]
    columns: list[str]
    head: str
    caption: str
    table: str


def show_missing(check: Check) -> Html:
    """Return how many answers are missing per school and wave, and folded per instrument how many per question, wave and school."""
    text = check.text
    counts = _count(check)
    found = heading(text.say("check.missing"), "missing") + paragraph(text.say("check.missing_means"))
    schools = _compare_schools(check, counts)
    if len(check.study.schools) > 1:
        drawn = len(schools.rows) <= ROWS
        found += _publish(schools, text) if drawn else fold(text.say("missing.schools"), _publish_table(schools, text))
    pictures = [(instrument, _compare_items(check, counts, instrument)) for instrument in check.study.instruments]
    return found + join(
        fold(text.say("missing.fold", name=text.pick(instrument.name), title=_name_most(picture, text)), _publish(picture, text))
        for instrument, picture in pictures
    )


def _count(check: Check) -> pd.DataFrame:
    """Return per item, school and wave how many were asked and how many of them gave no answer; files without the item don't count."""
    exports = check.exports
    items = [column for instrument in check.study.instruments for column in instrument.columns]
    groups = exports.responses.groupby(["school", "wave", "source"])
    given = groups[items].count()
    forms = groups.size().reset_index(name="asked")
    asked = exports.origins[["source", "wave", "item"]].drop_duplicates().rename(columns={"wave": "of"})
    counts = forms.merge(asked, on="source")
    counts = counts[(counts["of"] == "") | (counts["of"] == counts["wave"])]
    answered = given.reset_index().melt(["school", "wave", "source"], var_name="item", value_name="answered")
    counts = counts.merge(answered, on=["school", "wave", "source", "item"], how="left")
    return counts.assign(missing=counts["asked"] - counts["answered"])[["item", "school", "wave", "missing", "asked"]]


def _sum_by(counts: pd.DataFrame, first: str, second: str) -> dict[tuple[str, str], Missed]:
    sums = counts.groupby([first, second])[["missing", "asked"]].sum()
    return {key: Missed(int(missing), int(asked)) for key, missing, asked in zip(sums.index, sums["missing"], sums["asked"], strict=True)}


def _compare_schools(check: Check, counts: pd.DataFrame) -> Picture:
    text = check.text
    waves = check.study.waves
    found = _sum_by(counts, "school", "wave")
    rows = [(school.name, [found.get((school.id, wave.id), NOBODY) for wave in waves]) for school in check.study.schools]
    columns = [text.pick(wave.label) for wave in waves]
    caption = text.say("missing.schools_caption")
    return Picture("missing-schools", rows, columns, text.say("column.school"), caption, text.say("missing.schools"))


def _compare_items(check: Check, counts: pd.DataFrame, instrument: Instrument) -> Picture:
    text = check.text
    waves = check.study.waves
    schools = check.study.schools
    beside = schools if 1 < len(schools) <= COLUMNS else ()
    by_wave = _sum_by(counts, "item", "wave")
    by_school = _sum_by(counts, "item", "school")
    rows = []
    for column, (item, rating) in instrument.columns.items():
        found = instrument.find_rating(rating)
        label = f"{item.number}. {text.pick(item.label) if item.label else item.id}" + (f" ({text.pick(found.label)})" if found else "")
        cells = [by_wave.get((column, wave.id), NOBODY) for wave in waves]
        rows.append((label, cells + [by_school.get((column, school.id), NOBODY) for school in beside]))
    columns = [*(text.pick(wave.label) for wave in waves), *(school.name for school in beside)]
    caption = text.say("missing.caption" if beside else "missing.caption_waves")
    table = text.say("check.table_missing", name=text.pick(instrument.name))
    return Picture(f"missing-{instrument.id}", rows, columns, text.say("check.column_item"), caption, table)


def _publish(picture: Picture, text: Text) -> Html:
    """Return a picture with a box per row and column, and its numbers in a table."""
    title = _name_most(picture, text)
    rows = [(label, [_make_cell(missed, text) for missed in cells]) for label, cells in picture.rows]
    signs = [(TINTS[0], text.say("missing.none")), (TINTS[-1], text.say("missing.much", share=text.percent(STEPS[-1])))]
    signs += [("open", text.say("check.not_asked"))] * any(cell is None for _, cells in rows for cell in cells)
    numbers = "; ".join(f"{label}: {text.percent(share)}" for share, label in _list_most(picture)[:NAMED])
    description = text.say("figure.description", title=title, numbers=numbers or title, table=picture.table)
    # a bare number before "september 2025" would make it a day
    drawn = draw_heat(rows, [f"= {name}" for name in picture.columns], signs)
    return publish_figure(drawn, picture.id, title, picture.caption, description, _publish_table(picture, text), text)


def _publish_table(picture: Picture, text: Text) -> Html:
    columns = [Column(picture.head), *(Column(name, number=True) for name in picture.columns)]
    rows = [[label, *(_write(missed, text) for missed in cells)] for label, cells in picture.rows]
    return publish_table(TableView(picture.table, columns, rows), f"{picture.id}-table")


def _list_most(picture: Picture) -> list[tuple[float, str]]:
    """Return the highest share of each row with its label, those that miss most first."""
    found = [(max(missed.share for missed in cells), label) for label, cells in picture.rows]
    return sorted(((share, label) for share, label in found if share > 0), key=lambda pair: -pair[0])


def _name_most(picture: Picture, text: Text) -> str:
    """Return what the picture shows: the row that misses most, or that nothing is missing, or that nobody was asked."""
    if not any(missed.asked for _, cells in picture.rows for missed in cells):
        return text.say("missing.unasked")
    most = _list_most(picture)
    key = "missing.most" if len(picture.rows) > 1 else "missing.most_one"
    return text.say(key, label=most[0][1], share=_write_share(most[0][0], text)) if most else text.say("missing.nothing")


def _make_cell(missed: Missed, text: Text) -> Cell | None:
    if not missed.asked:
        return None
    strength = sum(missed.share >= step for step in STEPS[1:]) + (missed.missing > 0)
    return Cell(_write_share(missed.share, text), TINTS[strength], bold=missed.share >= STEPS[-1])


def _write_share(share: float, text: Text) -> str:
    """Return a share in whole percentages; a little that would be written as nothing is written as under one."""
    return text.say("missing.under_one") if 0 < share < 0.005 else text.percent(share)


def _write(missed: Missed, text: Text) -> str:
    if not missed.asked:
        return text.say("check.not_asked")
    places = {"missing": text.number(missed.missing, 0), "asked": text.number(missed.asked, 0)}
    return text.say("check.missing_of", share=_write_share(missed.share, text), **places)


def show_followed(check: Check) -> Html:
    """Return per school and comparison how many people were found again, or that the study follows nobody; "" for a single wave."""
    text = check.text
    study = check.study
    if not study.planned:
        return Html("")
    found = heading(text.say("followed.heading"), "followed")
    if study.matching.by == "none":
        return found + paragraph(text.say("followed.nobody"))
    names = [Column(text.say(f"followed.{name}")) for name in ("school", "waves")]
    counted = count_followed(check.exports.responses, check.exports.findings, study)
    labels = {
        comparison.id: text.say(
            "followed.to", **{end: text.pick(study.find_wave(getattr(comparison, end)).label) for end in ("before", "after")}
        )
        for comparison in study.planned
    }
    rows = [
        [study.find_school(row["school"]).name, labels[row["comparison"]], *(text.number(row[name], 0) for name in COUNTS)]
        for row in counted.to_dict("records")
    ]
    columns = [*names, *(Column(text.say(f"followed.{name}"), number=True) for name in COUNTS)]
    return (
        found
        + paragraph(text.say("followed.means"))
        + publish_table(TableView(text.say("followed.table"), columns, rows), "followed-counts")
    )
