"""The summary of a school: one sheet of paper for the meeting of the team, from the same results as its report.

It says less than the report, and nothing else: every sentence and number on it is made by the function that makes it there. What needs
more people than a sheet can explain (answers per statement, spread) or could grow over its edge (the evaluator's own words, the factors
one by one) stays in the report.
"""

from __future__ import annotations

from toolkit.report.content.estimate import write_empty, write_interval
from toolkit.report.content.sentences import list_factors, list_reasons
from toolkit.report.content.view import View
from toolkit.report.html.elements import Column, Html, TableView, bullets, heading, pair, paragraph, publish_table, room
from toolkit.report.sections.discussion import list_questions
from toolkit.report.sections.goals import publish_next
from toolkit.report.sections.key_factors import Gap, list_gaps, write_gap_cells
from toolkit.report.sections.main_findings import (
    list_record_sentences,
    list_school_sentences,
    show_answer,
    show_conclusion,
    tabulate_reasons,
)
from toolkit.report.sections.occasions import list_occasion_sentences
from toolkit.report.sections.outcomes import list_heights, list_scales, publish_levels, tabulate_lowest, write_levels_title
from toolkit.report.sections.page_frame import count_open
from toolkit.report.sections.pictures import write_scales_title
from toolkit.report.sections.study_frame import show_draft
from toolkit.report.sections.tables import make_columns, name_scale, write_nothing
from toolkit.study.study import Outcome, Wave

#: So many scales, the total among them, and so many gaps fit on the sheet.
SCALES = 5
GAPS = 3
#: So many instruments with occasions of their own are told of.
OCCASIONS = 2
#: So many factors fit beside the figure of the outcome.
STRIP = 4
#: So many lines to write in are the most that a sheet has room for.
LINES = 6
#: So many characters of a hash are enough to tell versions of a study apart.
SIGNS = 12


def show_summary_title(view: View) -> Html:
    """Return the title of the sheet with study, waves and state in one line; that the data are invented, or the sheet is a draft."""
    text = view.text
    study = view.study
    found = heading(text.say("title.summary", place=view.write_place()), "title", level=1)
    found += show_draft(study, text, count_open(view.results), short=True)
    waves = text.join([text.say("title.wave", wave=text.pick(wave.label), date=text.date(wave.date)) for wave in view.waves])
    state = text.say(f"title.{study.state}", date=text.date(study.report_date))
    return found + paragraph(text.say("summary.about", study=text.pick(study.title), waves=waves, state=state), "note")


def show_summary_findings(view: View) -> Html:
    """Return the conclusion, as the report has it."""
    return show_conclusion(view, list_school_sentences(view))


def show_summary_evidence(view: View) -> Html:
    """Return figure A with its numbers, and beside it the widest gaps between now and wanted and how certain the measurement is."""
    figure = _show_figure(view)
    figure += _show_records(view) if figure.markup else Html()
    strip = _show_strip(view)
    if strip.markup:
        return (pair(figure, strip) if figure.markup else strip) + _show_certainty(view) + _show_occasions(view)
    rest = _show_gaps(view) + _show_certainty(view)
    return (pair(figure, rest) if figure.markup else rest + _show_records(view)) + _show_occasions(view)


def _show_records(view: View) -> Html:
    """Return how many goals are reached and how the first indicators ran; nothing without records."""
    sentences = list_record_sentences(view)
    return heading(view.text.say("summary.records"), "records") + bullets(sentences) if sentences else Html()


def _show_occasions(view: View) -> Html:
    """Return between which means the instruments with occasions of their own lay; nothing where none may be told."""
    told = list_occasion_sentences(view)[:OCCASIONS]
    return heading(view.text.say("occasions.heading"), "occasions") + bullets(told) if told else Html()


def _show_figure(view: View) -> Html:
    for instrument in view.list_instruments("engagement")[:1]:
        outcomes = list_scales(instrument)[:SCALES]
        if not view.frame_levels(outcomes).empty:
            title = write_levels_title(view, outcomes[0])
            return publish_levels(view, instrument, outcomes, title, _tabulate_levels(view, outcomes), level=2)
    return Html()


