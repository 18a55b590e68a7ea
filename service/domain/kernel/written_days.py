"""Days and moments as people write them: `05/11/2026`, `05/11/2026 08:30`; as programs do: ISO 8601."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

_DAY = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4})")
_CLOCK = re.compile(r"(\d{1,2})\s*[:hg]\s*(\d{2})?", re.IGNORECASE)


def read_day(text: str) -> date:
    """Return the day that is written; a day before its month, as in Vietnam. Raises ValueError."""
    if found := _DAY.fullmatch(text.strip()):
        day, month, year = map(int, found.groups())
        return date(year, month, day)
    return date.fromisoformat(text.strip())


def read_moment(text: str, zone: ZoneInfo) -> datetime:
    """Return the moment that is written, in `zone` where it names no other; its hour before or after its day,
    midnight without one. Raises ValueError.
    """
    words = text.strip().rstrip(",")
    day, clock = _DAY.search(words), _CLOCK.search(_DAY.sub(" ", words))
    if day is None:
        at = datetime.fromisoformat(words)
        return at if at.tzinfo else at.replace(tzinfo=zone)
    if (rest := _CLOCK.sub(" ", _DAY.sub(" ", words), count=1).strip(" ,")) != "":
        raise ValueError(rest)
    at_time = time(int(clock[1]), int(clock[2] or 0)) if clock else time()
    return datetime.combine(read_day(day[0]), at_time, zone)


def day_written(text: str) -> str:
    """Return a day as it is shown in a field: `05/11/2026`; what is none as it was typed."""
    try:
        return f"{read_day(text):%d/%m/%Y}" if text else ""
    except ValueError:
        return text
