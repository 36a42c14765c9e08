"""Large files: the same answers however they are written and however many rows are held at a time, and room for a million people."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from benchmarks.surveys.large import COLUMNS, write_survey
from toolkit.errors import TableError
from toolkit.findings import describe_finding
from toolkit.responses.exports import Exports, read_exports
from toolkit.schemas import RESPONSES, SCORES
from toolkit.scoring import compute_scores
from toolkit.study.loading import load_study

ROWS = 3_000
#: what a laptop has.
MEGABYTES = 8_000
MEASURE = """
import resource, sys
from pathlib import Path
from toolkit.responses.exports import read_exports
from toolkit.scoring import compute_scores
from toolkit.study.loading import load_study
study = load_study(Path(sys.argv[1]))
exports = read_exports(study)
scores = compute_scores(exports.responses, study)
print(len(exports.responses), len(scores), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with a survey of a few thousand forms, in which some answers are wrong."""
    made = tmp_path_factory.mktemp("survey")
    write_survey(made, ROWS)
    lines = (made / "answers.csv").read_text(encoding="utf-8").splitlines()
    for number, answer in ((17, "9"), (1200, "helemaal eens"), (1201, "9"), (2999, "2,5")):
        cells = lines[number].split(";")
        lines[number] = ";".join([*cells[:10], answer, *cells[11:]])
    lines[500:500] = [""]
    lines.append(lines[1000])
    lines.append(lines[1001] + ";;more")
    (made / "answers.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return made


def read(folder: Path, rows_at_once: int = 20_000, **change: str) -> Exports:
    """Return what is read from the survey in `folder`, so many rows at a time."""
    study = load_study(folder / "study.toml")
    sources = tuple(source.model_copy(update=change) for source in study.sources)
    changed = study.model_copy(update={"sources": sources, "limits": study.limits.model_copy(update={"rows_at_once": rows_at_once})})
    changed._path = study._path
    return read_exports(changed)


def assert_same(first: Exports, second: Exports) -> None:
    """Hold two readings to each other, table by table."""
    for name in ("responses", "findings", "sources", "origins"):
        pd.testing.assert_frame_equal(getattr(first, name), getattr(second, name))


@pytest.fixture(scope="module")
def whole(folder: Path) -> Exports:
    """Give what is read of the survey at once."""
    return read(folder, rows_at_once=1_000_000)


@pytest.mark.parametrize("rows_at_once", [1, 7, 1000, 2999])
def test_any_number_of_rows_at_a_time_gives_what_the_whole_gives(folder: Path, whole: Exports, rows_at_once: int) -> None:
    assert set(whole.findings["code"]) >= {"rows_uneven", "rows_blank", "answer_out_of_range", "answer_unknown", "left_out_double"}
    assert_same(read(folder, rows_at_once=rows_at_once), whole)


def test_faults_in_a_large_file_are_told_with_row_column_and_value(folder: Path) -> None:
    findings = read(folder, rows_at_once=100).findings
    found = findings[findings["code"].isin(["answer_out_of_range", "answer_unknown"])]
    places = found[["code", "row", "column", "value", "count"]].to_numpy().tolist()
    assert sorted(places) == [
        ["answer_out_of_range", 18, "sixty_i07", "9", 2],
        ["answer_out_of_range", 3001, "sixty_i07", "2,5", 1],
        ["answer_unknown", 1202, "sixty_i07", "helemaal eens", 1],
    ]
    problem = describe_finding(found.iloc[0].to_dict(), "en")
    assert problem.file == "answers.csv, row 18, column ‘sixty_i07’"


def test_a_parquet_file_of_the_same_answers_gives_the_same_responses_and_scores(tmp_path: Path) -> None:
    write_survey(tmp_path, ROWS)
    items = ", ".join(
        f"{column}::{kind} AS {column}" for column, kind in zip(COLUMNS[4:], ["TINYINT", "DOUBLE", "VARCHAR"] * 20, strict=True)
    )
    who = "code, school, wave::ENUM('before', 'after ') AS wave, date::DATE AS date"
    text = f"read_csv('{tmp_path / 'answers.csv'}', delim=';', header=true, all_varchar=true)"
    duckdb.sql(f"SELECT {who}, {items} FROM {text}").write_parquet(str(tmp_path / "answers.parquet"))
    written, parquet = read(tmp_path), read(tmp_path, file="answers.parquet")
    places = ["source", "row"]
    pd.testing.assert_frame_equal(parquet.responses.drop(columns=places), written.responses.drop(columns=places))
    assert parquet.responses["row"].tolist() == list(range(1, ROWS + 1)) and set(parquet.responses["source"]) == {"answers.parquet"}
    assert parquet.findings.empty and written.findings.empty
    study = load_study(tmp_path / "study.toml")
    pd.testing.assert_frame_equal(compute_scores(parquet.responses, study), compute_scores(written.responses, study))


@pytest.mark.parametrize("first", ["sep=;\n", "sep=;\r\n", '"sep=;"\n'])
def test_a_large_file_may_name_its_separator_and_quote_its_cells(folder: Path, tmp_path: Path, first: str) -> None:
    write_survey(tmp_path, ROWS)
    plain, path = read(tmp_path), tmp_path / "answers.csv"
    lines = [";".join(f'"{cell}"' for cell in line.split(";")) for line in path.read_text(encoding="utf-8").splitlines()]
    path.write_bytes((first + "\r\n".join(lines)).encode("utf-16"))
    exports = read(tmp_path, rows_at_once=700)
    pd.testing.assert_frame_equal(exports.responses.drop(columns="row"), plain.responses.drop(columns="row"))


def test_the_reading_tells_how_far_it_is(folder: Path) -> None:
    told: list[tuple[str, float]] = []
    study = load_study(folder / "study.toml")
    read_exports(study, report=lambda file, share: told.append((file, share)))
    shares = [share for _, share in told]
    assert {file for file, _ in told} == {"answers.csv"} and len(told) > 60
    assert shares == sorted(shares) and 0 < shares[0] <= 0.5 and shares[-1] == 1


def test_a_key_that_comes_twice_is_found_in_a_large_table(folder: Path) -> None:
    exports = read(folder)
    scores = compute_scores(exports.responses, load_study(folder / "study.toml"))
    for table, frame in ((RESPONSES, exports.responses), (SCORES, scores)):
        twice = pd.concat([frame, frame.iloc[[len(frame) // 2]]], ignore_index=True)
        first = frame.iloc[len(frame) // 2][list(table.key)].to_dict()
        with pytest.raises(TableError) as error:
            table.conform(twice)
        assert "1 rows with a key that is there already" in str(error.value) and str(first) in str(error.value)


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_million_forms_of_sixty_items_are_read_and_scored_in_the_memory_of_a_laptop(tmp_path: Path, ending: str) -> None:
    write_survey(tmp_path, 1_000_000)
    if ending == "parquet":
        duckdb.sql(f"SELECT * FROM read_csv('{tmp_path / 'answers.csv'}', delim=';')").write_parquet(str(tmp_path / "answers.parquet"))
        study = tmp_path / "study.toml"
        study.write_text(study.read_text(encoding="utf-8").replace("answers.csv", "answers.parquet"), encoding="utf-8")
    command = [sys.executable, "-c", MEASURE, str(tmp_path)]
    said = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parent.parent)
    forms, scores, megabytes = map(int, said.stdout.split())
    assert (forms, scores) == (1_000_000, 15_000_000)
    assert megabytes < MEGABYTES
