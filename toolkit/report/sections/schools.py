"""Across schools: in which of them engagement changed, in the order of their codes or sizes, never of scores; and the average person beside
them.
"""

from __future__ import annotations

import pandas as pd

from toolkit.report.content.cautions import list_cautions
from toolkit.report.content.estimate import Estimate, choose_decimals, write_empty, write_interval, write_number, write_subject
from toolkit.report.content.index import FIELDS
from toolkit.report.content.sentences import list_school_changes, write_school_moves
from toolkit.report.content.view import View
from toolkit.report.figures.forest import GROUPED, draw_schools
from toolkit.report.html.elements import Column, Html, TableView, heading, paragraph, publish_table
from toolkit.report.html.svg import publish_figure
from toolkit.report.sections.beside_others import write_design
from toolkit.report.sections.tables import make_columns, name_scale, write_order, write_people
from toolkit.results.estimates.change import ALL_WAVES
from toolkit.schemas import CHANGE
from toolkit.study.study import Comparison, Outcome

#: With more schools than this the description of the figure leaves the single schools to the table.
DESCRIBED = 12


DECIMALS = 2
#: A change per wave is a part of a change, so it has a decimal more.
TREND_DECIMALS = 3


def show_schools(view: View) -> Html:
    """Return figure H with its table, for the primary outcome; the sentences on it lead the page."""
    text = view.text
    outcome = view.study.primary
    found = heading(text.say("schools.heading", label=name_scale(view, outcome)), "schools")
    if not view.comparison:
        return found + paragraph(text.say("schools.one_wave"))
    changes = list_school_changes(view, outcome)
    table = _tabulate(view, outcome)
    if not any(change.judged for change in changes.values()):
        return found + publish_table(table, "schools-change-table")
    return found + _publish_schools(view, outcome, table)


def _publish_schools(view: View, outcome: Outcome, table: TableView) -> Html:
    text = view.text
    changes = list_school_changes(view, outcome)
    moves = write_school_moves(changes, write_subject(outcome, view.study, text), text)
    title = (write_design(view).split(" (")[0] or moves[0]).rstrip(".")
    percent = {"level": text.percent(view.study.confidence), "chance": text.percent(1 - view.study.confidence)}
    waves = {"before": text.pick(view.waves[0].label), "after": text.pick(view.waves[-1].label)}
    caption = text.say("schools.caption", order=write_order(view), **waves, **percent)
    description = text.say("figure.description", title=title, numbers=_describe(view, outcome), table=table.caption)
    picture = draw_schools(_frame(view, outcome), view.study, text)
    folded = publish_table(table, "schools-change-table")
    if groups := _list_groups(view, outcome):
        columns = make_columns(view, "group", "change", "interval", "n")
        folded += publish_table(TableView(text.say("schools.table_groups"), columns, groups), "schools-groups-table")
    return publish_figure(picture, "schools-change", title, caption, description, folded, text)


def _list_groups(view: View, outcome: Outcome) -> list[list[str]]:
    """Return the difference between the groups and the average of each; nothing where there are no comparison schools."""
    found = [(name, view.find_contrast(outcome, name)) for name in GROUPED if view.study.has_comparison_schools and not view.board]
    return [
        [view.text.say(f"figures.{name}"), *_write_change(change, DECIMALS, view), view.text.number(change.n, 0)]
        for name, change in found
        if change.shown
    ]


def _frame(view: View, outcome: Outcome) -> pd.DataFrame:
    frames = [view.frame_change([outcome], quantity, school="") for quantity in ("average_change", "new_school")]
    shown = [code for code in list_codes(view) if view.find_change(outcome, school=code).shown]
    frames += [view.frame_change([outcome], quantity, school=code) for code in shown for quantity in ("change", "shrunken")]
    frames += [_frame_contrast(view, outcome)] if not view.board else []
    return pd.concat([frame for frame in frames if len(frame)], ignore_index=True)


def _frame_contrast(view: View, outcome: Outcome) -> pd.DataFrame:
    """Return the difference between the groups and their averages in the shape of a change."""
    where = {"school": "", "comparison": view.comparison.id if view.comparison else "", **outcome.model_dump()}
    found = [(name, view.find_contrast(outcome, name)) for name in GROUPED if view.study.has_comparison_schools]
    return CHANGE.collect(
        [where | {"quantity": name} | {field: getattr(row, field) for field in FIELDS} for name, row in found if row.shown]
    )


def list_codes(view: View) -> list[str]:
    """Return the codes of the schools in order, those without a shown change last, by their code."""
    shown = [code for code in view.codes if view.find_change(view.study.primary, school=code).shown]
    return shown + sorted(set(view.codes) - set(shown))


