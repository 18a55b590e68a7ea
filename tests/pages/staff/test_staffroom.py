"""The door of the staff's pages and the bar of rooms."""

from __future__ import annotations

import pytest

from service.models import Role
from service.pages.staff.staffroom import ROOMS, room_at


def test_every_role_has_a_room() -> None:
    for role in Role:
        assert [room for room in ROOMS if role in room.roles], role


@pytest.mark.parametrize(
    ("path", "room"),
    [
        ("/manage", "/manage"),
        ("/manage/list", "/manage"),
        ("/manage/cables", "/manage/cables"),
        ("/manage/cleanups/V26-0001", "/manage/cleanups"),
        ("/manage/praise", "/manage/cleanups"),
        ("/manage/gifts", "/manage/cleanups"),
        ("/numbers/lists", "/numbers"),
        ("/desk/talks", "/desk"),
        ("/management", None),
        ("/case/HUE-2345-67", None),
        ("/", None),
    ],
)
def test_the_nearest_room_is_the_one_that_is_open(path: str, room: str | None) -> None:
    found = room_at(ROOMS, path)
    assert (found and found.path) == room


def test_where_a_room_is_not_there_the_one_around_it_is_open() -> None:
    rooms = [each for each in ROOMS if each.path != "/manage/cables"]
    found = room_at(rooms, "/manage/cables/7")
    assert found and found.path == "/manage"
