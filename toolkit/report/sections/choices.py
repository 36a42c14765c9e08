"""What people picked: per question the share of each option before beside after, who picked otherwise the second time, and key words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.analysis.people import SMALLEST_NUMBER_OF_SCHOOLS
from toolkit.languages import Text
from toolkit.report.content.estimate import Estimate, write_empty
from toolkit.report.content.view import View
from toolkit.report.figures.answers import Bar, draw_answers
from toolkit.report.html.elements import Column, Html, TableView, fold, heading, join, paragraph, publish_table
from toolkit.report.html.svg import publish_figure
from toolkit.report.sections.answers import read_percent, write_share
from toolkit.report.sections.expectations import show_expectations
from toolkit.report.sections.page_frame import unless_silent
from toolkit.report.sections.tables import write_nothing
from toolkit.results.rows import NEARLY, find_floor, find_spread_floor
from toolkit.study.answers import Answers, pick_word
from toolkit.study.instruments import Instrument, Item
from toolkit.study.study import Moment

#: A bar has room for so many options.
MOST_IN_BAR = 7
#: From so many statements on with the same options they stand together, as a map.
BATTERY = 5
#: Why the key words of a measurement can't be told: then none of them is among those of too few people.
UNTOLD = ("too_few_for_spread", "too_few_schools", "subtraction", "not_agreed", "other_waves")


@dataclass(frozen=True, slots=True)
class Question:
    """One question on a page: where it is asked, its words, its options with their words, and the waves that asked it."""

    instrument: Instrument
    item: Item
    rating: str
    answers: Answers
    label: str
    words: tuple[str, ...]
    waves: tuple[Moment, ...]

    @property
    def id(self) -> str:
        """The id of the question on the page."""
        return "-".join(filter(None, ("choices", self.instrument.id, self.item.id, self.rating)))


@unless_silent
def show_choices(view: View) -> Html:
    """Return per question that is answered by picking or in words of one's own what may be told of it; nothing where none is asked."""
    parts = [part for instrument in view.study.instruments for part in _show_instrument(view, instrument)]
    if not parts:
        return Html()
    return heading(view.text.say("choices.heading"), "choices") + paragraph(view.text.say("choices.lead")) + join(parts)


def _show_instrument(view: View, instrument: Instrument) -> list[Html]:
    together = [question for battery in list_batteries(instrument) for question in battery]
    asked = [make_question(view, instrument, *found) for found in instrument.picked if found not in together]
    shown = [show_question(view, question) for question in asked if question.waves]
    shown += [found] if instrument.expects and (found := show_expectations(view, instrument)).markup else []
    worded = [(item, rating) for item, rating, answers in instrument.worded if view.school or answers.kind == "words"]
    return [*shown, *(_show_written(view, instrument, item, rating) for item, rating in worded)]


def list_batteries(instrument: Instrument) -> list[list[tuple[Item, str, Answers]]]:
    """Return the statements that people all give the same choice of options, per rating: each of these is one map."""
    ratings = {rating: instrument.find_answers(rating) for rating in instrument.asked_ratings}
    choices = {rating: answers for rating, answers in ratings.items() if answers.kind == "choice"}
    found = [[each for each in instrument.picked if each[1] == rating and each[2] is answers] for rating, answers in choices.items()]
    return [each for each in found if len(each) >= BATTERY and len(each[0][2].options) <= MOST_IN_BAR]


def make_question(view: View, instrument: Instrument, item: Item, rating: str, answers: Answers) -> Question:
    """Return a question with its words and the waves that asked it."""
    text = view.text
    first = answers.options[0].value
    kept = [
        w
        for w in view.study.list_moments(instrument.id)
        if view.find_share(instrument.id, item.id, rating, w.id, first).state != "not_measured"
    ]
    words = tuple(pick_word(option, text) or text.number(option.value, 0) for option in answers.options)
    return Question(instrument, item, rating, answers, _name_question(instrument, item, rating, text), words, tuple(kept))


def _name_question(instrument: Instrument, item: Item, rating: str, text: Text) -> str:
    label = text.pick(item.label) if item.label else text.say("answers.statement", number=item.number)
    rated = instrument.find_rating(rating)
    return text.say("subject.rated", subject=label, rating=text.pick(rated.label)) if rated else label


def list_shares(view: View, question: Question, wave: Moment, school: str | None = None, role: str = "") -> list[Estimate]:
    """Return the share of each option in a wave, of this page's school or another, or of all who lead or all who don't."""
    where = (question.instrument.id, question.item.id, question.rating, wave.id)
    return [view.find_share(*where, option.value, school=school, role=role) for option in question.answers.options]


