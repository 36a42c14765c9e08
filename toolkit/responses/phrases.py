"""Phrases: the words of one table of the text files, for what is told while answers are read."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from toolkit.study.definitions import Language


@cache
def load_phrases(table: str, language: Language) -> dict[str, Any]:
    """Return the phrases under [`table`], or the tables of phrases in it."""
    path = Path(__file__).parent.parent / "text" / f"{language}.toml"
    phrases: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))[table]
    return phrases
