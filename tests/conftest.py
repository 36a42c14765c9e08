"""What the tests share: a browser for those that open a page, and examples that are the same every time."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.reached import Reached, listen

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


@pytest.fixture(scope="module")  # not longer: while it is open its event loop is in the way of tests that start a kernel
def browser() -> Iterator[Browser]:
    """Give a headless chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield chromium
        chromium.close()
