"""Section 3: did engagement change? Means before and after, the change, and what those say who answered twice."""

from __future__ import annotations

from toolkit.report.content.estimate import (
    choose_decimals,
    write_change,
    write_interval,
    write_number,
    write_verdict,
)
from toolkit.report.content.view import View
from toolkit.report.figures.levels import draw_levels
from toolkit.report.html.elements import Html, heading, join, paragraph
from toolkit.report.html.elements__tables import TableView, publish_table
from toolkit.report.html.svg import publish_figure
from toolkit.report.sections.tables import list_change_cells, make_columns, name_scale, tabulate_levels, write_nothing, write_people
from toolkit.study.instruments import Instrument
from toolkit.study.study import Outcome


def show_engagement(view: View) -> Html:
    """Return per engagement instrument the sentence on its total, figure A, the change per scale and the check on pairs."""
    return join(_show_instrument(view, instrument) for instrument in view.list_instruments("engagement"))


def list_scales(instrument: Instrument) -> list[Outcome]:
    """Return the scales of an instrument in the first rating that is asked, the total first."""
    scales = sorted(instrument.scales, key=lambda scale: scale.kind != "total")
    return [Outcome(instrument=instrument.id, scale=scale.id, rating=instrument.asked_ratings[0]) for scale in scales]


def write_total(view: View, outcome: Outcome) -> str:
    """Return the sentence on the change of `outcome` with its numbers."""
    before, smaller = view.find_change(outcome, "before"), view.count_smaller(outcome)
    return write_change(view.find_change(outcome), before, smaller, outcome, view.study, view.text)


def write_levels_title(view: View, total: Outcome) -> str:
    """Return what can be said of the change of `total` as a title, or what the figure is about."""
    change = view.find_change(total)
    if change.judged:
        return write_verdict(change, total, view.study, view.text)
    return view.text.say("engagement.levels", label=name_scale(view, total))


def _show_instrument(view: View, instrument: Instrument) -> Html:
    outcomes, text, id = list_scales(instrument), view.text, f"engagement-{instrument.id}"
    found = heading(text.pick(instrument.find_scale(outcomes[0].scale).label), id)
    levels = view.frame_levels(outcomes)
    if levels.empty:
        missing = [view.find_level(outcome, wave.id) for outcome in outcomes for wave in view.waves]
        return found + paragraph(write_nothing("engagement.nothing", missing, view))
    if view.comparison:
        found += paragraph(write_total(view, outcomes[0]), "lead") + paragraph(text.say("core.cause"), "note")
    found += publish_levels(view, instrument, outcomes, write_levels_title(view, outcomes[0]))
    if not view.comparison:
        return found
    return found + publish_table(_tabulate_change(view, outcomes), f"{id}-change") + _show_pairs(view, outcomes, f"{id}-pairs")


def publish_levels(
    view: View, instrument: Instrument, outcomes: list[Outcome], title: str, table: TableView | None = None, level: int = 3
) -> Html:
    """Return figure A with its table: how high `outcomes` (a total first) lie before and after."""
    text, total, id = view.text, outcomes[0], f"{instrument.topic}-{instrument.id}-levels"
    table = table or tabulate_levels(view, outcomes, text.say("engagement.table_levels", label=name_scale(view, total)))
    numbers = "; ".join(_describe_levels(view, outcome) for outcome in outcomes if view.present_levels(outcome))
    description = text.say("figure.description", title=title, numbers=numbers, table=table.caption)
    picture = draw_levels(view.frame_levels(outcomes), view.study, text)
    caption = _write_caption(view, instrument, outcomes)
    return publish_figure(picture, id, title, caption, description, publish_table(table, f"{id}-table"), text, level)


def _write_caption(view: View, instrument: Instrument, outcomes: list[Outcome]) -> str:
    """Return what is drawn, and how many people answered the first of `outcomes` that is shown."""
    text, answers = view.text, instrument.find_answers(outcomes[0].rating)
    levels = next(levels for outcome in outcomes if (levels := view.present_levels(outcome)))
    counts = text.join([text.say("figure.count", wave=text.pick(found.wave.label), n=text.number(found.source.n, 0)) for found in levels])
    ends = {"low": text.number(answers.min, 0), "high": text.number(answers.max, 0)}
    return text.say("engagement.caption", level=text.percent(view.study.confidence), counts=counts, **ends)


def _describe_levels(view: View, outcome: Outcome) -> str:
    levels = [
        f"{view.text.number(level.value, level.decimals)} ({view.text.pick(level.wave.label)})" for level in view.present_levels(outcome)
    ]
    return f"{name_scale(view, outcome)}: {', '.join(levels)}"


def _tabulate_change(view: View, outcomes: list[Outcome]) -> TableView:
    columns = make_columns(view, "scale", "before", "after", "change", "interval", "n")
    rows = [[name_scale(view, outcome), *list_change_cells(view, outcome)] for outcome in outcomes]
    return TableView(view.text.say("engagement.table_change"), columns, rows)


def _show_pairs(view: View, outcomes: list[Outcome], id: str) -> Html:
    text = view.text
    if view.study.matching.by == "none":
        return paragraph(text.say("engagement.not_followed"), "note")
    columns = make_columns(view, "scale", "everyone", "twice", "interval_of_twice", "pairs", "effect")
    notes = [text.say("engagement.pairs_note"), text.say("engagement.effect_note")]
    rows = [_list_pairs(view, outcome) for outcome in outcomes]
    return publish_table(TableView(text.say("engagement.table_pairs"), columns, rows, notes=notes), id)


def _list_pairs(view: View, outcome: Outcome) -> list[str]:
    study, text, decimals = view.study, view.text, choose_decimals(view.count_smaller(outcome))
    everyone, twice = view.find_change(outcome), view.find_change(outcome, "change_pairs")
    changes = [write_number(change, decimals, study, text) for change in (everyone, twice)]
    people = write_people(twice, view)
    return [name_scale(view, outcome), *changes, write_interval(twice, decimals, study, text), people, _write_effect(view, outcome)]


def _write_effect(view: View, outcome: Outcome) -> str:
    effect = view.find_change(outcome, "g_av")
    number, interval = write_number(effect, 2, view.study, view.text), write_interval(effect, 2, view.study, view.text)
    return view.text.say("numbers.with_interval", number=number, interval=interval) if effect.judged else number
