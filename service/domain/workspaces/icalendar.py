"""Calendar of one's deadlines as iCalendar (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from service.domain.city.reference import Reference
from service.domain.kernel.calendar_lines import calendar_bytes, deadline_lines, escape_text, utc_moment
from service.domain.workspaces.calendar_feed import CalendarEvent, StaffCalendar
from service.i18n import N_, pick, translate


def icalendar_text(calendar: StaffCalendar, reference: Reference, public_url: str) -> bytes:
    """Return the calendar in the language in use. It tells code, kind and time; of plans titles too."""
    base = public_url.rstrip("/")
    name = escape_text(translate(N_("Hạn xử lý – {service}"), service=pick(reference.service_name)))
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//hientruong//deadlines//VI",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME:{name}",
        f"X-WR-CALNAME:{name}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
    ]
    for event in calendar.events:
        lines += _event_lines(event, reference, base)
    return calendar_bytes([*lines, "END:VCALENDAR"])


def _event_lines(event: CalendarEvent, reference: Reference, base: str) -> Iterator[str]:
    room = "case" if event.category_id is not None else "works"
    if event.category_id is None:
        kind = event.title
        summary = N_("{code} hạn hoàn thành: {kind}") if kind else N_("{code} hạn hoàn thành")
    else:
        kind = pick(reference.categories[event.category_id].name)
        summary = N_("{code} kiểm tra trước: {kind}") if event.verify else N_("{code} hạn xử lý: {kind}")
    changed = utc_moment(event.changed_at)
    yield "BEGIN:VEVENT"
    yield f"UID:{event.code}-{'verify' if event.verify else 'due'}@{urlsplit(base).hostname}"
    # The time of the last change, not of this answer: the same calendar is the same bytes.
    yield f"DTSTAMP:{changed}"
    yield f"LAST-MODIFIED:{changed}"
    yield f"SEQUENCE:{event.sequence}"
    yield from deadline_lines(event.starts_at, reference.timezone)
    yield f"SUMMARY:{escape_text(translate(summary, code=event.code, kind=kind))}"
    yield f"URL:{base}/{room}/{event.code}"
    yield f"STATUS:{'CANCELLED' if event.cancelled else 'CONFIRMED'}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"
