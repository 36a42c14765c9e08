"""Keeps out of memory what takes a second to import and that no report uses; import it before anything that needs jsonschema.

Where jupyterlab is installed, importing jsonschema builds a grammar for internationalised addresses. No notebook has such a format.
"""

from __future__ import annotations

import sys

sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
