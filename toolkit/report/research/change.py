"""Did it change? The default beside other estimators and assumptions, and what may pass for change: leavers, low starters, changes too
small.
"""

from __future__ import annotations

import math
from dataclasses import replace

from toolkit.report.content.estimate import Estimate, write_empty, write_number, write_reason
from toolkit.report.figures.forest import draw_estimates
from toolkit.report.html.elements import Column, Html, TableView, fold, heading, join, paragraph, publish_table
from toolkit.report.html.svg import publish_figure
from toolkit.report.research.tables import (
    WHOLE,
    head_columns,
    list_cells,
    list_fallbacks,
    list_reasons,
    make_line,
    name_outcome,
    write_estimate,
    write_lines,
)
from toolkit.report.research.view import Research
from toolkit.report.sections.main_findings import write_average
from toolkit.report.sections.schools import show_schools
from toolkit.report.sections.tables import write_cause, write_outcome
from toolkit.study.study import Outcome

ESTIMATORS = (
    "average_change",
    "average_teacher",
    "companion",
    "companion_kr",
    "robust",
    "pairs",
    "wild_bootstrap",
    "ipw_change",
    "mi_change",
)
PER_SCHOOL = ("change", "change_pairs", "change_common", "shrunken", "position", "g_av", "d_z")
OVER_SCHOOLS = ("average_change", "tau", "new_school", "delta")


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


def show_default(research: Research) -> Html:
    """Return the main result by the default estimator: of one school, or on average over the schools."""
    text = research.text
    lead = write_outcome(research, research.study.primary, before=True) if research.school else write_average(research)
    found = heading(text.say("research.default.heading"), "default") + paragraph(lead, "lead") + paragraph(write_cause(research), "note")
    found += publish_table(_tabulate_default(research), "default-table")
    return found + fold(text.say("research.more.outcomes"), publish_table(_tabulate_outcomes(research), "default-outcomes"))


def _tabulate_default(research: Research) -> TableView:
    text = research.text
    primary = research.study.primary
    names = PER_SCHOOL if research.school else OVER_SCHOOLS
    found = {name: research.find_change(primary, name) for name in names}
    columns = head_columns(research, "quantity", "estimate", "interval", "p", "df", "n", "pairs")
    rows = [
        [text.say(f"research.quantity.{name}"), *list_cells(each, research, "estimate", "interval", "p", "df", "n", "pairs")]
        for name, each in found.items()
    ]
    caption = text.say("research.default.table", outcome=name_outcome(research, primary))
    return TableView(caption, columns, rows, notes=list_reasons(found.values(), research))


def _tabulate_outcomes(research: Research) -> TableView:
    text = research.text
    found = {outcome: research.find_change(outcome) for outcome in research.study.list_outcomes()}
    names = ("estimate", "interval", "p", "n", "schools")
    columns = head_columns(research, "outcome", *names)
    rows = [[name_outcome(research, outcome), *list_cells(each, research, *names)] for outcome, each in found.items()]
    notes = [text.say("research.default.uncorrected"), *list_reasons(found.values(), research)]
    return TableView(text.say("research.default.table_outcomes"), columns, rows, notes=notes)


def show_per_school(research: Research) -> Html:
    """Return the change of each school with the figure of the cross-school page, and rank tests on those who answered twice."""
    text = research.text
    study = research.study
    found = heading(text.say("research.ranks.heading"), "ranks", level=3) if not research.school else Html()
    shown = [school for school in study.schools if research.school in ("", school.id)]
    tests = {
        school.name: [research.ask("sensitivity", name, study.primary, school=school.id) for name in ("hodges_lehmann", "rank_biserial")]
        for school in shown
    }
    columns = head_columns(research, "school", "hodges_lehmann", "rank_biserial", "p", "pairs")
    rows = [
        [name, *list_cells(shift, research, "estimate"), *list_cells(size, research, "estimate", "p", "pairs")]
        for name, (shift, size) in tests.items()
    ]
    table = TableView(text.say("research.ranks.table"), columns, rows, notes=[text.say("research.ranks.note")])
    body = found + publish_table(table, "ranks-table")
    return heading(text.say("research.ranks.heading"), "ranks") + body if research.school else show_schools(research) + body


def show_sensitivity(research: Research) -> Html:
    """Return the average change by every estimator: a figure with its table, and where they part."""
    text = research.text
    primary = research.study.primary
    found = {name: _find_estimator(research, name, primary) for name in ESTIMATORS}
    head = heading(text.say("research.sensitivity.heading"), "sensitivity") + paragraph(text.say("research.sensitivity.lead"))
    notes = [text.say("research.sensitivity.wild"), *list_fallbacks(found.values(), research), *list_reasons(found.values(), research)]
    rows = [[text.say(f"research.estimator.{name}"), *list_cells(each, research, *WHOLE)] for name, each in found.items()]
    table = TableView(
        text.say("research.sensitivity.table", outcome=name_outcome(research, primary)),
        head_columns(research, "estimator", *WHOLE),
        rows,
        notes=notes,
    )
    shown = {name: each for name, each in found.items() if each.shown and math.isfinite(each.low)}
    if not shown:
        return head + publish_table(table, "sensitivity-table")
    parted = join(paragraph(sentence) for sentence in _list_differences(research))
    return head + parted + _publish_estimators(research, shown, table) + _publish_others(research)


