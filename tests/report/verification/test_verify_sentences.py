import pytest

from toolkit.languages import Language, load_text
from toolkit.report.verification.page_values import Difference
from toolkit.report.verification.verify import Verdict, write_verdict

CELL = Difference("De kern", ("Scholen", "De Wilg", "Na"), "3,5", "3,9")
FILE = Difference("Herkomst", ("Bestanden", "na.csv", "SHA-256"), "aaa", "bbb")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_page_that_stands_is_told_in_one_line(language: Language) -> None:
    text = load_text(language)
    assert write_verdict(Verdict(True, (), (), ()), "a.html", text) == [text.say("verify.stands", file="a.html")]


def test_what_differs_is_listed_with_its_origin_first() -> None:
    words = Difference("De kern", (), "een 3,1", "een 3,2")
    drawn = Difference("De kern", ("Het steeg",), "", "", drawing=True)
    lines = write_verdict(Verdict(False, (FILE,), (CELL, words, drawn), ("numpy 1 → 2",)), "a.html", load_text("nl"))
    assert lines[0] == "a.html: 3 plekken verschillen van wat de studie nu geeft."
    english = write_verdict(Verdict(False, (FILE,), (CELL, words, drawn), ("numpy 1 → 2",)), "a.html", load_text("en"))
    assert english[0] == "a.html: 3 places differ from what the study gives now."
    assert english[3] == "Libraries of another version than in the manifest: numpy 1 → 2."
    assert english[-1] == "  De kern · the figure ‘Het steeg’ is drawn differently"
    assert lines[2] == "  Herkomst · tabel ‘Bestanden’, rij ‘na.csv’, kolom ‘SHA-256’: aaa → bbb"
    assert lines[3].endswith("numpy 1 → 2.")
    assert lines[5:] == [
        "  De kern · tabel ‘Scholen’, rij ‘De Wilg’, kolom ‘Na’: 3,5 → 3,9",
        "  De kern: een 3,1 → een 3,2",
        "  De kern · de figuur ‘Het steeg’ is anders getekend",
    ]


@pytest.mark.parametrize(
    ("language", "one", "came", "unseen", "stand"),
    [
        (
            "nl",
            "a.html: 1 plek verschilt",
            "  Boven de pagina: (niets) → new",
            "de pagina verschilt van wat de studie nu geeft, in wat niet woord voor woord wordt vergeleken: "
            "scripts en verwijzingen en plaatjes",
            "de getallen kloppen",
        ),
        (
            "en",
            "a.html: 1 place differs",
            "  Top of the page: (nothing) → new",
            "the page differs from what the study gives now, in what is not compared word by word: scripts and links and pictures",
            "the numbers hold",
        ),
    ],
)
def test_one_place_what_came_and_what_cannot_be_seen_have_words_of_their_own(
    language: Language, one: str, came: str, unseen: str, stand: str
) -> None:
    text = load_text(language)
    assert write_verdict(Verdict(False, (), (CELL,), ()), "a.html", text)[0].startswith(one)
    assert write_verdict(Verdict(False, (), (Difference("", (), "", "new"),), ()), "a.html", text)[-1] == came
    [line] = write_verdict(Verdict(False, (), (), (), ("script", "link")), "a.html", text)
    assert line.startswith(f"a.html: {unseen}.")
    assert write_verdict(Verdict(False, (FILE,), (), (), ("script", "link")), "a.html", text)[0] == line
    assert write_verdict(Verdict(False, (FILE,), (), ()), "a.html", text)[0].startswith(f"a.html: {stand}, ")


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "nl",
            [
                "Verder verschilt ze in wat niet woord voor woord wordt vergeleken, en wat iets kan verbergen, verplaatsen of veranderen: "
                "de opmaakstijlen (die rijen kunnen verbergen), de opmaakcodes en spaties en regeleinden.",
                "Wat verschilt (op de pagina → nu uit de studie):",
                "  De onderdelen staan in een andere volgorde",
                "  De kern · de tabellen staan in een andere volgorde",
                "  De kern · tabel ‘Scholen’: de rijen staan in een andere volgorde",
            ],
        ),
        (
            "en",
            [
                "It also differs in what is not compared word by word. That can hide, move or change what a reader gets: "
                "styles (which can hide rows), markup and spaces and line breaks.",
                "What differs (on the page → from the study now):",
                "  The sections are in another order",
                "  De kern · the tables are in another order",
                "  De kern · table ‘Scholen’: the rows are in another order",
            ],
        ),
    ],
)
def test_another_order_and_what_is_not_compared_are_told(language: Language, told: list[str]) -> None:
    moved = (
        Difference("", (), "", "", order="sections"),
        Difference("De kern", (), "", "", order="tables"),
        Difference("De kern", ("Scholen",), "", "", order="rows"),
    )
    verdict = Verdict(False, (), moved, (), ("style", "markup", "space"))
    assert write_verdict(verdict, "a.html", load_text(language))[1:] == told
