"""How did it go over several waves? The course, the trend per year, and what changed since each school started."""

from __future__ import annotations

import math

from toolkit.report.content.estimate import Estimate, start_sentence, write_interval, write_reason, write_subject
from toolkit.report.content.view import FIELDS
from toolkit.report.figures.forest import draw_estimates
from toolkit.report.figures.over_waves import draw_course
from toolkit.report.figures.parts import list_rows
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
from toolkit.report.research.view import Research, read_estimate
from toolkit.schemas import LEVELS

TREND = ("slope", "companion", "quadratic", "slope_tau")
#: From here on a slope per school is left to the table.
DRAWN = 40
#: Times since the start, in years, that have words of their own.
NAMED = {0.0: "first", 1.0: "year"}


def show_means_over_time(research: Research) -> Html:
    """Return the mean at each wave, in a figure with its table, and the change since the first wave."""
    text = research.text
    study = research.study
    outcome = research.study.primary
    waves = sorted(study.waves, key=lambda wave: wave.date)
    levels = {wave.id: research.find_level(outcome, wave.id, school="") for wave in waves}
    labels = {wave.id: text.pick(wave.label) for wave in waves}
    names = ("estimate", "interval", "n")
    rows = [[labels[wave], *list_cells(level, research, *names, decimals=2)] for wave, level in levels.items()]
    notes = [text.say("research.course.note"), *list_reasons(levels.values(), research)]
    caption = text.say("research.course.table", outcome=name_outcome(research, outcome))
    table = TableView(caption, head_columns(research, "wave", *names), rows, notes=notes)
    head = heading(text.say("research.course.heading"), "course")
    shown = {wave: level for wave, level in levels.items() if level.shown}
    if not shown:
        return head + publish_table(table, "course-table") + _show_contrasts(research)
    frame = LEVELS.collect(
        [
            {"school": "", "wave": wave, **outcome.model_dump(), "quantity": "mean"}
            | {name: getattr(level, name) for name in FIELDS if name in LEVELS.columns}
            for wave, level in shown.items()
        ]
    )
    title = text.say("research.course.title", outcome=name_outcome(research, outcome), waves=len(levels))
    numbers = "; ".join(
        text.say(
            "schools.describe_one",
            school=labels[wave],
            change=text.number(level.estimate),
            interval=write_interval(level, 2, study, text),
        )
        for wave, level in shown.items()
    )
    description = text.say("figure.description", title=title, numbers=numbers, table=caption)
    picture = draw_course(frame, study, text)
    figure = publish_figure(
        picture, "course-figure", title, text.say("research.course.caption"), description, publish_table(table, "course-table"), text
    )
    return head + figure + _show_contrasts(research)


def _show_contrasts(research: Research) -> Html:
    text = research.text
    outcome = research.study.primary
    waves = sorted(research.study.waves, key=lambda wave: wave.date)[1:]
    found = [research.ask("growth", "change_since_first", outcome, wave=wave.id) for wave in waves]
    rows = [[text.pick(wave.label), *list_cells(each, research, *WHOLE)] for wave, each in zip(waves, found, strict=True)]
    table = TableView(
        text.say("research.course.contrasts"), head_columns(research, "wave", *WHOLE), rows, notes=list_reasons(found, research)
    )
    return publish_table(table, "course-contrasts")


def show_trend(research: Research) -> Html:
    """Return the trend per year: over the schools, in a model of all at once, whether it bends, and per school."""
    text = research.text
    study = research.study
    outcome = research.study.primary
    head = heading(text.say("research.trend.heading"), "trend")
    found = {name: research.ask("growth", name, outcome) for name in TREND}
    slope = found["slope"]
    if slope.state == "not_measured":
        return head + paragraph(text.say("research.trend.too_few_waves"))
    subject = start_sentence(write_subject(outcome, study, text))
    key = f"says_{_judge(slope)}" if slope.shown else "nothing"
    head += paragraph(
        text.say(f"research.trend.{key}", subject=subject, slope=write_estimate(slope, research), reason=write_reason(slope, study, text)),
        "lead",
    )
    if found["quadratic"].shown:
        head += paragraph(text.say("research.trend.bend", bend=write_estimate(found["quadratic"], research)))
    rows = [[text.say(f"research.trend.{name}"), *list_cells(each, research, *WHOLE, decimals=3)] for name, each in found.items()]
    notes = [*list_fallbacks(found.values(), research), *list_reasons(found.values(), research)]
    table = TableView(
        text.say("research.trend.table", outcome=name_outcome(research, outcome)),
        head_columns(research, "quantity", *WHOLE),
        rows,
        notes=notes,
    )
    return head + publish_table(table, "trend-table") + (_publish_slopes(research, slope) if slope.shown else Html())


