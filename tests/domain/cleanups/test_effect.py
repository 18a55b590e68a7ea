"""The effect of clean-ups is told against places without one: luck alone praises nobody."""

from __future__ import annotations

from statistics import median

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.clusters import neighbourhood, place_cell_at, reports_cells, unwoven, woven
from geo.tiles import tile_at
from service.domain.cleanups.spots.effect import SpotCounts, has_lasting_effect


@pytest.mark.parametrize(
    ("counts", "effect"),
    [
        ((10, 3, 40, 30), 0.4),
        ((10, 10, 40, 40), 1.0),
        ((4, 2, 40, 30), None),
        ((4, 4, 4, 4), None),
        ((4, 4, 6, 4), 1.5),
        ((0, 9, 40, 30), None),
        ((9, 3, 12, 0), None),
    ],
)
def test_what_is_left_against_places_without_a_cleanup(
    counts: tuple[int, int, int, int], effect: float | None
) -> None:
    told = SpotCounts(*counts).effect()
    assert told == (pytest.approx(effect) if effect is not None else None)


def test_in_cities_where_cleanups_change_nothing_nothing_is_shown() -> None:
    """A plain before and after would show about a half: the places were chosen because they were high."""
    chance = np.random.default_rng(20261129)
    shown, plain = [], []
    for _ in range(200):
        usual = chance.gamma(8, 0.75, 400)
        before, after = chance.poisson(usual), chance.poisson(usual)
        listed = np.argsort(-before, kind="stable")[:40]
        for rank in range(0, 40, 2):
            near = [each for each in range(max(0, rank - 5), min(40, rank + 6)) if each % 2]
            mine, others = listed[rank], listed[near]
            counts = SpotCounts(
                int(before[mine]), int(after[mine]), int(before[others].sum()), int(after[others].sum())
            )
            if (effect := counts.effect()) is not None:
                shown.append(effect)
                plain.append(counts.after / counts.before)
    assert 0.9 <= median(shown) <= 1.1
    assert median(plain) < 0.8


@pytest.mark.parametrize(("before", "lasting", "cured"), [(9, 9, True), (9, 10, False), (12, 0, True)])
def test_three_months_with_a_third_of_before_are_a_cure(before: int, lasting: int, cured: bool) -> None:
    assert has_lasting_effect(before, lasting) is cured


@given(st.integers(0, 2**20 - 1), st.integers(0, 2**20 - 1))
def test_a_cell_is_its_column_and_row(x: int, y: int) -> None:
    number = woven(x, y)
    assert unwoven(number) == (x, y)
    near = neighbourhood(number)
    assert number in near
    assert len(near) == len(set(near)) <= 9
    first, last = reports_cells(number)
    assert (first >> 4, last >> 4, last - first) == (number, number, 15)


def test_a_place_lies_in_its_cell() -> None:
    tile = tile_at(107.59, 16.467, 20)
    assert unwoven(place_cell_at(107.59, 16.467)) == (tile.x, tile.y)
