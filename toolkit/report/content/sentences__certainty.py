"""Certainty: how far the measurement of one school can be relied on, in one word with its reasons. It never rates the cause."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.report.content.view import View
from toolkit.study.rules import load_rules

#: From strong to weak; the lowest of the parts is the whole.
WORDS = ("high", "fair", "moderate", "low")
UNKNOWN = "moderate"


@dataclass(frozen=True, slots=True)
class Reason:
    """One part of the certainty: its name in rules.toml, what was seen (in words), and how that rates."""

    part: str
    seen: str
    word: str


def list_reasons(view: View) -> list[Reason]:
    """Return what the certainty of this school rests on: response, number of people, and how many of them answered both times."""
    reasons = [_judge_response(view), _judge_number(view)]
    return [*reasons, _judge_same_people(view)] if view.comparison else reasons


def find_lowest(reasons: list[Reason]) -> str:
    """Return the word for the whole: the lowest of its parts."""
    return max((reason.word for reason in reasons), key=WORDS.index)


def _judge_response(view: View) -> Reason:
    shares = [view.find_participation(wave.id, "response") for wave in view.waves]
    if any(share.state == "hidden" for share in shares):
        return Reason("response", _say_few(view), WORDS[-1])
    known = [share.estimate for share in shares if share.shown]
    words = [load_rules().certainty["response"].judge(share) for share in known]
    if len(known) < len(shares):
        return Reason("response", view.text.say("certainty.response_unknown"), max([*words, UNKNOWN], key=WORDS.index))
    return Reason("response", _list_waves(view, [view.text.percent(share) for share in known]), max(words, key=WORDS.index))


def _judge_number(view: View) -> Reason:
    counts = [view.find_participation(wave.id, "used") for wave in view.waves]
    if not all(count.shown for count in counts):
        return Reason("number", _say_few(view), WORDS[-1])
    smallest = min(count.estimate for count in counts)
    seen = _list_waves(view, [view.text.number(count.estimate, 0) for count in counts])
    return Reason("number", seen, load_rules().certainty["number"].judge(smallest))


def _judge_same_people(view: View) -> Reason:
    if view.study.matching.by == "none":
        return Reason("same_people", view.text.say("certainty.not_followed"), UNKNOWN)
    matched, used = ([view.find_participation(wave.id, quantity) for wave in view.waves] for quantity in ("matched", "used"))
    if not all(count.shown for count in [*matched, *used]) or not min(count.estimate for count in used):
        return Reason("same_people", _say_few(view), WORDS[-1])
    people, whole = min(count.estimate for count in matched), min(count.estimate for count in used)
    seen = view.text.say("certainty.followed", people=view.text.number(people, 0), whole=view.text.number(whole, 0))
    return Reason("same_people", seen, load_rules().certainty["same_people"].judge(people / whole))


def _list_waves(view: View, values: list[str]) -> str:
    pairs = zip(view.waves, values, strict=True)
    return view.text.join([view.text.say("certainty.in_wave", value=value, wave=view.text.pick(wave.label)) for wave, value in pairs])


def _say_few(view: View) -> str:
    return view.text.say("empty.few", floor=view.study.smallest_group)


def write_cuts(view: View, part: str) -> str:
    """Return the cut points of one part as a sentence: they are a choice, so the page prints them."""
    cuts = load_rules().certainty[part].cuts
    write = view.text.number if part == "number" else lambda value, _: view.text.percent(value)
    places = {cut.word: write(cut.at_least, 0) for cut in cuts}
    return view.text.say("certainty.cuts", part=view.text.say(f"certainty.part.{part}"), **places)
