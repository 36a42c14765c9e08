"""A million forms of 60 items read, coded against the instrument, scored and held to their keys: seconds and memory, beside other ways.

All do the same work on the same file: each cell is text first, answers that the scale does not have are found with their column, value and
first row and become missing, reversed items are turned round, 15 scales scored where enough was answered, the scores made long, and people
who come twice in a wave looked for. The toolkit looks besides for everything else that `plg check` tells. Each way runs in a process of
its own, in turn, on as many cores as it likes; ratios of CPU and wall seconds are within a round. `python benchmarks/scale.py 100000`
takes another number of forms.
"""

from __future__ import annotations

import importlib.util
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.surveys.large import COLUMNS, ITEMS, REVERSED, SCALES, write_survey  # noqa: E402

ROUNDS, WRONG = 2, 0.0001
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
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


@dataclass(frozen=True, slots=True)
class Measured:
    """Wall and CPU seconds (imports included), the peak in MB of the largest of its processes, and the answer."""

    wall: float
    cpu: float
    peak: float
    answer: Answer


def measure(way: str, path: Path) -> Measured:
    """Return what one way takes in a process of its own, and what it answers."""
    said = subprocess.run([sys.executable, __file__, way, str(path)], check=True, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT)
    wall, cpu, peak, count, total, wrong, doubles = said.stdout.split()
    return Measured(float(wall), float(cpu), float(peak), (int(count), float(total), int(wrong), int(doubles)))


def run_way(way: str, path: Path) -> None:
    """Print what `measure` wants to know."""
    start = time.perf_counter()
    answer = WAYS[way](path)
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu, peak = sum(each.ru_utime + each.ru_stime for each in used), max(each.ru_maxrss for each in used) / 1000
    print(time.perf_counter() - start, cpu, peak, *answer)


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


def find_ways(path: Path) -> list[str]:
    """Return the ways that are installed; what is left out, or read by another, is said."""
    if path.suffix == ".parquet" and importlib.util.find_spec("pyarrow") is None:
        print("parquet  pandas: pyarrow is not installed, DuckDB reads the file for it")
    absent = [way for way in ("polars",) if importlib.util.find_spec(way) is None]
    for way in absent:
        print(f"{path.suffix[1:]:8} {way}: not installed, left out")
    return [way for way in WAYS if way not in absent]


def compare(path: Path, rows: int) -> None:
    """Print seconds, ratios and memory of every way on one file; an answer that differs from the toolkit's is said."""
    ways = find_ways(path)
    rounds = [{way: measure(way, path) for way in ways} for _ in range(ROUNDS)]
    count, total, *rest = rounds[0]["toolkit"].answer
    for way in ways:
        found = [each[way] for each in rounds]
        wall, cpu, peak = (statistics.median(getattr(each, name) for each in found) for name in ("wall", "cpu", "peak"))
        answer = found[0].answer
        same = answer[0] == count and abs(answer[1] / total - 1) < 1e-9 and list(answer[2:]) == rest
        spent = f"{wall:6.1f} s wall {cpu:6.1f} s CPU {rows / wall / 1000:5.0f} thousand forms/s {peak:6.0f} MB"
        ratios = ", ".join(_write_ratio(name, [(each["toolkit"], each[way]) for each in rounds]) for name in ("cpu", "wall"))
        print(
            f"{path.suffix[1:]:8} {way:8} {spent}; toolkit / {way}: {ratios}; {'same answer' if same else f'DIFFERS: {answer}'}", flush=True
        )


def _write_ratio(name: str, pairs: list[tuple[Measured, Measured]]) -> str:
    ratios = [getattr(ours, name) / getattr(theirs, name) for ours, theirs in pairs]
    return f"{statistics.median(ratios):.1f}x {name} [{min(ratios):.1f}-{max(ratios):.1f}]"


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        for path in write_files(Path(folder), rows):
            compare(path, rows)


if __name__ == "__main__":
    if len(sys.argv) > 2:
        run_way(sys.argv[1], Path(sys.argv[2]))
    else:
        main()
