"""What is asked of those who make pages, and what they give: data alone, so that who asks waits for nothing that draws."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.languages import Language
from toolkit.page_kernel import PageGuard
from toolkit.report.content.reads import Read


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A page to be made: its file name, the template, the parameters, and what stands in the title bar.

    What makes a page for sharing has a `guard`. A page of a shipped template is handed what `known` gives when its turn comes; any other
    opens its results itself, in a kernel of its own. A notebook of somebody's own works in its own `folder`; `mark` says on the page which
    notebook it was, and `internal` that the page is not to be shared.
    """

    name: str
    template: Path
    parameters: Mapping[str, Any]
    title: str
    language: Language
    guard: PageGuard | None = None
    folder: Path | None = None
    mark: str = ""
    internal: bool = False
    known: Callable[[], Known] | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What a page is handed: its studies and the protected results that it may know, pickled, and the note for it."""

    studies: bytes
    results: bytes
    note: bytes = b""


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """A page that was made, or the reason why not; `notebook` is the file of what was executed, whole or up to the failing cell."""

    request: PageRequest
    notebook: str
    html: str
    error: str
    #: what the page read of its results, and what stands for all it found there; nothing where it did not tell.
    reads: tuple[Read, ...] = ()
    shown: str = ""


@dataclass(frozen=True, slots=True)
class PageTask:
    """What a page is made of: the name of its template, what it is told, and what the page may show."""

    template: str
    parameters: Mapping[str, Any]
    title: str
    language: Language
    known: Known
    guard: PageGuard | None = None


@dataclass(frozen=True, slots=True)
class MadePage:
    """A page that was made, or the `error` why not, and the notebook that was executed, whole or up to the cell that failed.

    `reads` are what the page read of its results, and `shown` stands for what it found there; a page that opens more than one view, or
    another kind of view, doesn't tell.
    """

    html: str
    notebook: str
    error: str = ""
    reads: tuple[Read, ...] = ()
    shown: str = ""
