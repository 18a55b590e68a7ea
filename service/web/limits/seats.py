"""Open streams of this process: how many an address may hold, and who makes room when all are taken."""

from __future__ import annotations

import asyncio
from collections import OrderedDict

from service.errors import AppError, TooMany, Unavailable
from service.i18n import N_
from service.web.limits.occupancy import Ceilings, Occupancy
from service.web.limits.open_files import connections_limit

EACH, SITE, ALL = 20, 200, 5000
"""A household, a school's network, and what one process sends to without falling behind."""


class Seat:
    """Open event stream of one client; `ended` is set when its place is given to another client."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.ended = asyncio.Event()


class Seats:
    """The streams that are open now."""

    def __init__(self, ceilings: Ceilings | None = None) -> None:
        # Half of the connections stay for those who send and read.
        self._ceilings = ceilings or Ceilings(EACH, SITE, min(ALL, connections_limit() // 2))
        self._occupancy = Occupancy(self._ceilings)
        self._seats: OrderedDict[Seat, None] = OrderedDict()

    def __len__(self) -> int:
        return len(self._seats)

    def check(self, address: str) -> None:
        """Raises TooMany when this address has its share, Unavailable when all places are taken and nobody
        holds more than this address would.
        """
        full = self._occupancy.full(address)
        if full == "address":
            raise _share_taken()
        if full == "all" and self._greediest_beyond(address) is None:
            raise _all_taken()

    def take(self, address: str) -> Seat:
        """Sit down; where all places are taken, the oldest stream of the greediest address ends."""
        if self._occupancy.full(address) == "all" and (greedy := self._greediest_beyond(address)):
            self._end(next(seat for seat in self._seats if seat.address == greedy))
        seat = Seat(address)
        self._seats[seat] = None
        self._occupancy.take(address)
        return seat

    def leave(self, seat: Seat) -> None:
        """Stand up; harmless when the seat was taken away."""
        if seat in self._seats:
            del self._seats[seat]
            self._occupancy.give_back(seat.address)

    def _end(self, seat: Seat) -> None:
        self.leave(seat)
        seat.ended.set()

    def _greediest_beyond(self, address: str) -> str | None:
        """Return the address that holds most, if that is more than this one would then hold."""
        greedy = self._occupancy.greediest()
        if greedy is None or self._occupancy.of(greedy) <= self._occupancy.of(address) + 1:
            return None
        return greedy


def _share_taken() -> AppError:
    return TooMany(
        N_("Mạng của bạn đang mở quá nhiều dòng trạng thái. Hãy đóng bớt trang rồi thử lại."),
        headers={"Retry-After": "60"},
    )


def _all_taken() -> AppError:
    return Unavailable(
        N_("Đang có quá nhiều người xem diễn biến. Hãy thử lại sau ít giây."), headers={"Retry-After": "10"}
    )
