"""Section 7: this school beside the others, of which only the lowest and the highest mean are told, and no names."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.languages import round_half_up
from toolkit.report.content.estimate import Estimate, write_interval
from toolkit.report.content.sentences import list_factors
from toolkit.report.content.view import View
from toolkit.report.figures.levels__band import Place, draw_band
from toolkit.report.html.elements import Html, heading, join, paragraph
from toolkit.report.html.elements__tables import Column, TableView, publish_table
from toolkit.report.html.svg import publish_figure
from toolkit.report.sections.outcomes import list_scales
from toolkit.report.sections.tables import name_scale
from toolkit.results.estimates.levels import DECIMALS
from toolkit.study.instruments import Instrument
from toolkit.study.rules import load_rules
from toolkit.study.study import Outcome


@dataclass(frozen=True, slots=True)
class _Beside:
    """One scale with this school's mean and the ends of the others; all in the few decimals of those ends."""

    label: str
    own: Estimate
    low: Estimate
    high: Estimate

    @property
    def position(self) -> str:
        """Whether the displayed mean lies under, within or over the displayed means of the others."""
        mean, low, high = (round_half_up(value.estimate, DECIMALS) for value in (self.own, self.low, self.high))
        return "lower" if mean < low else "higher" if mean > high else "within"


def show_others(view: View) -> Html:
    """Return figure G per instrument with factors and for engagement; a sentence where fewer than three other schools are shown."""
    text = view.text
    if len(view.study.schools) < 2:
        return Html()
    found = heading(text.say("others.heading"), "others")
    places = [(instrument, _list_places(view, instrument)) for instrument in view.list_instruments("engagement", "factors")]
    if not any(beside for _, beside in places):
        return found + paragraph(text.say("others.nothing", count=load_rules().floors["other_schools"]))
    found += paragraph(text.say("others.lead")) + (paragraph(text.say("others.note"), "note") if view.comparison else Html())
    return found + join(_publish(view, instrument, beside) for instrument, beside in places if beside)


def _list_places(view: View, instrument: Instrument) -> list[_Beside]:
    outcomes = list_factors(instrument) if instrument.topic == "factors" else list_scales(instrument)
    return [place for outcome in outcomes if (place := _find_place(view, outcome))]


def _find_place(view: View, outcome: Outcome) -> _Beside | None:
    wave = view.waves[-1].id
    own, low, high = view.find_level(outcome, wave), view.find_band(outcome, wave, "lowest"), view.find_band(outcome, wave, "highest")
    return _Beside(name_scale(view, outcome), own, low, high) if own.shown and low.shown and high.shown else None


def _publish(view: View, instrument: Instrument, places: list[_Beside]) -> Html:
    text, id = view.text, f"others-{instrument.id}"
    table = _tabulate(view, instrument, places)
    title = _write_title(view, instrument, places)
    numbers = "; ".join(text.say("others.describe", label=row[0], mean=row[1], low=row[3], high=row[4]) for row in table.rows)
    description = text.say("figure.description", title=title, numbers=numbers, table=table.caption)
    caption = text.say("others.caption", wave=text.pick(view.waves[-1].label), level=text.percent(view.study.confidence))
    rows = [
        Place(p.label, p.own.estimate, (p.own.low, p.own.high), (p.low.estimate, p.high.estimate), text.number(p.own.estimate, DECIMALS))
        for p in places
    ]
    picture = draw_band(rows, instrument.find_answers(instrument.asked_ratings[0]), view.study, text)
    return publish_figure(picture, id, title, caption, description, publish_table(table, f"{id}-table"), text)


def _write_title(view: View, instrument: Instrument, places: list[_Beside]) -> str:
    """Return in how many scales this school lies within the band of the others."""
    within = sum(place.position == "within" for place in places)
    if len(places) == 1:
        return view.text.say(f"others.one_{places[0].position}", label=places[0].label)
    what = view.text.say("others.factors" if instrument.topic == "factors" else "others.scales")
    key = "all_within" if within == len(places) else "none_within" if not within else "some_within"
    return view.text.say(f"others.{key}", within=within, count=len(places), what=what)


def _tabulate(view: View, instrument: Instrument, places: list[_Beside]) -> TableView:
    text, level = view.text, view.text.percent(view.study.confidence)
    columns = [Column(text.say("column.scale")), Column(text.say("others.own"), number=True)]
    columns += [Column(text.say("column.interval", level=level), number=True)]
    columns += [Column(text.say(f"others.{name}"), number=True) for name in ("lowest", "highest", "schools")]
    rows = [[p.label, *_list_cells(view, p), text.say(f"others.{p.position}")] for p in places]
    caption = text.say("others.table", name=text.pick(instrument.name))
    return TableView(caption, [*columns, Column(text.say("others.position"))], rows)


def _list_cells(view: View, place: _Beside) -> list[str]:
    text = view.text
    mean, low, high = (text.number(estimate.estimate, DECIMALS) for estimate in (place.own, place.low, place.high))
    return [mean, write_interval(place.own, DECIMALS, view.study, text), low, high, text.number(place.low.n, 0)]
