"""The working calendar in force, made of the city's configuration and its stored days.

Loading a folder is in `cityload`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.calendar import Calendar, Name, city_calendar
from service.domain.city.config import CityConfig
from service.domain.city.reference import Reference
from service.models import CalendarDay

Days = Mapping[date, Name]


def load_calendar(session: Session, reference: Reference) -> Calendar:
    """Return the working calendar in force: hours, and the days off and working days stored with the city."""
    days = session.scalars(select(CalendarDay)).all()
    return calendar_of(
        reference.timezone,
        reference.config,
        {day.day: day.name for day in days if day.kind == "off"},
        {day.day: day.name for day in days if day.kind == "work"},
    )


def calendar_of(timezone: str, config: CityConfig, days_off: Days, working_days: Days) -> Calendar:
    """Return the calendar of a configuration with these days off and worked."""
    return city_calendar(timezone, config.working_hours, {}, {}, days_off, working_days)
