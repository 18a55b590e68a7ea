"""Staff accounts and their sessions, and the audit of what was changed in configuration."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, LargeBinary, SmallInteger, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.models.people.roles import BOUND_ROLES, WARD_ROLES, Role
from service.models.shared.base import Base, BigKey, EnumText, Json, SmallKey, listed, one_of


class Staff(Base):
    """A person who works with cases. `department_id` scopes the role; empty means the whole city, or the
    wards of a group (`area_group`, its code) for an inspector or a manager.

    `phone` (E.164) is where an emergency is told by SMS; `morning_mail`: working days begin with an e-mail
    that says how the work stands; `must_change_password`: the password is somebody else's choice, and opens
    only the page that changes it. `totp_secret` is sealed; `totp_step` is the last
    step of it that was used, so that no code is good twice.
    """

    __tablename__ = "staff"
    __table_args__ = (
        CheckConstraint(one_of("role", Role), name="role"),
        CheckConstraint(f"role not in ({listed(BOUND_ROLES)}) or department_id is not null", name="scope"),
        CheckConstraint(
            f"area_group is null or (role in ({listed(WARD_ROLES)}) and department_id is null)",
            name="area_group",
        ),
    )

    id: Mapped[SmallKey]
    username: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    role: Mapped[Role] = mapped_column(EnumText(Role))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    area_group: Mapped[str | None]
    password_hash: Mapped[str | None]
    must_change_password: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    language: Mapped[str] = mapped_column(default="vi", server_default="vi")
    demo: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    morning_mail: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    totp_secret: Mapped[str | None]
    totp_since: Mapped[datetime | None]
    totp_step: Mapped[int | None] = mapped_column(BigInteger)


class CodeTries(Base):
    """Wrong codes shown for an account, from browsers it knows and from all others.

    `failures` in a row, the last one `failed_at`; `in_a_day` since `since`.
    """

    __tablename__ = "code_tries"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    known: Mapped[bool] = mapped_column(primary_key=True)
    failures: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    failed_at: Mapped[datetime | None]
    in_a_day: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    since: Mapped[datetime | None]


class RecoveryCode(Base):
    """A code that stands in for the second factor, once; only its keyed hash is kept."""

    __tablename__ = "recovery_code"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    used_at: Mapped[datetime | None]


class StaffIdentity(Base):
    """Identity of an account at an OpenID provider: by issuer and subject, never by e-mail.

    `id_token` is the last one, sealed, for signing out there too. `withheld_at` is set while the account is
    closed because the provider grants nothing any more; an account closed by a person has none.
    """

    __tablename__ = "staff_identity"

    issuer: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    id_token: Mapped[str | None]
    withheld_at: Mapped[datetime | None]


class StaffSession(Base):
    """A signed-in browser (`cookie`) or programme (`bearer`); only the token's hash is kept.

    `issuer` is the OpenID provider that the person came by, none for a password. `strong`: a second factor
    was shown, here or there; a role that must have one is not served by a session without.
    """

    __tablename__ = "staff_session"
    __table_args__ = (CheckConstraint("kind in ('cookie', 'bearer')", name="kind"),)

    id: Mapped[BigKey]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    label: Mapped[str] = mapped_column(default="", server_default="")
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    address: Mapped[str] = mapped_column(default="", server_default="")
    issuer: Mapped[str | None]
    strong: Mapped[bool] = mapped_column(default=False, server_default=text("false"))


class AuditEntry(Base):
    """A change of configuration or accounts, with what was there before and after."""

    __tablename__ = "audit_entry"

    id: Mapped[BigKey]
    at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    action: Mapped[str]
    subject: Mapped[str]
    before: Mapped[Json | None] = mapped_column(JSONB)
    after: Mapped[Json | None] = mapped_column(JSONB)
