"""Section 10: the terms of this page, one sentence each."""

from __future__ import annotations

from toolkit.report.glossary import list_terms
from toolkit.report.html import Html, facts, heading
from toolkit.report.view import View


def show_terms(view: View) -> Html:
    """Return every term that the page uses with what it means."""
    return heading(view.text.say("terms.heading"), "terms") + facts(list_terms(view))
