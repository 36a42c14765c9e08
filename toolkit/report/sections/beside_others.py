"""Schools beside each other: this one beside the lowest and highest of the others, without names, and the pairs that the study names."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from toolkit.languages import Text, round_half_up
from toolkit.report.content.estimate import (
    Estimate,
    choose_decimals,
    start_sentence,
    write_empty,
    write_interval,
    write_number,
    write_reason,
    write_subject,
)
from toolkit.report.content.sentences import list_factors
from toolkit.report.content.view import View
from toolkit.report.figures.levels import Place, draw_band
from toolkit.report.html.elements import Column, Html, TableView, bullets, fold, heading, join, paragraph, publish_table
from toolkit.report.html.svg import publish_figure
from toolkit.report.sections.outcomes import TOPICS, list_scales
from toolkit.report.sections.page_frame import unless_silent
from toolkit.report.sections.tables import name_scale, write_alike
from toolkit.results.estimates.levels import DECIMALS
from toolkit.study.instruments import Instrument
from toolkit.study.rules import load_rules
from toolkit.study.study import Outcome, Pair, Study

#: What the verdict on a difference says of its strength.
STRENGTHS = {"clearly": "clearly", "probably": "probably", "slightly": "slightly", "rose": "clearly", "fell": "clearly"}


#: Where a school can lie, from low to high.
POSITIONS = ("lower", "lower_unclear", "within", "higher_unclear", "higher")


@dataclass(frozen=True, slots=True)
class Side:
    """One end of a comparison: how a sentence and a table name it, and its mean change (None where none is shown)."""

    where: str
    label: str
    change: float | None


def show_pairs(view: View) -> Html:
    """Return the comparison with schools outside the trajectory, and pairs and groups of the study file; nothing where there are none."""
    text = view.text
    rows = _list_comparisons(view)
    groups = _show_groups(view)
    found = heading(text.say("compare.heading"), "compare")
    if not rows:
        return found + groups if groups.markup else groups
    found += bullets(
        write_difference(difference, first, second, view.study.primary, view.study, text) for difference, first, second in rows
    )
    if view.study.has_comparison_schools:
        found += paragraph(text.say("compare.design"), "note")
    notes = [text.say("compare.cause")] if view.study.pairs else []
    if len(view.study.pairs) > 1:
        notes.append(text.say("compare.corrected", count=len(view.study.pairs)))
    return found + publish_table(_tabulate_pairs(view, rows, notes), "compare-table") + groups


def _show_groups(view: View) -> Html:
    """Return the level of each scale in each group of schools, before and after; nothing without groups of two schools or more.

    Means of the means of schools that this page shows, so they add nothing to them; scales about one person's leadership have none.
    """
    groups = [group for group in view.study.groups if len(group.schools) > 1 and set(group.schools) <= set(view.codes)]
    if not groups:
        return Html()
    text = view.text
    columns = [Column(text.say("column.scale")), *(Column(text.pick(group.label), number=True) for group in groups)]
    rows = [
        [name_scale(view, outcome), *(_write_level(view, outcome, group.schools) for group in groups)]
        for instrument in view.list_instruments("engagement", "factors", *TOPICS)
        for outcome in list_scales(instrument)
        if not instrument.find_scale(outcome.scale).about_person
    ]
    caption = text.say("compare.groups", waves=" → ".join(text.pick(wave.label) for wave in view.waves))
    notes = [text.say("compare.groups_note"), *([] if view.study.pairs else [text.say("compare.cause")])]
    return publish_table(TableView(caption, columns, rows, notes=notes), "compare-groups")


def _write_level(view: View, outcome: Outcome, schools: Sequence[str]) -> str:
    """Return the means of a group, and of how many schools: those with a mean in each of the compared waves."""
    levels = [[view.find_level(outcome, wave.id, school=code) for wave in view.waves] for code in schools]
    shown = [own for own in levels if all(level.shown for level in own)]
    if len(shown) < 2:
        return view.text.say("compare.groups_few")
    decimals = choose_decimals(min(level.n for own in shown for level in own))
    means = [view.text.number(sum(level.estimate for level in wave) / len(shown), decimals) for wave in zip(*shown, strict=True)]
    return view.text.say("compare.groups_level", levels=" → ".join(means), schools=view.text.number(len(shown), 0))


def write_design(view: View) -> str:
    """Return whether the schools on the trajectory changed more than the comparison schools; "" where the study has none."""
    rows = _list_design(view)
    return write_difference(*rows[0], view.study.primary, view.study, view.text) if rows else ""


def _list_comparisons(view: View) -> list[tuple[Estimate, Side, Side]]:
    if not view.comparison:
        return []
    return _list_design(view) + [
        (view.find_pair(pair), _make_side(view, pair.first), _make_side(view, pair.second))
        for pair in view.study.pairs
        if _is_open(view, pair)
    ]


def _is_open(view: View, pair: Pair) -> bool:
    return view.find_pair(pair).state != "not_measured"


def _list_design(view: View) -> list[tuple[Estimate, Side, Side]]:
    difference = view.find_contrast(view.study.primary)
    if not view.study.has_comparison_schools or not view.comparison or difference.state == "not_measured":
        return []
    sides = []
    for group in ("trajectory", "comparison"):
        change = view.find_contrast(view.study.primary, group)
        where = view.text.say(f"compare.in_{group}")
        label = view.text.say(f"compare.{group}")
        sides.append(Side(where, label, change.estimate if change.shown else None))
    return [(difference, sides[0], sides[1])]


def _make_side(view: View, end: str) -> Side:
    changes = [view.find_change(view.study.primary, school=code) for code in view.study.list_end(end)]
    shown = [change.estimate for change in changes if change.shown]
    group = next((group for group in view.study.groups if group.id == end), None)
    label = view.text.pick(group.label) if group and group.label else end if group else view.study.find_school(end).name
    return Side(view.text.say("compare.in", label=label), label, sum(shown) / len(shown) if shown else None)


def write_difference(difference: Estimate, first: Side, second: Side, outcome: Outcome, study: Study, text: Text) -> str:
    """Return what the difference in change of `outcome` lets us say, with its numbers."""
    places = {"subject": write_subject(outcome, study, text), "first": first.where, "second": second.where}
    if not difference.judged:
        return start_sentence(text.say("compare.nothing", reason=write_reason(difference, study, text), **places))
    words = start_sentence(text.say(_choose_phrase(difference, first), **places))
    interval = write_interval(difference, 2, study, text)
    count = text.say_count("count.schools", difference.schools)
    level = text.percent(study.confidence)
    return text.say(
        "numbers.difference", verdict=words, change=text.number(difference.estimate), interval=interval, level=level, count=count
    )


def _choose_phrase(difference: Estimate, first: Side) -> str:
    """Return the key of the phrase: its strength from the verdict, its direction from the difference and the change of the first end."""
    verdict = difference.verdict
    if verdict in ("same", "unclear"):
        return f"compare.{verdict}"
    if verdict.startswith("indication"):
        return "compare.indication"
    rose = first.change is None or first.change >= 0
    more = verdict.startswith("rose") == rose
    return f"compare.{STRENGTHS[verdict.rpartition('_')[2]]}.{'rose' if rose else 'fell'}_{'more' if more else 'less'}"


def _tabulate_pairs(view: View, rows: list[tuple[Estimate, Side, Side]], notes: list[str]) -> TableView:
    text = view.text
    names = [Column(text.say("compare.first")), Column(text.say("compare.second"))]
    numbers = ("difference", "interval", "schools", "people")
    columns = [*names, *(Column(text.say(f"compare.column_{n}", level=text.percent(view.study.confidence)), number=True) for n in numbers)]
    return TableView(text.say("compare.table"), columns, [_list_pair_cells(view, *row) for row in rows], notes=notes)


def _list_pair_cells(view: View, difference: Estimate, first: Side, second: Side) -> list[str]:
    study = view.study
    text = view.text
    if not difference.shown:
        why = text.say("compare.hidden") if difference.method == "not_agreed" else write_empty(difference, study, text)
        return [first.label, second.label, *[why] * 4]
    cells = [write_number(difference, 2, study, text), write_interval(difference, 2, study, text)]
    return [first.label, second.label, *cells, text.number(difference.schools, 0), text.number(difference.n, 0)]


@dataclass(frozen=True, slots=True)
class Beside:
    """One scale with this school's mean as it stands elsewhere, with so many decimals, and the ends of the others with few."""

    label: str
    own: Estimate
    low: Estimate
    high: Estimate
    decimals: int

    @property
    def position(self) -> str:
        """Whether the displayed mean lies within the displayed means of the others, or at the low or the high end of all schools.

        It is `lower` or `higher` only if an interval of the difference from the nearest of the others excludes 0. The interval is that of
        two means with the error of this one, so it is computed from numbers that are shown; without an interval nothing is clear.
        """
        mean, low, high = (round_half_up(value.estimate, DECIMALS) for value in (self.own, self.low, self.high))
        if low <= mean <= high:
            return "within"
        side, end = ("lower", self.low) if mean < low else ("higher", self.high)
        reach = math.sqrt(2) * (self.own.high - self.own.low) / 2
        return side if abs(self.own.estimate - end.estimate) > reach else f"{side}_unclear"


