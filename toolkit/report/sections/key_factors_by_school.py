"""Section 4 across schools: the key factors per school. What is about one person's leadership never stands here per school."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.languages import Text, round_half_up
from toolkit.plots.style import DOWN, MIDDLE, TINTS, UP
from toolkit.report.content.estimate import Estimate, choose_decimals, write_empty, write_number
from toolkit.report.content.sentences import KINDS, list_factors
from toolkit.report.content.view import View
from toolkit.report.figures.profiles import Cell, Strip, choose_change_tone, choose_level_tone, draw_heat, draw_strips, list_ratings
from toolkit.report.html.elements import Column, Html, TableView, heading, join, paragraph, publish_table
from toolkit.report.html.svg import publish_figure
from toolkit.report.sections.over_waves import may_stand_side_by_side
from toolkit.report.sections.tables import name_quantity, name_scale, write_order
from toolkit.study.instruments import Instrument
from toolkit.study.study import Outcome

#: With more schools than this there is no heat map.
MOST = 25


def show_key_factors_by_school(view: View) -> Html:
    """Return figures I (level and change, up to 25 schools) and J per instrument with factors."""
    return join(_show_instrument(view, instrument) for instrument in view.list_instruments("factors"))


def list_open_factors(instrument: Instrument) -> list[Outcome]:
    """Return the factors that may stand per school: none that is about one person."""
    return [outcome for outcome in list_factors(instrument) if not instrument.find_scale(outcome.scale).about_person]


def _show_instrument(view: View, instrument: Instrument) -> Html:
    text, factors = view.text, list_open_factors(instrument)
    found = heading(text.say("heat.heading"), f"heat-{instrument.id}")
    shown = [code for code in view.codes if any(_find_level(view, outcome, code).shown for outcome in factors)]
    if not may_stand_side_by_side(view, shown):
        return found + paragraph(text.say("heat.too_few"))
    if len(factors) < len(list_factors(instrument)):
        found += paragraph(text.say("heat.about_person"), "note")
    maps = _publish_levels(view, instrument, shown) + _publish_changes(view, instrument) if len(shown) <= MOST else Html()
    return found + maps + _publish_strips(view, instrument, shown)


def _find_level(view: View, outcome: Outcome, school: str) -> Estimate:
    return view.find_level(outcome, view.waves[-1].id, school=school)


def _display(level: Estimate) -> float:
    return float(round_half_up(level.estimate, choose_decimals(level.n)))


def _publish_levels(view: View, instrument: Instrument, shown: list[str]) -> Html:
    text, factors, id = view.text, list_open_factors(instrument), f"heat-{instrument.id}-levels"
    answers = instrument.find_answers(factors[0].rating)
    table = _tabulate_levels(view, instrument, factors)
    rows = [(view.study.find_school(code).name, [_make_level(view, outcome, code, instrument) for outcome in factors]) for code in shown]
    means = [(_display(level), name_scale(view, o)) for o in factors if (level := _find_level(view, o, "")).shown]
    title = text.say("heat.title", highest=max(means)[1], lowest=min(means)[1]) if len(means) > 1 else text.say("heat.title_plain")
    ends = {"low": text.number(answers.min, 0), "high": text.number(answers.max, 0)}
    what = name_quantity(view, "mean", instrument)
    caption = text.say("heat.caption", what=what, order=write_order(view), wave=text.pick(view.waves[-1].label), **ends)
    signs = [(TINTS[0], text.say("heat.low", **ends)), (TINTS[-1], text.say("heat.high", **ends))]
    numbers = "; ".join(text.say("heat.describe", label=label, mean=text.number(mean)) for mean, label in means)
    description = text.say("figure.description", title=title, numbers=numbers or text.say("heat.see_table"), table=table.caption)
    picture = draw_heat(rows, [name_scale(view, outcome) for outcome in factors], [*signs, *_explain_open(rows, text)])
    return publish_figure(picture, id, title, caption, description, publish_table(table, f"{id}-table"), text)


def _explain_open(rows: Sequence[tuple[str, Sequence[Cell | None]]], text: Text) -> list[tuple[str, str]]:
    """Return the sign for a cell without a value, where there is one."""
    return [("open", text.say("heat.open"))] if any(cell is None for _, cells in rows for cell in cells) else []


def _make_level(view: View, outcome: Outcome, school: str, instrument: Instrument) -> Cell | None:
    level = _find_level(view, outcome, school)
    if not level.shown:
        return None
    words = view.text.number(level.estimate, choose_decimals(level.n))
    return Cell(words, choose_level_tone(_display(level), instrument.find_answers(outcome.rating)))


def _tabulate_levels(view: View, instrument: Instrument, outcomes: list[Outcome]) -> TableView:
    text, rating = view.text, instrument.find_rating(outcomes[0].rating)
    rows = [[view.study.find_school(code).name, *(_write_level(view, o, code) for o in outcomes)] for code in view.codes]
    places = {"wave": text.pick(view.waves[-1].label), "rating": text.pick(rating.label) if rating else text.pick(instrument.name)}
    return TableView(text.say("heat.table", **places), _make_columns(view, outcomes), rows)


def _write_level(view: View, outcome: Outcome, school: str) -> str:
    level = _find_level(view, outcome, school)
    return write_number(level, choose_decimals(level.n), view.study, view.text)


def _make_columns(view: View, outcomes: list[Outcome]) -> list[Column]:
    return [Column(view.text.say("column.school")), *(Column(name_scale(view, outcome), number=True) for outcome in outcomes)]


def _publish_changes(view: View, instrument: Instrument) -> Html:
    text, factors, id = view.text, list_open_factors(instrument), f"heat-{instrument.id}-change"
    changes = {code: [view.find_change(outcome, school=code) for outcome in factors] for code in view.codes}
    shown = {code: row for code, row in changes.items() if any(change.shown for change in row)}
    if not view.comparison or not shown:
        return Html()
    rows = [
        (view.study.find_school(code).name, [_make_change(view, o, c, code, instrument) for o, c in zip(factors, row, strict=True)])
        for code, row in shown.items()
    ]
    kinds = {kind: [change for row in shown.values() for change in row if _is_of(change, kind)] for kind in ("up", "down")}
    count = sum(change.shown for row in shown.values() for change in row)
    up, down = len(kinds["up"]), len(kinds["down"])
    title = text.say("heat.title_change", up=up, down=down, count=count) if up or down else text.say("factors.none")
    what = name_quantity(view, "change", instrument)
    table = _tabulate_changes(view, factors, changes, what)
    numbers = _describe_changes(
        [cell for _, cells in rows for cell in cells if cell], [c for row in shown.values() for c in row if c.shown], text
    )
    description = text.say("figure.description", title=title, numbers=numbers, table=table.caption)
    places = {"before": text.pick(view.waves[0].label), "after": text.pick(view.waves[-1].label)}
    signs = [(DOWN[2], text.say("heat.fell")), (MIDDLE, text.say("heat.same")), (UP[2], text.say("heat.rose"))]
    picture = draw_heat(rows, [name_scale(view, outcome) for outcome in factors], [*signs, *_explain_open(rows, text)])
    caption = text.say("heat.caption_change", what=what, **places)
    return publish_figure(picture, id, title, caption, description, publish_table(table, f"{id}-table"), text)


def _describe_changes(cells: list[Cell], changes: list[Estimate], text: Text) -> str:
    """Return the lowest and the highest of the changes as they stand in their cells."""
    ordered = sorted(zip(changes, cells, strict=True), key=lambda pair: pair[0].estimate)
    return text.say("heat.describe_change", low=ordered[0][1].words, high=ordered[-1][1].words)


def _is_of(change: Estimate, kind: str) -> bool:
    return change.judged and change.verdict in KINDS[kind]


def _make_change(view: View, outcome: Outcome, change: Estimate, school: str, instrument: Instrument) -> Cell | None:
    if not change.shown:
        return None
    decimals = choose_decimals(view.count_smaller(outcome, school))
    shown = float(round_half_up(change.estimate, decimals))
    clear = any(_is_of(change, kind) for kind in KINDS)
    tone = choose_change_tone(shown, instrument.find_answers(outcome.rating))
    return Cell(view.text.number(change.estimate, decimals), tone, clear)


def _tabulate_changes(view: View, outcomes: list[Outcome], changes: dict[str, list[Estimate]], what: str) -> TableView:
    rows = [
        [view.study.find_school(code).name, *(_write_change(view, o, c, code) for o, c in zip(outcomes, row, strict=True))]
        for code, row in changes.items()
    ]
    return TableView(view.text.say("heat.table_change", what=what), _make_columns(view, outcomes), rows)


def _write_change(view: View, outcome: Outcome, change: Estimate, school: str) -> str:
    text = view.text
    if not change.shown:
        return write_empty(change, view.study, text)
    number = text.number(change.estimate, choose_decimals(view.count_smaller(outcome, school)))
    clear = any(_is_of(change, kind) for kind in KINDS)
    return text.say("heat.clear", number=number, verdict=text.say(f"verdict.{change.verdict}")) if clear else number


def _publish_strips(view: View, instrument: Instrument, shown: list[str]) -> Html:
    text, id = view.text, f"strips-{instrument.id}"
    ratings, factors = list_ratings(instrument), list_open_factors(instrument)
    per_rating = [[outcome.model_copy(update={"rating": rating}) for outcome in factors] for rating in ratings]
    strips = [_make_strip(view, outcomes, shown) for outcomes in zip(*per_rating, strict=True)]
    known = [strip for strip in strips if len(strip.schools[0]) > 1]
    if not known:
        return Html()
    widest = max(known, key=lambda strip: max(strip.schools[0]) - min(strip.schools[0]))
    title = text.say("heat.title_strip", label=widest.label)
    words = [text.pick(rating.label) for rating in instrument.ratings if rating.id in ratings]
    table = _tabulate_strips(view, strips, words)
    told = [row for strip, row in zip(strips, table.rows, strict=True) if strip.schools[0]]
    numbers = "; ".join(text.say("heat.describe_strip", label=row[0], low=row[2], mean=row[3], high=row[4]) for row in told)
    description = text.say("figure.description", title=title, numbers=numbers, table=table.caption)
    apart = per_rating[1:] if len(shown) <= MOST else per_rating  # the heat map has the first already
    tables = publish_table(table, f"{id}-table")
    tables += join(publish_table(_tabulate_levels(view, instrument, o), f"{id}-{o[0].rating or 'all'}") for o in apart)
    caption = text.say("heat.caption_strip", wave=text.pick(view.waves[-1].label))
    picture = draw_strips(known, words or [text.say("heat.one_school")], instrument.find_answers(ratings[0]), text)
    return publish_figure(picture, id, title, caption, description, tables, text)


def _make_strip(view: View, outcomes: tuple[Outcome, ...], shown: list[str]) -> Strip:
    levels = [[level for code in shown if (level := _find_level(view, outcome, code)).shown] for outcome in outcomes]
    averages = [_find_level(view, outcome, "") for outcome in outcomes]
    return Strip(
        name_scale(view, outcomes[0]),
        tuple(tuple(_display(level) for level in row) for row in levels),
        tuple(_display(average) if average.shown else None for average in averages),
    )


def _tabulate_strips(view: View, strips: list[Strip], ratings: list[str]) -> TableView:
    text = view.text
    columns = [Column(text.say("column.factor")), Column(text.say("heat.column_schools"), number=True)]
    names = [text.say(f"heat.column_{end}") for end in ("low", "mean", "high")]
    rated = [text.say("heat.column_rated", column=name, rating=rating) for rating in ratings for name in names]
    columns += [Column(name, number=True) for name in rated or names]
    rows = []
    for strip in strips:
        cells = [cell for schools, mean in zip(strip.schools, strip.averages, strict=True) for cell in _write_ends(view, schools, mean)]
        rows.append([strip.label, text.number(len(strip.schools[0]), 0), *cells])
    return TableView(text.say("heat.table_strip"), columns, rows)


def _write_ends(view: View, schools: tuple[float, ...], average: float | None) -> list[str]:
    text = view.text
    if not schools:
        return [text.say("empty.not_measured")] * 3
    mean = text.say("empty.protected") if average is None else text.number(average)
    return [text.number(min(schools)), mean, text.number(max(schools))]
