"""Conversations by the API, as the desk has them: listed, read, taken over, answered, given back, closed."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from service.api.shared.answers import refusals
from service.domain.talks import desk
from service.domain.talks.desk import Show
from service.domain.talks.vault import Vault
from service.web.dependencies import NowDep, ResourcesDep, SessionDep
from service.web.viewer import StaffDep

router = APIRouter(prefix="/talks", tags=["casework"])

State = Literal["bot", "waiting_person", "person", "closed"]


class TalkSummary(BaseModel):
    """Conversation in a list. `begun`: something of a report is known that was not sent."""

    id: UUID
    channel: str
    name: str
    state: State
    urgent: bool
    begun: bool
    last_in_at: datetime
    words: str
    holder: str


class TalkList(BaseModel):
    """Conversations, those that wait for a person first."""

    items: list[TalkSummary]


class SaidLine(BaseModel):
    """Message of a conversation; `by` is the colleague who wrote it, empty for others."""

    id: int
    outgoing: bool
    at: datetime
    kind: str
    text: str
    lon: float | None
    lat: float | None
    state: str
    error: str
    by: str


class TalkDetail(BaseModel):
    """Conversation whole: what was said, and the reports that came of it."""

    talk: TalkSummary
    lines: list[SaidLine]
    codes: list[str]
    erased: bool


class TalkAnswer(BaseModel):
    """Words of a coordinator to the person."""

    text: str = Field(max_length=4000)


class TalkStep(BaseModel):
    """Step with a conversation: take it over, give it back to the machine, close it."""

    act: Literal["take", "machine", "close"]


@router.get("", responses=refusals(401, 403, 422))
async def list_talks(
    session: SessionDep, resources: ResourcesDep, staff: StaffDep, show: Show = "open"
) -> TalkList:
    """The newest 60 conversations, those that wait for a person first."""
    vault = Vault(resources.settings.secret)
    rows = await session.run_sync(desk.read_talks, vault, staff.actor, show)
    return TalkList(items=[TalkSummary.model_validate(row, from_attributes=True) for row in rows])


@router.get("/{talk_id}", responses=refusals(401, 403, 404, 422))
async def read_talk(
    talk_id: UUID, session: SessionDep, resources: ResourcesDep, staff: StaffDep, now: NowDep
) -> TalkDetail:
    """A conversation whole. That it was read is written down, once an hour and reader."""
    vault = Vault(resources.settings.secret)
    found = await session.run_sync(desk.open_talk, vault, staff.actor, talk_id, now)
    return TalkDetail(
        talk=TalkSummary.model_validate(found.row, from_attributes=True),
        lines=[SaidLine.model_validate(line, from_attributes=True) for line in found.lines],
        codes=list(found.codes),
        erased=found.erased,
    )


@router.post("/{talk_id}/messages", status_code=204, responses=refusals(400, 401, 403, 404, 409, 410, 422))
async def answer_talk_person(
    talk_id: UUID,
    sent: TalkAnswer,
    session: SessionDep,
    resources: ResourcesDep,
    staff: StaffDep,
    now: NowDep,
) -> None:
    """Send words to the person; whoever answers has the conversation, and the machine falls silent."""
    vault = Vault(resources.settings.secret)
    await session.run_sync(desk.answer_person, vault, staff.actor, talk_id, sent.text, now)


@router.post("/{talk_id}/steps", status_code=204, responses=refusals(400, 401, 403, 404, 409, 410, 422))
async def step_with_talk(
    talk_id: UUID, sent: TalkStep, session: SessionDep, staff: StaffDep, now: NowDep
) -> None:
    """Take a conversation over, give it back to the machine, or close it."""
    if sent.act == "take":
        await session.run_sync(desk.take_talk, staff.actor, talk_id, now)
    elif sent.act == "machine":
        await session.run_sync(desk.give_to_machine, staff.actor, talk_id, now)
    else:
        await session.run_sync(desk.close_talk, staff.actor, talk_id)
