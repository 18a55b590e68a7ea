"""Words of messages to groups: nobody is called by them, deadlines in the city's time."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from service.domain.city.reference import Reference
from service.domain.kernel.texts import tidy
from service.i18n import N_, translate
from service.models import Report, Status

WORKED_ON = (Status.ASSIGNED, Status.IN_PROGRESS, Status.WAITING)
NO_DEADLINE = N_("chưa có")
LINK = N_("(đường dẫn)")
_CALLS = re.compile(r"\[@[^\]]*\]?")
_AT = re.compile(r"[@＠﹫]")
_LINK = re.compile(r"(?:\b[a-z][a-z0-9+.-]{1,20}://|\bwww\.)\S+", re.IGNORECASE)
_DOMAIN = re.compile(r"(?<=[^\W_])\.(?=[a-z]{2,10}\b)", re.IGNORECASE)


def without_mentions(text: str) -> str:
    """Return words by which nobody in a group can be called."""
    return _AT.sub("＠", _CALLS.sub("", text))


def safe_for_group(text: str) -> str:
    """Return a citizen's words as a group may read them: nobody is called, nothing leads away, one line.

    They stand between the lines of the city's own message: with lines or links of their own they would pass
    for the city's. Letters that show nothing are gone first, by which a call could be hidden.
    """
    line = " ".join(tidy(text).split())
    return without_mentions(_DOMAIN.sub(". ", _LINK.sub(translate(LINK, "vi"), line))).strip()


def deadline_text(reference: Reference, due_at: datetime | None) -> str:
    """Return a deadline in the city's time, or that there is none yet."""
    if due_at is None:
        return translate(NO_DEADLINE, "vi")
    return due_at.astimezone(ZoneInfo(reference.timezone)).strftime("%H:%M %d/%m/%Y")


def place_text(reference: Reference, report: Report) -> str:
    """Return the masked address of a report, or its point where it has none."""
    masked = reference.masking_of(report.category_id).text(report.address)
    return safe_for_group(masked) or f"{report.lat:.5f}, {report.lon:.5f}"
