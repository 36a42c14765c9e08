"""What was asked at occasions of its own, such as the end of each training day: dots per occasion, and nothing on change."""

from __future__ import annotations

from dataclasses import replace

from toolkit.languages import round_half_up
from toolkit.plots.panel import Panel
from toolkit.report.content.estimate import Estimate, choose_decimals, write_interval, write_number
from toolkit.report.content.view import View
from toolkit.report.figures.answers import draw_answers
from toolkit.report.figures.occasions import SHAPES, Dot, Field, draw_occasions
from toolkit.report.html.elements import Column, Html, TableView, fold, heading, join, paragraph, publish_table
from toolkit.report.html.svg import publish_figure
from toolkit.report.sections.answers import (
    choose_sides,
    is_known,
    list_answer_words,
    make_bar,
    name_item,
    sum_sides,
    tabulate_answers,
    write_share,
)
from toolkit.report.sections.outcomes import list_scales
from toolkit.report.sections.page_frame import unless_silent
from toolkit.report.sections.tables import name_scale, write_nothing
from toolkit.results.estimates.answers import list_answers
from toolkit.results.estimates.occasions import Groups, compare_groups
from toolkit.statistics.means import Interval
from toolkit.study.instruments import Instrument, Item
from toolkit.study.study import Moment, Outcome

#: Means over three schools or more are of ten people or more.
DECIMALS = 2
#: A mean with its moment, as it is displayed.
Shown = tuple[float, str, str]


def list_known_occasions(view: View) -> list[tuple[Instrument, list[Outcome]]]:
    """Return the instruments with occasions of their own, each with its scales of which a mean is shown; none without such a scale."""
    asked = {instrument.id: (instrument, _list_known(view, instrument)) for instrument in _list_asked(view)}
    return [found for found in asked.values() if found[1]]


def _list_asked(view: View) -> list[Instrument]:
    return [instrument for instrument in view.study.instruments if instrument.id in view.study.occasional and instrument.scales]


def _list_known(view: View, instrument: Instrument) -> list[Outcome]:
    return [outcome for outcome in list_scales(instrument) if _list_shown(view, outcome)]


def list_occasion_sentences(view: View) -> list[str]:
    """Return in a sentence per instrument with occasions of its own between which means it lay."""
    known = list_known_occasions(view)
    return [view.text.say("occasions.line", name=view.text.pick(i.name), title=write_occasions_title(view, found)) for i, found in known]


def show_board_occasions(view: View) -> Html:
    """Return a sentence per instrument with occasions of its own, and folded the means over all schools; nothing where none is shown."""
    known = list_known_occasions(view)
    if not known:
        return Html()
    found = heading(view.text.say("occasions.heading"), "occasions") + paragraph(view.text.say("occasions.lead_board"))
    for sentence, (instrument, outcomes) in zip(list_occasion_sentences(view), known, strict=True):
        table = _tabulate_means(view, instrument, outcomes)
        found += paragraph(sentence) + fold(table.caption, publish_table(table, f"occasions-{instrument.id}-table"))
    return found


def draw_means(view: View, outcomes: list[Outcome]) -> Panel:
    """Return the dots of `outcomes` at each occasion, without groups of schools."""
    answers = view.study.find_instrument(outcomes[0].instrument).find_answers(outcomes[0].rating)
    fields = [_make_field(view, outcome, [], {}) for outcome in outcomes]
    return draw_occasions(fields, [view.text.say("figures.mean")], answers, view.study, view.text)


def write_occasions_caption(view: View, outcomes: list[Outcome], *, groups: bool = False) -> str:
    """Return what is drawn of `outcomes`: of groups of schools, of a school, or over schools."""
    text = view.text
    answers = view.study.find_instrument(outcomes[0].instrument).find_answers(outcomes[0].rating)
    key = "caption_groups" if groups else "caption" if view.school else "caption_schools"
    ends = {"low": text.number(answers.min, 0), "high": text.number(answers.max, 0)}
    return text.say(f"occasions.{key}", level=text.percent(view.study.confidence), **ends)


@unless_silent
def show_occasions(view: View) -> Html:
    """Return per instrument with occasions of its own the means and the answers at each; nothing where the study has none."""
    asked = _list_asked(view)
    if not asked:
        return Html()
    found = heading(view.text.say("occasions.heading"), "occasions") + paragraph(view.text.say("occasions.lead"))
    return found + join(_show_instrument(view, instrument) for instrument in asked)


