"""Is it well measured? Reliability, the team as the level of what is measured, the same meaning before and after, and what each question
did.
"""

from __future__ import annotations

import pandas as pd

from toolkit.report.content.estimate import Estimate, write_empty, write_reason
from toolkit.report.figures.forest import Line, draw_estimates, draw_ladder
from toolkit.report.figures.parts import list_rows
from toolkit.report.html.elements import Column, Html, TableView, fold, heading, paragraph, publish_table
from toolkit.report.html.svg import publish_figure
from toolkit.report.research.tables import head_columns, list_cells, list_reasons, name_outcome, write_estimate
from toolkit.report.research.view import Research, read_estimate
from toolkit.statistics.factor_analysis.invariance import CRITERIA
from toolkit.statistics.factor_analysis.omega import SMALLEST_SCALE
from toolkit.study.rules import load_rules
from toolkit.study.study import Outcome

PRECISION = ("alpha", "omega", "omega_within")
OVER_TEAMS = ("icc1", "icc1_reml", "icc2", "rwgj", "rwgj_skewed", "average_deviation", "percentile")
PER_TEAM = ("rwgj", "rwgj_skewed", "percentile", "mean_reliability")
#: Teams of fewer people are told apart less well than this: their means are not compared two by two.
COMPARABLE = 0.70


MEASURES = ("chi_square", "cfi", "tli", "rmsea", "srmr", "delta_chi_square", "delta_cfi", "delta_rmsea")


def show_precision(research: Research) -> Html:
    """Return alpha, omega and omega within schools per wave, the primary outcome first, and a warning where they are low."""
    text = research.text
    primary = research.study.primary
    found = heading(text.say("research.precision.heading"), "precision")
    measured = _list_measured(research)
    if not measured:
        return found + paragraph(text.say("research.precision.nothing"))
    low = [outcome for outcome in measured if _is_low(research, outcome)]
    rule = load_rules().reliability
    if low:
        scales = text.join([name_outcome(research, outcome) for outcome in low])
        found += paragraph(text.say("method.unreliable", scales=scales, cut=text.number(rule.cuts[0].at_least), reference=rule.reference))
    else:
        found += paragraph(text.say("research.precision.enough", cut=text.number(rule.cuts[0].at_least), reference=rule.reference))
    if primary in measured:
        found += publish_table(_tabulate_precision(research, [primary], "table"), "precision-table")
    others = [outcome for outcome in measured if outcome != primary]
    if not others:
        return found
    table = publish_table(_tabulate_precision(research, others, "table_others"), "precision-others")
    return found + fold(text.say("research.more.further"), table)


def _list_measured(research: Research) -> list[Outcome]:
    """Return the outcomes of several questions that people answered, which the gap between two ratings is not."""
    return [
        outcome
        for outcome in research.study.list_outcomes()
        if outcome.rating in research.study.find_instrument(outcome.instrument).asked_ratings
        and len(research.study.find_instrument(outcome.instrument).find_scale(outcome.scale).items) > 1
    ]


def _find_precision(research: Research, outcome: Outcome, wave: str, quantity: str) -> Estimate:
    if quantity == "alpha":
        return research.find_reliability(outcome, wave, quantity)
    return research.ask("precision", quantity, outcome, wave=wave)


def _is_low(research: Research, outcome: Outcome) -> bool:
    rule = load_rules().reliability
    alphas = (research.find_reliability(outcome, wave.id, "alpha") for wave in research.study.waves)
    return any(alpha.shown and rule.judge(alpha.estimate) == "low" for alpha in alphas)


def _tabulate_precision(research: Research, outcomes: list[Outcome], caption: str) -> TableView:
    text = research.text
    rows = []
    seen: list[Estimate] = []
    for outcome in outcomes:
        for wave in research.study.waves:
            found = {quantity: _find_precision(research, outcome, wave.id, quantity) for quantity in PRECISION}
            seen += found.values()
            for quantity, each in found.items():
                label = text.say("research.at", what=text.say(f"research.precision.{quantity}"), wave=text.pick(wave.label))
                named = label if caption == "table" else text.say("research.of", outcome=name_outcome(research, outcome), what=label)
                rows.append([named, *list_cells(each, research, "estimate", "interval", "n", decimals=2)])
    notes = [text.say("research.precision.note", seed=research.study.seed), *list_reasons(seen, research)]
    columns = head_columns(research, "quantity", "estimate", "interval", "n")
    titled = text.say(f"research.precision.{caption}", outcome=name_outcome(research, outcomes[0]))
    return TableView(titled, columns, rows, notes=notes)


