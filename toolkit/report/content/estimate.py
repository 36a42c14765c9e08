"""An estimate, and the sentence that it allows, followed by its numbers. The verdict chooses the phrase, the text files hold it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal

from toolkit.languages import NoNumber, Text, round_half_up
from toolkit.results.rows import WITHOUT, find_floor, find_spread_floor
from toolkit.study.study import Outcome, Study

#: Under this a p-value is only said to be smaller.
SMALLEST_P = 0.001
#: Decimals that the end of an interval has at most.
BOUND_DECIMALS = 3
#: From this many people on, a mean has two decimals; under it, one.
FINE = 10
#: What is less than this does not differ.
TINY = 1e-9
#: With so many schools an average over schools is estimated, yet only large changes can be seen (under it there is none).
FEW_SCHOOLS = range(4, 10)


@dataclass(frozen=True, slots=True)
class Estimate:
    """One row of the results. Only a `state` of shown carries numbers; for the other states `method` says why there are none."""

    state: str
    estimate: float = math.nan
    std_error: float = math.nan
    low: float = math.nan
    high: float = math.nan
    p_value: float = math.nan
    n: int = 0
    method: str = ""
    df: float = math.nan
    pairs: int = 0
    schools: int = 0
    verdict: str = ""

    @property
    def shown(self) -> bool:
        """Whether there is a number to show."""
        return self.state == "shown"

    @property
    def judged(self) -> bool:
        """Whether there is a number with an interval, shown or not, so that something may be said about it."""
        return self.shown and (math.isfinite(self.low) or self.interval_hidden) and self.verdict != "not_computable"

    @property
    def interval_hidden(self) -> bool:
        """Whether there is an interval that may not be shown."""
        return self.shown and self.method.endswith(WITHOUT)


#: The means before and after.
Ends = tuple[Estimate, Estimate]


@dataclass(frozen=True, slots=True)
class Triple:
    """Before, change and after as they are displayed."""

    before: Decimal
    change: Decimal
    after: Decimal
    decimals: int


def choose_decimals(n: int) -> int:
    """Return the decimals of a mean of `n` people: two from ten people on, else one."""
    return 2 if n >= FINE else 1


def present_change(before: float, change: float, after: float, n: int) -> Triple:
    """Return the three numbers to display for a change; `n` is that of the smaller group.

    Where after is before plus the change, rounding never contradicts that. The change of a model is not quite the difference of the means.
    """
    decimals = choose_decimals(n)
    first = round_half_up(before, decimals)
    difference = round_half_up(change, decimals)
    last = first + difference if math.isclose(before + change, after, abs_tol=TINY) else round_half_up(after, decimals)
    return Triple(first, difference, last, decimals)


def round_shown(value: float, decimals: int) -> float:
    """Return a number as it is displayed, for a figure; what is no number stays so."""
    return float(round_half_up(value, decimals)) if math.isfinite(value) else math.nan


def start_sentence(words: str) -> str:
    """Return `words` with its first letter as a capital; Dutch writes "één" as "Eén" there.

    >>> start_sentence("één factor")
    'Eén factor'
    """
    return words[:1].upper().replace("É", "E") + words[1:]


def write_subject(outcome: Outcome, study: Study, text: Text) -> str:
    """Return `outcome` as the subject of a sentence: "de bevlogenheid", or its label between quotation marks."""
    instrument = study.find_instrument(outcome.instrument)
    scale = instrument.find_scale(outcome.scale)
    rating = instrument.find_rating(outcome.rating)
    subject = text.pick(scale.subject) if scale.subject else text.say("subject.quoted", label=text.pick(scale.label))
    if rating is None or (rating == instrument.ratings[0] and instrument.topic == "factors"):
        return subject
    return text.say("subject.rated", subject=subject, rating=text.pick(rating.label))


def write_empty(estimate: Estimate, study: Study, text: Text) -> NoNumber:
    """Return why there is no number, for a cell of a table; a number that came without an interval could not be judged."""
    if estimate.state != "hidden":
        return text.say_instead("not_computable" if estimate.shown else estimate.state)
    if estimate.method in ("subtraction", "too_few_others"):
        return text.say_instead("protected")
    if estimate.method == "not_agreed":
        return NoNumber(text.say("compare.hidden"))
    floor = find_spread_floor(study) if estimate.method == "too_few_for_spread" else find_floor(study)
    return text.say_instead("hidden", floor=floor)


def write_number(estimate: Estimate, decimals: int, study: Study, text: Text) -> str:
    """Return the number, or why there is none."""
    return text.number(estimate.estimate, decimals) if estimate.shown else write_empty(estimate, study, text)


def write_interval(estimate: Estimate, decimals: int, study: Study, text: Text) -> str:
    """Return "low to high", or why there is no interval. A bound that is not 0 never becomes 0 by rounding."""
    if not estimate.shown:
        return write_empty(estimate, study, text)
    if not math.isfinite(estimate.low):
        return text.say_instead("interval_hidden" if estimate.interval_hidden else "not_computable")
    low, high = (_write_bound(bound, decimals, text) for bound in (estimate.low, estimate.high))
    return text.say("numbers.interval", low=low, high=high)


def _write_bound(bound: float, decimals: int, text: Text) -> str:
    """Return a bound; one that would read 0 and is not gets more decimals, and is 0.001 from 0 where it is nearer than that."""
    for more in range(decimals, BOUND_DECIMALS + 1):
        if bound == 0 or round_half_up(bound, more):
            return text.number(bound, more)
    return text.number(math.copysign(10**-BOUND_DECIMALS, bound), BOUND_DECIMALS)


def write_p(p_value: float, text: Text) -> str:
    """Return a p-value with three decimals, "< 0.001" under that, or that there was no test."""
    if not math.isfinite(p_value):
        return text.say("numbers.no_test")
    return text.say("numbers.p_below", p=text.number(SMALLEST_P, 3)) if p_value < SMALLEST_P else text.number(p_value, 3)


def write_reason(estimate: Estimate, study: Study, text: Text) -> str:
    """Return why there is no result, as the second half of a sentence ("want ...")."""
    few = estimate.state == "not_computable" and estimate.method == "too_few"
    key = "reason.too_few_answers" if few else f"reason.{estimate.method or estimate.state}"
    floor = find_spread_floor(study) if estimate.method == "too_few_for_spread" else find_floor(study)
    return text.say(key if key in text.phrases else "reason.other", floor=floor)


def write_verdict(change: Estimate, outcome: Outcome, study: Study, text: Text) -> str:
    """Return what `change` lets us say about `outcome`: one sentence without numbers and full stop, fit for a title."""
    return _write_verdict("change", change, {"subject": write_subject(outcome, study, text)}, study, text)


def write_average_verdict(change: Estimate, outcome: Outcome, study: Study, text: Text) -> str:
    """Return what the average `change` over schools lets us say: one sentence without numbers and full stop, fit for a title."""
    places = {"subject": write_subject(outcome, study, text), "schools": text.say_count("count.schools", change.schools)}
    return _write_verdict("average", change, places, study, text)


def _write_verdict(table: str, change: Estimate, places: dict[str, str], study: Study, text: Text) -> str:
    if change.state in ("hidden", "not_measured"):
        key = f"change.{change.state}"
    else:
        key = f"{table}.{change.verdict}" if change.judged else "change.not_computable"
    return start_sentence(text.say(key, reason=write_reason(change, study, text), **places))


def write_change(change: Estimate, ends: Ends, n: int, outcome: Outcome, study: Study, text: Text) -> str:
    """Return the sentence on a change and its numbers: the means before and after, if shown, and `n`, the smaller of both groups."""
    verdict = write_verdict(change, outcome, study, text)
    if not change.judged:
        return f"{verdict}."
    count = text.say("numbers.n" if study.matching.by == "none" else "numbers.people", n=text.number(change.n, 0))
    return _add_numbers(verdict, change, ends, n, count, study, text)


def write_average_change(change: Estimate, ends: Ends, outcome: Outcome, study: Study, text: Text) -> str:
    """Return the sentence on the average change over schools and its numbers."""
    verdict = write_average_verdict(change, outcome, study, text)
    if not change.judged:
        return f"{verdict}."
    return _add_numbers(verdict, change, ends, change.n, text.say_count("count.people", change.n), study, text)


def write_few_schools(change: Estimate, detectable: Estimate, study: Study, text: Text) -> str:
    """Return that an average over 4 to 9 schools rests on few, and which change they can show as far as that was computed; else nothing.

    How large that change is rests on few schools too, so its range stands beside it.
    """
    if not (change.judged and change.schools in FEW_SCHOOLS):
        return ""
    few = text.say("average.few_schools")
    if not detectable.judged:
        return few
    ends = {"low": text.number(detectable.low), "high": text.number(detectable.high), "level": text.percent(study.confidence)}
    return f"{few} {text.say('average.detectable', change=text.number(detectable.estimate), **ends)}"


def _add_numbers(verdict: str, change: Estimate, ends: Ends, n: int, count: str, study: Study, text: Text) -> str:
    decimals = choose_decimals(n)
    places = {
        "verdict": verdict,
        "change": text.number(change.estimate, decimals),
        "interval": write_interval(change, decimals, study, text),
        "level": text.percent(study.confidence),
        "count": count,
    }
    before, after = ends
    if not (before.shown and after.shown):
        return text.say("numbers.difference", **places)
    shown = present_change(before.estimate, change.estimate, after.estimate, n)
    levels = {name: text.number(float(value), shown.decimals) for name, value in (("before", shown.before), ("after", shown.after))}
    return text.say("numbers.change", **places, **levels)
