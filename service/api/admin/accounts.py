"""Accounts, keys of programmes and the audit, for programmes of administrators."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from service.api.admin.dependencies import BookDep, EditStampDep
from service.api.shared.answers import refusals
from service.domain.city.reference import Reference
from service.domain.configuration.administration import audit_log, keys, people
from service.domain.configuration.administration.audit_log import AuditFilters
from service.domain.configuration.administration.keys import KeyRequest
from service.domain.configuration.administration.people import NewPerson, PersonChange
from service.domain.people.passwords import check_password, generate
from service.domain.reports.drafts import StrictBody
from service.models import Staff
from service.signin.breached import refuse_breached
from service.signin.throttling import hashed
from service.web.dependencies import NowDep, ResourcesDep, SessionDep
from service.web.paths import RowId, Username

router = APIRouter(prefix="/admin", tags=["administration"])


class AccountOut(BaseModel):
    """A person's account; send `version` back to change it. `password` only when it was made just now."""

    username: str
    name: str
    role: str
    department: str | None
    area_group: str | None
    email: str | None
    language: str
    active: bool
    second_factor: bool
    version: str
    password: str | None = None


class AccountList(BaseModel):
    """Everybody, by name of account."""

    items: list[AccountOut]


class NewPassword(StrictBody):
    """A password to be set; without one it is made, and told once."""

    password: Annotated[str, Field(max_length=1000)] | None = None


class KeyOut(BaseModel):
    """A key of a programme. `token` only in the answer that makes it."""

    id: int
    name: str
    role: str
    scope: str
    per_minute: int
    department: str | None
    created_at: datetime
    used_at: datetime | None
    expires_at: datetime | None
    active: bool
    token: str | None = None


class KeyList(BaseModel):
    """All keys, the newest first."""

    items: list[KeyOut]


class AuditOut(BaseModel):
    """A change; `audit_differences` are `[key, before, after]`."""

    id: int
    at: datetime
    who: str | None
    action: str
    subject: str
    differences: list[tuple[str, object, object]]


class AuditList(BaseModel):
    """Changes, the newest first; `next` goes into `before`."""

    items: list[AuditOut]
    next: int | None


@router.get("/accounts", responses=refusals(401, 403))
async def every(session: SessionDep, book: BookDep, _stamp: EditStampDep) -> AccountList:
    """Everybody, those whose account is closed too."""
    rows = await session.run_sync(people.all_people)
    return AccountList(items=[_account(book.reference, row) for row in rows])


@router.post("/accounts", status_code=201, responses=refusals(400, 401, 403, 409, 413, 422))
async def add(
    sent: NewPerson, response: Response, session: SessionDep, book: BookDep, stamp: EditStampDep
) -> AccountOut:
    """A new account; its password is told this once."""
    response.headers["Cache-Control"] = "no-store"
    password = generate()
    digest = await hashed(password)
    row = await session.run_sync(people.open_account, book.reference, stamp, sent, digest)
    return _account(book.reference, row, password)


@router.put("/accounts/{username}", responses=refusals(400, 401, 403, 404, 409, 413, 422))
async def change(
    username: Username, sent: PersonChange, session: SessionDep, book: BookDep, stamp: EditStampDep
) -> AccountOut:
    """Change name, role, department or address."""
    row = await session.run_sync(people.change_account, book.reference, stamp, username, sent)
    return _account(book.reference, row)


@router.post("/accounts/{username}/disable", responses=refusals(401, 403, 404, 409, 422))
async def disable(
    username: Username,
    session: SessionDep,
    book: BookDep,
    stamp: EditStampDep,
    successor: Annotated[str | None, Query(max_length=100)] = None,
) -> AccountOut:
    """Close an account and end its sessions. An account that holds open cases needs a `successor`: the
    username of a colleague who takes them over, or the empty name, which leaves them to the department.
    """
    return _account(book.reference, await session.run_sync(people.close_account, stamp, username, successor))


@router.post("/accounts/{username}/enable", responses=refusals(401, 403, 404, 422))
async def enable(username: Username, session: SessionDep, book: BookDep, stamp: EditStampDep) -> AccountOut:
    """Open an account again."""
    return _account(
        book.reference, await session.run_sync(people.enable_account, book.reference, stamp, username)
    )


