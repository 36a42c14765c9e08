"""Does the scale mean the same before and after? The ladder of equal measurement, and what each question did."""

from __future__ import annotations

import pandas as pd

from toolkit.report.content.estimate import Estimate, write_reason
from toolkit.report.figures.forest__estimates import Line, draw_estimates
from toolkit.report.figures.forest__invariance import draw_ladder
from toolkit.report.figures.parts import list_rows
from toolkit.report.html.elements import Html, heading, paragraph
from toolkit.report.html.elements__tables import Column, TableView, publish_table
from toolkit.report.html.svg import publish_figure
from toolkit.report.research.measurement import find_steps
from toolkit.report.research.tables import head_columns, list_cells, list_reasons, name_outcome, write_estimate
from toolkit.report.research.view import Research, read_estimate
from toolkit.statistics.factor_analysis.invariance import CRITERIA
from toolkit.statistics.factor_analysis.omega import SMALLEST_SCALE

MEASURES = ("chi_square", "cfi", "tli", "rmsea", "srmr", "delta_chi_square", "delta_cfi", "delta_rmsea")


def show_invariance(research: Research) -> Html:
    """Return whether the change of the primary outcome may be read as one in what it measures, with the ladder and its fit."""
    text, outcome = research.text, research.study.primary
    head = heading(text.say("research.invariance.heading"), "invariance")
    latent, observed = (research.ask("invariance", f"{kind}_change", outcome) for kind in ("latent", "observed"))
    steps = find_steps(research, outcome)
    if not steps or latent.state == "not_measured":
        items = research.study.find_instrument(outcome.instrument).find_scale(outcome.scale).items
        reason = text.say("reason.too_few_items") if len(items) < SMALLEST_SCALE else write_reason(latent, research.study, text)
        see = f" {text.say('research.invariance.see_items')}" if len(_take_items(research)) else ""
        return head + paragraph(text.say("research.invariance.not_tested", reason=reason) + see)
    places = {"level": text.say(f"research.level.{_find_reached(research)}"), "outcome": name_outcome(research, outcome)}
    head += paragraph(text.say(f"research.invariance.says_{latent.verdict}", **places), "lead")
    if latent.shown:
        change = {"latent": write_estimate(latent, research), "observed": text.number(observed.estimate)}
        head += paragraph(text.say("research.invariance.change", **change))
    table = publish_table(_tabulate_ladder(research, steps), "invariance-table")
    climbed = {level: found for level, found in steps.items() if "delta_cfi" in found}
    return head + (_publish_ladder(research, climbed, table) if climbed else table)


def _find_reached(research: Research) -> str:
    rows = research.take(
        "invariance", "latent_change", research.study.primary, comparison=research.comparison.id if research.comparison else ""
    )
    return str(rows["level"].iloc[0]) or "none"


def _tabulate_ladder(research: Research, steps: dict[str, dict[str, Estimate]]) -> TableView:
    text = research.text
    columns = [Column(text.say("research.column.measure")), *(Column(text.say(f"research.level.{level}"), number=True) for level in steps)]
    rows = []
    for measure in MEASURES:
        found = [steps[level].get(measure) for level in steps]
        if any(found):
            rows.append([text.say(f"research.fit.{measure}"), *(_write_measure(research, measure, each) for each in found)])
    rows.append([text.say("research.fit.verdict"), *(_write_step(research, level, found) for level, found in steps.items())])
    limits = {"cfi": text.number(CRITERIA.cfi_loss, 3), "rmsea": text.number(CRITERIA.rmsea_gain, 3)}
    notes = [text.say("research.invariance.note", **limits)]
    freed = {each.method.split("freed: ")[1] for found in steps.values() for each in found.values() if "freed: " in each.method}
    notes += [text.say("research.invariance.freed", items=items) for items in sorted(freed)]
    notes += list_reasons((each for found in steps.values() for each in found.values()), research)
    return TableView(
        text.say("research.invariance.table", outcome=name_outcome(research, research.study.primary)), columns, rows, notes=notes
    )


