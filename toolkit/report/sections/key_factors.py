"""Section 4: the key factors that an instrument names, and beneath them its factors: gaps between now and wanted, profile, changes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import pandas as pd

from toolkit.languages import Text, round_half_up
from toolkit.report.content.estimate import (
    Estimate,
    Triple,
    choose_decimals,
    start_sentence,
    write_empty,
    write_interval,
    write_number,
)
from toolkit.report.content.sentences import (
    Move,
    list_factors,
    list_key_factors,
    list_moves,
    write_chance,
    write_moves,
    write_moves_sentence,
)
from toolkit.report.content.view import View
from toolkit.report.figures.forest import draw_factor_change
from toolkit.report.figures.profiles import draw_gap, draw_radar, list_ratings, order_by_gap
from toolkit.report.html.elements import Column, Html, TableView, bullets, fold, heading, join, link, paragraph, publish_table
from toolkit.report.html.svg import publish_figure
from toolkit.report.sections.closing_gaps import show_closing_gaps
from toolkit.report.sections.outcomes import list_heights, publish_heights
from toolkit.report.sections.page_frame import unless_silent
from toolkit.report.sections.tables import (
    explain_scales,
    make_columns,
    name_quantity,
    name_scale,
    note_schools,
    write_nothing,
    write_outcome,
    write_people,
)
from toolkit.schemas import LEVELS
from toolkit.study.instruments import Instrument
from toolkit.study.study import Outcome


@dataclass(frozen=True, slots=True)
class Gap:
    """One factor as displayed: `shown.before` is now, `shown.after` wanted, `shown.change` the gap between them; `n` people."""

    outcome: Outcome
    label: str
    shown: Triple
    n: int


@unless_silent
def show_key_factors(view: View) -> Html:
    """Return per instrument with factors the sentences and the figures B, C and D with their tables."""
    return join(_show_instrument(view, instrument) for instrument in view.list_instruments("factors"))


def _show_instrument(view: View, instrument: Instrument) -> Html:
    text = view.text
    id = f"factors-{instrument.id}"
    factors = list_factors(instrument)
    found = heading(text.pick(instrument.name), id)
    gaps = list_gaps(view, instrument)
    heights = list_heights(view, instrument)
    if not gaps and not heights:
        missing = [view.find_level(outcome, wave.id) for outcome in factors for wave in view.waves]
        return found + paragraph(write_nothing("factors.nothing", missing, view))
    found += _show_wider(view, instrument, f"{id}-wider")
    moves = list_moves(view, instrument)
    closing = show_closing_gaps(view, instrument)
    figure, profile = _show_gaps(view, instrument, gaps, id) if gaps else (publish_heights(view, instrument, heights), Html())
    change = Html()
    if view.comparison:
        change = _list_moved(view, instrument) + _publish_change(view, instrument, moves, gaps, f"{id}-change")
    about = explain_scales(view, instrument)
    if not view.school:
        return found + figure + fold(text.say("factors.more"), about + change + closing + profile)
    told = [text.say(f"factors.fold_{name}") for name, part in (("about", about), ("profile", profile)) if part.markup]
    found += closing + figure + (fold(start_sentence(text.join(told)), about + profile) if told else Html())
    return found + (fold(text.say("factors.fold_change"), change) if view.comparison else Html())


def _show_wider(view: View, instrument: Instrument, id: str) -> Html:
    """Return the key factors with their change, and how far what is wanted lies above now; nothing where the instrument names none."""
    text = view.text
    outcomes = list_key_factors(instrument)
    if not outcomes:
        return Html()
    moves = list_moves(view, instrument, outcomes)
    gaps = list_gaps(view, instrument, outcomes)
    if not gaps and not any(move.change.shown for move in moves):
        return Html()
    names = [name_scale(view, outcome) for outcome in outcomes]
    found = heading(text.join([names[0], *map(_begin_small, names[1:])]), id, level=3)
    said = f"{write_moves_sentence(moves, text, few=True)} {write_chance(moves, text)}".rstrip()
    found += paragraph(said, "lead") if view.comparison else Html()
    parts = {name: instrument.list_parts(outcome.scale) for name, outcome in zip(names, outcomes, strict=True)}
    made = {name: text.join([text.pick(part.label) for part in own]) for name, own in parts.items() if len(own) > 1}
    rest = paragraph(" ".join(text.say("factors.wider", factor=name, parts=own) for name, own in made.items()), "note")
    rest += _publish_change(view, instrument, moves, gaps, f"{id}-change", few=True) if view.comparison else Html()
    rest += publish_table(_tabulate_gaps(view, instrument, gaps, outcomes), f"{id}-gap-table") if gaps else Html()
    return found + fold(text.say("factors.fold_change"), rest)


def _begin_small(label: str) -> str:
    """Return a label as it stands within a line; one in capitals stays as it is."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def _list_moved(view: View, instrument: Instrument) -> Html:
    moved = [move for move in list_moves(view, instrument) if move.change.judged and move.change.verdict.startswith(("rose", "fell"))]
    return bullets(write_outcome(view, move.outcome) for move in moved) if moved else Html()


