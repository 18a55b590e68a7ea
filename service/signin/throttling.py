"""Signing in at the edge: throttled by address and by account, in a way that locks nobody else out."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from anyio import sleep
from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession

from service.db import async_unit_of_work
from service.domain.city.reference import Reference
from service.domain.kernel import audit
from service.domain.people import passwords, staff
from service.domain.people.code_tries import try_code
from service.domain.people.factors import must_have
from service.domain.people.sessions import NewSession, open_session
from service.domain.people.staff import Account, account_of_row
from service.errors import Forbidden, TooMany, Unauthenticated
from service.i18n import N_
from service.models import Staff
from service.signin.backoff import Pair, SignInBackoff, Slowdown, bucket_of
from service.signin.known_devices import knows_device
from service.web.dependencies import Resources
from service.web.limits.step_back import run_stepping_back
from service.web.limits.waiting_room import WaitingRoom
from service.web.rates import LONG_WAIT_S, client_address, count_failure, refuse_beyond
from service.web.viewer import may_demo


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session and whose it is."""

    account: Account
    session: NewSession


class FactorWanted(Unauthenticated):
    """The password was right; `staff_id` still has to show a code."""

    def __init__(
        self, staff_id: int, detail: str = N_("Cần mã từ ứng dụng xác thực hoặc mã dự phòng.")
    ) -> None:
        super().__init__(detail, extra={"second_factor": "required"})
        self.staff_id = staff_id


class FactorMissing(Forbidden):
    """The password was right; the account of `staff_id` must get a second factor before anything else."""

    def __init__(self, staff_id: int) -> None:
        super().__init__(
            N_("Vai trò của bạn cần lớp bảo vệ thứ hai. Hãy đăng nhập trên trang web để thiết lập."),
            extra={"second_factor": "missing"},
        )
        self.staff_id = staff_id


@dataclass(frozen=True, slots=True)
class SignInAttempt:
    """Attempt to sign in: the request, by which kind of session, and when.

    It holds no session: passwords are hashed, and guessers held back, while no connection is taken.
    """

    request: Request
    resources: Resources
    kind: str
    now: datetime

    @property
    def address(self) -> str:
        """Return the client's address."""
        return client_address(self.request, self.resources.settings.trusted_proxies)


_backoff = SignInBackoff()
_slowdown = Slowdown()
_held_back = WaitingRoom(200, of_address=8, of_account=4)
_strangers = WaitingRoom(32, of_address=20, of_account=8)
_regulars = WaitingRoom(32, of_address=32, of_account=8)
"""Who waits to be looked at: those a siege holds back, browsers new to the account, and browsers it knows,
which no crowd of strangers can keep out."""


async def sign_in(
    request: Request,
    resources: Resources,
    username: str,
    password: str,
    *,
    kind: str,
    now: datetime,
    reference: Reference,
    code: str = "",
) -> SignedIn:
    """Open a `cookie` or `bearer` session. Raises Unauthenticated for a wrong name or password alike,
    TooMany when there were too many attempts, Forbidden for a demo account from another machine; FactorWanted
    or FactorMissing when the password was right and is not enough.
    """
    attempt = SignInAttempt(request, resources, kind, now)
    account = await check_own_password(attempt, username, password)
    strong = account.totp_since is not None
    if strong:
        if not code:
            raise FactorWanted(account.id)
        await spend_code(attempt, account, code)
    elif must_have(reference, account):
        raise FactorMissing(account.id)
    async with async_unit_of_work(resources.engine) as session:
        return await let_in(attempt, session, account, strong=strong)


async def check_own_password(attempt: SignInAttempt, username: str, password: str) -> Staff:
    """Return the account of that name and password, as it was read. Raises as `sign_in`.

    Only what goes wrong counts toward the limits: a town hall that signs in in the morning has one address.
    """
    request, resources = attempt.request, attempt.resources
    name = bucket_of(staff.tidy_username(username))
    async with async_unit_of_work(resources.engine) as session:
        account = await session.run_sync(staff.find_account, username)
    known = account is not None and knows_device(request, resources, account.id)
    pair = (name, f"known {attempt.address}" if known else attempt.address)
    if not known:
        await refuse_beyond(request, resources, "sign_in")
    _refuse_hasty(pair, resources)
    if not known:
        await _withstand(name, attempt)
    with (_regulars if known else _strangers).place(address=attempt.address, account=name):
        matches, better = await run_stepping_back(
            passwords.verify, password, account.password_hash if account else None
        )
    if account is None or not matches or not account.active:
        _backoff.failed(pair, time.monotonic())
        _slowdown.failed(name, time.monotonic())
        if not known:
            count_failure(request, resources, "sign_in")
        await note_failure(
            request, resources, account.username if account else "", attempt.now, {"kind": attempt.kind}
        )
        raise Unauthenticated(N_("Tên đăng nhập hoặc mật khẩu chưa đúng."))
    if account.demo and not may_demo(request, resources):
        raise Forbidden(N_("Tài khoản dùng thử chỉ mở được trên chính máy đang chạy hệ thống."))
    _backoff.succeeded(pair)
    if better:
        async with async_unit_of_work(resources.engine) as session:
            await session.run_sync(staff.rehash, account.id, account.password_hash, better)
        account.password_hash = better
    return account


