"""Part of section 9 across schools: the average change in other ways, and whether they lead to the same conclusion."""

from __future__ import annotations

import math

from toolkit.report.content.estimate import Estimate, write_empty, write_interval, write_number, write_p
from toolkit.report.content.view import View
from toolkit.report.html.elements import Html, fold, paragraph
from toolkit.report.html.elements__tables import Column, TableView, publish_table
from toolkit.report.sections.tables import make_columns, name_scale

WAYS = ("companion", "robust", "pairs", "wild_bootstrap")


def show_other_ways(view: View) -> Html:
    """Return the main result beside other estimators of it, folded; nothing where there is no average to lay beside them."""
    default, text = view.find_change(view.study.primary), view.text
    if view.school or not default.judged or all(view.find_other_way(name).state == "not_measured" for name in WAYS):
        return Html()
    ways = {"default": default} | {name: view.find_other_way(name) for name in WAYS}
    words = paragraph(text.say("otherwise.lead")) + paragraph(write_agreement(ways, view))
    return fold(text.say("otherwise.heading"), words + publish_table(_tabulate(ways, view), "other-ways"))


def write_agreement(ways: dict[str, Estimate], view: View) -> str:
    """Return whether the ways with an interval lead to the same conclusion: above 0, below 0, or neither."""
    text = view.text
    judged = {name: way for name, way in ways.items() if way.shown and math.isfinite(way.low)}
    if len(judged) < 2:
        return text.say("otherwise.nothing")
    apart = [name for name, way in judged.items() if _conclude(way) != _conclude(ways["default"])]
    values = [way.estimate for way in judged.values()]
    places = {"low": text.number(min(values)), "high": text.number(max(values))}
    if not apart:
        return text.say("otherwise.same", count=text.number(len(judged), 0), **places)
    return text.say("otherwise.differ", names=text.join([f"‘{text.say(f'otherwise.way.{name}')}’" for name in apart]), **places)


def _conclude(way: Estimate) -> int:
    return int(way.low > 0) - int(way.high < 0)


def _tabulate(ways: dict[str, Estimate], view: View) -> TableView:
    text = view.text
    numbers = make_columns(view, "scale", "change", "interval", "n")[1:]
    columns = [Column(text.say("otherwise.column_way")), *numbers[:2], Column(text.say("otherwise.column_p"), number=True), numbers[2]]
    rows = [[text.say(f"otherwise.way.{name}"), *_list_cells(way, view)] for name, way in ways.items()]
    notes = [text.say("otherwise.note"), text.say("otherwise.kept")]
    return TableView(text.say("otherwise.table", label=name_scale(view, view.study.primary)), columns, rows, notes=notes)


def _list_cells(way: Estimate, view: View) -> list[str]:
    """Return estimate, interval, p-value and number of people, or why there are none."""
    study, text = view.study, view.text
    if not way.shown:
        return [write_empty(way, study, text)] * 4
    interval = write_interval(way, 2, study, text) if math.isfinite(way.low) else text.say("numbers.no_interval")
    return [write_number(way, 2, study, text), interval, write_p(way.p_value, text), text.number(way.n, 0)]
