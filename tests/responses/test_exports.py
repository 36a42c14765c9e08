"""Whole folders: what is read, and what is told about it."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path
from typing import get_args

import numpy as np
import pandas as pd
import pytest

from tests.responses.cases import FOLDER, open_study, read_case
from toolkit.errors import ExportError
from toolkit.findings import SEVERITY, describe_finding
from toolkit.languages import Language
from toolkit.responses.exports import Exports, list_findings, locate_answer, read_exports, read_responses
from toolkit.schemas import FINDINGS, ORIGINS, RESPONSES, SOURCES
from toolkit.study.loading import load_study

MESSAGES = {
    language: tomllib.loads((FOLDER.parent / "messages" / f"{language}.toml").read_text(encoding="utf-8")) for language in ("nl", "en")
}


def read_expected(case: str, table: str) -> pd.DataFrame:
    """Return a table as text, as the case folder holds it."""
    return pd.read_csv(FOLDER / case / f"{table}.csv", dtype=str, keep_default_na=False)


def as_text(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Return columns of a table written as a person would write them."""
    return pd.DataFrame({name: [write(value) for value in frame[name]] for name in columns}, columns=columns, dtype=str)


def write(value: object) -> str:
    """Return one value of a table as text."""
    if isinstance(value, float):
        return "" if np.isnan(value) else f"{value:g}"
    return "" if value is pd.NaT else str(value).removesuffix(" 00:00:00")


def test_a_folder_is_read_as_its_tables_say(cases: dict[str, Exports], subtests: pytest.Subtests) -> None:
    for case, exports in cases.items():
        for name, table in (("responses", exports.responses), ("findings", exports.findings)):
            expected = read_expected(case, name)
            with subtests.test(case, table=name):
                pd.testing.assert_frame_equal(as_text(table, list(expected)), expected.astype(str))


def test_what_is_read_has_its_shape(cases: dict[str, Exports], subtests: pytest.Subtests) -> None:
    for case, exports in cases.items():
        tables = ((RESPONSES, exports.responses), (FINDINGS, exports.findings), (SOURCES, exports.sources), (ORIGINS, exports.origins))
        with subtests.test(case):
            for shape, table in tables:
                pd.testing.assert_frame_equal(shape.conform(table), table)
            assert exports.sources["rows_used"].sum() == len(exports.responses)


@pytest.mark.parametrize("language", get_args(Language))
def test_every_finding_is_said_in_full(language: Language, cases: dict[str, Exports]) -> None:
    said = {}
    for exports in cases.values():
        for finding in exports.findings.to_dict("records"):
            said.setdefault(finding["code"], str(describe_finding(finding, language)))
    made = ("group_", "earlier_", "publication_", "record_")  # these are found when results are made, or in records
    read = [code for code in SEVERITY if not code.startswith(made)]
    assert said == {code: said.get(code) for code in read} | MESSAGES[language]


def test_all_that_stops_is_told_at_once(tmp_path: Path) -> None:
    exports = read_case("files_that_cannot_be_read", tmp_path)
    study = open_study(tomllib.loads((tmp_path / "study.toml").read_text(encoding="utf-8")), tmp_path)
    with pytest.raises(ExportError) as caught:
        read_responses(study)
    assert len(caught.value.problems) == (exports.findings["severity"] == "stops").sum() > 1
    assert {problem.file for problem in caught.value.problems} == {source.file for source in study.sources}
    pd.testing.assert_frame_equal(list_findings(study), exports.findings)


def test_an_answer_leads_back_to_its_cell(tmp_path: Path) -> None:
    exports = read_case("wide_file", tmp_path)
    cell = locate_answer(exports, "ab1", "after", "uwes3_i2")
    assert (cell.file, cell.row, cell.letter, cell.header, cell.value) == ("answers.csv", 2, "F", "n2", 5)
    with pytest.raises(ExportError, match="no row of respondent 'nobody'"):
        locate_answer(exports, "nobody", "after", "uwes3_i2")


def test_an_item_without_a_column_can_not_be_located(tmp_path: Path) -> None:
    (tmp_path / "answers.csv").write_text("uwes3_i1,uwes3_i2,uwes3_i3,code\n1,2,3,a\n", encoding="utf-8")
    layout = {"code": {"respondent": "code"}}
    sources = [{"file": "answers.csv", "wave": "before", "school": "s1", "layout": "code"}]
    exports = read_exports(open_study({"sources": sources, "layouts": layout, "instruments": ["uwes3", "cijfer1"]}, tmp_path))
    with pytest.raises(ExportError, match=r"answers\.csv: This file has no column for the item 'cijfer1_grade'"):
        locate_answer(exports, "a", "before", "cijfer1_grade")


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en", "<Exports: 6 schools, 119 people, 68 of whom answered more than once, 0 problems to solve first, 1 open question>"),
        (
            "nl",
            "<Exports: 6 scholen, 119 mensen, van wie er 68 vaker dan één keer antwoordden, "
            "0 problemen die eerst opgelost moeten worden, 1 open vraag>",
        ),
    ],
)
def test_exports_show_in_one_line_what_was_read(language: str, shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", language)
    unanswered = shutil.ignore_patterns("questions.toml")
    shutil.copytree(Path(__file__).parents[2] / "datasets" / "zes_scholen", tmp_path, dirs_exist_ok=True, ignore=unanswered)
    exports = read_exports(load_study(tmp_path))
    assert repr(exports) == shown
    assert exports._repr_html_().startswith("<p>6 s")
