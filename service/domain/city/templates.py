"""Words a department may begin with: templates of the city, their placeholders filled from the case.

Nothing of the reporter can be named: what is written here is read by everyone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.i18n import Language, pick
from service.models import ReplyTemplate, Report

PLACEHOLDERS = ("code", "category", "place", "ward", "lead", "executor", "due", "hotline", "today")
"""What a template may name, as `{code}`."""

_BRACES = re.compile(r"\{([^{}]*)\}")
_SPACES = re.compile(r"[ \t]{2,}")


@dataclass(frozen=True, slots=True)
class FilledTemplate:
    """A template with the case's own words in it."""

    code: str
    kind: str
    name: str
    text: str


def unknown_placeholders(text: str) -> list[str]:
    """Return what stands in braces and means nothing, in order; a stray brace counts as one."""
    wrong = [name for name in _BRACES.findall(text) if name not in PLACEHOLDERS]
    rest = _BRACES.sub("", text)
    return wrong + [brace for brace in "{}" if brace in rest]


def fill_placeholders(text: str, facts: Mapping[str, str]) -> str:
    """Return the text with its placeholders filled; what is not known leaves no gap behind."""
    filled = _BRACES.sub(lambda found: facts.get(found[1], found[0]), text)
    return _SPACES.sub(" ", filled).strip()


def templates_for(
    session: Session, reference: Reference, report: Report, now: datetime
) -> list[FilledTemplate]:
    """Return the active templates that suit the report's category, filled, in the language it was sent in."""
    language: Language = "en" if report.language == "en" else "vi"
    path = set(reference.categories[report.category_id].path)
    facts = placeholder_values(reference, report, now, language)
    query = select(ReplyTemplate).where(ReplyTemplate.active)
    rows = session.scalars(query.order_by(ReplyTemplate.position, ReplyTemplate.id))
    return [
        FilledTemplate(row.code, row.kind, pick(row.name), fill_placeholders(pick(row.text, language), facts))
        for row in rows
        if not row.categories or path & set(row.categories)
    ]


def rejection_sentences(session: Session, reference: Reference, language: Language) -> list[str]:
    """Return the city's sentences of rejection that suit every case as they stand; `{hotline}` is filled."""
    query = select(ReplyTemplate).where(ReplyTemplate.active, ReplyTemplate.kind == "rejection")
    hotline = reference.config.hotline
    facts = {"hotline": hotline.phone} if hotline else {}
    texts = [
        fill_placeholders(pick(row.text, language), facts)
        for row in session.scalars(query.order_by(ReplyTemplate.position, ReplyTemplate.id))
        if not row.categories
    ]
    return [text for text in texts if "{" not in text]


def example_values(reference: Reference, now: datetime, language: Language) -> dict[str, str]:
    """Return what the placeholders stand for in a case that is made up, of a kind, a ward and units."""
    zone = ZoneInfo(reference.timezone)
    ward = min(reference.ward_by_code.values(), key=lambda each: each.id, default=None)
    active = sorted(
        (each for each in reference.departments.values() if each.active), key=lambda each: each.id
    )
    lead = next((each for each in active if ward is not None and each.ward_code == ward.code), None)
    executor = next((each for each in active if each.kind == "company"), None)
    kind = next((each for each in reference.categories.values() if each.active), None)
    hotline, named = reference.config.hotline, ward.full_name if ward else ""
    return {
        "code": f"{reference.code_prefix}-ABCD-EF",
        "category": pick(kind.name, language) if kind else "",
        "place": f"12 Lê Lợi, {named}".rstrip(", "),
        "ward": named,
        "lead": pick(lead.name, language) if lead else named,
        "executor": pick(executor.name, language) if executor else "",
        "due": f"17:00, {(now + timedelta(days=3)).astimezone(zone):%d/%m/%Y}",
        "hotline": hotline.phone if hotline else "",
        "today": f"{now.astimezone(zone):%d/%m/%Y}",
    }


def placeholder_values(
    reference: Reference, report: Report, now: datetime, language: Language
) -> dict[str, str]:
    """Return what the placeholders stand for in this case; empty where it is not known."""
    zone = ZoneInfo(reference.timezone)
    ward = reference.wards.get(report.ward_id or 0)
    hotline = reference.config.hotline
    due = report.due_at.astimezone(zone) if report.due_at else None
    return {
        "code": report.code,
        "category": pick(reference.categories[report.category_id].name, language),
        "place": ", ".join(part for part in (report.address, ward.full_name if ward else "") if part),
        "ward": ward.full_name if ward else "",
        "lead": _department(reference, report.lead_id, language),
        "executor": _department(reference, report.executor_id, language),
        "due": f"{due:%H:%M, %d/%m/%Y}" if due else "",
        "hotline": hotline.phone if hotline else "",
        "today": f"{now.astimezone(zone):%d/%m/%Y}",
    }


def _department(reference: Reference, department_id: int | None, language: Language) -> str:
    found = reference.departments.get(department_id or 0)
    return pick(found.name, language) if found else ""
