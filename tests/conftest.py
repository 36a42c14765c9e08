"""What the tests share: a browser for those that open a page, and examples that are the same every time."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from functools import cache
from types import TracebackType
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.reached import Reached, listen
from toolkit.report.rendering import kernels

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
# A root account has no sandbox to give, and a test needs nothing from outside.
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]

settings.register_profile("house", deadline=None, derandomize=True)
settings.load_profile("house")


def pytest_configure(config: pytest.Config) -> None:
    """Hear which phrases the tests reach."""
    reached = Reached()
    listen(reached.said)
    config.pluginmanager.register(reached, "reached")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the tests marked `browser` where there is no browser."""
    if CHROMIUM is None:
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason="there is no chromium on this machine"))


class Warm(kernels.KernelServer):
    """A process that forks makers of pages and kernels, and stays."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Stay: what a run asked for it has ended itself."""


@pytest.fixture(scope="session", autouse=True)
def one_warm_process() -> Iterator[None]:
    """Let all runs of this process have their pages from one: starting it takes longer than most of them."""
    start = cache(Warm)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("toolkit.report.rendering.kernels", "toolkit.report.rendering.rendering", "toolkit.run"):
            if name in sys.modules:
                patch.setattr(sys.modules[name], "KernelServer", start)
        yield
    if start.cache_info().currsize:
        kernels.KernelServer.__exit__(start(), None, None, None)


@pytest.fixture(scope="module")  # not longer: while it is open its event loop is in the way of tests that start a kernel
def browser() -> Iterator[Browser]:
    """Give a headless chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield chromium
        chromium.close()
