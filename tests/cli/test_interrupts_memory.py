"""A signal that comes while Python clears memory ends the process without a traceback."""

from __future__ import annotations

import subprocess
import sys

CODE = """
import os, signal, time
from toolkit.cli.interrupts import listen
listen()
class Cleared:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0.1)
one = Cleared()
del one
time.sleep(20)
"""


def test_a_signal_while_memory_is_cleared_is_no_traceback() -> None:
    ran = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, timeout=15, check=False)
    assert ran.returncode == 143 and "Traceback" not in ran.stderr
    assert len(ran.stderr.splitlines()) == 1
