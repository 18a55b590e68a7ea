"""Clean-ups as an iCalendar file (RFC 5545): what a phone keeps, and is told when it changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from service.domain.cleanups.views import CleanupView
from service.models import WorkStatus

LINE = 73
"""Octets of a line before it is folded."""


def calendar_file(cleanups: Sequence[CleanupView], public_url: str, name: str) -> str:
    """Return the file; what was cancelled says so, with the next sequence."""
    base = public_url.rstrip("/")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//hientruong//cleanups//VI", "METHOD:PUBLISH"]
    lines.append(f"X-WR-CALNAME:{_text(name)}")
    for each in cleanups:
        lines += _event(each, base)
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _event(each: CleanupView, base: str) -> list[str]:
    cancelled = each.status in (WorkStatus.CANCELLED, WorkStatus.LAPSED)
    page = f"{base}/cleanups/{each.code}"
    words = [each.note, each.bring, page]
    return [
        "BEGIN:VEVENT",
        f"UID:{each.id}@hientruong",
        f"DTSTAMP:{_moment(each.updated_at)}",
        f"LAST-MODIFIED:{_moment(each.updated_at)}",
        f"SEQUENCE:{each.sequence}",
        f"DTSTART:{_moment(each.starts_at)}",
        f"DTEND:{_moment(each.ends_at)}",
        f"SUMMARY:{_text(each.title)}",
        f"LOCATION:{_text(each.meet_words)}",
        f"GEO:{each.lat:.6f};{each.lon:.6f}",
        f"DESCRIPTION:{_text(chr(10).join(part for part in words if part))}",
        f"URL:{page}",
        f"STATUS:{'CANCELLED' if cancelled else 'CONFIRMED'}",
        "END:VEVENT",
    ]


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\r", "").replace("\n", "\\n")


def _folded(line: str) -> str:
    """Return the line in pieces of at most 75 octets; no letter is cut in two."""
    pieces, piece = [], ""
    for letter in line:
        if len((piece + letter).encode()) > LINE:
            pieces.append(piece)
            piece = ""
        piece += letter
    return "\r\n ".join([*pieces, piece])
