"""Ratings side by side: the differences between the ratings of an instrument that its file does not name."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any


def set_side_by_side(given: Any, measured: Collection[str]) -> Any:
    """Return a definition with how much each further rating in numbers differs from the first, where it computes nothing from its ratings.

    `measured` are the kinds of answers that are numbers. What is not shaped as a definition comes back as it is.
    """
    ratings = given.get("ratings") if isinstance(given, dict) else None
    if not isinstance(ratings, list) or not all(isinstance(entry, dict) and isinstance(entry.get("label"), dict) for entry in ratings):
        return given
    answers = [entry.get("answers", given.get("answers")) for entry in ratings]
    kinds = [own.get("kind", "scale") if isinstance(own, dict) else "" for own in answers]
    numbers = [entry for entry, kind in zip(ratings, kinds, strict=True) if kind in measured]
    if len(numbers) < 2 or any("difference" in entry or "change" in entry for entry in ratings):
        return given
    return {**given, "ratings": [*ratings, *(_compare(numbers[0], other) for other in numbers[1:])]}


def _compare(first: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Return the rating that is the difference of two: the one that is an aim minus the other, or what was asked later minus the first."""
    low, high = (other, first) if first.get("aim") else (first, other)
    apart = (first.get("asked"), other.get("asked")) == ("first", "later")
    key, ends = ("change", (first, other)) if apart else ("difference", (high, low))
    label = {language: f"{high['label'][language]} − {low['label'][language]}" for language in high["label"] if language in low["label"]}
    return {"id": f"{high.get('id')}_less_{low.get('id')}", "label": label, key: [end.get("id") for end in ends]}
