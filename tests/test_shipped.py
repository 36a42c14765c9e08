"""What comes with the toolkit is there, wherever it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from toolkit import shipped


def test_all_that_is_shipped_is_there() -> None:
    assert shipped.list_missing() == []
    assert {path.name for path in shipped.EXAMPLES} == {"zes_scholen", "univbct"}


def test_what_is_missing_or_empty_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shipped, "NOTEBOOKS", tmp_path)
    monkeypatch.setattr(shipped, "RULES", tmp_path / "rules.toml")
    assert shipped.list_missing() == [tmp_path / "rules.toml", tmp_path]


def test_a_folder_in_the_package_goes_before_one_beside_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    package = tmp_path / "toolkit"
    (tmp_path / "notebooks").mkdir(parents=True)
    package.mkdir()
    monkeypatch.setattr(shipped, "PACKAGE", package)
    assert shipped._find("notebooks") == tmp_path / "notebooks"
    (package / "notebooks").mkdir()
    assert shipped._find("notebooks") == package / "notebooks"
