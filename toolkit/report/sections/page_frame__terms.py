"""Section 10: the terms of this page, one sentence each."""

from __future__ import annotations

from toolkit.report.content.sentences__glossary import list_terms
from toolkit.report.content.view import View
from toolkit.report.html.elements import Html, facts, heading


def show_terms(view: View) -> Html:
    """Return every term that the page uses with what it means."""
    return heading(view.text.say("terms.heading"), "terms") + facts(list_terms(view))
