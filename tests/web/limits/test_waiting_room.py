"""Waiting rooms: full is full at once, in all, for one address and for one account; places come back."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from service.errors import TooMany
from service.web.limits.waiting_room import WaitingRoom


def enter(stack: ExitStack, room: WaitingRoom, address: str, account: str) -> None:
    stack.enter_context(room.place(address=address, account=account))


@pytest.mark.parametrize(
    ("full", "refused", "taken"),
    [
        ([("a", "1"), ("b", "2"), ("c", "3"), ("d", "4")], ("e", "5"), None),
        ([("a", "1"), ("a", "2")], ("a", "3"), ("b", "3")),
        ([("a", "1"), ("b", "1"), ("c", "1")], ("d", "1"), ("d", "2")),
    ],
)
def test_a_full_room_refuses_at_once(
    full: list[tuple[str, str]], refused: tuple[str, str], taken: tuple[str, str] | None
) -> None:
    room = WaitingRoom(4, of_address=2, of_account=3)
    with ExitStack() as stack:
        for address, account in full:
            enter(stack, room, address, account)
        with pytest.raises(TooMany) as found, room.place(address=refused[0], account=refused[1]):
            pass
        assert int(found.value.headers["Retry-After"]) > 0
        if taken:
            enter(stack, room, *taken)
    with room.place(address=refused[0], account=refused[1]):
        pass


def test_who_fails_leaves_too() -> None:
    room = WaitingRoom(1, of_address=1, of_account=1)
    with pytest.raises(ValueError, match="wrong"), room.place(address="a", account="1"):
        raise ValueError("wrong")
    with room.place(address="a", account="1"):
        pass
