"""Section 5: how the answers to each statement were spread, before above after, folded per factor. Of ten people or more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from toolkit.languages import Text, round_percent
from toolkit.report.content.estimate import Estimate, write_empty
from toolkit.report.content.view import View
from toolkit.report.figures.answers import Bar, draw_answers
from toolkit.report.html.elements import Column, Html, TableView, fold, heading, join, paragraph, publish_table
from toolkit.report.html.svg import publish_figure
from toolkit.report.sections.page_frame import unless_silent
from toolkit.report.sections.tables import write_nothing
from toolkit.results.estimates.answers import list_answers
from toolkit.results.rows import NEARLY, find_spread_floor
from toolkit.study.answers import Answers, pick_word
from toolkit.study.instruments import Instrument, Item
from toolkit.study.study import Moment, Wave


@dataclass(frozen=True, slots=True)
class Block:
    """Statements that stand together: those of a scale, or of several scales of one statement each."""

    id: str
    label: str
    items: tuple[Item, ...]


@unless_silent
def show_answers(view: View) -> Html:
    """Return per instrument and factor the spread of the answers in the compared waves; nothing where none are asked."""
    text = view.text
    asked = [each for each in view.study.instruments if not (stands_alone(each) or each.id in view.study.occasional)]
    blocks = [(instrument, block) for instrument in asked for block in list_blocks(instrument, view.text)]
    if not blocks:
        return Html()
    found = heading(text.say("answers.heading"), "answers")
    shown = [(instrument, block) for instrument, block in blocks if list_known_waves(view, instrument, block)]
    if not shown:
        shares = [share for instrument, block in blocks for item in block.items for share in find_shares(view, instrument, item)]
        return found + paragraph(write_nothing("answers.nothing", shares, view))
    known = [wave for wave in view.waves if any(wave in list_known_waves(view, *each) for each in shown)]
    found += paragraph(text.say("answers.lead_twice" if len(known) > 1 else "answers.lead", **_name_waves(view, known)))
    found += join(_show_instrument(view, instrument, shown) for instrument in dict.fromkeys(entry[0].id for entry in shown))
    return found + join(_show_left_out(view, i, block.label, block.items) for i, block in blocks if (i, block) not in shown)


def _show_left_out(view: View, instrument: Instrument, label: str, items: Sequence[Item]) -> Html:
    """Return that the answers to `items`, called `label`, can't be shown, and why; nothing where they were not asked."""
    shares = [share for item in items for wave in view.waves for share in find_shares(view, instrument, item, wave)]
    if all(share.state == "not_measured" for share in shares):
        return Html()
    return paragraph(write_nothing("answers.left_out", shares, view, names=view.text.say("subject.quoted", label=label)), "note")


def stands_alone(instrument: Instrument) -> bool:
    """Return whether an instrument is one statement, such as a grade: its answers stand with its mean and not among the statements."""
    return len(instrument.items) == len(instrument.scales) == 1


def list_known_waves(view: View, instrument: Instrument, block: Block) -> list[Wave]:
    """Return the compared waves in which the answers to a statement of `block` may be shown."""
    return [wave for wave in view.waves if any(is_known(view, instrument, item, wave) for item in block.items)]


def _name_waves(view: View, waves: Sequence[Wave]) -> dict[str, str]:
    labels = [view.text.pick(wave.label) for wave in waves]
    return {"before": labels[0], "wave": labels[-1]}


def list_blocks(instrument: Instrument, text: Text) -> list[Block]:
    """Return the statements of an instrument per scale; scales of one statement stand together, per group where it has groups."""
    if not list_answers(instrument.find_answers(instrument.leading_rating)):
        return []
    items = {item.id: item for item in instrument.items}
    asked = [scale for scale in instrument.scales if not scale.difference]
    scales = [scale for scale in asked if scale.kind != "total"] or asked
    blocks = [Block(s.id, text.pick(s.label), tuple(items[item] for item in s.items)) for s in scales if len(s.items) > 1]
    single = [scale for scale in scales if len(scale.items) == 1]
    for group in dict.fromkeys(scale.group for scale in single):
        label = text.pick(instrument.groups.get(group, instrument.name))
        members = tuple(items[scale.items[0]] for scale in single if scale.group == group)
        blocks.append(Block(group or "statements", label, members))
    return blocks


def _show_instrument(view: View, id: str, shown: list[tuple[Instrument, Block]]) -> Html:
    folds = join(fold(block.label, publish_block(view, instrument, block)) for instrument, block in shown if instrument.id == id)
    asked = view.study.find_instrument(id)
    rating = asked.find_rating(asked.leading_rating)
    name = view.text.pick(asked.name)
    label = view.text.say("ratings.of", label=name, rating=view.text.pick(rating.label)) if rating else name
    return fold(label, folds)


