"""Parquet files: every type as text, and files that are no good."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.responses.cases import open_study
from toolkit.files.parquet import describe_parquet_file, read_parquet_file
from toolkit.files.safety import UnreadableError
from toolkit.findings import Notes, describe_finding
from toolkit.responses.exports import read_exports
from toolkit.study.layouts import Limits


def write_parquet(path: Path, select: str) -> Path:
    """Write what `select` gives as a Parquet file."""
    duckdb.sql(select).write_parquet(str(path))
    return path


def read(path: Path, **limits: int) -> list[list[str]]:
    """Return the cells of a Parquet file."""
    return read_parquet_file(path, Limits(**limits), path.name, Notes()).cells.tolist()


VALUES = {
    "5::TINYINT": "5",
    "12345678901234567::BIGINT": "12345678901234567",
    "123456789012345678901234567890::DECIMAL(30,0)": "123456789012345678901234567890",
    "4.0::DOUBLE": "4",
    "0.1::DOUBLE + 0.2::DOUBLE": "0.3",
    "3.1::FLOAT": "3.1",
    "4::FLOAT": "4",
    "'nan'::DOUBLE": "",
    "7.5::DECIMAL(3,1)": "7.5",
    "true": "TRUE",
    "' één, \"twee\"; '": ' één, "twee"; ',
    "'vaak'::ENUM('soms', 'vaak')": "vaak",
    "DATE '2025-09-15'": "2025-09-15",
    "TIMESTAMP '2025-09-15 08:30:00'": "2025-09-15 08:30:00",
}


def test_a_value_is_read_as_a_person_would_write_it_and_none_as_nothing(tmp_path: Path) -> None:
    names = [f'"Hoe ""vaak"" {number}?"' for number in range(len(VALUES))]
    select = ", ".join(f"CASE WHEN there THEN {value} END AS {name}" for value, name in zip(VALUES, names, strict=True))
    path = write_parquet(tmp_path / "a.parquet", f"SELECT {select} FROM (VALUES (true), (false)) t(there)")
    headers = [f'Hoe "vaak" {number}?' for number in range(len(VALUES))]
    assert read(path) == [headers, list(VALUES.values()), [""] * len(VALUES)]


@pytest.mark.parametrize("rows_at_once", [1, 5000, 100_000])
def test_rows_keep_their_order_however_many_are_held_at_a_time(tmp_path: Path, rows_at_once: int) -> None:
    path = write_parquet(
        tmp_path / "a.parquet", "SELECT i AS a, 'p' || i AS b, CASE WHEN i % 3 > 0 THEN i % 5 END AS c FROM range(9000) t(i)"
    )
    expected = [[str(i), f"p{i}", str(i % 5) if i % 3 else ""] for i in range(9000)]
    assert read(path, rows_at_once=rows_at_once) == [["a", "b", "c"], *expected]


def test_a_file_without_rows_has_its_header(tmp_path: Path) -> None:
    assert read(write_parquet(tmp_path / "a.parquet", "SELECT 1 AS a, 'x' AS b LIMIT 0")) == [["a", "b"]]


def test_each_different_text_is_held_once(tmp_path: Path) -> None:
    path = write_parquet(tmp_path / "a.parquet", "SELECT CASE WHEN i % 2 = 0 THEN i % 4 END AS a FROM range(8) t(i)")
    names, (column,) = describe_parquet_file(str(path), Limits())
    assert (names, sorted(column.known)) == (["a"], ["", "0", "2"])


@pytest.mark.parametrize("damage", ["cut", "zeroed", "only a mark"])
def test_a_damaged_file_says_so(tmp_path: Path, damage: str) -> None:
    path = write_parquet(tmp_path / "a.parquet", "SELECT i AS a, 'text ' || i AS b FROM range(5000) t(i)")
    whole = path.read_bytes()
    broken = {"cut": whole[:3000], "zeroed": whole[:4] + bytes(len(whole) - 8) + whole[-4:], "only a mark": b"PAR1"}
    path.write_bytes(broken[damage])
    with pytest.raises(UnreadableError) as error:
        read(path)
    assert str(error.value) and str(tmp_path) not in str(error.value)
    study = open_study({"sources": [{"file": "a.parquet", "school": "s1", "wave": "before"}]}, tmp_path)
    (finding,) = read_exports(study).findings.to_dict("records")
    for language, says, mend in (
        ("nl", "Dit bestand is niet te lezen: ", "Open het in het programma waaruit het komt en exporteer het opnieuw."),
        ("en", "This file can't be read: ", "Open it in the program that made it and export it again."),
    ):
        problem = describe_finding(finding, language)
        assert problem.file == "a.parquet" and problem.message.startswith(says) and problem.mend == mend
