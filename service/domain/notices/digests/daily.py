"""The daily digest: what was collected for somebody becomes one message, once a day, at the city's hour.

Colleagues get it on working days also without anything collected: it says how their work stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.domain.city.city import load_calendar
from service.domain.city.reference import Reference
from service.domain.kernel.sql import changed_rows
from service.domain.notices.digests.morning import MORNING_ROLES

KEPT_FOR = timedelta(days=3)
"""What could not be told for so long is not told any more."""

MORNING_HOURS = 4
"""Time after the digest's hour that still counts as morning: an installation that was down says it late."""

# The unique row of the day decides: of two workers at one moment one makes the digest, and what is collected
# after it waits for tomorrow's.
_MAKE = text("""
WITH made AS (
  INSERT INTO message (occasion, channel, recipient, audience, notice, language, staff_id, device_id, state,
                       not_before, fresh_until, created_at)
  SELECT DISTINCT ON (channel, recipient)
         :occasion, channel, recipient, audience,
         CASE WHEN audience = 'staff' THEN 'staff_digest' ELSE 'digest' END,
         language, staff_id, device_id, 'waiting', :now, :fresh, :now
  FROM message WHERE state = 'collected' AND created_at > :oldest AND created_at <= :until
  ORDER BY channel, recipient, created_at DESC
  ON CONFLICT DO NOTHING
  RETURNING id, channel, recipient
)
UPDATE message SET state = 'digested', digest_id = made.id
FROM made
WHERE message.state = 'collected' AND message.created_at > :oldest AND message.created_at <= :until
  AND message.channel = made.channel AND message.recipient = made.recipient
""")
# Whoever got a digest already has the row of the day: that message says how the work stands too.
_MORNING = text("""
INSERT INTO message (occasion, channel, recipient, audience, notice, language, staff_id, state, not_before,
                     fresh_until, created_at)
SELECT :occasion, 'email', lower(email), 'staff', 'staff_digest', language, staff.id, 'waiting',
       :now, :fresh, :now
FROM staff
WHERE active AND morning_mail AND email IS NOT NULL AND role = ANY(:roles)
  AND NOT EXISTS (SELECT FROM notice_choice c WHERE c.recipient = 'staff:' || staff.id AND c.channel = 'email'
                    AND c.report_id IS NULL AND c.pace = 'never')
ON CONFLICT DO NOTHING
""")
_FORGET = text("""
UPDATE message SET state = 'stale', error = 'no digest took it'
WHERE state = 'collected' AND created_at <= :oldest
""")


def make_digests(session: Session, reference: Reference, now: datetime) -> int:
    """Gather what was collected until the city's hour, from then on; how many notices went into a digest, and
    how many colleagues are told of their morning besides. What is collected later waits for tomorrow's, or
    whoever got none in the morning would be sent one of a single line.
    """
    here = now.astimezone(ZoneInfo(reference.timezone))
    if here.hour < reference.config.digest_hour:
        return 0
    oldest = now - KEPT_FOR
    session.execute(_FORGET, {"oldest": oldest})
    params = {
        "occasion": f"digest:{here.date().isoformat()}",
        "now": now,
        "fresh": now + timedelta(hours=20),
        "oldest": oldest,
        "until": here.replace(hour=reference.config.digest_hour, minute=0, second=0, microsecond=0),
    }
    gathered = changed_rows(session.execute(_MAKE, params))
    if here.hour < reference.config.digest_hour + MORNING_HOURS:
        gathered += _tell_the_morning(session, reference, params, here.date())
    return gathered


def _tell_the_morning(
    session: Session, reference: Reference, params: Mapping[str, object], today: date
) -> int:
    """Have colleagues told how their work stands, on working days; how many. Reading it finds what waits."""
    if not load_calendar(session, reference).is_working_day(today):
        return 0
    roles = sorted(MORNING_ROLES)
    query_params = {key: params[key] for key in ("occasion", "now", "fresh")}
    return changed_rows(session.execute(_MORNING, {**query_params, "roles": roles}))