def list_gaps(view: View, instrument: Instrument, outcomes: Sequence[Outcome] = ()) -> list[Gap]:
    """Return the factors, or `outcomes`, with a shown level in the last of the compared waves, the widest gap first."""
    found = [_find_gap(view, outcome, instrument) for outcome in outcomes or list_factors(instrument)]
    gaps = {gap.outcome.scale: gap for gap in found if gap}
    if not gaps:
        return []
    ordered = order_by_gap(_list_levels(list(gaps.values()), instrument), instrument)
    return [gaps[scale.id] for scale in ordered]


def _find_gap(view: View, outcome: Outcome, instrument: Instrument) -> Gap | None:
    ratings = list_ratings(instrument)
    wave = view.waves[-1].id
    levels = [view.find_level(outcome.model_copy(update={"rating": rating}), wave) for rating in ratings]
    if len(levels) < 2 or not all(level.shown for level in levels):
        return None
    n = min(level.n for level in levels)
    decimals = choose_decimals(n)
    now, wanted = (round_half_up(level.estimate, decimals) for level in levels)
    return Gap(outcome, name_scale(view, outcome), Triple(now, wanted - now, wanted, decimals), n)


def write_gap(gaps: list[Gap], view: View) -> str:
    """Return where now and wanted lie furthest apart."""
    widest = gaps[0]
    text = view.text
    if widest.shown.change <= 0:
        return text.say("factors.no_gap")
    return text.say("factors.widest" if len(gaps) > 1 else "factors.only", factor=widest.label, **_write_ends(widest, view))


def write_gap_cells(gap: Gap, view: View) -> list[str]:
    """Return now, wanted, the gap between them and the number of people, for a row of a table."""
    return [*_write_ends(gap, view).values(), view.text.number(gap.n, 0)]


def _write_ends(gap: Gap, view: View) -> dict[str, str]:
    values = {"now": gap.shown.before, "wanted": gap.shown.after, "gap": gap.shown.change}
    return {name: view.text.number(float(value), gap.shown.decimals) for name, value in values.items()}


@dataclass(frozen=True, slots=True)
class _Shown:
    """A displayed level: of which scale and rating, and how high."""

    instrument: str
    scale: str
    rating: str
    estimate: float
    n: int


def _list_levels(gaps: list[Gap], instrument: Instrument) -> list[_Shown]:
    """Return the displayed levels that `gaps` lie between, and the gaps where the instrument computes those."""
    computed = next((rating.id for rating in instrument.ratings if rating.difference), "")
    ratings = dict(zip((*list_ratings(instrument), computed), ("before", "after", "change"), strict=True))
    return [
        _Shown(gap.outcome.instrument, gap.outcome.scale, rating, float(getattr(gap.shown, part)), gap.n)
        for gap in gaps
        for rating, part in ratings.items()
        if rating
    ]


