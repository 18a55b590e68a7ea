"""Metres out of a cell, as offices write them."""

from __future__ import annotations

import pytest

from service.domain.cables.route_lists import read_metres


@pytest.mark.parametrize(
    ("words", "metres"),
    [
        ("300", 300),
        ("1.200 m", 1200),
        ("1.250,5", 1250),
        ("1,2 km", 1200),
        ("x", None),
        ("", None),
        ("1", None),
        ("Quý III/2026", None),
        ("999999", None),
        ("-5", None),
        ("− 250 m", None),
        ("–1.200", None),
        ("150-200", 150),
    ],
)
def test_metres_are_read_as_vietnamese_writes_them(words: str, metres: int | None) -> None:
    assert read_metres(words) == metres
