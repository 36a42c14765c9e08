"""A page as a PDF: tagged, with an outline, in the words and on the paper of the page, and the same bytes every time."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

from toolkit.report.formats.chromium__browser import Browser

#: What the file says it was made by, instead of the version and the operating system of a browser.
MAKER = b"PLG toolkit"


def make_pdf(page: Path, browser: Browser, date: dt.date) -> bytes:
    """Return the page in a file as a PDF of `date`."""
    return number_nodes(fix_dates(browser.print_page(page), date))


def fix_dates(pdf: bytes, date: dt.date) -> bytes:
    """Return `pdf` with `date` as its dates and the toolkit as its maker, all else in its place: offsets count bytes, so lengths stay.

    >>> fix_dates(b"/ModDate (D:20261122185917+00'00')>>", dt.date(2026, 7, 10))
    b"/ModDate (D:20260710000000+00'00')>>"
    """
    moment = f"D:{date:%Y%m%d}000000+00'00'".encode()
    pdf = re.sub(rb"(/(?:CreationDate|ModDate) \()D:\d{14}[+-]\d{2}'\d{2}'(?=\))", lambda match: match[1] + moment, pdf)
    return re.sub(rb"/Creator \((?:[^()\\]|\\.)*\)", _name_maker, pdf, count=1)


def number_nodes(pdf: bytes) -> bytes:
    """Return `pdf` with the names of its parts numbered from 1 in their order: a browser's own numbers may shift by one now and then.

    >>> number_nodes(b"/ID (node00000119) /ID (node00000121) /Headers [(node00000119)]")
    b'/ID (node00000001) /ID (node00000002) /Headers [(node00000001)]'
    """
    names = sorted(set(re.findall(rb"\(node(\d{8})\)", pdf)))
    numbers = {name: b"(node%08d)" % place for place, name in enumerate(names, 1)}
    return re.sub(rb"\(node(\d{8})\)", lambda match: numbers[match[1]], pdf)


def _name_maker(match: re.Match[bytes]) -> bytes:
    """Return the maker, followed by spaces up to the length of what stood there."""
    return (b"/Creator (" + MAKER + b")").ljust(len(match[0]))
