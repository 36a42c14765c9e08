"""Glossary: the terms that a page uses, each with one sentence."""

from __future__ import annotations

from toolkit.report.content.view import View


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
    keys = ["mean", "interval", "n", "response", "reliability", "hidden"]
    if any(len(instrument.asked_ratings) > 1 for instrument in view.list_instruments("factors")):
        keys.append("gap")
    if view.comparison:
        keys += ["change", "model", *(["smallest_change"] if view.study.smallest_change else [])]
        keys += ["effect"] if view.school else ["spread", "new_school", "shrunken"]
    return keys
