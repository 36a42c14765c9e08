"""Section 8: three questions by rule, and the evaluator's own words, which do nothing but stand there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.report.made_results import MadeResults, keep_first_wave
from tests.report.reading import parse, read_words
from tests.report.rows import LANGUAGES, open_row
from toolkit.errors import ReportError
from toolkit.languages import Language, load_text
from toolkit.report.content.view import View
from toolkit.report.sections.discussion import show_discussion
from toolkit.report.sections.expectations import find_surprises
from toolkit.report.sections.outcomes import list_heights
from toolkit.study.discussion import Question


def list_questions(view: View) -> list[str]:
    return ["".join(item.itertext()) for item in parse(show_discussion(view)).iter("li")]


def test_there_are_three_questions_from_the_gap_the_change_and_the_spread(open_school):
    gap, change, spread = list_questions(open_school())
    assert gap.startswith("Bij ‘Strategisch personeelsbeleid’ liggen nu (3,10) en gewenst (4,41) het verst uit elkaar.")
    assert change.startswith("‘Leren van en met elkaar’ is gestegen: van wat veranderde")
    assert spread.startswith("Bij ‘Collegiale ondersteuning’ lopen de antwoorden het verst uiteen.")


def test_the_clearest_change_is_the_one_with_the_smallest_p_value(open_school):
    def alter(made: MadeResults) -> None:
        made.alter("change", {"scale": "c6", "rating": "now", "quantity": "change"}, p_value=0.0001)

    assert "is gedaald: van wat veranderde" in list_questions(open_school(alter=alter))[1]


def test_a_change_that_the_words_do_not_call_one_is_not_asked_about(open_school):
    def alter(made: MadeResults) -> None:
        for row in made.rows["change"]:
            row["verdict"] = "unclear"

    assert list_questions(open_school(alter=alter))[1].startswith("Er is geen duidelijke verandering te zien.")


def test_with_one_wave_the_question_looks_ahead(open_school):
    view = open_school()
    assert list_questions(replace(view, study=keep_first_wave(view.study)))[1].startswith("Er is nog één meting.")


@pytest.mark.parametrize(
    ("language", "start"),
    [
        ("nl", "Op ‘Leren van en met elkaar’ antwoordde niet iedereen hetzelfde."),
        ("en", "Not everyone gave the same answer on ‘Learning from and with each other’."),
    ],
)
def test_the_only_factor_with_a_spread_is_not_the_one_that_differs_most(open_school, language: str, start: str):
    def alter(made: MadeResults) -> None:
        made.rows["levels"] = [row for row in made.rows["levels"] if row["quantity"] != "sd" or row["scale"] == "e1"]

    assert list_questions(open_school(language, alter))[2].startswith(start)


@pytest.mark.parametrize(("language", "start"), [("nl", "Er zijn te weinig antwoorden"), ("en", "There are too few answers")])
def test_without_ten_people_no_spread_is_told(open_school, language: str, start: str):
    def alter(made: MadeResults) -> None:
        made.hide("levels", {"quantity": "sd"}, method="too_few_for_spread")

    assert list_questions(open_school(language, alter))[2].startswith(start)


def test_without_a_shown_gap_the_question_is_open(open_school):
    questions = list_questions(open_school(alter=lambda made: made.hide("levels", {"instrument": "plg12"})))
    assert len(questions) == 3 and questions[0].startswith("Bij geen factor")


def write_note(view: View, name: str, words: str) -> None:
    folder = view.study.folder / "notes"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(words, encoding="utf-8")


@pytest.mark.parametrize(("language", "heading"), [("nl", "Van de onderzoeker"), ("en", "From the evaluator")])
def test_the_evaluators_words_stand_as_typed_and_do_nothing(open_school, language: str, heading: str):
    view = open_school(language)
    write_note(view, "s1.md", "# Kop\n\n**Vet** <script>alert(1)</script> [hier](https://voorbeeld.nl/x) ![a](https://voorbeeld.nl/a.png)")
    markup = show_discussion(view).markup
    assert f">{heading}</h3>" in markup and "<h4>Kop</h4>" in markup and "<strong>Vet</strong>" in markup
    assert "<script" not in markup and "href" not in markup and "<img" not in markup
    assert "hier (https://voorbeeld.nl/x)" in read_words(show_discussion(view))


def test_the_words_for_one_school_stand_on_its_page_only(open_school, open_cohort):
    view, cohort = open_school(), open_cohort()
    write_note(view, "s2.md", "Voor een ander")
    write_note(cohort, "schools.md", "Voor allen")
    assert "Voor een ander" not in show_discussion(view).markup and "Voor allen" not in show_discussion(view).markup
    assert "Voor allen" in show_discussion(cohort).markup


def test_a_code_does_not_lead_out_of_the_folder(open_school):
    view = open_school()
    (view.study.folder / "secret.md").write_text("geheim", encoding="utf-8")
    write_note(view, "s1.md", "hier")
    away = replace(view, school="../secret")
    assert "geheim" not in show_discussion(away).markup


def test_without_words_the_page_on_all_schools_has_no_such_section(open_cohort):
    assert not show_discussion(open_cohort()).markup


@pytest.mark.parametrize(("language", "told"), [("nl", "Dit bestand is geen UTF-8-tekst"), ("en", "This file is not UTF-8 text")])
def test_a_note_that_is_no_text_is_an_error(open_school, language: str, told: str):
    view = open_school(language)
    write_note(view, "s1.md", "")
    (view.study.folder / "notes" / "s1.md").write_bytes(b"\xff\xfe\x00\xd8")
    with pytest.raises(ReportError, match=rf"s1\.md.*{told}"):
        show_discussion(view)


def test_the_only_change_is_not_called_the_clearest(open_school):
    def alter(made: MadeResults) -> None:
        for row in made.rows["change"]:
            if (row["scale"], row["rating"]) != ("total", ""):
                row["verdict"] = "unclear"

    assert (
        list_questions(open_school(alter=alter))[1]
        == "De bevlogenheid is gestegen, maar hoeveel is onzeker. Herkent het team dat, en waaraan?"
    )


@pytest.mark.parametrize(("language", "start"), [("nl", "Hier is geen verandering te tonen."), ("en", "No change can be shown here.")])
def test_where_every_change_is_hidden_none_is_called_unclear(open_school, language: str, start: str):
    questions = list_questions(open_school(language, lambda made: made.hide("change", {})))
    assert questions[1].startswith(start)


@pytest.mark.parametrize(
    ("language", "start", "widest"),
    [
        ("nl", "Bij ‘Leren van en met elkaar’ ligt gewenst (", "verst"),
        ("en", "For ‘Learning from and with each other’ wanted (", "furthest"),
    ],
)
def test_the_only_gap_is_not_called_the_widest(open_school, language: str, start: str, widest: str):
    def alter(made: MadeResults) -> None:
        made.rows["levels"] = [row for row in made.rows["levels"] if row["instrument"] != "plg12" or row["scale"] == "e1"]

    first = list_questions(open_school(language, alter))[0]
    assert first.startswith(start) and widest not in first
    assert widest in list_questions(open_school(language))[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_questions_of_the_study_follow_and_what_came_out_otherwise_than_expected_is_named(language: Language) -> None:
    text = load_text(language)
    asked = list_questions(open_row("E8", language, "s1"))
    assert len(asked) == 6 and asked[3] == text.say("talking.expected_found", found=find_surprises(open_row("E8", language, "s1")))
    first, last = {"nl": ("Leren van en met", "Strategisch"), "en": ("Learning from and with", "Strategic personnel")}[language]
    assert asked[3].index(first) < asked[3].index(last), "first what was expected to be high and came out low"
    assert asked[5] == {"nl": "Wat wil School A vasthouden?", "en": "What does School A want to hold on to?"}[language]
    assert text.say("talking.lead_own") in read_words(show_discussion(open_row("E8", language, "s1")))
    assert len(list_questions(open_row("E8", language, "s2"))) == 5, "one was for another school"


@pytest.mark.parametrize("language", LANGUAGES)
def test_ready_questions_ask_about_the_widest_gap_or_the_lowest_score_or_in_general(open_school, language: Language) -> None:
    def ask(view: View) -> list[str]:
        ready = tuple(Question(ready=name) for name in ("expected", "improve"))
        return list_questions(replace(view, study=view.study.model_copy(update={"discuss": ready})))[3:]

    text = load_text(language)
    gap = {"nl": "Strategisch personeelsbeleid", "en": "Strategic personnel policy"}[language]
    assert ask(open_school(language)) == [text.say("talking.expected"), text.say("talking.improve_one", factor=gap)]
    lowest = ask(view := open_row("E8", language, "s1"))[1]
    assert lowest == text.say("talking.improve_one", factor=list_heights(view, view.study.find_instrument("plg12"))[-1].label)
    nothing = open_school(language, lambda made: [made.rows[name].clear() for name in ("levels", "change")])
    assert ask(nothing)[1] == text.say("talking.improve")
