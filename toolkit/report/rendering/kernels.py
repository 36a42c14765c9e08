"""Warm kernels: real Jupyter kernels, each forked from a process that has imported everything, so that none has to start cold."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from toolkit.errors import ReportError
from toolkit.languages import Language
from toolkit.page_kernel import PageGuard
from toolkit.writing import fits, make_temporary

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

    def manage(self, language: Language = "en", guard: PageGuard | None = None) -> AsyncKernelManager:
        """Return a manager for one kernel of this server, to be given to nbclient; see `fork`."""
        transport = "ipc" if fits(self.folder) else "tcp"  # where no path is short enough: on this machine only, every message signed
        manager = AsyncKernelManager(
            kernel_name="python3", transport=transport, connection_file=tempfile.mktemp(dir=self.folder, suffix=".json")
        )
        manager.shutdown_wait_time = 2.0
        provisioner = _ForkedProvisioner(kernel_id="forked", kernel_spec=manager.kernel_spec, parent=manager)
        provisioner.fork = partial(self.fork, language=language, guard=guard)
        manager.provisioner = provisioner
        return manager


class _ForkedProcess:
    """What a provisioner needs of a process: a kernel that another process forked."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def poll(self) -> int | None:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return 0
        return None

    def wait(self, timeout: float | None = None) -> int:
        end = time.monotonic() + (timeout or 5)
        while self.poll() is None and time.monotonic() < end:
            time.sleep(0.005)
        return 0

    def send_signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number) if number == signal.SIGKILL else os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


class _ForkedProvisioner(LocalProvisioner):
    fork: Callable[[str, str], int]
    process: Any

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        assert self.parent is not None
        pid = self.fork(self.parent.connection_file, kwargs.get("cwd") or str(Path.cwd()))
        self.process = _ForkedProcess(pid)
        self.pid = pid
        self.pgid = pid
        await self._await_sockets()
        return self.connection_info

    async def _await_sockets(self) -> None:
        """Wait until the kernel listens: who connects earlier waits longer, until the library tries again."""
        info: dict[str, Any] = dict(self.connection_info)
        if info["transport"] != "ipc":
            return
        sockets = [Path(f"{info['ip']}-{info[f'{name}_port']}") for name in ("shell", "iopub", "stdin", "control", "hb")]
        for _ in range(1000):
            if all(socket.exists() for socket in sockets) or await self.poll() is not None:
                break
            await asyncio.sleep(0.002)

    async def kill(self, restart: bool = False) -> None:
        """End the kernel and see it gone; the manager would sleep a tenth of a second between two looks."""
        await super().kill(restart=restart)
        for _ in range(200):
            if await self.poll() is not None:
                break
            await asyncio.sleep(0.005)
