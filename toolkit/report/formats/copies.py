"""Copies of finished pages in other formats, each made from the page itself, so that nothing which is not on the page can get into it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from toolkit.errors import ToolkitError
from toolkit.report.formats.chromium import Browser, make_pdf
from toolkit.report.formats.word import is_edited, make_word

#: Each format by the ending of its files.
FORMATS: Mapping[str, Make] = {".pdf": make_pdf, ".docx": make_word}
#: So many browsers run at a time, at most.
BROWSERS = 2


class Make(Protocol):
    """What makes a copy: the page in a file, as the content of another file that says it is of `date`."""

    def __call__(self, page: Path, browser: Browser, date: dt.date) -> bytes: ...


def make_copies(
    pages: Sequence[Path], formats: Collection[str], date: dt.date, *, jobs: int = BROWSERS, report_done: Callable[[str], None]
) -> tuple[dict[Path, bytes], dict[str, str]]:
    """Return the content of every copy of `pages` by its path, and the errors of those that could not be made by their file name.

    Raises `ReportError` where there is no browser.
    """
    if not (pages and formats):
        return {}, {}
    chosen = [suffix for suffix in FORMATS if suffix in formats]
    workers = min(jobs, BROWSERS, len(pages))
    at_work = _AtWork()
    with ThreadPoolExecutor(workers) as pool, at_work.ended_by_errors():
        parts = list(
            pool.map(lambda part: _make_part(part, chosen, date, report_done, at_work), [pages[start::workers] for start in range(workers)])
        )
    made = {path: found for part in parts for path, found in part.items()}
    wanted = [page.with_suffix(suffix) for page in pages for suffix in chosen]
    copies = {path: content for path in wanted if isinstance(content := made[path], bytes)}
    return copies, {path.name: content for path in wanted if isinstance(content := made[path], str)}


@dataclass
class _AtWork:
    """The browsers that are at work, and whether they are to go on."""

    browsers: list[Browser] = field(default_factory=list)
    going: bool = True

    @contextmanager
    def ended_by_errors(self) -> Iterator[None]:
        """End all browsers if an error, or somebody, ends what is done here: threads are waited for, and they wait for browsers."""
        try:
            yield
        except BaseException:
            self.going = False
            for browser in self.browsers:
                browser.kill()
            raise


def _make_part(
    pages: Sequence[Path], formats: Sequence[str], date: dt.date, report_done: Callable[[str], None], at_work: _AtWork
) -> dict[Path, bytes | str]:
    """Return the copies of some pages, made with one browser; words where one could not be made."""
    made: dict[Path, bytes | str] = {}
    with Browser() as browser:
        at_work.browsers.append(browser)
        for path in [page.with_suffix(suffix) for page in pages for suffix in formats]:
            if not at_work.going:
                break
            if path.suffix == ".docx" and is_edited(path):
                made[path] = "This file was edited since it was made. Move it elsewhere to get a new one."
                continue
            try:
                made[path] = FORMATS[path.suffix](path.with_suffix(".html"), browser, date)
            except ToolkitError as error:
                made[path] = str(error)
            report_done(path.name)
    return made
