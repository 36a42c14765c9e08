"""What moved and how sure that is, in words: factors and schools that went up or down, the certainty of a measurement, and the terms of a
page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.languages import Text
from toolkit.report.content.estimate import Estimate, start_sentence
from toolkit.report.content.view import View
from toolkit.study.instruments import Instrument
from toolkit.study.rules import load_rules
from toolkit.study.study import Outcome

#: The verdicts behind each kind of move; what is slight, the same or unclear did not move clearly.
KINDS = {"up": ("rose_clearly", "rose", "rose_probably"), "down": ("fell_clearly", "fell", "fell_probably")}
#: What only its own interval tells, and not the correction for the number of factors.
INDICATIONS = {"up_indication": ("indication_rose",), "down_indication": ("indication_fell",)}
#: What moved, though it may be by less than matters.
SIZE_UNSURE = ("rose_probably", "fell_probably")
#: So many names still fit in a sentence.
NAMES = 3


#: From strong to weak; the lowest of the parts is the whole.
WORDS = ("high", "fair", "moderate", "low")
UNKNOWN = "moderate"


@dataclass(frozen=True, slots=True)
class Move:
    """One factor and its change."""

    outcome: Outcome
    label: str
    change: Estimate


def list_factors(instrument: Instrument, rating: str = "") -> list[Outcome]:
    """Return the factors of an instrument in its order, each in `rating` or else in the one that leads."""
    chosen = rating or instrument.leading_rating
    return [Outcome(instrument=instrument.id, scale=scale.id, rating=chosen) for scale in instrument.scales if scale.kind == "factor"]


def list_key_factors(instrument: Instrument) -> list[Outcome]:
    """Return the key factors of an instrument in the first rating that is asked."""
    return [Outcome(instrument=instrument.id, scale=factor, rating=instrument.scored_ratings[0]) for factor in instrument.key_factors]


def list_moves(view: View, instrument: Instrument, outcomes: Sequence[Outcome] = ()) -> list[Move]:
    """Return the change of `outcomes`, or else of every factor of `instrument`, as it is now."""
    labels = {scale.id: view.text.pick(scale.label) for scale in instrument.scored_scales}
    return [Move(outcome, labels[outcome.scale], view.find_change(outcome)) for outcome in outcomes or list_factors(instrument)]


def write_numeral(count: int, text: Text) -> str:
    """Return `count` in letters up to twelve, in digits beyond."""
    key = f"numeral.n{count}"
    return text.say(key) if key in text.phrases else text.number(count, 0)


def write_moves(moves: Sequence[Move], text: Text, few: bool = False) -> str:
    """Return how many factors went up or down, or else of how many there is an indication, as a title; "no clear change" without any.

    With `few` of how many is said, where other factors stand on the page too.
    """
    of = len(moves) if few else 0
    for kinds in (KINDS, INDICATIONS):
        parts = [_write_kind(kind, found, text, of) for kind in kinds if (found := pick_moves(moves, kind))]
        if parts:
            return start_sentence(text.join(parts))
    return text.say("factors.none")


def write_moves_sentence(moves: Sequence[Move], text: Text, few: bool = False) -> str:
    """Return the same in sentences, each with the names where they are few; `write_chance` belongs to it."""
    judged = [move for move in moves if move.change.judged]
    if not judged:
        return text.say("factors.no_change_known")
    of = len(moves) if few else 0
    told = [_write_named(kind, moved, text, of) for kind in KINDS if (moved := pick_moves(moves, kind))]
    if not told:
        key = "one" if len(judged) == 1 else "many" if len(judged) == len(moves) else "some"
        told = [text.say(f"factors.none_of.{key}", count=write_numeral(len(judged), text))]
    indicated = [_write_named(kind, moved, text, of) for kind in INDICATIONS if (moved := pick_moves(moves, kind))]
    return " ".join([*told, *indicated])


def write_chance(moves: Sequence[Move], text: Text) -> str:
    """Return that an indication may be chance, with how many were compared; "" where there is none."""
    judged = sum(move.change.judged for move in moves)
    indicated = any(pick_moves(moves, kind) for kind in INDICATIONS)
    return text.say("factors.indication_chance", count=write_numeral(judged, text)) if indicated else ""


def _write_named(kind: str, moved: list[Move], text: Text, of: int) -> str:
    words = start_sentence(_write_kind(kind, moved, text, of))
    if len(moved) > NAMES:
        return text.say("factors.moved", moves=words)
    return text.say("factors.moved_named", moves=words, names=text.join([text.say("subject.quoted", label=move.label) for move in moved]))


def pick_moves(moves: Sequence[Move], kind: str) -> list[Move]:
    """Return the moves of one kind."""
    return [move for move in moves if is_of_kind(move.change, kind)]


def is_of_kind(change: Estimate, kind: str) -> bool:
    """Return whether the verdict on `change` is of one `kind` of KINDS or INDICATIONS."""
    return change.judged and change.verdict in (KINDS | INDICATIONS)[kind]


def _write_kind(kind: str, found: list[Move], text: Text, of: int) -> str:
    number = "one" if len(found) == 1 else "many"
    count = write_numeral(len(found), text)
    several = text.say("factors.what_of", count=count, all=write_numeral(of, text)) if of > 1 else ""
    what = several or text.say(f"factors.what.{number}", count=count)
    return text.say(f"factors.{kind}.{number}", what=what)


def list_school_changes(view: View, outcome: Outcome) -> dict[str, Estimate]:
    """Return the change of `outcome` in every school, in the order of the page: its own, as on the page of that school.

    Where there are comparison schools, the page across schools tells of those on the trajectory.
    """
    apart = view.study.has_comparison_schools and not view.board
    schools = [school for school in view.schools if not apart or school.group == "trajectory"]
    return {school.id: view.find_change(outcome, school=school.id) for school in schools}


def write_school_moves(changes: dict[str, Estimate], subject: str, text: Text) -> list[str]:
    """Return in how many of the judged schools `subject` rose or fell, in how many it moved hardly, can't be told, or stays hidden."""
    judged = [change for change in changes.values() if change.judged]
    counts = {kind: sum(change.verdict in verdicts for change in judged) for kind, verdicts in KINDS.items()}
    unclear = sum(change.verdict == "unclear" for change in judged)
    slight = len(judged) - unclear - sum(counts.values())
    hidden = len(changes) - len(judged)
    parts = [_write_share(kind, judged, text) for kind in ("up", "down") if counts[kind]]
    moved = text.say("schools.moved", subject=subject, parts=text.join(parts)) if parts else text.say("schools.none_moved", subject=subject)
    rest = {"slight": slight, "unclear": unclear, "hidden": hidden}
    told = [text.say_count(f"schools.{name}", count, subject=subject) for name, count in rest.items() if count]
    return [start_sentence(moved), *told] if judged else told


