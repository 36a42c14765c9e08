"""From survey exports to reports that hold up: studies of professional learning communities before and after a trajectory.

The public names are listed in `__init__.pyi`; each is imported on first use, so a small command does not wait for a large library.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
