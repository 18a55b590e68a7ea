"""Signing in at the edge: throttled by address and by account, in a way that locks nobody else out."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

from anyio import CapacityLimiter, to_thread
from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession

from service.deps import Parts
from service.domain import passwords, staff
from service.domain.sessions import Opened, open_session
from service.domain.staff import Account, as_account
from service.errors import Forbidden, TooMany, Unauthenticated
from service.i18n import N_
from service.rates import allow, client_address
from service.viewer import may_demo

FREE_ATTEMPTS = 5
LONGEST_WAIT_S = 300.0
FORGOTTEN_AFTER_S = 3600.0
MOST_KEPT = 20_000

Pair = tuple[str, str]
"""(username, client address)."""


class Patience:
    """How long an address must wait before its next attempt on an account, doubling with each failure.

    Counted by account and address together: whoever guesses from elsewhere never makes the owner wait.
    Kept in this process, for at most `MOST_KEPT` pairs; the oldest are forgotten first.
    """

    def __init__(self) -> None:
        self._failures: OrderedDict[Pair, tuple[int, float]] = OrderedDict()

    def wait_s(self, pair: Pair, now_s: float) -> float:
        """Seconds until the next attempt is taken; 0 when it may be made now."""
        count, last_s = self._failures.get(pair, (0, now_s))
        if count < FREE_ATTEMPTS or now_s - last_s > FORGOTTEN_AFTER_S:
            return 0.0
        return max(0.0, last_s + min(LONGEST_WAIT_S, 2.0 ** (count - FREE_ATTEMPTS)) - now_s)

    def failed(self, pair: Pair, now_s: float) -> None:
        """An attempt was wrong."""
        count, last_s = self._failures.pop(pair, (0, now_s))
        if now_s - last_s > FORGOTTEN_AFTER_S:
            count = 0
        self._failures[pair] = (count + 1, now_s)
        if len(self._failures) > MOST_KEPT:
            self._failures.popitem(last=False)

    def succeeded(self, pair: Pair) -> None:
        """The person knows the password: start again from nothing."""
        self._failures.pop(pair, None)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session and whose it is."""

    account: Account
    session: Opened


_patience = Patience()
_hashing = CapacityLimiter(2)
"""Hashing takes long and much memory by design, so two at a time and in a thread."""


async def sign_in(
    request: Request,
    parts: Parts,
    session: AsyncSession,
    username: str,
    password: str,
    *,
    kind: str,
    now: datetime,
) -> SignedIn:
    """Open a `cookie` or `bearer` session. Raises Unauthenticated for a wrong name or password alike,
    TooMany when there were too many attempts, Forbidden for a demo account from another machine.
    """
    await allow(request, parts, "sign_in")
    pair = (staff.tidy_username(username), client_address(request, parts.settings.trusted_proxies))
    _be_patient(pair, parts)
    account = await session.run_sync(staff.find, username)
    matches, better = await to_thread.run_sync(
        passwords.verify, password, account.password_hash if account else None, limiter=_hashing
    )
    if account is None or not matches or not account.active:
        _patience.failed(pair, time.monotonic())
        raise Unauthenticated(N_("Tên đăng nhập hoặc mật khẩu chưa đúng."))
    if account.demo and not may_demo(request, parts):
        raise Forbidden(N_("Tài khoản dùng thử chỉ mở được trên chính máy đang chạy hệ thống."))
    _patience.succeeded(pair)
    if better:
        account.password_hash = better
    label = request.headers.get("user-agent", "")
    opened = await session.run_sync(open_session, account, kind, at=now, label=label)
    return SignedIn(as_account(account), opened)


def _be_patient(pair: Pair, parts: Parts) -> None:
    if parts.settings.rate_limits == "off":
        return
    if wait_s := math.ceil(_patience.wait_s(pair, time.monotonic())):
        raise TooMany(
            N_("Sai mật khẩu nhiều lần. Vui lòng thử lại sau {seconds} giây."),
            headers={"Retry-After": str(wait_s)},
            seconds=wait_s,
        )
