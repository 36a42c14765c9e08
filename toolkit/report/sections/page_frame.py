"""The start and the end of every page: whose it is and of when, whether its data are invented, its terms, and where it comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import PurePath
from typing import Any

from toolkit.report.content.sentences import list_terms
from toolkit.report.content.view import View
from toolkit.report.html.elements import (
    Column,
    Html,
    TableView,
    facts,
    fold,
    fold_sections,
    heading,
    paragraph,
    publish_table,
)
from toolkit.report.sections.study_frame import show_banner, show_draft, show_study, write_open
from toolkit.results.estimates.participation import LEFT_OUT
from toolkit.results.results import Results
from toolkit.results.rows import find_floor, may_count

#: So many characters of a hash are enough to tell files apart.
SIGNS = 12


def unless_silent(show: Callable[[View], Html]) -> Callable[[View], Html]:
    """Return `show` for pages with numbers; on the page of a school of which nothing may be shown it returns nothing."""

    @wraps(show)
    def show_or_not(view: View) -> Html:
        return Html() if view.silent else show(view)

    return show_or_not


def show_origin(view: View) -> Html:
    """Return the study, its files with their hashes, the version and definitions behind the results, and how to make the page again."""
    head = Html() if view.silent else heading(view.text.say("origin.heading"), "origin")
    known = facts(_list_facts(view))
    files = publish_table(_tabulate_files(view), "origin-files")
    return head + fold(view.text.say("origin.made"), known + files)


def _list_facts(view: View) -> Iterator[tuple[str, str]]:
    text = view.text
    study = view.study
    run = view.results.provenance
    yield text.say("origin.study"), f"{study.id}: {text.pick(study.title)}"
    if view.school and (sector := study.find_school(view.school).sector):
        yield text.say("origin.sector"), sector
    yield text.say("origin.date"), text.date(study.report_date)
    yield text.say("origin.language"), text.say("origin.this_language")
    yield text.say("origin.template"), str(run.get("template") or _name_template(view))
    for key in ("version", "command"):
        yield text.say(f"origin.{key}"), str(run.get(key) or text.say("origin.not_known"))
    yield text.say("origin.study_sha"), _shorten(run.get("study_sha")) or text.say("origin.not_known")
    for name, sha in sorted((run.get("instruments") or {}).items()):
        yield text.say("origin.instrument", instrument=name), _shorten(sha)
    if accepted := sum((run.get("questions") or {}).get("accepted", {}).values()):
        yield text.say("origin.questions"), text.say_count("origin.accepted", accepted)
    yield text.say("origin.settings"), _write_settings(run.get("settings") or {}) or text.say("origin.all_default")


def _name_template(view: View) -> str:
    return "school_report" if view.school else "board_report" if view.board else "across_schools"


def _write_settings(settings: dict[str, Any]) -> str:
    return "; ".join(f"{name} = {value}" for name, value in sorted(settings.items()))


def _shorten(sha: object) -> str:
    return str(sha or "")[:SIGNS]


def _tabulate_files(view: View) -> TableView:
    text = view.text
    school_of = {PurePath(source.file).name: source.school for source in view.study.sources}
    names = ("file", "sheet", "rows_read", "rows_used", "sha")
    columns = [Column(text.say(f"origin.column_{name}"), number=name.startswith("rows")) for name in names]
    rows = [_list_file(row, view, school_of.get(_find_name(row), "")) for row in view.results.sources.itertuples()]
    return TableView(text.say("origin.table"), columns, rows or [[text.say("origin.no_files"), *[text.say("empty.not_measured")] * 4]])


def _find_name(row: Any) -> str:
    return PurePath(row.source.replace("\\", "/")).name.removesuffix(f" [{row.sheet}]")


def _list_file(row: Any, view: View, school: str) -> list[str]:
    """Return the cells of one file, of one school or (school "") of several; numbers of rows that would tell a hidden count are hidden."""
    text = view.text
    study = view.study
    schools = [school] if school else [entry.id for entry in study.schools]
    protected = (len(schools) > 1 and view.write_place()) or _has_hidden_count(view, schools)
    used = text.number(row.rows_used, 0) if may_count(row.rows_used, study) else text.say("empty.few", floor=find_floor(study))
    apart = may_count(row.rows_used, study) and may_count(row.rows_read - row.rows_used, study)
    read = text.number(row.rows_read, 0) if apart else text.say_instead("protected")
    numbers = [text.say_instead("protected")] * 2 if protected else [read, used]
    return [_find_name(row), row.sheet or text.say("origin.no_sheet"), *numbers, _shorten(row.sha256)]


def _has_hidden_count(view: View, schools: list[str]) -> bool:
    quantities = ("used", "answered", *(f"left_out_{reason}" for reason in LEFT_OUT))
    cells = [(wave.id, quantity, school) for school in schools for wave in view.study.waves for quantity in quantities]
    return any(view.find_participation(*cell).state == "hidden" for cell in cells)


def show_title(view: View) -> Html:
    """Return the title of the page with study, waves, state and contact; a banner where the data are invented."""
    place = view.write_place()
    kind = "school" if view.school else "board" if view.board else "across_schools"
    found = heading(view.text.say(f"title.{kind}", place=place), "title", level=1)
    if view.school:
        return found + show_draft(view.study, view.text, count_open(view.results), short=True) + paragraph(write_line(view), "note")
    found += show_banner(view.study, view.text) + show_draft(view.study, view.text, count_open(view.results))
    return found + show_study(view.study, view.text)


def write_line(view: View) -> str:
    """Return in one line when a school was measured, the state of its report and whom to ask."""
    text = view.text
    study = view.study
    measured = text.say("title.measured", dates=text.join([text.date(wave.date) for wave in study.waves]))
    state = text.say(f"title.{study.state}", date=text.date(study.report_date))
    return " · ".join(filter(None, [measured, state, study.contact]))


def write_state(view: View) -> str:
    """Return the state of the study and its date without a last full stop, and of a draft how many questions about the data are open."""
    state = view.text.say(f"title.{view.study.state}", date=view.text.date(view.study.report_date))
    if view.study.state == "final":
        return state
    return f"{state}. {view.text.say('title.is_draft')}. {write_open(count_open(view.results), view.text).rstrip('.')}"


def count_open(results: Results) -> int:
    """Return how many questions about the data nobody had answered when the results were estimated."""
    return int((results.provenance.get("questions") or {}).get("open", 0))


@unless_silent
def show_terms(view: View) -> Html:
    """Return every term that the page uses with what it means."""
    return heading(view.text.say("terms.heading"), "terms") + fold(view.text.say("terms.fold"), facts(list_terms(view)))


def show_folded(view: View, section: Html) -> Html:
    """Return sections of the page with their figures and numbers folded below their first words."""
    return fold_sections(section, lambda name: view.text.say("page.folded", name=name))
