"""Section 0: whose report this is, of when, in what state, and that invented data are invented."""

from __future__ import annotations

from toolkit.languages import Text
from toolkit.report.content.view import View
from toolkit.report.html.elements import Html, box, facts, heading, join, paragraph, strong
from toolkit.study.study import Study


def show_title(view: View) -> Html:
    """Return the title of the page with study, waves, state and contact; a banner where the data are invented."""
    place = view.write_place()
    kind = "school" if view.school else "board" if view.board else "cohort"
    words = view.text.say(f"title.{kind}", place=place)
    return heading(words, "title", level=1) + show_banner(view.study, view.text) + show_study(view.study, view.text)


def show_banner(study: Study, text: Text) -> Html:
    """Return a banner for a study with invented data, nothing for others."""
    if not study.invented:
        return Html()
    return box(paragraph(join([strong(f"{text.say('title.invented')}."), text.say("title.invented_means")], " ")), "banner")


def show_internal(text: Text, reason: str) -> Html:
    """Return the banner of a page that is not to be shared, with the reason."""
    return box(paragraph(strong(text.say("title.internal"))) + paragraph(text.say(reason)), "banner")


def show_study(study: Study, text: Text) -> Html:
    """Return the facts below the title."""
    waves = [text.say("title.wave", wave=text.pick(wave.label), date=text.date(wave.date)) for wave in study.waves]
    pairs = [
        (text.say("title.study"), text.pick(study.title)),
        (text.say("title.waves"), "; ".join(waves)),
        (text.say("title.state"), text.say(f"title.{study.state}", date=text.date(study.report_date))),
    ]
    return facts([*pairs, (text.say("title.contact"), study.contact)] if study.contact else pairs)
