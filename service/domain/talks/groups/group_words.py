"""Words of messages to groups: nobody is called by them, deadlines in the city's time."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from service.domain.city.reference import Reference
from service.i18n import N_, translate
from service.models import Report, Status

WORKED_ON = (Status.ASSIGNED, Status.IN_PROGRESS, Status.WAITING)
NO_DEADLINE = N_("chưa có")
_CALLS = re.compile(r"\[@[^\]]*\]?")


def unpingable(text: str) -> str:
    """Return words by which nobody in a group can be called."""
    return _CALLS.sub("", text).replace("@", "＠")


def deadline_text(reference: Reference, due_at: datetime | None) -> str:
    """Return a deadline in the city's time, or that there is none yet."""
    if due_at is None:
        return translate(NO_DEADLINE, "vi")
    return due_at.astimezone(ZoneInfo(reference.timezone)).strftime("%H:%M %d/%m/%Y")


def place_text(reference: Reference, report: Report) -> str:
    """Return the masked address of a report, or its point where it has none."""
    masked = reference.masking_of(report.category_id).text(report.address)
    return unpingable(masked) or f"{report.lat:.5f}, {report.lon:.5f}"
