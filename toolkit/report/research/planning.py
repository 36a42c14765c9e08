"""How many schools does a next study need? Assumptions, read from this study or chosen, and the chance to find a change."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from toolkit.report.content.estimate import Estimate, write_interval
from toolkit.report.figures.parts import list_rows
from toolkit.report.figures.power import ENOUGH, draw_power
from toolkit.report.html.elements import Column, Html, TableView, heading, join, paragraph, publish_table
from toolkit.report.html.svg import publish_figure
from toolkit.report.research.tables import head_columns, name_outcome
from toolkit.report.research.view import Research, read_estimate
from toolkit.results.research.planning import plan_schools
from toolkit.study.study import Outcome

SCHOOLS = (4, 6, 8, 10, 14, 20, 30)
SIMULATIONS = 200
#: How much true changes may differ between schools, in standard deviations: little and much.
SPREADS = {"little": 0.15, "much": 0.30}
#: What is assumed where these data can't tell.
SUPPOSED = {"people": 20.0, "matched": 0.6, "correlation": 0.6}


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What a plan rests on, in points of the scale; `supposed` names what does not come from these data."""

    change: float
    sd: float
    correlation: float
    people: tuple[int, ...]
    matched: float
    spreads: Mapping[str, float]
    supposed: tuple[str, ...] = ()


def read_assumptions(research: Research) -> Assumptions:
    """Return what this study says of its primary outcome: spread, correlation over the waves, sizes of schools, who answers twice.

    The change is the smallest one that matters, or a quarter of a standard deviation. Use `dataclasses.replace` to choose otherwise.
    """
    study = research.study
    outcome = research.study.primary
    answers = study.find_instrument(outcome.instrument).find_answers(outcome.rating)
    found = {name: value for name, value in _read(research, outcome).items() if math.isfinite(value)}
    sizes = [research.find_participation(research.waves[0].id, "used", school.id) for school in study.schools]
    people = tuple(int(size.estimate) for size in sizes if size.shown and size.estimate >= 2)
    sd = found.get("sd", (answers.max - answers.min) / 6)
    supposed = [name for name in ("sd", "correlation", "matched") if name not in found] + ([] if people else ["people"])
    return Assumptions(
        change=study.find_smallest_change(outcome) or sd / 4,
        sd=sd,
        correlation=found.get("correlation", SUPPOSED["correlation"]),
        people=people or (int(SUPPOSED["people"]),),
        matched=found.get("matched", SUPPOSED["matched"]),
        spreads={name: share * sd for name, share in SPREADS.items()},
        supposed=tuple(supposed),
    )


def _read(research: Research, outcome: Outcome) -> dict[str, float]:
    """Return the spread within schools, the correlation of two scores of a person, and the share that answers twice; NaN if unknown."""
    wave = research.waves[0].id
    codes = [school.id for school in research.study.schools]
    spreads = [research.find_level(outcome, wave, "sd", code) for code in codes]
    sd = math.sqrt(_average([each.estimate**2 for each in spreads if each.shown], [each.n - 1 for each in spreads if each.shown]))
    changes = [each for each in (research.find_change(outcome, "change_pairs", school=code) for code in codes) if each.judged]
    moved = _average([each.std_error**2 * each.pairs for each in changes], [each.pairs - 1 for each in changes])
    used, matched = (research.find_participation(research.waves[-1].id, name) for name in ("used", "matched"))
    return {
        "sd": sd,
        "correlation": min(max(1 - moved / (2 * sd**2), 0.0), 0.95) if math.isfinite(moved / sd) else math.nan,
        "matched": matched.estimate / used.estimate if used.shown and matched.shown and used.estimate else math.nan,
    }


def _average(values: list[float], weights: list[int]) -> float:
    return sum(value * weight for value, weight in zip(values, weights, strict=True)) / sum(weights) if sum(weights) else math.nan


def make_plans(
    assumptions: Assumptions, research: Research, *, schools: tuple[int, ...] = SCHOOLS, simulations: int | None = None
) -> dict[str, pd.DataFrame]:
    """Return a plan per spread between schools, from the study's seed; more `simulations` give narrower intervals and take longer."""
    return {
        name: plan_schools(
            assumptions.change,
            sd=assumptions.sd,
            tau=tau,
            correlation=assumptions.correlation,
            people=assumptions.people,
            matched=assumptions.matched,
            schools=schools,
            simulations=simulations or SIMULATIONS,
            seed=research.study.seed,
            level=research.study.confidence,
        )
        for name, tau in assumptions.spreads.items()
    }


