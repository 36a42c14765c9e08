"""The whole road on published data: the study file, what its exports hold, the scores; and numbers as a README writes them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from toolkit.responses.exports import Exports, read_exports
from toolkit.scoring import compute_scores, take_answers
from toolkit.statistics.mixed_models.model import MixedFit
from toolkit.study.loading import load_study
from toolkit.study.study import Study

HOUSE = Path(__file__).parent.parent.parent
PUBLISHED = HOUSE / "tests" / "data" / "published"
SHIPPED = HOUSE / "datasets"
SURE = 1e-4


@dataclass(frozen=True, slots=True, eq=False)
class Road:
    """A study from its file to its scores."""

    study: Study
    exports: Exports
    scores: pd.DataFrame

    @property
    def findings(self) -> dict[tuple[str, str], int]:
        """How many people, cells or rows are counted under each finding of each file."""
        rows = self.exports.findings
        counts: Counter[tuple[str, str]] = Counter()
        for code, file, count in zip(rows["code"], rows["file"], rows["count"], strict=True):
            counts[code, file] += count
        return dict(counts)

    def take_scale(self, name: str, wave: str = "") -> NDArray[np.float64]:
        """Return the answers to the items of a scale (`instrument.scale`), people × items in the scale's order, keyed one way."""
        instrument = self.study.find_instrument(name.split(".")[0])
        answers = take_answers(self.take_rows(wave), instrument, "", self.study)
        ids = [item.id for item in instrument.items]
        return answers[:, [ids.index(item) for item in instrument.find_scale(name.split(".")[1]).items]]

    def take_rows(self, wave: str = "") -> pd.DataFrame:
        """Return the responses, all or of one wave."""
        responses = self.exports.responses
        return responses[responses["wave"] == wave] if wave else responses

    def take_scores(self, name: str, wave: str = "") -> pd.DataFrame:
        """Return the scores of a scale that are there."""
        instrument, scale = name.split(".")
        rows = self.scores[(self.scores["instrument"] == instrument) & (self.scores["scale"] == scale)].dropna(subset="score")
        return rows[rows["wave"] == wave] if wave else rows


@cache
def walk(name: str, folder: Path = PUBLISHED) -> Road:
    """Return the road of the study in the folder `name`, walked once."""
    study = load_study(folder / name)
    exports = read_exports(study)
    return Road(study, exports, compute_scores(exports.responses, study))


def near(written: str, rel: float = 0) -> Any:
    """Return what a number must be when it is written so: within half of its last digit (and rounding), or within a share `rel`."""
    digits = len(written.partition("e")[0].partition(".")[2])
    power = float(f"1e{written.partition('e')[2] or 0}")
    return pytest.approx(float(written), abs=0.5001 * 10.0**-digits * power, rel=rel)


def find_row(table: pd.DataFrame, quantity: str, **places: str) -> pd.Series:
    """Return the one row of a table of results with this quantity at these places."""
    rows = table[table["quantity"] == quantity]
    for column, value in places.items():
        rows = rows[rows[column] == value]
    assert len(rows) == 1, (quantity, places, len(rows))
    return rows.iloc[0]


def assert_coefficients(fit: MixedFit, written: dict[str, str], names: list[str]) -> None:
    """Compare coefficients with `estimate, SE, df, t` as lme4 and lmerTest print them: degrees of freedom after Satterthwaite.

    lme4 stops where the criterion hardly changes: of its numbers four digits are sure.
    """
    for place, name in enumerate(names):
        estimate, error, df, t = written[name].split()
        test = fit.test(np.eye(len(names))[place], "satterthwaite")
        assert (fit.params[place], fit.bse[place]) == (near(estimate, SURE), near(error, SURE)), name
        assert (test.df, test.statistic) == (near(df, 20 * SURE), near(t, SURE)), name


def assert_variances(fit: MixedFit, *written: str) -> None:
    """Compare the variances and covariances of a model, largest first, with what lme4 prints."""
    found = sorted((part.value for part in fit.varcomp), reverse=True)
    assert found == [near(number, 10 * SURE) for number in sorted(written, key=float, reverse=True)]
