"""Splitting a report that tells of two things: the second becomes a report of its own, with its reporter."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID, uuid4

from pydantic import Field
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from service.domain.casework.case.case import Code, stale_version
from service.domain.casework.case.evidence import check_photos
from service.domain.casework.case.repeats import mark_request, request_digest
from service.domain.city.reference import CategoryView, Reference
from service.domain.kernel.texts import tidy
from service.domain.reports.access import Asker, lock_report, report_query
from service.domain.reports.drafts import StrictBody
from service.domain.reports.events import Actor, other_report_code, record
from service.domain.reports.reports import ContactDraft, Draft, submit
from service.errors import Conflict, Forbidden, invalid
from service.i18n import N_
from service.models import ENDED_ELSEWHERE, Contact, Event, EventType, Photo, Report, Role

FROM_CITIZENS = ("report", "reply")


class Split(StrictBody):
    """The second thing. `photos` are those of the report that show it: they go with it (`move`), or stay as
    well (`copy`). The same `id` again is the same split.
    """

    id: UUID | None = None
    category: Code
    description: Annotated[str, Field(min_length=1, max_length=2000)]
    photos: Annotated[list[UUID], Field(max_length=6)] = Field(default_factory=list)
    photos_as: Literal["copy", "move"] = "copy"
    version: Annotated[int, Field(ge=1, strict=True)]


def split(
    session: Session, reference: Reference, asker: Asker, name: str | UUID, sent: Split, now: datetime
) -> Report:
    """Return the new report: received now at the same place through the same channel, then routed like every
    other.

    Both timelines tell of the other. Whoever sent the first is the sender of the second and is told of it.
    Raises NotFound; Forbidden but for coordinators; Conflict for a stale version, for an id used otherwise
    and for a report that was merged or withdrawn; Invalid for a category or photo that is none.
    """
    access = lock_report(session, asker, name, now=now)
    source = access.report
    if access.actor.role != Role.TRIAGE:
        raise Forbidden(N_("Việc này dành cho điều phối viên."))
    digest = request_digest(sent, verb=EventType.SPLIT)
    if (made_before := _made_before(session, source, access.actor, digest)) is not None:
        return made_before
    if sent.id and session.scalar(report_query(sent.id)):
        raise Conflict(N_("Mã id này đã được dùng cho một phản ánh khác. Hãy tạo id mới."))
    if sent.version != source.version:
        raise stale_version(source, sent.version)
    if source.status in ENDED_ELSEWHERE:
        raise Conflict(N_("Phản ánh này đã được gộp hoặc đã rút nên không tách được."))
    check_photos(session, source.id, sent.photos, kinds=FROM_CITIZENS, field="photos")
    receipt = submit(session, _draft(session, reference, access.actor, source, sent, now))
    session.execute(update(Report).where(Report.id == receipt.id).values(split_from_id=source.id))
    made = session.scalars(report_query(receipt.id).execution_options(populate_existing=True)).one()
    _bring_photos(session, made, sent.photos, move=sent.photos_as == "move")
    source.version += 1
    source.updated_at = now
    event = record(
        session, source, EventType.SPLIT, actor=access.actor, at=now, **other_report_code("into", made)
    )
    mark_request(event, digest)
    record(
        session, made, EventType.SPLIT_OFF, actor=access.actor, at=now, **other_report_code("source", source)
    )
    session.flush()
    return made


def _made_before(session: Session, source: Report, actor: Actor, digest: str) -> Report | None:
    """Return the report that this very split of this person made: the answer to it was lost."""
    query = select(Event.data, Event.private).where(
        Event.report_id == source.id,
        Event.type == EventType.SPLIT,
        Event.staff_id == actor.staff_id,
        Event.repeat_key == digest,
    )
    found = session.execute(query.limit(1)).one_or_none()
    # The code of what is not published is told to colleagues alone.
    return session.scalar(report_query({**(found.private or {}), **found.data}["into"])) if found else None


def _draft(
    session: Session, reference: Reference, actor: Actor, source: Report, sent: Split, now: datetime
) -> Draft:
    category = _category(reference, sent.category)
    contact = session.get(Contact, source.id)
    has_contact = contact is not None and contact.erased_at is None
    return Draft(
        id=sent.id or uuid4(),
        code_prefix=reference.code_prefix,
        category_id=category.id,
        description=tidy(sent.description),
        lon=source.lon,
        lat=source.lat,
        accuracy_m=source.accuracy_m,
        address=source.address,
        occurred_at=source.occurred_at,
        attributes={},
        channel=source.channel,
        language=source.language,
        published=category.publication == "immediate",
        body_hash=hashlib.sha256(sent.model_dump_json(exclude={"id", "version"}).encode()).digest(),
        received_at=now,
        contact=ContactDraft(contact.name, contact.phone, contact.email) if contact and has_contact else None,
        staff_id=actor.staff_id,
        consent=bool(contact and contact.consent_at),
    )


def _category(reference: Reference, code: str) -> CategoryView:
    found = reference.category_by_code.get(code)
    if found is None or not found.active:
        raise invalid(["category"], N_("Không có loại phản ánh “{code}”."), code=code)
    return found


def _bring_photos(session: Session, made: Report, ids: Sequence[UUID], *, move: bool) -> None:
    """Copy photos to the new report: each is a second row over the same files."""
    if move:
        session.execute(update(Photo).where(Photo.id.in_(ids)).values(report_id=made.id))
        return
    columns = [column.key for column in Photo.__table__.columns if column.key not in ("id", "report_id")]
    for row in session.execute(select(*(getattr(Photo, each) for each in columns)).where(Photo.id.in_(ids))):
        values = dict(zip(columns, row, strict=True))
        session.execute(insert(Photo).values(id=uuid4(), report_id=made.id, **values))