def show_assumptions(assumptions: Assumptions, research: Research) -> Html:
    """Return what the plan rests on, each with whether it comes from these data."""
    text = research.text
    tau = research.find_change(research.study.primary, "tau", school="")
    values = {
        "change": text.number(assumptions.change),
        "sd": text.number(assumptions.sd),
        "correlation": text.number(assumptions.correlation),
        "people": text.number(sum(assumptions.people) / len(assumptions.people), 1),
        "matched": text.percent(assumptions.matched),
        **{name: text.number(value) for name, value in assumptions.spreads.items()},
    }
    rows = [
        [text.say(f"research.planning.{name}"), value, text.say(f"research.planning.from_{_find_origin(name, assumptions)}")]
        for name, value in values.items()
    ]
    columns = [*head_columns(research, "assumption", "value"), Column(text.say("research.column.origin"))]
    caption = text.say("research.planning.table_assumptions", outcome=name_outcome(research, research.study.primary))
    found = heading(text.say("research.planning.heading_assumptions"), "assumptions")
    found += publish_table(TableView(caption, columns, rows), "assumptions-table")
    if tau.judged:
        places = {"tau": text.number(tau.estimate), "interval": write_interval(tau, 2, research.study, text)}
        found += paragraph(text.say("research.planning.tau", **places))
    return found


def _find_origin(name: str, assumptions: Assumptions) -> str:
    if name in assumptions.spreads or name in assumptions.supposed:
        return "supposed"
    return "study" if name == "change" else "data"


def show_power(plans: Mapping[str, pd.DataFrame], assumptions: Assumptions, research: Research) -> Html:
    """Return for how many schools the chance to find the change reaches 80 %, the power curve and its table."""
    text = research.text
    labels = {name: text.say(f"research.planning.{name}") for name in plans}
    head = heading(text.say("research.planning.heading"), "power")
    sentences = [_write_enough(labels[name], plan, research) for name, plan in plans.items()]
    head += join(paragraph(sentence, "lead") for sentence in sentences)
    title = text.say("research.planning.title", change=text.number(assumptions.change))
    caption = text.say("research.planning.caption", level=text.percent(1 - research.study.confidence))
    table = publish_table(_tabulate(plans, labels, research), "power-table")
    description = text.say("research.description", title=title, numbers=" ".join(sentences).removesuffix("."))
    figure = draw_power({labels[name]: plan for name, plan in plans.items()}, research.study, text)
    note = paragraph(text.say("research.planning.note"), "note")
    return head + publish_figure(figure, "power-curve", title, caption, description, table, text) + note


def _write_enough(label: str, plan: pd.DataFrame, research: Research) -> str:
    """Return the smallest of the numbers of schools whose chance reaches 80 %, or that none does."""
    text = research.text
    power = plan[plan["quantity"] == "power"]
    enough = power[power["estimate"] >= ENOUGH]
    places = {"label": label, "enough": text.percent(ENOUGH)}
    if enough.empty:
        last = list_rows(power)[-1]
        return text.say("research.planning.none", schools=last.schools, chance=text.percent(last.estimate), **places)
    first = list_rows(enough)[0]
    key = "reached_first" if first.schools == power["schools"].min() else "reached"
    return text.say(f"research.planning.{key}", schools=first.schools, chance=text.percent(first.estimate), **places)


def _tabulate(plans: Mapping[str, pd.DataFrame], labels: Mapping[str, str], research: Research) -> TableView:
    text = research.text
    level = research.text.percent(research.study.confidence)
    columns = [Column(text.say("research.column.schools")), Column(text.say("research.column.scenario"))]
    columns += [
        Column(text.say(f"research.column.{name}", level=level), number=True) for name in ("power", "power_quick", "smallest_change")
    ]
    rows = []
    for number in sorted({number for plan in plans.values() for number in plan["schools"]}):
        for name, plan in plans.items():
            found = {row.quantity: read_estimate(row) for row in list_rows(plan[plan["schools"] == number])}
            rows.append([text.number(number, 0), labels[name], *_list_cells(found, research)])
    notes = [text.say("research.planning.table_note", simulations=text.number(_count(plans), 0), seed=research.study.seed)]
    return TableView(text.say("research.planning.table"), columns, rows, notes=notes)


def _list_cells(found: Mapping[str, Estimate], research: Research) -> list[str]:
    text = research.text
    power = found["power"]
    interval = text.say("numbers.interval", low=text.percent(power.low), high=text.percent(power.high))
    cells = [text.say("numbers.with_interval", number=text.percent(power.estimate), interval=interval)]
    if "power_quick" not in found:
        return [*cells, *[text.say("empty.not_computable")] * 2]
    return [*cells, text.percent(found["power_quick"].estimate), text.number(found["smallest_change"].estimate)]


def _count(plans: Mapping[str, pd.DataFrame]) -> int:
    return max(int(plan["n"].max()) for plan in plans.values())
