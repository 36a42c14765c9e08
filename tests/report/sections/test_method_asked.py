"""How it was measured: of which roles, in which version, what a scale means; the sector of a school, and the meetings of the trajectory."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import get_args

import pytest

from tests.report.reading import read_tables, read_words
from toolkit.languages import Language, load_text
from toolkit.report.content.view import View
from toolkit.report.sections.method import show_method
from toolkit.report.sections.outcomes import show_engagement
from toolkit.report.sections.over_waves import show_trajectory
from toolkit.report.sections.page_frame import show_origin
from toolkit.study.study import Contact, Role

LANGUAGES: list[Language] = ["nl", "en"]
KINDS = get_args(Contact.model_fields["type"].annotation)


def change(view: View, **update: object) -> View:
    """Return the view of a study with other values, its instruments kept."""
    study = view.study.model_copy(update=update)
    for name in ("instruments", "scored_instruments"):
        study.__dict__.setdefault(name, getattr(view.study, name))
    return replace(view, study=study)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_method_says_of_whom_it_was_asked_in_which_version_and_what_a_scale_means(open_school, language: Language) -> None:  # type: ignore[no-untyped-def]
    view = open_school(language)
    uwes = view.study.find_instrument("uwes9")
    scales = tuple(scale.model_copy(update={"explain": {"nl": "Uitleg hier.", "en": "Explained here."}}) for scale in uwes.scales)
    asked = uwes.model_copy(update={"roles": ("head",), "scales": scales, "version": "7.4"})
    others = tuple(asked if each.id == "uwes9" else each for each in view.study.scored_instruments)
    study = view.study.model_copy(update={"roles": (Role(id="head", label={"nl": "directeur", "en": "principal"}),)})
    study.__dict__.update(instruments=others, scored_instruments=others)
    words = read_words(show_method(replace(view, study=study)))
    text = load_text(language)
    assert f"{text.say('method.roles')} {'directeur' if language == 'nl' else 'principal'}" in words
    assert f"{text.say('method.version')} 7.4" in words
    assert ("Uitleg hier." if language == "nl" else "Explained here.") in read_words(show_engagement(replace(view, study=study)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_origin_of_the_page_of_a_school_has_its_sector(open_school, language: Language) -> None:  # type: ignore[no-untyped-def]
    view = open_school(language)
    assert "Sector" not in read_words(show_origin(view))
    schools = tuple(school.model_copy(update={"sector": "po"}) for school in view.study.schools)
    assert f"{load_text(language).say('origin.sector')} po" in read_words(show_origin(change(view, schools=schools)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_waves_have_their_meetings_with_kind_and_title(open_school, language: Language) -> None:  # type: ignore[no-untyped-def]
    text = load_text(language)
    view = open_school(language)
    assert show_trajectory(view).markup == ""
    contacts = tuple(
        Contact(date=dt.date(2025, 10, 1 + place), type=kind, title="" if place else "Start") for place, kind in enumerate(KINDS)
    )
    page = show_trajectory(change(view, contacts=contacts))
    rows = read_tables(page)["course-contacts"]
    assert rows[0] == [text.say(f"course.column_{name}") for name in ("date", "kind", "title")]
    assert rows[1][1] == rows[-1][1] == text.say("course.kind.wave")
    assert [row[1] for row in rows[2:-1]] == [text.say(f"course.kind.{kind}") for kind in KINDS]
    assert [row[2] for row in rows[2:4]] == ["Start", text.say("course.untitled")]
    first, last = (text.date(contact.date) for contact in (contacts[0], contacts[-1]))
    assert text.say_count("course.contacts", len(KINDS), first=first, last=last) in read_words(page)
