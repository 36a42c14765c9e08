"""Study files, instruments and matches that no person wrote: each ends in a sentence with its place, in both languages, and soon."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest

from tests.study.test_definitions_words import assert_told
from toolkit.errors import DefinitionError
from toolkit.findings import describe_finding
from toolkit.languages import Language
from toolkit.responses.exports import read_exports
from toolkit.study.loading import load_study
from toolkit.study.matches import load_matches

DATASET = Path(__file__).parents[2] / "datasets" / "zes_scholen"
BASE = (DATASET / "study.toml").read_text(encoding="utf-8")
INSTRUMENT = (Path(__file__).parents[2] / "toolkit" / "instruments" / "energie_own9.toml").read_text(encoding="utf-8")
LANGUAGES = get_args(Language)
DATE, SEED, FILE = "report_date = 2026-07-10", "seed = 20250915", "exports/s1_de_papieren_brug.xlsx"

#: what is put in place of a line of a sound study file -> the fault that is told of it, "" for one that is told some other way.
STUDIES = [
    (SEED, "x = " + "[" * 10_000 + "]" * 10_000, "toml_deep"),
    (SEED, "x = " + "{a=" * 10_000 + "1" + "}" * 10_000, "toml_deep"),
    (SEED, "x = " + "[" * 100_000, "toml_deep"),
    (SEED, "seed = " + "9" * 10_000, "toml_number"),
    (SEED, "seed = " + "9_9" * 5_000, "toml_number"),
    (SEED, "seed = " + "9" * 4_000, "less_than_equal"),
    (SEED, "seed = 0x" + "f" * 10_000, "less_than_equal"),
    (SEED, "seed = -5", "greater_than_equal"),
    (SEED, "seed = inf", "finite"),
    (SEED, "seed = 1\nconfidence = nan", "finite"),
    (SEED, "seed = 1\nconfidence = inf", "finite"),
    ("w1 = 34", "w1 = " + "9" * 4_000, "less_than_equal"),
    ("smallest_group = 5", "smallest_group = " + "9" * 4_000, "less_than_equal"),
    ("smallest_group = 5", "smallest_group = -inf", "finite"),
    (DATE, "report_date = 99999-01-01", ""),
    (DATE, "report_date = 0000-00-00", ""),
    (DATE, "report_date = inf", "date"),
    (DATE, "report_date = 1e308", "date"),
    (DATE, f"report_date = {'9' * 300}", "date"),
    (DATE, f'report_date = "{"9" * 10_000}"', "date"),
    (SEED, ".".join(["a"] * 2_000) + " = 1", ""),
    (SEED, "a" * 100_000 + " = 1", ""),
    (SEED, "\n".join(f"key{number} = 1" for number in range(3_000)), ""),
    ('"cijfer1"]', f'"cijfer1", "{"x" * 5_000}"]', ""),
    ('"cijfer1"]', '"cijfer1", "a\\u0000"]', ""),
    (SEED, SEED + "\n[limits]\nseconds = 99999999999999999999", "less_than_equal"),
    (SEED, "s\0eed = 1", ""),
]
#: what is put in place of a key of a sound instrument -> its fault.
INSTRUMENTS = [
    ("min", "min = 9", "answers_ends"),
    ("min", "min = -inf", "finite"),
    ("max", "max = inf", "finite"),
    ("max", "max = nan", "finite"),
    ("max", "max = 1e308", "less_than_equal"),
    ("max", "max = " + "9" * 4_000, ""),
    ("max", "max = 6\nstep = -1", "greater_than_equal"),
    ("max", "max = 6\nstep = nan", "finite"),
    ("max", "max = 6\nstep = 1e-300", "answers_step"),
    ("max", "max = 6\nx = " + "[" * 10_000, "toml_deep"),
]
MATCHES = {
    "deep": "x = " + "[" * 10_000,
    "long": "matches = " + "9" * 10_000,
    "inf": "[[matches]]\nschool = inf\ncodes = [nan, 1e999]\naccepted = 5\n",
}


def make_study(folder: Path, source: str, language: str) -> Path:
    """Return a study file in this language with this text, beside its files."""
    if not (folder / "exports").exists():
        shutil.copytree(DATASET / "exports", folder / "exports")
    path = folder / "study.toml"
    path.write_text(source.replace('languages = ["nl", "en"]', f'languages = ["{language}"]'), encoding="utf-8")
    return path


def collect(load: Callable[[], object]) -> str:
    """Return what is told, which is no book, and does not take long."""
    start = time.process_time()
    with pytest.raises(DefinitionError) as caught:
        load()
    assert time.process_time() - start < 10
    assert max(len(str(problem)) for problem in caught.value.problems) < 7_000 and len(caught.value.problems) <= 200
    return str(caught.value)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("found", "put", "fault"), STUDIES, ids=range(len(STUDIES)))
def test_a_study_file_that_no_person_wrote_ends_in_a_sentence(
    found: str, put: str, fault: str, language: Language, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", language)
    assert BASE.count(found) >= 1
    path = make_study(tmp_path, BASE.replace(found, put, 1), language)
    told = collect(lambda: load_study(path))
    assert told.startswith("study.toml") or "study.toml" in told
    if fault:
        assert_told(fault, language, told)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("key", "put", "fault"), INSTRUMENTS, ids=range(len(INSTRUMENTS)))
def test_an_instrument_that_no_person_wrote_ends_in_a_sentence(key: str, put: str, fault: str, language: Language, tmp_path: Path) -> None:
    line = next(line for line in INSTRUMENT.splitlines() if line.startswith(f"{key} = "))
    (tmp_path / "instruments").mkdir()
    (tmp_path / "instruments" / "energie_own9.toml").write_text(INSTRUMENT.replace(line, put, 1), encoding="utf-8")
    path = make_study(tmp_path, BASE, language)
    told = collect(lambda: load_study(path))
    assert "instruments/energie_own9.toml" in told
    if fault:
        assert_told(fault, language, told)


@pytest.mark.parametrize("text", MATCHES.values(), ids=MATCHES)
def test_matches_that_no_person_wrote_end_in_a_sentence(text: str, tmp_path: Path) -> None:
    study = load_study(make_study(tmp_path, BASE, "en"))
    (tmp_path / "matches.toml").write_text(text, encoding="utf-8")
    assert "matches.toml" in collect(lambda: load_matches(study))


@pytest.mark.parametrize("name", ["a" * 5_000, "/".join(["a"] * 3_000), "a/" * 300 + "b.csv"], ids=["long", "deep", "folders"])
def test_a_file_name_that_no_file_can_have_is_a_finding(name: str, tmp_path: Path) -> None:
    study = load_study(make_study(tmp_path, BASE.replace(FILE, name), "en"))
    findings = read_exports(study).findings
    assert set(findings[findings["severity"] == "stops"]["code"]) <= {"file_unreadable", "file_missing"}
    assert all(str(describe_finding(finding, "en")) for finding in findings.to_dict("records"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_pipe_in_place_of_a_study_file_is_not_waited_for(language: Language, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", language)
    os.mkfifo(tmp_path / "study.toml")
    told = collect(lambda: load_study(tmp_path))
    assert {"nl": "een pijp", "en": "a pipe"}[language] in told