def _find_estimator(research: Research, name: str, outcome: Outcome) -> Estimate:
    table = "attrition" if name in ("ipw_change", "mi_change") else "sensitivity"
    return research.ask(table, name, outcome)


def _list_differences(research: Research) -> list[str]:
    """Return by how much the companion model differs from the default, and how change goes with size."""
    text = research.text
    primary = research.study.primary
    apart, slope = (research.ask("sensitivity", name, primary) for name in ("companion_difference", "size_slope"))
    sentences = []
    if apart.shown:
        key = "parts" if apart.method.startswith("more") else "agrees"
        sentences.append(text.say(f"research.sensitivity.companion_{key}", difference=text.number(apart.estimate)))
    if slope.shown:
        sentences.append(text.say("research.sensitivity.size", estimate=write_estimate(slope, research)))
    return sentences


def _publish_estimators(research: Research, shown: dict[str, Estimate], table: TableView) -> Html:
    text = research.text
    study = research.study
    values = [each.estimate for each in shown.values()]
    title = text.say("research.sensitivity.title", low=text.number(min(values)), high=text.number(max(values)))
    lines = [
        make_line(text.say(f"research.estimator.{name}"), each, "mean" if name == "average_change" else "now")
        for name, each in shown.items()
    ]
    figure = draw_estimates(
        lines, [("mean", text.say("research.sign.default")), ("now", text.say("research.sign.other"))], study.primary, study, text
    )
    numbers = write_lines(lines, text)
    caption = text.say(
        "research.sensitivity.caption", outcome=name_outcome(research, study.primary), schools=next(iter(shown.values())).schools
    )
    description = text.say("figure.description", title=title, numbers=numbers, table=table.caption)
    return publish_figure(figure, "estimators", title, caption, description, publish_table(table, "sensitivity-table"), text)


def _publish_others(research: Research) -> Html:
    """Return the other outcomes: each estimator in a column, with its interval."""
    others = [outcome for outcome in research.study.list_outcomes() if outcome != research.study.primary]
    if not others:
        return Html()
    names = ("average_change", "companion", "pairs", "ipw_change", "mi_change")
    rows = [
        [name_outcome(research, outcome), *(_write_short(_find_estimator(research, name, outcome), research) for name in names)]
        for outcome in others
    ]
    columns = head_columns(research, "outcome", *(f"estimator_{name}" for name in names))
    table = publish_table(TableView(research.text.say("research.sensitivity.table_others"), columns, rows), "sensitivity-others")
    return fold(research.text.say("research.more.others"), table)


def _write_short(estimate: Estimate, research: Research) -> str:
    if not estimate.shown:
        return write_number(estimate, 2, research.study, research.text)
    number, interval = list_cells(estimate, research, "estimate", "interval")
    return research.text.say("numbers.with_interval", number=number, interval=interval)


def show_attrition(research: Research) -> Html:
    """Return how those who left differed at the start, and what the average change is when that is taken into account."""
    text = research.text
    primary = research.study.primary
    found = {name: research.ask("attrition", name, primary) for name in BASELINE}
    found |= {name: replace(found[name], p_value=math.nan) for name in ("stayers", "leavers")}  # nobody asks whether a level is 0
    apart = found["leavers_minus_stayers"]
    point = found["tipping_point"]
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
    text = research.text
    primary = research.study.primary
    change, expected = (research.ask("low_start", name, primary) for name in ("low_start_change", "low_start_expected"))
    body = heading(text.say("research.low_start.heading"), "low-start")
    if change.shown:
        places = {"change": write_estimate(change, research), "expected": text.number(expected.estimate)}
        return body + paragraph(text.say("research.low_start.says", **places)) + paragraph(text.say("research.low_start.note"), "note")
    return body + paragraph(text.say("research.low_start.nothing", reason=write_empty(change, research.study, text)))


def show_meaning(research: Research) -> Html:
    """Return per outcome whether its change is meaningful, and how many people changed by more than measurement error."""
    text = research.text
    head = heading(research.text.say("research.meaning.heading"), "meaning")
    found = {outcome: research.ask("meaning", "equivalence", outcome, school=research.school) for outcome in research.study.list_outcomes()}
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
    primary = rows[0]
    caption = text.say("research.meaning.table")
    found_first = publish_table(TableView(caption, columns, [primary], notes=notes[:1]), "meaning-primary")
    table = publish_table(TableView(text.say("research.meaning.table_all"), columns, rows, notes=notes[1:]), "meaning-table")
    return head + found_first + (fold(text.say("research.more.outcomes"), table) if len(rows) > 1 else Html()) + _show_counts(research)


def _show_counts(research: Research) -> Html:
    text = research.text
    primary = research.study.primary
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
