"""Did schools on the trajectory change more than comparison schools? Both groups, the difference, and what it was before."""

from __future__ import annotations

from toolkit.plots.style import Shape
from toolkit.report.content.estimate import Estimate, start_sentence, write_reason, write_subject
from toolkit.report.figures.forest import draw_estimates
from toolkit.report.html.elements import Html, TableView, fold, heading, paragraph, publish_table
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
from toolkit.study.study import Comparison

GROUPS = ("trajectory", "comparison")
ANSWERS = ("difference", "permutation", "permutation_smallest", "companion", "pre_trend")


def show_groups(research: Research) -> Html:
    """Return the change of both groups and of each of their schools: a figure with its table; nothing without two groups."""
    text = research.text
    study = research.study
    outcome = research.study.primary
    head = heading(text.say("research.groups.heading"), "groups")
    means = {group: research.ask("comparison", group, outcome) for group in GROUPS}
    if all(each.state == "not_measured" for each in means.values()):
        return Html()
    rows = []
    lines = []
    for group in GROUPS:
        own = {
            school.name: research.find_change(outcome, "change_common", school=school.id)
            for school in study.schools
            if school.group == group
        }
        label = text.say(f"research.groups.{group}")
        rows += [[name, *list_cells(each, research, *WHOLE)] for name, each in {label: means[group], **own}.items()]
        lines += [make_line(label, means[group], "mean")] if means[group].shown else []
        shape: Shape = "now" if group == "trajectory" else "wanted"
        lines += [make_line(name, each, shape) for name, each in own.items() if each.shown]
    notes = [text.say("research.groups.note"), *list_reasons(means.values(), research)]
    table = TableView(
        text.say("research.groups.table", outcome=name_outcome(research, outcome)),
        head_columns(research, "school", *WHOLE),
        rows,
        notes=notes,
    )
    if not all(each.shown for each in means.values()):
        return head + publish_table(table, "groups-table")
    ends = {group: text.number(each.estimate) for group, each in means.items()}
    title = text.say("research.groups.title", **ends)
    signs = [
        ("mean", text.say("research.sign.group")),
        *((shape, text.say(f"research.sign.{group}")) for shape, group in zip(("now", "wanted"), GROUPS, strict=True)),
    ]
    figure = draw_estimates(lines, signs, outcome, study, text)
    description = text.say("figure.description", title=title, numbers=write_lines(lines, text), table=table.caption)
    caption = text.say("research.groups.caption", **_name_waves(research))
    return head + publish_figure(figure, "groups-figure", title, caption, description, publish_table(table, "groups-table"), text)


def _name_waves(research: Research, comparison: Comparison | None = None) -> dict[str, str]:
    chosen = comparison or research.comparison
    if chosen is None:
        return {"before": "", "after": ""}
    ends = (research.study.find_wave(id).label for id in (chosen.before, chosen.after))
    return dict(zip(("before", "after"), (research.text.pick(label) for label in ends), strict=True))


def show_difference(research: Research) -> Html:
    """Return by how much more schools on the trajectory changed, with permutation, companion and the difference before the start."""
    text = research.text
    outcome = research.study.primary
    head = heading(text.say("research.comparison.heading"), "difference")
    found = {name: research.ask("comparison", name, outcome) for name in ANSWERS}
    difference = found["difference"]
    if not difference.shown:
        return head + paragraph(text.say("research.comparison.nothing", reason=write_reason(difference, research.study, text)))
    subject = start_sentence(write_subject(outcome, research.study, text))
    kind = _find_kind(difference)
    lead = text.say(f"research.comparison.says_{kind}", subject=subject, difference=write_estimate(difference, research))
    note = text.say("research.comparison.fits" if kind == "more" else "research.comparison.chance")
    body = head + paragraph(lead, "lead") + paragraph(note, "note") + _write_before(research, found["pre_trend"])
    rows = [
        [text.say(f"research.comparison.{name}"), *list_cells(each, research, *WHOLE, decimals=3 if "smallest" in name else None)]
        for name, each in found.items()
    ]
    notes = [text.say("research.comparison.note"), *list_fallbacks(found.values(), research), *list_reasons(found.values(), research)]
    caption = text.say("research.comparison.table", outcome=name_outcome(research, outcome))
    table = TableView(caption, head_columns(research, "quantity", *WHOLE), rows, notes=notes)
    return body + _publish_difference(research, found, lead, table) + _fold_others(research)


def _find_kind(difference: Estimate) -> str:
    """Return which sentence the verdict allows."""
    if difference.verdict.endswith("slightly"):
        return "slightly"
    return {"rose": "more", "fell": "less"}.get(difference.verdict.split("_")[0], difference.verdict)


def _write_before(research: Research, before: Estimate) -> Html:
    if not before.shown:
        return paragraph(research.text.say("research.comparison.no_before"))
    return paragraph(research.text.say("research.comparison.before", difference=write_estimate(before, research)))


def _publish_difference(research: Research, found: dict[str, Estimate], lead: str, table: TableView) -> Html:
    text = research.text
    outcome = research.study.primary
    lines = [
        make_line(text.say(f"research.comparison.{name}"), each, "mean" if name == "difference" else "now")
        for name, each in found.items()
        if each.shown and name in ("difference", "companion", "pre_trend")
    ]
    signs = [("mean", text.say("research.sign.default")), ("now", text.say("research.sign.beside"))]
    figure = draw_estimates(lines, signs, outcome, research.study, text, ("figures.more_there", "figures.more_here"))
    title = text.say("research.comparison.title", difference=text.number(found["difference"].estimate))
    description = text.say("figure.description", title=title, numbers=write_lines(lines, text), table=table.caption)
    caption = text.say("research.comparison.caption", schools=found["difference"].schools, **_name_waves(research))
    return publish_figure(figure, "difference-figure", title, caption, description, publish_table(table, "difference-table"), text)


def _fold_others(research: Research) -> Html:
    """Return the difference in every outcome and comparison."""
    text = research.text
    names = ("estimate", "interval", "p", "n", "schools")
    found = {
        text.say("research.comparison.row", outcome=name_outcome(research, outcome), **_name_waves(research, comparison)): research.ask(
            "comparison", "difference", outcome, comparison=comparison.id
        )
        for outcome in research.study.list_outcomes()
        for comparison in research.study.planned
    }
    rows = [[label, *list_cells(each, research, *names)] for label, each in found.items()]
    notes = [text.say("research.default.uncorrected"), *list_reasons(found.values(), research)]
    table = TableView(text.say("research.comparison.table_all"), head_columns(research, "outcome", *names), rows, notes=notes)
    return fold(text.say("research.more.comparisons"), publish_table(table, "difference-all"))
