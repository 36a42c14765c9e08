"""Which figure scales deserve, by what their instrument declares: rows, fields that stand apart, the rungs of a ladder, or a balance.

An instrument with a difference of two scales has bars against each other; one whose `figure` is a ladder has rungs with the spread of
people; several subscales without a total stand apart. All else has figure A.
"""

from __future__ import annotations

import math
from typing import Literal

from toolkit.analysis.people import SMALLEST_NUMBER_OF_SCHOOLS
from toolkit.languages import Text
from toolkit.plots.panel import Panel
from toolkit.report.content.estimate import Estimate, choose_decimals, write_empty, write_number
from toolkit.report.content.sentences import KINDS, NAMES, is_of_kind
from toolkit.report.content.view import View
from toolkit.report.figures.apart import draw_balance, draw_multiples
from toolkit.report.figures.levels import draw_levels
from toolkit.report.html.elements import Column, Html, TableView, bullets
from toolkit.report.sections.answers import find_shares, is_known, name_item, read_percent, sum_sides
from toolkit.report.sections.tables import name_scale, tabulate_levels
from toolkit.study.instruments import Instrument, Item, Scale
from toolkit.study.study import Outcome, Wave

Kind = Literal["levels", "multiples", "ladder", "balance"]
#: So many fields still stand apart; more are rows.
MOST_FIELDS = 6


def choose_figure(instrument: Instrument) -> Kind:
    """Return which figure the scales of an instrument have."""
    if any(scale.difference for scale in instrument.scales):
        return "balance"
    if instrument.figure == "ladder":
        return "ladder"
    apart = all(scale.kind == "subscale" for scale in instrument.scales) and 1 < len(instrument.scales) <= MOST_FIELDS
    return "multiples" if apart else "levels"


def draw_scales(view: View, instrument: Instrument, outcomes: list[Outcome], *, beside: bool = False) -> Panel:
    """Return the figure of `outcomes`, the scales of `instrument`, before and after; names of rows may stand `beside` their marks."""
    kind = choose_figure(instrument)
    levels = view.frame_levels(outcomes)
    if kind == "balance":
        return draw_balance(levels, find_balance(instrument), view.study, view.text)
    if kind == "multiples":
        return draw_multiples(levels, view.study, view.text)
    if kind == "levels":
        return draw_levels(levels, view.study, view.text, beside=beside)
    about = levels[["scale", "wave"]].itertuples(index=False, name=None)
    by_id = {outcome.scale: outcome for outcome in outcomes}
    spread = [_read(find_spread(view, by_id[scale], wave)) for scale, wave in about]
    reaching = levels.assign(low=levels["estimate"] - spread, high=levels["estimate"] + spread)
    return draw_levels(reaching, view.study, view.text, ladder=True)


def find_balance(instrument: Instrument) -> Scale:
    """Return the scale that is a difference of two others."""
    return next(scale for scale in instrument.scales if scale.difference)


def find_spread(view: View, outcome: Outcome, wave: str) -> Estimate:
    """Return how far people differ: the standard deviation in a school; across schools the root of the mean variance within them.

    Across schools it is computed from those of schools that are shown, four at least, so it reveals nothing more.
    """
    if view.school:
        return view.find_level(outcome, wave, "sd")
    found = [view.find_level(outcome, wave, "sd", school=school.id) for school in view.schools]
    shown = [spread for spread in found if spread.shown]
    if len(shown) < SMALLEST_NUMBER_OF_SCHOOLS:
        return Estimate("not_computable", method="too_few_schools")
    root = math.sqrt(sum(spread.estimate**2 for spread in shown) / len(shown))
    return Estimate("shown", estimate=root, n=sum(spread.n for spread in shown))


def _read(spread: Estimate) -> float:
    return spread.estimate if spread.shown else math.nan


