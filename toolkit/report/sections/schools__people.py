"""The average person beside the average school, where a study asks for it: about the people in the data, not about schools like these."""

from __future__ import annotations

from toolkit.report.content.estimate import Estimate, write_interval
from toolkit.report.content.view import View
from toolkit.report.html.elements import Html, heading, paragraph
from toolkit.report.html.elements__tables import TableView, publish_table
from toolkit.report.sections.tables import make_columns, name_scale
from toolkit.results.estimates.change import ALL_WAVES
from toolkit.study.study import Comparison, Outcome

#: These numbers are there to be held against published ones, which have as many decimals.
DECIMALS, TREND_DECIMALS = 4, 5


def show_people(view: View) -> Html:
    """Return the change of people who answered both waves, and the change per wave of everybody; nothing unless the study asks."""
    study, text = view.study, view.text
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
            write_interval(trend, DECIMALS, view.study, view.text),
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
