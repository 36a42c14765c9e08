"""Section 5 across schools: the means of every school before and after, and over three waves or more the course of all."""

from __future__ import annotations

from toolkit.report.content.estimate import write_empty
from toolkit.report.content.view import Level, View
from toolkit.report.figures.over_waves__slopes import NAMED, Slope, draw_slopes
from toolkit.report.html.elements import Html, heading, paragraph
from toolkit.report.html.elements__tables import Column, TableView, publish_table
from toolkit.report.html.svg import publish_figure
from toolkit.report.sections.tables import name_scale, write_cause
from toolkit.study.study import Outcome


def show_slopes(view: View) -> Html:
    """Return figure K for the primary outcome; a sentence where schools may not stand side by side, nothing with one wave."""
    text, outcome = view.text, view.study.primary
    if not view.comparison:
        return Html()
    found = heading(text.say("slopes.heading"), "slopes")
    shown = {code: levels for code in view.codes if len(levels := view.present_levels(outcome, code)) == 2}
    if not may_stand_side_by_side(view, list(shown)):
        return found + paragraph(text.say("heat.too_few"))
    return found + paragraph(write_cause(view), "note") + _publish(view, outcome, shown)


def may_stand_side_by_side(view: View, shown: list[str]) -> bool:
    """Return whether these schools may stand beside each other: three or more, or two that agreed to it."""
    agreed = [{pair.first, pair.second} for pair in view.study.pairs if pair.agreed]
    return len(shown) > 2 or (len(shown) == 2 and set(shown) in agreed)


def _publish(view: View, outcome: Outcome, shown: dict[str, list[Level]]) -> Html:
    text = view.text
    names = {code: view.study.find_school(code).name for code in shown}
    average = view.present_levels(outcome, "") if view.find_change(outcome).judged else []
    slopes = [Slope(names[code], levels[0].value, levels[1].value) for code, levels in shown.items()]
    slopes += [Slope("", average[0].value, average[1].value)] if len(average) == 2 else []
    table = _tabulate(view, outcome, shown)
    higher = sum(levels[1].value > levels[0].value for levels in shown.values())
    key = "title_all" if higher == len(shown) else "title" if higher else "title_none"
    title = text.say(f"slopes.{key}", count=len(shown), higher=higher, label=name_scale(view, outcome))
    description = text.say("figure.description", title=title, numbers=_describe(shown, names, view), table=table.caption)
    answers = view.study.find_instrument(outcome.instrument).find_answers(outcome.rating)
    labels = (text.pick(view.waves[0].label), text.pick(view.waves[-1].label))
    caption = text.say(
        "slopes.caption", before=labels[0], after=labels[1], low=text.number(answers.min, 0), high=text.number(answers.max, 0)
    )
    picture = draw_slopes(slopes, answers, labels, text)
    return publish_figure(picture, "slopes-schools", title, caption, description, publish_table(table, "slopes-schools-table"), text)


def _describe(shown: dict[str, list[Level]], names: dict[str, str], view: View) -> str:
    """Return before and after of each school, or of many the lowest and the highest."""
    text = view.text
    if len(shown) <= NAMED:
        ends = {code: [text.number(level.value, level.decimals) for level in levels] for code, levels in shown.items()}
        return "; ".join(text.say("slopes.describe", school=names[code], before=end[0], after=end[1]) for code, end in ends.items())
    places = {}
    for when, levels in zip(("before", "after"), zip(*shown.values(), strict=True), strict=True):
        for end, pick in (("low", min), ("high", max)):
            level = pick(levels, key=lambda level: level.value)
            places[f"{end}_{when}"] = text.number(level.value, level.decimals)
    return text.say("slopes.describe_many", **places)


def _tabulate(view: View, outcome: Outcome, shown: dict[str, list[Level]]) -> TableView:
    text = view.text
    rows = [[view.study.find_school(c).name, *(text.number(e.value, e.decimals) for e in levels)] for c, levels in shown.items()]
    for code in view.codes:
        if code not in shown:
            ends = [view.find_level(outcome, wave.id, school=code) for wave in view.waves]
            why = write_empty(next((end for end in ends if not end.shown), ends[0]), view.study, text)
            rows.append([view.study.find_school(code).name, why, why])
    columns = [Column(text.say("column.school")), *(Column(text.say(f"column.{end}"), number=True) for end in ("before", "after"))]
    return TableView(text.say("slopes.table", label=name_scale(view, outcome)), columns, rows)
