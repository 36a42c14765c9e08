"""The wire: what passes between the process that reads foreign files and the one that asked for them. It is data only, and nothing in it is
run: numbers and texts as JSON, and the places of texts as bytes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

import numpy as np

from toolkit.files.cells import Cells, Column, File, Grid, list_texts

#: the head of a message: its kind, and the number of bytes that follow.
HEAD = 9
#: half of a character, which is none: what follows can't write it.
HALF = re.compile("[\ud800-\udfff]")
HEARD, SHARE, ANSWER, TEXTS, PLACES = b"h", b"s", b"a", b"t", b"p"


def send(stream: BinaryIO, kind: bytes, content: bytes = b"") -> None:
    """Write one message."""
    stream.write(kind + len(content).to_bytes(HEAD - 1, "big"))
    stream.write(content)
    stream.flush()


def receive(stream: BinaryIO) -> tuple[bytes, bytes]:
    """Return the kind and content of the next message; `EOFError` where there is none, or half of one."""
    head = _read_all(stream, HEAD)
    return head[:1], _read_all(stream, int.from_bytes(head[1:], "big"))


def _read_all(stream: BinaryIO, size: int) -> bytes:
    content = stream.read(size)
    if len(content) < size:
        raise EOFError
    return content


def send_answer(stream: BinaryIO, file: File | None, notes: list[dict[str, Any]]) -> None:
    """Write what was read and noted of a file, column by column, so that no second copy of it takes memory."""
    send(stream, ANSWER, _pack({"file": _describe(file) if file else None, "notes": notes}))
    for column in (column for grid in (file.grids if file else ()) for column in grid.cells.columns):
        send(stream, TEXTS, _pack(column.texts.tolist()))
        send(stream, PLACES, column.places.dtype.str.encode() + b"\n" + column.places.tobytes())


def receive_answer(stream: BinaryIO, content: bytes) -> tuple[File | None, list[dict[str, Any]]]:
    """Return what was read and noted of a file, of which the first message has this content."""
    said = _unpack(content)
    if said["file"] is None:
        return None, said["notes"]
    grids = tuple(_receive_grid(stream, grid) for grid in said["file"].pop("grids"))
    return File(grids=grids, **said["file"]), said["notes"]


def _pack(value: object) -> bytes:
    return json.dumps(value, default=_simplify).encode("ascii")  # half characters too are written with a backslash


def _unpack(content: bytes) -> Any:
    """Return what a message holds; half characters become the sign for one that is unknown."""
    value = json.loads(content)
    return _complete(value) if b"\\ud" in content else value


def _complete(value: Any) -> Any:
    if isinstance(value, str):
        return HALF.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, list):
        return [_complete(each) for each in value]
    return {_complete(key): _complete(each) for key, each in value.items()} if isinstance(value, dict) else value


def _simplify(value: object) -> object:
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(type(value).__name__)


def _describe(file: File) -> dict[str, Any]:
    grids = [
        {
            "sheet": grid.sheet,
            "height": grid.cells.height,
            "width": len(grid.cells.columns),
            "first_row": grid.first_row,
            "labels": {str(place): dict(labels) for place, labels in grid.labels.items()},
            "wordings": grid.wordings,
            "visible": grid.visible,
        }
        for grid in file.grids
    ]
    return {"sha256": file.sha256, "format": file.format, "encoding": file.encoding, "separator": file.separator, "grids": grids}


def _receive_grid(stream: BinaryIO, said: dict[str, Any]) -> Grid:
    cells = Cells(list(_receive_columns(stream, said["width"])), said["height"])
    labels = {int(place): each for place, each in said["labels"].items()}
    return Grid(said["sheet"], cells, said["first_row"], labels, tuple(said["wordings"]), said["visible"])


def _receive_columns(stream: BinaryIO, width: int) -> Iterator[Column]:
    for _ in range(width):
        texts = _unpack(receive(stream)[1])
        kind, _, places = receive(stream)[1].partition(b"\n")
        yield Column(list_texts(iter(texts)), np.frombuffer(bytearray(places), dtype=kind.decode("ascii")))
