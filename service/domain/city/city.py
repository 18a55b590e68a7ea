"""The city as stored: what `City.config` holds, and the working calendar made of it.

Loading a folder is in `cityload`.

Keys of `City.config` (written from `city.yaml`; numbers are metres, calendar days or months as they say):

- `service_name` names; `colour`, `colour_dark` "#rrggbb"; `attribution`: whose the boundaries are, or null
- `bbox` [west, south, east, north]; `centre` [lon, lat]; `tolerance_m`: how far outside still counts
- `hotline` {"phone", "name", "note"}; `emergency_numbers` [{"phone", "name"}]: whom one calls in danger;
  `danger_words` [{"words", "call"}]: see `danger_words.py`; `aliases`: names people use for a place, each
  with its name on maps; `region`: country of phone numbers
- `channels`: by which reports are taken; `triage_department`: its code, told of emergencies at its own
  address where no coordinator has one; `contact_for_lead`: may a case's lead see who reported it;
  `contacts_a_day`: how often one person or key reads who reported in 24 hours;
  `digest_hour`: from which local hour on the daily digest goes out
- `streets` [[name, district, lon, lat, radius_m], …]: for searching an address
- `holidays`: country code or null; `working_hours`: {"0": [["07:30", "11:30"], …], …}, Monday is "0"
- `reopen_days`, `appeal_days`, `verification_days`, `reminder_days`, `waiting_days`
- `escalation` [{"after_working_days", "to"}]: who hears again that a deadline passed, and when
- `inspection` {"photo_minutes"}: how old a photo may be to count as taken on the spot
- `administration` {"superior", "issuer", "symbol", "place", "signs", "recipients"}: the frame of documents
- `retention` {"contact_months", "original_photo_months", "device_months"}
- `second_factor_roles`: roles that cannot sign in without a second factor
- `sign_in` {"roles_claim", "department_claim", "departments", "grants", "contact"}: see `grants.py`
- `masking` {"phones", "words", "words_any_marks", "categories": {code: the same}}; see `masking.py`
- `flags_to_desk`: how many people must flag a report to bring it before a coordinator
- `spam` {"hold_at", "window_hours", points and phrases}; see `spam.py`
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.calendar import Calendar, Hours, Name, city_calendar
from service.domain.city.reference import Reference
from service.models import CalendarDay

CONTACTS_A_DAY = 100
"""Where the city says nothing: more than a coordinator calls back, far less than worth carrying away."""

Days = Mapping[date, Name]


def load_calendar(session: Session, reference: Reference) -> Calendar:
    """The working calendar in force: hours, and the days off and working days stored with the city."""
    days = session.scalars(select(CalendarDay)).all()
    return calendar_of(
        reference.timezone,
        reference.config,
        {day.day: day.name for day in days if day.kind == "off"},
        {day.day: day.name for day in days if day.kind == "work"},
    )


def calendar_of(timezone: str, config: Mapping[str, Any], days_off: Days, working_days: Days) -> Calendar:
    """The calendar of a configuration with these days off and worked."""
    hours = {int(day): _hours(pairs) for day, pairs in config["working_hours"].items()}
    return city_calendar(timezone, hours, {}, {}, days_off, working_days)


def _hours(pairs: list[list[str]]) -> Hours:
    return tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in pairs)
