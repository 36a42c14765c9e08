"""Section 4 across schools: the key factors per school. What is about one person's leadership never stands here per school."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.languages import Text, round_half_up
from toolkit.plots.drawings import choose_level_tone
from toolkit.plots.style import DOWN, PAPER, UP
from toolkit.report.content.estimate import Estimate, choose_decimals, write_empty, write_number
from toolkit.report.content.sentences import INDICATIONS, KINDS, is_of_kind, list_factors
from toolkit.report.content.view import View
from toolkit.report.figures.profiles import Cell, Strip, draw_heat, draw_strips, list_ratings
from toolkit.report.html.elements import Column, Html, TableView, fold, heading, join, paragraph, publish_table
from toolkit.report.html.svg import publish_figure
from toolkit.report.sections.factors_over_waves import list_level_signs
from toolkit.report.sections.over_waves import may_stand_side_by_side
from toolkit.report.sections.tables import name_quantity, name_scale, write_alike, write_order
from toolkit.study.instruments import Instrument
from toolkit.study.study import Outcome

#: With more schools than this there is no heat map.
MOST = 25
#: The fill of a change that rose or fell, by its verdict.
TONES = {"rose": UP[2], "rose_probably": UP[0], "fell_probably": DOWN[0], "fell": DOWN[2]}
#: The name of a factor and a cell per school.
Row = tuple[str, list[Cell | None]]


def show_key_factors_by_school(view: View) -> Html:
    """Return figures I (level and change, up to 25 schools) and J per instrument with factors, and I of the traits of a culture."""
    traits = [each for each in view.list_instruments("culture") if len(list_factors(each)) > 1 and len(each.scored_ratings) == 1]
    return join(_show_instrument(view, instrument) for instrument in [*view.list_instruments("factors"), *traits])


def list_open_factors(instrument: Instrument) -> list[Outcome]:
    """Return the factors that may stand per school: none that is about one person."""
    return [outcome for outcome in list_factors(instrument) if not instrument.find_scale(outcome.scale).about_person]


def _show_instrument(view: View, instrument: Instrument) -> Html:
    text = view.text
    factors = list_open_factors(instrument)
    found = heading(text.say("heat.heading", name=text.pick(instrument.name)), f"heat-{instrument.id}")
    shown = [code for code in view.codes if any(_find_level(view, outcome, code).shown for outcome in factors)]
    if not may_stand_side_by_side(view, shown):
        return found + paragraph(text.say("heat.too_few"))
    if len(factors) < len(list_factors(instrument)):
        found += paragraph(text.say("heat.about_person"), "note")
    is_few = len(shown) <= MOST
    changes = _list_changes(view, factors) if is_few else {}
    found += paragraph(text.say("factors.moved", moves=_write_change_title(changes, text))) if changes else Html()
    figure = _publish_changes(view, instrument, changes) if changes else Html()
    levels = _publish_levels(view, instrument, shown) if is_few else Html()
    strips = _publish_strips(view, instrument, shown) if instrument.topic == "factors" or not is_few else Html()
    return found + fold(text.say("heat.more", name=text.pick(instrument.name)), figure + levels + strips)


def _find_level(view: View, outcome: Outcome, school: str) -> Estimate:
    return view.find_level(outcome, view.waves[-1].id, school=school)


def _display(level: Estimate) -> float:
    return float(round_half_up(level.estimate, choose_decimals(level.n)))


def _publish_levels(view: View, instrument: Instrument, shown: list[str]) -> Html:
    """Return figure I, how high: a box per school and factor."""
    text = view.text
    factors = list_open_factors(instrument)
    id = f"heat-{instrument.id}-levels"
    table = _tabulate_levels(view, instrument, factors)
    rows = [(name_scale(view, o), [_make_level(view, o, code, instrument) for code in shown]) for o in factors]
    means = _list_means(view, factors)
    title = _write_level_title(means, text)
    signs = [*list_level_signs(instrument, factors[0], text), *_explain_open(rows, text)]
    picture = draw_heat(rows, [view.study.find_school(code).name for code in shown], signs)
    description = text.say("figure.description", title=title, numbers=_describe_means(means, text), table=table.caption)
    caption = _write_level_caption(view, instrument)
    return publish_figure(picture, id, title, caption, description, publish_table(table, f"{id}-table"), text)


def _list_means(view: View, factors: list[Outcome]) -> list[tuple[float, str]]:
    """Return the mean over schools of each factor that has one, with its name."""
    levels = [(_find_level(view, outcome, ""), name_scale(view, outcome)) for outcome in factors]
    return [(_display(level), name) for level, name in levels if level.shown]


def _write_level_title(means: list[tuple[float, str]], text: Text) -> str:
    if len(means) < 2:
        return text.say("heat.title_plain")
    return text.say("heat.title", highest=max(means)[1], lowest=min(means)[1])


def _describe_means(means: list[tuple[float, str]], text: Text) -> str:
    told = [text.say("heat.describe", label=label, mean=text.number(mean)) for mean, label in means]
    return "; ".join(told) or text.say("heat.see_table")


def _write_level_caption(view: View, instrument: Instrument) -> str:
    text = view.text
    what = name_quantity(view, "mean", instrument)
    places = {"what": what, "order": write_order(view), "wave": text.pick(view.waves[-1].label)}
    return text.say("heat.caption", **places, **_write_ends_of_scale(instrument, text))


def _write_ends_of_scale(instrument: Instrument, text: Text) -> dict[str, str]:
    answers = instrument.find_answers(list_open_factors(instrument)[0].rating)
    return {"low": text.number(answers.min, 0), "high": text.number(answers.max, 0)}


def _explain_open(rows: Sequence[Row], text: Text) -> list[tuple[str, str]]:
    """Return the sign for a cell without a value, where there is one."""
    return [("open", text.say("heat.open"))] if any(cell is None for _, cells in rows for cell in cells) else []


def _explain_indications(rows: Sequence[Row], text: Text) -> list[tuple[str, str]]:
    """Return the sign of an indication, where there is one."""
    indicated = any(cell.indicated for _, cells in rows for cell in cells if cell)
    return [("indication", text.say("figures.indication"))] if indicated else []


def _make_level(view: View, outcome: Outcome, school: str, instrument: Instrument) -> Cell | None:
    level = _find_level(view, outcome, school)
    if not level.shown:
        return None
    words = view.text.number(level.estimate, choose_decimals(level.n))
    answers = instrument.find_answers(outcome.rating)
    return Cell(words, choose_level_tone(_display(level), answers.min, answers.max))


def _tabulate_levels(view: View, instrument: Instrument, outcomes: list[Outcome]) -> TableView:
    text = view.text
    rating = instrument.find_rating(outcomes[0].rating)
    rows = [[view.study.find_school(code).name, *(_write_level(view, o, code) for o in outcomes)] for code in view.codes]
    places = {"wave": text.pick(view.waves[-1].label), "rating": text.pick(rating.label) if rating else text.pick(instrument.name)}
    return TableView(text.say("heat.table", **places), _make_columns(view, outcomes), rows)


def _write_level(view: View, outcome: Outcome, school: str) -> str:
    level = _find_level(view, outcome, school)
    return write_number(level, choose_decimals(level.n), view.study, view.text)


def _make_columns(view: View, outcomes: list[Outcome]) -> list[Column]:
    return [Column(view.text.say("column.school")), *(Column(name_scale(view, outcome), number=True) for outcome in outcomes)]


def _list_changes(view: View, factors: list[Outcome]) -> dict[str, list[Estimate]]:
    """Return the changes of `factors` in every school of which one is shown."""
    changes = {code: [view.find_change(outcome, school=code) for outcome in factors] for code in view.codes if view.comparison}
    return {code: row for code, row in changes.items() if any(change.shown for change in row)}


def _publish_changes(view: View, instrument: Instrument, shown: dict[str, list[Estimate]]) -> Html:
    """Return figure I, how much it changed."""
    text = view.text
    factors = list_open_factors(instrument)
    id = f"heat-{instrument.id}-change"
    changes = {code: [view.find_change(outcome, school=code) for outcome in factors] for code in view.codes}
    rows = [
        (name_scale(view, outcome), [_make_change(view, outcome, row[place], code) for code, row in shown.items()])
        for place, outcome in enumerate(factors)
    ]
    title = _write_change_title(shown, text)
    what = name_quantity(view, "change", instrument)
    table = _tabulate_changes(view, factors, changes, what)
    description = text.say("figure.description", title=title, numbers=_describe_changes(rows, shown, text), table=table.caption)
    drawn = {cell.tone for _, cells in rows for cell in cells if cell}
    signs = [(tone, text.say(f"verdict.{verdict}")) for verdict, tone in TONES.items() if tone in drawn]
    signs += _explain_indications(rows, text) + _explain_open(rows, text)
    picture = draw_heat(rows, [view.study.find_school(code).name for code in shown], signs)
    places = {"before": text.pick(view.waves[0].label), "after": text.pick(view.waves[-1].label)}
    caption = text.say("heat.caption_change", what=what, **places)
    return publish_figure(picture, id, title, caption, description, publish_table(table, f"{id}-table"), text)


def _write_change_title(shown: dict[str, list[Estimate]], text: Text) -> str:
    """Return how many changes are clearly up or down, of all that are shown."""
    changes = [change for row in shown.values() for change in row]
    up, down = (sum(is_of_kind(change, kind) for change in changes) for kind in ("up", "down"))
    if not up and not down:
        return text.say("factors.none")
    return text.say("heat.title_change", up=up, down=down, count=sum(change.shown for change in changes))


def _describe_changes(rows: Sequence[Row], shown: dict[str, list[Estimate]], text: Text) -> str:
    """Return the lowest and the highest of the changes as they stand in their cells."""
    changes = [change for row in zip(*shown.values(), strict=True) for change in row]
    cells = [cell for _, row in rows for cell in row]
    told = [(change.estimate, cell.words) for change, cell in zip(changes, cells, strict=True) if cell]
    ordered = sorted(told, key=lambda pair: pair[0])
    return text.say("heat.describe_change", low=ordered[0][1], high=ordered[-1][1])


def _make_change(view: View, outcome: Outcome, change: Estimate, school: str) -> Cell | None:
    """Return a change in its cell, filled where it rose or fell."""
    if not change.shown:
        return None
    decimals = choose_decimals(view.count_smaller(outcome, school))
    clear, indicated = (any(is_of_kind(change, kind) for kind in kinds) for kinds in (KINDS, INDICATIONS))
    tone = TONES[change.verdict.removesuffix("_clearly")] if clear else PAPER
    return Cell(view.text.number(change.estimate, decimals), tone, clear, indicated)


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
    clear = any(is_of_kind(change, kind) for kind in (*KINDS, *INDICATIONS))
    return text.say("heat.clear", number=number, verdict=text.say(f"verdict.{change.verdict}")) if clear else number


def _publish_strips(view: View, instrument: Instrument, shown: list[str]) -> Html:
    """Return figure J, how schools lie on each factor; nothing where no factor has two of them."""
    text = view.text
    id = f"strips-{instrument.id}"
    ratings = list_ratings(instrument)
    rated = [_rate_factors(instrument, rating) for rating in ratings]
    strips = [_make_strip(view, outcomes, shown) for outcomes in zip(*rated, strict=True) if view.may_compare(outcomes[0])]
    known = [strip for strip in strips if len(strip.schools[0]) > 1]
    alike = write_alike(view, rated[0])
    found = paragraph(alike) if alike else Html()
    if not known:
        return found
    words = [text.pick(rating.label) for rating in instrument.ratings if rating.id in ratings]
    table = _tabulate_strips(view, strips, words)
    title = text.say("heat.title_strip", label=max(known, key=_find_width).label)
    description = text.say("figure.description", title=title, numbers=_describe_strips(strips, table, text), table=table.caption)
    picture = draw_strips(known, words or [text.say("heat.one_school")], instrument.find_answers(ratings[0]), text)
    tables = publish_table(table, f"{id}-table")
    for outcomes in rated[1:] if len(shown) <= MOST else rated:  # the heat map has the first already
        tables += publish_table(_tabulate_levels(view, instrument, outcomes), f"{id}-{outcomes[0].rating or 'all'}")
    caption = text.say("heat.caption_strip", wave=text.pick(view.waves[-1].label))
    return found + publish_figure(picture, id, title, caption, description, tables, text)


def _rate_factors(instrument: Instrument, rating: str) -> list[Outcome]:
    return [outcome.model_copy(update={"rating": rating}) for outcome in list_open_factors(instrument)]


def _find_width(strip: Strip) -> float:
    """Return how far the highest school lies above the lowest, in the first rating."""
    return max(strip.schools[0]) - min(strip.schools[0])


def _describe_strips(strips: list[Strip], table: TableView, text: Text) -> str:
    rows = [row for strip, row in zip(strips, table.rows, strict=True) if strip.schools[0]]
    return "; ".join(text.say("heat.describe_strip", label=row[0], low=row[2], mean=row[3], high=row[4]) for row in rows)


def _make_strip(view: View, outcomes: tuple[Outcome, ...], shown: list[str]) -> Strip:
    """Return one factor: in each of its ratings the levels of the schools that have one, and the mean of all."""
    averages = [_find_level(view, outcome, "") for outcome in outcomes]
    return Strip(
        name_scale(view, outcomes[0]),
        tuple(_list_levels(view, outcome, shown) for outcome in outcomes),
        tuple(_display(average) if average.shown else None for average in averages),
    )


def _list_levels(view: View, outcome: Outcome, schools: list[str]) -> tuple[float, ...]:
    levels = [_find_level(view, outcome, code) for code in schools]
    return tuple(_display(level) for level in levels if level.shown)


def _tabulate_strips(view: View, strips: list[Strip], ratings: list[str]) -> TableView:
    text = view.text
    columns = [Column(text.say("column.factor")), Column(text.say("heat.column_schools"), number=True)]
    names = [text.say(f"heat.column_{end}") for end in ("low", "mean", "high")]
    rated = [text.say("heat.column_rated", column=name, rating=rating) for rating in ratings for name in names]
    columns += [Column(name, number=True) for name in rated or names]
    rows = [_make_strip_row(view, strip) for strip in strips]
    return TableView(text.say("heat.table_strip"), columns, rows)


def _make_strip_row(view: View, strip: Strip) -> list[str]:
    cells = [strip.label, view.text.number(len(strip.schools[0]), 0)]
    for schools, mean in zip(strip.schools, strip.averages, strict=True):
        cells += _write_ends(view, schools, mean)
    return cells


def _write_ends(view: View, schools: tuple[float, ...], average: float | None) -> list[str]:
    text = view.text
    if not schools:
        return [text.say_instead("not_measured")] * 3
    mean = text.say_instead("protected") if average is None else text.number(average)
    return [text.number(min(schools)), mean, text.number(max(schools))]