def _show_instrument(view: View, instrument: Instrument) -> Html:
    text = view.text
    id = f"occasions-{instrument.id}"
    head = heading(text.pick(instrument.name), id, level=3)
    outcomes = list_scales(instrument)
    moments = view.study.list_moments(instrument.id)
    known = _list_known(view, instrument)
    if not known:
        missing = [view.find_level(outcome, moment.id) for outcome in outcomes for moment in moments]
        return head + paragraph(write_nothing("occasions.nothing", missing, view))
    groups = {(o, m.id): compare_groups(view.results.levels, o, m.id, view.study) for o in known for m in moments if not view.school}
    compared = _show_groups(view, instrument, groups)
    return head + _publish_means(view, instrument, known, groups) + compared + _show_statements(view, instrument)


def _list_shown(view: View, outcome: Outcome) -> list[Shown]:
    """Return the means that are shown, each with its words and the name of its moment."""
    found = [(view.find_level(outcome, moment.id), view.text.pick(moment.label)) for moment in view.study.list_moments(outcome.instrument)]
    rounded = [(level.estimate, choose_decimals(level.n), moment) for level, moment in found if level.shown]
    return [(float(round_half_up(mean, places)), view.text.number(mean, places), moment) for mean, places, moment in rounded]


def _publish_means(view: View, instrument: Instrument, outcomes: list[Outcome], groups: dict[tuple[Outcome, str], Groups]) -> Html:
    text = view.text
    id = f"occasions-{instrument.id}"
    told = [group for group in view.study.groups if any(group.id in found.means for found in groups.values())]
    told = told if len(told) < len(SHAPES) else []
    fields = [_make_field(view, outcome, [group.id for group in told], groups) for outcome in outcomes]
    answers = instrument.find_answers(outcomes[0].rating)
    title = write_occasions_title(view, outcomes)
    table = _tabulate_means(view, instrument, outcomes)
    numbers = "; ".join(_describe(view, outcome) for outcome in outcomes)
    description = text.say("figure.description", title=title, numbers=numbers, table=table.caption)
    caption = write_occasions_caption(view, outcomes, groups=bool(told))
    series = [*(text.pick(group.label) for group in told), text.say("occasions.all_schools" if told else "figures.mean")]
    picture = draw_occasions(fields, series, answers, view.study, text)
    return publish_figure(picture, f"{id}-figure", title, caption, description, publish_table(table, f"{id}-table"), text, level=4)


def _make_field(view: View, outcome: Outcome, told: list[str], groups: dict[tuple[Outcome, str], Groups]) -> Field:
    """Return per moment the dots of the groups that are told, and that of the school or of all schools."""
    rows = []
    for moment in view.study.list_moments(outcome.instrument):
        found = groups[outcome, moment.id].means if told else {}
        dots = [_make_dot(view, found[id][0], DECIMALS) if id in found else None for id in told]
        level = view.find_level(outcome, moment.id)
        own = _make_dot(view, level, choose_decimals(level.n)) if level.shown else None
        rows.append((view.text.pick(moment.label), (*dots, own)))
    return Field(name_scale(view, outcome), tuple(rows))


def _make_dot(view: View, found: Interval | Estimate, decimals: int) -> Dot:
    return Dot(found.estimate, found.low, found.high, view.text.number(found.estimate, decimals))


def write_occasions_title(view: View, outcomes: list[Outcome]) -> str:
    """Return between which means the first scale lay, or of several without a total the one whose means lie furthest apart."""
    shown = {outcome: sorted(_list_shown(view, outcome), key=lambda mean: mean[0]) for outcome in outcomes}
    total = view.study.find_instrument(outcomes[0].instrument).find_scale(outcomes[0].scale).kind == "total"
    chosen = outcomes[0] if total else max(outcomes, key=lambda outcome: shown[outcome][-1][0] - shown[outcome][0][0])
    lowest, highest = shown[chosen][0], shown[chosen][-1]
    if lowest[0] == highest[0]:
        return view.text.say("course.title_level", label=name_scale(view, chosen), low=lowest[1])
    key = "title" if total or len(outcomes) == 1 else "title_widest"
    places = {"low": lowest[1], "first": lowest[2], "high": highest[1], "last": highest[2]}
    return view.text.say(f"occasions.{key}", label=name_scale(view, chosen), **places)


def _describe(view: View, outcome: Outcome) -> str:
    return f"{name_scale(view, outcome)}: {', '.join(f'{words} ({moment})' for _, words, moment in _list_shown(view, outcome))}"


def _tabulate_means(view: View, instrument: Instrument, outcomes: list[Outcome]) -> TableView:
    text = view.text
    level = text.percent(view.study.confidence)
    columns = [Column(text.say("column.scale")), Column(text.say("occasions.column_moment"))]
    columns += [Column(text.say(f"column.{name}", level=level), number=True) for name in ("mean", "interval", "n")]
    rows = [
        [name_scale(view, o), text.pick(m.label), *_list_cells(view, o, m)]
        for o in outcomes
        for m in view.study.list_moments(instrument.id)
    ]
    return TableView(text.say("occasions.table", name=text.pick(instrument.name)), columns, rows, 1, [text.say("occasions.note")])


