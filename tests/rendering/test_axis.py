"""The figures at an axis of a chart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.i18n.wording import axis_top


@pytest.mark.parametrize(
    ("largest", "top"),
    [(0, 2), (1, 2), (2, 2), (3, 4), (9, 10), (37, 38), (99, 100), (120, 120), (121, 140), (1284, 1400)],
)
def test_the_top_is_a_round_even_figure(largest: int, top: int) -> None:
    assert axis_top(largest) == top


@given(st.integers(0, 10**9))
def test_everything_fits_and_little_is_left_empty(largest: int) -> None:
    top = axis_top(largest)
    assert top % 2 == 0
    assert largest <= top <= max(2, largest * 1.2 + 1)
    assert len(str(top).rstrip("0")) <= 2
