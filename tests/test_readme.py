"""What the README shows in Python works as it stands, and gives what it shows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

HOUSE = Path(__file__).parent.parent
#: What stands between fences, its kind on the first line.
BLOCKS = (HOUSE / "README.md").read_text(encoding="utf-8").split("```")[1::2]


def run(lines: list[str]) -> dict[str, Any]:
    """Return what the lines leave behind, with what those that only show something gave, by the function called."""
    found: dict[str, Any] = {}
    for line in lines:
        if line.startswith("plg."):
            found[line.split("(")[0]] = eval(line, found)
        else:
            exec(line, found)
    return found


def test_ten_lines_go_from_a_table_to_pages_and_give_what_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "datasets").mkdir()
    (tmp_path / "datasets" / "teams.csv").write_bytes((HOUSE / "datasets" / "teams.csv").read_bytes())
    monkeypatch.chdir(tmp_path)
    mpl.use("Agg")
    code = next(block for block in BLOCKS if "compare_models" in block)
    lines = [line for line in code.removeprefix("python").splitlines() if line]
    assert len(lines) <= 10
    found = run(lines)
    plt.close("all")
    assert isinstance(found["plg.plot_schools"], Axes)
    assert len(found["plg.compare_models"]) == 7
    pages = [path.name for path in found["plg.run_study"].pages]
    assert len(pages) == 26 and not found["plg.run_study"].errors
    shown = next(block for block in BLOCKS if "all schools" in block).lstrip("\n")
    rows = found["change"].set_index("school").loc[["all schools", "Het Houten Kompas", "De Wolkenplukker"]]
    assert rows.reset_index().round(3).to_string(index=False) + "\n" == shown