@router.post("/accounts/{username}/password", responses=refusals(400, 401, 403, 404, 413, 422))
async def password(
    username: Username,
    sent: NewPassword,
    response: Response,
    session: SessionDep,
    book: BookDep,
    stamp: EditStampDep,
    resources: ResourcesDep,
) -> AccountOut:
    """A new password; the person is signed out everywhere."""
    response.headers["Cache-Control"] = "no-store"
    if sent.password is not None:
        check_password(sent.password, username)
        refuse_breached(sent.password, resources.settings.breached_passwords)
    made = sent.password or generate()
    digest = await hashed(made)
    row = await session.run_sync(people.replace_password, stamp, username, digest)
    return _account(book.reference, row, None if sent.password else made)


@router.delete("/accounts/{username}/sessions", status_code=204, responses=refusals(401, 403, 404, 422))
async def sign_out(username: Username, session: SessionDep, stamp: EditStampDep) -> Response:
    """End all their sessions."""
    await session.run_sync(people.sign_out_everywhere, stamp, username)
    return Response(status_code=204)


@router.delete("/accounts/{username}/second-factor", responses=refusals(401, 403, 404, 409, 422))
async def remove_factor(
    username: Username, session: SessionDep, book: BookDep, stamp: EditStampDep
) -> AccountOut:
    """Take away a second factor that was lost; their sessions end."""
    return _account(book.reference, await session.run_sync(people.remove_factor, stamp, username))


@router.get("/keys", responses=refusals(401, 403))
async def every_key(session: SessionDep, book: BookDep, now: NowDep, _stamp: EditStampDep) -> KeyList:
    """All keys, those that were ended too."""
    found = await session.run_sync(keys.all_api_keys, now)
    return KeyList(items=[_key(book.reference, key) for key in found])


@router.post("/keys", status_code=201, responses=refusals(400, 401, 403, 413, 422))
async def add_key(
    sent: KeyRequest, response: Response, session: SessionDep, book: BookDep, stamp: EditStampDep
) -> KeyOut:
    """Make a key; its token is told this once."""
    response.headers["Cache-Control"] = "no-store"
    key, opened = await session.run_sync(keys.make_key, book.reference, stamp, sent)
    entry = next(each for each in await session.run_sync(keys.all_api_keys, stamp.at) if each.id == key.id)
    return _key(book.reference, entry, opened.token)


@router.delete("/keys/{key}", status_code=204, responses=refusals(401, 403, 404, 409, 422))
async def revoke(key: RowId, session: SessionDep, stamp: EditStampDep) -> Response:
    """End a key at once."""
    await session.run_sync(keys.revoke_key, stamp, key)
    return Response(status_code=204)


@router.get("/audit", responses=refusals(401, 403, 422))
async def audit(
    session: SessionDep,
    _stamp: EditStampDep,
    who: Annotated[str, Query(max_length=100)] = "",
    what: Annotated[str, Query(max_length=100)] = "",
    subject: Annotated[str, Query(max_length=100)] = "",
    since: datetime | None = None,
    until: datetime | None = None,
    before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
) -> AuditList:
    """Return who changed what, the newest first."""
    filters = AuditFilters(who, what, subject, _aware(since), _aware(until), before)
    entries = await session.run_sync(audit_log.read_audit, filters)
    items = [
        AuditOut(
            id=each.id,
            at=each.at,
            who=each.username,
            action=each.action,
            subject=each.subject,
            differences=[(one.key, one.before, one.after) for one in each.differences],
        )
        for each in entries
    ]
    return AuditList(items=items, next=items[-1].id if len(items) == audit_log.PAGE else None)


def _aware(at: datetime | None) -> datetime | None:
    return at.replace(tzinfo=UTC) if at is not None and at.tzinfo is None else at


def _account(reference: Reference, row: Staff, password: str | None = None) -> AccountOut:
    facts = people.account_facts(reference, row)
    version = people.account_version(reference, row)
    return AccountOut(
        username=row.username,
        second_factor=row.totp_since is not None,
        version=version,
        password=password,
        **facts,
    )


def _key(reference: Reference, key: keys.ApiKeyView, token: str | None = None) -> KeyOut:
    department = reference.departments.get(key.department_id or 0)
    return KeyOut(
        id=key.id,
        name=key.name,
        role=key.role,
        scope=key.scope,
        per_minute=key.per_minute,
        department=department.code if department else None,
        created_at=key.created_at,
        used_at=key.used_at,
        expires_at=key.expires_at,
        active=key.active,
        token=token,
    )