def tabulate_scales(view: View, instrument: Instrument, outcomes: list[Outcome], caption: str) -> TableView:
    """Return the numbers of the figure: mean, interval and people per wave; on a ladder the spread in the place of the interval."""
    if choose_figure(instrument) != "ladder":
        return tabulate_levels(view, outcomes, caption)
    text = view.text
    columns = [Column(text.say("column.scale"))]
    for wave in view.waves:
        label = text.pick(wave.label)
        names = ("column.wave_mean", "pictures.column_spread", "column.wave_n")
        columns += [Column(text.say(name, wave=label), number=True) for name in names]
    rows = [
        [name_scale(view, outcome), *(cell for wave in view.waves for cell in _list_cells(view, outcome, wave))] for outcome in outcomes
    ]
    return TableView(caption, columns, rows)


def _list_cells(view: View, outcome: Outcome, wave: Wave) -> list[str]:
    found = next((level for level in view.present_levels(outcome) if level.wave == wave), None)
    if found is None:
        return [write_empty(view.find_level(outcome, wave.id), view.study, view.text)] * 3
    spread = find_spread(view, outcome, wave.id)
    cell = write_number(spread, choose_decimals(spread.n), view.study, view.text)
    return [view.text.number(found.value, found.decimals), cell, view.text.number(found.source.n, 0)]


def write_scales_title(view: View, outcomes: list[Outcome]) -> str:
    """Return what is seen of scales of which none leads: which of them rose or fell, or with one wave the highest and the lowest."""
    text = view.text
    if view.comparison:
        changes = {name_scale(view, outcome): view.find_change(outcome) for outcome in outcomes}
        parts = [_write_moved(kind, [name for name, change in changes.items() if is_of_kind(change, kind)], text) for kind in KINDS]
        return text.join([part for part in parts if part]) or text.say("factors.none")
    heights = sorted((level.value, name_scale(view, outcome)) for outcome in outcomes for level in view.present_levels(outcome)[-1:])
    return text.say("factors.title_levels", highest=heights[-1][1], lowest=heights[0][1])


def _write_moved(kind: str, names: list[str], text: Text) -> str:
    quoted = text.join([text.say("subject.quoted", label=name) for name in names[:NAMES]])
    if len(names) <= NAMES:
        return text.say_count(f"pictures.{kind}", len(names), names=quoted) if names else ""
    return text.say_count(f"pictures.{kind}_more", len(names) - NAMES, names=quoted)


def list_strongest(view: View, instrument: Instrument) -> Html:
    """Return for both sides of a balance the statements that got high answers most often; nothing where no answers may be shown.

    Across schools it is the mean of what is shown of four schools or more.
    """
    text = view.text
    wave = view.waves[-1]
    items = {item.id: item for item in instrument.items}
    told = []
    for part in find_balance(instrument).difference or ():
        scale = instrument.find_scale(part)
        shares = [(share, items[id]) for id in scale.items if (share := _find_high(view, instrument, items[id], wave)) is not None]
        named = [
            text.say("pictures.statement", label=name_item(item, text), share=text.percent(share / 100))
            for share, item in sorted(shares, key=lambda pair: -pair[0])[:NAMES]
        ]
        if named:
            places = {"label": text.pick(scale.label), "wave": text.pick(wave.label), "names": text.join(named)}
            told.append(text.say("pictures.strongest" if view.school else "pictures.strongest_schools", **places))
    return bullets(told) if told else Html()


def _find_high(view: View, instrument: Instrument, item: Item, wave: Wave) -> float | None:
    """Return the percentage of high answers, which is neither nobody nor everybody; None where it may not be shown."""
    others = {school.id for school in view.study.schools if view.study.has_comparison_schools and school.group == "comparison"}
    schools = [view.school] if view.school else [school.id for school in view.schools if school.id not in others]
    known = [school for school in schools if is_known(view, instrument, item, wave, school)]
    if len(known) < (1 if view.school else SMALLEST_NUMBER_OF_SCHOOLS):
        return None
    shares = [[read_percent(share) for share in find_shares(view, instrument, item, wave, school)] for school in known]
    high = [sum_sides(each)[1] for each in shares]
    mean = sum(high) / len(high)
    return mean if 0 < round(mean) < 100 else None