def is_known(shares: Sequence[Estimate]) -> bool:
    """Return whether the shares of all options may be told."""
    return all(share.shown or share.method in NEARLY for share in shares)


def show_question(view: View, question: Question) -> Html:
    """Return what was picked on one question: a bar per wave, the numbers, who switched, and the schools."""
    text = view.text
    found = {wave.id: list_shares(view, question, wave) for wave in question.waves}
    known = [wave for wave in question.waves if is_known(found[wave.id])]
    head = heading(question.label, question.id, level=3)
    if not known:
        nothing = write_nothing("choices.nothing", [share for shares in found.values() for share in shares], view)
        return head + paragraph(nothing) + _fold_schools(view, question)
    title = write_title(question, known[-1], found[known[-1].id], text)
    table = _tabulate(view, question, found)
    if not is_in_bars(question):
        body = paragraph(f"{title}.") + publish_table(table, f"{question.id}-table")
    else:
        bars = [make_bar(question, wave, found[wave.id], text) for wave in known]
        numbers = "; ".join(f"{row[0]}: {', '.join(row[1:])}" for row in table.rows)
        description = text.say("figure.description", title=title, numbers=numbers, table=table.caption)
        caption = text.say("choices.caption" if view.school else "choices.caption_schools")
        picture = draw_answers(bars, question.words)
        folded = publish_table(table, f"{question.id}-table")
        body = publish_figure(picture, f"{question.id}-figure", title, caption, description, folded, text, level=4)
    key = _show_key(view, question, found[known[-1].id])
    return head + body + key + _show_switches(view, question) + _fold_schools(view, question)


def write_title(question: Question, wave: Moment, shares: Sequence[Estimate], text: Text) -> str:
    """Return which option was picked most in the last measurement of which that may be told."""
    percents = [read_percent(share) for share in shares]
    highest = max(range(len(percents)), key=percents.__getitem__)
    places = {"option": question.words[highest], "share": write_share(percents[highest], text), "wave": text.pick(wave.label)}
    if percents.count(percents[highest]) > 1:
        return text.say("choices.title_equal", **places)
    return text.say("choices.title", **places)


def is_in_bars(question: Question) -> bool:
    """Return whether the shares of a question fill a bar: people picked one option, of a few."""
    return question.answers.kind != "several" and len(question.words) <= MOST_IN_BAR


def make_bar(question: Question, wave: Moment, shares: Sequence[Estimate], text: Text) -> Bar:
    """Return the bar of a question in one measurement."""
    percents = tuple(read_percent(share) for share in shares)
    instead = text.say("answers.all_gave", answer=question.words[percents.index(100)]) if 100 in percents else ""
    return Bar(text.pick(wave.label), percents, "", "", instead)


def _tabulate(view: View, question: Question, found: dict[str, list[Estimate]]) -> TableView:
    """Return per option its share and interval in each wave, and in the last row how many people or schools that rests on."""
    text = view.text
    level = text.percent(view.study.confidence)
    columns = [Column(text.say("choices.column_option"))]
    for wave in question.waves:
        label = text.pick(wave.label)
        columns += [Column(text.say(f"choices.column_{name}", wave=label, level=level), number=True) for name in ("share", "interval")]
    rows = [
        [word, *(cell for wave in question.waves for cell in _write_cells(view, found[wave.id][place]))]
        for place, word in enumerate(question.words)
    ]
    rest = [cell for wave in question.waves for cell in (_write_people(view, found[wave.id]), "")]
    notes = [text.say("choices.several")] if question.answers.kind == "several" else []
    if len(question.waves) > 1 and view.study.matching.by == "none":
        notes.append(text.say("choices.others"))
    name = text.say("column.n" if view.school else "choices.column_schools")
    people = [name, *(cell or text.say("choices.no_interval") for cell in rest)]
    return TableView(text.say("choices.table", label=question.label), columns, [*rows, people], notes=notes)


def _write_cells(view: View, share: Estimate) -> list[str]:
    text = view.text
    if not share.shown:
        cell = write_share(read_percent(share), text) if share.method in NEARLY else write_empty(share, view.study, text)
        return [cell, cell]
    if not math.isfinite(share.low):
        return [text.percent(read_percent(share) / 100), text.say("empty.not_computable")]
    ends = {name: text.percent_end(end) for name, end in (("low", share.low), ("high", share.high))}
    return [text.percent(read_percent(share) / 100), text.say("numbers.interval", **ends)]


def _write_people(view: View, shares: Sequence[Estimate]) -> str:
    text = view.text
    if view.school or not is_known(shares):
        return _write_count_of(view, shares)
    schools = max(share.schools for share in shares)
    return text.number(schools, 0) if schools else text.say("answers.at_least", floor=SMALLEST_NUMBER_OF_SCHOOLS)


