"""How much memory and time reading a file may take."""

from __future__ import annotations

import subprocess
import sys

import pytest

from toolkit.files.safety import CELL, TooMuchError, check_memory, is_full, stretch_limits
from toolkit.study.layouts import Limits


def test_a_sheet_may_take_as_much_memory_as_the_limit_and_no_more() -> None:
    most = 5_000_000 // CELL
    check_memory(most, 1, Limits(memory=5))
    with pytest.raises(TooMuchError) as caught:
        check_memory(most + 1, 1, Limits(memory=5))
    assert caught.value.args == (f"{most + 1} × 1",)


@pytest.mark.parametrize(("size", "memory", "seconds"), [(0, 1000, 45), (100_000_000, 1000, 45), (150_000_000, 1500, 68)])
def test_the_limits_grow_with_a_large_file_and_not_with_others(size: int, memory: int, seconds: int) -> None:
    found = stretch_limits(Limits(), size)
    assert (found["memory"], found["seconds"], found["megabytes"]) == (memory, seconds, 300)


def test_every_library_says_in_its_own_words_that_memory_ran_out() -> None:
    for says in ("memory allocation of 9 bytes failed", "std::bad_alloc", "Out of Memory Error: x", "Unable to allocate memory"):
        assert is_full(says)
    assert not is_full("File is not a zip file")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux keeps to a limit of memory")
def test_a_process_gets_no_more_memory_than_its_limit() -> None:
    program = """
from types import SimpleNamespace
from toolkit.files.safety import limit_process
limit_process(SimpleNamespace(memory=300, seconds=20))
held = bytearray(200_000_000)
try:
    more = bytearray(200_000_000)
except MemoryError:
    print("no more")
"""
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "no more\n"
