"""Section 6 across schools: two schools or groups beside each other, only where the study file names them."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.report.content.estimate import Estimate, start_sentence, write_empty, write_interval, write_number, write_reason, write_subject
from toolkit.report.content.view import View
from toolkit.report.html.elements import Html, bullets, heading, paragraph
from toolkit.report.html.elements__tables import Column, TableView, publish_table
from toolkit.study.study import Pair

#: What the verdict on a difference says of its strength.
STRENGTHS = {"clearly": "clearly", "probably": "probably", "slightly": "slightly", "rose": "clearly", "fell": "clearly"}


@dataclass(frozen=True, slots=True)
class Side:
    """One end of a comparison: how a sentence and a table name it, and its mean change (None where none is shown)."""

    where: str
    label: str
    change: float | None


def show_compare(view: View) -> Html:
    """Return the comparison with schools outside the trajectory and the pairs of the study file; nothing where there are neither."""
    text, rows = view.text, _list_comparisons(view)
    if not rows:
        return Html()
    found = heading(text.say("compare.heading"), "compare")
    found += bullets(write_difference(view, difference, *sides) for difference, *sides in rows)
    if view.study.has_comparison_schools:
        found += paragraph(text.say("compare.design"), "note")
    notes = [text.say("compare.cause")] if view.study.pairs else []
    if len(view.study.pairs) > 1:
        notes.append(text.say("compare.corrected", count=len(view.study.pairs)))
    return found + publish_table(_tabulate(view, rows, notes), "compare-table")


def write_design(view: View) -> str:
    """Return whether the schools on the trajectory changed more than the comparison schools; "" where the study has none."""
    rows = _list_design(view)
    return write_difference(view, *rows[0]) if rows else ""


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
        where, label = view.text.say(f"compare.in_{group}"), view.text.say(f"compare.{group}")
        sides.append(Side(where, label, change.estimate if change.shown else None))
    return [(difference, sides[0], sides[1])]


def _make_side(view: View, end: str) -> Side:
    changes = [view.find_change(view.study.primary, school=code) for code in view.study.list_end(end)]
    shown = [change.estimate for change in changes if change.shown]
    group = next((group for group in view.study.groups if group.id == end), None)
    label = view.text.pick(group.label) if group and group.label else end if group else view.study.find_school(end).name
    return Side(view.text.say("compare.in", label=label), label, sum(shown) / len(shown) if shown else None)


def write_difference(view: View, difference: Estimate, first: Side, second: Side) -> str:
    """Return what the difference in change lets us say, with its numbers."""
    study, text = view.study, view.text
    places = {"subject": write_subject(study.primary, study, text), "first": first.where, "second": second.where}
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
    rose = first.change is None or first.change >= 0
    more = verdict.startswith("rose") == rose
    return f"compare.{STRENGTHS[verdict.rpartition('_')[2]]}.{'rose' if rose else 'fell'}_{'more' if more else 'less'}"


def _tabulate(view: View, rows: list[tuple[Estimate, Side, Side]], notes: list[str]) -> TableView:
    text = view.text
    names = [Column(text.say("compare.first")), Column(text.say("compare.second"))]
    numbers = ("difference", "interval", "schools", "people")
    columns = [*names, *(Column(text.say(f"compare.column_{n}", level=text.percent(view.study.confidence)), number=True) for n in numbers)]
    return TableView(text.say("compare.table"), columns, [_list_cells(view, *row) for row in rows], notes=notes)


def _list_cells(view: View, difference: Estimate, first: Side, second: Side) -> list[str]:
    study, text = view.study, view.text
    if not difference.shown:
        why = text.say("compare.hidden") if difference.method == "not_agreed" else write_empty(difference, study, text)
        return [first.label, second.label, *[why] * 4]
    cells = [write_number(difference, 2, study, text), write_interval(difference, 2, study, text)]
    return [first.label, second.label, *cells, text.number(difference.schools, 0), text.number(difference.n, 0)]
