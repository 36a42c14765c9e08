"""A thousand damaged files of every kind: each is read or refused with a sentence, and takes no more memory and time than it may."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.files.mutants import KINDS, list_mutants
from tests.responses.cases import open_study
from toolkit.files import child
from toolkit.files.child import stop_child
from toolkit.findings import describe_finding
from toolkit.responses.exports import read_exports

MOST_BYTES = 2**30
MOST_SECONDS = 60
LAYOUT = {"answers": {"respondent": "Code"}}


@pytest.fixture
def peaks(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Give the list that will hold the most memory that each child used, in bytes."""
    found: list[int] = []
    wait = child._wait
    stop_child()
    monkeypatch.setattr(child, "_wait", lambda process: found.append(wait(process)) or found[-1])
    yield found
    stop_child()


def hold(kind: str, count: int, folder: Path, peaks: list[int]) -> tuple[Counter[str], float]:
    """Read mutants of a kind as the answers of a study; return how many were read or refused, and the longest time."""
    document = {"sources": [{"file": f"a.{kind}", "wave": "before", "school": "s1", "layout": "answers"}], "layouts": LAYOUT}
    study = open_study(document, folder)
    went: Counter[str] = Counter()
    longest = 0.0
    for number, content in enumerate(list_mutants(kind, count, folder)):
        (folder / f"a.{kind}").write_bytes(content)
        start = time.monotonic()
        try:
            findings = read_exports(study).findings.to_dict("records")
        except Exception as error:
            raise AssertionError(f"{kind}, mutant {number}") from error
        longest = max(longest, time.monotonic() - start)
        stops = [finding for finding in findings if finding["severity"] == "stops"]
        refused = [finding["code"] for finding in stops if finding["code"].startswith("file_")]
        went[refused[0] if refused else "stopped later" if stops else "read"] += 1
        for finding in findings:
            for language in ("nl", "en"):
                str(describe_finding(finding, language)).encode("utf-8", errors="backslashreplace")  # type: ignore[arg-type]
    stop_child()
    assert sum(went.values()) == count
    assert longest < MOST_SECONDS and max(peaks) < MOST_BYTES
    return went, longest


@pytest.mark.parametrize("kind", KINDS)
def test_damaged_files_are_read_or_refused_with_a_sentence(kind: str, tmp_path: Path, peaks: list[int]) -> None:
    went, _ = hold(kind, 25, tmp_path, peaks)
    assert len(went) > (kind not in ("por", "dta"))  # of these nothing is ever read


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_thousand_damaged_files_are_read_or_refused_with_a_sentence(kind: str, tmp_path: Path, peaks: list[int]) -> None:
    went, _ = hold(kind, 1000, tmp_path, peaks)
    assert len(went) > (kind not in ("por", "dta"))
