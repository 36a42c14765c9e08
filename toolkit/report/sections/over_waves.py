"""How it ran: scales over three waves or more on their dates, and every school before and after."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pandas as pd

from toolkit.languages import Text, round_half_up
from toolkit.report.content.estimate import choose_decimals, start_sentence, write_empty, write_interval, write_number, write_verdict
from toolkit.report.content.index import FIELDS
from toolkit.report.content.sentences import list_factors
from toolkit.report.content.view import Level, View
from toolkit.report.figures.over_waves import Slope, draw_course, draw_slopes, draw_trajectory, may_draw_slopes
from toolkit.report.html.elements import Column, Html, TableView, fold, heading, join, paragraph, publish_table
from toolkit.report.html.svg import publish_figure
from toolkit.report.sections.factors_over_waves import publish_factors_over_waves
from toolkit.report.sections.outcomes import list_scales, publish_levels, tabulate_change, write_levels_title
from toolkit.report.sections.page_frame import unless_silent
from toolkit.report.sections.tables import name_scale, write_outcome
from toolkit.results.estimates.recorded import SPENT
from toolkit.schemas import LEVELS, list_rows
from toolkit.study.instruments import Instrument
from toolkit.study.study import Comparison, Contact, Outcome

#: From so many waves on there is a course to show.
WAVES = 3
#: So many scales stand in one figure, which then still fits a printed page.
FIELDS_PER_FIGURE = 4


@unless_silent
def show_over_waves(view: View) -> Html:
    """Return what was planned besides, and figure F for engagement and, folded, for the factors; nothing with fewer than three waves.

    The meetings have a section of their own on the page of a school.
    """
    text = view.text
    meetings = Html() if view.school else publish_meetings(view) + _show_spent(view)
    head = heading(text.say("course.heading"), "course")
    if len(view.study.waves) < WAVES or any(wave.dates for wave in view.study.waves):
        return head + meetings if meetings.markup else Html()
    found = head + paragraph(text.say("course.lead"))
    parts = [_show_instrument(view, instrument) for instrument in view.list_instruments("engagement", "factors")]
    shown = [part for part in parts if part.markup]
    planned = [comparison for comparison in view.study.planned if comparison.planned and comparison != view.comparison]
    course = join(shown) if shown else paragraph(text.say("course.nothing"))
    return found + course + join(_show_planned(view, comparison) for comparison in planned) + meetings


@unless_silent
def show_trajectory(view: View) -> Html:
    """Return the strip of the trajectory: its meetings and the measurements; nothing where the study names no meetings."""
    found = publish_meetings(view)
    return heading(view.text.say("course.trajectory"), "trajectory") + found if found.markup else found


def list_contacts(view: View) -> list[Contact]:
    """Return the contacts in the study file, and those in other files that were for all or for this page's school and cohort."""
    recorded = view.results.recorded
    cohorts = ("", view.study.map_cohorts().get(view.school, ""))
    known = recorded[(recorded["kind"] == "contacts") & (recorded["quantity"] == "contact")]
    here = known["school"].isin(["", view.school]) & known["second"].isin(cohorts)
    others = [Contact(date=row.moment, type=row.first, title=row.words) for row in list_rows(known[here])]
    return [*view.study.contacts, *others]


def publish_meetings(view: View) -> Html:
    """Return the meetings between the measurements as a figure, with each date, kind and title in its table; nothing without meetings."""
    text = view.text
    days = [(contact.date, text.say(f"course.kind.{contact.type}"), contact.title) for contact in list_contacts(view)]
    if not days:
        return Html()
    kinds = {kind: [day for day, own, _ in days if own == kind] for _, kind, _ in days}
    waves = [(day, text.say("course.kind.wave"), text.pick(wave.label)) for wave in view.study.waves for day in wave.days]
    columns = [Column(text.say(f"course.column_{name}")) for name in ("date", "kind", "title")]
    rows = [[text.date(day), kind, title or text.say("course.untitled")] for day, kind, title in sorted([*days, *waves])]
    table = TableView(text.say("course.table_contacts"), columns, rows)
    first, last = (text.date(end) for end in (min(days)[0], max(days)[0]))
    title = text.say_count("course.contacts", len(days), first=first, last=last)
    told = [f"{label}: {text.date(day)}" for day, _, label in sorted(waves)]
    told += [f"{kind}: {_write_days(own, text)}" for kind, own in kinds.items()]
    description = text.say("figure.description", title=title, numbers="; ".join(told), table=table.caption)
    picture = draw_trajectory(kinds, view.study.waves, text)
    caption = text.say("course.caption_contacts")
    return publish_figure(picture, "course-meetings", title, caption, description, publish_table(table, "course-contacts"), text)


