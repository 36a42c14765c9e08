"""Groups of persons beside each other: learning teams, quartets or sections that the study names, before and after.

Only means, of groups in which enough people answered; the others are named in one sentence. No rank: groups stand as the study has them.
"""

from __future__ import annotations

from toolkit.report.content.estimate import Estimate, choose_decimals, write_number
from toolkit.report.content.view import View
from toolkit.report.figures.profiles import draw_pairs
from toolkit.report.html.elements import Column, Html, TableView, fold, heading, join, paragraph, publish_table
from toolkit.report.html.svg import publish_figure
from toolkit.report.sections.outcomes import TOPICS, list_scales
from toolkit.report.sections.page_frame import unless_silent
from toolkit.report.sections.tables import name_scale
from toolkit.study.instruments import Instrument
from toolkit.study.study import Outcome, Subgroup


@unless_silent
def show_subgroups(view: View) -> Html:
    """Return how high the groups of persons of this school, or over the schools, are; nothing where the study has none here."""
    text = view.text
    measured = {each.id: list_scales(each) for each in view.list_instruments("engagement", "factors", *TOPICS)}
    outcomes = [outcome for scales in measured.values() for outcome in scales]
    known = [each for each in view.study.subgroups if any(_is_told(view, each, outcome, "shown", "hidden") for outcome in outcomes)]
    if not known:
        return Html()
    shown = [each for each in known if any(_is_told(view, each, outcome, "shown") for outcome in outcomes)]
    page = heading(text.say("subgroups.heading"), "subgroups")
    if shown:
        page += paragraph(text.say("subgroups.lead_school" if view.school else "subgroups.lead"))
        figure = _publish_primary(view, shown)
        tables = join(_show_instrument(view, view.study.find_instrument(id), scales, shown) for id, scales in measured.items())
        page += fold(text.say("subgroups.fold"), figure + tables) if view.school else figure + tables
    hidden = [text.pick(each.label) for each in known if each not in shown]
    few = text.say("subgroups.hidden", groups=text.join(hidden), floor=view.study.smallest_group)
    return page + (paragraph(few, "note") if hidden else Html())


def _is_told(view: View, subgroup: Subgroup, outcome: Outcome, *states: str) -> bool:
    return any(view.find_subgroup(subgroup.id, outcome, wave.id).state in states for wave in view.study.waves)


def _list_ends(view: View, subgroup: Subgroup, outcome: Outcome) -> list[Estimate | None]:
    """Return the means of a group in the compared waves, None where one is not shown."""
    found = [view.find_subgroup(subgroup.id, outcome, wave.id) for wave in view.waves]
    return [each if each.shown else None for each in found]


def _publish_primary(view: View, subgroups: list[Subgroup]) -> Html:
    """Return the figure of the primary outcome, a row per group; nothing where no group has a mean in the compared waves."""
    text = view.text
    primary = view.study.primary
    rows = [(text.pick(each.label), _list_ends(view, each, primary)) for each in subgroups]
    rows = [(label, ends) for label, ends in rows if any(ends)]
    if not rows:
        return Html()
    instrument = view.study.find_instrument(primary.instrument)
    answers = instrument.find_scale_answers(primary.scale, primary.rating)
    words = [text.pick(wave.label) for wave in view.waves]
    tall, flat = (draw_pairs(rows, words, answers, text, beside=beside) for beside in (False, True))
    title = text.say("subgroups.title", label=name_scale(view, primary))
    table = _tabulate(view, instrument, [primary], subgroups)
    numbers = "; ".join(": ".join([row[1], ", ".join(row[2:])]) for row in table.rows)
    description = text.say("figure.description", title=title, numbers=numbers, table=table.caption)
    shown = publish_table(table, "subgroups-figure-table")
    return publish_figure(flat, "subgroups-figure", title, text.say("subgroups.caption"), description, shown, text, tall=tall)


def _show_instrument(view: View, instrument: Instrument, outcomes: list[Outcome], subgroups: list[Subgroup]) -> Html:
    """Return the folded table of an instrument, without the primary outcome, which has a figure."""
    told = [o for o in outcomes if o != view.study.primary and any(_is_told(view, each, o, "shown") for each in subgroups)]
    if not told:
        return Html()
    table = _tabulate(view, instrument, told, subgroups, "table" if view.study.primary not in outcomes else "table_others")
    return fold(table.caption, publish_table(table, f"subgroups-{instrument.id}"))


def _tabulate(view: View, instrument: Instrument, outcomes: list[Outcome], subgroups: list[Subgroup], caption: str = "table") -> TableView:
    """Return a row per scale and group: the mean and the number of people at each measurement."""
    text = view.text
    columns = [Column(text.say("column.scale")), Column(text.say("subgroups.column"))]
    columns += [Column(text.pick(wave.label), number=True) for wave in view.study.waves]
    rows = [
        [name_scale(view, outcome), text.pick(each.label), *(_write_mean(view, each, outcome, wave.id) for wave in view.study.waves)]
        for outcome in outcomes
        for each in subgroups
        if _is_told(view, each, outcome, "shown")
    ]
    name = text.say(f"subgroups.{caption}", instrument=text.pick(instrument.name))
    return TableView(name, columns, rows, 1, [text.say("subgroups.note")])


def _write_mean(view: View, subgroup: Subgroup, outcome: Outcome, wave: str) -> str:
    """Return the mean with its number of people, or why there is none."""
    found = view.find_subgroup(subgroup.id, outcome, wave)
    number = write_number(found, choose_decimals(found.n), view.study, view.text)
    people = view.text.say("numbers.n", n=view.text.number(found.n, 0))
    return view.text.say("numbers.with_interval", number=number, interval=people) if found.shown else number
