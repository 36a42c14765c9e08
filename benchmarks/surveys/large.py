"""A survey of any size for benchmarks: 60 items in 15 scales, two waves, written as a CSV or Parquet file beside a study file."""

from __future__ import annotations

from pathlib import Path

import numpy as np

ITEMS, SCALES, PER_SCHOOL, MISSING = 60, 15, 500, 0.015
#: every eighth item is asked the other way about.
REVERSED = 8
COLUMNS = ["code", "school", "wave", "date", *(f"sixty_i{number + 1:02}" for number in range(ITEMS))]
WORDS = 'nl = "{0}", en = "{0}"'


def write_survey(folder: Path, rows: int, *, wrong: float = 0.0, seed: int = 1) -> None:
    """Write `study.toml`, its instrument and `answers.csv` with `rows` forms into `folder`: two of every person, 250 people per school.

    The share `wrong` of the answers is a 9, which the scale does not have.
    """
    (folder / "instruments").mkdir(parents=True, exist_ok=True)
    (folder / "instruments" / "sixty.toml").write_text(_write_instrument(), encoding="utf-8")
    schools = [f"s{number:05}" for number in range(-(-rows // PER_SCHOOL))]
    (folder / "study.toml").write_text(_write_study(schools), encoding="utf-8")
    with (folder / "answers.csv").open("wb") as file:
        file.write((";".join(COLUMNS) + "\n").encode())
        generator = np.random.default_rng(seed)
        for first in range(0, rows, 50 * PER_SCHOOL):
            file.write(_draw_rows(first, min(50 * PER_SCHOOL, rows - first), wrong, generator))


def _draw_rows(first: int, count: int, wrong: float, generator: np.random.Generator) -> bytes:
    """Return so many lines, made as one block of letters from which the missing answers are taken out."""
    numbers = np.arange(first, first + count)
    after = numbers % PER_SCHOOL >= PER_SCHOOL // 2
    person, school = numbers % (PER_SCHOOL // 2), numbers // PER_SCHOOL
    heads = [
        f"s{s:05}p{p:03};s{s:05};{'after ' if a else 'before'};{'2026-06-15' if a else '2025-09-15'};"
        for p, s, a in zip(person.tolist(), school.tolist(), after.tolist(), strict=True)
    ]
    level = generator.normal(3 + 0.3 * after, 0.6, size=count)[:, None]
    answers = np.clip(np.rint(level + generator.normal(0, 0.9, size=(count, ITEMS))), 1, 5).astype(np.uint8)
    answers[:, REVERSED - 1 :: REVERSED] = 6 - answers[:, REVERSED - 1 :: REVERSED]
    answers[generator.random(answers.shape) < wrong] = 9
    letters = np.full((count, 2 * ITEMS), ord(";"), dtype=np.uint8)
    letters[:, ::2] = answers + ord("0")
    letters[:, -1] = ord("\n")
    kept = np.ones((count, len(heads[0]) + 2 * ITEMS), dtype=bool)
    kept[:, len(heads[0]) :: 2] = generator.random((count, ITEMS)) >= MISSING
    whole = np.hstack([np.frombuffer("".join(heads).encode(), dtype=np.uint8).reshape(count, -1), letters])
    return whole[kept].tobytes()


def _write_study(schools: list[str]) -> str:
    waves = {"before": "2025-09-15", "after": "2026-06-15"}
    parts = [
        'id = "large"',
        f"title = {{ {WORDS.format('Large')} }}",
        'languages = ["en"]\nreport_date = "2026-07-01"\ninstruments = ["sixty"]\ninvented = true',
        '[outcomes]\nprimary = "sixty.f1"',
        *(f'[[waves]]\nid = "{wave}"\ndate = "{date}"\nlabel = {{ {WORDS.format(wave)} }}' for wave, date in waves.items()),
        *(f'[[schools]]\nid = "{school}"\nname = "School {school}"' for school in schools),
        '[[sources]]\nfile = "answers.csv"\nlayout = "own"',
        '[layouts.own]\nrespondent = "code"\nschool = "school"\nwave = "wave"\ndate = "date"',
    ]
    return "\n\n".join(parts) + "\n"


def _write_instrument() -> str:
    each = ITEMS // SCALES
    parts = [
        f'id = "sixty"\nversion = "1"\nname = {{ {WORDS.format("Sixty")} }}\nabout = {{ {WORDS.format("Sixty items.")} }}\nsource = "none"',
        f'[licence]\nkind = "own"\ntext_shipped = true\nnotice = {{ {WORDS.format("None.")} }}',
        "[answers]\nmin = 1\nmax = 5",
        *(f'[[items]]\nid = "i{n + 1:02}"\nnumber = {n + 1}\nreverse = {str((n + 1) % REVERSED == 0).lower()}' for n in range(ITEMS)),
        *(
            f'[[scales]]\nid = "f{s + 1}"\nlabel = {{ {WORDS.format(f"Scale {s + 1}")} }}\nmin_answered = 3\n'
            f"items = {[f'i{n + 1:02}' for n in range(s * each, s * each + each)]}"
            for s in range(SCALES)
        ),
    ]
    return "\n\n".join(parts) + "\n"
