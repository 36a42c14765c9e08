"""Questions about the data come before anything is final: on every road that publishes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.test_run import make
from toolkit import check_study, estimate_study, export_study, load_study, run_study
from toolkit.errors import ExportError
from toolkit.languages import load_text
from toolkit.report.content.view import View
from toolkit.report.publishing.slides import write_source
from toolkit.responses.questions import FILE
from toolkit.results.disclosure.audiences import take_audience
from toolkit.results.disclosure.register import REGISTER
from toolkit.study.study import Study

ROADS: dict[str, Callable[[Study, Path], object]] = {"run": run_study, "export": export_study}


def make_asking(folder: Path, state: str = "draft") -> Study:
    """Return the study of the gate in both languages, with one answer that is no answer of its scale."""
    make(folder)
    table = (folder / "answers.csv").read_text(encoding="utf-8").splitlines()
    (folder / "answers.csv").write_text("\n".join([table[0], table[1].rsplit(",", 1)[0] + ",9", *table[2:]]), encoding="utf-8")
    text = (
        (folder / "study.toml")
        .read_text(encoding="utf-8")
        .replace('languages = ["en"]', 'languages = ["en", "nl"]')
        .replace('"final"', f'"{state}"')
    )
    (folder / "study.toml").write_text(text, encoding="utf-8")
    return load_study(folder)


def accept(study: Study) -> None:
    """Accept the only question."""
    path = study.folder / FILE
    path.write_text(path.read_text(encoding="utf-8").replace("# accepted = true", "accepted = true"), encoding="utf-8")


def test_a_draft_says_that_it_is_one_with_its_open_questions_and_is_not_registered(tmp_path: Path) -> None:
    study = make_asking(tmp_path / "study")
    run_study(study, tmp_path / "out", schools=["s1"], kinds=["school", "summary"])
    pages = {page.name: page.read_text(encoding="utf-8") for page in (tmp_path / "out").glob("*.html")}
    said = {"en": "1 question about the data is still open.", "nl": "Er staat nog 1 vraag over de gegevens open."}
    banner = {"en": "not for sharing", "nl": "niet om te delen"}
    made = {name: page for name, page in pages.items() if name.startswith(("school", "summary"))}
    assert len(made) == 4
    for name, page in made.items():
        language = "en" if "-en" in name else "nl"
        assert said[language] in page and banner[language] in page, name
    assert not (tmp_path / "out" / "internal" / REGISTER).exists()
    (run,) = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))["runs"]
    assert (run["state"], run["questions"]) == ("draft", {"open": 1, "accepted": {}})


@pytest.mark.parametrize("road", ROADS)
def test_a_final_study_with_an_open_question_publishes_nothing(road: str, tmp_path: Path) -> None:
    study = make_asking(tmp_path / "study", "final")
    with pytest.raises(ExportError, match=r"answer question [a-z_]+-[0-9a-f]{8} in questions\.toml"):
        ROADS[road](study, tmp_path / "out")
    assert not [path for path in (tmp_path / "out").rglob("*") if path.suffix in (".html", ".csv", ".jsonl")]


def test_an_answered_question_stands_in_the_data_check_and_in_where_numbers_are_from(tmp_path: Path) -> None:
    study = make_asking(tmp_path / "study", "final")
    checked = check_study(study, tmp_path / "out")
    assert checked.questions == study.folder / FILE and checked.seen == "3 schools, 42 and 42 people, 1 open question"
    accept(study)
    checked = check_study(study, tmp_path / "out")
    assert checked.questions is None and checked.seen == "3 schools, 42 and 42 people, 0 open questions"
    check = (tmp_path / "out" / "internal" / "data_check.html").read_text(encoding="utf-8")
    assert "1 question was answered: what was done stands" in check and "no reason given" in check and "Accepted by those" in check
    dutch = (tmp_path / "out" / "internal" / "data_check-nl.html").read_text(encoding="utf-8")
    assert "1 vraag is beantwoord: wat is gedaan, blijft staan" in dutch and "geen reden gegeven" in dutch and "0 open vragen" in dutch
    made = run_study(study, tmp_path / "out", schools=["s1"], kinds=["school"])
    english, nl = (page.read_text(encoding="utf-8") for page in sorted(made.pages, key=lambda path: "-nl" in path.name)[:2])
    assert "1 accepted by those who carry out the study" in english and "Draft, not for sharing" not in english
    assert "1 aanvaard door wie het onderzoek uitvoert" in nl and "Concept, niet om te delen" not in nl
    assert (tmp_path / "out" / "internal" / REGISTER).is_file()


@pytest.mark.parametrize(
    ("language", "said", "settled"),
    [
        ("en", "Draft, not for sharing. 1 question about the data is still open.", "No questions about the data are open."),
        ("nl", "Concept, niet om te delen. Er staat nog 1 vraag over de gegevens open.", "Er staan geen vragen over de gegevens open."),
    ],
)
def test_a_picture_for_slides_of_a_draft_says_so(language: str, said: str, settled: str, tmp_path: Path) -> None:
    study = make_asking(tmp_path / "study")

    def write() -> str:
        results = estimate_study(study).results
        return write_source(View(study, take_audience(results, study, school="s1"), load_text(language), "s1"))

    assert said in write()
    check_study(study, tmp_path / "out")
    accept(study)
    assert settled in write()
