"""The child that reads files, here in this process."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from toolkit.files import parsing_process
from toolkit.files.parsing_process import answer
from toolkit.files.wire import ANSWER, HEARD, SHARE, receive, receive_answer


def ask(path: Path) -> tuple[bool, list[bytes], Any, list[dict[str, Any]], list[Any]]:
    """Return whether a file was read well, the kinds of the messages, the file, the notes, and the limits that were set."""
    limits = {"megabytes": 1, "memory": 500, "seconds": 5, "rows_at_once": 100}
    layout = {"format": "", "separator": "", "encoding": ""}
    request = json.dumps({"path": str(path), "layout": layout, "limits": limits, "file": "x.csv"}).encode()
    stream = io.BytesIO()
    set_limits: list[Any] = []
    well = answer(request, stream, set_limits.append)
    stream.seek(0)
    kinds, file, notes = [], None, None
    while notes is None:
        kind, content = receive(stream)
        kinds.append(kind)
        if kind == ANSWER:
            file, notes = receive_answer(stream, content)
    return well, kinds, file, notes, set_limits


def test_a_request_is_heard_before_its_file_is_opened_and_answered_after(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("a;b\né;2\n".encode("cp1252"))
    well, kinds, file, notes, limits = ask(tmp_path / "a.csv")
    assert well and kinds[0] == HEARD and set(kinds[1:-1]) == {SHARE} and kinds[-1] == ANSWER
    assert file.grids[0].cells.tolist() == [["a", "b"], ["é", "2"]]
    assert notes == [{"code": "encoding_guessed", "file": "x.csv", "value": "cp1252", "expected": "utf-8"}]
    assert [each.memory for each in limits] == [500]


def test_a_file_that_is_not_read_well_says_why(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04")
    well, _, file, notes, _ = ask(tmp_path / "a.xlsx")
    assert (well, file, [note["code"] for note in notes]) == (False, None, ["file_unreadable"])


def test_memory_that_runs_out_in_an_answer_ends_the_child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*told: object) -> None:
        raise MemoryError

    def leave(status: int) -> None:
        raise SystemExit(status)

    (tmp_path / "a.csv").write_bytes(b"a;b\n")
    monkeypatch.setattr(parsing_process, "send_answer", fail)
    monkeypatch.setattr(parsing_process.os, "_exit", leave)
    with pytest.raises(SystemExit):
        ask(tmp_path / "a.csv")
