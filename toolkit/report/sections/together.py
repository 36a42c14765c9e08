"""Across schools: did the schools that gained more on a key factor or a condition also gain more on the primary outcome?

Computed from the changes of schools that their pages show, each school counted once, so nothing is added to what is tested together.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from toolkit.report.content.estimate import write_subject
from toolkit.report.content.sentences import list_factors, list_key_factors
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
    """Return how changes of schools go together with that in the primary outcome; nothing with few schools, or nothing else."""
    least = int(load_rules().limits["together"].cut)
    asked = {outcome: _relate(view, outcome) for outcome in _list_asked(view)} if view.comparison and not view.board else {}
    found = {outcome: each for outcome, each in asked.items() if each.n >= least and np.isfinite(each.low)}
    if not found:
        return Html()
    text = view.text
    subject = write_subject(view.study.primary, view.study, text)
    page = heading(text.say("together.heading", subject=subject), "together")
    sentences = [
        text.say(f"together.says_{word}", label=name_scale(view, o), subject=subject) for o, word in _judge(found, view).items() if word
    ]
    page += join(paragraph(words, "lead") for words in sentences or [text.say("together.none", subject=subject)])
    return page + paragraph(text.say("together.cause"), "note") + publish_table(_tabulate(found, view), "together-table")


def _list_asked(view: View) -> Iterator[Outcome]:
    """Yield the key factors of an instrument, or else its total or all its scales, without the instrument of the primary outcome."""
    for instrument in view.list_instruments("factors", *TOPICS):
        if instrument.id != view.study.primary.instrument:
            scales = list_scales(instrument)
            has_total = instrument.find_scale(scales[0].scale).kind == "total"
            yield from list_key_factors(instrument) or (scales[:1] if has_total else list_factors(instrument) or scales)


def _relate(view: View, outcome: Outcome) -> Correlation:
    changes = [(view.find_change(outcome, school=code), view.find_change(view.study.primary, school=code)) for code in view.codes]
    both = np.array([(first.estimate, second.estimate) for first, second in changes if first.shown and second.shown]).reshape(-1, 2)
    return compute_correlation(both[:, 0], both[:, 1], view.study.confidence)


def _judge(found: Found, view: View) -> dict[Outcome, str]:
    """Return whether each goes along or against, "" where that can't be told, after Holm's correction for their number."""
    adjusted = compute_adjusted_p([each.p_value for each in found.values()])
    clear = adjusted < 1 - view.study.confidence
    return {o: ("along" if each.estimate > 0 else "against") if sure else "" for (o, each), sure in zip(found.items(), clear, strict=True)}


def _tabulate(found: Found, view: View) -> TableView:
    text = view.text
    words = {"": text.say("verdict.unclear")} | {word: text.say(f"together.{word}") for word in ("along", "against")}
    level = text.percent(view.study.confidence)
    names = (text.say("together.correlation"), text.say("column.interval", level=level), text.say("heat.column_schools"))
    columns = [Column(text.say("column.scale")), *(Column(name, number=True) for name in names), Column(text.say("column.verdict"))]
    rows = [
        [name_scale(view, o), text.number(each.estimate), _write_interval(each, view), text.number(each.n, 0), words[word]]
        for (o, each), word in zip(found.items(), _judge(found, view).values(), strict=True)
    ]
    return TableView(text.say("together.table"), columns, rows, notes=[text.say("together.note")])


def _write_interval(found: Correlation, view: View) -> str:
    return view.text.say("numbers.range", low=view.text.number(found.low), high=view.text.number(found.high))
