"""After the soak: every message kept once, answered or on the desk, nothing told or reported twice."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Engine, func, or_, select
from sqlalchemy.orm import Session

from service.db import unit_of_work
from service.domain.talks.vault import Vault
from service.models import Conversation, ConversationReport, InboxEntry, Message, Report, TalkMessage
from service.models.talks.talk import InboxState
from tests.faults.talks.people import WORDS, Doubles, Person

STALLED_S = 240.0
"""What is left is given up when none of it was finished for so long."""

ON_DESK = ("waiting_person", "person")
CHATS = ("zalo", "facebook")
MUST_BE_ZERO = (
    "not_kept",
    "kept_twice",
    "unanswered",
    "told_twice",
    "reported_twice",
    "reports_of_nobody",
    "out_of_order",
    "heard_out_of_order",
    "refused",
    "died",
)


@dataclass(frozen=True)
class Line:
    """One message of a conversation."""

    outgoing: bool
    kind: str
    state: str
    text: str
    external_id: str | None


async def settle(engine: Engine) -> float:
    """Wait until nothing is under way, or nothing becomes less any more; how long it took, in seconds."""
    began = moved = time.monotonic()
    fewest: int | None = None
    while time.monotonic() - moved < STALLED_S:
        left = await asyncio.to_thread(_left, engine)
        if not left:
            break
        if fewest is None or left < fewest:
            fewest, moved = left, time.monotonic()
        await asyncio.sleep(1)
    return time.monotonic() - began


def _left(engine: Engine) -> int:
    under_way = ("waiting", "claimed")
    asked = (
        select(func.count()).where(InboxEntry.state == InboxState.NEW),
        select(func.count()).where(Conversation.answer_at.is_not(None)),
        select(func.count()).where(TalkMessage.state.in_(under_way)),
        select(func.count()).where(Message.state.in_(under_way), Message.channel.in_(CHATS)),
        select(func.count()).where(Report.status == "received"),
    )
    with unit_of_work(engine) as session:
        return sum(session.scalar(each) or 0 for each in asked)


def judge(engine: Engine, vault: Vault, people: Sequence[Person], doubles: Doubles) -> dict[str, float]:
    """The promises as figures, and what shows how the run went."""
    found: Counter[str] = Counter(dict.fromkeys(MUST_BE_ZERO, 0))
    with unit_of_work(engine) as session:
        done = set(session.scalars(select(InboxEntry.external_id).where(InboxEntry.state == InboxState.DONE)))
        reports = Counter(session.scalars(select(ConversationReport.conversation_id)))
        found["reports"] = sum(reports.values())
        of_chats = select(func.count()).select_from(Report).where(Report.channel.in_(CHATS))
        found["reports_of_nobody"] = (session.scalar(of_chats) or 0) - len(
            set(session.scalars(select(ConversationReport.report_id)))
        )
        talks = dict(_talks(session, vault))
        codes = _codes(session)
        for person in people:
            found["not_kept"] += len(set(person.sent) - done)
            talk = talks.get((person.channel, person.id))
            if talk is None:
                found["unanswered"] += bool(person.sent)
                continue
            heard = doubles.heard(person.channel, person.id)
            lines = _lines(session, vault, talk.id)
            found.update(_of_one(talk, lines, heard, person))
            found["reported_twice"] += reports[talk.id] > 1
            found["code_told"] += any(code in text for code in codes.get(talk.id, ()) for text in heard)
    return dict(found)


def _of_one(talk: Conversation, lines: Sequence[Line], heard: Sequence[str], person: Person) -> Counter[str]:
    """What was kept and broken with one person."""
    found: Counter[str] = Counter()
    came = Counter(line.external_id for line in lines if not line.outgoing)
    found["not_kept"] += len(set(person.sent) - came.keys())
    found["kept_twice"] += sum(times > 1 for times in came.values())
    found["told_twice"] += sum(times > 1 for times in Counter(heard).values())
    desk = talk.state in ON_DESK
    found["on_desk"] += desk
    last = max((n for n, line in enumerate(lines) if not line.outgoing), default=-1)
    answered = any(
        line.outgoing and line.state == "sent" and line.kind == "text" for line in lines[last + 1 :]
    )
    found["unanswered"] += not (answered or desk)
    sent = [line.text for line in lines if line.outgoing and line.state == "sent"]
    found["out_of_order"] += [text for text in heard if text in sent] != sent
    found["cut_off"] += sum(line.state == "unknown" for line in lines)
    told = [line.text for line in lines if not line.outgoing]
    found["heard_out_of_order"] += told != list(WORDS[: len(told)])
    return found


def _talks(session: Session, vault: Vault) -> Iterator[tuple[tuple[str, str], Conversation]]:
    for talk in session.scalars(select(Conversation).where(Conversation.channel.in_(CHATS))):
        yield (talk.channel, vault.open(talk.person)), talk


def _codes(session: Session) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = {}
    rows = select(ConversationReport.conversation_id, Report.code).join(
        Report, Report.id == ConversationReport.report_id
    )
    for talk_id, code in session.execute(rows):
        found.setdefault(talk_id, []).append(code)
    return found


def _lines(session: Session, vault: Vault, talk_id: UUID) -> list[Line]:
    kept = or_(~TalkMessage.outgoing, TalkMessage.state.in_(("sent", "unknown", "given_up")))
    rows = select(TalkMessage).where(TalkMessage.conversation_id == talk_id, kept).order_by(TalkMessage.id)
    return [
        Line(
            each.outgoing,
            each.kind,
            each.state,
            "" if "maps.google" in (text := vault.open(each.text)) else text,
            each.external_id,
        )
        for each in session.scalars(rows)
    ]
