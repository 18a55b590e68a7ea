"""Words of a group: who quotes a case's message, or names its code, writes a note there. It moves nothing.

Who writes there proved to nobody who they are, unless a code made them known (`members.py`): colleagues
read the note and decide.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.domain.casework.case.words import say
from service.domain.city.reference import Reference
from service.domain.kernel import audit
from service.domain.kernel.codes import tidy_code
from service.domain.kernel.texts import tidy
from service.domain.people.staff import actor_for
from service.domain.reports.events import Actor
from service.domain.talks.groups.done import claim_done, tells_done
from service.domain.talks.groups.group_words import without_mentions
from service.errors import NotFound, invalid
from service.i18n import N_, pick, translate
from service.models import CompanyGroup, GroupPost, Report, Role, Staff
from service.models.reports.event import ActorKind

LONGEST = 1500
NOTE = N_("{company} (nhóm Zalo, {name}): {text}")
PHOTO = N_("(gửi ảnh)")
WORDLESS = N_("(gửi tin không có chữ)")


@dataclass(frozen=True, slots=True)
class GroupMessage:
    """Message in a group: who wrote it, what, and which message it quotes."""

    chat: str
    name: str
    text: str
    photo: str = ""
    quoted: str = ""
    person: str = ""


def case_of_group_message(session: Session, message: GroupMessage) -> tuple[UUID, int] | None:
    """Return the case that a message is about and the group's department, None for none.

    Only cases that this group was told of: nobody writes into others.
    """
    group = session.scalar(select(CompanyGroup).where(CompanyGroup.chat == message.chat))
    if group is None or group.department_id is None:
        return None
    reports, company = select(GroupPost.report_id).where(GroupPost.group_id == group.id), group.department_id
    if message.quoted:
        found = session.scalar(reports.where(GroupPost.external_id == message.quoted).limit(1))
        if found is not None:
            return found, company
    codes = [code for part in message.text.split()[:60] if (code := tidy_code(part))]
    if not codes:
        return None
    named = reports.join(Report, Report.id == GroupPost.report_id).where(Report.code.in_(codes[:3]))
    meant = session.scalar(named.limit(1))
    return (meant, company) if meant else None


def note_group(session: Session, chat: str, now: datetime) -> None:
    """Note that the bot was called in a group, so that an administrator may say whose it is."""
    row = insert(CompanyGroup).values(chat=chat, last_in_at=now)
    session.execute(row.on_conflict_do_update(index_elements=["chat"], set_={"last_in_at": now}))


def write_down(
    session: Session,
    reference: Reference,
    message: GroupMessage,
    report_id: UUID,
    now: datetime,
    *,
    known: Staff | None = None,
) -> None:
    """Add the words to the case as an internal note; nobody is called by it, no status moves.

    `known` is the colleague who wrote them; what they say is done is suggested at the case, too.
    """
    group = session.scalars(select(CompanyGroup).where(CompanyGroup.chat == message.chat)).one()
    company = reference.departments.get(group.department_id or 0)
    text = translate(
        NOTE,
        "vi",
        company=pick(company.name) if company else "",
        name=without_mentions(tidy(known.name if known else message.name))[:60],
        text=without_mentions(tidy(message.text))[:LONGEST]
        or translate(PHOTO if message.photo else WORDLESS, "vi"),
    )
    actor = actor_for(known, reference) if known else company_actor(reference, group.department_id or 0)
    say(session, session.get_one(Report, report_id), "note", text, public=False, actor=actor, at=now)
    if known is not None and tells_done(message.text):
        claim_done(session, group.id, report_id, known.id, now)


def company_actor(reference: Reference, department_id: int) -> Actor:
    """Return a company as its group's words are written down: of the department, and of no account."""
    department = reference.departments.get(department_id)
    name = pick(department.name) if department else ""
    return Actor(ActorKind.STAFF, None, Role.DEPARTMENT, department_id, frozenset({department_id}), name)


def link_group(
    session: Session, reference: Reference, group_id: int, code: str, staff_id: int | None, now: datetime
) -> None:
    """Say whose cases a group is told of; nobody's with an empty code. Raises Invalid, NotFound."""
    group = session.get(CompanyGroup, group_id, with_for_update=True)
    if group is None:
        raise NotFound(N_("Không có nhóm này."))
    department = reference.department_by_code.get(code) if code else None
    if code and department is None:
        raise invalid(["department"], N_("Không có đơn vị này."))
    group.department_id = department.id if department else None
    group.linked_at, group.problem = (now if department else None), ""
    audit.write_entry(session, "channel.changed", "zalo-bot", at=now, staff_id=staff_id)
