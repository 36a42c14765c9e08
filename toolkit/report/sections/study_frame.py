"""What a page says of its study before anything else: that it is a draft, internal or invented, and the facts about it."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.languages import Text
from toolkit.report.html.elements import Html, box, facts, join, paragraph, strong
from toolkit.study.study import Study


def show_draft(study: Study, text: Text, questions: int, *, short: bool = False) -> Html:
    """Return the banner of a draft with how many questions about the data are open, nothing for a final study.

    Where it is `short`, as on one sheet, that the data are invented stands in the same banner.
    """
    invented = [f"{text.say('title.invented')}."] if short and study.invented else []
    if study.state == "final":
        return box(paragraph(strong(invented[0])), "banner") if invented else Html()
    said = strong(" ".join([*invented, f"{text.say('title.is_draft')}."]))
    return box(paragraph(join([said, write_open(questions, text)], " ")), "banner")


def write_open(questions: int, text: Text) -> str:
    """Return how many questions about the data are open, as a sentence."""
    return text.say_count("title.questions", questions) if questions else text.say("title.questions_none")


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
    pairs = [
        (text.say("title.study"), text.pick(study.title)),
        *_list_waves(study, text),
        (text.say("title.state"), text.say(f"title.{study.state}", date=text.date(study.report_date))),
    ]
    return facts([*pairs, (text.say("title.contact"), study.contact)] if study.contact else pairs)


def _list_waves(study: Study, text: Text) -> Iterator[tuple[str, str]]:
    """Yield when was measured; where cohorts have dates of their own, for each cohort."""
    cohorts = study.cohorts if any(wave.dates for wave in study.waves) else ()
    for cohort in cohorts or ("",):
        waves = study.follow_cohort(cohort).waves
        dates = "; ".join(text.say("title.wave", wave=text.pick(wave.label), date=text.date(wave.date)) for wave in waves)
        yield text.say("title.waves_cohort", cohort=cohort) if cohort else text.say("title.waves"), dates
