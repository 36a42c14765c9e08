"""Schools in a field of two scales, such as what work gives and what it takes: a dot per school, and the middle of the answer scale.

Every number is a mean of a school that the page shows, so nothing is added to what is tested together. No rank, and no word on a school.
"""

from __future__ import annotations

from toolkit.report.content.estimate import choose_decimals, round_shown
from toolkit.report.content.view import View
from toolkit.report.figures.quadrant import NUMBERED, draw_quadrant
from toolkit.report.figures.ratings import Sides
from toolkit.report.html.elements import Column, Html, TableView, heading, join, paragraph, publish_table
from toolkit.report.html.svg import publish_figure
from toolkit.report.sections.tables import name_scale, write_alike
from toolkit.study.instruments import Instrument
from toolkit.study.rules import load_rules
from toolkit.study.study import Outcome, School


def show_quadrant(view: View) -> Html:
    """Return per instrument whose figure is a quadrant of two scales the schools in it, or that schools can't be told apart on them.

    Nothing on the page of a school, where no instrument is drawn so, and where fewer than three schools are shown.
    """
    asked = [each for each in view.study.instruments if each.figure == "quadrant" and each.crossed and each.id not in view.study.occasional]
    shown = [part for instrument in asked if not view.school and (part := _show_instrument(view, instrument)).markup]
    return heading(view.text.say("quadrant.heading"), "quadrant") + join(shown) if shown else Html()


def _show_instrument(view: View, instrument: Instrument) -> Html:
    upright, across = (Outcome(instrument=instrument.id, scale=scale, rating=instrument.leading_rating) for scale in instrument.crossed)
    points = [point for school in view.schools if (point := _find_point(view, school, across, upright))]
    if len(points) < load_rules().floors["other_schools"]:
        return Html()
    if alike := write_alike(view, [upright, across]):
        return paragraph(alike, "note")
    text = view.text
    names = (name_scale(view, across), name_scale(view, upright))
    answers = instrument.find_answers(instrument.leading_rating)
    places = {"upright": names[1], "across": names[0], "wave": text.pick(view.waves[-1].label)}
    title = text.say("quadrant.title", **places)
    table = _tabulate(view, names, points, title)
    numbers = "; ".join(f"{point.label}: {', '.join(point.words)}" for point in points)
    description = text.say("figure.description", title=title, numbers=numbers, table=table.caption)
    caption = text.say("quadrant.caption", low=text.number(answers.min, 0), high=text.number(answers.max, 0), **places)
    id = f"quadrant-{instrument.id}"
    picture = draw_quadrant(points, names, answers, text)
    return publish_figure(picture, id, title, caption, description, publish_table(table, f"{id}-table"), text, level=3)


def _find_point(view: View, school: School, across: Outcome, upright: Outcome) -> Sides | None:
    """Return both means of a school in the last of the compared waves, as displayed; None where one is not shown."""
    found = [view.find_level(outcome, view.waves[-1].id, school=school.id) for outcome in (across, upright)]
    if not all(level.shown for level in found):
        return None
    decimals = choose_decimals(min(level.n for level in found))
    first, last = (round_shown(level.estimate, decimals) for level in found)
    return Sides(school.name, (first, last), (view.text.number(first, decimals), view.text.number(last, decimals)))


def _tabulate(view: View, names: tuple[str, str], points: list[Sides], caption: str) -> TableView:
    """Return both means per school, with its number in the figure where dots have one."""
    text = view.text
    columns = [Column(text.say("who.school")), *(Column(name, number=True) for name in names)]
    columns += [Column(text.say("quadrant.column_number"), number=True)] if len(points) <= NUMBERED else []
    numbers = [[text.number(place, 0)] if len(points) <= NUMBERED else [] for place in range(1, len(points) + 1)]
    rows = [[point.label, *point.words, *number] for point, number in zip(points, numbers, strict=True)]
    return TableView(caption, columns, rows)