@unless_silent
def show_beside_others(view: View) -> Html:
    """Return figure G per instrument with factors and for engagement; a sentence where fewer than three other schools are shown."""
    text = view.text
    if len(view.study.schools) < 2:
        return Html()
    found = heading(text.say("others.heading"), "others")
    instruments = view.list_instruments("engagement", "factors")
    places = [(instrument, list_places(view, instrument)) for instrument in instruments]
    left_out = join(paragraph(words) for instrument in instruments if (words := write_alike(view, _list_outcomes(instrument))))
    if not any(beside for _, beside in places):
        return found + (left_out if left_out.markup else paragraph(text.say("others.nothing", count=load_rules().floors["other_schools"])))
    lead = paragraph(f"{text.say('others.lead')} {text.say('others.rule', level=text.percent(view.study.confidence))}")
    shown = [(instrument, beside) for instrument, beside in places if beside]
    told = join(paragraph(f"{write_others_title(view, instrument, beside)}.") for instrument, beside in shown)
    published = [(text.pick(instrument.name), _publish(view, instrument, beside)) for instrument, beside in shown]
    published[0] = published[0][0], lead + published[0][1]
    return found + told + join(fold(text.say("others.fold", name=name), page) for name, page in published) + left_out


def list_places(view: View, instrument: Instrument) -> list[Beside]:
    """Return the scales of which this school and enough others have a mean to show, and on which schools can be told apart."""
    return [place for outcome in _list_outcomes(instrument) if view.may_compare(outcome) and (place := _find_place(view, outcome))]


