"""Versions of one instrument in one study: who was asked the longer one is scored on the shorter one, and nothing else is said."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.two_studies import SHIPPED
from toolkit.responses.exports import list_findings
from toolkit.study.loading import load_study


def test_scales_of_a_shorter_version_are_not_missed_where_the_longer_one_was_asked() -> None:
    findings = list_findings(load_study(SHIPPED))
    told = findings.loc[findings["code"] == "scale_unscored", "column"].str.cat(sep=", ")
    assert "uwes17.total" in told and "uwes9" not in told


def test_scales_of_a_shorter_version_are_missed_where_an_item_of_the_longer_one_was_left_out(tmp_path: Path) -> None:
    study = tmp_path / "study"
    shutil.copytree(SHIPPED, study)
    text = (study / "study.toml").read_text(encoding="utf-8")
    lost = ", ".join(f'"uwes17_{item}"' for item in ("i01", "i04", "i08"))
    text = text.replace('not_asked = ["uwes9"]', f'not_asked = ["uwes9", {lost}]', 1)
    (study / "study.toml").write_text(text, encoding="utf-8")
    header = (study / "exports" / "2024_before.csv").read_text(encoding="utf-8")
    for item in ("i01", "i04", "i08"):
        header = header.replace(f"uwes17_{item}", f"left_{item}", 1)
    (study / "exports" / "2024_before.csv").write_text(header, encoding="utf-8")
    findings = list_findings(load_study(study))
    told = findings.loc[findings["code"] == "scale_unscored", "column"].str.cat(sep=", ")
    assert "uwes9.vigour" in told and "uwes9.dedication" not in told
