from __future__ import annotations

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
from matplotlib.figure import Figure

from tests.plots.made_tables import make_change, make_cohort_course, make_cohorts, make_gap, make_levels, make_scores, read_words
from toolkit.errors import FrameError
from toolkit.languages import load_text
from toolkit.plots.answers import plot_answers
from toolkit.plots.changes import plot_factors, plot_schools
from toolkit.plots.cohorts import plot_cohort_course, plot_cohorts
from toolkit.plots.levels import plot_course, plot_levels
from toolkit.plots.panel import Panel
from toolkit.plots.people import plot_change, plot_distribution, plot_flow
from toolkit.plots.profiles import plot_gap, plot_radar
from toolkit.plots.style import DARK, LIGHT, house_style
from toolkit.plots.theme import find_palette, list_settings, open_plot, set_theme, wrap
from toolkit.report.html.svg import publish_picture

LEVELS = make_levels(("s1", "sept", 3), ("s1", "june", 4), ("s2", "sept", 2), ("s2", "june", 3))
GAP = make_gap(vision=(3, 4), trust=(2, 3), time=(2, 4))
ITEMS = make_scores().assign(q1=[1, 2, 3, 4, 5, 1, 2])
EVERY = {
    "schools": lambda **options: plot_schools(make_change(("s1", 0.5, 0.1, 0.9)), **options),
    "factors": lambda **options: plot_factors(make_change(("s1", 0.5, 0.1, 0.9), dv="energy"), **options),
    "levels": lambda **options: plot_levels(LEVELS, **options),
    "course": lambda **options: plot_course(LEVELS, **options),
    "cohorts": lambda **options: plot_cohorts(make_cohorts(), **options),
    "cohort_course": lambda **options: plot_cohort_course(make_cohort_course(), **options),
    "gap": lambda **options: plot_gap(GAP, **options),
    "radar": lambda **options: plot_radar(GAP, **options),
    "change": lambda **options: plot_change(make_scores(), **options),
    "strip": lambda **options: plot_distribution(make_scores(), **options),
    "histogram": lambda **options: plot_distribution(make_scores(), kind="histogram", **options),
    "flow": lambda **options: plot_flow(make_scores(), **options),
    "answers": lambda **options: plot_answers(ITEMS, items=["q1"], **options),
}


@pytest.mark.parametrize("name", EVERY)
def test_axes_that_are_given_are_drawn_on_and_nothing_else_changes(name: str) -> None:
    axes = Figure().add_subplot()
    before = dict(mpl.rcParams)
    assert EVERY[name](ax=axes) is axes
    assert axes.has_data() or axes.patches or axes.texts
    assert plt.get_fignums() == []
    assert dict(mpl.rcParams) == before


@pytest.mark.parametrize("name", EVERY)
def test_a_new_figure_is_one_of_pyplot_in_either_language(name: str) -> None:
    drawn = [EVERY[name](language=of) for of in ("nl", "en")]
    said = [[*read_words(axes), axes.get_xlabel(), axes.get_ylabel()] for axes in drawn]
    assert len(plt.get_fignums()) == 2
    assert name == "strip" or said[0] != said[1]


@pytest.mark.parametrize("name", EVERY)
def test_a_dark_theme_is_dark_all_over(name: str) -> None:
    set_theme(dark=True)
    figure = EVERY[name]().get_figure(root=True)
    assert mpl.colors.to_hex(figure.get_facecolor()) == DARK.paper
    drawn = [*figure.findobj(mpl.lines.Line2D), *figure.findobj(mpl.text.Text)]
    assert not {mpl.colors.to_hex(artist.get_color()) for artist in drawn} & {"#000000", LIGHT.ink, LIGHT.now}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_plot_of_people_is_drawn_where_a_page_for_sharing_is_made(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLG_PAGE", "5")
    monkeypatch.setenv("LC_ALL", f"{language}_XX")
    refused = set()
    for name, draw in EVERY.items():
        try:
            draw(ax=Figure().add_subplot())
        except FrameError as error:
            assert load_text(language).phrases["faults.plots.people.mend"] in str(error)  # type: ignore[arg-type]
            refused.add(name)
    assert refused == {"change", "strip", "histogram", "flow", "answers"}


def test_the_colours_follow_the_background() -> None:
    with mpl.rc_context(list_settings(DARK)):
        assert find_palette(None) is DARK
        assert find_palette(Figure(facecolor="white").add_subplot(facecolor="none")) is LIGHT
    assert find_palette(None) is LIGHT
    assert find_palette(Figure().add_subplot(facecolor="black")) is DARK


def test_a_name_is_drawn_as_it_was_typed() -> None:
    axes = plot_schools(make_change((r"$\alpha$ $", 0.5, 0.1, 0.9)))
    axes.get_figure(root=True).draw_without_rendering()
    (label,) = axes.get_yticklabels()
    assert (label.get_text(), label.get_parse_math()) == (r"$\alpha$ $", False)


def test_words_break_between_words_and_long_ones_within() -> None:
    assert wrap("De Wolkenplukker", 12) == "De\nWolkenplukker"
    assert max(map(len, wrap("a" * 90, 26).split("\n"))) == 26


def test_no_words_of_a_figure_overlap_or_are_cut() -> None:
    axes = plot_schools(make_change(("all schools", 0.5, 0.1, 0.9), ("A school with quite a long name in a long street", 0.2, -0.4, 0.9)))
    figure = axes.get_figure(root=True)
    figure.draw_without_rendering()
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    boxes = [text.get_window_extent(renderer) for text in figure.findobj(mpl.text.Text) if text.get_text() and text.get_visible()]
    assert all(box.x0 >= 0 and box.y0 >= 0 and box.x1 <= figure.bbox.x1 and box.y1 <= figure.bbox.y1 for box in boxes)
    assert [(one, other) for place, one in enumerate(boxes) for other in boxes[:place] if one.overlaps(other)] == []


def test_a_theme_changes_nothing_of_the_figures_of_pages() -> None:
    def draw() -> str:
        with house_style():
            panel = Panel(40, 0, 6)
            panel.mark(3, 20, "now")
            panel.write(10, 20, "$word$")
        return str(publish_picture(panel, "id", "title", "description"))

    plain = draw()
    set_theme(dark=True)
    assert draw() == plain


def test_a_backend_that_comes_with_the_first_figure_stays_interactive() -> None:
    with mpl.rc_context({"interactive": False}):
        with open_plot(None, "en", field=1.0):
            mpl.interactive(True)
        assert mpl.is_interactive()


def test_a_key_of_many_signs_stays_within_the_figure() -> None:
    with open_plot(None, "en", field=3.0) as plot:
        plot.add_key([(plot.sign_mark("now"), f"Cohort {number} of eight") for number in range(8)])
        figure = plot.axes.get_figure(root=True)
        figure.draw_without_rendering()
        assert plot.axes.get_legend().get_window_extent().width <= figure.bbox.width
