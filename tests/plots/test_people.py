from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from tests.plots.made_tables import list_marks, make_scores, read_words
from toolkit.errors import FrameError
from toolkit.languages import load_text
from toolkit.plots.people import plot_change, plot_distribution, plot_flow
from toolkit.plots.style import LIGHT

SCORES = make_scores()


def test_everybody_who_answered_twice_is_a_line_and_their_mean_a_thick_one() -> None:
    axes = plot_change(SCORES)
    thin = sorted(tuple(map(float, line.get_ydata())) for line in axes.lines if line.get_linewidth() < 1)
    (mean,) = [line for line in axes.lines if line.get_gid() == "s1"]
    assert thin == [(2.0, 3.0), (4.0, 4.5)]
    assert list(mean.get_ydata()) == [3.0, 3.75]
    assert [(y, shape) for _, y, shape in list_marks(axes)] == [(3.0, "D"), (3.75, "o")]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_school_without_pairs_says_so(language: str) -> None:
    text = load_text(language)  # type: ignore[arg-type]
    axes = plot_change(SCORES, language=language)  # type: ignore[arg-type]
    (said,) = [words for words in axes.texts if words.get_text() == text.say("plots.no_pairs")]
    assert said.get_position()[0] == 1
    assert [label.get_text() for label in axes.get_xticklabels()] == [
        f"s1\n{text.say_count('plots.pairs', 2)}",
        f"s2\n{text.say_count('plots.pairs', 0)}",
    ]
    one = plot_change(SCORES[SCORES["code"] == "a"], language=language)  # type: ignore[arg-type]
    assert one.get_xticklabels()[0].get_text().endswith(text.say_count("plots.pairs", 1))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_people_without_a_school_stand_together(language: str) -> None:
    axes = plot_distribution(SCORES.drop(columns="school"), school=False, kind="strip", language=language)  # type: ignore[arg-type]
    assert axes.get_xticklabels()[0].get_text() == load_text(language).say("plots.all_together")  # type: ignore[arg-type]


def test_scores_are_read_as_the_verbs_read_them() -> None:
    with pytest.raises(FrameError):
        plot_change(SCORES.drop(columns="wave"))
    with pytest.raises(FrameError):
        plot_change(pd.concat([SCORES, SCORES.assign(wave=3)]))


def test_a_strip_has_a_dot_per_score_and_a_line_at_each_mean() -> None:
    axes = plot_distribution(SCORES)
    dots = sorted(float(y) for dots in axes.collections for _, y in dots.get_offsets())
    assert dots == sorted(SCORES["energy"])
    means = sorted({float(y) for line in axes.lines for y in line.get_ydata() if not np.isnan(y)})
    assert means == pytest.approx(sorted({*SCORES.groupby(["school", "wave"])["energy"].mean()}))


def test_dots_are_thrown_apart_alike_and_the_generator_of_the_researcher_stays() -> None:
    np.random.seed(5)  # noqa: NPY002
    expected = np.random.random()  # noqa: NPY002
    np.random.seed(5)  # noqa: NPY002
    places = [[tuple(offset) for dots in plot_distribution(SCORES).collections for offset in dots.get_offsets()] for _ in range(2)]
    assert places[0] == places[1]
    assert np.random.random() == expected  # noqa: NPY002


def test_a_histogram_counts_every_score_in_the_colour_of_its_wave() -> None:
    axes = plot_distribution(SCORES, kind="histogram", scale=(1, 5), language="en")
    counts = {to_hex(colour): 0.0 for colour in (LIGHT.wanted, LIGHT.now)}
    for bar in axes.patches:
        counts[to_hex(bar.get_facecolor())] += bar.get_height()
    assert list(counts.values()) == [4, 3]
    assert {"1 (n = 4)", "2 (n = 3)"} <= set(read_words(axes))
    assert axes.get_xlim() == (1, 5)


def test_more_waves_have_as_many_colours() -> None:
    more = pd.concat([SCORES.assign(wave=wave) for wave in range(5)])
    axes = plot_distribution(more.drop_duplicates(["code", "wave"]), kind="histogram")
    assert len({to_hex(sign.get_facecolor()) for sign in axes.get_legend().get_patches()}) == 5  # type: ignore[union-attr]


THREE = pd.DataFrame([("a", 1), ("a", 2), ("a", 3), ("b", 1), ("b", 2), ("c", 1), ("d", 3), ("e", 1), ("e", 3)], columns=["code", "wave"])


@pytest.mark.parametrize(
    ("language", "times"),
    [("nl", "5 mensen: 2 antwoordden één keer, 2 twee keer, 1 drie keer"), ("en", "5 people: 2 answered once, 2 twice, 1 three times")],
)
def test_who_answered_when_is_counted(language: str, times: str) -> None:
    axes = plot_flow(THREE, school=False, language=language)  # type: ignore[arg-type]
    assert [bar.get_height() for bar in axes.patches] == [4, 2, 3]
    assert [float(band.get_paths()[0].vertices[:, 1].max()) for band in axes.collections] == [2, 1]
    assert axes.get_xlabel() == times


@pytest.mark.parametrize("language", ["nl", "en"])
def test_two_waves_that_share_nobody_say_so(language: str) -> None:
    axes = plot_flow(pd.DataFrame({"code": ["a", "b"], "wave": [1, 2]}), school=False, language=language)  # type: ignore[arg-type]
    assert load_text(language).say("plots.in_both_none") in read_words(axes)  # type: ignore[arg-type]
    alone = plot_flow(pd.DataFrame({"code": ["a"]}), school=False, wave=False, language=language)  # type: ignore[arg-type]
    assert alone.get_xlabel().startswith("1 ")


def test_with_a_dv_only_who_has_a_value_counts() -> None:
    axes = plot_flow(SCORES.assign(energy=SCORES["energy"].where(SCORES["code"] != "a")), dv="energy")
    assert [bar.get_height() for bar in axes.patches] == [3, 2]
