"""Counting what moved, in words."""

from __future__ import annotations

import pytest

from toolkit.languages import Text, load_text
from toolkit.report.content.estimate import Estimate
from toolkit.report.content.sentences import (
    Move,
    list_moves,
    write_chance,
    write_moves,
    write_moves_sentence,
    write_numeral,
    write_school_moves,
)
from toolkit.study.study import Outcome

NL, EN = load_text("nl"), load_text("en")


def make_moves(*verdicts: str) -> list[Move]:
    outcome = Outcome(instrument="plg12", scale="e1", rating="now")
    changes = [Estimate("shown", 0.1, 0.1, -0.1, 0.3, verdict=verdict) if verdict else Estimate("hidden") for verdict in verdicts]
    return [Move(outcome, f"F{number}", change) for number, change in enumerate(changes, 1)]


def test_the_title_says_what_is_seen():
    titles = {
        ("rose", "rose_clearly", "rose"): ("Drie factoren gingen omhoog", "Three factors went up"),
        ("rose",): ("Eén factor ging omhoog", "One factor went up"),
        ("fell",): ("Eén factor ging omlaag", "One factor went down"),
        ("fell", "fell_clearly"): ("Twee factoren gingen omlaag", "Two factors went down"),
        ("rose", "rose", "fell"): (
            "Twee factoren gingen omhoog en één factor ging omlaag",
            "Two factors went up and one factor went down",
        ),
        ("rose_probably", "rose"): ("Twee factoren gingen omhoog", "Two factors went up"),
        ("fell_probably",): ("Eén factor ging omlaag", "One factor went down"),
        ("indication_rose", "unclear"): (
            "Bij één factor is er een aanwijzing voor een stijging",
            "For one factor there is an indication of a rise",
        ),
        ("indication_rose", "indication_rose", "indication_fell"): (
            "Bij twee factoren is er een aanwijzing voor een stijging en bij één factor is er een aanwijzing voor een daling",
            "For two factors there is an indication of a rise and for one factor there is an indication of a fall",
        ),
        ("indication_fell", "indication_fell"): (
            "Bij twee factoren is er een aanwijzing voor een daling",
            "For two factors there is an indication of a fall",
        ),
        ("rose", "indication_fell"): ("Eén factor ging omhoog", "One factor went up"),
        ("unclear", "same", "rose_slightly", "fell_slightly"): ("Geen duidelijke verandering", "No clear change"),
        (): ("Geen duidelijke verandering", "No clear change"),
    }
    assert {verdicts: tuple(write_moves(make_moves(*verdicts), text) for text in (NL, EN)) for verdicts in titles} == titles


def test_few_names_are_given_and_many_are_not():
    assert write_moves_sentence(make_moves("rose", "fell", "rose"), NL) == (
        "Twee factoren gingen omhoog: ‘F1’ en ‘F3’. Eén factor ging omlaag: ‘F2’."
    )
    assert write_moves_sentence(make_moves(*["rose"] * 3), EN) == "Three factors went up: ‘F1’, ‘F2’ and ‘F3’."
    assert write_moves_sentence(make_moves(*["rose"] * 4), EN) == "Four factors went up."


def test_of_a_few_factors_among_many_their_number_is_said():
    moves = make_moves("rose", "unclear", "indication_fell")
    assert write_moves(moves, NL, few=True) == "Eén van deze drie factoren ging omhoog"
    assert write_moves_sentence(moves, EN, few=True) == (
        "One of these three factors went up: ‘F1’. For one of these three factors there is an indication of a fall: ‘F3’."
    )
    assert write_moves(moves[:1], EN, few=True) == "One factor went up"


@pytest.mark.parametrize(
    ("verdicts", "nl", "en"),
    [
        (
            ["unclear"] * 12,
            "Bij geen van de twaalf factoren is een duidelijke verandering te zien.",
            "None of the twelve factors shows a clear change.",
        ),
        (
            ["same", ""],
            "Eén factor is te vergelijken; daarbij is geen duidelijke verandering te zien.",
            "One factor can be compared; it shows no clear change.",
        ),
        (
            ["same", "unclear", ""],
            "Van twee factoren is een verandering te tonen; bij geen daarvan is die duidelijk.",
            "A change can be shown for two factors; it is clear for none of them.",
        ),
        (
            ["indication_rose", "unclear", "indication_fell"],
            "Bij geen van de drie factoren is een duidelijke verandering te zien. "
            "Bij één factor is er een aanwijzing voor een stijging: ‘F1’. Bij één factor is er een aanwijzing voor een daling: ‘F3’. "
            "Een aanwijzing kan toeval zijn: er zijn drie factoren vergeleken.",
            "None of the three factors shows a clear change. For one factor there is an indication of a rise: ‘F1’. "
            "For one factor there is an indication of a fall: ‘F3’. An indication may be chance: three factors were compared.",
        ),
        (
            ["rose", "indication_rose", "same"],
            "Eén factor ging omhoog: ‘F1’. Bij één factor is er een aanwijzing voor een stijging: ‘F2’. "
            "Een aanwijzing kan toeval zijn: er zijn drie factoren vergeleken.",
            "One factor went up: ‘F1’. For one factor there is an indication of a rise: ‘F2’. "
            "An indication may be chance: three factors were compared.",
        ),
        (["", ""], "Van de factoren is geen verandering te berekenen of te tonen.", "No change in the factors can be computed or shown."),
    ],
)
def test_nothing_clear_and_nothing_known_are_told_apart(verdicts: list[str], nl: str, en: str):
    moves = make_moves(*verdicts)
    assert tuple(f"{write_moves_sentence(moves, text)} {write_chance(moves, text)}".rstrip() for text in (NL, EN)) == (nl, en)


