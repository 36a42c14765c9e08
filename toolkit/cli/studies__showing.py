"""Showing definitions and surroundings as plain text."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from importlib import metadata

from toolkit.study.instruments import Instrument

LIBRARIES = ("plg-toolkit", "pandas", "numpy", "scipy", "statsmodels", "pingouin", "matplotlib", "seaborn", "nbconvert", "jupyterlab")


def describe_instrument(instrument: Instrument) -> str:
    """Return an instrument as text: what it measures, its items and scales, its licence and source."""
    answers = instrument.answers
    lines = [
        f"{instrument.id}: {instrument.name['nl']} / {instrument.name['en']}",
        instrument.about["nl"],
        instrument.about["en"],
        f"Answers: {answers.min:g} to {answers.max:g}, in steps of {answers.step:g}"
        if answers.step
        else f"{answers.min:g} to {answers.max:g}",
        *(f"  {label.value:g}  {' = '.join((*label.nl[:1], *label.en[:1]))}" for label in answers.labels),
    ]
    if instrument.ratings:
        lines.append("Ratings: " + ", ".join(f"{rating.id} ({rating.label['nl']} / {rating.label['en']})" for rating in instrument.ratings))
    lines.append("Items:")
    lines += [
        f"  {item.number:3} {item.id:8} {item.label.get('nl', '')} / {item.label.get('en', '')}{'  (reversed)' * item.reverse}"
        for item in instrument.items
    ]
    lines.append("Scales:")
    lines += [
        f"  {scale.id:12} {scale.label['nl']} / {scale.label['en']}: {scale.score} of {len(scale.items)}, {scale.count_needed()} needed"
        for scale in instrument.scales
    ]
    if instrument.nested:
        lines.append("Can also be scored as: " + ", ".join(version.id for version in instrument.nested))
    lines += [
        f"Source: {instrument.source}",
        f"Licence: {instrument.licence.kind}. {instrument.licence.notice['nl']} / {instrument.licence.notice['en']}",
    ]
    return "\n".join(lines)


def list_surroundings() -> Iterator[tuple[str, str, str]]:
    """Yield name, what was found ("" where missing) and the mend, for Python, libraries and fonts."""
    yield "python", platform.python_version(), ""
    for name in LIBRARIES:
        try:
            yield name, metadata.version(name), ""
        except metadata.PackageNotFoundError:
            yield name, "", "Install it with: make .venv/ready"
    from matplotlib import font_manager

    known = {font.name for font in font_manager.fontManager.ttflist}
    yield "font", "DejaVu Sans" if "DejaVu Sans" in known else "", "Install matplotlib anew: it brings this font."
