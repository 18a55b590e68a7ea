"""Files of what was hidden: a store that is slow or away keeps neither people nor files waiting long."""

from __future__ import annotations

from typing import Any

import pytest

from service.domain.publication.files import PendingMove
from service.storage import StorageUnavailable
from service.web import takedown

MOVES = [
    PendingMove(number, f"public/old-{number}", (f"public/new-{number}",), 1, False) for number in range(100)
]


class Store:
    """Takes `each_s` for a file by the clock of the test; files of `away` cannot be reached."""

    def __init__(self, each_s: float, away: frozenset[str] = frozenset()) -> None:
        self.now_s = 0.0
        self.asked = 0
        self._each_s, self._away = each_s, away

    def monotonic(self) -> float:
        return self.now_s

    def rename(self, old: str, _new: tuple[str, ...]) -> None:
        self.asked += 1
        self.now_s += self._each_s
        if old in self._away:
            raise StorageUnavailable("away")


def carry_out(store: Any, monkeypatch: pytest.MonkeyPatch) -> frozenset[int]:
    monkeypatch.setattr("service.web.takedown.time.monotonic", store.monotonic)
    return takedown.carry_out(store, MOVES)


def test_a_store_in_order_has_all_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    assert carry_out(Store(each_s=0.01), monkeypatch) == {move.id for move in MOVES}


def test_a_store_that_hangs_is_asked_no_longer_than_the_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(each_s=40.0)
    assert carry_out(store, monkeypatch) == {0}
    assert store.asked == 1
    slow = Store(each_s=takedown.BUDGET_S / 4)
    assert len(carry_out(slow, monkeypatch)) < 10, "the others are tried again later"


def test_one_file_that_cannot_be_reached_keeps_no_other_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    done = carry_out(Store(0.01, away=frozenset({"public/old-0", "public/old-7"})), monkeypatch)
    assert done == {move.id for move in MOVES} - {0, 7}
