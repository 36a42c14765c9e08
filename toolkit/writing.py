"""Writing: files that are written completely or not at all, and kept out of git if they hold personal data."""

from __future__ import annotations

from pathlib import Path


def replace_file(path: Path, content: str | bytes) -> None:
    """Write `content` to `path` in one step: a reader sees the old file or the new one, never half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_bytes(content.encode() if isinstance(content, str) else content)
    fresh.replace(path)


def keep_out_of_git(folder: Path, names: tuple[str, ...]) -> Path:
    """Return the `.gitignore` of `folder`, after adding `names` to it: people's answers and codes do not belong in a repository."""
    target = folder / ".gitignore"
    lines = target.read_text(encoding="utf-8").splitlines() if target.is_file() else []
    missing = [name for name in names if name not in lines]
    if missing:
        target.write_text("\n".join([*lines, *missing, ""]), encoding="utf-8")
    return target
