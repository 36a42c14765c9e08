"""Section 3: did the outcomes change? Engagement with all it rests on, whatever else was measured, and how high factors are that have no
gap.
"""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.report.content.cautions import list_cautions
from toolkit.report.content.estimate import (
    choose_decimals,
    write_change,
    write_interval,
    write_number,
    write_verdict,
)
from toolkit.report.content.sentences import list_factors
from toolkit.report.content.view import Level, View
from toolkit.report.html.elements import Column, Html, TableView, fold, heading, join, paragraph, publish_table
from toolkit.report.html.svg import publish_figure
from toolkit.report.sections.answers import show_alone
from toolkit.report.sections.page_frame import unless_silent
from toolkit.report.sections.pictures import (
    Kind,
    choose_figure,
    draw_scales,
    list_strongest,
    tabulate_scales,
    write_scales_title,
)
from toolkit.report.sections.ratings import show_ratings
from toolkit.report.sections.tables import (
    explain_scales,
    find_ends,
    list_change_cells,
    make_columns,
    name_quantity,
    name_scale,
    note_model,
    note_schools,
    tabulate_levels,
    write_nothing,
    write_outcome,
    write_people,
)
from toolkit.results.rows import find_spread_floor
from toolkit.study.instruments import Instrument
from toolkit.study.study import Outcome

TOPICS = ("culture", "grade", "other")


@unless_silent
def show_engagement(view: View) -> Html:
    """Return per engagement instrument the sentence on its total, figure A, the change per scale and the check on pairs."""
    return join(_show_engagement_instrument(view, instrument) for instrument in view.list_instruments("engagement"))


def list_scales(instrument: Instrument) -> list[Outcome]:
    """Return the scales of an instrument in the rating that leads, the total or the difference of two others first."""
    scales = sorted(instrument.scales, key=lambda scale: scale.kind != "total" and not scale.difference)
    return [Outcome(instrument=instrument.id, scale=scale.id, rating=instrument.leading_rating) for scale in scales]


def write_total(view: View, outcome: Outcome) -> str:
    """Return the sentence on the change of `outcome` with its numbers."""
    smaller = view.count_smaller(outcome)
    return write_change(view.find_change(outcome), find_ends(view, outcome), smaller, outcome, view.study, view.text)


def write_levels_title(view: View, total: Outcome) -> str:
    """Return what can be said of the change of `total` as a title, or what the figure is about."""
    change = view.find_change(total)
    if change.judged:
        return write_verdict(change, total, view.study, view.text)
    return view.text.say("engagement.levels", label=name_scale(view, total))


def _show_engagement_instrument(view: View, instrument: Instrument) -> Html:
    outcomes = list_scales(instrument)
    text = view.text
    id = f"engagement-{instrument.id}"
    found = heading(text.pick(instrument.find_scale(outcomes[0].scale).label), id)
    if len(instrument.scored_ratings) > 1:
        return found + explain_scales(view, instrument) + show_ratings(view, instrument)
    levels = view.frame_levels(outcomes)
    if levels.empty:
        missing = [view.find_level(outcome, wave.id) for outcome in outcomes for wave in view.waves]
        return found + paragraph(write_nothing("engagement.nothing", missing, view))
    if view.comparison:
        found += Html() if outcomes[0] == view.study.primary else paragraph(write_total(view, outcomes[0]), "lead")
        found += join(paragraph(words) for words in list_cautions(view, outcomes[0]).values())
    found += publish_levels(view, instrument, outcomes, write_levels_title(view, outcomes[0]))
    found += _show_more(view, instrument) + show_spread(view, instrument)
    if not view.comparison:
        return found + explain_scales(view, instrument)
    change = explain_scales(view, instrument) + publish_table(tabulate_change(view, outcomes), f"{id}-change")
    name = text.say("further.table_change", label=name_scale(view, outcomes[0]))
    return found + fold(name, change) + _fold_pairs(view, outcomes, f"{id}-pairs")


def _show_more(view: View, instrument: Instrument) -> Html:
    """Return what goes with the figure of an instrument: how a grade was spread, what weighs most in a balance."""
    strongest = list_strongest(view, instrument) if choose_figure(instrument) == "balance" else Html()
    return show_alone(view, instrument) + strongest


def publish_levels(
    view: View, instrument: Instrument, outcomes: list[Outcome], title: str, table: TableView | None = None, level: int = 3, id: str = ""
) -> Html:
    """Return the figure of an instrument with its table: how high `outcomes` (a total first) lie before and after."""
    text = view.text
    total = outcomes[0]
    id = id or f"{instrument.topic}-{instrument.id}-levels"
    table = table or tabulate_scales(view, instrument, outcomes, text.say("engagement.table_levels", label=name_scale(view, total)))
    numbers = "; ".join(_describe_levels(view, outcome) for outcome in outcomes if view.present_levels(outcome))
    description = text.say("figure.description", title=title, numbers=numbers, table=table.caption)
    kind = choose_figure(instrument)
    twice = kind == "levels" and instrument.topic == "engagement"  # what is folded on a page has one drawing
    picture = draw_scales(view, instrument, outcomes, beside=twice)
    tall = draw_scales(view, instrument, outcomes) if twice else None
    caption = write_levels_caption(view, instrument, outcomes, kind)
    return publish_figure(picture, id, title, caption, description, publish_table(table, f"{id}-table"), text, level, tall)


