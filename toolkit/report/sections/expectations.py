"""Expectation against outcome: which factors people expected to be high or low, and how they came out.

Every number is a share or a mean that is shown elsewhere on the page, so nothing is added to what is tested together.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.languages import round_half_up
from toolkit.report.content.estimate import Estimate, choose_decimals, write_empty, write_number
from toolkit.report.content.sentences import list_factors
from toolkit.report.content.view import View
from toolkit.report.html.elements import Column, Html, TableView, heading, paragraph, publish_table
from toolkit.report.sections.answers import write_share
from toolkit.report.sections.tables import make_columns, name_scale
from toolkit.results.rows import NEARLY
from toolkit.statistics.categories import compute_share
from toolkit.study.instruments import EXPECTED, Instrument
from toolkit.study.study import Outcome, Wave


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor: which share expected it to be high and low, how high it came out, and both in a word ("" where that can't be told)."""

    outcome: Outcome
    shares: tuple[Estimate, Estimate]
    level: Estimate
    expected: str
    came: str

    @property
    def surprise(self) -> str:
        """What was expected and what came, where these are opposite."""
        return f"{self.expected}_{self.came}" if {self.expected, self.came} == set(EXPECTED) else ""


def show_expectations(view: View, instrument: Instrument) -> Html:
    """Return the surprises in words and the table that they rest on; nothing where the factors or the expectations are not known."""
    found = list_expected(view, instrument)
    if found is None:
        return Html()
    wave, factors = found
    id = f"expected-{instrument.id}"
    table = publish_table(_tabulate(view, instrument, wave, factors), f"{id}-table")
    return heading(view.text.say("expected.heading"), id, level=3) + paragraph(_write_surprises(view, factors)) + table


def find_surprises(view: View) -> str:
    """Return in words which factors came out otherwise than people expected; "" where the study did not ask it or it can't be told."""
    asked = [instrument for instrument in view.study.instruments if instrument.expects]
    found = [known for instrument in asked if (known := list_expected(view, instrument))]
    return _write_surprises(view, found[0][1]) if found else ""


def _write_surprises(view: View, factors: Sequence[Factor]) -> str:
    text = view.text
    parts = []
    for kind in ("high_low", "low_high"):
        if names := [name_scale(view, factor.outcome) for factor in factors if factor.surprise == kind]:
            parts.append(text.say(f"expected.{kind}", names=text.join([text.say("subject.quoted", label=name) for name in names])))
    return " ".join(parts) or text.say("expected.none")


def list_expected(view: View, instrument: Instrument) -> tuple[Wave, list[Factor]] | None:
    """Return the factors with what was expected of them in the first measurement that asked it, surprises first; None without any."""
    whole = next((each for each in view.study.instruments if each.id == instrument.expects), None)
    items = [next((item for item in instrument.items if item.id == id), None) for id in EXPECTED]
    if whole is None or None in items:
        return None
    outcomes = list_factors(whole)
    options = [option.value for option in instrument.answers.options][: len(outcomes)]
    for wave in view.study.waves:
        shares = [tuple(view.find_share(instrument.id, id, "", wave.id, value) for id in EXPECTED) for value in options]
        levels = [view.find_level(outcome, wave.id) for outcome in outcomes]
        if any(level.shown for level in levels) and any(share.shown for pair in shares for share in pair):
            mean = average_levels(levels)
            made = [
                Factor(outcome, (pair[0], pair[1]), level, _judge_shares(pair), _judge_level(level, mean))
                for outcome, pair, level in zip(outcomes, shares, levels, strict=True)
            ]
            return wave, sorted(made, key=lambda factor: not factor.surprise)
    return None


def average_levels(levels: Sequence[Estimate]) -> float:
    """Return the mean of the factors that are shown."""
    shown = [level.estimate for level in levels if level.shown]
    return math.fsum(shown) / len(shown)


def _judge_shares(pair: Sequence[Estimate]) -> str:
    """Return whether more people expected high than low, or the other way round: where the intervals of both shares do not overlap."""
    ends = [_find_interval(share, max(each.n for each in pair)) for share in pair]
    if ends[0][0] > ends[1][1]:
        return EXPECTED[0]
    return EXPECTED[1] if ends[1][0] > ends[0][1] else ""


def _find_interval(share: Estimate, n: int) -> tuple[float, float]:
    """Return the interval of a share; of what nearly all or none of `n` people picked, that of all or none of them."""
    if share.method not in NEARLY or not n:
        return share.low, share.high
    found = compute_share(int(NEARLY[share.method]) * n, n)
    return found.low, found.high


def _judge_level(level: Estimate, mean: float) -> str:
    if level.shown and level.low > mean:
        return EXPECTED[0]
    return EXPECTED[1] if level.shown and level.high < mean else ""


def _tabulate(view: View, instrument: Instrument, wave: Wave, factors: Sequence[Factor]) -> TableView:
    text = view.text
    labels = [text.pick(item.label) for id in EXPECTED for item in instrument.items if item.id == id]
    columns = [*make_columns(view, "factor"), *(Column(text.say("expected.column_high", label=label), number=True) for label in labels)]
    columns += [Column(text.say("expected.column_mean"), number=True)]
    columns += [Column(text.say(f"expected.column_{name}")) for name in ("expected", "came")]
    rows = [_list_cells(view, factor) for factor in factors]
    mean = text.number(average_levels([factor.level for factor in factors]), 2)
    table = text.say("expected.table", wave=text.pick(wave.label))
    return TableView(table, columns, rows, notes=[text.say("expected.note", mean=mean)])


def _list_cells(view: View, factor: Factor) -> list[str]:
    text = view.text
    shares = [_write_share(view, share) for share in factor.shares]
    expected, came = (text.say(f"expected.word.{word or 'unclear'}") for word in (factor.expected, factor.came))
    level = write_number(factor.level, choose_decimals(factor.level.n), view.study, text)
    told = text.say("expected.surprise", word=came) if factor.surprise else came
    return [name_scale(view, factor.outcome), *shares, level, expected, told]


def _write_share(view: View, share: Estimate) -> str:
    if share.shown:
        return view.text.percent(float(round_half_up(share.estimate, 2)))
    return write_share(int(100 * NEARLY[share.method]), view.text) if share.method in NEARLY else write_empty(share, view.study, view.text)
