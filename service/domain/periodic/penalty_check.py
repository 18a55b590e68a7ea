"""Look at how long ago somebody last read the decrees of the penalties; administrators hear of it monthly."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from service.domain.city.config import PenaltyConfig
from service.domain.city.penalties import penalties_in_force
from service.domain.city.reference import Reference
from service.domain.notices.channels import Channels
from service.domain.notices.plan import Occasion, claim_new
from service.domain.notices.reach import active_staff, addresses_of
from service.i18n import pick
from service.models import Role, Staff

NOTICE = "staff_penalties"
UNCHECKED_DAYS = 180
MOST_NAMED = 5


def unchecked_penalties(reference: Reference, now: datetime) -> Sequence[PenaltyConfig]:
    """Return the penalties in force that nobody has checked for `UNCHECKED_DAYS`, the oldest check first."""
    since = now.astimezone(ZoneInfo(reference.timezone)).date() - timedelta(days=UNCHECKED_DAYS)
    in_force = {each.code for each in penalties_in_force(reference, now)}
    old = [each for each in reference.config.penalties if each.code in in_force and each.checked_on < since]
    return sorted(old, key=lambda each: (each.checked_on, each.code))


def remind_of_penalties(session: Session, channels: Channels, reference: Reference, now: datetime) -> int:
    """Tell administrators of what is unchecked, once in a calendar month; how many messages are new."""
    old = unchecked_penalties(reference, now)
    if not old:
        return 0
    month = now.astimezone(ZoneInfo(reference.timezone)).strftime("%Y-%m")
    named = "; ".join(pick(each.act) for each in old[:MOST_NAMED])
    more = f"; +{len(old) - MOST_NAMED}" if len(old) > MOST_NAMED else ""
    data = {"unchecked": {"n": len(old), "days": UNCHECKED_DAYS, "acts": named + more}}
    people = addresses_of(session, channels, active_staff(session, Staff.role == Role.ADMINISTRATOR), now)
    about = Occasion(f"penalties:{month}", NOTICE, now, data)
    return claim_new(session, about, people, channels, now, reference.timezone)
