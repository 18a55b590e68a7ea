"""Colleagues known in the groups: a code from their account, typed there once, says which sender they are."""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.kernel import audit
from service.domain.kernel.codes import ALPHABET
from service.domain.kernel.tokens import keyed_digest
from service.domain.talks.groups.incoming import GroupMessage
from service.domain.talks.groups.topics import KNOWN, queue_topic
from service.domain.talks.vault import Vault
from service.errors import Forbidden
from service.i18n import N_
from service.models import CompanyGroup, GroupMember, Staff

GOOD_FOR = timedelta(minutes=30)
LETTERS = 8
PREFIX = "NHOM-"
CHANNEL, ACCOUNT = "zalo-bot", "bot"
_CODE = re.compile(rf"\b{PREFIX}([{ALPHABET}]{{{LETTERS}}})\b")
_CHANGED = "staff.group"


def has_group(session: Session, reference: Reference, department_id: int | None) -> bool:
    """Return whether a group is told of the cases of a colleague's department, or of one above it."""
    return any(
        department_id in reference.departments_below(each)
        for each in session.scalars(
            select(CompanyGroup.department_id).where(CompanyGroup.department_id.is_not(None))
        )
        if each is not None
    )


def membership(session: Session, staff_id: int) -> GroupMember | None:
    """Return how a colleague stands with the groups; None where they never asked for a code."""
    return session.scalar(select(GroupMember).where(GroupMember.staff_id == staff_id))


def issue_link_code(
    session: Session, reference: Reference, vault: Vault, account: Staff, now: datetime
) -> str:
    """Issue a new code, good once; an older one is void. Raises Forbidden where there is no group."""
    if not has_group(session, reference, account.department_id):
        raise Forbidden(N_("Đơn vị của bạn chưa có nhóm Zalo nào."))
    code = PREFIX + "".join(secrets.choice(ALPHABET) for _ in range(LETTERS))
    values = {"code_hash": _digest(vault, code), "code_until": now + GOOD_FOR}
    row = insert(GroupMember).values(staff_id=account.id, **values)
    session.execute(row.on_conflict_do_update(index_elements=["staff_id"], set_=values))
    return code


def forget_member(session: Session, account: Staff, now: datetime) -> None:
    """Let a colleague's words in groups be those of somebody unknown again."""
    session.execute(delete(GroupMember).where(GroupMember.staff_id == account.id))
    after = {"known": False}
    audit.write_entry(session, _CHANGED, account.username, at=now, staff_id=account.id, after=after)


def bind_member(
    session: Session, reference: Reference, vault: Vault, message: GroupMessage, now: datetime
) -> bool:
    """Make the sender known whose message holds a good code of the group's company; whether it did."""
    found = _CODE.search(message.text.upper())
    if found is None or not message.person:
        return False
    group = session.scalar(select(CompanyGroup).where(CompanyGroup.chat == message.chat))
    query = select(GroupMember).where(
        GroupMember.code_hash == _digest(vault, found.group(0)), GroupMember.code_until > now
    )
    member = session.scalar(query.with_for_update())
    account = session.get(Staff, member.staff_id) if member else None
    if group is None or member is None or not _belongs(reference, group, account):
        return False
    person = vault.person_hash(CHANNEL, ACCOUNT, message.person)
    others = update(GroupMember).where(GroupMember.person_hash == person, GroupMember.id != member.id)
    session.execute(others.values(person_hash=None, bound_at=None))
    member.code_hash, member.code_until = None, None
    member.person_hash, member.bound_at = person, now
    queue_topic(session, group.id, f"{KNOWN}:{member.staff_id}:{int(now.timestamp())}", now)
    if account is not None:
        after = {"known": True}
        audit.write_entry(session, _CHANGED, account.username, at=now, staff_id=account.id, after=after)
    return True


def known_sender(session: Session, reference: Reference, vault: Vault, message: GroupMessage) -> Staff | None:
    """Return the colleague who wrote a message, None for somebody unknown, or of another company."""
    group = session.scalar(select(CompanyGroup).where(CompanyGroup.chat == message.chat))
    if group is None or not message.person:
        return None
    person = vault.person_hash(CHANNEL, ACCOUNT, message.person)
    account = session.scalar(
        select(Staff)
        .join(GroupMember, GroupMember.staff_id == Staff.id)
        .where(GroupMember.person_hash == person)
    )
    return account if _belongs(reference, group, account) else None


def _belongs(reference: Reference, group: CompanyGroup, account: Staff | None) -> bool:
    below = reference.departments_below(group.department_id or 0)
    return account is not None and account.active and account.department_id in below


def _digest(vault: Vault, code: str) -> bytes:
    return keyed_digest(vault.key, "group-code", code)