def _write_measure(research: Research, measure: str, found: Estimate | None) -> str:
    text = research.text
    if found is None:
        return text.say("research.fit.first")
    if not found.shown:
        return list_cells(found, research, "estimate")[0]
    if "chi_square" not in measure:
        return text.number(found.estimate, 3)
    (p,) = list_cells(found, research, "p")
    return text.say("research.fit.tested", value=text.number(found.estimate, 1), df=text.number(found.df, 0), p=p)


def _write_step(research: Research, level: str, found: dict[str, Estimate]) -> str:
    rows = research.take("invariance", "chi_square", research.study.primary, level=level)
    return research.text.say(f"research.fit.{rows['verdict'].iloc[0]}") if len(rows) else list_cells(found["chi_square"], research, "p")[0]


def _publish_ladder(research: Research, steps: dict[str, dict[str, Estimate]], table: Html) -> Html:
    text = research.text
    losses = {
        text.say(f"research.level.{level}"): (
            -found["delta_cfi"].estimate / CRITERIA.cfi_loss,
            found["delta_rmsea"].estimate / CRITERIA.rmsea_gain,
        )
        for level, found in steps.items()
    }
    title = text.say("research.invariance.title", level=text.say(f"research.level.{_find_reached(research)}"))
    numbers = "; ".join(
        text.say("research.invariance.describe", level=level, cfi=text.percent(cfi), rmsea=text.percent(rmsea))
        for level, (cfi, rmsea) in losses.items()
    )
    caption = text.say("research.invariance.caption", people=text.say_count("count.people", next(iter(steps.values()))["delta_cfi"].n))
    description = text.say("research.description", title=title, numbers=numbers)
    figure = draw_ladder(losses, [text.say("research.sign.cfi"), text.say("research.sign.rmsea")], text)
    return publish_figure(figure, "ladder", title, caption, description, table, text)


def _take_items(research: Research) -> pd.DataFrame:
    chosen = research.comparison.id if research.comparison else ""
    return research.take("invariance", "item_change", research.study.primary, comparison=chosen)


def show_items(research: Research) -> Html:
    """Return the change of each question of the primary outcome: where the scale can't be tested, this is what is left."""
    text, outcome, study = research.text, research.study.primary, research.study
    rows = _take_items(research)
    head = heading(text.say("research.items.heading"), "items")
    if rows.empty:
        return head + paragraph(text.say("research.items.nothing"))
    instrument = study.find_instrument(outcome.instrument)
    words = {i.id: text.pick(i.label) if i.label else text.say("research.items.item", number=i.number) for i in instrument.items}
    found = {row.item: read_estimate(row) for row in list_rows(rows)}
    names = ("estimate", "interval", "p", "n")
    cells = [[words[item], *list_cells(each, research, *names)] for item, each in found.items()]
    notes = [text.say("research.items.note"), *list_reasons(found.values(), research)]
    caption = text.say("research.items.table", outcome=name_outcome(research, outcome))
    table = TableView(caption, head_columns(research, "item", *names), cells, notes=notes)
    lines = [Line(words[item], each.estimate, each.low, each.high) for item, each in found.items() if each.shown]
    if not lines:
        return head + publish_table(table, "items-table")
    values = [line.estimate for line in lines]
    title = text.say("research.items.title", low=text.number(min(values)), high=text.number(max(values)))
    figure = draw_estimates(lines, [("now", text.say("research.sign.item"))], outcome, study, text)
    numbers = "; ".join(text.say("research.items.describe", item=line.label, change=text.number(line.estimate)) for line in lines)
    description = text.say("figure.description", title=title, numbers=numbers, table=caption)
    return head + publish_figure(
        figure, "items-figure", title, text.say("research.items.caption"), description, publish_table(table, "items-table"), text
    )
