"""Writing: files that are written completely or not at all, never by way of a link, and closed to others if they hold personal data."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import tempfile
from pathlib import Path

#: How what is being written is called until it is whole, and the folder of somebody who writes several files.
_FRESH = re.compile(r"\.[0-9a-f]{16}\.new")
#: The rights of a file that is for its owner only, and of such a folder.
OWN_FILE = 0o600
OWN_FOLDER = 0o700
#: The path of a socket has no more bytes than this; the name of one of a kernel takes up to so many of them.
SOCKET = 107
ROOM = 35
#: Where a temporary folder may stand if the usual place has too long a path.
SHORT_PLACES = ("/tmp", "/var/tmp", "/dev/shm")


def replace_file(path: Path, content: str | bytes, *, private: bool = False) -> None:
    """Write `content` to `path` in one step: a reader sees the old file or the new one, never half of one, also after a power cut.

    It is written under a random name that nobody else has, and takes the place of `path`; a link that stands there is replaced, not
    followed. A file that is `private` is for its owner only.
    """
    data = content.encode() if isinstance(content, str) else content
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.parent / name_fresh()
    try:
        _write_fresh(fresh, data, OWN_FILE if private else 0o666)
        fresh.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            fresh.unlink()
        raise
    _sync_folder(path.parent)


def name_fresh() -> str:
    """Return a random name for what is not whole yet; see `sweep_leftovers`."""
    return f".{secrets.token_hex(8)}.new"


def _write_fresh(path: Path, data: bytes, rights: int) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, rights)
    with os.fdopen(file, "wb") as writer:
        writer.write(data)
        writer.flush()
        os.fsync(file)


def _sync_folder(folder: Path) -> None:
    """Have the names in a folder written down; a file system that can't is none that a power cut empties."""
    with contextlib.suppress(OSError):
        place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(place)
        finally:
            os.close(place)


def close_folder(folder: Path) -> None:
    """Make a folder that only its owner may open, and close what stands in it already to everybody else."""
    folder.mkdir(parents=True, exist_ok=True, mode=OWN_FOLDER)
    for path, rights in [(folder, OWN_FOLDER), *((each, OWN_FILE) for each in folder.iterdir() if each.is_file())]:
        if not path.is_symlink() and path.stat().st_mode & 0o077:
            path.chmod(rights)


def sweep_leftovers(folder: Path) -> None:
    """Remove what was being written in a folder when its writer was ended; only for who knows that nobody writes there now."""
    for path in folder.iterdir() if folder.is_dir() else ():
        if _FRESH.fullmatch(path.name):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


def make_temporary(prefix: str, room: int = ROOM) -> Path:
    """Return a new temporary folder, for its owner only, in which sockets with names of `room` bytes fit wherever there is such a place."""
    for place in list_temporary():
        if fits(Path(place) / f"{prefix}12345678", room) and os.access(place, os.W_OK | os.X_OK):
            return Path(tempfile.mkdtemp(prefix=prefix, dir=place))
    return Path(tempfile.mkdtemp(prefix=prefix))


def list_temporary() -> tuple[str, ...]:
    """Return where a temporary folder may stand, the usual place first."""
    return tuple(dict.fromkeys([tempfile.gettempdir(), *SHORT_PLACES]))


def fits(folder: Path, room: int = ROOM) -> bool:
    """Return whether sockets with names of `room` bytes fit in a folder."""
    return len(os.fsencode(folder)) + room <= SOCKET


def keep_out_of_git(folder: Path, names: tuple[str, ...]) -> Path:
    """Return the `.gitignore` of `folder`, after adding `names` to it: people's answers and codes do not belong in a repository."""
    target = folder / ".gitignore"
    lines = target.read_text(encoding="utf-8").splitlines() if target.is_file() else []
    missing = [name for name in names if name not in lines]
    if missing:
        replace_file(target, "\n".join([*lines, *missing, ""]))
    return target
