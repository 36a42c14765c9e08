"""Warm kernels: real Jupyter kernels, each forked from a process that has imported everything, so that none has to start cold."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from toolkit.languages import Language
from toolkit.page_kernel import PageGuard
from toolkit.report.rendering.kernels import KernelServer
from toolkit.writing import fits


def manage_kernel(server: KernelServer, language: Language = "en", guard: PageGuard | None = None) -> AsyncKernelManager:
    """Return a manager for one kernel that `server` forks, to be given to nbclient; see `KernelServer.fork`."""
    transport = "ipc" if fits(server.folder) else "tcp"  # where no path is short enough: on this machine only, every message signed
    manager = AsyncKernelManager(
        kernel_name="python3", transport=transport, connection_file=tempfile.mktemp(dir=server.folder, suffix=".json")
    )
    manager.shutdown_wait_time = 2.0
    provisioner = _ForkedProvisioner(kernel_id="forked", kernel_spec=manager.kernel_spec, parent=manager)
    provisioner.fork = partial(server.fork, language=language, guard=guard)
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