def _frame(view: View, gaps: list[Gap], instrument: Instrument) -> pd.DataFrame:
    """Return the displayed levels for the figures."""
    blank = dict.fromkeys(("std_error", "low", "high", "p_value"), float("nan"))
    where = {"school": view.school, "wave": view.waves[-1].id, "quantity": "mean", "state": "shown", "method": "", **blank}
    return LEVELS.collect(where | asdict(level) for level in _list_levels(gaps, instrument))


def _show_gaps(view: View, instrument: Instrument, gaps: list[Gap], id: str) -> tuple[Html, Html]:
    """Return figures B and C."""
    levels = _frame(view, gaps, instrument)
    figure = _publish_gaps(view, instrument, gaps, levels, f"{id}-gap")
    return figure, _publish_profile(view, instrument, gaps, levels, f"{id}-profile", f"{id}-gap-table")


def _publish_gaps(view: View, instrument: Instrument, gaps: list[Gap], levels: pd.DataFrame, id: str) -> Html:
    text = view.text
    table = _tabulate_gaps(view, instrument, gaps, list_factors(instrument))
    title = write_gap_title(gaps, text)
    numbers = "; ".join(text.say("factors.pair", factor=gap.label, **_write_ends(gap, view)) for gap in gaps)
    description = text.say("figure.description", title=title, numbers=numbers, table=table.caption)
    tall, flat = (draw_gap(levels, view.study, text, beside=beside) for beside in (False, True))
    caption = write_gap_caption(view, instrument, gaps)
    return publish_figure(flat, id, title, caption, description, publish_table(table, f"{id}-table"), text, tall=tall)


def write_gap_title(gaps: list[Gap], text: Text) -> str:
    """Return the widest gap as a title."""
    if gaps[0].shown.change <= 0:
        return text.say("factors.title_no_gap")
    return text.say("factors.title_gap" if len(gaps) > 1 else "factors.title_only", factor=gaps[0].label)


def write_gap_caption(view: View, instrument: Instrument, gaps: list[Gap]) -> str:
    """Return what is drawn of `gaps`: when, on which scale, and of how many people."""
    text = view.text
    answers = instrument.answers
    counts = sorted({gap.n for gap in gaps})
    n = text.number(counts[0], 0) if len(counts) == 1 else text.say("numbers.range", low=counts[0], high=counts[-1])
    ends = {"low": text.number(answers.min, 0), "high": text.number(answers.max, 0)}
    return text.say("factors.caption", wave=text.pick(view.waves[-1].label), n=n, **ends)


def _tabulate_gaps(view: View, instrument: Instrument, gaps: list[Gap], outcomes: list[Outcome]) -> TableView:
    """Return `outcomes` with their gap, the widest first, and below them those without one and why."""
    columns = make_columns(view, "factor", "now", "wanted", "gap", "n")
    rows = [[gap.label, *write_gap_cells(gap, view)] for gap in gaps]
    shown = {gap.outcome.scale for gap in gaps}
    hidden = [outcome for outcome in outcomes if outcome.scale not in shown]
    rows += [[name_scale(view, outcome), *[_explain_no_gap(view, instrument, outcome)] * 4] for outcome in hidden]
    key = "factors.table_gap" if outcomes == list_factors(instrument) else "factors.table_wider"
    return TableView(view.text.say(key, wave=view.text.pick(view.waves[-1].label)), columns, rows)


def _explain_no_gap(view: View, instrument: Instrument, outcome: Outcome) -> str:
    """Return why a factor has no gap: the reason of its first rating that is not shown."""
    rated = [outcome.model_copy(update={"rating": rating.id}) for rating in instrument.ratings] or [outcome]
    levels = [view.find_level(each, view.waves[-1].id) for each in rated]
    return write_empty(next((level for level in levels if not level.shown), levels[0]), view.study, view.text)


