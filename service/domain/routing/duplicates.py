"""Reports that may tell of the same thing: same category, open, near, recent."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.distance import bbox_around
from service.domain.city.reference import Reference
from service.domain.reports.drafts import UNSURE_M
from service.models import OPEN, Report, Status
from service.models.shared.base import listed


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Finding that a report repeats `original_id`, which was there before it; `secret` where that
    is unpublished.
    """

    original_id: UUID
    original_code: str
    distance_m: float
    action: str
    secret: bool = False


# Of two that repeat each other only the later is suspected; a suspect itself is no original. OFFSET 0: by
# place alone, or the planner joins the index of places with that of times, which holds days of a whole city:
# with 20,000 reports waiting 3 ms a report, so 0.4 ms.
# What becomes of a public report never depends on one that the public may not see: whoever sent it would
# find out by it that there is one. Nothing joins by itself what somebody took off the public pages.
_SUSPECTS = text(f"""
SELECT wanted.id, original.id AS original_id, original.code, original.distance_m, original.published,
       original.hidden
FROM jsonb_to_recordset(CAST(:wanted AS jsonb)) AS wanted(
  id uuid, category_id int, lon float8, lat float8, radius_m float8, hours float8,
  west float8, south float8, east float8, north float8, at timestamptz, published boolean)
CROSS JOIN LATERAL (
  SELECT r.id, r.code, r.created_at, r.published,
         EXISTS (SELECT FROM hiding WHERE hiding.kind = 'report' AND hiding.subject_id = r.id) AS hidden,
         ST_DistanceSphere(r.location, ST_SetSRID(ST_MakePoint(wanted.lon, wanted.lat), 4326)) AS distance_m
  FROM (
    SELECT * FROM report
    WHERE location && ST_MakeEnvelope(wanted.west, wanted.south, wanted.east, wanted.north, 4326) OFFSET 0
  ) AS r
  WHERE r.category_id = wanted.category_id
    AND (r.published OR NOT wanted.published)
    AND (r.accuracy_m IS NULL OR r.accuracy_m <= {UNSURE_M})
    AND (r.created_at, r.id) < (wanted.at, wanted.id)
    AND r.created_at >= wanted.at - make_interval(secs => wanted.hours * 3600)
    AND (r.status IN ({listed(OPEN - {Status.TRIAGE})})
         OR (r.status = '{Status.TRIAGE}' AND r.triage_reason IS DISTINCT FROM 'suspected_duplicate'))
) AS original
WHERE original.distance_m <= wanted.radius_m
ORDER BY wanted.id, original.distance_m, original.created_at
""")  # noqa: S608 - words of ours


def find_suspects(session: Session, reference: Reference, reports: Sequence[Report]) -> dict[UUID, Suspicion]:
    """Return the nearest earlier report for each that may repeat one; one query for all."""
    candidates = [row for report in reports if (row := _wanted(reference, report))]
    if not candidates:
        return {}
    found: dict[UUID, Suspicion] = {}
    actions = {report.id: reference.categories[report.category_id].duplicate_action for report in reports}
    for suspect in session.execute(_SUSPECTS, {"wanted": json.dumps(candidates)}):
        action = "suggest" if suspect.hidden else actions[suspect.id]
        suspicion = Suspicion(
            suspect.original_id, suspect.code, suspect.distance_m, action, secret=not suspect.published
        )
        found.setdefault(suspect.id, suspicion)
    return found


def _wanted(reference: Reference, report: Report) -> dict[str, object] | None:
    category = reference.categories[report.category_id]
    unsure = report.accuracy_m is not None and report.accuracy_m > UNSURE_M
    if category.duplicate_action == "ignore" or unsure:
        return None
    box = bbox_around(report.lon, report.lat, category.duplicate_radius_m)
    return {
        "id": str(report.id),
        "category_id": report.category_id,
        "lon": report.lon,
        "lat": report.lat,
        "radius_m": category.duplicate_radius_m,
        "hours": category.duplicate_window_hours,
        **box._asdict(),
        "at": report.created_at.isoformat(),
        "published": report.published,
    }
