"""Processes that do tasks: what they give comes in its order, what they raise is raised, and what is lost is told or done again."""

from __future__ import annotations

import os
import pickle
import signal
import time
from itertools import repeat
from pathlib import Path

import pytest

from toolkit.errors import ReportError
from toolkit.workers import Branches, Lost, spread_here, work

HERE = os.getpid()


def list_children() -> list[str]:
    """Return the processes that this one began and has not waited for."""
    return Path(f"/proc/self/task/{HERE}/children").read_text(encoding="utf-8").split()


class Sleeps:
    """A task that takes a minute to open."""

    def __reduce__(self) -> tuple[object, tuple[int]]:
        return time.sleep, (60,)


def divide(number: int, by: int) -> tuple[float, bool]:
    """Divide, the smaller numbers later, and tell whether that was in another process; what is 13 ends its process."""
    time.sleep(0.01 / number)
    if number == 13 and os.getpid() != HERE:
        os.kill(os.getpid(), signal.SIGKILL)
    if not by:
        raise ReportError("by nothing")
    return number / by, os.getpid() != HERE


def test_what_a_worker_does_not_give_back_is_told() -> None:
    with Branches() as branches:
        found = dict(work([pickle.dumps((os._exit, (1,))), pickle.dumps(Sleeps())], branches, jobs=2, timeout=1))
    assert found == {0: Lost(), 1: Lost(1)}


def test_what_is_spread_comes_in_order_from_other_processes_and_none_of_these_is_left() -> None:
    before, numbers = list_children(), range(1, 61)
    assert list(spread_here(2)(divide, numbers, repeat(2))) == [(number / 2, number != 13) for number in numbers]
    assert list(spread_here(1)(divide, [3, 4], [3, 2])) == [(1, False), (2, False)]
    assert list(spread_here(2)(divide, [], [])) == []
    assert list_children() == before


def test_what_a_function_raises_elsewhere_is_raised_here_and_the_others_end() -> None:
    before = list_children()
    with pytest.raises(ReportError, match="by nothing"):
        list(spread_here(2)(divide, [1, 2, 3], [1, 0, 1]))
    assert list_children() == before
