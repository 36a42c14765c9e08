"""What is said where a signal ends a command."""

from __future__ import annotations

import os
import signal

import pytest

from toolkit.cli import interrupts


@pytest.mark.parametrize(("language", "said"), [("nl", "Gestopt door SIGTERM."), ("en", "Stopped by SIGTERM.")])
def test_a_command_that_a_signal_ends_says_so_and_has_its_number(language: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, bytes]] = []
    ended: list[int] = []
    monkeypatch.setenv("LC_ALL", language)
    monkeypatch.setattr(os, "write", lambda stream, words: told.append((stream, words)))
    monkeypatch.setattr(os, "_exit", ended.append)
    interrupts._leave(signal.SIGTERM)
    monkeypatch.undo()
    ((stream, words),) = told
    assert stream == 2 and words.decode().startswith(said) and ended == [128 + signal.SIGTERM]
