"""A plot of how much schools got beside their change: a mark per school that has both."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.plots.made_tables import read_words
from toolkit.errors import FrameError
from toolkit.languages import Language, load_text
from toolkit.plots.attendance import plot_dose

GOT = pd.DataFrame(
    {"school": ["a", "b", "c"], "share": [0.5, 0.8, 0.9], "contacts": [2, 3, 4], "talks": [1, 2, 3], "hours": [2.0, 3.5, None]}
)
CHANGED = pd.DataFrame({"school": ["all schools", "a", "b"], "estimate": [0.2, -0.1, 0.4], "low": [0, -0.4, 0.1], "high": [0.4, 0.2, 0.7]})


@pytest.mark.parametrize("language", ["nl", "en"])
def test_each_school_with_both_numbers_has_a_mark_an_interval_and_its_name(language: Language) -> None:
    text = load_text(language)
    axes = plot_dose(GOT, CHANGED, language=language)
    marks = [(line.get_xdata()[0], line.get_ydata()[0]) for line in axes.lines if line.get_marker() not in ("None", "")]  # type: ignore[index]
    assert marks == [(0.5, -0.1), (0.8, 0.4)]
    assert read_words(axes) == ["a", "b", text.say("plots.interval", confidence="95%")]
    assert axes.get_xlabel() == text.say("plots.dose_share") and axes.get_ylim()[0] < -0.4 and axes.get_ylim()[1] > 0.7
    assert "80%" in [axes.xaxis.get_major_formatter()(0.8)]
    for name in ("hours", "contacts"):
        assert plot_dose(GOT, CHANGED, on=name, language=language).get_xlabel() == text.say(f"plots.dose_{name}")


def test_another_dose_has_its_own_name_and_changes_without_an_interval_none() -> None:
    axes = plot_dose(GOT, CHANGED[["school", "estimate"]], on="talks", language="en")
    assert axes.get_xlabel() == "talks" and read_words(axes) == ["a", "b"]
    with pytest.raises(FrameError, match="plot_dose"):
        plot_dose(GOT, CHANGED.iloc[:1])
