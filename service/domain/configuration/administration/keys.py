"""Keys of programmes: an account with a role, a long bearer token shown once, ended at any time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from service.domain.city.config import Text
from service.domain.city.reference import Reference
from service.domain.configuration.administration.changes import EditStamp
from service.domain.configuration.cityfile.schema.base import CityFileModel
from service.domain.kernel.audit import write_entry
from service.domain.people import staff
from service.domain.people.sessions import NewSession, end_sessions, open_session
from service.domain.people.staff import NewAccount
from service.errors import Conflict, NotFound
from service.i18n import N_
from service.models import ApiKey, Staff, StaffSession

MOST_A_MINUTE = 6000


class KeyRequest(CityFileModel):
    """A key to be made. `scope` `read` lets it only read what its role may, `contacts` also
    who reported; `days` is how long it is good; `per_minute` how often it may call, and thirty times as
    often in an hour.
    """

    name: Text
    role: Annotated[str, Field(max_length=30)]
    department: Annotated[str, Field(max_length=60)] | None = None
    scope: Literal["read", "contacts", "write"] = "read"
    days: Annotated[int, Field(ge=1, le=3650)] = 365
    per_minute: Annotated[int, Field(ge=1, le=MOST_A_MINUTE)] = 120


@dataclass(frozen=True, slots=True)
class ApiKeyView:
    """A key without its token. `active`: neither ended nor past its time."""

    id: int
    name: str
    scope: str
    per_minute: int
    role: str
    department_id: int | None
    created_at: datetime
    created_by: str
    used_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None
    active: bool


def all_api_keys(session: Session, now: datetime) -> list[ApiKeyView]:
    """Return all keys, the newest first; when each was last used, the last to five minutes."""
    author = aliased(Staff)
    query = (
        select(ApiKey, Staff, StaffSession, author.name)
        .join(author, author.id == ApiKey.created_by)
        .join(Staff, Staff.id == ApiKey.staff_id)
        .outerjoin(StaffSession, StaffSession.id == ApiKey.session_id)
        .order_by(ApiKey.id.desc())
    )
    return [_told(key, owner, row, name, now) for key, owner, row, name in session.execute(query)]


def make_key(
    session: Session, reference: Reference, stamp: EditStamp, change: KeyRequest
) -> tuple[ApiKey, NewSession]:
    """Make a key; its token is in the answer and nowhere else. Raises Invalid for role and department."""
    staff.check_account(reference, NewAccount("key", change.name, change.role, change.department or None))
    number = 1 + (session.scalar(select(ApiKey.id).order_by(ApiKey.id.desc()).limit(1)) or 0)
    new = NewAccount(_free_name(session, number), change.name, change.role, change.department or None)
    account = staff.add_account(session, reference, new, None, at=stamp.at, by=stamp.staff_id)
    opened = open_session(session, account, "bearer", at=stamp.at, label=change.name, strong=True)
    row = session.get_one(StaffSession, opened.id)
    row.expires_at = stamp.at + timedelta(days=change.days)
    key = ApiKey(
        name=change.name,
        scope=change.scope,
        per_minute=change.per_minute,
        staff_id=account.id,
        session_id=opened.id,
        created_at=stamp.at,
        created_by=stamp.staff_id,
    )
    session.add(key)
    session.flush()
    after = change.model_dump()
    write_entry(session, "key.added", f"{key.id}", at=stamp.at, staff_id=stamp.staff_id, after=after)
    return key, NewSession(opened.id, opened.token, row.expires_at)


def revoke_key(session: Session, stamp: EditStamp, key_id: int) -> ApiKey:
    """End a key at once. Raises NotFound, Conflict for one that was ended."""
    key = session.get(ApiKey, key_id, with_for_update=True)
    if key is None:
        raise NotFound(N_("Không có khóa này."))
    if key.revoked_at is not None:
        raise Conflict(N_("Khóa này đã bị thu hồi."))
    key.revoked_at = stamp.at
    session.get_one(Staff, key.staff_id).active = False
    end_sessions(session, key.staff_id)
    session.flush()
    session.refresh(key)
    write_entry(
        session, "key.revoked", f"{key.id}", at=stamp.at, staff_id=stamp.staff_id, before={"name": key.name}
    )
    return key


@dataclass(frozen=True, slots=True)
class KeyBounds:
    """Bounds of a key: how far it goes, and how often it may call."""

    key_id: int
    scope: str
    per_minute: int


def bounds_of_key(session: Session, session_id: int) -> KeyBounds | None:
    """Return the bounds of the key of a bearer session; None for a session that is no key's."""
    query = select(ApiKey.id, ApiKey.scope, ApiKey.per_minute).where(ApiKey.session_id == session_id)
    row = session.execute(query).one_or_none()
    return KeyBounds(*row) if row is not None else None


def _free_name(session: Session, number: int) -> str:
    while staff.find_account(session, f"key.{number}"):
        number += 1
    return f"key.{number}"


def _told(key: ApiKey, owner: Staff, row: StaffSession | None, author: str, now: datetime) -> ApiKeyView:
    used = row is not None and row.seen_at > row.created_at
    return ApiKeyView(
        id=key.id,
        name=key.name,
        scope=key.scope,
        per_minute=key.per_minute,
        role=owner.role,
        department_id=owner.department_id,
        created_at=key.created_at,
        created_by=author,
        used_at=row.seen_at if row is not None and used else None,
        expires_at=row.expires_at if row else None,
        revoked_at=key.revoked_at,
        active=key.revoked_at is None and row is not None and row.expires_at > now,
    )
