"""Goals and agreements: how far each goal is, how progress went, what changed in the factors that goals aim at; and what is next.

Numbers of goals are given, not estimated: they have no interval. Goals of persons are there as counts only.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from toolkit.languages import NoNumber, Text
from toolkit.report.content.view import View, answer_once
from toolkit.report.figures.answers import Bar, draw_answers
from toolkit.report.figures.ratings import Sides, draw_bullets
from toolkit.report.html.elements import Column, Html, TableView, bullets, fold, heading, paragraph, publish_table
from toolkit.report.html.svg import publish_figure
from toolkit.report.sections.page_frame import unless_silent
from toolkit.report.sections.tables import write_outcome
from toolkit.results.estimates.records import CLASSES
from toolkit.study.answers import AnswerLabel, Answers
from toolkit.study.study import Outcome

#: The progress of a goal that was reached.
REACHED = 4
#: So many lines there are for what is to be done, some of them empty to write in: at least the second number.
LINES = 4
FEWEST_LINES = 2
#: Shares of fewer goals are not drawn.
DRAWN = 3


@dataclass(frozen=True, slots=True)
class Goal:
    """One goal of a school, a team or a group: what, who, when and how we see it, its numbers (NaN where not given), progress by date."""

    school: str
    what: str
    kind: str
    owner: str
    role: str
    factor: str
    indicator: str
    due: str
    start: float
    target: float
    actual: float
    share: float
    progress: dict[str, int]

    @property
    def step(self) -> int | None:
        """The last progress, 0 to 4; None where it was never noted."""
        return next(reversed(self.progress.values()), None)


@answer_once
def list_goals(view: View) -> list[Goal]:
    """Return the goals of this page's school, or of those that the page is about, that are no person's, in the order of their file."""
    table = view.results.goals
    codes = [view.school] if view.school else view.codes
    own = table[table["school"].isin(codes) & (table["owner_kind"] != "person") & (table["state"] == "shown")]
    return [_make_goal(rows) for _, rows in own.groupby(["school", "owner_kind", "owner", "goal"], sort=False)]


def _make_goal(rows: pd.DataFrame) -> Goal:
    first = rows.iloc[0]
    last = {str(name): float(found["estimate"].iloc[-1]) for name, found in rows.groupby("quantity", sort=False)}
    noted = rows[rows["quantity"] == "progress"]
    return Goal(
        school=str(first["school"]),
        what=str(first["goal"]),
        kind=str(first["owner_kind"]),
        owner=str(first["owner"]),
        role=str(first["role"]),
        factor=str(first["factor"]),
        indicator=str(first["indicator"]),
        due=str(first["due"]),
        start=last.get("start", math.nan),
        target=last.get("target", math.nan),
        actual=last.get("actual", math.nan),
        share=last.get("share", math.nan),
        progress={str(date): int(step) for date, step in zip(noted["date"], noted["estimate"], strict=True)},
    )


@unless_silent
def show_goals(view: View) -> Html:
    """Return the goals of the school: a sentence, how far each is, how progress went, and the factors aimed at; nothing without goals."""
    goals = list_goals(view)
    rounds = [*_list_rounds(goals, view), *_list_personal(view)]
    if not goals and not rounds:
        return Html()
    text = view.text
    found = heading(text.say("goals.heading"), "goals")
    said = write_reached(goals, text)
    found += paragraph(said, "lead") if said else Html()
    rest = _show_attainment(view, goals) + _show_rounds(view, rounds) + _show_aims(view, goals)
    return found + (fold(text.say("goals.more"), rest) if said else rest)


def write_reached(goals: Iterable[Goal], text: Text) -> str:
    """Return how many goals are reached, under way and not begun; "" where no progress was noted."""
    noted = [goal.step for goal in goals if goal.step is not None]
    counts = {name: text.number(number, 0) for name, number in _count_classes(noted).items()}
    return text.say_count("goals.summary", len(noted), **counts) if noted else ""


def _count_classes(noted: Iterable[int]) -> dict[str, int]:
    steps = list(noted)
    return {name: sum(step in own for step in steps) for name, own in CLASSES.items()}


@unless_silent
def show_goals_by_school(view: View) -> Html:
    """Return how many goals the schools of the page reached, together and in a row per school; nothing where no progress was noted."""
    goals = [goal for goal in list_goals(view) if goal.step is not None]
    if not goals:
        return Html()
    text = view.text
    columns = [Column(text.say("indicators.column_school"))]
    columns += [Column(text.say(f"goals.{name}"), number=True) for name in ("all", *CLASSES)]
    rows = []
    for code in [code for code in view.codes if any(goal.school == code for goal in goals)]:
        counts = _count_classes(goal.step for goal in goals if goal.school == code and goal.step is not None)
        numbers = (sum(counts.values()), *counts.values())
        rows.append([view.study.find_school(code).name, *(text.number(number, 0) for number in numbers)])
    table = publish_table(TableView(text.say("goals.table_schools"), columns, rows), "goals-schools-table")
    return heading(text.say("goals.heading"), "goals") + paragraph(write_reached(goals, text)) + table


def _show_attainment(view: View, goals: Sequence[Goal]) -> Html:
    """Return bullets of the goals with a way from start to target, and the table of all of them."""
    if not goals:
        return Html()
    text = view.text
    table = _tabulate(goals, text)
    on_way = [goal for goal in goals if math.isfinite(goal.share)]
    if not on_way:
        return publish_table(table, "goals-table")
    furthest = max(on_way, key=lambda goal: goal.share)
    title = text.say_count("goals.title", len(on_way), goal=furthest.what, share=text.percent(furthest.share))
    rows = [
        Sides(goal.what, (goal.share * 100, 100), (write_number(goal.actual, text), write_number(goal.target, text))) for goal in on_way
    ]
    numbers = "; ".join(text.say("goals.pair", goal=row.label, actual=row.words[0], target=row.words[1]) for row in rows)
    description = text.say("figure.description", title=title, numbers=numbers, table=table.caption)
    picture = draw_bullets(rows, (text.say("goals.so_far"), text.say("goals.target")), _make_way(text), text)
    return publish_figure(picture, "goals-way", title, text.say("goals.caption"), description, publish_table(table, "goals-table"), text)


def _make_way(text: Text) -> Answers:
    """Return the way from start to target, in per cent, as a scale to draw on."""
    words = {0: (text.say("goals.start"),), 100: (text.say("goals.target"),)}
    return Answers(min=0, max=100, labels=tuple(AnswerLabel(value=value, nl=word, en=word) for value, word in words.items()))


def _tabulate(goals: Sequence[Goal], text: Text) -> TableView:
    """Return a row per goal; of the numbers only those that any goal has."""
    numbers = [name for name in ("start", "target", "actual", "share") if any(math.isfinite(getattr(goal, name)) for goal in goals)]
    columns = [Column(text.say(f"goals.column_{name}"), number=name in numbers) for name in ("goal", *numbers, "due", "progress")]
    rows = [
        [goal.what, *(_write_cell(goal, name, text) for name in numbers), write_day(goal.due, text), _write_step(goal, text)]
        for goal in goals
    ]
    return TableView(text.say("goals.table"), columns, rows)


def _write_cell(goal: Goal, name: str, text: Text) -> str:
    value: float = getattr(goal, name)
    return text.percent(value) if name == "share" and math.isfinite(value) else write_number(value, text)


def _write_step(goal: Goal, text: Text) -> str:
    return text.say("goals.not_given" if goal.step is None else f"goals.step.{goal.step}")


def write_number(value: float, text: Text) -> str:
    """Return a number as it was given, with two decimals at most, or that it was not."""
    if not math.isfinite(value):
        return NoNumber(text.say("goals.not_given"))
    return text.number(value, next(decimals for decimals in (0, 1, 2) if decimals == 2 or round(value, decimals) == value))


def write_day(day: str, text: Text) -> str:
    """Return a day in words, or that none was given."""
    return text.date(dt.date.fromisoformat(day)) if day else text.say("goals.not_given")


@dataclass(frozen=True, slots=True)
class Round:
    """How many goals, of the school or of persons, were not begun, under way and reached at a moment; nothing where that is hidden."""

    of: str
    date: str
    counts: tuple[int, ...]

    @property
    def whole(self) -> int:
        """How many goals there were; 0 where that is hidden."""
        return sum(self.counts)


def _list_rounds(goals: Iterable[Goal], view: View) -> list[Round]:
    """Return each moment at which progress was noted, with the last progress of every goal so far; nothing for a single moment."""
    noted = [goal.progress for goal in goals if goal.progress]
    dates = sorted({date for progress in noted for date in progress if date})
    rounds = []
    for date in dates:
        steps = [max(known.items())[1] for progress in noted if (known := {day: step for day, step in progress.items() if day <= date})]
        rounds.append(Round("school", date, tuple(sum(step in own for step in steps) for own in CLASSES.values())))
    return rounds if len(rounds) > 1 else []


def _list_personal(view: View) -> list[Round]:
    """Return each moment at which goals of persons were counted, hidden ones too."""
    table = view.results.goals
    own = table[(table["school"] == view.school) & (table["owner_kind"] == "person")]
    return [_make_round(str(date), rows.set_index("quantity")) for date, rows in own.groupby("date")]


def _make_round(date: str, rows: Any) -> Round:
    shown = (rows.loc[list(CLASSES), "state"] == "shown").all()
    return Round("person", date, tuple(int(rows.loc[name, "estimate"]) for name in CLASSES) if shown else ())


def _show_rounds(view: View, rounds: Sequence[Round]) -> Html:
    """Return a bar per moment with the goals that were not begun, under way and reached, and that some moments are not shown."""
    shown = [each for each in rounds if each.whole]
    hidden = paragraph(view.text.say("goals.personal_hidden", floor=view.study.smallest_group), "note")
    return (_publish_rounds(shown, view.text) if shown else Html()) + (hidden if len(shown) < len(rounds) else Html())


def _publish_rounds(rounds: Sequence[Round], text: Text) -> Html:
    words = [text.say(f"goals.{name}") for name in CLASSES]
    table = _tabulate_rounds(rounds, words, text)
    numbered = publish_table(table, "goals-rounds-table")
    last = [each for each in rounds if each.of == rounds[-1].of]
    ends = [text.say("goals.of", count=text.number(each.counts[-1], 0), all=text.number(each.whole, 0)) for each in (last[0], last[-1])]
    title = text.say(f"goals.round{'s' if len(last) > 1 else ''}_{last[0].of}", first=ends[0], last=ends[-1])
    labels = [text.say(f"goals.label_{each.of}") for each in rounds]
    bars = [
        _make_bar(each, "" if label in labels[:place] else label, text)
        for place, (each, label) in enumerate(zip(rounds, labels, strict=True))
    ]
    if max(each.whole for each in rounds) < DRAWN:
        return paragraph(f"{title}.") + numbered
    numbers = "; ".join(
        f"{row[0]}, {row[1]}: {', '.join(f'{word} {cell}' for word, cell in zip(words, row[2:], strict=True))}" for row in table.rows
    )
    description = text.say("figure.description", title=title, numbers=numbers, table=table.caption)
    picture = draw_answers(bars, words)
    return publish_figure(picture, "goals-rounds", title, text.say("goals.caption_rounds"), description, numbered, text)


def _make_bar(each: Round, label: str, text: Text) -> Bar:
    ends = (("not_begun", each.counts[0]), ("reached", each.counts[-1]))
    low, high = (text.say("goals.side", word=text.say(f"goals.{name}"), count=text.number(count, 0)) for name, count in ends)
    return Bar(label, _round_shares(each.counts), low, high, name=write_day(each.date, text))


def _round_shares(counts: Sequence[int]) -> tuple[int, ...]:
    """Return counts as whole percentages that add up to 100: what rounding leaves goes to the largest remainders."""
    shares = [100 * count / sum(counts) for count in counts]
    rounded = [math.floor(share) for share in shares]
    for place in sorted(range(len(shares)), key=lambda place: rounded[place] - shares[place])[: 100 - sum(rounded)]:
        rounded[place] += 1
    return tuple(rounded)


def _tabulate_rounds(rounds: Sequence[Round], words: Sequence[str], text: Text) -> TableView:
    columns = [Column(text.say("goals.column_of")), Column(text.say("goals.column_date")), *(Column(word, number=True) for word in words)]
    rows = [
        [text.say(f"goals.label_{each.of}"), write_day(each.date, text), *(text.number(count, 0) for count in each.counts)]
        for each in rounds
    ]
    return TableView(text.say("goals.table_rounds"), columns, rows)


def _show_aims(view: View, goals: Sequence[Goal]) -> Html:
    """Return the change of each factor that a goal aims at, in the sentence that the page has for it."""
    text = view.text
    aimed: dict[str, list[str]] = {}
    for goal in goals:
        if goal.factor and view.comparison:
            aimed.setdefault(goal.factor, []).append(text.say("subject.quoted", label=goal.what))
    if not aimed:
        return Html()
    told = [
        text.say_count("goals.aims", len(names), goals=text.join(names), sentence=write_outcome(view, find_factor(view, factor)))
        for factor, names in aimed.items()
    ]
    return heading(text.say("goals.heading_aims"), "goals-aims", level=3) + paragraph(text.say("goals.no_cause"), "note") + bullets(told)


def find_factor(view: View, name: str) -> Outcome:
    """Return the outcome that a goal aims at, in the rating that leads its instrument."""
    instrument, scale = name.split(".")
    return Outcome(instrument=instrument, scale=scale, rating=view.study.find_instrument(instrument).leading_rating)


@unless_silent
def show_next(view: View) -> Html:
    """Return what is to be done: of each goal not yet reached what, who, when, how we see it; on paper and in Word with lines to fill."""
    goals = [goal for goal in list_goals(view) if goal.step != REACHED]
    text = view.text
    lead = Html() if goals else paragraph(text.say("goals.none_open"))
    return heading(text.say("goals.heading_next"), "next") + lead + publish_next(goals, max(LINES - len(goals), FEWEST_LINES), text)


def publish_next(goals: Sequence[Goal], lines: int, text: Text) -> Html:
    """Return a table with a row per goal, what, who, when and how we see it, and below them so many lines to write in."""
    columns = [Column(text.say(f"goals.column_{name}")) for name in ("what", "who", "when", "how")]
    rows = [[goal.what, _write_owner(goal, text), write_day(goal.due, text), _write_sign(goal, text)] for goal in goals]
    return publish_table(TableView(text.say("goals.table_next"), columns, rows, blank=lines), "next-table")


def _write_owner(goal: Goal, text: Text) -> str:
    """Return who carries a goal: the team or group, and the role."""
    who = goal.owner if goal.kind != "school" else ""
    return ", ".join(part for part in (who, goal.role) if part) or text.say(f"goals.owner.{goal.kind}")


def _write_sign(goal: Goal, text: Text) -> str:
    """Return how we see that a goal is reached: its indicator and target, as far as they are given."""
    target = text.say("goals.to", target=write_number(goal.target, text)) if math.isfinite(goal.target) else ""
    return ": ".join(part for part in (goal.indicator, target) if part) or text.say("goals.not_given")
