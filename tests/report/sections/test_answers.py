"""Section 5: answers per statement, in whole percentages that add up, and in words where everybody agrees."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.report.made_results import MadeResults, drop_labels
from tests.report.reading import read_pictures, read_words
from toolkit.languages import load_text
from toolkit.report.sections.answers import _describe, show_answers, state_item, write_share

FIGURE = "answers-plg12-element"


def test_the_table_holds_the_percentages_and_their_sums(open_school):
    table = read_pictures(show_answers(open_school()))[FIGURE].table
    assert table[0][1:] == [
        "1 niet of in zeer kleine mate", "2 in kleine mate", "3 enigszins", "4 in grote mate", "5 in zeer grote mate",
        "laag", "hoog", "Aantal mensen (n)",
    ]  # fmt: skip
    assert table[1] == ["Leren van en met elkaar", "10%", "20%", "30%", "35%", "5%", "30%", "40%", "20"]


@pytest.mark.parametrize(("language", "words"), [("nl", ("laag: 30%", "hoog: 40%")), ("en", ("low: 30%", "high: 40%"))])
def test_the_picture_holds_the_same_sums_left_and_right(open_school, language: str, words: tuple[str, str]):
    picture = read_pictures(show_answers(open_school(language)))[FIGURE]
    assert set(words) <= set(picture.words)
    assert "Leren van en met elkaar: 10% (1 niet of in zeer kleine mate)" in picture.description or language == "en"


@pytest.mark.parametrize(
    ("language", "all", "none"), [("nl", "vrijwel iedereen", "vrijwel niemand"), ("en", "nearly everyone", "nearly nobody")]
)
def test_what_everybody_answered_is_nearly_everybody(open_school, language: str, all: str, none: str):
    def agree(made: MadeResults) -> None:
        made.hide("answers", {"item": "e1"}, method="nearly_none")
        made.alter("answers", {"item": "e1", "answer": 4.0}, method="nearly_all")

    picture = read_pictures(show_answers(open_school(language, agree)))[FIGURE]
    assert picture.table[1][1:] == [none, none, none, all, none, none, all, "10 of meer" if language == "nl" else "10 or more"]
    assert not {"100%", "0%", "100", "0"} & set(picture.words)
    assert any(word.startswith(all) for word in picture.words)


@pytest.mark.parametrize(("method", "cell"), [("too_few_for_spread", "verborgen (minder dan 10)"), ("subtraction", "verborgen")])
def test_a_hidden_statement_is_not_drawn_and_stands_last_in_the_table(open_school, method: str, cell: str):
    picture = read_pictures(show_answers(open_school(alter=lambda made: made.hide("answers", {"item": "e1"}, method=method))))[FIGURE]
    assert picture.table[-1] == ["Leren van en met elkaar", *[cell] * 8]
    assert "Leren van en met elkaar" not in picture.words


def test_with_fewer_than_ten_people_there_is_a_sentence_and_no_figure(open_school):
    page = show_answers(open_school(alter=lambda made: made.hide("answers", {}, method="too_few_for_spread")))
    assert not read_pictures(page)
    assert "niet te tonen, want minder dan 10 mensen antwoordden" in read_words(page)


@pytest.mark.parametrize(("language", "label"), [("nl", "Stelling 1"), ("en", "Statement 1")])
def test_a_statement_whose_words_may_not_be_shown_has_its_number(open_school, language: str, label: str):
    view = open_school(language)
    page = show_answers(replace(view, study=drop_labels(view.study)))
    assert read_pictures(page)[FIGURE].table[1][0] == label and "Leren van en met elkaar" not in page.markup


def test_every_figure_stands_folded(open_school):
    markup = show_answers(open_school()).markup
    assert markup.count("<figure") == markup.count("</summary>\n<figure")


@pytest.mark.parametrize(("percent", "words"), [(0, "vrijwel niemand"), (1, "1%"), (99, "99%"), (100, "vrijwel iedereen")])
def test_only_the_ends_are_nearly(percent: int, words: str):
    assert write_share(percent, load_text("nl")) == words


def test_agreement_is_called_so_and_other_answers_are_not(open_school):
    from toolkit.report.sections.answers import choose_sides
    from toolkit.study.instruments import load_instrument

    text = load_text("nl")
    assert choose_sides(load_instrument("profcultuur8").answers, text) == ("oneens", "eens")
    assert choose_sides(load_instrument("uwes9").answers, text) == ("laag", "hoog")  # "eens per week" is no agreement


@pytest.mark.parametrize(
    ("language", "title"),
    [("nl", "Bij ‘Leren van en met elkaar’ antwoordde 40% ‘hoog’"), ("en", "On ‘Learning from and with each other’ 40% answered ‘high’")],
)
def test_the_only_statement_is_not_the_one_with_most(open_school, language: str, title: str):
    def alter(made: MadeResults) -> None:
        for row in made.rows["answers"]:
            if row["item"] != "e1":
                row.update(state="hidden", method="too_few_for_spread")

    assert read_pictures(show_answers(open_school(language, alter)))[FIGURE].title == title


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nl", "‘Leren van en met elkaar’: niet te tonen, want anders is een kleine groep te herkennen."),
        ("en", "‘Learning from and with each other’: can't be shown, because otherwise a small group could be recognised."),
    ],
)
def test_a_statement_that_is_left_out_is_named_with_its_reason(open_school, language: str, words: str):
    page = show_answers(open_school(language, lambda made: made.hide("answers", {"item": "e1"}, method="subtraction")))
    assert words in read_words(page)


@pytest.mark.parametrize(("shipped", "words"), [(True, "Wij leren hier samen"), (False, "Leren van en met elkaar")])
def test_a_statement_stands_as_it_was_asked_where_its_licence_allows(open_school, shipped: bool, words: str):
    instrument = open_school().study.find_instrument("plg12")
    item = instrument.items[0].model_copy(update={"text": {"nl": "Wij leren hier samen."}})
    asked = instrument.model_copy(update={"licence": instrument.licence.model_copy(update={"text_shipped": shipped})})
    assert state_item(asked, item, open_school().text) == words


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_lead_names_the_measurement_that_is_shown(open_school, language: str):
    first, last = open_school(language).waves
    view = open_school(language, lambda made: made.alter("answers", {}, wave=first.id))
    for shown, wave in ((view, first), (open_school(language), last)):
        words = read_words(show_answers(shown))
        assert shown.text.say("answers.lead", wave=shown.text.pick(wave.label), before="") in words
        assert shown.text.say("answers.lead", wave=shown.text.pick((last if wave == first else first).label), before="") not in words


def test_a_measurement_of_which_nothing_is_shown_is_described_in_one_word():
    words = ["1 nooit", "2 vaak"]
    assert _describe(["Ik leer", "juni", *["verborgen"] * 5], words) == "Ik leer, juni: verborgen"
    assert _describe(["Ik leer", "juni", "50%", "50%", "50%", "50%", "12"], words) == "Ik leer, juni: 50% (1 nooit), 50% (2 vaak)"
