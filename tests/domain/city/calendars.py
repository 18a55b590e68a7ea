"""Calendars that the tests of days and deadlines share."""

from __future__ import annotations

from datetime import datetime, time
from functools import cache
from zoneinfo import ZoneInfo

from service.domain.city.calendar import Calendar, Hours
from service.domain.city.public_holidays import vietnam_holidays

OFFICE: Hours = ((time(7, 30), time(11, 30)), (time(13, 30), time(17, 30)))
WEEKDAYS = dict.fromkeys(range(5), OFFICE)
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
CHICAGO = ZoneInfo("America/Chicago")


@cache
def hue() -> Calendar:
    """Huế's office hours with the public holidays of Vietnam."""
    days = vietnam_holidays(range(2024, 2031))
    return Calendar(VIETNAM, WEEKDAYS, days.holidays, days.swapped)


@cache
def chicago() -> Calendar:
    """A city with daylight saving time (2026: from 8 March 2:00 to 1 November 2:00) and a night shift."""
    night: Hours = ((time(0), time(6)), (time(22), time(0)))
    return Calendar(CHICAGO, WEEKDAYS | {6: night})


def at(text: str, zone: ZoneInfo = VIETNAM) -> datetime:
    """`2026-02-13 16:00` on the city's clock."""
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def local(instant: datetime) -> str:
    """The wall clock of an answer, to be read against a calendar."""
    return instant.replace(tzinfo=None).isoformat(" ", "seconds" if instant.second else "minutes")
