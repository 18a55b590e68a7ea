"""Categories are put in order by moving one past its neighbour."""

from __future__ import annotations

import pytest

from service.domain.configuration.administration.categories import (
    all_categories,
    find_category,
    move_category,
)
from service.errors import NotFound
from tests.domain.configuration.administration.stage import Room


def beside(room: Room) -> list[str]:
    """Return the active categories without a parent, in their order."""
    return [row.code for row in all_categories(room.session) if row.parent_id is None and row.active]


def move(room: Room, code: str, *, down: bool) -> None:
    move_category(room.session, room.stamp(), code, down=down)


def test_a_category_passes_its_neighbour_and_comes_back(room: Room) -> None:
    first = beside(room)
    revision = room.revision
    move(room, first[0], down=True)
    assert beside(room) == [first[1], first[0], *first[2:]]
    assert first[0] in {entry.subject for entry in room.audited("category.changed")}
    assert room.revision > revision
    move(room, first[0], down=False)
    assert beside(room) == first


def test_at_the_edge_it_stays(room: Room) -> None:
    first, revision = beside(room), room.revision
    move(room, first[0], down=False)
    move(room, first[-1], down=True)
    assert (beside(room), room.revision) == (first, revision)
    with pytest.raises(NotFound):
        move(room, "nothing.such", down=True)


def test_equal_numbers_of_old_are_no_obstacle(room: Room) -> None:
    first = beside(room)
    for code in first:
        find_category(room.session, code).position = 7
    room.session.flush()
    tied = beside(room)
    move(room, tied[1], down=True)
    assert beside(room) == [tied[0], *tied[2:3], tied[1], *tied[3:]]
    numbers = [find_category(room.session, code).position for code in beside(room)]
    assert numbers == sorted(set(numbers))
