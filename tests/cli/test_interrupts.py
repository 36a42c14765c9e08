from __future__ import annotations

import os
import signal

import pytest

from toolkit.cli import interrupts


class Left(Exception):
    """The process would have ended here."""


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    written: list[str] = []

    def leave(code: int) -> None:
        raise Left(code)

    def write(file: int, words: bytes) -> int:
        written.append(words.decode())
        return len(words)

    monkeypatch.setattr(interrupts, "_came", [])
    monkeypatch.setattr(os, "_exit", leave)
    monkeypatch.setattr(os, "write", write)
    return written


@pytest.mark.parametrize(("language", "says"), [("nl", "Gestopt door SIGTERM. "), ("en", "Stopped by SIGTERM. ")])
def test_a_command_that_a_signal_ends_says_so_in_one_sentence(
    language: str, says: str, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", f"{language}_BE.UTF-8")
    interrupts.leave_if_interrupted()
    with pytest.raises(interrupts.Interrupted):
        interrupts._interrupt(signal.SIGTERM, None)
    with pytest.raises(Left, match="143"):
        interrupts.leave_if_interrupted()
    assert len(said) == 1 and said[0].startswith(says) and said[0].count("\n") == 1


def test_who_asks_twice_gets_it_at_once(said: list[str]) -> None:
    with pytest.raises(KeyboardInterrupt):
        interrupts._interrupt(signal.SIGINT, None)
    with pytest.raises(Left, match="129"):
        interrupts._interrupt(signal.SIGHUP, None)
    assert len(said) == 1


def test_a_signal_that_is_ignored_stays_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    """As under nohup."""
    heard: list[int] = []
    monkeypatch.setattr(signal, "getsignal", lambda number: signal.SIG_IGN if number == signal.SIGHUP else signal.SIG_DFL)
    monkeypatch.setattr(signal, "signal", lambda number, handler: heard.append(number))
    monkeypatch.setattr(signal, "set_wakeup_fd", lambda file, warn_on_full_buffer: -1)
    interrupts.listen()
    assert heard == [signal.SIGINT, signal.SIGTERM]
