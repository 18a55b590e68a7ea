"""Staff who come by an OpenID provider: their account made, brought up to date, or closed by what it says."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.kernel import audit
from service.domain.kernel.sql import one_at_a_time
from service.domain.people import staff
from service.domain.people.grants import Grant
from service.domain.people.sessions import end_sessions
from service.domain.people.staff import NewAccount
from service.models import ApiKey, Role, Staff, StaffIdentity

DISABLED = "disabled"
"""Beside the reasons of `grants`: the account was closed here."""


@dataclass(frozen=True, slots=True)
class ProviderIdentity:
    """Identity by the provider's word. `email` is none where the provider says that it is not verified."""

    issuer: str
    subject: str
    username: str
    name: str
    email: str | None
    email_verified: bool
    language: str


@dataclass(frozen=True, slots=True)
class SignInRefusal:
    """Nobody was let in, and why; `username` where there is an account."""

    reason: str
    username: str = ""


def sign_in_by_provider(
    session: Session,
    reference: Reference,
    who: ProviderIdentity,
    grant: Grant | str,
    *,
    at: datetime,
    link_by_email: bool,
) -> Staff | SignInRefusal:
    """Return the account of who came, with the role and department they are granted now.

    A refusal is returned, not raised: what it changes (the account is closed, its sessions end) is kept.
    """
    one_at_a_time(session, f"{who.issuer} {who.subject}")  # two sign-ins of a new person: one account
    identity = session.get(StaffIdentity, (who.issuer, who.subject), with_for_update=True)
    found = _owner(session, identity) if identity else _by_email(session, who, link_by_email)
    if isinstance(found, SignInRefusal):
        return found
    if isinstance(grant, str):
        if found and identity:
            _withhold(session, found, identity, grant, at)
        return SignInRefusal(grant, found.username if found and identity else "")
    if found is None:
        found = _make(session, reference, who, grant, at)
    elif not found.active:
        if identity is None or identity.withheld_at is None:
            return SignInRefusal(DISABLED, found.username)
        _open_again(session, found, identity, at)
    if identity is None:
        identity = _link(session, found, who, at)
    identity.seen_at = at
    _bring_up_to_date(session, reference, found, who, grant, at)
    return found


def keep_id_token(session: Session, issuer: str, subject: str, sealed: str) -> None:
    """Keep the provider's last ID token, sealed, for signing out there."""
    session.get_one(StaffIdentity, (issuer, subject)).id_token = sealed


def id_token_of(session: Session, issuer: str, staff_id: int) -> str | None:
    """Return the sealed last ID token of the account at that provider."""
    query = select(StaffIdentity.id_token).where(
        StaffIdentity.issuer == issuer, StaffIdentity.staff_id == staff_id
    )
    return session.scalar(query.order_by(StaffIdentity.seen_at.desc().nulls_last()).limit(1))


def identities_of(session: Session, staff_id: int) -> list[StaffIdentity]:
    """Return where else the account signs in."""
    query = select(StaffIdentity).where(StaffIdentity.staff_id == staff_id)
    return list(session.scalars(query.order_by(StaffIdentity.created_at)))


def _owner(session: Session, identity: StaffIdentity) -> Staff:
    return session.get_one(Staff, identity.staff_id, with_for_update=True)


def _by_email(session: Session, who: ProviderIdentity, link: bool) -> Staff | SignInRefusal | None:
    """Return the one account with the verified address, if addresses may link; a closed one keeps its
    owner out.
    """
    if not who.email or not who.email_verified:
        return None
    query = select(Staff).where(func.lower(Staff.email) == who.email.lower(), Staff.demo.is_(False))
    query = query.where(Staff.id.not_in(select(ApiKey.staff_id))).with_for_update()
    found = list(session.scalars(query))
    active = [each for each in found if each.active]
    if found and not active:
        return SignInRefusal(DISABLED, found[0].username)
    strangers = [each for each in active if not _is_known_at(session, who.issuer, each)]
    return strangers[0] if link and len(strangers) == 1 else None


def _is_known_at(session: Session, issuer: str, account: Staff) -> bool:
    return any(each.issuer == issuer for each in identities_of(session, account.id))


def _make(session: Session, reference: Reference, who: ProviderIdentity, grant: Grant, at: datetime) -> Staff:
    username = _free_username(session, who)
    new = NewAccount(
        username,
        who.name,
        grant.role,
        grant.department,
        who.email,
        who.language,
        area_group=grant.area_group,
    )
    return staff.add_account(session, reference, new, None, at=at)


def _free_username(session: Session, who: ProviderIdentity) -> str:
    """Return the provider's name for the person where it can be one of ours and is free, else one made of
    it.
    """
    digest = hashlib.sha256(f"{who.issuer} {who.subject}".encode()).hexdigest()[:10]
    username = staff.tidy_username(who.username)
    if not staff.is_username(username):
        return f"oidc-{digest}"
    return username if staff.find_account(session, username) is None else f"{username[:88]}-{digest}"


def _link(session: Session, account: Staff, who: ProviderIdentity, at: datetime) -> StaffIdentity:
    identity = StaffIdentity(
        issuer=who.issuer, subject=who.subject, staff_id=account.id, created_at=at, seen_at=at
    )
    session.add(identity)
    session.flush()
    facts = {"issuer": who.issuer, "subject": who.subject}
    audit.write_entry(session, "staff.linked", account.username, at=at, staff_id=account.id, after=facts)
    return identity


def _bring_up_to_date(
    session: Session, reference: Reference, account: Staff, who: ProviderIdentity, grant: Grant, at: datetime
) -> None:
    """Role, department and wards are what is granted now; others end what was opened with those before."""
    new = NewAccount(account.username, who.name, grant.role, grant.department, area_group=grant.area_group)
    department_id = staff.check_account(reference, new)
    before = _facts(account)
    moved = (account.role, account.department_id) != (grant.role, department_id)
    group = grant.area_group if moved or grant.decides_wards else account.area_group
    moved = moved or group != account.area_group
    account.name, account.email = who.name, who.email or account.email
    account.role, account.department_id, account.area_group = Role(grant.role), department_id, group
    session.flush()
    after = _facts(account)
    changed = [key for key in after if before[key] != after[key]]
    if not changed:
        return
    ended = {"sessions_ended": end_sessions(session, account.id)} if moved else {}
    audit.write_entry(
        session,
        "staff.changed",
        account.username,
        at=at,
        before={key: before[key] for key in changed},
        after={key: after[key] for key in changed} | {"by": who.issuer} | ended,
    )


def _withhold(session: Session, account: Staff, identity: StaffIdentity, reason: str, at: datetime) -> None:
    """Close the account of a person whom the provider grants nothing any more, until it grants something
    again.
    """
    if not account.active:
        return
    account.active = False
    identity.withheld_at = at
    facts = {"active": False, "by": identity.issuer, "reason": reason}
    facts["sessions_ended"] = end_sessions(session, account.id)
    audit.write_entry(
        session, "staff.disabled", account.username, at=at, before={"active": True}, after=facts
    )


def _open_again(session: Session, account: Staff, identity: StaffIdentity, at: datetime) -> None:
    account.active = True
    session.execute(
        update(StaffIdentity).where(StaffIdentity.staff_id == account.id).values(withheld_at=None)
    )
    facts = {"active": True, "by": identity.issuer}
    audit.write_entry(
        session, "staff.enabled", account.username, at=at, before={"active": False}, after=facts
    )


def _facts(account: Staff) -> dict[str, object]:
    return {
        "name": account.name,
        "email": account.email,
        "role": account.role,
        "department_id": account.department_id,
        "area_group": account.area_group,
    }