def write_levels_caption(view: View, instrument: Instrument, outcomes: list[Outcome], kind: Kind = "levels") -> str:
    """Return what a figure of this kind draws, and how many people answered the first of `outcomes` that is shown."""
    text = view.text
    answers = instrument.find_answers(outcomes[0].rating)
    levels = next(levels for outcome in outcomes if (levels := view.present_levels(outcome)))
    counts = text.join([text.say("figure.count", wave=text.pick(found.wave.label), n=text.number(found.source.n, 0)) for found in levels])
    ends = {"low": text.number(answers.min, 0), "high": text.number(answers.max, 0)}
    key = f"pictures.caption_{kind}" if kind in ("ladder", "balance") else "engagement.caption"
    floor = find_spread_floor(view.study)
    return text.say(key, floor=floor, level=text.percent(view.study.confidence), counts=counts, **ends)


def _describe_levels(view: View, outcome: Outcome) -> str:
    levels = [
        f"{view.text.number(level.value, level.decimals)} ({view.text.pick(level.wave.label)})" for level in view.present_levels(outcome)
    ]
    return f"{name_scale(view, outcome)}: {', '.join(levels)}"


def tabulate_change(view: View, outcomes: list[Outcome]) -> TableView:
    """Return before, after and change of each of `outcomes`."""
    columns = make_columns(view, "scale", "before", "after", "change", "interval", "n")
    rows = [[name_scale(view, outcome), *list_change_cells(view, outcome)] for outcome in outcomes]
    return TableView(
        view.text.say("engagement.table_change"), columns, rows, notes=[*note_model(view, outcomes), *note_schools(view, outcomes)]
    )


def _fold_pairs(view: View, outcomes: list[Outcome], id: str) -> Html:
    text = view.text
    if view.study.matching.by == "none":
        return paragraph(text.say("engagement.not_followed"), "note")
    columns = make_columns(view, "scale", "everyone", "twice", "interval_of_twice", "pairs", "effect")
    notes = [text.say("engagement.pairs_note"), text.say("engagement.effect_note")]
    table = TableView(text.say("engagement.table_pairs"), columns, [_list_pairs(view, outcome) for outcome in outcomes], notes=notes)
    return fold(table.caption, publish_table(table, id))


def _list_pairs(view: View, outcome: Outcome) -> list[str]:
    study = view.study
    text = view.text
    decimals = choose_decimals(view.count_smaller(outcome))
    everyone = view.find_change(outcome)
    twice = view.find_change(outcome, "change_pairs")
    changes = [write_number(change, decimals, study, text) for change in (everyone, twice)]
    people = write_people(twice, view)
    return [name_scale(view, outcome), *changes, write_interval(twice, decimals, study, text), people, _write_effect(view, outcome)]


def _write_effect(view: View, outcome: Outcome) -> str:
    effect = view.find_change(outcome, "g_av")
    number = write_number(effect, 2, view.study, view.text)
    interval = write_interval(effect, 2, view.study, view.text)
    return view.text.say("numbers.with_interval", number=number, interval=interval) if effect.judged else number


@unless_silent
def show_further(view: View) -> Html:
    """Return per further instrument the sentence on its total, where it has one, and a table; nothing where the study has none."""
    instruments = view.list_instruments(*TOPICS)
    if not instruments:
        return Html()
    return heading(view.text.say("further.heading"), "further") + join(
        _show_further_instrument(view, instrument) for instrument in instruments
    )


def _show_further_instrument(view: View, instrument: Instrument) -> Html:
    text = view.text
    outcomes = list_scales(instrument)
    id = f"further-{instrument.id}"
    found = heading(text.pick(instrument.name), id, level=3)
    if len(instrument.scored_ratings) > 1:
        return found + explain_scales(view, instrument) + show_ratings(view, instrument)
    if not view.comparison:
        table = tabulate_levels(view, outcomes, text.say("further.table_levels", label=text.pick(instrument.name)))
        return found + _publish_further(view, instrument, outcomes) + publish_table(table, f"{id}-table") + show_spread(view, instrument)
    sentence = paragraph(write_outcome(view, outcomes[0], before=True))
    if not any(view.find_change(outcome).shown for outcome in outcomes):
        return found + sentence
    columns = make_columns(view, "scale", "before", "after", "change", "interval", "n")
    rows = [[name_scale(view, outcome), *list_change_cells(view, outcome)] for outcome in outcomes]
    notes = [*note_model(view, outcomes), *note_schools(view, outcomes)]
    table = TableView(text.say("further.table_change", label=text.pick(instrument.name)), columns, rows, notes=notes)
    found += sentence if _has_leading(instrument) else Html()
    more = _publish_further(view, instrument, outcomes) + publish_table(table, f"{id}-table") + show_spread(view, instrument)
    return found + (fold(text.say("further.fold", label=text.pick(instrument.name)), more) if view.school else more)