async def hashed(password: str) -> str:
    """Return the password as it is stored; made in a thread, as few at a time as passwords are checked."""
    return await run_stepping_back(passwords.hash_password, password)


async def spend_code(attempt: SignInAttempt, account: Staff, code: str) -> None:
    """Spend the code. Raises Unauthenticated for a code that is wrong or was used, TooMany after several.

    Whoever comes this far knows the password: attempts count at the account, wherever they come from.
    """
    request, resources = attempt.request, attempt.resources
    known = knows_device(request, resources, account.id)
    async with async_unit_of_work(resources.engine) as session:
        tried = await session.run_sync(
            try_code, resources.settings.secret, account.id, code, attempt.now, known=known
        )
    if tried.wait:
        raise _codes_used_up(tried.wait)
    if not tried.good:
        facts = {"kind": attempt.kind}
        await note_failure(
            request, resources, account.username, attempt.now, facts, action="signin.code_failed"
        )
        raise FactorWanted(account.id, N_("Mã chưa đúng hoặc đã dùng rồi. Hãy nhập mã mới nhất."))


def _codes_used_up(wait: timedelta) -> TooMany:
    seconds = math.ceil(wait.total_seconds())
    minutes = math.ceil(seconds / 60)
    return TooMany(
        N_("Mã xác thực đã sai nhiều lần. Vui lòng thử lại sau {seconds} giây.")
        if seconds <= LONG_WAIT_S
        else N_(
            "Mã xác thực đã sai nhiều lần. Vui lòng thử lại sau {minutes} phút, "
            "hoặc nhờ quản trị viên đặt lại lớp bảo vệ thứ hai."
        ),
        headers={"Retry-After": str(seconds)},
        seconds=seconds,
        minutes=minutes,
    )


async def let_in(
    attempt: SignInAttempt,
    session: AsyncSession,
    account: Staff,
    how: str = "password",
    issuer: str | None = None,
    *,
    strong: bool,
) -> SignedIn:
    """Open the session of somebody who has shown all that is wanted; `issuer` is whom they came by, `strong`
    whether it was a second factor too. Raises Unauthenticated for an account that was closed, or whose
    password was changed, since it was shown.
    """
    if not await session.run_sync(staff.is_account_unchanged, account):
        raise Unauthenticated(N_("Tên đăng nhập hoặc mật khẩu chưa đúng."))
    label = attempt.request.headers.get("user-agent", "")
    opened = await session.run_sync(
        open_session,
        account,
        attempt.kind,
        at=attempt.now,
        label=label,
        address=attempt.address,
        issuer=issuer,
        strong=strong,
    )
    facts = {"kind": attempt.kind, "how": how, "address": attempt.address}
    facts |= {"issuer": issuer} if issuer else {}
    await session.run_sync(
        audit.write_entry, "signin", account.username, at=attempt.now, staff_id=account.id, after=facts
    )
    return SignedIn(account_of_row(account), opened)


async def note_failure(
    request: Request,
    resources: Resources,
    username: str,
    now: datetime,
    facts: Mapping[str, str] | None = None,
    *,
    action: str = "signin.failed",
) -> None:
    """Note a failure in the audit, in a transaction of its own. Names nobody has are not kept:
    people type passwords into the wrong field.
    """
    details = {"address": client_address(request, resources.settings.trusted_proxies), **(facts or {})}
    async with async_unit_of_work(resources.engine) as own:
        await own.run_sync(audit.write_entry, action, username, at=now, after=details)


async def _withstand(name: str, attempt: SignInAttempt) -> None:
    if attempt.resources.settings.rate_limits == "off":
        return
    if wait_s := _slowdown.wait_s(name, time.monotonic()):
        with _held_back.place(address=attempt.address, account=name):
            await sleep(wait_s)


def _refuse_hasty(pair: Pair, resources: Resources) -> None:
    if resources.settings.rate_limits == "off":
        return
    if wait_s := math.ceil(_backoff.wait_s(pair, time.monotonic())):
        raise TooMany(
            N_("Sai mật khẩu nhiều lần. Vui lòng thử lại sau {seconds} giây."),
            headers={"Retry-After": str(wait_s)},
            seconds=wait_s,
        )