def _judge(estimate: Estimate) -> str:
    """Return whether the interval lies on one side of 0."""
    return "unclear" if estimate.low <= 0 <= estimate.high else "clear"


def _publish_slopes(research: Research, average: Estimate) -> Html:
    text = research.text
    study = research.study
    outcome = research.study.primary
    found = {school.name: research.ask("growth", "slope", outcome, school=school.id) for school in study.schools}
    rows = [[name, *list_cells(each, research, "estimate", "interval", "p", "n")] for name, each in found.items()]
    caption = text.say("research.trend.table_schools")
    table = publish_table(TableView(caption, head_columns(research, "school", "estimate", "interval", "p", "n"), rows), "trend-schools")
    shown = {name: each for name, each in found.items() if each.shown}
    if not shown or len(shown) > DRAWN:
        return fold(text.say("research.more.schools"), table)
    lines = [make_line(text.say("research.trend.slope"), average, "mean"), *(make_line(name, each) for name, each in shown.items())]
    title = text.say("research.trend.title", slope=text.number(average.estimate))
    signs = [("mean", text.say("research.sign.average")), ("now", text.say("research.sign.school"))]
    figure = draw_estimates(lines, signs, outcome, study, text, banded=False)
    description = text.say("figure.description", title=title, numbers=write_lines(lines, text), table=caption)
    return publish_figure(figure, "slopes", title, text.say("research.trend.caption"), description, table, text)


def show_staggered(research: Research) -> Html:
    """Return what changed after the start against schools that had not started yet, by time since the start."""
    text = research.text
    study = research.study
    outcome = research.study.primary
    head = heading(text.say("research.staggered.heading"), "staggered")
    rows = research.take("staggered", "", outcome)
    if rows.empty:
        return head + paragraph(text.say("research.staggered.no_starts"))
    found = {row.time: (row.quantity, read_estimate(row)) for row in list_rows(rows) if math.isfinite(row.time)}
    average, chance = (research.ask("staggered", name, outcome) for name in ("average_effect", "permutation"))
    if average.shown:
        head += paragraph(text.say(f"research.staggered.says_{_judge(average)}", effect=write_estimate(average, research)), "lead")
        head += paragraph(text.say("research.staggered.chance"), "note")
    else:
        head += paragraph(text.say("research.staggered.nothing", reason=write_reason(average, study, text)))
    cells = [
        [text.say(f"research.staggered.{name}"), *list_cells(each, research, *WHOLE)]
        for name, each in (("average", average), ("permutation", chance))
    ]
    cells += [[_name_event(time, quantity, research), *list_cells(each, research, *WHOLE)] for time, (quantity, each) in found.items()]
    notes = [text.say("research.staggered.note"), *list_reasons((average, *(each for _, each in found.values())), research)]
    caption = text.say("research.staggered.table", outcome=name_outcome(research, outcome))
    table = publish_table(TableView(caption, head_columns(research, "quantity", *WHOLE), cells, notes=notes), "staggered-table")
    lines = [make_line(text.say("research.staggered.average"), average, "mean")] if average.shown else []
    lines += [make_line(_name_event(time, quantity, research), each) for time, (quantity, each) in found.items() if each.shown]
    if not lines:
        return head + table
    low, high = (text.number(choose(line.estimate for line in lines)) for choose in (min, max))
    title = text.say("research.staggered.title_one" if low == high else "research.staggered.title", low=low, high=high)
    signs = [("mean", text.say("research.sign.effect")), ("now", text.say("research.sign.event"))]
    figure = draw_estimates(lines, signs, outcome, study, text, ("figures.more_there", "figures.more_here"))
    description = text.say("figure.description", title=title, numbers=write_lines(lines, text), table=caption)
    return head + publish_figure(figure, "events", title, text.say("research.staggered.caption"), description, table, text)


def _name_event(time: float, quantity: str, research: Research) -> str:
    if time in NAMED:
        return research.text.say(f"research.staggered.{quantity}_{NAMED[time]}")
    years = research.text.number(time, 0 if float(time).is_integer() else 2)
    return research.text.say(f"research.staggered.{quantity}", years=years)
