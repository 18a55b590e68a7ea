"""State of the installation for programmes of administrators; failed messages tried again, test messages."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from service.api.admin.dependencies import BookDep, EditStampDep
from service.api.shared.answers import refusals
from service.domain.notices.troubles.failures import FailingMessage, failing_messages, retry_messages
from service.domain.notices.troubles.trial import send_test_message
from service.domain.reports.drafts import StrictBody
from service.domain.rules.unattended import units_without_eyes
from service.ops.checkup.findings import findings
from service.sending.channels import CHANNELS, make_senders
from service.web.dependencies import ResourcesDep, SessionDep
from service.web.looks.checkup import look_at_all

router = APIRouter(prefix="/admin/health", tags=["administration"])

Name = Annotated[str, Path(max_length=20)]


class FindingOut(BaseModel):
    """A part and how it is: `bad` wants somebody now, `attention` soon, `off` is not set up. Words follow
    `Accept-Language`.
    """

    code: str
    title: str
    level: Literal["bad", "attention", "good", "off"]
    says: str
    advice: str


class UnitAlone(BaseModel):
    """Unit whose notices nobody reads."""

    code: str
    accounts: int
    open_cases: int
    by_rule: bool


class HealthOut(BaseModel):
    """The installation, the worst part first."""

    at: datetime
    parts: list[FindingOut]
    unattended: list[UnitAlone]


class FailingOut(BaseModel):
    """Message that failed; its address is masked. `retriable` is false for one-time codes."""

    id: UUID
    channel: str
    recipient: str
    notice: str
    report: str | None
    state: str
    attempts: int
    created_at: datetime
    next_at: datetime
    error: str
    retriable: bool


class FailingList(BaseModel):
    """Messages of the last seven days that failed, at most fifty."""

    items: list[FailingOut]


class QueuedAgain(BaseModel):
    """Number of messages that were queued."""

    messages: int


class TestTarget(StrictBody):
    """Mobile number of a test SMS; the account's own address where it is empty."""

    phone: Annotated[str, Field(max_length=20)] = ""


@router.get("", responses=refusals(401, 403))
async def how_it_is(
    resources: ResourcesDep, book: BookDep, stamp: EditStampDep, session: SessionDep
) -> HealthOut:
    """Return every part of the installation and how it is."""
    facts = await look_at_all(resources, book.reference, stamp.at)
    parts = [
        FindingOut(code=each.code, title=each.title, level=each.level, says=each.says, advice=each.advice)
        for each in findings(facts)
    ]
    alone = await session.run_sync(units_without_eyes, book.reference, stamp.at)
    units = [
        UnitAlone(code=each.code, accounts=each.accounts, open_cases=each.open_cases, by_rule=each.by_rule)
        for each in alone
    ]
    return HealthOut(at=stamp.at, parts=parts, unattended=units)


@router.get("/messages", responses=refusals(401, 403))
async def failed(session: SessionDep, book: BookDep, stamp: EditStampDep) -> FailingList:
    """Return the messages that failed."""
    masking = book.reference.masking.general
    rows = await session.run_sync(failing_messages, CHANNELS, masking, stamp.at)
    return FailingList(items=[_failing(row) for row in rows])


@router.post("/messages/{message_id}/retry", status_code=202, responses=refusals(401, 403, 404, 422))
async def retry(message_id: UUID, session: SessionDep, stamp: EditStampDep) -> QueuedAgain:
    """Try one message again."""
    done = await session.run_sync(
        retry_messages, stamp.at, staff_id=stamp.staff_id or 0, message_id=message_id
    )
    return QueuedAgain(messages=done)


@router.post("/channels/{channel}/retry", status_code=202, responses=refusals(401, 403, 422))
async def retry_all(channel: Name, session: SessionDep, stamp: EditStampDep) -> QueuedAgain:
    """Try all failed messages of a channel again, a thousand at the most."""
    done = await session.run_sync(retry_messages, stamp.at, staff_id=stamp.staff_id or 0, channel=channel)
    return QueuedAgain(messages=done)


@router.post(
    "/channels/{channel}/test", status_code=202, responses=refusals(400, 401, 403, 404, 409, 413, 422, 429)
)
async def test(
    channel: Name,
    sent: TestTarget,
    session: SessionDep,
    resources: ResourcesDep,
    book: BookDep,
    stamp: EditStampDep,
) -> QueuedAgain:
    """Send oneself a test message; it goes the way of every other."""
    senders = make_senders(resources.settings)
    able = {name: each for name, each in CHANNELS.items() if name in senders}
    done = await session.run_sync(
        send_test_message, able, book.reference, stamp.staff_id or 0, channel, stamp.at, phone=sent.phone
    )
    return QueuedAgain(messages=done)


def _failing(row: FailingMessage) -> FailingOut:
    return FailingOut(
        id=row.id,
        channel=row.channel,
        recipient=row.shown,
        notice=row.notice,
        report=row.code,
        state=row.state,
        attempts=row.attempts,
        created_at=row.created_at,
        next_at=row.next_at,
        error=row.error,
        retriable=row.retriable,
    )
