"""The figure of agreed levels: a track per statement with the first level and the last, and nothing like an interval."""

from __future__ import annotations

from tests.report.figures.made_rows import list_lines, list_words
from toolkit.plots.panel import Panel
from toolkit.plots.style import NOW, WANTED, WIDTH
from toolkit.report.figures.agreed import Steps, draw_steps

LEVELS = ["0: nog niet", "1: begonnen", "2: in gebruik", "3: verankerd"]


def list_marks(panel: Panel) -> list[tuple[str, float]]:
    """Return the colour of the edge and the level of each mark on a track."""
    marks = [line for line in list_lines(panel) if line.get_marker() not in ("None", "") and float(line.get_xdata()[0]).is_integer()]  # type: ignore[index]
    return [(str(line.get_markeredgecolor()), float(line.get_xdata()[0])) for line in marks]  # type: ignore[index]


def test_a_statement_goes_from_its_first_level_to_its_last_and_one_that_stayed_has_one_mark() -> None:
    figure = draw_steps([Steps("Informeren", 1, 3), Steps("Ondersteunen", 2, 2), Steps("Op gang", 3, 0)], LEVELS, ("eerst", "nu"))
    assert list_marks(figure) == [(WANTED, 1), (NOW, 3), (NOW, 2), (WANTED, 3), (NOW, 0)]
    words = [text.get_text() for text in list_words(figure)]
    assert words[:3] == ["eerst", "nu", "Informeren"] and words[-4:] == LEVELS


def test_one_moment_needs_no_mark_of_the_first_time_and_long_words_stay_within() -> None:
    long = "Wij bespreken samen in elk overleg wat leerlingen hebben geleerd en wat wij daarvan zelf kunnen leren"
    figure = draw_steps([Steps(long, None, 3)], ["een heel lang niveau met veel woorden", *LEVELS[1:]], ("eerst", "nu"))
    assert list_marks(figure) == [(NOW, 3)] and "eerst" not in [text.get_text() for text in list_words(figure)]
    assert all(0 <= text.get_position()[0] * WIDTH <= WIDTH and text.get_position()[1] <= figure.height for text in list_words(figure))