def _describe(view: View, outcome: Outcome) -> str:
    text = view.text
    average = view.find_change(outcome)
    parts = [
        text.say("schools.describe_one", school=name, change=change, interval=ends) for name, change, ends, _ in _list_groups(view, outcome)
    ]
    if average.judged and not parts:
        places = {"change": text.number(average.estimate), "interval": write_interval(average, 2, view.study, text)}
        parts.append(text.say("schools.describe_average", **places))
    shown = [code for code in list_codes(view) if view.find_change(outcome, school=code).shown]
    if len(shown) > DESCRIBED:
        return "; ".join([*parts, text.say_count("count.schools", len(shown))])
    return "; ".join([*parts, *(_describe_school(view, outcome, code) for code in shown)])


def _describe_school(view: View, outcome: Outcome, code: str) -> str:
    """Return what is drawn of one school, in words."""
    drawn = view.find_change(outcome, school=code)
    decimals = choose_decimals(view.count_smaller(outcome, code))
    numbers = {"change": view.text.number(drawn.estimate, decimals), "interval": write_interval(drawn, decimals, view.study, view.text)}
    return view.text.say("schools.describe_one", school=view.study.find_school(code).name, **numbers)


def _tabulate(view: View, outcome: Outcome) -> TableView:
    text = view.text
    columns = make_columns(view, "school", "change", "interval", "shrunken", "interval_of_shrunken", "n")
    columns.append(Column(text.say("column.verdict")))
    rows = [[*_list_row(view, outcome, code), _write_word(view, outcome, code)] for code in list_codes(view)]
    cautions = [[text.say(f"cautions.{kind}_short") for kind in list_cautions(view, outcome, code)] for code in list_codes(view)]
    if any(cautions):
        columns.append(Column(text.say("cautions.column")))
        rows = [[*row, text.join(words) or text.say("cautions.none")] for row, words in zip(rows, cautions, strict=True)]
    return TableView(text.say("schools.table"), columns, rows, notes=[text.say("schools.shrunken_note")])


def _list_row(view: View, outcome: Outcome, code: str) -> list[str]:
    study = view.study
    text = view.text
    change = view.find_change(outcome, school=code)
    shrunken = view.find_change(outcome, "shrunken", school=code) if change.shown else change
    decimals = choose_decimals(view.count_smaller(outcome, code))
    cells = [
        words for e in (change, shrunken) for words in (write_number(e, decimals, study, text), write_interval(e, decimals, study, text))
    ]
    return [study.find_school(code).name, *cells, write_people(change, view)]


def _write_word(view: View, outcome: Outcome, code: str) -> str:
    change = view.find_change(outcome, school=code)
    return view.text.say(f"verdict.{change.verdict}") if change.judged else write_empty(change, view.study, view.text)


def show_people(view: View) -> Html:
    """Return the change of people who answered both waves, and the change per wave of everybody; nothing unless the study asks."""
    study = view.study
    text = view.text
    outcomes = [study.primary, *(study.find_outcome(name) for name in study.outcomes.further)]
    if not study.person_level or view.school:
        return Html("")
    found = (
        heading(text.say("people.heading"), "people") + paragraph(text.say("people.lead")) + paragraph(text.say("people.caution"), "note")
    )
    found += publish_table(_tabulate_pairs(view, outcomes), "people-pairs")
    if any(_find_trend(view, outcome).shown for outcome in outcomes):
        found += publish_table(_tabulate_trend(view, outcomes), "people-trend")
    return found


def _tabulate_pairs(view: View, outcomes: list[Outcome]) -> TableView:
    rows = []
    for outcome in outcomes:
        for comparison in view.study.planned:
            change = view.find_change(outcome, "change_person", comparison, "")
            if change.shown:
                waves = (view.text.pick(view.study.find_wave(id).label) for id in (comparison.before, comparison.after))
                label = view.text.say("people.row", scale=name_scale(view, outcome), before=next(waves), after=next(waves))
                rows.append([label, *_write_change(change, DECIMALS, view), view.text.number(change.n, 0)])
    return TableView(view.text.say("people.pairs"), make_columns(view, "scale", "change", "interval", "n"), rows)


def _tabulate_trend(view: View, outcomes: list[Outcome]) -> TableView:
    columns = make_columns(view, "scale", "per_wave", "std_error", "interval", "n")
    rows = [
        [
            name_scale(view, outcome),
            view.text.number(trend.estimate, TREND_DECIMALS),
            view.text.number(trend.std_error, TREND_DECIMALS),
            write_interval(trend, TREND_DECIMALS, view.study, view.text),
            view.text.number(trend.n, 0),
        ]
        for outcome in outcomes
        if (trend := _find_trend(view, outcome)).shown
    ]
    return TableView(view.text.say("people.trend"), columns, rows)


def _write_change(change: Estimate, decimals: int, view: View) -> list[str]:
    return [view.text.number(change.estimate, decimals), write_interval(change, decimals, view.study, view.text)]


def _find_trend(view: View, outcome: Outcome) -> Estimate:
    return view.find_change(outcome, "trend_person", Comparison(id=ALL_WAVES, before="", after=""), "")