def test_the_words_follow_the_corrected_verdict_and_not_the_interval(open_school):
    def correct(made) -> None:
        made.alter("change", {"scale": "e2", "rating": "now", "quantity": "change"}, verdict="indication_rose")

    view = open_school("en", correct)
    moves = list_moves(view, view.study.find_instrument("plg12"))
    assert next(move.change.low for move in moves if move.outcome.scale == "e2") > 0
    assert write_moves(moves, EN) == "One factor went up and one factor went down"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (NL, "geen één twee drie vier vijf zes zeven acht negen tien elf twaalf 13"),
        (EN, "no one two three four five six seven eight nine ten eleven twelve 13"),
    ],
    ids=["nl", "en"],
)
def test_counts_are_letters_up_to_twelve(text: Text, words: str):
    assert [write_numeral(count, text) for count in range(14)] == words.split()


def make_schools(**counts: int) -> dict[str, Estimate]:
    verdicts = [verdict for verdict, count in counts.items() for _ in range(count)]
    changes = [
        Estimate("hidden") if verdict == "hidden" else Estimate("shown", 0.1, 0.1, -0.1, 0.3, verdict=verdict) for verdict in verdicts
    ]
    return {f"s{number}": change for number, change in enumerate(changes)}


@pytest.mark.parametrize(
    ("counts", "nl", "en"),
    [
        (
            {"rose_clearly": 4, "rose": 1, "fell": 1, "unclear": 6, "same": 1, "rose_probably": 1, "hidden": 2},
            "De bevlogenheid is in 6 van de 14 scholen gestegen (5 duidelijk, bij 1 is onzeker hoeveel) en in 1 van de 14 scholen "
            "gedaald (1 duidelijk). "
            "In 1 school veranderde de bevlogenheid weinig of niet. In 6 scholen kunnen we het niet zeggen. "
            "Van 2 scholen is de verandering niet te tonen.",
            "Engagement rose in 6 of 14 schools (5 clearly, in 1 it is uncertain how much) and fell in 1 of 14 schools (1 clearly). "
            "In 1 school engagement changed little or not at all. In 6 schools we can't tell. In 2 schools the change can't be shown.",
        ),
        (
            {"unclear": 1, "fell_slightly": 1, "hidden": 1},
            "In geen enkele school is een duidelijke verandering te zien. In 1 school veranderde de bevlogenheid weinig of niet. "
            "In 1 school kunnen we het niet zeggen. Van 1 school is de verandering niet te tonen.",
            "No school shows a clear change. In 1 school engagement changed little or not at all. "
            "In 1 school we can't tell. In 1 school the change can't be shown.",
        ),
        (
            {"fell_probably": 2},
            "De bevlogenheid is in 2 van de 2 scholen gedaald (bij 2 is onzeker hoeveel).",
            "Engagement fell in 2 of 2 schools (in 2 it is uncertain how much).",
        ),
        (
            {"fell_probably": 1, "same": 2},
            "De bevlogenheid is in 1 van de 3 scholen gedaald (bij 1 is onzeker hoeveel). "
            "In 2 scholen veranderde de bevlogenheid weinig of niet.",
            "Engagement fell in 1 of 3 schools (in 1 it is uncertain how much). In 2 schools engagement changed little or not at all.",
        ),
        ({"rose": 1}, "De bevlogenheid is in 1 van de 1 school gestegen (1 duidelijk).", "Engagement rose in 1 of 1 school (1 clearly)."),
        ({"fell": 2}, "De bevlogenheid is in 2 van de 2 scholen gedaald (2 duidelijk).", "Engagement fell in 2 of 2 schools (2 clearly)."),
    ],
)
def test_schools_are_counted_and_add_up(counts: dict[str, int], nl: str, en: str):
    changes = make_schools(**counts)
    assert " ".join(write_school_moves(changes, "de bevlogenheid", NL)) == nl
    assert " ".join(write_school_moves(changes, "engagement", EN)) == en
