"""What a person accepted, on the data check: as it was asked, with the reason."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from tests.report.reading import read_tables, read_words
from tests.responses.cases import open_study, read_case
from toolkit.languages import Language, load_text
from toolkit.report.sections.data_check import Check, show_findings
from toolkit.responses.questions import FILE, settle_findings, write_questions


@pytest.mark.parametrize(
    ("language", "header", "count", "without"),
    [
        ("nl", ["Waar en wat", "Waarom"], "1 vraag is beantwoord: wat is gedaan, blijft staan", "geen reden gegeven"),
        ("en", ["Where and what", "Why"], "1 question was answered: what was done stands", "no reason given"),
    ],
)
@pytest.mark.parametrize("because", ["", "Nagevraagd."])
def test_what_was_accepted_stands_with_its_reason(
    language: Language, header: list[str], count: str, without: str, because: str, tmp_path: Path
) -> None:
    exports = read_case("codes_alike", tmp_path)
    study = open_study(tomllib.loads((tmp_path / "study.toml").read_text(encoding="utf-8")), tmp_path)
    write_questions(exports.findings, study, language)
    text = (tmp_path / FILE).read_text(encoding="utf-8")
    answered = text.replace("# accepted = true", "accepted = true", 1).replace('# because = ""', f'because = "{because}"', 1)
    (tmp_path / FILE).write_text(answered, encoding="utf-8")
    settled = replace(exports, findings=settle_findings(exports.findings, study))
    page = show_findings(Check(study, settled, load_text(language)))
    table = read_tables(page)["findings-accepted"]
    assert table[0] == header and len(table) == 2 and table[1][1] == (because or without)
    assert count in read_words(page)
