"""Small studies and scores made for tests."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from toolkit.schemas import SCORES
from toolkit.study.study import Study


def make_study(
    schools: int = 4,
    *,
    waves: tuple[str, ...] = ("before", "after"),
    instruments: tuple[str, ...] = ("cijfer1",),
    invited: list[dict[str, int]] | None = None,
    **more: Any,
) -> Study:
    """Return a study of `schools` schools s1, s2, ... without files."""
    primary = {"cijfer1": "cijfer1.grade", "plg12": "plg12.e1.now"}.get(instruments[0], f"{instruments[0]}.total")
    document = {
        "id": "made",
        "title": {"nl": "Gemaakt", "en": "Made"},
        "languages": ["nl", "en"],
        "report_date": "2026-07-01",
        "instruments": list(instruments),
        "waves": [{"id": w, "date": f"20{25 + i}-09-15", "label": {"nl": w, "en": w}} for i, w in enumerate(waves)],
        "schools": [
            {"id": f"s{i + 1}", "name": f"School {i + 1}", "invited": (invited or [{}] * schools)[i]}
            for i in range(len(invited or range(schools)))
        ],
        "sources": [{"file": "answers.csv"}],
        "outcomes": {"primary": primary},
    }
    return Study.model_validate(document | more)


def make_scores(
    rows: list[tuple[str, str, str, float]], instrument: str = "cijfer1", scale: str = "grade", rating: str = ""
) -> pd.DataFrame:
    """Return scores from (respondent, school, wave, score)."""
    frame = pd.DataFrame(rows, columns=["respondent", "school", "wave", "score"])
    return SCORES.conform(frame.assign(role="", instrument=instrument, scale=scale, rating=rating, answered=1, asked=1))


def draw_scores(
    sizes: dict[str, int], generator: np.random.Generator, *, change: float = 0.0, matched: float = 1.0, spread: float = 0.0
) -> pd.DataFrame:
    """Return scores of two waves for schools of the given sizes, with a true `change` that has SD `spread` between schools."""
    rows: list[tuple[str, str, str, float]] = []
    for school, size in sizes.items():
        own = change + spread * generator.standard_normal()
        for person in range(size):
            level = 6 + generator.standard_normal()
            fate = generator.random()
            if fate < matched + (1 - matched) / 2:
                rows.append((f"{school}-{person}", school, "before", level + 0.7 * generator.standard_normal()))
            if fate < matched or fate >= matched + (1 - matched) / 2:
                rows.append((f"{school}-{person}", school, "after", level + own + 0.7 * generator.standard_normal()))
    return make_scores(rows)
