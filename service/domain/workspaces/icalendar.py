"""Calendar of one's deadlines as iCalendar (RFC 5545)."""

from __future__ import annotations

from itertools import chain
from urllib.parse import urlsplit

from service.domain.city.reference import Reference
from service.domain.kernel.formats.calendar_lines import HOURLY, CalendarDeadline, calendar_bytes, escape_text
from service.domain.workspaces.calendar_feed import CalendarEvent, StaffCalendar
from service.i18n import N_, pick, translate


def icalendar_text(calendar: StaffCalendar, reference: Reference, public_url: str) -> bytes:
    """Return the calendar in the language in use. It tells code, kind and time; of plans titles too."""
    base = public_url.rstrip("/")
    name = translate(N_("Hạn xử lý – {service}"), service=pick(reference.service_name))
    events = (_deadline(event, reference, base).lines(reference.timezone) for event in calendar.events)
    more = (f"NAME:{escape_text(name)}", *HOURLY)
    return calendar_bytes("deadlines", name, chain.from_iterable(events), more)


def _deadline(event: CalendarEvent, reference: Reference, base: str) -> CalendarDeadline:
    room = "case" if event.category_id is not None else "works"
    if event.category_id is None:
        kind = event.title
        summary = N_("{code} hạn hoàn thành: {kind}") if kind else N_("{code} hạn hoàn thành")
    else:
        kind = pick(reference.categories[event.category_id].name)
        summary = N_("{code} kiểm tra trước: {kind}") if event.verify else N_("{code} hạn xử lý: {kind}")
    return CalendarDeadline(
        uid=f"{event.code}-{'verify' if event.verify else 'due'}@{urlsplit(base).hostname}",
        due_at=event.starts_at,
        changed_at=event.changed_at,
        sequence=event.sequence,
        summary=translate(summary, code=event.code, kind=kind),
        url=f"{base}/{room}/{event.code}",
        cancelled=event.cancelled,
    )
