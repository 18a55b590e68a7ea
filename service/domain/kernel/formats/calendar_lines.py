"""Lines of an iCalendar file (RFC 5545): text escaped, lines folded at 75 octets, times in UTC.

Written here rather than by a library: files are only written, never read, and that is these few lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

LONGEST = 75
"""Octets of a line without its end."""

HOURLY = ("REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H")
"""Properties of a calendar that is subscribed to: it may be asked for once an hour."""

_LAST_MINUTE = time(23, 59)

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def calendar_bytes(product: str, name: str, events: Iterable[str], more: Iterable[str] = ()) -> bytes:
    """Return the file of these events' unfolded lines; `product` is what of the service made it, `more` are
    further properties of the calendar.
    """
    head = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//hientruong//{product}//VI",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escape_text(name)}",
    )
    lines = (*head, *more, *events, "END:VCALENDAR")
    return "".join(fold_line(line) for line in lines).encode("utf-8", "replace")


def escape_text(text: str) -> str:
    """Return a value of type TEXT: one line, without the control characters that no file may have."""
    one_end = _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    escaped = one_end.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\n", "\\n")


def fold_line(line: str) -> str:
    """Return the line with its end, cut into pieces of 75 octets at most; no letter is cut in two."""
    pieces, piece, used = [], "", 0
    for letter in line:
        size = len(letter.encode("utf-8", "replace"))
        if used + size > LONGEST:
            pieces.append(piece)
            piece, used = " ", 1
        piece, used = piece + letter, used + size
    return "\r\n".join([*pieces, piece]) + "\r\n"


def utc_moment(moment: datetime) -> str:
    """Return a time as `20260504T013000Z`."""
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDeadline:
    """Deadline of a case or a work as an event of a calendar. `changed_at` is when it changed last, not when
    the calendar was asked for: the same calendar is the same bytes.
    """

    uid: str
    due_at: datetime
    changed_at: datetime
    sequence: int
    summary: str
    url: str
    cancelled: bool

    def lines(self, timezone: str) -> Iterator[str]:
        """Yield the event's lines."""
        changed = utc_moment(self.changed_at)
        yield "BEGIN:VEVENT"
        yield f"UID:{self.uid}"
        yield f"DTSTAMP:{changed}"
        yield f"LAST-MODIFIED:{changed}"
        yield f"SEQUENCE:{self.sequence}"
        yield from deadline_lines(self.due_at, timezone)
        yield f"SUMMARY:{escape_text(self.summary)}"
        yield f"URL:{self.url}"
        yield f"STATUS:{'CANCELLED' if self.cancelled else 'CONFIRMED'}"
        yield "TRANSP:TRANSPARENT"
        yield "END:VEVENT"


def deadline_lines(moment: datetime, timezone: str) -> Iterator[str]:
    """Yield when a deadline is: half an hour from its moment; one that ends a day of the city is that whole
    day, for it would reach into the next.
    """
    local = moment.astimezone(ZoneInfo(timezone))
    if local.time() >= _LAST_MINUTE:
        yield f"DTSTART;VALUE=DATE:{local:%Y%m%d}"
        return
    yield f"DTSTART:{utc_moment(moment)}"
    yield "DURATION:PT30M"
