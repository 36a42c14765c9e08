import pytest

from toolkit.report.proof.comparing import Difference
from toolkit.report.proof.sentences import write_verdict
from toolkit.report.proof.verifying import Verdict
from toolkit.report.text import load_text
from toolkit.study.definitions import Language

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
    assert lines[2] == "  Herkomst · tabel ‘Bestanden’, rij ‘na.csv’, kolom ‘SHA-256’: aaa → bbb"
    assert lines[3].endswith("numpy 1 → 2.")
    assert lines[5:] == [
        "  De kern · tabel ‘Scholen’, rij ‘De Wilg’, kolom ‘Na’: 3,5 → 3,9",
        "  De kern: een 3,1 → een 3,2",
        "  De kern · de figuur ‘Het steeg’ is anders getekend",
    ]


def test_one_place_what_came_and_what_cannot_be_seen_have_words_of_their_own() -> None:
    text = load_text("en")
    assert "1 place differs" in write_verdict(Verdict(False, (), (CELL,), ()), "a.html", text)[0]
    came = write_verdict(Verdict(False, (), (Difference("", (), "", "new"),), ()), "a.html", text)
    assert came[-1] == "  Top of the page: (nothing) → new"
    assert write_verdict(Verdict(False, (), (), ()), "a.html", text) == [text.say("verify.unseen", file="a.html")]
    assert write_verdict(Verdict(False, (FILE,), (), ()), "a.html", text)[0] == text.say("verify.numbers_stand", file="a.html")
