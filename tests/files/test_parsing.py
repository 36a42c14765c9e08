"""The bytes of a file are parsed as what they are, and whatever goes wrong is a finding."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from toolkit.files import parsing
from toolkit.files.parsing import detect_format, parse_file
from toolkit.files.safety import LockedError, TooLargeError, TooMuchError, UnreadableError
from toolkit.findings import Notes
from toolkit.study.layouts import Layout, Limits


def test_a_format_is_told_by_the_first_bytes() -> None:
    formats = {
        b"a;b\n": "csv",
        b"<html><table>": "html",
        b"\xef\xbb\xbf\r\n <TABLE border=1>": "html",
        "<html><table>".encode("utf-16"): "html",
        b"<5 jaar;>5 jaar\n": "csv",
        b"Vraag <table>;b\n": "csv",
        b"$FL2@(#)": "spss",
        b"$FL3@(#)": "spss",
        b"PK\x03\x04": "excel",
        b"PAR1": "parquet",
    }
    assert {start: detect_format(start) for start in formats} == formats


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (TooLargeError("> 1 MB", "1 MB"), ("file_too_large", "> 1 MB", "1 MB")),
        (TooMuchError("9 × 9"), ("file_memory", "9 × 9", "1000 MB")),
        (MemoryError(), ("file_memory", "1 kB", "1000 MB")),
        (UnreadableError("Unable to allocate memory"), ("file_memory", "1 kB", "1000 MB")),
        (RuntimeError("std::bad_alloc"), ("file_memory", "1 kB", "1000 MB")),
        (LockedError(), ("file_locked", "", "")),
        (UnreadableError("no end"), ("file_unreadable", "no end", "")),
        (RecursionError("deep"), ("file_unreadable", "RecursionError: deep", "")),
        (IndexError("list\nindex"), ("file_unreadable", "IndexError: list", "")),
    ],
)
def test_whatever_goes_wrong_is_a_finding(
    error: Exception, told: tuple[str, str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*asked: object) -> None:
        raise error

    (tmp_path / "a.csv").write_bytes(b"a;b\n")
    monkeypatch.setattr(parsing, "_parse", fail)
    notes = Notes()
    assert parse_file(tmp_path / "a.csv", Layout(), Limits(), "a.csv", notes) is None
    assert [(note["code"], note["value"], note["expected"]) for note in notes.rows] == [told]


def test_a_pipe_that_took_the_place_of_a_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.csv")
    notes = Notes()
    assert parse_file(tmp_path / "a.csv", Layout(), Limits(), "a.csv", notes) is None
    assert [note["code"] for note in notes.rows] == ["file_unreadable"]
