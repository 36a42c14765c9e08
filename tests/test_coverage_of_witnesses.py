"""Every result that R gave us is compared with ours: a reference entry that no test names is a gap."""

import re
from pathlib import Path

from tests.witness import witness_ids

TESTS = Path(__file__).parent
NAMED = re.compile(r"""["']([a-z0-9]+\.[A-Za-z0-9_]+)["']""")


def list_uncovered(folder: Path, ids: list[str]) -> list[str]:
    """Return the ids that no test file in `folder` names between quotation marks."""
    named = {name for path in folder.rglob("test_*.py") for name in NAMED.findall(path.read_text(encoding="utf-8"))}
    return sorted(set(ids) - named)


def test_every_reference_entry_is_compared_with_ours() -> None:
    assert list_uncovered(TESTS, witness_ids()) == []


def test_an_entry_that_no_test_names_is_found(tmp_path: Path) -> None:
    (tmp_path / "test_some.py").write_text('witness("alpha.bfi_A")', encoding="utf-8")
    assert list_uncovered(tmp_path, ["alpha.bfi_A", "omega.bfi_A"]) == ["omega.bfi_A"]