def _write_share(kind: str, judged: Sequence[Estimate], text: Text) -> str:
    """Return in how many of the `judged` schools it moved this way, and of how many of them it is unsure by how much."""
    found = [change.verdict in SIZE_UNSURE for change in judged if change.verdict in KINDS[kind]]
    counts = {"clear": len(found) - sum(found), "unsure": sum(found)}
    how = ", ".join(text.say(f"schools.how_{name}", count=count) for name, count in counts.items() if count)
    return text.say(f"schools.{kind}", count=len(found), all=text.say_count("count.schools", len(judged)), how=how)


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
    people = min(count.estimate for count in matched)
    whole = min(count.estimate for count in used)
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


def list_terms(view: View) -> list[tuple[str, str]]:
    """Return the terms of this page with what they mean, in the order of the page's language."""
    text = view.text
    places = {"level": text.percent(view.study.confidence), "floor": view.study.smallest_group}
    pairs = [(text.say(f"terms.{key}.name", **places), text.say(f"terms.{key}.says", **places)) for key in _list_keys(view)]
    for instrument in view.list_instruments("engagement"):
        total = next((scale for scale in instrument.scales if scale.kind == "total"), instrument.scales[0])
        pairs.append((text.pick(total.label), text.pick(instrument.about)))
    return sorted(pairs, key=lambda pair: pair[0].casefold())


def _list_keys(view: View) -> list[str]:
    keys = ["mean", "interval", "n", "response", "reliability", "hidden", *(["cohort"] if len(view.study.cohorts) > 1 else [])]
    if any(len(instrument.scored_ratings) > 1 for instrument in view.list_instruments("factors")):
        keys.append("gap")
    if view.list_instruments("factors"):
        keys.append("community")
    if view.comparison:
        keys += ["change", "model", *(["smallest_change"] if view.study.smallest_change else [])]
        keys += ["effect"] if view.school else ["spread", "new_school", "shrunken"]
    return keys