def _fold_schools(view: View, question: Question) -> Html:
    """Return on the page across schools the share of each option per school in the last measurement; nothing where none may be shown.

    What was expected of factors stands there of no school, for some are about one person's leadership.
    """
    text = view.text
    wave = question.waves[-1]
    found = {school.name: list_shares(view, question, wave, school.id) for school in view.schools}
    if view.school or question.instrument.expects or not any(is_known(shares) for shares in found.values()):
        return Html()
    columns = [Column(text.say("column.school")), *(Column(word, number=True) for word in (*question.words, text.say("column.n")))]
    rows = [[name, *(_write_cells(view, share)[0] for share in shares), _write_count_of(view, shares)] for name, shares in found.items()]
    caption = text.say("choices.table_schools", label=question.label, wave=text.pick(wave.label))
    return fold(caption, publish_table(TableView(caption, columns, rows), f"{question.id}-schools"))


def _write_count_of(view: View, shares: Sequence[Estimate]) -> str:
    """Return how many people of a school the shares are of, or why that is not shown."""
    if not is_known(shares):
        return write_empty(next(share for share in shares if not share.shown), view.study, view.text)
    n = max(share.n for share in shares)
    return view.text.number(n, 0) if n else view.text.say("answers.at_least", floor=find_spread_floor(view.study))


def _show_key(view: View, question: Question, shares: Sequence[Estimate]) -> Html:
    """Return which option the author of the questionnaire considers right, and which share picked it; nothing without such a key."""
    key = question.instrument.find_key(question.item) if question.item.key else None
    if key is None or key not in question.answers.options:
        return Html()
    place = question.answers.options.index(key)
    share = write_share(read_percent(shares[place]), view.text)
    return paragraph(view.text.say("choices.key", option=question.words[place], share=share))


def _show_switches(view: View, question: Question) -> Html:
    """Return who picked otherwise the second time, in a sentence and a table; nothing where nobody answered twice."""
    if question.answers.kind == "several":
        return _show_options(view, question)
    options = [option.value for option in question.answers.options]
    where = (question.instrument.id, question.item.id, question.rating)
    test = view.find_switched(*where, (options[0], options[1]), "symmetry")
    cells = [[view.find_switched(*where, (one, other)) for other in options] for one in options]
    if test.state == "not_measured":
        return Html()
    if not cells[0][0].shown:
        return paragraph(write_nothing("choices.switches_hidden", [cells[0][0]], view))
    return paragraph(_write_switches(view, question, test, cells)) + _fold_switches(view, question, cells)


def _write_switches(view: View, question: Question, test: Estimate, cells: list[list[Estimate]]) -> str:
    text = view.text
    places = {"n": text.number(cells[0][0].n, 0)}
    if not test.shown:
        return text.say("choices.switched_none", **places)
    clear = "clear" if test.p_value < 1 - view.study.confidence else "unclear"
    if len(cells) > 2:
        count = sum(cell.estimate for one, row in enumerate(cells) for other, cell in enumerate(row) if one != other)
        return text.say(f"choices.switched_{clear}", count=text.number(count, 0), **places)
    there, back = (text.number(cell.estimate, 0) for cell in (cells[0][1], cells[1][0]))
    return text.say(f"choices.moved_{clear}", there=there, back=back, first=question.words[0], second=question.words[1], **places)


def _fold_switches(view: View, question: Question, cells: list[list[Estimate]]) -> Html:
    text = view.text
    before, after = (text.pick(wave.label) for wave in view.waves)
    columns = [Column(text.say("choices.column_from", before=before, after=after)), *(Column(word, number=True) for word in question.words)]
    rows = [[word, *(text.number(cell.estimate, 0) for cell in row)] for word, row in zip(question.words, cells, strict=True)]
    caption = text.say("choices.table_switches", label=question.label)
    return fold(text.say("choices.switches"), publish_table(TableView(caption, columns, rows), f"{question.id}-switches"))


