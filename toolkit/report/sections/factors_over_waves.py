"""How high each factor was at each measurement: a heat map with a row per measurement, and a table per school beside it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from toolkit.languages import Text, round_half_up
from toolkit.plots.drawings import choose_level_tone
from toolkit.plots.style import TINTS
from toolkit.report.content.estimate import choose_decimals, write_number
from toolkit.report.content.view import View
from toolkit.report.figures.profiles import Cell, draw_heat
from toolkit.report.html.elements import Column, Html, TableView, fold, publish_table
from toolkit.report.html.svg import publish_figure
from toolkit.report.sections.tables import name_scale
from toolkit.study.instruments import Instrument
from toolkit.study.study import Outcome, Wave


def publish_factors_over_waves(view: View, instrument: Instrument, outcomes: list[Outcome], title: str, schools: Sequence[str]) -> Html:
    """Return the heat map of `outcomes`, a column per measurement, and of these `schools` the means per measurement, folded."""
    text = view.text
    id = f"heat-waves-{instrument.id}"
    rows = [(name_scale(view, outcome), [_make_cell(view, outcome, wave) for wave in view.study.waves]) for outcome in outcomes]
    names = [name for name, _ in rows]
    answers = instrument.find_answers(outcomes[0].rating)
    ends = {"low": text.number(answers.min, 0), "high": text.number(answers.max, 0)}
    signs = list_level_signs(instrument, outcomes[0], text)
    signs += [("open", text.say("heat.open"))] if any(cell is None for _, cells in rows for cell in cells) else []
    table = _tabulate(view, instrument, outcomes, [view.school])
    told = [f"{row[0]}: {', '.join(f'{name} {cell}' for name, cell in zip(names, row[1:], strict=True))}" for row in table.rows]
    description = text.say("figure.description", title=title, numbers="; ".join(told), table=table.caption)
    caption = text.say("course.caption_heat", **ends)
    picture = draw_heat(rows, [f"= {text.pick(wave.label)}" for wave in view.study.waves], signs)
    figure = publish_figure(picture, id, title, caption, description, publish_table(table, f"{id}-table"), text)
    if not schools:
        return figure
    of_schools = _tabulate(view, instrument, [o for o in outcomes if not instrument.find_scale(o.scale).about_person], schools)
    return figure + fold(of_schools.caption, publish_table(of_schools, f"{id}-schools"))


def list_level_signs(instrument: Instrument, outcome: Outcome, text: Text) -> list[tuple[str, str]]:
    """Return each tint with the part of the answer scale that it stands for."""
    answers = instrument.find_answers(outcome.rating)
    step = (answers.max - answers.min) / len(TINTS)
    values = [round(answers.min + place * step, 1) for place in range(len(TINTS) + 1)]
    ends = [text.number(value, 0 if value.is_integer() else 1) for value in values]
    return [(tint, text.say("heat.step", low=low, high=high)) for tint, (low, high) in zip(TINTS, pairwise(ends), strict=True)]


def _make_cell(view: View, outcome: Outcome, wave: Wave) -> Cell | None:
    level = view.find_level(outcome, wave.id)
    if not level.shown:
        return None
    decimals = choose_decimals(level.n)
    answers = view.study.find_instrument(outcome.instrument).find_answers(outcome.rating)
    tone = choose_level_tone(float(round_half_up(level.estimate, decimals)), answers.min, answers.max)
    return Cell(view.text.number(level.estimate, decimals), tone)


def _tabulate(view: View, instrument: Instrument, outcomes: list[Outcome], schools: Sequence[str]) -> TableView:
    """Return a row per school and measurement; of one page (its school, or "" for the mean of all) a row per measurement."""
    text = view.text
    several = list(schools) != [view.school]
    columns = [Column(text.say("column.school"))] if several else []
    columns += [Column(text.say("column.wave")), *(Column(name_scale(view, outcome), number=True) for outcome in outcomes)]
    rows = []
    for school in schools:
        for wave in view.study.waves:
            levels = [view.find_level(outcome, wave.id, school=school) for outcome in outcomes]
            cells = [write_number(level, choose_decimals(level.n), view.study, text) for level in levels]
            rows.append([*([view.study.find_school(school).name] if several else []), text.pick(wave.label), *cells])
    key = "course.table_heat_schools" if several else "course.table_heat"
    return TableView(text.say(key, name=text.pick(instrument.name)), columns, rows, int(several))
