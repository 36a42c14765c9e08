"""What to keep in mind at a school's change: many left, most answers were the highest before, or it began low. Only where it matters.

Every number is one of the protected results, or computed from those that are shown; the cuts stand in `rules.toml`.
"""

from __future__ import annotations

from toolkit.report.content.view import View
from toolkit.results.rows import NEARLY
from toolkit.study.rules import load_rules
from toolkit.study.study import Outcome


def list_cautions(view: View, outcome: Outcome, school: str | None = None) -> dict[str, str]:
    """Return what to keep in mind at the change of `outcome` in this page's school or another: its kind, and the sentence on it."""
    if not view.find_change(outcome, school=school).judged:
        return {}
    found = {
        "left": _write_left(view, school),
        "ceiling": _write_ceiling(view, outcome, school),
        "low_start": _write_low_start(view, outcome, school),
    }
    return {kind: words for kind, words in found.items() if words}


def _reaches(kind: str, value: float) -> bool:
    return round(value, 9) >= load_rules().limits[kind].cut


def _write_left(view: View, school: str | None) -> str:
    """Return how many of those who answered before did so again, where many did not."""
    first = view.waves[0].id
    used, matched = (view.find_participation(first, quantity, school) for quantity in ("used", "matched"))
    if view.study.matching.by == "none" or not (used.shown and matched.shown and used.estimate):
        return ""
    if not _reaches("left", 1 - matched.estimate / used.estimate):
        return ""
    counts = {"again": view.text.number(matched.estimate, 0), "first": view.text.number(used.estimate, 0)}
    return view.text.say("cautions.left", **counts)


def _write_ceiling(view: View, outcome: Outcome, school: str | None) -> str:
    """Return which share of the answers before was the highest, where that leaves little room; the mean over the statements of a scale."""
    instrument = view.study.find_instrument(outcome.instrument)
    scale = instrument.find_scale(outcome.scale)
    shares = []
    for item in (item for item in instrument.items if item.id in scale.items):
        answers = instrument.find_answers(outcome.rating, item)
        place = (outcome.instrument, item.id, outcome.rating, view.waves[0].id, answers.min if item.reverse else answers.max)
        share = view.find_answer(*place, school=school)
        shares.append(share.estimate if share.shown else NEARLY.get(share.method))
    known = [share for share in shares if share is not None]
    if not known or len(known) < len(shares) or not _reaches("ceiling", sum(known) / len(known)):
        return ""
    return view.text.say("cautions.ceiling", share=view.text.percent(sum(known) / len(known)))


def _write_low_start(view: View, outcome: Outcome, school: str | None) -> str:
    """Return that a school which rose began well below the average of all schools, in standard deviations of its own people."""
    first = view.waves[0].id
    own = view.find_level(outcome, first, "mean", school)
    if not own.shown or view.find_change(outcome, school=school).estimate <= 0:
        return ""
    everywhere = view.find_ahead(outcome, first, load_rules().limits["low_start"].cut, school)
    if not everywhere.shown:
        return ""
    return view.text.say("cautions.low_start", own=view.text.number(own.estimate, 1), all=view.text.number(everywhere.estimate, 1))
