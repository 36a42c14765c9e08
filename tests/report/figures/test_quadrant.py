"""The quadrant: dots lie where their numbers say, numbers do not overprint, and many dots have none."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from tests.report.figures.made_rows import list_lines, list_words
from toolkit.languages import load_text
from toolkit.report.figures.quadrant import NUMBERED, draw_quadrant
from toolkit.report.figures.ratings import Sides
from toolkit.study.answers import Answers

FIVE = Answers(min=1, max=5)


def draw(values: list[tuple[float, float]]) -> Figure:
    points = [Sides(f"part {number}", value, ("", "")) for number, value in enumerate(values, 1)]
    return draw_quadrant(points, ("importance", "satisfaction"), FIVE, load_text("en"))


def find_dots(figure: Figure) -> list[tuple[float, float]]:
    lines = [line for line in list_lines(figure) if line.get_marker() == "o"]
    return [(float(line.get_xdata()[0]), float(line.get_ydata()[0])) for line in lines]


def find_numbers(figure: Figure, count: int) -> dict[str, tuple[float, float]]:
    wanted = {str(number) for number in range(1, count + 1)}
    texts = [artist for artist in list_words(figure) if artist.get_text() in wanted and artist.get_weight() == "bold"]
    return {artist.get_text(): (artist.get_position()[0] * 480, artist.get_position()[1]) for artist in texts}


def test_a_higher_first_number_is_more_to_the_right_and_a_higher_second_one_higher_up() -> None:
    dots = find_dots(draw([(1, 1), (5, 5), (3, 3), (2, 4)]))
    assert [x for x, _ in dots] == [1, 5, 3, 2]
    heights = [y for _, y in dots]
    assert np.isclose(heights[0] - heights[1], 340) and np.isclose(heights[2], (heights[0] + heights[1]) / 2)
    assert heights[1] < heights[3] < heights[2]


def test_numbers_of_dots_that_lie_close_do_not_cover_each_other() -> None:
    places = list(find_numbers(draw([(3, 3), (3.1, 3), (3.05, 3.1), (4.9, 1.1)]), 4).values())
    assert len(places) == 4
    assert all(abs(a[0] - b[0]) >= 15 or abs(a[1] - b[1]) >= 10 for i, a in enumerate(places) for b in places[:i])


def test_names_stand_below_by_their_numbers_and_many_dots_have_neither() -> None:
    def write(figure: Figure) -> str:
        return " ".join(artist.get_text() for artist in list_words(figure))

    few = draw([(3, 3)] * NUMBERED)
    assert f"{NUMBERED} part {NUMBERED}" in write(few)
    many = draw([(3, 3)] * (NUMBERED + 1))
    assert "part" not in write(many) and not find_numbers(many, NUMBERED + 1).keys() - {str(tick) for tick in range(1, 6)}
    assert "satisfaction" in write(many) and "importance" in write(many)
