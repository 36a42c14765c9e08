"""The child that opens Parquet files, here in this process."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from toolkit.files.parquet_process import describe_parquet_file, main
from toolkit.files.safety import TOO_LARGE


def test_each_different_text_is_given_once(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    duckdb.sql("SELECT CASE WHEN i % 2 = 0 THEN i % 4 END AS a FROM range(8) t(i)").write_parquet(str(path))
    described = describe_parquet_file(str(path), 100, 100)
    assert described is not None
    names, (column,) = described
    assert (names, sorted(column.known)) == (["a"], ["", "0", "2"])


def test_the_status_says_how_it_went(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    path = tmp_path / "a.parquet"
    duckdb.sql("SELECT 'x' AS a FROM range(3)").write_parquet(str(path))
    assert main(str(path), "3", "1") == 0
    head, _, places = capfdbinary.readouterr().out.partition(b"\n")
    assert (json.loads(head), places) == ({"names": ["a"], "texts": [["x"]], "types": ["|u1"], "height": 3}, bytes(3))
    assert main(str(path), "2", "1") == TOO_LARGE
    path.write_bytes(b"PAR1")
    assert main(str(path), "2", "1") == 1
    assert capfdbinary.readouterr().err
