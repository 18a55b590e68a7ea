"""Rows for tests: a city with more to it than the small one, reports in any status, photos, contacts.

What is made here is written directly; how a report really comes to a status is the tests' own business.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference, load_reference
from service.domain.reports.reports import ContactDraft, submit
from service.models import DONE, HELD, Category, City, DeadlinePolicy, Department, Photo, Report
from tests.support.small_city import IN_W1, LONG_AGO, NOON, draft, make_small_city

URGENT = {
    "accept": {"unit": "hours", "amount": 1},
    "resolve": {"unit": "hours", "amount": 10},
    "extension": {"max_count": 2, "max_total": {"unit": "hours", "amount": 8}, "approval": True},
    "amber_ratio": 0.5,
}

_numbers = itertools.count(1)


def found_city(session: Session) -> Reference:
    """The small city with rooms below a department, a second company, and categories of every kind."""
    make_small_city(session)
    city = session.get_one(City, 1)
    city.config = {**city.config, "appeal_days": 10, "reminder_days": 3}
    cables = session.scalars(select(Department).where(Department.code == "city-cables")).one()
    session.add(_department("cables-room", "city", parent_id=cables.id))
    session.add(_department("sanitation", "company"))
    session.add(_department("gone", "city", active=False))
    session.add(_category("street_light", evidence_required=False))
    session.add(_category("pollution", publication="after_triage"))
    session.add(_category("tip_off", publication="never"))
    session.add(_category("old_kind", active=False))
    session.add(
        DeadlinePolicy(code="urgent", version=1, name={"vi": "Khẩn"}, spec=URGENT, valid_from=LONG_AGO)
    )
    session.flush()
    return load_reference(session)


def make_report(
    session: Session,
    reference: Reference,
    status: str = "received",
    *,
    category: str = "litter",
    lead: str | None = "city-cables",
    executor: str | None = None,
    supports: Sequence[str] = (),
    policy: str = "standard",
    at: datetime = NOON,
    place: tuple[float, float] = IN_W1,
    contact: ContactDraft | None = None,
    **columns: Any,
) -> Report:
    """A report received at `at` that is now in `status`; the parts are played where the status has them."""
    receipt = submit(session, draft(reference.category_by_code[category].id, place, at=at, contact=contact))
    values: dict[str, Any] = {"status": status, **columns}
    if status != "received":
        values.setdefault("routed_at", at)
    if status == "triage":
        why = str(columns.get("triage_reason") or "by_hand")
        values |= {"triage_reason": why, "desk_since": at, "desk_reasons": [why]}
    if status in HELD | DONE:
        values |= _parts(session, reference, lead, executor, policy)
        values |= {"paused_at": at} if status == "waiting" else {}
        values |= {"closed_at": at} if status == "closed" else {}
    values["support_ids"] = sorted(reference.department_by_code[code].id for code in supports)
    session.execute(update(Report).where(Report.id == receipt.id).values(values | columns))
    session.flush()
    return session.get_one(Report, receipt.id, populate_existing=True)


def make_photo(
    session: Session, report: Report, kind: str = "evidence", *, at: datetime = NOON, **columns: Any
) -> UUID:
    """A photo of the report; its files do not exist."""
    number = next(_numbers)
    photo = Photo(
        id=uuid4(),
        report_id=report.id,
        kind=kind,
        sha256=number.to_bytes(32, "big"),
        media_type="image/jpeg",
        size=1000,
        width=40,
        height=30,
        original_key=f"original/{report.id}/{number}.jpg",
        public_key=f"public/{number}/full.webp",
        thumbnail_key=f"public/{number}/small.webp",
        created_at=at,
        **{"state": "ready", **columns},
    )
    session.add(photo)
    session.flush()
    return photo.id


def _parts(
    session: Session, reference: Reference, lead: str | None, executor: str | None, policy: str
) -> dict[str, Any]:
    known = reference.department_by_code
    return {
        "lead_id": known[lead].id if lead else None,
        "executor_id": known[executor].id if executor else None,
        "policy_id": session.scalars(select(DeadlinePolicy.id).where(DeadlinePolicy.code == policy)).one(),
    }


def _department(code: str, kind: str, **columns: object) -> Department:
    name = {"vi": f"Đơn vị {code}", "en": f"Department {code}"}
    return Department(code=code, name=name, short_name=name, kind=kind, **columns)


def _category(code: str, **columns: object) -> Category:
    duplicates = {"radius_m": 15.0, "window_hours": 72.0, "action": "ignore"}
    return Category(code=code, name={"vi": code}, icon=code, duplicates=duplicates, **columns)
