"""What may pass for change: people who left, low starters who rise by themselves, and changes too small to matter."""

from __future__ import annotations

import math
from dataclasses import replace

from toolkit.report.content.estimate import write_empty, write_reason
from toolkit.report.html.elements import Html, fold, heading, paragraph
from toolkit.report.html.elements__tables import Column, TableView, publish_table
from toolkit.report.research.tables import WHOLE, head_columns, list_cells, list_reasons, name_outcome, write_estimate
from toolkit.report.research.view import Research

BASELINE = (
    "stayers",
    "leavers",
    "leavers_minus_stayers",
    "g_s",
    "response_slope",
    "ipw_change",
    "ipw_effective_n",
    "mi_change",
    "tipping_point",
)
COUNTED = ("rci_improved", "rci_deteriorated", "rci_by_chance", "rci_threshold")


def show_attrition(research: Research) -> Html:
    """Return how those who left differed at the start, and what the average change is when that is taken into account."""
    text, primary = research.text, research.study.primary
    found = {name: research.ask("attrition", name, primary) for name in BASELINE}
    found |= {name: replace(found[name], p_value=math.nan) for name in ("stayers", "leavers")}  # nobody asks whether a level is 0
    apart, point = found["leavers_minus_stayers"], found["tipping_point"]
    body = heading(text.say("research.attrition.heading"), "attrition")
    if apart.shown:
        ends = {name: text.number(found[name].estimate) for name in ("stayers", "leavers")}
        body += paragraph(text.say("research.attrition.baseline", difference=write_estimate(apart, research), **ends))
    if point.shown:
        side = "lower" if point.estimate < 0 else "higher"
        body += paragraph(text.say(f"research.attrition.tipping_{side}", point=text.number(abs(point.estimate))))
    elif point.state == "not_computable":
        body += paragraph(text.say("research.attrition.no_tipping", reason=write_reason(point, research.study, text)))
    rows = [
        [text.say(f"research.attrition.{name}"), *list_cells(each, research, *WHOLE, decimals=1 if name == "ipw_effective_n" else None)]
        for name, each in found.items()
    ]
    notes = [text.say("research.attrition.seed", seed=research.study.seed), *list_reasons(found.values(), research)]
    caption = text.say("research.attrition.table", outcome=name_outcome(research, primary))
    return body + publish_table(TableView(caption, head_columns(research, "quantity", *WHOLE), rows, notes=notes), "attrition-table")


def show_low_start(research: Research) -> Html:
    """Return the change of people who began low beside what regression to the mean alone would bring."""
    text, primary = research.text, research.study.primary
    change, expected = (research.ask("low_start", name, primary) for name in ("low_start_change", "low_start_expected"))
    body = heading(text.say("research.low_start.heading"), "low-start")
    if change.shown:
        places = {"change": write_estimate(change, research), "expected": text.number(expected.estimate)}
        return body + paragraph(text.say("research.low_start.says", **places)) + paragraph(text.say("research.low_start.note"), "note")
    return body + paragraph(text.say("research.low_start.nothing", reason=write_empty(change, research.study, text)))


def show_meaning(research: Research) -> Html:
    """Return per outcome whether its change is meaningful, and how many people changed by more than measurement error."""
    text, head = research.text, heading(research.text.say("research.meaning.heading"), "meaning")
    found = {outcome: research.ask("meaning", "equivalence", outcome, school=research.school) for outcome in research.outcomes}
    columns = [
        *head_columns(research, "outcome", "smallest", "estimate", "equivalence", "p_equivalence"),
        Column(text.say("column.verdict")),
    ]
    rows = []
    for outcome, each in found.items():
        smallest = research.study.find_smallest_change(outcome)
        word = text.say(f"research.verdict.{each.verdict}") if each.shown else write_empty(each, research.study, text)
        least = text.number(smallest) if smallest else text.say("research.meaning.not_chosen")
        rows.append([name_outcome(research, outcome), least, *list_cells(each, research, "estimate", "interval", "p"), word])
    notes = [
        text.say("research.meaning.note", level=text.percent(2 * research.study.confidence - 1)),
        *list_reasons(found.values(), research),
    ]
    primary, caption = rows[0], text.say("research.meaning.table")
    found_first = publish_table(TableView(caption, columns, [primary], notes=notes[:1]), "meaning-primary")
    table = publish_table(TableView(text.say("research.meaning.table_all"), columns, rows, notes=notes[1:]), "meaning-table")
    return head + found_first + (fold(text.say("research.more.outcomes"), table) if len(rows) > 1 else Html()) + _show_counts(research)


def _show_counts(research: Research) -> Html:
    text, primary = research.text, research.study.primary
    if research.school:
        return Html()
    found = {name: research.ask("meaning", name, primary) for name in COUNTED}
    if all(each.state == "not_computable" for each in found.values()):
        reason = write_reason(found["rci_threshold"], research.study, text)
        return paragraph(text.say("research.meaning.no_counts", reason=reason), "note")
    decimals = {"rci_by_chance": 1, "rci_threshold": 2}
    rows = [
        [text.say(f"research.meaning.{name}"), *list_cells(each, research, "estimate", "n", decimals=decimals.get(name, 0))]
        for name, each in found.items()
    ]
    columns = head_columns(research, "quantity", "estimate", "n")
    caption = text.say("research.meaning.table_people", outcome=name_outcome(research, primary))
    return publish_table(TableView(caption, columns, rows, notes=list_reasons(found.values(), research)), "meaning-people")