def find_shares(view: View, instrument: Instrument, item: Item, moment: Moment | None = None, school: str | None = None) -> list[Estimate]:
    """Return the share of each answer to a statement at `moment` (or in the last wave), of this page's school or another."""
    rating = instrument.leading_rating
    when = (moment or view.waves[-1]).id
    values = list_answers(instrument.find_answers(rating))
    return [view.find_answer(instrument.id, item.id, rating, when, value, school) for value in values]


def is_known(view: View, instrument: Instrument, item: Item, moment: Moment | None = None, school: str | None = None) -> bool:
    """Return whether the spread of the answers to a statement may be shown."""
    return all(share.shown or share.method in NEARLY for share in find_shares(view, instrument, item, moment, school))


def show_alone(view: View, instrument: Instrument) -> Html:
    """Return how the answers to the only statement of an instrument were spread; nothing where there are more or it may not be shown."""
    blocks = list_blocks(instrument, view.text) if stands_alone(instrument) else []
    return join(publish_block(view, instrument, block) for block in blocks if list_known_waves(view, instrument, block))


def publish_block(view: View, instrument: Instrument, block: Block) -> Html:
    """Return figure E of a block with its table: a bar per statement, and where both waves may be shown the one above the other."""
    text = view.text
    id = f"answers-{instrument.id}-{block.id}"
    waves = list_known_waves(view, instrument, block)
    known = [item for item in block.items if any(is_known(view, instrument, item, wave) for wave in waves)]
    rest = [item for item in block.items if item not in known]
    sides = choose_sides(instrument.find_answers(instrument.leading_rating), text)
    bars = [bar for item in known for bar in _make_bars(view, instrument, item, sides, waves)]
    last = [make_bar(view, instrument, item, sides, waves[-1]) for item in known if is_known(view, instrument, item, waves[-1])]
    words = list(list_answer_words(instrument, text))
    asked = [(item, wave) for item in (*known, *rest) for wave in waves]
    table = tabulate_answers(view, instrument, asked, block.label, words, sides, "column.wave" if len(waves) > 1 else "")
    title = write_answers_title(last, sides, text)
    if len(bars) == 2 and len(known) == 1:
        title = _write_both([replace(bar, label=name_item(known[0], text)) for bar in bars], sides, view)
    numbers = "; ".join(_describe(row, words) for row in table.rows[: len(known) * len(waves)])
    description = text.say("figure.description", title=title, numbers=numbers, table=table.caption)
    caption = text.say("answers.caption_twice" if len(waves) > 1 else "answers.caption", **_name_waves(view, waves))
    figure = publish_figure(draw_answers(bars, words), id, title, caption, description, publish_table(table, f"{id}-table"), text)
    return figure + join(_show_left_out(view, instrument, state_item(instrument, item, text), [item]) for item in rest)


def _make_bars(view: View, instrument: Instrument, item: Item, sides: tuple[str, str], waves: Sequence[Wave]) -> list[Bar]:
    """Return the bars of one statement, each with the name of its wave where there are several; its words stand above the first."""
    told = [wave for wave in waves if is_known(view, instrument, item, wave)]
    bars = [make_bar(view, instrument, item, sides, wave) for wave in told]
    if len(waves) == 1:
        return bars
    names = [view.text.pick(wave.label) for wave in told]
    return [
        replace(bar, label=bar.label if not place else "", name=name) for place, (bar, name) in enumerate(zip(bars, names, strict=True))
    ]


def write_answers_title(bars: Sequence[Bar], sides: tuple[str, str], text: Text) -> str:
    """Return to which statement high answers were given most often."""
    highest = max(bars, key=lambda bar: sum_sides(bar.shares)[1])
    places = {"side": sides[1], "label": highest.label, "share": write_share(sum_sides(highest.shares)[1], text)}
    return text.say("answers.title" if len(bars) > 1 else "answers.title_one", **places)


def _write_both(bars: Sequence[Bar], sides: tuple[str, str], view: View) -> str:
    """Return how many gave high answers to the only statement before, and how many after."""
    first, last = (write_share(sum_sides(bar.shares)[1], view.text) for bar in bars)
    return view.text.say(
        "answers.title_twice", side=sides[1], label=bars[0].label, first=first, share=last, **_name_waves(view, view.waves)
    )


def _describe(row: list[str], words: list[str]) -> str:
    """Return what a row of the table says; where nothing of it is shown, that once."""
    first = len(row) - len(words) - 3
    named, cells = row[:first], row[first:]
    shares = ", ".join(f"{cell} ({word})" for word, cell in zip(words, cells, strict=False))
    return f"{', '.join(named)}: {cells[0] if len(set(cells)) == 1 else shares}"


