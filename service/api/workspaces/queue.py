"""The signed-in person's own queue, and the contact of a reporter for those who need it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from service.api.shared.answers import refusals
from service.api.shared.query import StrictQuery
from service.domain.contacts import disclosure as contacts_reading
from service.domain.queries.lists import Key
from service.domain.reports.drafts import StrictBody
from service.domain.workspaces import queues
from service.domain.workspaces.queues import WaitingCase
from service.domain.workspaces.selection import GroupStart
from service.i18n import N_
from service.sending.channels import CHANNELS
from service.web.cursors import Cursors
from service.web.dependencies import NowDep, ReferenceDep, ResourcesDep, SessionDep
from service.web.failures import for_other_methods
from service.web.viewer import StaffDep

router = APIRouter(tags=["casework"])


class QueueQuery(StrictQuery):
    """Page of the queue that is asked for."""

    cursor: Annotated[str, Field(max_length=500)] | None = Field(None, description="`next` of the last page.")
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class ContactPurpose(StrictBody):
    """The request for a reporter's contact; its purpose is stored with the reading."""

    purpose: Annotated[str, Field(min_length=1, max_length=200)]


class QueueCounts(BaseModel):
    """The whole queue's figures."""

    total: int
    late: int
    amber: int
    by_status: dict[str, int]


class QueuePageOut(BaseModel):
    """Page of the queue of `role`, the most pressing first."""

    role: str
    counts: QueueCounts
    items: list[WaitingCase]
    next: str | None


class ContactOut(BaseModel):
    """Contact of a reporter; all empty for an anonymous one."""

    anonymous: bool
    name: str | None
    phone: str | None
    email: str | None


@router.get("/queue", responses=refusals(400, 401, 422))
async def queue(
    query: Annotated[QueueQuery, Query()],
    session: SessionDep,
    reference: ReferenceDep,
    resources: ResourcesDep,
    staff: StaffDep,
    now: NowDep,
) -> QueuePageOut:
    """The cases that wait for the signed-in person, the most pressing first."""
    role = staff.account.role
    cursors, kind = Cursors(resources.settings.secret), f"queue2:{role}"
    after = _start(cursors.open(kind, query.cursor)) if query.cursor else None
    found = await session.run_sync(
        queues.read_queue,
        reference,
        staff.actor,
        now=now,
        after=after,
        limit=query.limit,
        public_url=resources.settings.public_url,
    )
    return QueuePageOut(
        role=role,
        counts=QueueCounts.model_validate(found.counts, from_attributes=True),
        items=list(found.items),
        next=cursors.seal(kind, _plain(found.next)) if found.next else None,
    )


@router.post("/reports/{name}/contact", responses=refusals(400, 401, 403, 404, 410, 413, 422, 429))
@for_other_methods(
    N_(
        "Thông tin liên hệ được đọc bằng POST. Hãy gửi mục đích xem (`purpose`) trong nội dung JSON, "
        "không đặt trong địa chỉ."
    )
)
async def contact(
    name: str,
    sent: ContactPurpose,
    session: SessionDep,
    reference: ReferenceDep,
    staff: StaffDep,
    now: NowDep,
) -> ContactOut:
    """Return the reporter's contact and store the reading: its purpose, who read and when.

    The purpose stands in the body, never in an address. A key needs the scope `contacts`. A person or a key
    reads so many a day (`contacts_a_day` of the city); beyond, 429, and who answers for them is told.
    """
    found = await session.run_sync(
        contacts_reading.read_contact, CHANNELS, reference, staff.asker, name, sent.purpose, now
    )
    return ContactOut.model_validate(found, from_attributes=True)


def _plain(start: GroupStart[int]) -> list[str | int | None]:
    key = start.after
    if key is None:
        return [start.group]
    return [start.group, key.value.isoformat() if isinstance(key.value, datetime) else None, str(key.id)]


def _start(values: list[Any]) -> GroupStart[int]:
    if len(values) == 1:
        return GroupStart(int(values[0]), None)
    priority, at, report_id = values
    return GroupStart(int(priority), Key(datetime.fromisoformat(at) if at else None, UUID(report_id)))
