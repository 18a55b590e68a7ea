"""Clean-ups as an iCalendar file (RFC 5545): what a phone keeps, and is told when it changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from service.domain.cleanups.views import CleanupFilter, CleanupView
from service.domain.kernel.formats.calendar_lines import calendar_bytes, escape_text, utc_moment
from service.models import WorkStatus

AHEAD, BACK, MOST = timedelta(days=92), timedelta(days=92), 200
MEDIA_TYPE = "text/calendar; charset=utf-8"


def calendar_days(now: datetime, ward_id: int | None) -> CleanupFilter:
    """Return which clean-ups stand in the calendar to subscribe to: also those that were cancelled."""
    return CleanupFilter(ward_id=ward_id, since=now - BACK, until=now + AHEAD, cancelled=True, limit=MOST)


def calendar_file(cleanups: Sequence[CleanupView], public_url: str, name: str) -> bytes:
    """Return the file; what was cancelled says so, with the next sequence."""
    base = public_url.rstrip("/")
    return calendar_bytes("cleanups", name, [line for each in cleanups for line in _event(each, base)])


def _event(each: CleanupView, base: str) -> list[str]:
    cancelled = each.status in (WorkStatus.CANCELLED, WorkStatus.LAPSED)
    page = f"{base}/cleanups/{each.code}"
    words = [each.note, each.bring, page]
    return [
        "BEGIN:VEVENT",
        f"UID:{each.id}@hientruong",
        f"DTSTAMP:{utc_moment(each.updated_at)}",
        f"LAST-MODIFIED:{utc_moment(each.updated_at)}",
        f"SEQUENCE:{each.sequence}",
        f"DTSTART:{utc_moment(each.starts_at)}",
        f"DTEND:{utc_moment(each.ends_at)}",
        f"SUMMARY:{escape_text(each.title)}",
        f"LOCATION:{escape_text(each.meet_words)}",
        f"GEO:{each.lat:.6f};{each.lon:.6f}",
        f"DESCRIPTION:{escape_text(chr(10).join(part for part in words if part))}",
        f"URL:{page}",
        f"STATUS:{'CANCELLED' if cancelled else 'CONFIRMED'}",
        "END:VEVENT",
    ]