def _show_spent(view: View) -> Html:
    """Return how many hours all meetings took, and what they cost, also per person; nothing where nobody said."""
    text = view.text
    recorded = view.results.recorded
    told = recorded[recorded["kind"] == "contacts"]
    hours, cost = (float(told.loc[told["quantity"] == name, "estimate"].sum()) for name in SPENT)
    people = view.find_participation(view.waves[0].id, "used")
    parts = [text.say("course.hours", hours=text.number(hours, 0 if hours.is_integer() else 1))] if hours else []
    if cost and people.shown and people.estimate:
        each = {"cost": text.number(cost, 0), "each": text.number(cost / people.estimate, 0)}
        parts.append(text.say("course.cost", wave=text.pick(view.waves[0].label), **each))
    return paragraph(" ".join(parts)) if parts else Html()


def _write_days(days: list[dt.date], text: Text) -> str:
    """Return how often and between which days, for who can't see the dots."""
    first, last = (text.date(end) for end in (min(days), max(days)))
    return text.say_count("course.days", len(days), first=first, last=last)


def _show_planned(view: View, comparison: Comparison) -> Html:
    """Return a panel on a planned comparison that does not lead the page: sentence, levels and change of what the study is about."""
    turned = replace(view, study=view.study.model_copy(update={"comparisons": (comparison,)}))
    before, after = (view.text.pick(wave.label) for wave in turned.waves)
    sentence = start_sentence(write_outcome(turned, view.study.primary, before=True))
    id = f"course-{comparison.id}"
    head = heading(view.text.say("course.heading_planned", before=before, after=after), id, level=3)
    head += paragraph(view.text.say("course.planned", before=before, after=after, sentence=sentence))
    primary = view.study.primary
    instrument = view.study.find_instrument(primary.instrument)
    others = [] if instrument.topic == "factors" else [outcome for outcome in list_scales(instrument) if outcome.scale != primary.scale]
    outcomes = [primary, *others]
    if turned.frame_levels(outcomes).empty:
        return head
    figure = publish_levels(turned, instrument, outcomes, write_levels_title(turned, primary), level=4, id=f"{id}-levels")
    return head + figure + publish_table(tabulate_change(turned, outcomes), f"{id}-change")


def _show_instrument(view: View, instrument: Instrument) -> Html:
    text = view.text
    factors = instrument.topic == "factors"
    outcomes = list_factors(instrument) if factors else list_scales(instrument)
    parts = [outcomes[start : start + FIELDS_PER_FIGURE] for start in range(0, len(outcomes), FIELDS_PER_FIGURE)]
    framed = [(number, part, _frame(view, part)) for number, part in enumerate(parts, 1)]
    figures = join(_publish_course(view, instrument, part, levels, number) for number, part, levels in framed if not levels.empty)
    if not figures.markup:
        return figures
    name = text.pick(instrument.name)
    said = paragraph(text.say("factors.moved", moves=write_course_title(view, outcomes)))
    if not factors:
        return figures if view.school else said + fold(text.say("further.fold", label=name), figures)
    shown = [code for code in view.codes if any(_is_shown(view, outcome, code) for outcome in outcomes)]
    beside = shown if not view.school and may_stand_side_by_side(view, shown) else []
    heat = publish_factors_over_waves(view, instrument, outcomes, write_course_title(view, outcomes), beside)
    return said + fold(text.say("further.fold", label=name), heat + figures)


def _is_shown(view: View, outcome: Outcome, school: str) -> bool:
    return any(view.find_level(outcome, wave.id, school=school).shown for wave in view.study.waves)


