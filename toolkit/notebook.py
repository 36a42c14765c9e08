"""The front door of notebooks: what page templates open and show, under names that stay the same when code moves inside the report.

A copied template imports from here and from `toolkit`, and from nothing deeper. Each function returns markup to be shown as it is, with
numbers from results that may be shown and words from the text files.

The names are listed in `notebook.pyi`; each is imported on first use, so a page waits only for what it shows.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub("toolkit", __file__)
