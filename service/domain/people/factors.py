"""The second factor of staff: time-based codes, and recovery codes that are good once each.

The secret is kept sealed with the installation's key; recovery codes are kept as hashes.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

import pyotp
from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.kernel import audit, sealing
from service.domain.kernel.codes import ALPHABET
from service.domain.kernel.sql import changed_rows
from service.domain.kernel.tokens import all_keys, is_same, sign
from service.errors import Conflict, invalid
from service.i18n import N_
from service.models import CodeTries, RecoveryCode, Staff, StaffSession

STEP_S = 30
DRIFT = 1
"""How many steps a telephone's clock may be off, before or after."""
HOW_MANY_CODES, CODE_LETTERS = 10, 10


@dataclass(frozen=True, slots=True)
class FactorState:
    """State of an account's second factor: since when it is set up, and how many recovery codes are left."""

    since: datetime | None
    codes_left: int

    @property
    def on(self) -> bool:
        """Return whether signing in asks for a code."""
        return self.since is not None


def new_secret() -> str:
    """Return a secret of 160 bits, as authenticators take it."""
    return pyotp.random_base32(32)


def otpauth_uri(secret: str, username: str, issuer: str) -> str:
    """Return what the QR code says."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=issuer)


def must_have(reference: Reference, account: Staff) -> bool:
    """Return whether the city asks a second factor of the account's role; demo accounts are let off."""
    return account.role in reference.config.second_factor_roles and not account.demo


def state(session: Session, account: Staff) -> FactorState:
    """Return how the account stands."""
    query = select(func.count()).where(RecoveryCode.staff_id == account.id, RecoveryCode.used_at.is_(None))
    return FactorState(account.totp_since, session.scalar(query) or 0)


def enrol(session: Session, key: bytes, account: Staff, secret: str, code: str, now: datetime) -> list[str]:
    """Switch the second factor on, once the telephone has shown a good code; its recovery codes, told once.

    Raises Invalid for a wrong code, Conflict where there is one already.
    """
    if account.totp_since is not None:
        raise Conflict(N_("Tài khoản này đã có lớp bảo vệ thứ hai."))
    step = matching_step(secret, code, now)
    if step is None:
        raise invalid(["code"], N_("Mã chưa đúng. Hãy xem giờ trên điện thoại và nhập mã mới nhất."))
    account.totp_secret = seal_secret(key, secret)
    account.totp_since, account.totp_step = now, step
    audit.write_entry(session, "staff.factor_on", account.username, at=now, staff_id=account.id)
    return new_codes(session, key, account)


def renew_codes(session: Session, key: bytes, account: Staff, now: datetime) -> list[str]:
    """Make new recovery codes in place of the old; told once."""
    audit.write_entry(session, "staff.recovery_codes", account.username, at=now, staff_id=account.id)
    return new_codes(session, key, account)


def switch_off_factor(session: Session, account: Staff, now: datetime, *, by: int | None) -> None:
    """Switch it off; whoever must have one enrols anew when they sign in next."""
    had = account.totp_since is not None
    account.totp_secret = account.totp_since = account.totp_step = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == account.id))
    session.execute(delete(CodeTries).where(CodeTries.staff_id == account.id))
    session.execute(update(StaffSession).where(StaffSession.staff_id == account.id).values(strong=False))
    if had:
        audit.write_entry(session, "staff.factor_off", account.username, at=now, staff_id=by)


def use_code(session: Session, key: bytes, account: Staff, code: str, now: datetime) -> bool:
    """Return whether `code` is the code of now, never used before, or a recovery code that is left; it is
    spent.
    """
    tidy = "".join(each for each in code.upper() if each.isalnum())
    if tidy.isdigit() and len(tidy) == 6:
        return _use_step(session, key, account, tidy, now)
    used = session.execute(
        update(RecoveryCode)
        .where(RecoveryCode.staff_id == account.id, RecoveryCode.used_at.is_(None))
        .where(RecoveryCode.code_hash.in_([_hash(each, account.id, tidy) for each in all_keys(key)]))
        .values(used_at=now)
    )
    if changed_rows(used) == 0:
        return False
    codes_left = state(session, account).codes_left
    audit.write_entry(
        session,
        "staff.recovery_used",
        account.username,
        at=now,
        staff_id=account.id,
        after={"left": codes_left},
    )
    return True


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """Return the step whose code this is, within the drift; None for a wrong one."""
    digits = "".join(each for each in code if each.isdigit())
    here = int(now.timestamp()) // STEP_S
    clock = pyotp.TOTP(secret)
    for step in range(here - DRIFT, here + DRIFT + 1):
        if is_same(digits, clock.generate_otp(step)):
            return step
    return None


def new_codes(session: Session, key: bytes, account: Staff) -> list[str]:
    """Make recovery codes such as `7k3m9-2qfwx`, stored as hashes; those before are void."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == account.id))
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(CODE_LETTERS)) for _ in range(HOW_MANY_CODES)]
    session.add_all(
        RecoveryCode(staff_id=account.id, code_hash=_hash(key, account.id, code)) for code in codes
    )
    session.flush()
    return [f"{code[:5]}-{code[5:]}".lower() for code in codes]


def seal_secret(key: bytes, text: str) -> str:
    """Return a secret encrypted and authenticated with a key derived from the installation's."""
    return sealing.seal_for(key, "second-factor", text)


def unseal_secret(key: bytes, sealed: str) -> str | None:
    """Return what was sealed; None under another key, or when it was tampered with."""
    return sealing.unseal_for(key, "second-factor", sealed)


def _use_step(session: Session, key: bytes, account: Staff, digits: str, now: datetime) -> bool:
    secret = unseal_secret(key, account.totp_secret) if account.totp_secret else None
    step = matching_step(secret, digits, now) if secret else None
    if step is None:
        return False
    unused = or_(Staff.totp_step.is_(None), Staff.totp_step < step)
    # One statement, so that of two who show the same code at once one is refused.
    taken = session.execute(update(Staff).where(Staff.id == account.id, unused).values(totp_step=step))
    return changed_rows(taken) == 1


def _hash(key: bytes, staff_id: int, code: str) -> bytes:
    return sign(key, "recovery", f"{staff_id}:{code}".encode())