def _publish_profile(view: View, instrument: Instrument, gaps: list[Gap], levels: pd.DataFrame, id: str, table: str) -> Html:
    """Return figure C; its numbers stand in the table of figure B."""
    text = view.text
    title = write_profile_title(gaps, view.text)
    lowest = min(gaps, key=lambda gap: gap.shown.before)
    highest = max(gaps, key=lambda gap: gap.shown.before)
    ends = {"low": _write_ends(lowest, view)["now"], "high": _write_ends(highest, view)["now"]}
    description = text.say("factors.profile", title=title, lowest=lowest.label, highest=highest.label, **ends)
    picture = draw_radar(levels, view.study, text)
    pointer = paragraph(link(text.say("factors.see_table"), table))
    return publish_figure(picture, id, title, write_gap_caption(view, instrument, gaps), description, pointer, text)


def write_profile_title(gaps: list[Gap], text: Text) -> str:
    """Return on how many factors more is wanted than there is."""
    higher = sum(gap.shown.change > 0 for gap in gaps)
    if not higher or len(gaps) == 1:
        return write_gap_title(gaps, text)
    return text.say("factors.title_all" if higher == len(gaps) else "factors.title_some", higher=higher, count=len(gaps))


def _publish_change(view: View, instrument: Instrument, moves: list[Move], gaps: list[Gap], id: str, few: bool = False) -> Html:
    """Return figure D, in the order of figure B, with its table; the table alone where no change is shown."""
    text = view.text
    order = [gap.outcome.scale for gap in gaps]
    shown = [move.outcome for move in moves if move.change.shown]
    shown.sort(key=lambda outcome: order.index(outcome.scale) if outcome.scale in order else len(order))
    hidden = [move.outcome for move in moves if not move.change.shown]
    table = _tabulate_change(view, instrument, [*shown, *hidden])
    if not shown:
        return publish_table(table, f"{id}-table")
    title = write_moves(moves, text, few)
    told = [(row[0], text.say("numbers.with_interval", number=row[1], interval=row[2])) for row in table.rows[: len(shown)]]
    numbers = "; ".join(f"{label}: {number}" for label, number in told)
    description = text.say("figure.description", title=title, numbers=numbers, table=table.caption)
    picture = draw_factor_change(view.frame_change(shown), view.study, text, order=order)
    caption = write_change_caption(view, instrument, [move.change for move in moves if move.change.shown])
    return publish_figure(picture, id, title, caption, description, publish_table(table, f"{id}-table"), text)


def write_change_caption(view: View, instrument: Instrument, changes: list[Estimate]) -> str:
    """Return what is compared, with which interval where there is any, and that among several factors chance alone can show a change."""
    text = view.text
    form = "one" if len(changes) == 1 else "many"
    level = text.percent(view.study.confidence)
    drawn = any(math.isfinite(change.low) for change in changes)
    places = {
        "before": text.pick(view.waves[0].label),
        "after": text.pick(view.waves[-1].label),
        "interval": text.say(f"factors.caption_interval.{form}", level=level) if drawn else "",
        "what": name_quantity(view, "change", instrument),
    }
    return text.say(f"factors.caption_change.{form}", count=len(changes), **places)


def _tabulate_change(view: View, instrument: Instrument, outcomes: list[Outcome]) -> TableView:
    what = name_quantity(view, "change", instrument)
    factor, *rest = make_columns(view, "factor", "interval", "n")
    columns = [factor, Column(what, number=True), *rest]
    caption = view.text.say("factors.table_change", what=what)
    rows = [_list_change(view, outcome) for outcome in outcomes]
    return TableView(caption, [*columns, Column(view.text.say("column.verdict"))], rows, notes=note_schools(view, outcomes))


def _list_change(view: View, outcome: Outcome) -> list[str]:
    study = view.study
    text = view.text
    change = view.find_change(outcome)
    decimals = choose_decimals(view.count_smaller(outcome))
    cells = [name_scale(view, outcome), write_number(change, decimals, study, text), write_interval(change, decimals, study, text)]
    word = text.say(f"verdict.{change.verdict}") if change.judged else write_empty(change, study, text)
    return [*cells, write_people(change, view), word]
