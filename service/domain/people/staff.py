"""Staff accounts: adding, finding, disabling, new passwords. Sessions are `sessions.py`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.kernel import audit
from service.domain.kernel.addresses import tidy_mailbox
from service.domain.kernel.texts import tidy
from service.domain.people.sessions import end_sessions
from service.domain.reports.events import Actor
from service.errors import Conflict, FieldError, Invalid, NotFound, invalid
from service.i18n import N_
from service.models import BOUND_ROLES, WARD_ROLES, Role, Staff, StaffIdentity
from service.models.reports.event import ActorKind

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._@-]{1,99}")


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to be made. `department` is a code; without one the role is for the whole city, or for the
    wards of `area_group` (a code) where an inspector or a manager has one.
    """

    username: str
    name: str
    role: str
    department: str | None = None
    email: str | None = None
    language: str = "vi"
    demo: bool = False
    area_group: str | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """View of an account for the rest of the service."""

    id: int
    username: str
    name: str
    role: str
    department_id: int | None
    language: str
    demo: bool
    area_group: str | None = None


def tidy_username(text: str) -> str:
    """Return how a name of an account is stored and looked up: composed letters, lower case, no spaces
    around.
    """
    return tidy(unicodedata.normalize("NFKC", text)).casefold()


def is_username(text: str) -> bool:
    """Return whether a tidy name can be that of an account."""
    return _USERNAME.fullmatch(text) is not None


def _email(typed: str | None) -> str | None:
    """Return the address in its one spelling. Raises Invalid for what is none."""
    email = tidy_mailbox(typed) if typed else None
    if typed and email is None:
        raise invalid(["email"], N_("Địa chỉ email chưa đúng, ví dụ đúng: ten@vidu.vn."))
    return email


def add_account(
    session: Session,
    reference: Reference,
    new: NewAccount,
    password_hash: str | None,
    *,
    at: datetime,
    by: int | None = None,
) -> Staff:
    """Make the account. Raises Conflict for a name that is taken, Invalid for what else is wrong."""
    username = tidy_username(new.username)
    department_id = _check(reference, new, username)
    if find_account(session, username):
        raise Conflict(N_("Tên đăng nhập “{username}” đã có người dùng."), username=username)
    account = Staff(
        username=username,
        name=tidy(new.name),
        email=_email(new.email),
        role=new.role,
        department_id=department_id,
        area_group=new.area_group,
        password_hash=password_hash,
        language=new.language,
        demo=new.demo,
        created_at=at,
    )
    session.add(account)
    session.flush()
    audit.write_entry(session, "staff.added", username, at=at, staff_id=by, after=_facts(account))
    return account


def find_account(session: Session, username: str) -> Staff | None:
    """Return the account of that name, active or not."""
    return session.scalar(select(Staff).where(Staff.username == tidy_username(username)))


def is_account_unchanged(session: Session, account: Staff) -> bool:
    """Return whether an account that was read a moment ago is still active and has the same password."""
    same = Staff.password_hash.is_not_distinct_from(account.password_hash)
    return session.scalar(select(Staff.id).where(Staff.id == account.id, Staff.active, same)) is not None


def rehash(session: Session, staff_id: int, old: str | None, new: str) -> None:
    """Store a stronger hash of the same password, unless the password was changed meanwhile."""
    mine = Staff.id == staff_id, Staff.password_hash == old
    session.execute(update(Staff).where(*mine).values(password_hash=new))


def get_account(session: Session, username: str) -> Staff:
    """Return the account of that name, active or not. Raises NotFound."""
    account = find_account(session, username)
    if account is None:
        raise NotFound(N_("Không có tài khoản “{username}”."), username=username)
    return account


def all_accounts(session: Session) -> list[Staff]:
    """Return all accounts by name."""
    return list(session.scalars(select(Staff).order_by(Staff.username)))


