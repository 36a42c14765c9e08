"""Leaders beside staff: how high both are on each scale, in a figure per instrument, and on which scales they differ.

Over schools with the interval of the difference; of one school only the means, and only where enough people stand on both sides.
"""

from __future__ import annotations

from toolkit.report.content.estimate import Estimate, choose_decimals, write_empty, write_interval, write_number
from toolkit.report.content.view import View
from toolkit.report.figures.profiles import draw_pairs
from toolkit.report.html.elements import Column, Html, TableView, heading, join, paragraph, publish_table
from toolkit.report.html.svg import publish_figure
from toolkit.report.sections.page_frame import unless_silent
from toolkit.report.sections.tables import name_scale
from toolkit.results.estimates.roles import DIFFERENCE, SIDES
from toolkit.statistics.multiple_testing import compute_adjusted_p
from toolkit.study.instruments import Instrument
from toolkit.study.study import Outcome, Wave

#: What a difference above and below 0 means.
DIRECTIONS = {"higher": 1, "lower": -1}


@unless_silent
def show_roles(view: View) -> Html:
    """Return per instrument leaders beside staff; nothing where the study says of no role that it leads, or nothing may be told."""
    found = [part for instrument in view.study.instruments if (part := _show_instrument(view, instrument))]
    if not found:
        return Html()
    text = view.text
    lead = text.say("roles.lead_school" if view.school else "roles.lead", roles=_list_leading(view))
    return heading(text.say("roles.heading"), "roles") + paragraph(lead) + join(found)


def _list_leading(view: View) -> str:
    return view.text.join([view.text.pick(role.label) for role in view.study.roles if role.leads])


def _show_instrument(view: View, instrument: Instrument) -> Html | None:
    """Return the figure of the last wave that can be told, the numbers of all, and the scales on which the two differ."""
    text = view.text
    rating = instrument.ratings[0].id if instrument.ratings else ""
    outcomes = [Outcome(instrument=instrument.id, scale=scale.id, rating=rating) for scale in instrument.scales]
    waves = [
        wave for wave in view.study.waves if any(view.find_role(outcome, wave.id, side).shown for outcome in outcomes for side in SIDES)
    ]
    if not waves:
        return None
    shown = [outcome for outcome in outcomes if view.find_role(outcome, waves[-1].id, SIDES[0]).shown]
    rows = [(name_scale(view, each), [_take(view, each, waves[-1], side) for side in SIDES]) for each in shown]
    sides = [text.say(f"roles.{side}") for side in SIDES]
    tall, flat = (draw_pairs(rows, sides, instrument.find_answers(rating), text, beside=beside) for beside in (False, True))
    title = text.say("roles.title", instrument=text.pick(instrument.name), wave=text.pick(waves[-1].label))
    table = _tabulate(view, outcomes, waves, instrument)
    description = text.say(
        "figure.description", title=title, numbers="; ".join(": ".join(row[:3]) for row in table.rows), table=table.caption
    )
    id = f"roles-{instrument.id}"
    caption = text.say("roles.caption_school" if view.school else "roles.caption")
    figure = publish_figure(flat, id, title, caption, description, publish_table(table, f"{id}-table"), text, tall=tall)
    return figure if view.school else figure + paragraph(_write_differences(view, outcomes, waves[-1]))


def _take(view: View, outcome: Outcome, wave: Wave, side: str) -> Estimate | None:
    found = view.find_role(outcome, wave.id, side)
    return found if found.shown else None


def _write_differences(view: View, outcomes: list[Outcome], wave: Wave) -> str:
    """Return on which scales leaders are higher or lower than staff, corrected by Holm for the number of scales."""
    text = view.text
    found = {outcome: view.find_role(outcome, wave.id, DIFFERENCE) for outcome in outcomes}
    tested = {outcome: difference for outcome, difference in found.items() if difference.shown}
    adjusted = compute_adjusted_p([difference.p_value for difference in tested.values()])
    clear = [outcome for outcome, p in zip(tested, adjusted, strict=True) if p < 1 - view.study.confidence]
    told = []
    for direction, sign in DIRECTIONS.items():
        names = [text.say("subject.quoted", label=name_scale(view, each)) for each in clear if sign * tested[each].estimate > 0]
        told += [text.say(f"roles.{direction}", names=text.join(names))] if names else []
    return " ".join(told or [text.say("roles.same")])


def _tabulate(view: View, outcomes: list[Outcome], waves: list[Wave], instrument: Instrument) -> TableView:
    text = view.text
    level = text.percent(view.study.confidence)
    names = SIDES if view.school else (*SIDES, "difference", "interval")
    columns = [Column(text.say("column.scale")), Column(text.say("column.wave"))]
    columns += [Column(text.say(f"roles.column_{name}", level=level), number=True) for name in names]
    columns += [Column(text.say(f"roles.column_n_{side}"), number=True) for side in SIDES]
    rows = [[name_scale(view, outcome), text.pick(wave.label), *_list_cells(view, outcome, wave)] for outcome in outcomes for wave in waves]
    return TableView(text.say("roles.table", instrument=text.pick(instrument.name)), columns, rows)


def _list_cells(view: View, outcome: Outcome, wave: Wave) -> list[str]:
    text = view.text
    found = [view.find_role(outcome, wave.id, side) for side in SIDES]
    decimals = choose_decimals(min((side.n for side in found if side.shown), default=0))
    means = [write_number(side, decimals, view.study, text) for side in found]
    people = [text.number(side.n, 0) if side.shown else write_empty(side, view.study, text) for side in found]
    difference = view.find_role(outcome, wave.id, DIFFERENCE)
    apart = [write_number(difference, decimals, view.study, text), write_interval(difference, decimals, view.study, text)]
    return [*means, *([] if view.school else apart), *people]
