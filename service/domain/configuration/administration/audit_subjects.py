"""Names of what entries of the audit are about, where people have another word than a number or code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from service.domain.configuration.administration.audit_log import AuditTrailEntry
from service.i18n import pick, translate
from service.i18n.wording import RECEPTION_WORDS
from service.models import (
    ApiKey,
    AreaUpload,
    Category,
    City,
    Commendation,
    Contribution,
    Conversation,
    DeadlinePolicy,
    Department,
    Initiative,
    Movement,
    OfficialDocument,
    Pledge,
    ReceptionChannel,
    ReplyTemplate,
    Staff,
    Webhook,
)

Named = Iterator[tuple[str, str]]
_DIGITS = 9
"""Longer numbers name nothing, and would not fit the column."""
LONGEST = 80

_BY_NUMBER: Mapping[str, tuple[InstrumentedAttribute[int], InstrumentedAttribute[str]]] = {
    "areas": (AreaUpload.id, AreaUpload.name),
    "key": (ApiKey.id, ApiKey.name),
    "webhook": (Webhook.id, Webhook.name),
    "standing": (Movement.id, Movement.title),
    "document": (OfficialDocument.id, OfficialDocument.about),
}
_BY_CODE: Mapping[str, type[Department | Category | ReplyTemplate | City]] = {
    "department": Department,
    "unit_office": Department,
    "partner": Department,
    "category": Category,
    "template": ReplyTemplate,
    "city": City,
}


def subject_names(session: Session, entries: Sequence[AuditTrailEntry]) -> dict[int, str]:
    """Return the names of subjects by entry, where they have any but their number or code."""
    wanted: dict[str, set[str]] = {}
    for entry in entries:
        wanted.setdefault(entry.action.partition(".")[0], set()).add(entry.subject)
    named: dict[tuple[str, str], str] = {}
    for kind, subjects in wanted.items():
        if (read := _READERS.get(kind)) is not None:
            named |= {(kind, subject): name for subject, name in read(session, kind, subjects)}
    found = {entry.id: named.get((entry.action.partition(".")[0], entry.subject)) for entry in entries}
    return {number: f"“{_short(name)}”" for number, name in found.items() if name}


def movement_titles(session: Session) -> Mapping[int, str]:
    """Return the titles of the movements of emulation, by number: entries tell only those."""
    rows = session.execute(select(Movement.id, Movement.title))
    return {row.id: row.title for row in rows}


def is_machine_name(subject: str) -> bool:
    """Return whether a subject is a number of the machine's that tells people nothing."""
    return bool(_uuids((subject,)))


def _by_code(session: Session, kind: str, subjects: Iterable[str]) -> Named:
    table = _BY_CODE[kind]
    for code, name in session.execute(select(table.code, table.name).where(table.code.in_(subjects))):
        yield code, pick(name)


def _policies(session: Session, _kind: str, subjects: Iterable[str]) -> Named:
    rows = select(DeadlinePolicy.code, DeadlinePolicy.name).order_by(DeadlinePolicy.version)
    for code, name in session.execute(rows.where(DeadlinePolicy.code.in_(subjects))):
        yield code, pick(name)


def _staff(session: Session, _kind: str, subjects: Iterable[str]) -> Named:
    people = select(Staff.username, Staff.name).where(Staff.username.in_(subjects))
    for username, name in session.execute(people):
        yield username, f"{name} ({username})"


def _by_number(session: Session, kind: str, subjects: Iterable[str]) -> Named:
    number, name = _BY_NUMBER[kind]
    numbers = [int(each) for each in subjects if each.isdecimal() and len(each) <= _DIGITS]
    for key, text in session.execute(select(number, name).where(number.in_(numbers))) if numbers else ():
        yield str(key), text


def _initiatives(session: Session, _kind: str, subjects: Iterable[str]) -> Named:
    rows = select(Initiative.id, Initiative.title).where(Initiative.id.in_(_uuids(subjects)))
    for key, title in session.execute(rows):
        yield str(key), title


def _pledges(session: Session, _kind: str, subjects: Iterable[str]) -> Named:
    for key, words in session.execute(select(Pledge.id, Pledge.words).where(Pledge.id.in_(_uuids(subjects)))):
        yield str(key), words


def _commendations(session: Session, _kind: str, subjects: Iterable[str]) -> Named:
    rows = select(Commendation.id, Commendation.words).where(Commendation.id.in_(_uuids(subjects)))
    for key, words in session.execute(rows):
        yield str(key), words


def _talks(session: Session, _kind: str, subjects: Iterable[str]) -> Named:
    """Yield the channel of each talk as its name: who writes there is sealed."""
    rows = select(Conversation.id, Conversation.channel).where(Conversation.id.in_(_uuids(subjects)))
    for key, channel in session.execute(rows):
        known = channel in set(ReceptionChannel)
        yield str(key), translate(RECEPTION_WORDS[ReceptionChannel(channel)]) if known else channel


def _contributions(session: Session, _kind: str, subjects: Iterable[str]) -> Named:
    """Name contributions by who gave, if that was said, else by what was given."""
    rows = select(Contribution.id, Contribution.giver, Contribution.words)
    for key, giver, words in session.execute(rows.where(Contribution.id.in_(_uuids(subjects)))):
        yield str(key), giver or words


_READERS: Mapping[str, Callable[[Session, str, Iterable[str]], Named]] = {
    **dict.fromkeys(_BY_CODE, _by_code),
    **dict.fromkeys(_BY_NUMBER, _by_number),
    "policy": _policies,
    "staff": _staff,
    "initiative": _initiatives,
    "pledge": _pledges,
    "commendation": _commendations,
    "contribution": _contributions,
    "talk": _talks,
}


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1].rstrip()}…"


def _uuids(subjects: Iterable[str]) -> list[UUID]:
    found = []
    for each in subjects:
        with suppress(ValueError):
            found.append(UUID(each))
    return found
