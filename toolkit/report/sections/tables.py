"""Tables that several sections share: levels per wave, and changes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from toolkit.report.content.estimate import (
    TINY,
    Estimate,
    choose_decimals,
    present_change,
    write_average_change,
    write_change,
    write_empty,
    write_interval,
    write_number,
    write_reason,
)
from toolkit.report.content.index import NOT_MEASURED
from toolkit.report.content.sentences import NAMES
from toolkit.report.content.view import View
from toolkit.report.html.elements import Column, Html, TableView, bullets
from toolkit.study.instruments import Instrument
from toolkit.study.rules import load_rules
from toolkit.study.study import Outcome, Wave


def name_scale(view: View, outcome: Outcome) -> str:
    """Return the label of the scale that `outcome` is about, with its rating where an instrument that is not about factors has several."""
    instrument = view.study.find_instrument(outcome.instrument)
    label = view.text.pick(instrument.find_scale(outcome.scale).label)
    rating = instrument.find_rating(outcome.rating) if instrument.topic != "factors" else None
    return view.text.say("ratings.of", label=label, rating=view.text.pick(rating.label)) if rating else label


def name_quantity(view: View, quantity: str, instrument: Instrument) -> str:
    """Return what a column called `quantity` (mean, change) is called for an instrument: that of its first rating where it has several."""
    rating = instrument.find_rating(instrument.leading_rating)
    return view.text.say(f"column.{quantity}_of", rating=view.text.pick(rating.label)) if rating else view.text.say(f"column.{quantity}")


def explain_scales(view: View, instrument: Instrument) -> Html:
    """Return in a line each what the scales of an instrument are about; nothing where it does not say."""
    text = view.text
    told = [f"{text.pick(scale.label)}: {text.pick(scale.explain)}." for scale in instrument.scales if scale.explain]
    return bullets(told) if told else Html()


def write_order(view: View) -> str:
    """Return in which order schools stand."""
    return view.text.say(f"schools.order.{view.study.order}")


def write_nothing(key: str, found: Iterable[Estimate], view: View, **places: str) -> str:
    """Return that nothing of `found` can be shown, and why: what was hidden for another reason than few people comes first."""
    order = sorted((estimate for estimate in found if not estimate.shown), key=_rank_reason)
    return view.text.say(key, reason=write_reason(order[0] if order else NOT_MEASURED, view.study, view.text), **places)


def _rank_reason(estimate: Estimate) -> tuple[bool, bool]:
    return estimate.state != "hidden", estimate.method.startswith("too_few")


def make_columns(view: View, first: str, *names: str) -> list[Column]:
    """Return the column `first`, which heads the rows, and numeric columns for `names`."""
    level = view.text.percent(view.study.confidence)
    return [
        Column(view.text.say(f"column.{first}")),
        *(Column(view.text.say(f"column.{name}", level=level), number=True) for name in names),
    ]


def tabulate_levels(view: View, outcomes: list[Outcome], caption: str) -> TableView:
    """Return mean, interval and number of people per scale and compared wave."""
    level = view.text.percent(view.study.confidence)
    columns = [Column(view.text.say("column.scale"))]
    for wave in view.waves:
        label = view.text.pick(wave.label)
        columns += [
            Column(view.text.say(f"column.wave_{name}", wave=label, level=level), number=True) for name in ("mean", "interval", "n")
        ]
    rows = [
        [name_scale(view, outcome), *(cell for wave in view.waves for cell in _list_level(view, outcome, wave))] for outcome in outcomes
    ]
    return TableView(caption, columns, rows)


def _list_level(view: View, outcome: Outcome, wave: Wave) -> list[str]:
    found = next((level for level in view.present_levels(outcome) if level.wave == wave), None)
    if found is None:
        return [write_empty(view.find_level(outcome, wave.id), view.study, view.text)] * 3
    mean = view.text.number(found.value, found.decimals)
    return [mean, write_interval(found.source, found.decimals, view.study, view.text), view.text.number(found.source.n, 0)]


def list_change_cells(view: View, outcome: Outcome) -> list[str]:
    """Return before, after, change, interval and number of people for one row of a table."""
    study = view.study
    text = view.text
    change = view.find_change(outcome)
    before, after = ends = find_ends(view, outcome)
    n = view.count_smaller(outcome)
    if not (change.shown and before.shown and after.shown):
        values = [write_number(end, choose_decimals(end.n), study, text) for end in ends]
        return [
            *values,
            write_number(change, choose_decimals(n), study, text),
            write_interval(change, 2, study, text),
            write_people(change, view),
        ]
    shown = present_change(before.estimate, change.estimate, after.estimate, n)
    values = [text.number(float(value), shown.decimals) for value in (shown.before, shown.after, shown.change)]
    return [*values, write_interval(change, shown.decimals, study, text), write_people(change, view)]


def write_people(estimate: Estimate, view: View) -> str:
    """Return the number of people behind `estimate`, or why it is not shown."""
    return view.text.number(estimate.n, 0) if estimate.shown else write_empty(estimate, view.study, view.text)


def note_model(view: View, outcomes: Sequence[Outcome]) -> list[str]:
    """Return as a note that changes are not quite after minus before, where those of a model in a table are not."""
    changes = [(view.find_change(outcome), *find_ends(view, outcome)) for outcome in outcomes]
    shown = [tuple(each.estimate for each in found) for found in changes if all(each.shown for each in found)]
    differ = any(not math.isclose(before + change, after, abs_tol=TINY) for change, before, after in shown)
    return [view.text.say("engagement.model_note")] if differ else []


def note_schools(view: View, outcomes: Sequence[Outcome]) -> list[str]:
    """Return as a note over how many schools the averages in a table are, where some are over fewer; nothing on a page of one school."""
    changes = {} if view.school else {outcome: view.find_change(outcome) for outcome in outcomes}
    counts = {outcome: change.schools for outcome, change in changes.items() if change.shown}
    most = max(counts.values(), default=0)
    fewer = [f"‘{name_scale(view, outcome)}’ ({view.text.number(count, 0)})" for outcome, count in counts.items() if count < most]
    schools = view.text.say_count("count.schools", most)
    return [view.text.say("engagement.fewer_schools", schools=schools, scales=view.text.join(fewer))] if fewer else []


def write_alike(view: View, outcomes: Sequence[Outcome]) -> str:
    """Return on which of `outcomes` that were measured schools can't be told apart, so that none is compared there; "" where on all."""
    measured = [outcome for outcome in outcomes if view.find_reliability(outcome, view.waves[-1].id, "icc2").state != "not_measured"]
    alike = [outcome for outcome in measured if not view.may_compare(outcome)]
    names = view.text.join([view.text.say("subject.quoted", label=name_scale(view, outcome)) for outcome in alike])
    cut = view.text.number(load_rules().limits["comparable"].cut)
    if len(alike) > NAMES:
        return view.text.say("alike.all" if len(alike) == len(measured) else "alike.many", count=len(alike), all=len(measured), cut=cut)
    return view.text.say("alike.named", names=names, cut=cut) if alike else ""


def find_ends(view: View, outcome: Outcome) -> tuple[Estimate, Estimate]:
    """Return the means of `outcome` before and after."""
    return view.find_change(outcome, "before"), view.find_change(outcome, "after")


def write_outcome(view: View, outcome: Outcome, before: bool = False) -> str:
    """Return the sentence on the change of `outcome` with its numbers, on the page across schools that on the average."""
    change = view.find_change(outcome)
    ends = find_ends(view, outcome) if before else (NOT_MEASURED, NOT_MEASURED)
    if not view.school:
        return write_average_change(change, ends, outcome, view.study, view.text)
    return write_change(change, ends, view.count_smaller(outcome), outcome, view.study, view.text)


def write_cause(view: View) -> str:
    """Return the fixed sentence on causes; where the page also holds a comparison with other schools, that the rest has none."""
    compared = view.study.has_comparison_schools and view.find_contrast(view.study.primary).judged
    return view.text.say("core.cause_of_rest" if compared else "core.cause")
