"""Alerts that an event concerns: by ward, by category, around a place; each through an index of its own."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.kernel.sql import changed_rows
from service.domain.notices.kinds import NEW_NEAR, STALE_AFTER
from service.models import Event, NoticeAudience, Report

# Indexed searches put together: an alert that names a ward is found by it, one with a circle by the circle
# (both hold where it has both); only those with neither are found by their category.
_OF_THE_PLACE = """
  SELECT s.* FROM subscription s, about
  WHERE s.ward_code = :ward AND (s.zone IS NULL OR ST_Contains(s.zone, about.place))
  UNION ALL
  SELECT s.* FROM subscription s, about
  WHERE s.ward_code IS NULL AND s.zone IS NOT NULL AND ST_Contains(s.zone, about.place)"""
_OF_THE_KIND_ALONE = """
  UNION ALL
  SELECT s.* FROM subscription s
  WHERE s.ward_code IS NULL AND s.zone IS NULL AND s.category_id = ANY(:categories)"""


def alert_statement(columns: Mapping[str, str], condition: str, *, of_the_kind_alone: bool) -> TextClause:
    """Return the statement that claims a message for each alert that hears of a place: with `lon`, `lat`,
    `ward`, `categories`, `channels`, `occasion`, `notice`, `now` and `fresh`.

    `columns` are further columns of the message with their SQL; `condition` is the condition of the messages
    after which a person hears no more. With `of_the_kind_alone` also alerts hear of it that name no place.
    """
    found = _OF_THE_PLACE + (_OF_THE_KIND_ALONE if of_the_kind_alone else "")
    return text(f"""
WITH about AS (
  SELECT ST_SetSRID(ST_MakePoint(:lon, :lat), 4326) AS place
), found AS ({found}
)
INSERT INTO message (occasion, channel, recipient, audience, notice, language, device_id, subscription_id,
                     state, not_before, fresh_until, created_at, {", ".join(columns)})
SELECT DISTINCT ON (found.channel, found.recipient)
       :occasion, found.channel, found.recipient, '{NoticeAudience.ALERT}', :notice, found.language,
       found.device_id, found.id,
       CASE WHEN 'daily' IN (found.pace, coalesce(choice.pace, '')) THEN 'collected' ELSE 'waiting' END,
       :now, :fresh, :now, {", ".join(columns.values())}
FROM found LEFT JOIN notice_choice choice
  ON choice.recipient = found.recipient AND choice.channel = found.channel AND choice.report_id IS NULL
WHERE found.report_id IS NULL AND found.confirmed_at IS NOT NULL AND found.pace <> 'never'
  AND coalesce(choice.pace, '') <> 'never'
  AND (found.category_id IS NULL OR found.category_id = ANY(:categories))
  AND found.channel = ANY(:channels)
  AND NOT EXISTS (SELECT 1 FROM message earlier
                  WHERE earlier.recipient = found.recipient AND earlier.channel = found.channel
                  AND earlier.notice = :notice AND {condition})
ORDER BY found.channel, found.recipient, found.pace, found.id
ON CONFLICT DO NOTHING
""")  # noqa: S608 - words of ours


_TELL = alert_statement(
    {
        "report_id": ":report",
        "event_id": ":event",
        "data": "jsonb_build_object('type', CAST(:type AS text), 'status', CAST(:status AS text))",
    },
    f"earlier.report_id = :report AND earlier.audience = '{NoticeAudience.ALERT}'",
    of_the_kind_alone=True,
)


def tell_alerts(
    session: Session,
    reference: Reference,
    report: Report,
    event: Event,
    news: str,
    channels: Collection[str],
    now: datetime,
) -> int:
    """Claim a message for each alert that asks for this; how many are new.

    One event is one message to a person also where several of their alerts match, or they follow the report;
    of one report they hear at most once that it is new and once that it is done.
    """
    ward = reference.wards.get(report.ward_id) if report.ward_id else None
    category = reference.categories[report.category_id]
    line = [reference.category_by_code[code].id for code in category.path]
    done = session.execute(
        _TELL,
        {
            "lon": report.lon,
            "lat": report.lat,
            "ward": ward.code if ward else None,
            "categories": line,
            "occasion": f"event:{event.id}",
            "notice": "alert_new" if news == NEW_NEAR else "alert_done",
            "report": report.id,
            "event": event.id,
            "type": event.type,
            "status": event.status,
            "channels": list(channels),
            "now": now,
            "fresh": event.at + STALE_AFTER,
        },
    )
    return changed_rows(done)