def disable_account(session: Session, username: str, *, at: datetime, by: int | None = None) -> Staff:
    """Close the account and end its sessions; what the person did stays theirs. Raises NotFound."""
    account = get_account(session, username)
    before = _facts(account)
    account.active = False
    decided_by_hand(session, account.id)
    ended = end_sessions(session, account.id)
    after = _facts(account) | {"sessions_ended": ended}
    audit.write_entry(
        session, "staff.disabled", account.username, at=at, staff_id=by, before=before, after=after
    )
    return account


def decided_by_hand(session: Session, staff_id: int) -> None:
    """Note that a person decided whether the account is open: no provider opens it again."""
    session.execute(update(StaffIdentity).where(StaffIdentity.staff_id == staff_id).values(withheld_at=None))


def set_password(
    session: Session, username: str, password_hash: str, *, at: datetime, by: int | None = None
) -> Staff:
    """Give the account a new password and end its sessions. Raises NotFound."""
    account = get_account(session, username)
    account.password_hash = password_hash
    ended = end_sessions(session, account.id)
    audit.write_entry(
        session, "staff.password", account.username, at=at, staff_id=by, after={"sessions_ended": ended}
    )
    return account


def check_account(reference: Reference, new: NewAccount) -> int | None:
    """Return the id of the account's department, none for the whole city. Raises Invalid for mistakes."""
    return _check(reference, new, tidy_username(new.username))


def actor_for(account: Staff, reference: Reference) -> Actor:
    """Return who the person is to the life cycle: their role, over their department and all below it."""
    own = account.department_id
    return Actor(
        ActorKind.STAFF,
        staff_id=account.id,
        role=account.role,
        department_id=own,
        departments=reference.departments_below(own) if own is not None else frozenset(),
        name=account.name,
        wards=wards_of_account(account, reference),
    )


def wards_of_account(account: Staff, reference: Reference) -> frozenset[int] | None:
    """Return the wards that bind the account; none at all where the city has its group no more."""
    if account.area_group is None:
        return None
    known = reference.area_group(account.area_group) is not None
    return reference.ward_ids(account.area_group) if known else frozenset()


def account_of_row(account: Staff) -> Account:
    """Return the account without what only signing in needs."""
    return Account(
        account.id,
        account.username,
        account.name,
        account.role,
        account.department_id,
        account.language,
        account.demo,
        account.area_group,
    )


def _check(reference: Reference, new: NewAccount, username: str) -> int | None:
    if errors := list(_wrong(reference, new, username)):
        raise Invalid(N_("Vui lòng sửa các mục được nêu."), errors=errors)
    return reference.department_by_code[new.department].id if new.department is not None else None


def _wrong(reference: Reference, new: NewAccount, username: str) -> Iterator[FieldError]:
    if not is_username(username):
        yield FieldError(("username",), N_("Tên đăng nhập gồm 2–100 chữ không dấu, chữ số và . _ @ -"))
    if not tidy(new.name):
        yield FieldError(("name",), N_("Cần ghi họ tên."))
    if new.role not in tuple(Role):
        yield FieldError(("role",), N_("Không có vai trò “{role}”."), {"role": new.role})
    if new.department is None and new.role in BOUND_ROLES:
        yield FieldError(("department",), N_("Vai trò này cần một đơn vị."))
    elif new.department is not None:
        found = reference.department_by_code.get(new.department)
        if found is None or not found.active:
            yield FieldError(("department",), N_("Không có đơn vị “{code}”."), {"code": new.department})
    if new.area_group is not None and (new.role not in WARD_ROLES or new.department is not None):
        message = N_(
            "Nhóm phường, xã chỉ dành cho thanh tra và lãnh đạo, và thay cho đơn vị. Hãy bỏ một trong hai."
        )
        yield FieldError(("area_group",), message)
    elif new.area_group is not None and reference.area_group(new.area_group) is None:
        yield FieldError(("area_group",), N_("Không có nhóm phường, xã “{code}”."), {"code": new.area_group})


def _facts(account: Staff) -> dict[str, object]:
    return {
        "name": account.name,
        "role": account.role,
        "department_id": account.department_id,
        "area_group": account.area_group,
        "active": account.active,
        "demo": account.demo,
    }
