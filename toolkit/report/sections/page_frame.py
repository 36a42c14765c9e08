"""Section 11: where this page comes from, so that anybody can make it again. No user, no machine, no path."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from toolkit.report.content.view import View
from toolkit.report.html.elements import Html, facts, fold, heading
from toolkit.report.html.elements__tables import Column, TableView, publish_table
from toolkit.results.estimates.participation import LEFT_OUT
from toolkit.results.rows import find_floor, may_count

#: So many signs of a hash are enough to tell files apart.
SIGNS = 12


def show_origin(view: View) -> Html:
    """Return the study, its files with their hashes, the version and definitions behind the results, and how to make the page again."""
    found = heading(view.text.say("origin.heading"), "origin") + facts(_list_facts(view))
    return found + fold(view.text.say("origin.files"), publish_table(_tabulate_files(view), "origin-files"))


def _list_facts(view: View) -> Iterator[tuple[str, str]]:
    text, study, run = view.text, view.study, view.results.provenance
    yield text.say("origin.study"), f"{study.id}: {text.pick(study.title)}"
    yield text.say("origin.date"), text.date(study.report_date)
    yield text.say("origin.language"), text.say("origin.this_language")
    yield text.say("origin.template"), str(run.get("template") or _name_template(view))
    for key in ("version", "command"):
        yield text.say(f"origin.{key}"), str(run.get(key) or text.say("origin.not_known"))
    yield text.say("origin.study_sha"), _shorten(run.get("study_sha")) or text.say("origin.not_known")
    for name, sha in sorted((run.get("instruments") or {}).items()):
        yield text.say("origin.instrument", instrument=name), _shorten(sha)
    yield text.say("origin.settings"), _write_settings(run.get("settings") or {}) or text.say("origin.all_default")


def _name_template(view: View) -> str:
    return "school_report" if view.school else "board_report" if view.board else "cohort_report"


def _write_settings(settings: dict[str, Any]) -> str:
    return "; ".join(f"{name} = {value}" for name, value in sorted(settings.items()))


def _shorten(sha: object) -> str:
    return str(sha or "")[:SIGNS]


def _tabulate_files(view: View) -> TableView:
    text, school_of = view.text, {PurePath(source.file).name: source.school for source in view.study.sources}
    names = ("file", "sheet", "rows_read", "rows_used", "sha")
    columns = [Column(text.say(f"origin.column_{name}"), number=name.startswith("rows")) for name in names]
    rows = [_list_file(row, view, school_of.get(_find_name(row), "")) for row in view.results.sources.itertuples()]
    return TableView(text.say("origin.table"), columns, rows or [[text.say("origin.no_files"), *[text.say("empty.not_measured")] * 4]])


def _find_name(row: Any) -> str:
    return PurePath(row.source.replace("\\", "/")).name.removesuffix(f" [{row.sheet}]")


def _list_file(row: Any, view: View, school: str) -> list[str]:
    """Return the cells of one file, of one school or (school "") of several; numbers of rows that would tell a hidden count are hidden."""
    text, study = view.text, view.study
    schools = [school] if school else [entry.id for entry in study.schools]
    protected = (len(schools) > 1 and view.write_place()) or _has_hidden_count(view, schools)
    used = text.number(row.rows_used, 0) if may_count(row.rows_used, study) else text.say("empty.few", floor=find_floor(study))
    apart = may_count(row.rows_used, study) and may_count(row.rows_read - row.rows_used, study)
    read = text.number(row.rows_read, 0) if apart else text.say("empty.protected")
    numbers = [text.say("empty.protected")] * 2 if protected else [read, used]
    return [_find_name(row), row.sheet or text.say("origin.no_sheet"), *numbers, _shorten(row.sha256)]


def _has_hidden_count(view: View, schools: list[str]) -> bool:
    quantities = ("used", "answered", *(f"left_out_{reason}" for reason in LEFT_OUT))
    cells = [(wave.id, quantity, school) for school in schools for wave in view.study.waves for quantity in quantities]
    return any(view.find_participation(*cell).state == "hidden" for cell in cells)
