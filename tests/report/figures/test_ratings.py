"""The matrix and the bullets: every number is written, and marks that lie close leave room for both."""

from __future__ import annotations

from matplotlib.figure import Figure

from tests.report.figures.made_rows import list_words
from toolkit.languages import load_text
from toolkit.plots.style import WIDTH
from toolkit.report.figures.ratings import Sides, draw_bullets, draw_matrix
from toolkit.study.answers import Answers

TEXT = load_text("nl")
FIVE = Answers(min=1, max=5)


def read(figure: Figure) -> dict[str, tuple[float, str]]:
    return {artist.get_text(): (artist.get_position()[0] * WIDTH, artist.get_ha()) for artist in list_words(figure)}


def test_two_numbers_that_lie_close_in_a_cell_do_not_overprint() -> None:
    near = Sides("dichtbij", (3.56, 3.6), ("3,56", "3,60"))
    far = Sides("ver", (1.2, 4.8), ("1,20", "4,80"))
    words = read(draw_matrix([[near, far], [far, near]], ("eerst", "later"), FIVE, TEXT))
    assert {"eerst", "later", "dichtbij", "ver", "1,20", "4,80"} <= set(words)
    assert words["3,56"][1] == "right" and words["3,60"][1] == "left"
    assert words["3,60"][0] - words["3,56"][0] >= 5


def test_a_bullet_tells_what_was_reached_and_its_target() -> None:
    words = read(draw_bullets([Sides("Doel", (2.5, 9.0), ("2,50", "9,00"))], ("bereikt", "doel"), FIVE, TEXT))
    assert {"Doel", "2,50 / 9,00", "bereikt", "doel"} <= set(words)
