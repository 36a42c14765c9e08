"""Forms of 60 items read, coded against the instrument, scored and held to their keys, beside pandas, polars and DuckDB.

All do the same work on the same file: each cell is text first, answers that the scale does not have are found with their column, value and
first row and become missing, reversed items are turned round, 15 scales scored where enough was answered, the scores made long, and people
who come twice in a wave looked for. The toolkit looks besides for everything else that `plg check` tells. Each way runs in a process of
its own, on as many cores as it likes; its start and imports count.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.harness import Contest, Spent, spend
from benchmarks.surveys.large import COLUMNS, ITEMS, REVERSED, SCALES, write_survey

if TYPE_CHECKING:
    import pandas as pd

WRONG = 0.0001
ITEM_COLUMNS = COLUMNS[4:]
EACH = ITEMS // SCALES
SCALE_COLUMNS = {f"f{scale + 1}": ITEM_COLUMNS[scale * EACH : (scale + 1) * EACH] for scale in range(SCALES)}
TURNED = ITEM_COLUMNS[REVERSED - 1 :: REVERSED]
#: what each way answers: the number of scores, their sum, how many answers were wrong, how many forms were double.
Answer = tuple[int, float, int, int]


def run_toolkit(path: Path) -> Answer:
    from toolkit.responses.exports import read_exports
    from toolkit.scoring import compute_scores
    from toolkit.study.loading import load_study

    study = load_study(path.parent / f"study_{path.suffix[1:]}.toml")
    exports = read_exports(study)
    scores = compute_scores(exports.responses, study)
    counts = exports.findings.groupby("code")["count"].sum()
    wrong = int(counts.get("answer_out_of_range", 0) + counts.get("answer_undeclared", 0))
    return int(scores["score"].count()), float(scores["score"].sum()), wrong, int(counts.get("left_out_double", 0))


def run_pandas(path: Path) -> Answer:
    import pandas as pd

    frame = pd.read_csv(path, sep=";", dtype=str) if path.suffix == ".csv" else _read_parquet(path)
    coded, faults = {}, []
    for column in ITEM_COLUMNS:
        values = pd.to_numeric(frame[column], errors="coerce")
        coded[column] = values.where(values.between(1, 5))
        wrong = frame.loc[frame[column].notna() & coded[column].isna(), column]
        faults += [(column, value, rows.index[0], len(rows)) for value, rows in wrong.groupby(wrong)]
    answers = pd.DataFrame(coded)
    answers[TURNED] = 6 - answers[TURNED]
    scores = pd.DataFrame({scale: answers[of].mean(axis=1).where(answers[of].count(axis=1) >= 3) for scale, of in SCALE_COLUMNS.items()})
    who = frame[["code", "school", "wave"]]
    long = pd.concat([who, scores], axis=1).melt(id_vars=list(who), var_name="scale", value_name="score")
    doubles = int(frame.duplicated(["code", "wave"]).sum())
    return int(long["score"].count()), float(long["score"].sum()), sum(fault[-1] for fault in faults), doubles


def _read_parquet(path: Path) -> pd.DataFrame:
    """Return what pandas itself reads, or DuckDB in its place where pandas lacks pyarrow for it."""
    import duckdb
    import pandas as pd

    return pd.read_parquet(path) if importlib.util.find_spec("pyarrow") else duckdb.read_parquet(str(path)).df()


def run_polars(path: Path) -> Answer:
    import polars as pl

    frame = pl.read_csv(path, separator=";", infer_schema=False) if path.suffix == ".csv" else pl.read_parquet(path)
    values = {column: pl.col(column).cast(pl.Float64, strict=False) for column in ITEM_COLUMNS}
    coded = frame.with_columns(pl.when(value.is_between(1, 5)).then(value).alias(column) for column, value in values.items())
    faults = []
    for column in ITEM_COLUMNS:
        texts = frame[column].to_frame().with_row_index()
        wrong = texts.filter(frame[column].is_not_null() & coded[column].is_null())
        faults += wrong.group_by(column).agg(pl.col("index").min(), pl.len()).rows()
    turned = coded.with_columns((6 - pl.col(column)).alias(column) for column in TURNED)
    counts = {scale: pl.sum_horizontal(pl.col(column).is_not_null() for column in of) for scale, of in SCALE_COLUMNS.items()}
    scores = turned.select(
        "code",
        "school",
        "wave",
        *(pl.when(counts[scale] >= 3).then(pl.mean_horizontal(of)).alias(scale) for scale, of in SCALE_COLUMNS.items()),
    )
    long = scores.unpivot(index=["code", "school", "wave"], variable_name="scale", value_name="score")
    doubles = len(frame) - frame.select("code", "wave").n_unique()
    return long["score"].count(), float(long["score"].sum()), sum(fault[-1] for fault in faults), doubles


def run_duckdb(path: Path) -> Answer:
    import duckdb

    file = f"read_csv('{path}', delim=';', header=true, all_varchar=true)" if path.suffix == ".csv" else f"read_parquet('{path}')"
    database = duckdb.connect()
    database.execute(f"CREATE TABLE raw AS SELECT row_number() OVER () AS row, * FROM {file}")
    value = "TRY_CAST({0} AS DOUBLE)"
    faults = []
    for column in ITEM_COLUMNS:
        wrong = f"{column} IS NOT NULL AND coalesce({value.format(column)} NOT BETWEEN 1 AND 5, true)"
        faults += database.execute(f"SELECT {column}, min(row), count(*) FROM raw WHERE {wrong} GROUP BY 1").fetchall()
    turn = {column: "6 - " if column in TURNED else "" for column in ITEM_COLUMNS}
    coded = ", ".join(f"CASE WHEN {value.format(c)} BETWEEN 1 AND 5 THEN {turn[c]}{value.format(c)} END AS {c}" for c in ITEM_COLUMNS)
    database.execute(f"CREATE TABLE coded AS SELECT code, school, wave, {coded} FROM raw")
    scores = ", ".join(
        f"CASE WHEN list_count([{', '.join(of)}]) >= 3 THEN list_avg([{', '.join(of)}]) END AS {scale}"
        for scale, of in SCALE_COLUMNS.items()
    )
    database.execute(f"CREATE TABLE wide AS SELECT code, school, wave, {scores} FROM coded")
    database.execute(f"CREATE TABLE long AS UNPIVOT wide ON {', '.join(SCALE_COLUMNS)} INTO NAME scale VALUE score")
    count, total = database.execute("SELECT count(score), sum(score) FROM long").fetchall()[0]
    doubles = database.execute("SELECT count(*) - count(DISTINCT (code, wave)) FROM raw").fetchall()[0][0]
    return int(count), float(total), sum(fault[-1] for fault in faults), int(doubles)


WAYS: dict[str, Callable[[Path], Answer]] = {"toolkit": run_toolkit, "pandas": run_pandas, "polars": run_polars, "duckdb": run_duckdb}


def list_contests(folder: Path, rows: int) -> Iterator[Contest]:
    """Yield the reading of so many forms from CSV and from Parquet."""
    for path in write_files(folder, rows):
        absent = {} if importlib.util.find_spec("polars") else {"polars": "not installed"}
        if path.suffix == ".parquet" and importlib.util.find_spec("pyarrow") is None:
            absent["pandas' own reader of Parquet"] = "pyarrow is not installed; DuckDB reads the file for pandas"
        ways = {way: partial(measure, way, path) for way in WAYS if way not in absent}
        name = {".csv": "CSV", ".parquet": "Parquet"}[path.suffix]
        task = f"{rows:,} forms × {ITEMS} items from {name}: read, checked, scored"
        yield Contest(task, ways.pop("toolkit"), ways, absent, compare_answers)


def measure(way: str, path: Path) -> Spent:
    """Return what one way takes in a process of its own, and what it answers."""
    spent = spend(sys.executable, "-m", "benchmarks.reading", way, path)
    count, total, wrong, doubles = spent.answer.split()
    return Spent(spent.wall, spent.cpu, (int(count), float(total), int(wrong), int(doubles)))


def compare_answers(ours: Answer, theirs: Answer) -> str:
    """Return whether two ways found the same."""
    count, total, *rest = ours
    same = theirs[0] == count and abs(theirs[1] / total - 1) < 1e-9 and list(theirs[2:]) == rest
    return "equal" if same else f"DIFFER: {ours} and {theirs}"


def write_files(folder: Path, rows: int) -> list[Path]:
    """Write the survey as CSV and as Parquet, each with its study file, and return the two files."""
    import duckdb

    write_survey(folder, rows, wrong=WRONG)
    files = [folder / "answers.csv", folder / "answers.parquet"]
    duckdb.sql(f"SELECT * FROM read_csv('{files[0]}', delim=';')").write_parquet(str(files[1]))
    study = (folder / "study.toml").read_text(encoding="utf-8")
    for file in files:
        (folder / f"study_{file.suffix[1:]}.toml").write_text(study.replace("answers.csv", file.name), encoding="utf-8")
    return files


if __name__ == "__main__":
    print(*WAYS[sys.argv[1]](Path(sys.argv[2])))
