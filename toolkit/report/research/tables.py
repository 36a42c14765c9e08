"""What tables for researchers have in common: an estimate first, then its interval, its p-value, and what it rests on."""

from __future__ import annotations

import math
from collections.abc import Iterable

from toolkit.languages import Text
from toolkit.plots.style import Shape
from toolkit.report.content.estimate import (
    SMALLEST_P,
    Estimate,
    choose_decimals,
    write_empty,
    write_interval,
    write_number,
    write_p,
    write_reason,
)
from toolkit.report.figures.forest import Line
from toolkit.report.html.elements import Column, Html, heading
from toolkit.report.research.view import Research
from toolkit.report.sections.page_frame import show_banner, show_internal, show_study
from toolkit.report.sections.tables import name_scale
from toolkit.study.study import Outcome

#: What a row of a table of estimates tells, after its label.
WHOLE = ("estimate", "interval", "p", "df", "n", "schools")


def show_research_title(research: Research) -> Html:
    """Return the title of the page with the facts of the study, that it is internal, and that invented data are invented."""
    text = research.text
    place = research.write_place()
    words = text.say(f"research.title.{research.notebook}")
    titled = text.say("research.title.school", title=words, school=place) if place else words
    banners = show_banner(research.study, text) + show_internal(text, "research.internal_means")
    return heading(titled, "title", level=1) + banners + show_study(research.study, text)


def name_outcome(research: Research, outcome: Outcome) -> str:
    """Return the label of the scale of `outcome`, with its rating where that is not the only one."""
    instrument = research.study.find_instrument(outcome.instrument)
    text = research.text
    rating = instrument.find_rating(outcome.rating)
    label = name_scale(research, outcome)
    return text.say("research.rated", label=label, rating=text.pick(rating.label)) if rating else label


def head_columns(research: Research, first: str, *names: str) -> list[Column]:
    """Return the column `first`, which heads the rows, and numeric columns for `names`."""
    text = research.text
    level = research.text.percent(research.study.confidence)
    return [
        Column(text.say(f"research.column.{first}")),
        *(Column(text.say(f"research.column.{name}", level=level), number=True) for name in names),
    ]


def list_cells(estimate: Estimate, research: Research, *names: str, decimals: int | None = None) -> list[str]:
    """Return the cells `names` of one estimate (of `WHOLE` and pairs); each says why where there is no number."""
    if not estimate.shown:
        return [write_empty(estimate, research.study, research.text)] * len(names)
    fine = _choose_decimals(estimate) if decimals is None else decimals
    return [_write_cell(name, estimate, fine, research) for name in names]


def _choose_decimals(estimate: Estimate) -> int:
    return choose_decimals(estimate.pairs or estimate.n or 10)


def _write_cell(name: str, estimate: Estimate, decimals: int, research: Research) -> str:
    study = research.study
    text = research.text
    if name == "estimate":
        return write_number(estimate, decimals, study, text)
    if name == "interval":
        return write_interval(estimate, decimals, study, text) if math.isfinite(estimate.low) else text.say("numbers.no_interval")
    if name == "p":
        return write_p(estimate.p_value, text)
    if name == "df":
        return text.number(estimate.df, 1) if math.isfinite(estimate.df) else text.say("research.no_df")
    return text.number(getattr(estimate, name), 0)


def write_estimate(estimate: Estimate, research: Research) -> str:
    """Return an estimate with interval, p-value and what it rests on, to stand within a sentence, or why there is none."""
    text = research.text
    if not estimate.shown:
        return write_empty(estimate, research.study, text)
    number, interval = list_cells(estimate, research, "estimate", "interval")
    parts = [text.say("research.interval", level=text.percent(research.study.confidence), interval=interval)]
    if math.isfinite(estimate.p_value):
        below = estimate.p_value < SMALLEST_P
        parts.append(text.say(f"research.sentence_p{'_below' if below else ''}", p=text.number(max(estimate.p_value, SMALLEST_P), 3)))
    parts += [text.say_count("count.schools", estimate.schools)] if estimate.schools > 1 else []
    return text.say("research.with", number=number, parts="; ".join([*parts, text.say_count("count.people", estimate.n)]))


def list_reasons(estimates: Iterable[Estimate], research: Research) -> list[str]:
    """Return why some of `estimates` can't be computed, each reason once, as notes below a table."""
    blank = (each for each in estimates if each.state == "not_computable")
    reasons = dict.fromkeys(write_reason(each, research.study, research.text) for each in blank)
    return [research.text.say("research.because", reason=reason) for reason in reasons]


def list_fallbacks(estimates: Iterable[Estimate], research: Research) -> list[str]:
    """Return a note where a variance of a mixed model lies at its bound."""
    singular = any(each.shown and "singular" in each.method for each in estimates)
    return [research.text.say("research.singular")] if singular else []


def make_line(label: str, estimate: Estimate, shape: Shape = "now") -> Line:
    """Return `estimate` as the row of a figure, to be described with the decimals that its table has."""
    return Line(label, estimate.estimate, estimate.low, estimate.high, shape, _choose_decimals(estimate))


def write_lines(lines: Iterable[Line], text: Text) -> str:
    """Return the numbers of a figure of estimates, for its description."""
    return "; ".join(_write_line(line, text) for line in lines)


def _write_line(line: Line, text: Text) -> str:
    if not math.isfinite(line.low):
        return text.say("research.items.describe", item=line.label, change=text.number(line.estimate, line.decimals))
    interval = text.say("numbers.interval", low=text.number(line.low, line.decimals), high=text.number(line.high, line.decimals))
    return text.say("schools.describe_one", school=line.label, change=text.number(line.estimate, line.decimals), interval=interval)
