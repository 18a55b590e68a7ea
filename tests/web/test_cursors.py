"""Cursors: they come back as they went, and nobody can make one up."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import Malformed
from service.web.cursors import Cursors

CURSORS = Cursors(b"a secret key of an installation")
SAFE = set(string.ascii_letters + string.digits + "-_")


@given(st.integers(0, 2**63 - 1))
def test_a_position_comes_back(position: int) -> None:
    cursor = CURSORS.seal_position(position)
    assert CURSORS.open_position(cursor) == position
    assert set(cursor) <= SAFE


@given(st.lists(st.none() | st.integers() | st.text() | st.floats(allow_nan=False)))
def test_values_come_back_to_the_last_bit(values: list[object]) -> None:
    assert CURSORS.open("list", CURSORS.seal("list", values)) == values


@given(st.text(max_size=60))
def test_what_was_not_sealed_does_not_open(text: str) -> None:
    with pytest.raises(Malformed) as refused:
        CURSORS.open_position(text)
    assert refused.value.errors[0].loc == ("query", "after")


@given(st.integers(0, 10_000), st.integers(0, 200), st.integers(1, 255))
def test_a_changed_cursor_does_not_open(position: int, place: int, change: int) -> None:
    letters = list(CURSORS.seal_position(position))
    place %= len(letters) - 1  # the last letter has bits that say nothing
    letters[place] = chr(ord(letters[place]) ^ change)
    with pytest.raises(Malformed):
        CURSORS.open_position("".join(letters))


def test_a_cursor_belongs_to_its_list_and_its_installation() -> None:
    cursor = CURSORS.seal("reports:-created_at", [1])
    with pytest.raises(Malformed):
        CURSORS.open("reports:created_at", cursor)
    with pytest.raises(Malformed):
        CURSORS.open_position(cursor)
    with pytest.raises(Malformed):
        Cursors(b"another key").open("reports:-created_at", cursor)
