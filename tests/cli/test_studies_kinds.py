"""`plg instruments ID` says of what kind the answers are, and what can be picked."""

from __future__ import annotations

from toolkit.cli.studies import describe_instrument
from toolkit.study.instruments import load_instrument


def test_what_is_picked_is_described_by_its_options() -> None:
    told = describe_instrument(load_instrument("plg_ja_nee"))
    assert "Answers: yes_no\n  0  nee = no\n  1  ja = yes\n" in told
    assert "three key words  (words)" in told
    assert "Wording of the items in the file: yes" in told


def test_numbers_are_described_by_their_ends() -> None:
    assert "Answers: 1 to 10, in steps of 0.5\n" in describe_instrument(load_instrument("cijfer1"))
