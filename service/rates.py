"""How often one address may ask, kept in this process: reception must not depend on Redis."""

from __future__ import annotations

import ipaddress
import math
import time
from functools import lru_cache

from fastapi import Request
from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute, parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from service.deps import Parts
from service.domain.drafts import Sender
from service.domain.spam import sender_hash
from service.errors import TooMany
from service.i18n import N_

LIMITS: dict[str, tuple[RateLimitItem, ...]] = {
    "photo": (parse("60 per minute"),),
    "piece": (parse("600 per minute"),),
    "participate": (parse("30 per minute"),),
    "download": (parse("20 per minute"), parse("200 per hour")),
    "code": (parse("5 per minute"), parse("20 per hour")),
    "code_try": (parse("20 per minute"),),
    "flag": (parse("5 per minute"), parse("30 per hour")),
    "sign_in": (parse("10 per minute"), parse("60 per hour")),
    "oidc": (parse("30 per minute"), parse("300 per hour")),
}
"""Per client address. Many citizens share one address behind a carrier's network: not too tight."""


@lru_cache
def limits_of(what: str, reports_per_minute: int) -> tuple[RateLimitItem, ...]:
    """The limits for a kind of request; those on new reports are a setting."""
    if what == "report":
        return (RateLimitItemPerMinute(reports_per_minute), RateLimitItemPerHour(10 * reports_per_minute))
    return LIMITS[what]


_limiter = SlidingWindowCounterRateLimiter(MemoryStorage())


def client_address(request: Request, proxies: int) -> str:
    """The client's address: the connection's, or what the trusted proxies before it say.

    An IPv6 network of 64 bits counts as one address, since one household holds all of it.
    """
    address = request.client.host if request.client else "unknown"
    forwarded = [part.strip() for part in request.headers.get("x-forwarded-for", "").split(",")]
    if proxies and len(forwarded) >= proxies and forwarded[-proxies]:
        address = forwarded[-proxies]
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 6:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return address


def sender_of(request: Request, parts: Parts) -> Sender:
    """Hashes of the device that a report comes from (by the visitor's cookie, if any) and of its address."""
    key = parts.settings.secret
    device = request.cookies.get("hientruong_visitor")  # as viewer.VISITOR_COOKIE, which imports this
    address = client_address(request, parts.settings.trusted_proxies)
    return Sender(
        device_hash=sender_hash(key, "device", device) if device else None,
        address_hash=sender_hash(key, "address", address),
    )


def device_of(request: Request, parts: Parts) -> str:
    """What the device is known by where nobody says who they are: its visitor's cookie, else its address."""
    kept = request.cookies.get("hientruong_visitor")
    return f"visitor:{kept}" if kept else client_address(request, parts.settings.trusted_proxies)


async def allow(request: Request, parts: Parts, what: str) -> None:
    """Count one request of the kind `what`. Raises TooMany with Retry-After when there were too many."""
    if parts.settings.rate_limits == "off":
        return
    address = client_address(request, parts.settings.trusted_proxies)
    for limit in limits_of(what, parts.settings.reports_per_minute):
        if not _limiter.hit(limit, what, address):
            reset_s = _limiter.get_window_stats(limit, what, address).reset_time - time.time()
            raise TooMany(
                N_("Bạn gửi quá nhanh. Vui lòng thử lại sau {seconds} giây."),
                headers={"Retry-After": str(max(1, math.ceil(reset_s)))},
                seconds=max(1, math.ceil(reset_s)),
            )
