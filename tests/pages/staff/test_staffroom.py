"""The door of the staff's pages."""

from __future__ import annotations

from service.models import Role
from service.pages.staff.staffroom import ROOMS


def test_every_role_has_a_room() -> None:
    for role in Role:
        assert [room for room in ROOMS if role in room.roles], role