def _show_options(view: View, question: Question) -> Html:
    """Return per option of several how many added and dropped it the second time; nothing where nobody answered twice."""
    text = view.text
    where = (question.instrument.id, question.item.id, question.rating)
    values = [option.value for option in question.answers.options]
    found = [[view.find_switched(*where, (value, value), name) for name in ("added", "dropped", "symmetry")] for value in values]
    told = [row[0] for row in found if row[0].shown]
    tested = [test for *_, test in found if test.shown]
    if found[0][0].state == "not_measured":
        return Html()
    if not tested and len(told) < len(found):
        return paragraph(write_nothing("choices.switches_hidden", [row[0] for row in found], view))
    if not tested:
        return paragraph(text.say("choices.switched_none", n=text.number(told[0].n, 0)))
    clear = [test.shown and test.p_value < 1 - view.study.confidence for *_, test in found]
    rows = [
        [word, *(text.number(cell.estimate, 0) if cell.shown else write_empty(cell, view.study, text) for cell in (added, dropped))]
        for word, (added, dropped, _) in zip(question.words, found, strict=True)
    ]
    names = text.join([text.say("subject.quoted", label=word) for word, sure in zip(question.words, clear, strict=True) if sure])
    places = {"n": text.number(told[0].n, 0), "count": text.number(len(tested), 0), "options": names}
    columns = [Column(text.say("choices.column_option"))]
    columns += [Column(text.say(f"choices.column_{name}"), number=True) for name in ("added", "dropped")]
    table = TableView(text.say("choices.table_switches", label=question.label), columns, rows)
    said = paragraph(text.say("choices.options_clear" if any(clear) else "choices.options_unclear", **places))
    return said + fold(text.say("choices.switches"), publish_table(table, f"{question.id}-switches"))


def _show_words(view: View, instrument: Instrument, item: Item, rating: str) -> Html:
    """Return the key words that enough people wrote, each with how many did in each wave; nothing where nobody wrote any."""
    text = view.text
    floor = find_floor(view.study)
    where = (instrument.id, item.id, rating)
    others = [(wave, view.find_share(*where, wave.id, 1.0, "other_words")) for wave in view.study.list_moments(instrument.id)]
    asked = [(wave, other, view.list_words(*where, wave.id)) for wave, other in others if other.state != "not_measured"]
    names = list(dict.fromkeys(word for _, _, words in reversed(asked) for word in words))
    if not names:
        told = [other for _, other, _ in asked if other.method in UNTOLD]
        nothing = write_nothing("choices.nothing_words", told, view) if told else text.say("choices.no_word", floor=floor)
        return paragraph(nothing) if asked else Html()
    columns = [Column(text.say("choices.column_word"))]
    columns += [Column(text.say("choices.column_people", wave=text.pick(wave.label)), number=True) for wave, _, _ in asked]
    rows = [[name, *(_write_word(view, words.get(name), other) for _, other, words in asked)] for name in names]
    if view.school:
        rows.append([text.say("choices.other_words"), *(_write_word(view, other, other) for _, other, _ in asked)])
    counts = [max(entry.n for entry in (other, *words.values())) for _, other, words in asked]
    people = [text.number(n, 0) if n else write_empty(other, view.study, text) for n, (_, other, _) in zip(counts, asked, strict=True)]
    table = text.say("choices.table_words", label=_name_question(instrument, item, rating, text))
    shown = TableView(table, columns, [*rows, [text.say("choices.writers"), *people]])
    id = "-".join(filter(None, ("choices", *where, "words")))
    return paragraph(text.say("choices.words" if view.school else "choices.words_schools", floor=floor)) + publish_table(shown, id)


def _write_word(view: View, found: Estimate | None, other: Estimate) -> str:
    """Return how many people wrote a word, that nearly everybody did, or that too few did or that it can't be told."""
    if found is None:
        fewer = view.text.say("choices.fewer" if view.school else "choices.fewer_schools", floor=find_floor(view.study))
        return write_empty(other, view.study, view.text) if other.method in UNTOLD else fewer
    if found.shown:
        return view.text.number(found.estimate, 0)
    return view.text.say("answers.nearly_all") if found.method in NEARLY else write_empty(found, view.study, view.text)


def _show_written(view: View, instrument: Instrument, item: Item, rating: str) -> Html:
    """Return how many people wrote something in each wave, and of key words those that enough people wrote."""
    text = view.text
    label = _name_question(instrument, item, rating, text)
    id = "-".join(filter(None, ("choices", instrument.id, item.id, rating)))
    if instrument.find_answers(rating, item).kind == "words":
        words = _show_words(view, instrument, item, rating)
        return heading(label, id, level=3) + words if words.markup else words
    found = [
        (wave, view.find_share(instrument.id, item.id, rating, wave.id, 1.0, "answered")) for wave in view.study.list_moments(instrument.id)
    ]
    told = [(wave, count) for wave, count in found if count.state != "not_measured"]
    if not told:
        return Html()
    parts = [f"{_write_count(view, count)} ({text.pick(wave.label)})" for wave, count in told]
    return heading(label, id, level=3) + paragraph(text.say("choices.written", counts=", ".join(parts)))


def _write_count(view: View, count: Estimate) -> str:
    return view.text.number(count.n, 0) if count.shown else write_empty(count, view.study, view.text)
