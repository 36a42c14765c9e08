"""A headless browser that prints finished pages and takes pictures of what stands on them."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from toolkit.report.formats.chromium import DevTools

#: So much sharper than on a screen is a picture that is to be printed.
SHARPNESS = 2.5


class Browser:
    """A browser of its own; use it in a `with`. Pages are opened from files, without scripts, and fetch nothing."""

    def __init__(self) -> None:
        self._tools = DevTools()

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._tools.__exit__(kind, error, trace)

    def print_page(self, path: Path) -> bytes:
        """Return the page in the file `path` as a tagged PDF with an outline, on the paper that the page asks for."""
        asked = {"preferCSSPageSize": True, "printBackground": True, "generateTaggedPDF": True, "generateDocumentOutline": True}
        with self._open(path) as page:
            return base64.b64decode(self._tools.ask("Page.printToPDF", page, **asked)["data"])

    def take_pictures(self, path: Path, selector: str, width: int) -> list[bytes]:
        """Return every element of the page that `selector` finds as PNG, on a light page `width` pixels wide with all folds open."""
        with self._open(path) as page:
            self._tools.ask("Emulation.setDeviceMetricsOverride", page, width=width, height=1000, deviceScaleFactor=1, mobile=False)
            for fold in self._find("details", page):
                self._tools.ask("DOM.setAttributeValue", page, nodeId=fold, name="open", value="")
            return [self._take_picture(node, page) for node in self._find(selector, page)]

    def _find(self, selector: str, page: str) -> list[int]:
        root = self._tools.ask("DOM.getDocument", page)["root"]["nodeId"]
        return list(self._tools.ask("DOM.querySelectorAll", page, nodeId=root, selector=selector)["nodeIds"])

    def _take_picture(self, node: int, page: str) -> bytes:
        box = self._tools.ask("DOM.getBoxModel", page, nodeId=node)["model"]
        clip = {"x": box["content"][0], "y": box["content"][1], "width": box["width"], "height": box["height"], "scale": SHARPNESS}
        asked = {"format": "png", "clip": clip, "captureBeyondViewport": True}
        return base64.b64decode(self._tools.ask("Page.captureScreenshot", page, **asked)["data"])

    @contextmanager
    def _open(self, path: Path) -> Iterator[str]:
        target = self._tools.ask("Target.createTarget", url="about:blank")["targetId"]
        page = str(self._tools.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"])
        self._tools.ask("Page.enable", page)
        self._tools.ask("Emulation.setScriptExecutionDisabled", page, value=True)
        self._tools.ask("Emulation.setUserAgentOverride", page, userAgent="PLG toolkit")  # it ends up in a PDF
        self._tools.ask("Page.navigate", page, url=path.resolve().as_uri())
        self._tools.wait("Page.loadEventFired", page)
        yield page
        self._tools.ask("Target.closeTarget", targetId=target)
