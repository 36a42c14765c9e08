"""Section 5: how the answers to each statement were spread, folded per factor. Of ten people or more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from toolkit.languages import Text, round_percent
from toolkit.report.content.estimate import Estimate, write_empty
from toolkit.report.content.view import View
from toolkit.report.figures.answers import Bar, draw_answers
from toolkit.report.figures.parts import pick_word
from toolkit.report.html.elements import Column, Html, TableView, fold, heading, join, paragraph, publish_table
from toolkit.report.html.svg import publish_figure
from toolkit.report.sections.tables import write_nothing
from toolkit.results.estimates.answers import list_answers
from toolkit.results.rows import NEARLY, find_spread_floor
from toolkit.study.instruments import Answers, Instrument, Item


@dataclass(frozen=True, slots=True)
class Block:
    """Statements that stand together: those of a scale, or of several scales of one statement each."""

    id: str
    label: str
    items: tuple[Item, ...]


def show_answers(view: View) -> Html:
    """Return per instrument and factor the spread of the answers in the last of the compared waves; nothing where none are asked."""
    text = view.text
    blocks = [(instrument, block) for instrument in view.study.instruments for block in list_blocks(instrument, view.text)]
    if not blocks:
        return Html()
    found = heading(text.say("answers.heading"), "answers")
    shown = [(instrument, block) for instrument, block in blocks if any(is_known(view, instrument, item) for item in block.items)]
    if not shown:
        asked = [share for instrument, block in blocks for item in block.items for share in _find_shares(view, instrument, item)]
        return found + paragraph(write_nothing("answers.nothing", asked, view))
    found += paragraph(text.say("answers.lead", wave=text.pick(view.waves[-1].label)))
    return found + join(_show_instrument(view, instrument, shown) for instrument in dict.fromkeys(entry[0].id for entry in shown))


def list_blocks(instrument: Instrument, text: Text) -> list[Block]:
    """Return the statements of an instrument per scale; scales of one statement stand together, per group where it has groups."""
    if not list_answers(instrument.find_answers(instrument.scored_ratings[0])):
        return []
    items = {item.id: item for item in instrument.items}
    scales = [scale for scale in instrument.scales if scale.kind != "total"] or list(instrument.scales)
    blocks = [Block(s.id, text.pick(s.label), tuple(items[item] for item in s.items)) for s in scales if len(s.items) > 1]
    single = [scale for scale in scales if len(scale.items) == 1]
    for group in dict.fromkeys(scale.group for scale in single):
        label = text.pick(instrument.groups.get(group, instrument.name))
        members = tuple(items[scale.items[0]] for scale in single if scale.group == group)
        blocks.append(Block(group or "statements", label, members))
    return blocks


def _show_instrument(view: View, id: str, shown: list[tuple[Instrument, Block]]) -> Html:
    folds = join(fold(block.label, _publish_block(view, instrument, block)) for instrument, block in shown if instrument.id == id)
    return heading(view.text.pick(view.study.find_instrument(id).name), f"answers-{id}", level=3) + folds


def _find_shares(view: View, instrument: Instrument, item: Item) -> list[Estimate]:
    rating = instrument.scored_ratings[0]
    values = list_answers(instrument.find_answers(rating))
    return [view.find_answer(instrument.id, item.id, rating, view.waves[-1].id, value) for value in values]


def is_known(view: View, instrument: Instrument, item: Item) -> bool:
    """Return whether the spread of the answers to a statement may be shown."""
    return all(share.shown or share.method in NEARLY for share in _find_shares(view, instrument, item))


def _publish_block(view: View, instrument: Instrument, block: Block) -> Html:
    text = view.text
    id = f"answers-{instrument.id}-{block.id}"
    known = [item for item in block.items if is_known(view, instrument, item)]
    rest = [item for item in block.items if item not in known]
    sides = choose_sides(instrument.find_answers(instrument.scored_ratings[0]), text)
    bars = [make_bar(view, instrument, item, sides) for item in known]
    words = list(list_answer_words(instrument, text))
    table = _tabulate(view, instrument, [*known, *rest], block.label, words, sides)
    title = write_answers_title(bars, sides, text)
    numbers = "; ".join(_describe(row, words) for row in table.rows[: len(known)])
    description = text.say("figure.description", title=title, numbers=numbers, table=table.caption)
    caption = text.say("answers.caption", wave=text.pick(view.waves[-1].label))
    return publish_figure(draw_answers(bars, words), id, title, caption, description, publish_table(table, f"{id}-table"), text, level=4)


def write_answers_title(bars: Sequence[Bar], sides: tuple[str, str], text: Text) -> str:
    """Return to which statement high answers were given most often."""
    highest = max(bars, key=lambda bar: _sum_sides(bar.shares)[1])
    places = {"side": sides[1], "label": highest.label, "share": write_share(_sum_sides(highest.shares)[1], text)}
    return text.say("answers.title" if len(bars) > 1 else "answers.title_one", **places)


def _describe(row: list[str], words: list[str]) -> str:
    return f"{row[0]}: {', '.join(f'{cell} ({word})' for word, cell in zip(words, row[1:], strict=False))}"


def choose_sides(answers: Answers, text: Text) -> tuple[str, str]:
    """Return what low and high answers are called: disagree and agree where the answers say so, else low and high."""
    agree = any("oneens" in word for label in answers.labels for word in label.nl)
    return (text.say("answers.disagree"), text.say("answers.agree")) if agree else (text.say("answers.low"), text.say("answers.high"))


def list_answer_words(instrument: Instrument, text: Text) -> Iterator[str]:
    """Yield the words of each answer with its number, from low to high."""
    answers = instrument.find_answers(instrument.scored_ratings[0])
    words = {label.value: pick_word(label, text) for label in answers.labels}
    for value in list_answers(answers):
        yield f"{text.number(value, 0)} {words[value]}" if words.get(value) else text.number(value, 0)


def _sum_sides(shares: tuple[int, ...]) -> tuple[int, int]:
    side = len(shares) // 2
    return sum(shares[:side]), sum(shares[-side:])


def write_share(percent: int, text: Text) -> str:
    """Return a whole percentage; what is everybody or nobody is nearly so."""
    return text.say("answers.nearly_all" if percent else "answers.nearly_none") if percent in (0, 100) else text.percent(percent / 100)


def _read_percent(share: Estimate) -> int:
    return round_percent(share.estimate) if share.shown else 100 * (share.method == "nearly_all")


def _name_item(item: Item, text: Text) -> str:
    return text.pick(item.label) if item.label else text.say("answers.statement", number=item.number)


def make_bar(view: View, instrument: Instrument, item: Item, sides: tuple[str, str]) -> Bar:
    """Return the bar of one statement; `sides` are what low and high answers are called."""
    text = view.text
    shares = tuple(_read_percent(share) for share in _find_shares(view, instrument, item))
    low, high = (f"{side}: {write_share(total, text)}" for side, total in zip(sides, _sum_sides(shares), strict=True))
    instead = ""
    if 100 in shares:
        instead = text.say("answers.all_gave", answer=list(list_answer_words(instrument, text))[shares.index(100)])
    return Bar(_name_item(item, text), shares, low, high, instead)


def _tabulate(view: View, instrument: Instrument, items: list[Item], label: str, words: list[str], sides: tuple[str, str]) -> TableView:
    text = view.text
    columns = [Column(text.say("answers.column_statement")), *(Column(word, number=True) for word in (*words, *sides))]
    rows = [[_name_item(item, text), *_list_cells(view, instrument, item)] for item in items]
    return TableView(text.say("answers.table", label=label), [*columns, Column(text.say("column.n"), number=True)], rows)


def _list_cells(view: View, instrument: Instrument, item: Item) -> list[str]:
    text = view.text
    found = _find_shares(view, instrument, item)
    if not is_known(view, instrument, item):
        return [write_empty(found[0], view.study, text)] * (len(found) + 3)
    shares = tuple(_read_percent(share) for share in found)
    n = max(share.n for share in found)
    people = text.number(n, 0) if n else text.say("answers.at_least", floor=find_spread_floor(view.study))
    return [write_share(share, text) for share in (*shares, *_sum_sides(shares))] + [people]
