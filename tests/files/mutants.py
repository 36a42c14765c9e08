"""Mutants: a good file of each kind, damaged at random as disks, mails and people do it, and worse; the same ones each time."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyreadstat

from tests.responses.cases import FOLDER, write_workbook

SPSS = FOLDER.parent / "published" / "spss_fixtures"
HEADER = ["Code", "uwes3_i1", "uwes3_i2", "uwes3_i3"]
ROWS = [[f"a{number}", str(number % 7), str(number % 5), str(number % 3)] for number in range(40)]
#: signs that texts are damaged with: separators of records, half characters, digits of other scripts, and what programs leave behind.
SIGNS = [
    "\x1c",
    "\x1f",
    "\x85",
    "\u2028",
    "\0",
    "٣",
    "²",
    "½",
    "Ⅷ",
    "１",
    "௧",
    "\ufeff",
    '"',
    ";",
    "\r",
    "\n",
    "1e999",
    "-inf",
    "nan",
    "9" * 400,
]
KINDS = ("xlsx", "xls", "sav", "zsav", "por", "parquet", "csv", "dta", "html")


def make_seed(kind: str, folder: Path) -> bytes:
    """Return a good file of a kind."""
    path = folder / f"seed.{kind}"
    frame = pd.DataFrame(ROWS, columns=HEADER).astype(dict.fromkeys(HEADER[1:], float))
    if kind == "xlsx":
        write_workbook(path, {"Blad1": [HEADER, *ROWS]}, {"Blad1": {"merged": ["F2:F4"], "hidden": [3]}})
    elif kind == "xls":
        return (FOLDER / "workbook_written_by_old_excel" / "answers.xls").read_bytes()
    elif kind in ("sav", "zsav"):
        pyreadstat.write_sav(
            frame, str(path), compress=kind == "zsav", variable_value_labels={"uwes3_i1": {0.0: "nooit"}}, missing_ranges={"uwes3_i2": [9]}
        )
    elif kind == "por":
        pyreadstat.write_por(frame.rename(columns=str.upper), str(path))
    elif kind == "parquet":
        duckdb.from_df(frame).write_parquet(str(path))
    elif kind == "dta":
        frame.to_stata(path, write_index=False)
    elif kind == "html":
        rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in [HEADER, *ROWS])
        path.write_text(f'<html><meta charset="utf-8"><table border="1">{rows}</table></html>', encoding="utf-8")
    else:
        path.write_text("\n".join(";".join(row) for row in [HEADER, *ROWS]) + "\n", encoding="utf-8")
    return path.read_bytes()


def list_mutants(kind: str, count: int, folder: Path) -> Iterator[bytes]:
    """Yield `count` damaged files of a kind; of a workbook half of them are damaged inside their zip."""
    seed = make_seed(kind, folder)
    generator = np.random.default_rng(KINDS.index(kind))
    for number in range(count):
        if kind == "xlsx" and number % 2:
            yield _damage_package(seed, generator)
        elif kind in ("csv", "html") and number % 2:
            yield _damage_text(seed.decode("utf-8"), generator).encode("utf-8", errors="surrogatepass")
        else:
            yield _damage(seed, generator)


def _damage(seed: bytes, generator: np.random.Generator) -> bytes:
    """Return bytes of which some changed, went, came twice, or became the largest or smallest number that fits."""
    data = bytearray(seed)
    for _ in range(int(generator.integers(1, 4))):
        place = int(generator.integers(0, len(data)))
        length = int(generator.integers(1, 40))
        way = int(generator.integers(0, 6))
        if way == 0:
            for each in generator.integers(0, len(data), length):
                data[each] = int(generator.integers(0, 256))
        elif way == 1:
            data[place : place + length] = b""
        elif way == 2:
            data[place:place] = data[place : place + length] * int(generator.integers(1, 50))
        elif way == 3:
            data[place : place + 4] = [b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", bytes(4), b"\0\0\0\x40"][int(generator.integers(0, 4))]
        elif way == 4:
            data[place : place + length] = bytes(length)
        else:
            del data[max(place, 9) :]
        if len(data) < 2:
            return bytes(data)
    return bytes(data)


def _damage_package(seed: bytes, generator: np.random.Generator) -> bytes:
    """Return a workbook of which one part is damaged and packed again, as text or as bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(seed)) as package, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        names = [name for name in package.namelist() if name.startswith("xl/")]
        hurt = names[int(generator.integers(0, len(names)))]
        for name in package.namelist():
            part = package.read(name)
            if name == hurt:
                part = _damage(part, generator) if generator.random() < 0.5 else _damage_numbers(part, generator)
            made.writestr(name, part)
    return stream.getvalue()


def _damage_numbers(part: bytes, generator: np.random.Generator) -> bytes:
    """Return XML in which a number or a place became another one, far away or impossible."""
    places = [place for place, sign in enumerate(part) if 48 <= sign <= 57]
    if not places:
        return part
    place = places[int(generator.integers(0, len(places)))]
    new = [b"1048576", b"999999999", b"-1", b"0", b"16384", b"1e400", b"nan", b"&#0;", b"&#x1c;"][int(generator.integers(0, 9))]
    return part[:place] + new + part[place + 1 :]


def _damage_text(seed: str, generator: np.random.Generator) -> str:
    """Return a text with signs put in that are none of its own."""
    for _ in range(int(generator.integers(1, 6))):
        place = int(generator.integers(0, len(seed)))
        seed = seed[:place] + SIGNS[int(generator.integers(0, len(SIGNS)))] + seed[place:]
    return seed