def _frame(view: View, outcomes: list[Outcome]) -> pd.DataFrame:
    rows = [
        {"school": view.school, "wave": wave.id, **outcome.model_dump(), "quantity": "mean"} | {n: getattr(level, n) for n in FIELDS[:8]}
        for outcome in outcomes
        for wave in view.study.waves
        if (level := view.find_level(outcome, wave.id)).shown
    ]
    return LEVELS.collect(rows)


def _publish_course(view: View, instrument: Instrument, outcomes: list[Outcome], levels: pd.DataFrame, number: int) -> Html:
    text = view.text
    id = f"course-{instrument.id}" + (f"-{number}" if number > 1 else "")
    table = _tabulate_course(view, instrument, outcomes)
    title = write_course_title(view, outcomes)
    numbers = "; ".join(_describe_course(view, outcome) for outcome in outcomes if outcome.scale in set(levels["scale"]))
    description = text.say("figure.description", title=title, numbers=numbers, table=table.caption)
    caption = text.say("course.caption", level=text.percent(view.study.confidence))
    picture = draw_course(levels, view.study, text)
    return publish_figure(picture, id, title, caption, description, publish_table(table, f"{id}-table"), text)


def _list_means(view: View, outcome: Outcome) -> list[tuple[str, str, float]]:
    """Return the label of each wave with a shown mean, that mean as written, and its displayed value."""
    found = [(view.text.pick(wave.label), view.find_level(outcome, wave.id)) for wave in view.study.waves]
    means = [(label, level.estimate, choose_decimals(level.n)) for label, level in found if level.shown]
    return [(label, view.text.number(mean, decimals), float(round_half_up(mean, decimals))) for label, mean, decimals in means]


def write_course_title(view: View, outcomes: list[Outcome]) -> str:
    """Return what changed from the first measurement to the last, where that is what the page compares; else between which means it ran.

    The first scale stands for all of them; of factors the one whose means lie furthest apart.
    """
    first = view.find_change(outcomes[0])
    is_factor = view.study.find_instrument(outcomes[0].instrument).topic == "factors"
    whole = view.comparison and (view.comparison.before, view.comparison.after) == (view.study.waves[0].id, view.study.waves[-1].id)
    if whole and not is_factor and first.judged and len(_list_means(view, outcomes[0])) > 1:
        return start_sentence(write_verdict(first, outcomes[0], view.study, view.text))
    means = {outcome.scale: _list_means(view, outcome) for outcome in outcomes}
    known = [outcome for outcome in outcomes if means[outcome.scale]]
    reach = {o.scale: max(m[2] for m in means[o.scale]) - min(m[2] for m in means[o.scale]) for o in known}
    chosen = max(known, key=lambda outcome: reach[outcome.scale]) if is_factor else known[0]
    ordered = sorted(means[chosen.scale], key=lambda mean: mean[2])
    key = "course.title_level" if not reach[chosen.scale] else "course.title_factors" if is_factor and len(known) > 1 else "course.title"
    return view.text.say(key, label=name_scale(view, chosen), low=ordered[0][1], high=ordered[-1][1])


def _describe_course(view: View, outcome: Outcome) -> str:
    return f"{name_scale(view, outcome)}: {', '.join(f'{mean} ({label})' for label, mean, _ in _list_means(view, outcome))}"


def _tabulate_course(view: View, instrument: Instrument, outcomes: list[Outcome]) -> TableView:
    text = view.text
    level = view.text.percent(view.study.confidence)
    waves = view.study.waves
    if len(waves) > WAVES:  # so many columns nobody can read: a row per measurement
        columns = [Column(text.say("column.scale")), Column(text.say("column.wave"))]
        columns += [Column(text.say(f"column.{name}", level=level), number=True) for name in ("mean", "interval", "n")]
        rows = [[name_scale(view, o), text.pick(wave.label), *_list_cells(view, o, wave.id)] for o in outcomes for wave in waves]
    else:
        columns = [Column(text.say("column.scale"))]
        for wave in waves:
            places = {"wave": text.pick(wave.label), "level": level}
            columns += [Column(text.say(f"column.wave_{name}", **places), number=True) for name in ("mean", "interval", "n")]
        rows = [[name_scale(view, o), *(cell for wave in waves for cell in _list_cells(view, o, wave.id))] for o in outcomes]
    name = ", ".join(name_scale(view, outcome) for outcome in outcomes) if instrument.topic == "factors" else text.pick(instrument.name)
    return TableView(text.say("course.table", name=name), columns, rows, notes=[text.say("course.note")])


