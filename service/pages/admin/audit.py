"""The audit: who changed what, when, from what to what; and who read whose contact, what for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from service.domain.configuration.administration import audit_log, audit_subjects
from service.domain.configuration.administration.audit_log import AuditFilters
from service.domain.contacts import reading_log
from service.domain.contacts.reading_log import ReadingFilters
from service.domain.kernel.codes import tidy_code
from service.domain.kernel.written_days import day_written, read_day
from service.errors import AppError, invalid
from service.i18n import N_, pick
from service.pages.admin.audit_words import (
    ACTION_WORDS,
    AUDIT_SENTENCES,
    AUDITED_KINDS,
    code_of_entry,
)
from service.pages.admin.field_words import field_label, readable_value
from service.pages.admin.visit import AdminVisit, AdminVisitDep

router = APIRouter(prefix="/admin/audit")

Word = Annotated[str, Query(max_length=100)]


@router.get("")
async def log(
    visit: AdminVisitDep,
    who: Word = "",
    what: Word = "",
    subject: Word = "",
    since: Annotated[str, Query(max_length=20)] = "",
    until: Annotated[str, Query(max_length=20)] = "",
    before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
) -> Response:
    """Entries, the newest first."""
    first, after, error = _period(visit, since, until)
    filters = AuditFilters(who, what, subject, first, after, before)
    entries = await visit.run(audit_log.read_audit, filters)
    movements = await visit.run(audit_subjects.movement_titles)
    context = {
        "filters": {
            "who": who,
            "what": what,
            "subject": subject,
            "since": day_written(since),
            "until": day_written(until),
        },
        "entries": entries,
        "more": entries[-1].id if len(entries) == audit_log.PAGE else None,
        "authors": await visit.run(audit_log.audit_authors),
        "kinds": [(kind, AUDITED_KINDS.get(kind, kind)) for kind in await visit.run(audit_log.audit_kinds)],
        "kind_words": AUDITED_KINDS,
        "plain": lambda key, value: _named(visit, movements, key, value),
        "label": field_label,
        "subjects": await visit.run(audit_subjects.subject_names, entries),
        "sentences": AUDIT_SENTENCES,
        "action_words": ACTION_WORDS,
        "code_of": code_of_entry,
    }
    return visit.draw("admin/audit.html", context, error=error)


@router.get("/contacts")
async def contact_readings(
    visit: AdminVisitDep,
    who: Word = "",
    code: Word = "",
    since: Annotated[str, Query(max_length=20)] = "",
    until: Annotated[str, Query(max_length=20)] = "",
    before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
) -> Response:
    """Readings of reporters' contacts, the newest first: who, when, of which report, what for."""
    first, after, error = _period(visit, since, until)
    tidy = tidy_code(code, visit.reference.code_prefix) or code.strip()
    entries = await visit.run(reading_log.read_readings, ReadingFilters(who, tidy, first, after, before))
    params = {"who": who, "code": tidy, "since": day_written(since), "until": day_written(until)}
    context = {
        "filters": params,
        "entries": entries,
        "more": entries[-1].id if len(entries) == reading_log.PAGE else None,
        "readers": await visit.run(reading_log.readers),
    }
    return visit.draw("admin/readings.html", context, error=error)


def _named(visit: AdminVisit, movements: Mapping[int, str], key: str, value: object) -> str:
    """Return a value in words; a department, a movement and a group of wards by their names."""
    if key == "area_group" and isinstance(value, str) and (group := visit.reference.area_group(value)):
        return pick(group.name)
    if key in ("movement", "movement_id") and isinstance(value, int) and value in movements:
        return f"“{movements[value]}”"
    units = visit.reference.departments
    if key in ("department_id", "unit_id") and isinstance(value, int) and value in units:
        return pick(units[value].name)
    return readable_value(key, value)


def _period(
    visit: AdminVisit, since: str, until: str
) -> tuple[datetime | None, datetime | None, AppError | None]:
    """Return the period of days as typed, its end excluded, and what is wrong with what was typed."""
    first = None
    try:
        first = _midnight(visit, "since", since)
        return first, _midnight(visit, "until", until, next_day=True), None
    except AppError as error:
        return first, None, error


def _midnight(visit: AdminVisit, name: str, text: str, *, next_day: bool = False) -> datetime | None:
    """Return the begin of a local day, None without one. Raises Invalid for what is no day."""
    if not text.strip():
        return None
    try:
        day = read_day(text) + timedelta(days=int(next_day))
    except (ValueError, OverflowError):
        raise invalid([name], N_("Cần một ngày, ví dụ 05/11/2026.")) from None
    return datetime.combine(day, time(0), visit.zone)
