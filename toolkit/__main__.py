"""The command `plg`, also as `python -m toolkit`."""

from __future__ import annotations

from toolkit.cli.main import main

if __name__ == "__main__":
    main()
