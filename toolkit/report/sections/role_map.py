"""Who carries what: many statements with the same options, the contested ones first, beside the key and what the team agreed on.

Across schools leaders stand beside staff. All is computed from shares that are shown: which option was picked most, and how far the two
agree on that over the statements. They are different people, so the statement is what is compared, and no person.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from toolkit.languages import Text
from toolkit.report.content.estimate import Estimate, write_empty
from toolkit.report.content.view import View
from toolkit.report.figures.answers import Bar, draw_answers
from toolkit.report.html.elements import Column, Html, TableView, bullets, fold, heading, join, paragraph, publish_table
from toolkit.report.html.svg import publish_figure
from toolkit.report.sections.answers import read_percent, write_share
from toolkit.report.sections.choices import Question, is_known, list_batteries, list_shares, make_question, show_question
from toolkit.report.sections.page_frame import unless_silent
from toolkit.report.sections.tables import write_nothing
from toolkit.results.estimates.roles import SIDES
from toolkit.statistics.categories import Kappa, compute_kappa
from toolkit.study.answers import Answers, pick_word
from toolkit.study.instruments import Instrument, Item
from toolkit.study.study import Wave

#: A kappa over fewer statements is not told.
FEWEST_STATEMENTS = 10


@dataclass(frozen=True, slots=True)
class MapColumn:
    """A column of the map: what some people picked in a wave, in percentages per option, or what was agreed on one day."""

    label: str
    date: str
    side: str
    percents: dict[str, tuple[int, ...]]
    empty: dict[str, Estimate]
    agreed: dict[str, int]

    def find_top(self, item: str) -> int | None:
        """Return the place of the option that was picked most, or agreed on; None where two are equal or nothing is known."""
        if item in self.agreed:
            return self.agreed[item]
        found = self.percents.get(item, ())
        return found.index(max(found)) if found and found.count(max(found)) == 1 else None


@unless_silent
def show_role_map(view: View) -> Html:
    """Return a map per set of statements with the same options; nothing where none is asked."""
    return join(_show_map(view, instrument, found) for instrument in view.study.instruments for found in list_batteries(instrument))


def _show_map(view: View, instrument: Instrument, battery: list[tuple[Item, str, Answers]]) -> Html:
    text = view.text
    questions = [question for found in battery if (question := make_question(view, instrument, *found)).waves]
    if not questions:
        return Html()
    id = "-".join(filter(None, ("map", instrument.id, battery[0][1])))
    head = heading(text.pick(instrument.name), id)
    moments = _list_moments(view, questions)
    last = [moment for moment in moments if moment.percents]
    if not last:
        hidden = [share for moment in moments for share in moment.empty.values()]
        return head + paragraph(write_nothing("role_map.nothing", hidden, view))
    latest = [moment for moment in last if moment.label == last[-1].label]
    ordered = sorted((q for q in questions if q.item.id in latest[0].percents), key=lambda q: _measure_agreement(q, latest))
    body = _publish_bars(view, id, ordered, latest, _tabulate(view, [*ordered, *(q for q in questions if q not in ordered)], moments))
    told = [*_write_tops(view, questions, moments), *_write_kappas(view, questions, moments)]
    single = fold(text.say("role_map.single"), join(show_question(view, question) for question in questions))
    return head + paragraph(text.say("role_map.lead")) + body + (bullets(told) if told else Html()) + single


def _name(question: Question, text: Text) -> str:
    return text.pick(question.item.label) if question.item.label else text.say("answers.statement", number=question.item.number)


def _list_moments(view: View, questions: Sequence[Question]) -> list[MapColumn]:
    """Return what was picked in each wave, by leaders and by staff where that is known, and what was agreed on, in the order of time."""
    text = view.text
    moments = []
    for wave in view.study.waves:
        sides = [moment for side in SIDES if (moment := _read_wave(view, questions, wave, side)).percents] if not view.school else []
        moments += sides if len(sides) == len(SIDES) else [_read_wave(view, questions, wave, "")]
    for agreement in view.study.list_agreed(questions[0].instrument.id, view.school):
        items = {q.item.id: q for q in questions if q.item.id in agreement.items}
        chosen = {id: q.instrument.find_option(q.item, agreement.items[id]) for id, q in items.items()}
        places = {id: items[id].answers.options.index(option) for id, option in chosen.items() if option in items[id].answers.options}
        moments.append(MapColumn(text.date(agreement.date), str(agreement.date), "agreed", {}, {}, places))
    return sorted(moments, key=lambda moment: moment.date)


def _read_wave(view: View, questions: Sequence[Question], wave: Wave, side: str) -> MapColumn:
    found = {question.item.id: list_shares(view, question, wave, role=side) for question in questions}
    percents = {id: tuple(read_percent(share) for share in shares) for id, shares in found.items() if is_known(shares)}
    empty = {id: next(share for share in shares if not share.shown) for id, shares in found.items() if id not in percents}
    return MapColumn(view.text.pick(wave.label), str(wave.date), side, percents, empty, {})


def _measure_agreement(question: Question, moments: Sequence[MapColumn]) -> float:
    """Return the share of the option that most picked, over leaders and staff alike where they are apart: low is contested."""
    known = [moment.percents[question.item.id] for moment in moments if question.item.id in moment.percents]
    return float(np.mean(known, axis=0).max())


def _publish_bars(view: View, id: str, ordered: Sequence[Question], latest: Sequence[MapColumn], table: TableView) -> Html:
    text = view.text
    bars = [_make_bar(view, question, moment, latest) for question in ordered for moment in latest]
    title = text.say("role_map.title", label=_name(ordered[0], text), wave=latest[0].label)
    numbers = "; ".join(f"{row[0]}: {', '.join(row[1:])}" for row in table.rows)
    description = text.say("figure.description", title=title, numbers=numbers, table=table.caption)
    picture = draw_answers(bars, ordered[0].words)
    caption = text.say("role_map.caption" if view.school or latest[0].side else "role_map.caption_schools", wave=latest[0].label)
    return publish_figure(picture, f"{id}-figure", title, caption, description, publish_table(table, f"{id}-table"), text)


def _make_bar(view: View, question: Question, moment: MapColumn, latest: Sequence[MapColumn]) -> Bar:
    """Return the bar of a statement: its name and the key above the first one, what was agreed on above the last."""
    text = view.text
    percents = moment.percents.get(question.item.id, ())
    first = moment is latest[0]
    names = _list_goals(view, question)
    side = text.say(f"roles.{moment.side}") if moment.side else names["agreed"]
    words = names["key" if first else "agreed"]
    label = _name(question, text) if first else ""
    if not percents:
        return Bar(label, (), side, words, f"{side}: {write_empty(moment.empty[question.item.id], view.study, text)}")
    instead = text.say("answers.all_gave", answer=question.words[percents.index(100)]) if 100 in percents else ""
    return Bar(label, percents, side, words, ": ".join(filter(None, (side, instead))) if instead else "")


def _list_goals(view: View, question: Question) -> dict[str, str]:
    """Return the key of a statement and what was agreed on last, in words; "" where there is none."""
    found = {"key": question.item.key, "agreed": ""}
    for agreement in view.study.list_agreed(question.instrument.id, view.school):
        found["agreed"] = agreement.items.get(question.item.id, found["agreed"])
    options = {name: question.instrument.find_option(question.item, word) for name, word in found.items() if word}
    words = {name: view.text.say(f"role_map.bar_{name}", option=pick_word(option, view.text)) for name, option in options.items() if option}
    return dict.fromkeys(found, "") | words


def _tabulate(view: View, questions: Sequence[Question], moments: Sequence[MapColumn]) -> TableView:
    """Return per statement the option that was picked most, with its share, in each wave and by each side, the key and what was agreed."""
    text = view.text
    keys = {question.item.id: question.instrument.find_key(question.item) for question in questions if question.item.key}
    columns = [Column(text.say("role_map.column_statement"))]
    columns += [Column(text.say(f"role_map.column_{moment.side or 'everyone'}", wave=moment.label)) for moment in moments]
    columns += [Column(text.say("role_map.column_key"))] if keys else []
    none = text.say("role_map.no_option")
    rows = []
    for question in questions:
        key = keys.get(question.item.id)
        cells = [_write_cell(view, question, moment) for moment in moments]
        rows.append([_name(question, text), *cells, *([pick_word(key, text) if key else none] if keys else [])])
    return TableView(text.say("role_map.table"), columns, rows)


def _write_cell(view: View, question: Question, moment: MapColumn) -> str:
    text = view.text
    item = question.item.id
    top = moment.find_top(item)
    if moment.side == "agreed":
        return text.say("role_map.no_option") if top is None else question.words[top]
    if item in moment.empty:
        return write_empty(moment.empty[item], view.study, text)
    if top is None:
        return text.say("role_map.equal")
    return text.say("role_map.cell", option=question.words[top], share=write_share(moment.percents[item][top], text))


def _write_tops(view: View, questions: Sequence[Question], moments: Sequence[MapColumn]) -> list[str]:
    """Return for how many statements the option picked most is that of the key, and that which was agreed on, in each wave."""
    text = view.text
    keys = {q.item.id: q.answers.options.index(key) for q in questions if q.item.key and (key := q.instrument.find_key(q.item))}
    told = []
    for name, goal, date in [
        ("key", keys, ""),
        *(("agreed", moment.agreed, moment.label) for moment in moments if moment.side == "agreed"),
    ]:
        counts = []
        for moment in (moment for moment in moments if moment.percents and goal):
            tops = {item: moment.find_top(item) for item in goal if item in moment.percents}
            who = text.say(f"role_map.{moment.side}_in", wave=moment.label) if moment.side else moment.label
            same = sum(top == goal[item] for item, top in tops.items())
            counts.append(text.say("role_map.count", same=same, count=len(tops), moment=who))
        told += [text.say(f"role_map.follows_{name}", counts=text.join(counts), date=date)] if counts else []
    return told


def _write_kappas(view: View, questions: Sequence[Question], moments: Sequence[MapColumn]) -> list[str]:
    """Return per wave how far leaders and staff agree over the statements; nothing where the two are not known apart."""
    text = view.text
    told = []
    for leaders in (moment for moment in moments if moment.side == SIDES[0]):
        staff = next(moment for moment in moments if moment.side == SIDES[1] and moment.label == leaders.label)
        kappa = compare_tops(leaders, staff, questions, view.study.confidence)
        if kappa.n >= FEWEST_STATEMENTS and kappa.agreed == kappa.n:
            told.append(text.say("role_map.kappa_all", count=kappa.n, wave=leaders.label))
        elif kappa.n >= FEWEST_STATEMENTS and math.isfinite(kappa.low):
            places = {"same": kappa.agreed, "count": kappa.n, "wave": leaders.label, "level": text.percent(view.study.confidence)}
            numbers = {name: text.number(getattr(kappa, name), 2) for name in ("estimate", "low", "high")}
            told.append(text.say("role_map.kappa", **places, **numbers))
    return [*told, text.say("role_map.kappa_means")] if told else []


def compare_tops(leaders: MapColumn, staff: MapColumn, questions: Sequence[Question], level: float) -> Kappa:
    """Return the agreement of what leaders and staff picked most, over the statements on which each has one such option."""
    size = len(questions[0].answers.options)
    table = np.zeros((size, size))
    for question in questions:
        first = leaders.find_top(question.item.id)
        second = staff.find_top(question.item.id)
        if first is not None and second is not None:
            table[first, second] += 1
    return compute_kappa(table, level)
