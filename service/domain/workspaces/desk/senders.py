"""The sender of a report to the desk: a name that says nothing of them, and what else they sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from service.domain.kernel.codes import ALPHABET
from service.domain.kernel.sql import AnyRow
from service.domain.kernel.tokens import keyed_digest
from service.domain.queries.views import COLUMNS
from service.models import Contact, Report

LETTERS = 4
MOST = 6


@dataclass(frozen=True, slots=True)
class SenderHistory:
    """`mark` is the same for everything the same address sent; `rows` are the newest others, of `total`."""

    mark: str
    total: int
    rows: Sequence[AnyRow]


def find_sender(session: Session, report_id: UUID, key: bytes) -> SenderHistory | None:
    """Return whoever sent the report, or None for an anonymous one or once their address is erased."""
    contact = session.get(Contact, report_id)
    if contact is None or contact.erased_at is not None:
        return None
    address = contact.phone or contact.email
    if address is None:
        return None
    same = []
    if contact.phone:
        same.append(Contact.phone == contact.phone)
    if contact.email:
        same.append(Contact.email == contact.email)
    others = select(Contact.report_id).where(or_(*same), Contact.report_id != report_id)
    total = session.scalar(select(func.count()).select_from(others.subquery())) or 0
    newest = select(*COLUMNS).where(Report.id.in_(others)).order_by(Report.created_at.desc()).limit(MOST)
    return SenderHistory(pseudonym(key, address), total, session.execute(newest).all())


def pseudonym(key: bytes, address: str) -> str:
    """Return four letters for an address, such as `7F3K`: keyed, so that nobody can try addresses."""
    number = int.from_bytes(keyed_digest(key, "sender", address, 8))
    letters = []
    for _ in range(LETTERS):
        number, rest = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[rest])
    return "".join(letters)
