"""Counts of something scarce in this process (bodies, streams, bytes): by address, by site and in all."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from service.network.addresses import site_of

Full = Literal["address", "all"]


@dataclass(frozen=True, slots=True)
class Ceilings:
    """The most that one address, one IPv6 network of 48 bits, and everybody together may hold."""

    address: int
    site: int
    all: int


class Occupancy:
    """Amount of one thing that each address holds now."""

    def __init__(self, ceilings: Ceilings) -> None:
        self.ceilings = ceilings
        self.held = 0
        self._of: Counter[str] = Counter()

    def of(self, address: str) -> int:
        """Return how much an address, or a site, holds."""
        return self._of[address]

    def full(self, address: str, amount: int = 1) -> Full | None:
        """Return which ceiling stands in the way of so much more for this address; None where there
        is room.
        """
        if self._of[address] + amount > self.ceilings.address:
            return "address"
        site = site_of(address)
        if site is not None and self._of[site] + amount > self.ceilings.site:
            return "address"
        return "all" if self.held + amount > self.ceilings.all else None

    def take(self, address: str, amount: int = 1) -> None:
        """Count so much more; whether there is room is asked before."""
        self._change(address, amount)

    def give_back(self, address: str, amount: int = 1) -> None:
        """Count so much less."""
        self._change(address, -amount)

    def greediest(self) -> str | None:
        """Return the address that holds most; None while nobody holds anything."""
        held = [(amount, key) for key, amount in self._of.items() if not key.endswith("/48")]
        return max(held)[1] if held else None

    def _change(self, address: str, amount: int) -> None:
        self.held += amount
        for key in (address, site_of(address)):
            if key is not None:
                self._of[key] += amount
                if self._of[key] <= 0:
                    del self._of[key]
