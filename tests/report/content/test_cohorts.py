"""The view of the page on cohorts: names, order, and the way to an estimate."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.two_studies import SHIPPED, drop_factors, write_cohort_studies
from toolkit.errors import DefinitionError
from toolkit.report.content.cohorts import open_cohorts
from toolkit.study.study import Outcome


def test_one_study_is_opened_with_its_cohorts(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED, tmp_path / "study")
    file = tmp_path / "study" / "study.toml"
    file.write_text(drop_factors(file.read_text(encoding="utf-8")), encoding="utf-8")
    view = open_cohorts(file, language="en")
    assert [view.name_cohort(cohort) for cohort in view.cohorts] == ["cohort 2024", "cohort 2025"]
    assert view.primary == Outcome(instrument="uwes9", scale="total")
    difference = view.find("difference", view.primary, "2025", against="2024")
    assert difference.schools == 8 and difference.df == 6
    assert view.find("difference", view.primary, "2024", against="2025").state == "not_measured"


@pytest.mark.slow
def test_a_study_without_a_cohort_is_called_by_its_title(tmp_path: Path) -> None:
    folders = write_cohort_studies(tmp_path)
    text = (folders[0] / "study.toml").read_text(encoding="utf-8").replace('cohort = "2024"\n', "")
    (folders[0] / "study.toml").write_text(text, encoding="utf-8")
    view = open_cohorts([folder / "study.toml" for folder in folders], language="nl")
    assert [view.name_cohort(cohort) for cohort in view.cohorts] == ["Twee cohorten van vier scholen, verzonnen", "cohort 2025"]


def test_a_study_of_one_cohort_can_not_be_opened() -> None:
    with pytest.raises(DefinitionError, match="zes_scholen"):
        open_cohorts(SHIPPED.parent / "zes_scholen")
