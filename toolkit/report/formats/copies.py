"""Copies of finished pages in other formats, each made from the page itself, so that nothing which is not on the page can get into it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
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
    copies: Sequence[Path], date: dt.date, write: Callable[[Path, bytes], None], *, jobs: int = BROWSERS, report_done: Callable[[str], None]
) -> dict[str, str]:
    """Make each of `copies` from the page beside it, `write` it as it comes, and return the errors of those that failed by their file name.

    Raises `ReportError` where there is no browser.
    """
    if not copies:
        return {}
    pages = list(dict.fromkeys(path.with_suffix(".html") for path in copies))
    workers = min(jobs, BROWSERS, len(pages))
    shares = [[path for path in copies if path.with_suffix(".html") in pages[start::workers]] for start in range(workers)]
    at_work = _AtWork()
    with ThreadPoolExecutor(workers) as pool, at_work.ended_by_errors():
        parts = list(pool.map(lambda share: _make_part(share, date, write, report_done, at_work), shares))
    errors = {name: error for part in parts for name, error in part.items()}
    return {path.name: errors[path.name] for path in copies if path.name in errors}


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
    copies: Sequence[Path], date: dt.date, write: Callable[[Path, bytes], None], report_done: Callable[[str], None], at_work: _AtWork
) -> dict[str, str]:
    """Write some copies, made with one browser; return words for those that could not be made."""
    errors: dict[str, str] = {}
    with Browser() as browser:
        at_work.browsers.append(browser)
        for path in copies:
            if not at_work.going:
                break
            if path.suffix == ".docx" and is_edited(path):
                errors[path.name] = "This file was edited since it was made. Move it elsewhere to get a new one."
                continue
            try:
                write(path, FORMATS[path.suffix](path.with_suffix(".html"), browser, date))
            except ToolkitError as error:
                errors[path.name] = str(error)
            report_done(path.name)
    return errors