def show_team(research: Research) -> Html:
    """Return how far schools differ and their people agree on the primary outcome: over the schools, and folded per school."""
    text = research.text
    outcome = research.study.primary
    body = Html()
    for wave in research.study.waves:
        found = {name: research.ask("team", name, outcome, wave=wave.id) for name in OVER_TEAMS}
        agreed = any(found[name].shown for name in OVER_TEAMS[3:])
        places = {"wave": text.pick(wave.label), "outcome": name_outcome(research, outcome)}
        body += paragraph(_write_team(research, found["icc1"], found["icc2"], places["wave"]))
        rows = [
            [
                text.say(f"research.team.{name}"),
                *list_cells(each, research, "estimate", "interval", "p", "n", decimals=0 if name == "percentile" else 2),
            ]
            for name, each in found.items()
            if agreed or name not in OVER_TEAMS[3:]
        ]
        why = write_reason(found["rwgj"], research.study, text)
        note = text.say("research.team.note") if agreed else text.say("research.team.no_agreement", reason=why)
        notes = [note, *list_reasons([each for name, each in found.items() if agreed or name not in OVER_TEAMS[3:]], research)]
        columns = head_columns(research, "quantity", "estimate", "interval_or_range", "p", "n")
        body += publish_table(TableView(text.say("research.team.table", **places), columns, rows, notes=notes), f"team-{wave.id}")
    head = heading(text.say("research.team.heading"), "team")
    last = research.study.waves[-1].id
    if all(research.ask("team", "rwgj", outcome, wave=last, school=school.id).state == "not_measured" for school in research.study.schools):
        return head + body
    return head + body + fold(text.say("research.more.schools"), publish_table(_tabulate_teams(research, outcome, last), "team-schools"))


def _write_team(research: Research, icc1: Estimate, icc2: Estimate, wave: str) -> str:
    """Return whether schools differ, and whether their means may be compared two by two."""
    text = research.text
    if not icc1.shown:
        return text.say("research.team.nothing", wave=wave, reason=write_empty(icc1, research.study, text))
    first = text.say(f"research.team.says_{icc1.verdict}", wave=wave, icc=text.number(icc1.estimate))
    return f"{first} {text.say(f'research.team.says_{icc2.verdict}', icc=text.number(icc2.estimate), cut=text.number(COMPARABLE))}"


def _tabulate_teams(research: Research, outcome: Outcome, wave: str) -> TableView:
    text = research.text
    columns = [Column(research.text.say("column.school"))]
    columns += [Column(text.say(f"research.team.{name}"), number=True) for name in PER_TEAM]
    columns += head_columns(research, "school", "n")[1:]
    rows = []
    for school in research.study.schools:
        found = {name: research.ask("team", name, outcome, wave=wave, school=school.id) for name in PER_TEAM}
        cells = [list_cells(each, research, "estimate", decimals=0 if name == "percentile" else 2)[0] for name, each in found.items()]
        rows.append([school.name, *cells, *list_cells(found["rwgj"], research, "n")])
    caption = text.say("research.team.table_schools", wave=text.pick(research.study.find_wave(wave).label))
    return TableView(caption, columns, rows, notes=[text.say("research.team.note_schools")])


def find_steps(research: Research, outcome: Outcome) -> dict[str, dict[str, Estimate]]:
    """Return the measures of fit per level of the ladder of `outcome` in the comparison that leads."""
    chosen = research.comparison.id if research.comparison else ""
    steps: dict[str, dict[str, Estimate]] = {}
    for row in list_rows(research.take("invariance", "", outcome, comparison=chosen)):
        if row.level and not row.quantity.endswith(("latent_change", "observed_change")):
            steps.setdefault(row.level, {})[row.quantity] = read_estimate(row)
    return steps


def show_invariance(research: Research) -> Html:
    """Return whether the change of the primary outcome may be read as one in what it measures, with the ladder and its fit."""
    text = research.text
    outcome = research.study.primary
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
    text = research.text
    outcome = research.study.primary
    study = research.study
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