def choose_sides(answers: Answers, text: Text) -> tuple[str, str]:
    """Return what low and high answers are called: disagree and agree where the answers say so, where classes end, else low and high."""
    if answers.classes:
        first = list_answers(answers)
        side = len(first) // 2
        low, high = (_write_end(first[place], text) for place in (side, -side))
        return text.say("answers.under", number=low), text.say("answers.from", number=high)
    agree = any("oneens" in word for label in answers.labels for word in label.nl)
    return (text.say("answers.disagree"), text.say("answers.agree")) if agree else (text.say("answers.low"), text.say("answers.high"))


def list_answer_words(instrument: Instrument, text: Text) -> Iterator[str]:
    """Yield the words of each answer with its number, from low to high, or the ends of each class of answers."""
    answers = instrument.find_answers(instrument.leading_rating)
    if answers.classes:
        yield from _list_classes(answers, text)
        return
    words = {label.value: pick_word(label, text) for label in answers.labels}
    for value in list_answers(answers):
        yield f"{text.number(value, 0)} {words[value]}" if words.get(value) else text.number(value, 0)


def _list_classes(answers: Answers, text: Text) -> Iterator[str]:
    first = list_answers(answers)
    last = [*(start - answers.step for start in first[1:]), answers.max]
    for ends in zip(first, last, strict=True):
        low, high = (_write_end(end, text) for end in ends)
        yield text.say("answers.class", low=low, high=high) if low != high else low


def _write_end(end: float, text: Text) -> str:
    return text.number(end, 0 if end % 1 == 0 else 1)


def sum_sides(shares: Sequence[int]) -> tuple[int, int]:
    """Return the percentages of the low and of the high answers together; the middle one counts for neither."""
    side = len(shares) // 2
    return sum(shares[:side]), sum(shares[-side:])


def write_share(percent: int, text: Text) -> str:
    """Return a whole percentage; what is everybody or nobody is nearly so."""
    return text.say("answers.nearly_all" if percent else "answers.nearly_none") if percent in (0, 100) else text.percent(percent / 100)


def read_percent(share: Estimate) -> int:
    """Return a share as a whole percentage: 100 where nearly everybody gave the answer, and 0 where nearly nobody did."""
    return round_percent(share.estimate) if share.shown else 100 * (share.method == "nearly_all")


def name_item(item: Item, text: Text) -> str:
    """Return the short label of a statement, or its number where its words may not be shown."""
    return text.pick(item.label) if item.label else text.say("answers.statement", number=item.number)


def state_item(instrument: Instrument, item: Item, text: Text) -> str:
    """Return a statement as it was asked, where its licence allows, or else its name."""
    return text.pick(item.text).rstrip(".") if instrument.licence.text_shipped and item.text else name_item(item, text)


def make_bar(view: View, instrument: Instrument, item: Item, sides: tuple[str, str], moment: Moment) -> Bar:
    """Return the bar of one statement at `moment`; `sides` are what low and high answers are called."""
    text = view.text
    shares = tuple(read_percent(share) for share in find_shares(view, instrument, item, moment))
    low, high = (f"{side}: {write_share(total, text)}" for side, total in zip(sides, sum_sides(shares), strict=True))
    instead = ""
    if 100 in shares:
        instead = text.say("answers.all_gave", answer=list(list_answer_words(instrument, text))[shares.index(100)])
    return Bar(state_item(instrument, item, text), shares, low, high, instead)


def tabulate_answers(
    view: View,
    instrument: Instrument,
    asked: Sequence[tuple[Item, Moment]],
    label: str,
    words: list[str],
    sides: tuple[str, str],
    when: str = "",
) -> TableView:
    """Return the shares of the answers in a row per statement and moment; `when` is the phrase above the moments, if they are named."""
    text = view.text
    columns = [Column(text.say("answers.column_statement")), *([Column(text.say(when))] if when else [])]
    columns += [*(Column(word, number=True) for word in (*words, *sides)), Column(text.say("column.n"), number=True)]
    rows = [
        [state_item(instrument, item, text), *([text.pick(moment.label)] if when else []), *_list_cells(view, instrument, item, moment)]
        for item, moment in asked
    ]
    return TableView(text.say("answers.table", label=label), columns, rows)


def _list_cells(view: View, instrument: Instrument, item: Item, moment: Moment) -> list[str]:
    text = view.text
    found = find_shares(view, instrument, item, moment)
    if not is_known(view, instrument, item, moment):
        hidden = next(share for share in found if not share.shown and share.method not in NEARLY)
        return [write_empty(hidden, view.study, text)] * (len(found) + 3)
    shares = tuple(read_percent(share) for share in found)
    n = max(share.n for share in found)
    people = text.number(n, 0) if n else text.say("answers.at_least", floor=find_spread_floor(view.study))
    return [write_share(share, text) for share in (*shares, *sum_sides(shares))] + [people]