def _show_strip(view: View) -> Html:
    """Return a figure of the few factors that nobody rated as wanted too; nothing where there are more or a gap."""
    for instrument in view.list_instruments("factors")[:1]:
        heights = list_heights(view, instrument)
        if 1 < len(heights) <= STRIP and not list_gaps(view, instrument):
            outcomes = list_scales(instrument)
            return publish_levels(view, instrument, outcomes, write_scales_title(view, outcomes), _tabulate_levels(view, outcomes), level=2)
    return Html()


def _tabulate_levels(view: View, outcomes: list[Outcome]) -> TableView:
    """Return a mean with its interval per scale and wave: the numbers of the figure, in as few columns as a sheet has room for."""
    text = view.text
    columns = [Column(text.say("column.scale")), *(Column(text.pick(wave.label), number=True) for wave in view.waves)]
    rows = [[name_scale(view, outcome), *(_write_level(view, outcome, wave) for wave in view.waves)] for outcome in outcomes]
    return TableView(text.say("engagement.table_levels", label=name_scale(view, outcomes[0])), columns, rows)


def _write_level(view: View, outcome: Outcome, wave: Wave) -> str:
    study = view.study
    text = view.text
    found = next((level for level in view.present_levels(outcome) if level.wave == wave), None)
    if found is None:
        return write_empty(view.find_level(outcome, wave.id), study, text)
    interval = write_interval(found.source, found.decimals, study, text)
    return text.say("numbers.with_interval", number=text.number(found.value, found.decimals), interval=interval)


def _show_certainty(view: View) -> Html:
    reasons = list_reasons(view)
    found = heading(view.text.say("certainty.heading"), "certainty") + show_answer(view, reasons)
    return found + publish_table(tabulate_reasons(view, reasons, []), "certainty-reasons")


def _show_gaps(view: View) -> Html:
    text = view.text
    instruments = view.list_instruments("factors")[:1]
    if not instruments:
        return Html()
    gaps = list_gaps(view, instruments[0])
    heights = list_heights(view, instruments[0])
    if heights and not gaps:
        lowest = tabulate_lowest(view, instruments[0], heights[-GAPS:])
        return heading(text.say("summary.lowest"), "gaps") + publish_table(lowest, "gaps-table")
    found = heading(text.say("summary.gaps"), "gaps")
    wide = [gap for gap in gaps if gap.shown.change > 0][:GAPS]
    if wide:
        return found + publish_table(_tabulate(view, wide), "gaps-table")
    missing = [view.find_level(outcome, view.waves[-1].id) for outcome in list_factors(instruments[0])]
    return found + paragraph(text.say("factors.no_gap") if gaps else write_nothing("factors.nothing", missing, view))


def _tabulate(view: View, gaps: list[Gap]) -> TableView:
    caption = view.text.say("factors.table_gap", wave=view.text.pick(view.waves[-1].label))
    rows = [[gap.label, *write_gap_cells(gap, view)] for gap in gaps]
    return TableView(caption, make_columns(view, "factor", "now", "wanted", "gap", "n"), rows)


def show_summary_discussion(view: View) -> Html:
    """Return the questions to talk about and, on paper, as many lines for what is to be done as the sheet has room for."""
    text = view.text
    found = heading(text.say("talking.heading"), "talking") + bullets(list_questions(view), ordered=True)
    return found + room(heading(text.say("goals.heading_next"), "next") + publish_next([], LINES, text))


def show_summary_origin(view: View) -> Html:
    """Return where the sheet comes from, in one line."""
    text = view.text
    run = view.results.provenance
    sha, version, command = (str(run.get(key) or text.say("origin.not_known")) for key in ("study_sha", "version", "command"))
    return paragraph(text.say("summary.origin", id=view.study.id, sha=sha[:SIGNS], version=version, command=command), "note")
