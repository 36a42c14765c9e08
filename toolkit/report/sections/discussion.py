"""Section 8: three questions to talk about, made by rule, those of the study, and the evaluator's own words. No advice and no causes."""

from __future__ import annotations

from toolkit.report.content.estimate import write_verdict
from toolkit.report.content.note import read_note
from toolkit.report.content.sentences import list_factors
from toolkit.report.content.view import View
from toolkit.report.html.elements import Html, bullets, heading, paragraph, show_note
from toolkit.report.sections.expectations import find_surprises
from toolkit.report.sections.key_factors import Gap, list_gaps
from toolkit.report.sections.outcomes import Height, list_heights, list_scales
from toolkit.report.sections.tables import name_scale
from toolkit.study.study import Outcome


def show_discussion(view: View) -> Html:
    """Return the questions (on the page of a school) and the evaluator's own words; nothing where there are neither."""
    note = read_note(view)
    asked = bool(view.school) and not view.silent
    if not (asked or note):
        return Html()
    text = view.text
    found = heading(text.say("talking.heading"), "talking")
    if asked:
        own = list_own_questions(view)
        lead = paragraph(text.say("talking.lead_own" if own else "talking.lead"))
        found += lead + bullets([*list_questions(view), *own], ordered=True)
    return found + (heading(text.say("talking.own"), "talking-own", level=3) + show_note(note) if note else Html())


def list_questions(view: View) -> list[str]:
    """Return the three questions: on the widest gap, on the clearest change, and on what people differ about most."""
    return [_ask_gap(view), _ask_change(view), _ask_spread(view)]


def list_own_questions(view: View) -> list[str]:
    """Return the questions of the study for this school, those that the toolkit has ready with what was found in them."""
    ready = {"expected": _ask_expected, "improve": _ask_improve}
    found = view.study.list_questions(view.school)
    return [ready[each.ready](view) if each.ready else view.text.pick(each.text) for each in found]


def _ask_expected(view: View) -> str:
    """Return the question on what was expected: after what came out otherwise, where the study asked that beforehand."""
    surprises = find_surprises(view)
    return view.text.say("talking.expected_found", found=surprises) if surprises else view.text.say("talking.expected")


def _ask_improve(view: View) -> str:
    """Return how a score can become higher and who has a role in that: of the widest gap, or else of the lowest factor."""
    gap, lowest = _find_gap(view), _find_lowest(view)
    if not (gap or lowest):
        return view.text.say("talking.improve")
    return view.text.say("talking.improve_one", factor=gap[0].label if gap else lowest[0].label)


def _ask_gap(view: View) -> str:
    text = view.text
    gaps = _find_gap(view)
    if not gaps:
        return _ask_lowest(view)
    values = (text.number(float(value), gaps[0].shown.decimals) for value in (gaps[0].shown.before, gaps[0].shown.after))
    return text.say("talking.gap" if len(gaps) > 1 else "talking.gap_one", factor=gaps[0].label, now=next(values), wanted=next(values))


def _find_gap(view: View) -> list[Gap]:
    """Return the gaps of the first instrument that has one, the widest first."""
    found = [list_gaps(view, instrument) for instrument in view.list_instruments("factors")]
    return next((gaps for gaps in found if gaps and gaps[0].shown.change > 0), [])


def _find_lowest(view: View) -> list[Height]:
    """Return the lowest factor of the first instrument with several."""
    found = [list_heights(view, instrument) for instrument in view.list_instruments("factors")]
    return next((heights[-1:] for heights in found if len(heights) > 1), [])


def _ask_lowest(view: View) -> str:
    """Return the question on the lowest factor where nobody was asked what is wanted, or on what lies ahead."""
    text = view.text
    if any(len(instrument.scored_ratings) > 1 for instrument in view.list_instruments("factors")):
        return text.say("talking.no_gap")
    lowest = _find_lowest(view)
    if not lowest:
        return text.say("talking.ahead")
    return text.say("talking.lowest", factor=lowest[0].label, mean=text.number(lowest[0].level.value, lowest[0].level.decimals))


def _ask_change(view: View) -> str:
    """Return the question on the change with the strongest evidence, of those that the words call a rise or a fall."""
    outcomes = [outcome for i in view.list_instruments("engagement") for outcome in list_scales(i)[:1]]
    outcomes += [outcome for i in view.list_instruments("factors") for outcome in list_factors(i)]
    found = [(view.find_change(outcome), outcome) for outcome in outcomes]
    judged = [(change, outcome) for change, outcome in found if change.judged]
    moved = [(change, outcome) for change, outcome in judged if change.verdict.startswith(("rose", "fell"))]
    if not view.comparison:
        return view.text.say("talking.one_wave")
    if not moved:
        return view.text.say("talking.no_change" if judged else "talking.no_change_known")
    change, outcome = min(moved, key=lambda entry: entry[0].p_value)
    verdict = write_verdict(change, outcome, view.study, view.text)
    return view.text.say("talking.change" if len(moved) > 1 else "talking.change_one", verdict=verdict)


def _ask_spread(view: View) -> str:
    """Return the question on the scale about which people differ most, of those answered on the same scale."""
    groups = [list_factors(i) for i in view.list_instruments("factors")]
    groups += [list_scales(i)[1:] or list_scales(i) for i in view.list_instruments("engagement")]
    for outcomes in groups:
        spreads = [(view.find_level(outcome, view.waves[-1].id, "sd"), outcome) for outcome in outcomes]
        shown = [(spread.estimate, outcome) for spread, outcome in spreads if spread.shown and spread.estimate > 0]
        if shown:
            return view.text.say(f"talking.spread.{'one' if len(shown) == 1 else 'many'}", label=_find_widest(view, shown))
    return view.text.say("talking.no_spread")


def _find_widest(view: View, spreads: list[tuple[float, Outcome]]) -> str:
    return name_scale(view, max(spreads, key=lambda entry: entry[0])[1])
