"""Across schools: did those that gained more on a key factor or a condition, or began higher, also gain more on the primary outcome?

Computed from the levels and changes of schools that their pages show, each school counted once, so nothing is added to what is tested
together. With comparison schools it is about those on the trajectory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from toolkit.report.content.estimate import Estimate, write_subject
from toolkit.report.content.sentences import list_factors, list_key_factors, list_school_changes
from toolkit.report.content.view import View
from toolkit.report.html.elements import Column, Html, TableView, heading, join, paragraph, publish_table
from toolkit.report.sections.outcomes import TOPICS, list_scales
from toolkit.report.sections.tables import name_scale
from toolkit.statistics.correlation import Correlation, compute_correlation
from toolkit.statistics.multiple_testing import compute_adjusted_p
from toolkit.study.rules import load_rules
from toolkit.study.study import Outcome

Found = dict[Outcome, Correlation]


def show_together(view: View) -> Html:
    """Return how changes of schools, and where they began, go together with that in the primary outcome; nothing with few schools."""
    if not view.comparison or view.board:
        return Html()
    asked = list(_list_asked(view))
    first = view.waves[0].id
    changes = _relate(view, {o: {code: view.find_change(o, school=code) for code in view.codes} for o in asked})
    starts = _relate(view, {o: {code: view.find_level(o, first, school=code) for code in view.codes} for o in asked})
    if not changes and not starts:
        return Html()
    text = view.text
    subject = write_subject(view.study.primary, view.study, text)
    page = heading(text.say("together.heading", subject=subject), "together")
    page += _write(view, changes, "says", subject) + _write(view, starts, "starts", subject)
    page += paragraph(text.say("together.cause"), "note")
    tables = (("table", changes), ("table_starts", starts))
    return page + join(publish_table(_tabulate(found, view, name), f"together-{name}") for name, found in tables if found)


def _write(view: View, found: Found, key: str, subject: str) -> Html:
    """Return in a sentence each what goes along or against, or that none can be told to."""
    text = view.text
    clear = [(name_scale(view, outcome), word) for outcome, word in _judge(found, view).items() if word]
    told = [text.say(f"together.{key}_{word}", label=label, subject=subject) for label, word in clear]
    nothing = [text.say(f"together.{key}_none", subject=subject)] if found else []
    return join(paragraph(words, "lead") for words in told or nothing)


def _list_asked(view: View) -> Iterator[Outcome]:
    """Yield the key factors of an instrument, or else its total or all its scales, without the instrument of the primary outcome."""
    for instrument in view.list_instruments("factors", *TOPICS):
        if instrument.id != view.study.primary.instrument:
            scales = list_scales(instrument)
            has_total = instrument.find_scale(scales[0].scale).kind == "total"
            yield from list_key_factors(instrument) or (scales[:1] if has_total else list_factors(instrument) or scales)


def _relate(view: View, read: Mapping[Outcome, Mapping[str, Estimate]]) -> Found:
    """Return how what is shown of each school goes together with its change in the primary outcome, where there are enough schools."""
    least = int(load_rules().limits["together"].cut)
    gained = list_school_changes(view, view.study.primary)
    related: Found = {}
    for outcome, found in read.items():
        pairs = [(found[code].estimate, own.estimate) for code, own in gained.items() if own.shown and found[code].shown]
        both = np.array(pairs).reshape(-1, 2)
        related[outcome] = compute_correlation(both[:, 0], both[:, 1], view.study.confidence)
    return {o: each for o, each in related.items() if each.n >= least and np.isfinite(each.low)}


def _judge(found: Found, view: View) -> dict[Outcome, str]:
    """Return whether each goes along or against, "" where that can't be told, after Holm's correction for their number."""
    adjusted = compute_adjusted_p([each.p_value for each in found.values()])
    clear = adjusted < 1 - view.study.confidence
    return {o: ("along" if each.estimate > 0 else "against") if sure else "" for (o, each), sure in zip(found.items(), clear, strict=True)}


def _tabulate(found: Found, view: View, caption: str) -> TableView:
    text = view.text
    words = {"": text.say("verdict.unclear")} | {word: text.say(f"together.{word}") for word in ("along", "against")}
    level = text.percent(view.study.confidence)
    names = (text.say("together.correlation"), text.say("column.interval", level=level), text.say("heat.column_schools"))
    columns = [Column(text.say("column.scale")), *(Column(name, number=True) for name in names), Column(text.say("column.verdict"))]
    rows = [
        [name_scale(view, o), text.number(each.estimate), _write_interval(each, view), text.number(each.n, 0), words[word]]
        for (o, each), word in zip(found.items(), _judge(found, view).values(), strict=True)
    ]
    return TableView(text.say(f"together.{caption}", wave=text.pick(view.waves[0].label)), columns, rows, notes=[text.say("together.note")])


def _write_interval(found: Correlation, view: View) -> str:
    return view.text.say("numbers.range", low=view.text.number(found.low), high=view.text.number(found.high))
