"""The two cohorts of datasets/twee_cohorten as two studies of one cohort each."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

SHIPPED = Path(__file__).parents[1] / "datasets" / "twee_cohorten"
#: what the two cohorts were asked.
INSTRUMENTS = {"2024": '["uwes17", "plg12"]', "2025": '["uwes9", "plg12"]'}
COHORT = re.compile(r'^cohort = "(\d+)"\n', re.MULTILINE)


def write_cohort_studies(folder: Path, *, factors: bool = True) -> tuple[Path, Path]:
    """Write each cohort of the shipped study as a study of its own into `folder`; return their folders, that of 2024 first.

    Without key factors a run takes a third of the time.
    """
    first, second = (_write_study(folder / f"cohort_{cohort}", cohort, factors) for cohort in INSTRUMENTS)
    return first, second


def _write_study(folder: Path, cohort: str, factors: bool) -> Path:
    (folder / "exports").mkdir(parents=True)
    for path in (SHIPPED / "exports").glob(f"{cohort}_*.csv"):
        shutil.copy(path, folder / "exports")
    blocks = (SHIPPED / "study.toml").read_text(encoding="utf-8").strip().split("\n\n")
    kept = [own for block in blocks if (own := _keep(block, cohort))]
    text = "\n\n".join(kept) + "\n"
    (folder / "study.toml").write_text(text if factors else drop_factors(text), encoding="utf-8")
    return folder


def drop_factors(text: str) -> str:
    """Return a study file without key factors."""
    return re.sub(r'^further = \[.*?^\]|^"plg12" = .*?$|, "plg12"', "", text, flags=re.DOTALL | re.MULTILINE)


def _keep(block: str, cohort: str) -> str:
    """Return a block of the study file as the study of one cohort has it; "" for one of the other cohort."""
    if named := COHORT.search(block):
        return COHORT.sub("", block) if named[1] == cohort else ""
    if "[[sources]]" in block:
        return re.sub("not_asked = .*", "", block).strip() if f"exports/{cohort}_" in block else ""
    if "dates = {" in block:
        date = re.search(rf'"{cohort}" = ([\d-]+)', block)
        return re.sub("dates = .*", f"date = {date[1]}", block) if date else ""
    if "follow_up" in block and "[[comparisons]]" in block and cohort == "2025":
        return ""
    if "instruments = " in block:
        block = re.sub("instruments = .*", f'instruments = {INSTRUMENTS[cohort]}\ncohort = "{cohort}"', block)
        return block.replace('id = "twee_cohorten"', f'id = "cohort_{cohort}"')
    return block
