"""Interface of a channel of notices, as the domain knows it; how it sends: `sending/<channel>/`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from service.models import NoticeChannel


class Reachable(Protocol):
    """Somebody who left a way to reach them: a contact, a follower, a colleague."""

    @property
    def email(self) -> str | None: ...
    @property
    def phone(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Window:
    """The hours of the city's day in which a channel may disturb people."""

    opens: time
    closes: time

    def next_open(self, now: datetime, timezone: str) -> datetime:
        """Return `now` inside the hours, else when they begin next."""
        here = now.astimezone(ZoneInfo(timezone))
        if self.opens <= here.time() < self.closes:
            return now
        day = here if here.time() < self.opens else here + timedelta(days=1)
        return day.replace(
            hour=self.opens.hour, minute=self.opens.minute, second=0, microsecond=0
        ).astimezone(now.tzinfo)


@dataclass(frozen=True, slots=True)
class Channel:
    """Way to tell people.

    `label` names it to people (a msgid), with `icon` beside it. `address_of` returns where somebody who left
    a contact is reached by it, None where they are not; `mask` returns enough of an address to know it again
    and too little to use it. `vital_only`: only what matters goes by it, at once, never in a digest. `staff`:
    colleagues are told by it and choose how often. Outside its `window` only emergencies and codes go.
    """

    name: NoticeChannel
    label: str
    icon: str
    address_of: Callable[[Reachable], str | None]
    mask: Callable[[str], str]
    vital_only: bool = False
    staff: bool = True
    window: Window | None = None


Channels = Mapping[str, Channel]
Address = tuple[NoticeChannel, str]
"""(channel, recipient)."""


def contact_addresses(channels: Channels, person: Reachable, *, vital: bool = True) -> Iterator[Address]:
    """Yield where a person is reached who left a contact; without `vital` not by channels kept for that."""
    for channel in channels.values():
        if (vital or not channel.vital_only) and (address := channel.address_of(person)):
            yield channel.name, address


def masked_address(channels: Channels, name: str, address: str) -> str:
    """Return the address as its channel masks it; nothing of one whose channel is not known here."""
    channel = channels.get(name)
    return channel.mask(address) if channel else ""
