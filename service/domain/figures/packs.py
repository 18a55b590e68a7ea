"""Packed counts of one day's reports: the query that makes them, and their record.

A record a report rather than sums by cell: every measure for every filter, medians and percentiles to the
hour, is then exact, and a year of a large city is 365 rows that are read and summed in a tenth of a second.
Measured with the 350,000 reports of a year, counts and medians by unit and kind: 0.15 s; by SQL over a
table of nothing but such columns 0.40 s, and the table of reports is far wider.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import text
from sqlalchemy.orm import Session

from service.domain.kernel.sql import AnyRow
from service.models import OPEN as OPEN_STATUSES
from service.models import EventType, Status
from service.models.shared.base import listed

RECORD = np.dtype(
    [
        ("late_from", ">i8"),
        ("lead", ">i4"),
        ("category", ">i4"),
        ("ward", ">i4"),
        ("rule", ">i4"),
        ("marks", ">i4"),
        ("hours", ">i2"),
        ("lasted", ">i2"),
    ]
)
"""`late_from`: microseconds since 1970 after which an open report is late, NEVER where it cannot be. Ids
are 0 where there is none; `rule` is the number of the rule that routed it. `hours` to the work being done and
`lasted` days to its end are -1 before that, and at most 32767."""

NEVER = 2**63 - 1

PUBLISHED, OPEN, DONE, HAS_DUE, IN_TIME, EXTENDED = (1 << place for place in range(6))
REOPENED, REFUSED, HANDED_ON, RECATEGORISED, RATED = (1 << place for place in range(6, 11))
SCORE_SHIFT, SCORE = 11, 0b111
REJECTED, MERGED, WITHDRAWN = (1 << place for place in range(14, 17))
IN_FIRST_TIME, KEPT = (1 << place for place in range(17, 19))
"""`marks`: the bits below SCORE_SHIFT, the reporter's score (1 to 5), and how a life ended without work.
Every report is OPEN, DONE or one of these three: the numbers of a period add up to the reports received.
IN_FIRST_TIME is done by the deadline without its extensions, KEPT done and never sent back or reopened."""

LAYOUT = 3
"""Meaning of the records' bits: what was counted with another one is counted anew."""


def unextended_due(report: str) -> str:
    """Return the SQL of a report's deadline without the extensions of its running term: a reopening begins
    another one. `report` names its row.
    """
    anew = f"SELECT max(id) FROM event WHERE report_id = {report}.id AND type = '{EventType.REOPENED}'"  # noqa: S608
    granted = f"""
      SELECT sum((data ->> 'after')::timestamptz - (data ->> 'before')::timestamptz) FROM event
      WHERE report_id = {report}.id AND type = '{EventType.EXTENDED}' AND id > coalesce(({anew}), 0)
    """  # noqa: S608 - names of ours
    return (
        f"({report}.due_at - CASE WHEN {report}.extensions > 0 THEN coalesce(({granted}), interval '0') "
        "ELSE interval '0' END)"
    )


# Eight bytes of time, five ids, two small numbers; as RECORD says.
_PACK = text(f"""
SELECT day, count(*) AS reports,
       string_agg(
         int8send(late_from) || int4send(lead) || int4send(category_id) || int4send(ward) || int4send(rule)
         || int4send(marks) || int2send(hours) || int2send(lasted),
         ''::bytea ORDER BY lead, category_id, ward, id) AS facts,
       string_agg(int8send(cell), ''::bytea ORDER BY lead, category_id, ward, id) AS cells
FROM (
  SELECT r.id, r.category_id, r.cell, (r.created_at AT TIME ZONE :zone)::date AS day,
    coalesce(r.lead_id, 0) AS lead, coalesce(r.ward_id, 0) AS ward,
    coalesce((r.routing -> 'rule' ->> 'number')::int, 0) AS rule,
    CASE WHEN is_open AND r.due_at IS NOT NULL AND (r.paused_at IS NULL OR r.due_at < r.paused_at)
         THEN (extract(epoch FROM r.due_at) * 1000000)::bigint ELSE {NEVER} END AS late_from,
    CASE WHEN r.resolved_at IS NULL THEN -1
         ELSE least(32767, greatest(0, floor(date_part('epoch', r.resolved_at - r.created_at) / 3600))) END
      ::int2 AS hours,
    CASE WHEN is_open THEN -1
         ELSE least(32767, greatest(0, (coalesce(r.resolved_at, r.closed_at, r.updated_at) AT TIME ZONE :zone)
              ::date - (r.created_at AT TIME ZONE :zone)::date)) END::int2 AS lasted,
    r.published::int * {PUBLISHED} | is_open::int * {OPEN} | (r.resolved_at IS NOT NULL)::int * {DONE}
      | (r.due_at IS NOT NULL)::int * {HAS_DUE}
      | coalesce(r.resolved_at <= r.due_at, false)::int * {IN_TIME}
      | (r.extensions > 0)::int * {EXTENDED} | coalesce(told.reopened, false)::int * {REOPENED}
      | coalesce(told.refused, false)::int * {REFUSED} | coalesce(told.handed_on, false)::int * {HANDED_ON}
      | coalesce(told.recategorised, false)::int * {RECATEGORISED}
      | (rating.score IS NOT NULL)::int * {RATED} | (coalesce(rating.score, 0)::int << {SCORE_SHIFT})
      | (r.status = '{Status.REJECTED}')::int * {REJECTED} | (r.status = '{Status.DUPLICATE}')::int * {MERGED}
      | (r.status = '{Status.WITHDRAWN}')::int * {WITHDRAWN}
      | coalesce(r.resolved_at <= r.due_at AND r.resolved_at <= {unextended_due("r")}, false)::int
        * {IN_FIRST_TIME}
      | (r.resolved_at IS NOT NULL AND NOT coalesce(told.reopened OR told.sent_back, false))::int
        * {KEPT} AS marks
  FROM report AS r
  CROSS JOIN LATERAL (
    SELECT r.status IN ({listed(OPEN_STATUSES)}) AS is_open
  ) AS state
  LEFT JOIN rating ON rating.report_id = r.id
  LEFT JOIN LATERAL (
    SELECT bool_or(type = '{EventType.REOPENED}') AS reopened,
           bool_or(type = '{EventType.SENT_BACK}') AS sent_back,
           bool_or(type = '{EventType.REFUSED}') AS refused,
           bool_or(type = '{EventType.HANDED_ON}') AS handed_on,
           bool_or(data ? 'category_before') AS recategorised
    FROM event WHERE event.report_id = r.id
  ) AS told ON true
  WHERE r.created_at >= :after AND r.created_at < :before
) AS fact
GROUP BY day
""")  # noqa: S608 - numbers of ours


def pack(session: Session, zone: ZoneInfo, first: date, last: date) -> Sequence[AnyRow]:
    """Return rows of `day`, `reports`, `facts` and `cells` for the days from `first` to `last` that have
    reports.
    """
    return session.execute(
        _PACK, {"zone": zone.key, "after": midnight(first, zone), "before": midnight(last, zone, 1)}
    ).all()


def midnight(day: date, zone: ZoneInfo, later: int = 0) -> datetime:
    """Return when the day begins in the city, or the one so many days later."""
    return datetime.combine(day + timedelta(days=later), time(), zone)