def _list_outcomes(instrument: Instrument) -> list[Outcome]:
    outcomes = list_factors(instrument) if instrument.topic == "factors" else list_scales(instrument)
    return [outcome for outcome in outcomes if not instrument.find_scale(outcome.scale).difference]


def _find_place(view: View, outcome: Outcome) -> Beside | None:
    wave = view.waves[-1].id
    own = next((level for level in view.present_levels(outcome) if level.wave.id == wave), None)
    low = view.find_band(outcome, wave, "lowest")
    high = view.find_band(outcome, wave, "highest")
    if not (own and view.find_level(outcome, wave).shown and low.shown and high.shown):
        return None
    return Beside(name_scale(view, outcome), replace(own.source, estimate=own.value), low, high, own.decimals)


def _publish(view: View, instrument: Instrument, places: list[Beside]) -> Html:
    text = view.text
    id = f"others-{instrument.id}"
    table = _tabulate_others(view, instrument, places)
    title = write_others_title(view, instrument, places)
    numbers = "; ".join(text.say("others.describe", label=row[0], mean=row[1], low=row[3], high=row[4]) for row in table.rows)
    description = text.say("figure.description", title=title, numbers=numbers, table=table.caption)
    caption = text.say("others.caption", wave=text.pick(view.waves[-1].label), level=text.percent(view.study.confidence))
    rows = [
        Place(p.label, p.own.estimate, (p.own.low, p.own.high), (p.low.estimate, p.high.estimate), text.number(p.own.estimate, p.decimals))
        for p in places
    ]
    picture = draw_band(rows, instrument.find_answers(instrument.leading_rating), view.study, text)
    return publish_figure(picture, id, title, caption, description, publish_table(table, f"{id}-table"), text)


def write_others_title(view: View, instrument: Instrument, places: list[Beside]) -> str:
    """Return on how many scales this school lies below, between and above the others: every part that there is, the lowest first."""
    text = view.text
    if len(places) == 1:
        return text.say(f"others.one_{places[0].position}", label=places[0].label)
    what = text.say("others.factors" if instrument.topic == "factors" else "others.scales")
    counts = {position: sum(place.position == position for place in places) for position in POSITIONS}
    parts = [(count, text.say(f"others.part_{position}")) for position, count in counts.items() if count]
    told = [parts[0][1], *(text.say("others.also", count=count, where=where) for count, where in parts[1:])]
    key = "others.title_all" if len(parts) == 1 else "others.title"
    return text.say(key, first=parts[0][0], count=len(places), what=what, parts=text.join(told))


def _tabulate_others(view: View, instrument: Instrument, places: list[Beside]) -> TableView:
    text = view.text
    level = view.text.percent(view.study.confidence)
    columns = [Column(text.say("column.scale")), Column(text.say("others.own"), number=True)]
    columns += [Column(text.say("column.interval", level=level), number=True)]
    columns += [Column(text.say(f"others.{name}"), number=True) for name in ("lowest", "highest", "schools")]
    rows = [[p.label, *_list_other_cells(view, p), text.say(f"others.{p.position}")] for p in places]
    caption = text.say("others.table", name=text.pick(instrument.name))
    return TableView(caption, [*columns, Column(text.say("others.position"))], rows)


def _list_other_cells(view: View, place: Beside) -> list[str]:
    text = view.text
    low, high = (text.number(estimate.estimate, DECIMALS) for estimate in (place.low, place.high))
    own = [text.number(place.own.estimate, place.decimals), write_interval(place.own, place.decimals, view.study, text)]
    return [*own, low, high, text.number(place.low.n, 0)]
