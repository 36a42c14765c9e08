"""Ctrl-C, SIGTERM and SIGHUP: a command ends in two seconds, with one sentence, and leaves no process behind.

The signal is an exception in the main thread, so that everything on the way out is closed as it always is: kernels, browsers, the lock of
the folder. A thread that is there from the beginning hears of the signal too. If the way out takes too long, or the main thread hears
nothing because it computes, that thread ends the process all the same; kernels and browsers see that and end too.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from types import FrameType
from typing import NoReturn

from toolkit.languages import find_spoken, load_text

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
#: So many seconds everything has to close.
PATIENCE = 1.2
#: What a shell adds to the number of the signal that ended a program.
ENDED = 128

#: The signals that came, the first one first.
_came: list[int] = []


class Interrupted(KeyboardInterrupt):
    """Somebody, or the machine, asked the program to end."""


def listen() -> None:
    """Let the signals that end a program end a command in order; one that is ignored, as under nohup, stays so."""
    heard, told = os.pipe()
    os.set_blocking(told, False)
    signal.set_wakeup_fd(told, warn_on_full_buffer=False)
    threading.Thread(target=_watch, args=[heard], daemon=True).start()
    sys.unraisablehook = _pass_over
    for number in SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _interrupt)


def leave_if_interrupted() -> None:
    """End the process with a sentence if a signal came; do nothing otherwise."""
    if _came:
        _leave(_came[0])


def _watch(heard: int) -> None:
    """End the process some time after the first signal that ends a program, whatever the main thread is doing."""
    while (number := os.read(heard, 1)[0]) not in SIGNALS:
        pass
    time.sleep(PATIENCE)
    _leave(number)


def _pass_over(told: sys.UnraisableHookArgs) -> None:
    """Say nothing of a signal that came where Python can't raise it, as while it clears memory: the watch ends the process."""
    if not isinstance(told.exc_value, Interrupted):
        sys.__unraisablehook__(told)


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Begin to end; who asks again gets it at once."""
    _came.append(number)
    if len(_came) > 1:
        _leave(number)
    raise Interrupted


def _leave(number: int) -> NoReturn:
    """Say that the command was stopped, and end the process whatever it is doing."""
    with contextlib.suppress(BaseException):
        cursor = "\x1b[?25h" if sys.stderr.isatty() else ""
        said = load_text(find_spoken()).say("general.interrupted", signal=signal.Signals(number).name)
        os.write(2, f"{cursor}{said}\n".encode())
    os._exit(ENDED + number)
