"""Tables as the verbs of the toolkit return them, made by hand, and what is read back from Axes."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

ALL = "all schools"
ANSWER_SCALE = (1, 5)


def make_change(*rows: tuple[str, float, float, float], dv: str = "") -> pd.DataFrame:
    """Return changes: school, estimate, low and high."""
    table = pd.DataFrame(rows, columns=["school", "estimate", "low", "high"]).assign(n=20, verdict="")
    table.attrs = {"dv": ["energy"], "range": ANSWER_SCALE, "confidence": 0.9}
    return table.assign(dv=dv).set_index("dv") if dv else table


def make_levels(*rows: tuple[str, str, float], n: int = 25, sd: float = 0.5) -> pd.DataFrame:
    """Return means: school, wave and mean."""
    table = pd.DataFrame(rows, columns=["school", "wave", "mean"]).assign(n=n, sd=sd)
    table.attrs = {"dv": ["energy"], "range": ANSWER_SCALE}
    return table


def make_gap(**factors: tuple[float, float]) -> pd.DataFrame:
    """Return now and wanted per factor, over all schools."""
    rows = [(factor, rating, value) for factor, pair in factors.items() for rating, value in zip(("now", "wanted"), pair, strict=True)]
    table = pd.DataFrame(rows, columns=["factor", "rating", "after"]).assign(school=ALL, before=math.nan, n=30).set_index("factor")
    table.attrs = {"range": ANSWER_SCALE}
    return table


def make_cohorts(*, mean: bool = False) -> pd.DataFrame:
    """Return a cohort of two schools and one that is not tested, as `compare_cohorts` gives them, and on request the mean over cohorts."""
    rows = [
        ("cohort", "2024", ALL, 40, 0.4, 0.2, 0.6),
        ("school", "2024", "s1", 20, 0.5, 0.1, 0.9),
        ("school", "2024", "s2", 20, 0.3, -0.1, 0.7),
        ("cohort", "2025", ALL, 20, -0.2, math.nan, math.nan),
        ("school", "2025", "s1", 20, -0.2, -0.7, 0.3),
        ("school", "2025", "s3", 0, math.nan, math.nan, math.nan),
        ("difference", "2025", ALL, 60, math.nan, math.nan, math.nan),
    ]
    rows += [("mean", "", ALL, 60, 0.1, -0.5, 0.7), ("tau_cohorts", "", ALL, 60, 0.3, 0.1, 0.9)] if mean else []
    table = pd.DataFrame(rows, columns=["what", "cohort", "school", "n", "estimate", "low", "high"]).assign(verdict="")
    table.attrs = {"dv": ["energy"], "range": ANSWER_SCALE, "confidence": 0.9}
    return table


def make_cohort_course() -> pd.DataFrame:
    """Return the means of two cohorts, of which the second lacks one."""
    rows = [
        ("2024", 0, 3.0, 2.8, 3.2),
        ("2024", 9, 3.4, 3.1, 3.7),
        ("2025", 0, 2.9, 2.6, 3.2),
        ("2025", 4, *[math.nan] * 3),
        ("2025", 10, 3.1, 2.9, 3.3),
    ]
    table = pd.DataFrame(rows, columns=["cohort", "months", "estimate", "low", "high"])
    table.attrs = {"dv": ["energy"], "range": ANSWER_SCALE}
    return table


def make_scores() -> pd.DataFrame:
    """Return people of two schools in two waves: two pairs in the first school, none in the second."""
    rows = [
        ("a", "s1", 1, 2.0),
        ("a", "s1", 2, 3.0),
        ("b", "s1", 1, 4.0),
        ("b", "s1", 2, 4.5),
        ("c", "s1", 1, 1.0),
        ("d", "s2", 1, 3.0),
        ("e", "s2", 2, 5.0),
    ]
    return pd.DataFrame(rows, columns=["code", "school", "wave", "energy"])


def read_words(axes: Axes) -> list[str]:
    """Return all words in the field and in the key."""
    legend = axes.get_legend()
    return [text.get_text() for text in axes.texts] + [text.get_text() for text in (legend.get_texts() if legend else [])]


def read_rows(axes: Axes) -> list[str]:
    """Return the names of the rows from top to bottom."""
    return [label.get_text().replace("\n", " ") for label in axes.get_yticklabels()]


def list_marks(axes: Axes) -> list[tuple[float, float, str]]:
    """Return x, y and shape of every single mark."""
    lines: list[Any] = [line for line in axes.lines if line.get_marker() != "None" and len(line.get_xdata()) == 1]
    return [(float(line.get_xdata()[0]), float(line.get_ydata()[0]), line.get_marker()) for line in lines]


def list_intervals(axes: Axes) -> list[tuple[float, float, float]]:
    """Return start, end and height of every level line without marks."""
    lines: list[Any] = [line for line in axes.lines if line.get_marker() == "None" and len(line.get_xdata()) == 2]
    return [(*map(float, line.get_xdata()), float(line.get_ydata()[0])) for line in lines if len(set(line.get_ydata())) == 1]
