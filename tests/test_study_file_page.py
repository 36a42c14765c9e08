"""The page about the study file names every key that a study may have, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from toolkit.study.definitions import list_keys
from toolkit.study.matches import Matches
from toolkit.study.study import Study

PAGE = (Path(__file__).parent.parent / "docs" / "study-file.md").read_text(encoding="utf-8")
TABLES = ("waves", "schools", "roles", "sources", "leave_out", "comparisons", "contacts", "groups", "pairs")


def list_explained(page: str) -> dict[str, list[str]]:
    """Return the keys that each part of the page explains, by the name of its table ("" for the keys above all tables)."""
    parts = re.split(r"^## ", page, flags=re.MULTILINE)[1:]
    found = {}
    for part in parts:
        name = re.match(r"\[+([a-z_]+)", part)
        found[name[1] if name else "" if part.startswith("The study") else "beside"] = re.findall(r"^\| `([a-z_]+)` \|", part, re.MULTILINE)
    return found


def test_the_page_explains_every_key_once() -> None:
    known = {name: list_keys(Study, (name, 0)) for name in TABLES}
    known |= {name: list_keys(Study, (name,)) for name in ("limits", "matching", "outcomes")}
    known |= {"": list_keys(Study, ()), "layouts": list_keys(Study, ("layouts", "name")), "beside": list_keys(Matches, ("matches", 0))}
    assert {name: sorted(keys) for name, keys in list_explained(PAGE).items()} == known


def test_keys_that_must_be_there_are_said_to() -> None:
    for name in ("waves", "schools", "sources", "outcomes"):
        model = Study.model_fields[name].annotation
        inner = getattr(model, "__args__", (model,))[0]
        needed = {key for key, field in inner.model_fields.items() if field.is_required()}
        part = PAGE.split(f"[{name}]")[-1].split("\n## ")[0]
        assert set(re.findall(r"^\| `([a-z_]+)` \| must be there", part, re.MULTILINE)) == needed
