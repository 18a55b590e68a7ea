"""The daily digest: what was collected for somebody becomes one message, once a day, at the city's hour."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.kernel.sql import changed_rows

KEPT_FOR = timedelta(days=3)
"""What could not be told for so long is not told any more."""

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
  FROM message WHERE state = 'collected' AND created_at > :oldest
  ORDER BY channel, recipient, created_at DESC
  ON CONFLICT DO NOTHING
  RETURNING id, channel, recipient
)
UPDATE message SET state = 'digested', digest_id = made.id
FROM made
WHERE message.state = 'collected' AND message.created_at > :oldest
  AND message.channel = made.channel AND message.recipient = made.recipient
""")
_FORGET = text("""
UPDATE message SET state = 'stale', error = 'no digest took it'
WHERE state = 'collected' AND created_at <= :oldest
""")


def make_digests(session: Session, reference: Reference, now: datetime) -> int:
    """Gather what was collected, from the city's hour on; how many notices went into a digest."""
    here = now.astimezone(ZoneInfo(reference.timezone))
    if here.hour < reference.config.digest_hour:
        return 0
    oldest = now - KEPT_FOR
    session.execute(_FORGET, {"oldest": oldest})
    given = {
        "occasion": f"digest:{here.date().isoformat()}",
        "now": now,
        "fresh": now + timedelta(hours=20),
        "oldest": oldest,
    }
    return changed_rows(session.execute(_MAKE, given))
