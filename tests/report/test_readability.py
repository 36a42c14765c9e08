"""How easily pages read: the score of each is printed, and its core is held at the level of a reader of B1."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

from tests.readability import B1, count_syllables, rate_reading
from tests.report.reading import parse
from toolkit import notebook
from toolkit.languages import Language, load_text
from toolkit.report.content.view import View
from toolkit.report.html.elements import Html

NOTEBOOKS = Path(notebook.__file__).parent.parent / "notebooks"


def read_prose(page: Html) -> str:
    """Return the sentences of a page: its paragraphs and the lines of its lists that end as a sentence does."""
    told = [re.sub(r"\s+", " ", "".join(element.itertext())).strip() for element in parse(page).iter() if element.tag in ("p", "li")]
    return " ".join(words for words in told if words.endswith((".", "?", "!")))


def show_page(template: str, view: View) -> Html:
    """Return all sections of a page, in the order of its template."""
    cells = nbformat.read(NOTEBOOKS / f"{template}.ipynb", as_version=4).cells
    code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    return Html("".join(getattr(notebook, name)(view).markup for name in re.findall(r"^(show_\w+)\(view\)$", code, re.MULTILINE)))


@pytest.mark.parametrize(
    ("language", "words", "syllables"),
    [("nl", "school leeuw mooie ideeën bevlogenheid", [1, 1, 2, 3, 4]), ("en", "the rose changed changes invited", [1, 1, 1, 2, 3])],
)
def test_syllables_are_counted(language: Language, words: str, syllables: list[int]) -> None:
    assert [count_syllables(word, language) for word in words.split()] == syllables


def test_the_score_is_that_of_its_authors() -> None:
    """Worked by hand: one sentence of six words and syllables, and one of seven words and nine syllables."""
    assert rate_reading("The cat sat on the mat.", "en") == pytest.approx(206.835 - 1.015 * 6 - 84.6)
    assert rate_reading("De kat zat op de gekleurde mat.", "nl") == pytest.approx(206.8 - 0.93 * 7 - 77.0 * 9 / 7)
    assert rate_reading("The cat (3 of 5) sat on ‘very complicated’ the 12.5% mat.", "en") == rate_reading("The cat sat on the mat.", "en")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_core_of_a_page_reads_at_b1(
    open_school: Callable[..., View], open_cohort: Callable[..., View], language: Language, capsys: pytest.CaptureFixture[str]
) -> None:
    school, cohort = open_school(language), open_cohort(language)
    pages = {"school_report": school, "summary": school, "across_schools": cohort}
    for template, view in pages.items():
        core = Html(re.sub(r"(?s)<h3.*", "", notebook.show_main_findings(view).markup))
        scores = rate_reading(read_prose(core), language), rate_reading(read_prose(show_page(template, view)), language)
        with capsys.disabled():
            sys.stdout.write(f"\n{template}, {language}: core {scores[0]:.0f}, page {scores[1]:.0f}")
        assert scores[0] >= B1, f"{template}: {read_prose(core)}"


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_sentence_on_causes_and_that_on_certainty_read_at_b1_by_themselves(language: Language) -> None:
    text = load_text(language)
    told = [text.say("core.cause"), text.say("certainty.answer", word=text.say("certainty.word.fair"))]
    assert [words for words in told if rate_reading(words, language) < B1] == []