def _list_cells(view: View, outcome: Outcome, wave: str) -> list[str]:
    level = view.find_level(outcome, wave)
    text = view.text
    decimals = choose_decimals(level.n)
    mean = write_number(level, decimals, view.study, text)
    return [mean, write_interval(level, decimals, view.study, text), text.number(level.n, 0) if level.shown else mean]


def show_before_and_after(view: View) -> Html:
    """Return figure K for the primary outcome; a sentence where schools may not stand side by side, nothing with one wave."""
    text = view.text
    outcome = view.study.primary
    if not view.comparison:
        return Html()
    found = heading(text.say("slopes.heading"), "slopes")
    shown = {code: levels for code in view.codes if len(levels := view.present_levels(outcome, code)) == 2}
    if not may_stand_side_by_side(view, list(shown)):
        return found + paragraph(text.say("heat.too_few"))
    return found + _publish_slopes(view, outcome, shown)


def may_stand_side_by_side(view: View, shown: list[str]) -> bool:
    """Return whether these schools may stand beside each other: three or more, or two that agreed to it."""
    agreed = [{pair.first, pair.second} for pair in view.study.pairs if pair.agreed]
    return len(shown) > 2 or (len(shown) == 2 and set(shown) in agreed)


def _publish_slopes(view: View, outcome: Outcome, shown: dict[str, list[Level]]) -> Html:
    text = view.text
    names = {code: view.study.find_school(code).name for code in shown}
    average = view.present_levels(outcome, "") if view.find_change(outcome).judged else []
    slopes = [Slope(names[code], levels[0].value, levels[1].value) for code, levels in shown.items()]
    slopes += [Slope("", average[0].value, average[1].value)] if len(average) == 2 else []
    table = _tabulate_slopes(view, outcome, shown)
    higher, lower = (sum(sign * (levels[1].value - levels[0].value) > 0 for levels in shown.values()) for sign in (1, -1))
    key = "title_all" if higher == len(shown) else "title_none" if lower == len(shown) else "title"
    title = text.say(f"slopes.{key}", count=len(shown), higher=higher, lower=lower, label=name_scale(view, outcome))
    answers = view.study.find_instrument(outcome.instrument).find_scale_answers(outcome.scale, outcome.rating)
    if not may_draw_slopes(slopes, answers):
        return paragraph(f"{title}.") + fold(table.caption, publish_table(table, "slopes-schools-table"))
    description = text.say("figure.description", title=title, numbers=_describe_slopes(shown, names, view), table=table.caption)
    labels = (text.pick(view.waves[0].label), text.pick(view.waves[-1].label))
    caption = text.say("slopes.caption", before=labels[0], after=labels[1])
    picture = draw_slopes(slopes, answers, labels, text)
    return publish_figure(picture, "slopes-schools", title, caption, description, publish_table(table, "slopes-schools-table"), text)


def _describe_slopes(shown: dict[str, list[Level]], names: dict[str, str], view: View) -> str:
    """Return before and after of each school."""
    text = view.text
    ends = {code: [text.number(level.value, level.decimals) for level in levels] for code, levels in shown.items()}
    return "; ".join(text.say("slopes.describe", school=names[code], before=end[0], after=end[1]) for code, end in ends.items())


def _tabulate_slopes(view: View, outcome: Outcome, shown: dict[str, list[Level]]) -> TableView:
    text = view.text
    rows = [[view.study.find_school(c).name, *(text.number(e.value, e.decimals) for e in levels)] for c, levels in shown.items()]
    for code in view.codes:
        if code not in shown:
            ends = [view.find_level(outcome, wave.id, school=code) for wave in view.waves]
            why = write_empty(next((end for end in ends if not end.shown), ends[0]), view.study, text)
            rows.append([view.study.find_school(code).name, why, why])
    columns = [Column(text.say("column.school")), *(Column(text.say(f"column.{end}"), number=True) for end in ("before", "after"))]
    return TableView(text.say("slopes.table", label=name_scale(view, outcome)), columns, rows)
