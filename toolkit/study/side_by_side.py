"""Differences that the file of an instrument need not spell out: between its ratings, and of two of its scales."""

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


def fill_differences(given: Any) -> Any:
    """Return a definition with what a difference of two scales is scored from: the items of both. A wrong shape comes back as it is."""
    scales = given.get("scales") if isinstance(given, dict) else None
    if not isinstance(scales, list | tuple) or not all(isinstance(scale, dict) for scale in scales):
        return given
    items = {scale["id"]: scale.get("items") for scale in scales if isinstance(scale.get("id"), str)}
    return {**given, "scales": [_fill_difference(scale, items) for scale in scales]}


def _fill_difference(scale: dict[str, Any], items: dict[str, Any]) -> dict[str, Any]:
    parts = scale.get("difference")
    if not isinstance(parts, list | tuple) or "items" in scale:
        return scale
    found = [items[part] for part in parts if isinstance(part, str) and isinstance(items.get(part), list | tuple)]
    return {"kind": "subscale", **scale, "score": "difference", "items": [item for part in found for item in part]}