def _list_cells(view: View, outcome: Outcome, moment: Moment) -> list[str]:
    level = view.find_level(outcome, moment.id)
    decimals = choose_decimals(level.n)
    mean = write_number(level, decimals, view.study, view.text)
    return [mean, write_interval(level, decimals, view.study, view.text), view.text.number(level.n, 0) if level.shown else mean]


def _show_groups(view: View, instrument: Instrument, groups: dict[tuple[Outcome, str], Groups]) -> Html:
    """Return the means of the groups of schools and, of two, their difference; nothing where no group may be shown."""
    text = view.text
    if not any(found.means for found in groups.values()):
        return Html()
    level = text.percent(view.study.confidence)
    columns = [Column(text.say("column.scale")), Column(text.say("occasions.column_moment"))]
    named = [text.say("occasions.column_group", group=text.pick(group.label), level=level) for group in view.study.groups]
    columns += [Column(name, number=True) for name in named]
    two = [found.difference for found in groups.values() if found.difference]
    columns += [Column(text.say("occasions.column_difference", level=level), number=True)] if two else []
    rows = []
    for (outcome, id), found in ((place, found) for place, found in groups.items() if found.means):
        moment = next(m for m in view.study.occasions if m.id == id)
        means = [found.means.get(group.id, (None, 0))[0] for group in view.study.groups]
        shown = [*means, found.difference] if two else means
        rows.append([name_scale(view, outcome), text.pick(moment.label), *(_write_with_interval(view, interval) for interval in shown)])
    table = TableView(text.say("occasions.table_groups", name=text.pick(instrument.name)), columns, rows, 1)
    sentence = paragraph(_write_differences(view, two)) if two else Html()
    return sentence + fold(table.caption, publish_table(table, f"occasions-{instrument.id}-groups"))


def _write_with_interval(view: View, found: Interval | None) -> str:
    if found is None:
        return view.text.say("empty.not_computable")
    low, high = (view.text.number(end, DECIMALS) for end in (found.low, found.high))
    interval = view.text.say("numbers.interval", low=low, high=high)
    return view.text.say("numbers.with_interval", number=view.text.number(found.estimate, DECIMALS), interval=interval)


def _write_differences(view: View, differences: list[Interval]) -> str:
    """Return of how many differences between two groups the interval excludes 0, beside what chance brings."""
    text = view.text
    clear = sum(difference.p_value < 1 - view.study.confidence for difference in differences)
    first, second = (text.pick(group.label) for group in view.study.groups)
    places = {"total": text.number(len(differences), 0), "first": first, "second": second}
    if not clear:
        return text.say("occasions.differences_none", **places)
    return text.say_count("occasions.differences", clear, **places, chance=text.percent(1 - view.study.confidence))


def _show_statements(view: View, instrument: Instrument) -> Html:
    """Return per statement a bar for each moment of which the answers may be shown, folded; nothing across schools."""
    if not view.school or not list_answers(instrument.find_answers(instrument.scored_ratings[0])):
        return Html()
    return join(_fold_statement(view, instrument, item) for item in instrument.scored_items)


def _fold_statement(view: View, instrument: Instrument, item: Item) -> Html:
    text = view.text
    moments = view.study.list_moments(instrument.id)
    known = [moment for moment in moments if is_known(view, instrument, item, moment)]
    if not known:
        return Html()
    label = name_item(item, text)
    sides = choose_sides(instrument.find_answers(instrument.scored_ratings[0]), text)
    bars = [replace(make_bar(view, instrument, item, sides, moment), label=text.pick(moment.label)) for moment in known]
    highs = [sum_sides(bar.shares)[1] for bar in bars]
    often = text.join([f"‘{bar.label}’" for bar, high in zip(bars, highs, strict=True) if high == max(highs)])
    title = text.say("occasions.title_statement", label=label, side=sides[1], moments=often, share=write_share(max(highs), text))
    words = list(list_answer_words(instrument, text))
    table = tabulate_answers(view, instrument, [(item, moment) for moment in moments], label, words, sides, "occasions.column_moment")
    numbers = "; ".join(f"{row[1]}: {', '.join(row[2:-3])}" for row in table.rows)
    description = text.say("figure.description", title=title, numbers=numbers, table=table.caption)
    id = f"occasions-{instrument.id}-{item.id}"
    tables = publish_table(table, f"{id}-table")
    caption = text.say("occasions.caption_statement")
    return fold(label, publish_figure(draw_answers(bars, words), id, title, caption, description, tables, text, level=4))