def _has_leading(instrument: Instrument) -> bool:
    """Return whether one scale speaks for the others: the only one, a total, or a balance."""
    return len(instrument.scales) == 1 or any(scale.kind == "total" or scale.difference for scale in instrument.scales)


def _publish_further(view: View, instrument: Instrument, outcomes: list[Outcome]) -> Html:
    """Return the figure of a further instrument: of a grade how it was spread, where that may be shown, or else how high it is."""
    about = explain_scales(view, instrument)
    more = _show_more(view, instrument)
    if len(outcomes) == 1 and more.markup:
        return about + more
    if view.frame_levels(outcomes).empty:
        return about
    title = write_further_title(view, instrument, outcomes)
    name = view.text.say("further.table_levels", label=view.text.pick(instrument.name))
    levels = publish_levels(view, instrument, outcomes, title, tabulate_scales(view, instrument, outcomes, name), level=4)
    return about + levels + more


def write_further_title(view: View, instrument: Instrument, outcomes: list[Outcome]) -> str:
    """Return what is seen of the scale that speaks for the others, or of all of them."""
    return write_levels_title(view, outcomes[0]) if _has_leading(instrument) else write_scales_title(view, outcomes)


def show_spread(view: View, instrument: Instrument) -> Html:
    """Return how far people differ on the scales whose mean is never read without it: per measurement, or across schools per school."""
    outcomes = [outcome for outcome in list_scales(instrument) if instrument.find_scale(outcome.scale).spread]
    return join(publish_table(_tabulate_spread(view, o), f"spread-{instrument.id}-{o.scale}") for o in outcomes)


def _tabulate_spread(view: View, outcome: Outcome) -> TableView:
    text = view.text
    first, mean, people = make_columns(view, "wave" if view.school else "school", "mean", "n")
    columns = [first, mean, *(Column(text.say(f"spread.{name}"), number=True) for name in ("sd", "rwgj")), people]
    last = view.waves[-1]
    places = [(text.pick(wave.label), wave.id, view.school) for wave in view.waves]
    if not view.school:
        places = [(school.name, last.id, school.id) for school in view.schools]
    rows = [[name, *_list_spread(view, outcome, wave, school)] for name, wave, school in places]
    caption = text.say("spread.table", label=name_scale(view, outcome), wave=text.pick(last.label))
    return TableView(caption, columns, rows, notes=[text.say("spread.note")])


def _list_spread(view: View, outcome: Outcome, wave: str, school: str) -> list[str]:
    mean, *spreads = (view.find_level(outcome, wave, quantity, school) for quantity in ("mean", "sd", "rwgj"))
    cells = [write_number(each, 2, view.study, view.text) for each in spreads]
    told = next((level for level in view.present_levels(outcome, school) if level.wave.id == wave), None)
    shown = view.text.number(told.value, told.decimals) if told else write_number(mean, choose_decimals(mean.n), view.study, view.text)
    return [shown, *cells, write_people(mean, view)]


@dataclass(frozen=True, slots=True)
class Height:
    """One factor, and how high it is in the last of the compared waves as displayed."""

    outcome: Outcome
    label: str
    level: Level


def list_heights(view: View, instrument: Instrument) -> list[Height]:
    """Return the factors with a shown level in the last of the compared waves, the highest first."""
    found = [(outcome, view.present_levels(outcome)) for outcome in list_factors(instrument)]
    last = [Height(o, name_scale(view, o), levels[-1]) for o, levels in found if levels and levels[-1].wave == view.waves[-1]]
    return sorted(last, key=lambda height: -height.level.value)


def publish_heights(view: View, instrument: Instrument, heights: list[Height]) -> Html:
    """Return figure A of the factors, a total of them first and in words too."""
    outcomes = list_scales(instrument)
    ends = {"highest": heights[0].label, "lowest": heights[-1].label}
    has_total = instrument.find_scale(outcomes[0].scale).kind == "total"
    title = view.text.say("factors.title_levels", **ends)
    if has_total or len(heights) < 2:
        title = write_levels_title(view, outcomes[0])
    table = tabulate_levels(view, outcomes, view.text.say("factors.table_levels"))
    total = paragraph(write_total(view, outcomes[0])) if has_total and view.comparison else Html()
    return total + publish_levels(view, instrument, outcomes, title, table)


def tabulate_lowest(view: View, instrument: Instrument, heights: list[Height]) -> TableView:
    """Return the mean and the number of people of `heights`, the lowest first."""
    text = view.text
    (factor, people) = make_columns(view, "factor", "n")
    columns = [factor, Column(name_quantity(view, "mean", instrument), number=True), people]
    rows = [[h.label, text.number(h.level.value, h.level.decimals), text.number(h.level.source.n, 0)] for h in reversed(heights)]
    return TableView(text.say("factors.table_lowest", wave=text.pick(view.waves[-1].label)), columns, rows)
