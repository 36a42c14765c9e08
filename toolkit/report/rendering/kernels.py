"""The process that has imported everything that a report needs, as a run sees it: it forks kernels and makers of pages on request."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict
from types import TracebackType
from typing import Any

from toolkit.errors import ReportError
from toolkit.languages import Language
from toolkit.page_kernel import PageGuard
from toolkit.writing import make_temporary

#: So many seconds the process that forks kernels has to end by itself.
PATIENCE = 5.0


class KernelServer:
    """The process that forks kernels; use it in a `with`. It and its kernels end with it, and with the process that began it."""

    def __init__(self) -> None:
        self.folder = make_temporary("plg-")
        environment = os.environ | {
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        }
        self._asking, asked = socket.socketpair()
        with asked, (self.folder / "server.log").open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "toolkit.report.rendering.kernel_server", str(self.folder)],
                stdin=asked.fileno(),
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env=environment,
                start_new_session=True,  # Ctrl-C in a terminal is for the run, which ends this process in its own order
            )

    def __enter__(self) -> KernelServer:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        assert self._process.stdout
        self._asking.close()  # the process and its kernels end with this socket
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()  # its kernels see that it is gone
            self._process.wait()
        self._process.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def fork(self, connection_file: str, folder: str, language: Language, guard: PageGuard | None) -> int:
        """Return the process id of a new kernel that listens as `connection_file` says and works in `folder`.

        It shows everything in `language`, and knows what `guard` lets it know, from its first cell on.
        """
        return self._ask(
            {"connection_file": connection_file, "folder": folder, "language": language, "guard": asdict(guard) if guard else None}
        )

    def fork_maker(self) -> tuple[int, socket.socket]:
        """Return the process id of a new maker of pages, and the socket by which it takes tasks and gives pages."""
        ours, theirs = socket.socketpair()
        with theirs:
            return self._ask({}, theirs), ours

    def _ask(self, request: Mapping[str, Any], *sockets: socket.socket) -> int:
        """Return the process id of what the process forks on `request`."""
        assert self._process.stdout
        words = json.dumps({"log": str(self.folder / "kernels.log"), **request}) + "\n"
        with contextlib.suppress(OSError):
            sent = socket.send_fds(self._asking, [words.encode()], [each.fileno() for each in sockets]) if sockets else 0
            self._asking.sendall(words.encode()[sent:])
        answer = self._process.stdout.readline()
        if not answer:
            raise ReportError(f"The kernels could not be started: {(self.folder / 'server.log').read_text(errors='replace')[-2000:]}")
        return int(answer)
