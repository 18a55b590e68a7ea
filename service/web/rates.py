"""Rate limits per address and device, kept in this process: reception must not depend on Redis."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from fastapi import Request
from limits import RateLimitItem, RateLimitItemPerDay, RateLimitItemPerHour, RateLimitItemPerMinute, parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from service.domain.reports.drafts import SenderHashes
from service.domain.routing.spam import sender_hash
from service.errors import TooMany
from service.i18n import N_, translate
from service.network.addresses import find_client, read_trusted, site_of
from service.settings import Settings
from service.web import proof_of_work
from service.web.dependencies import Resources
from service.web.forms import is_page_form, read_form
from service.web.proof_of_work import Asking

LIMITS: dict[str, tuple[RateLimitItem, ...]] = {
    "photo": (parse("60 per minute"),),
    "piece": (parse("600 per minute"),),
    "participate": (parse("30 per minute"),),
    "download": (parse("20 per minute"), parse("200 per hour")),
    "open_data": (parse("600 per minute"),),
    "order": (parse("10 per hour"), parse("30 per day")),
    "import": (parse("30 per minute"), parse("300 per hour")),
    "device": (parse("10 per hour"), parse("30 per day")),
    "figures": (parse("30 per minute"), parse("300 per hour")),
    "open311": (parse("120 per minute"), parse("3000 per hour")),
    "code": (parse("5 per minute"), parse("20 per hour")),
    "code_try": (parse("20 per minute"),),
    "places": (parse("300 per minute"), parse("3000 per hour")),
    "flag": (parse("5 per minute"), parse("30 per hour")),
    "object": (parse("5 per minute"), parse("30 per hour")),
    "number_photo": (parse("120 per minute"), parse("3000 per hour")),
    "signup": (parse("10 per minute"), parse("100 per hour")),
    "ask": (parse("10 per minute"), parse("60 per hour")),
    "sign_in": (parse("10 per minute"), parse("60 per hour")),
    "oidc": (parse("120 per minute"), parse("3000 per hour")),
}
"""Per client address. Many citizens share one address behind a carrier's network: not too tight."""

OF_DEVICE: dict[str, tuple[RateLimitItem, ...]] = {
    "photo": (parse("40 per minute"),),
    "participate": (parse("15 per minute"),),
    "flag": (parse("3 per minute"), parse("15 per hour")),
}
"""Per device, where it says which it is; its address counts too, so that new names gain nobody anything."""

EASIER: dict[str, int] = {
    "report": 0,
    "participate": 0,
    "flag": 0,
    "signup": 0,
    "download": 0,
    "photo": 2,
    "piece": 5,
}
"""What may go on after a puzzle, how many bits easier: a photo has many pieces. Not what sends codes."""

HARDER = tuple(RateLimitItemPerHour(16 * 2**step) for step in range(5))
"""Proofs of one address an hour; beyond each of these the next puzzle is twice the work."""

OF_PERSON = (parse("30 per hour"), parse("60 per day"))
"""Remarks of one reporter or follower, by their secret: each is mailed to others and read by the office."""

PIECES_A_DAY = RateLimitItemPerDay(2 * 1024 * 1024)
"""Kilobytes of photos in pieces from one address: some two hundred people behind a carrier's network."""

WIDER = 10
"""How many households of one IPv6 site may use up their limits together."""

LONG_WAIT_S = 120
"""Beyond this a person is told minutes."""

DEVICE_HEADER = "x-device-id"
_DEVICE_ID = re.compile(r"[A-Za-z0-9_-]{16,64}")


def limits_of(what: str, reports_per_minute: int) -> tuple[RateLimitItem, ...]:
    """Return the limits for a kind of request; those on new reports are a setting."""
    return _of_reports(reports_per_minute) if what == "report" else LIMITS[what]


@lru_cache
def _of_reports(per_minute: int) -> tuple[RateLimitItem, ...]:
    return RateLimitItemPerMinute(per_minute), RateLimitItemPerHour(10 * per_minute)


@lru_cache
def _wider(limit: RateLimitItem) -> RateLimitItem:
    """The limit of an IPv6 network of 48 bits, which one tunnel gives away for nothing."""
    return type(limit)(WIDER * limit.amount, limit.multiples)


@dataclass(frozen=True, slots=True)
class _Count:
    """A limit with the keys under which its requests are counted."""

    limit: RateLimitItem
    keys: tuple[str, ...]


_limiter = SlidingWindowCounterRateLimiter(MemoryStorage())


def client_address(request: Request, trusted: int | str) -> str:
    """Return the client's address by which limits count; `trusted` is the setting of trusted proxies."""
    peer = request.client.host if request.client else None
    return find_client(peer, request.headers.getlist("x-forwarded-for"), read_trusted(trusted))


def device_name(request: Request) -> str:
    """Return the name the app on a phone gave itself (`X-Device-Id`),
    else the visitor's cookie, else nothing.
    """
    device = request.headers.get(DEVICE_HEADER, "")
    if _DEVICE_ID.fullmatch(device):
        return device
    return request.cookies.get("hientruong_visitor", "")  # as viewer.VISITOR_COOKIE, which imports this


def sender_of(request: Request, resources: Resources) -> SenderHashes:
    """Return hashes of the device that a report comes from (where it says which it is) and of its address."""
    key = resources.settings.secret
    device = device_name(request)
    address = client_address(request, resources.settings.trusted_proxies)
    return SenderHashes(
        device_hash=sender_hash(key, "device", device) if device else None,
        address_hash=sender_hash(key, "address", address),
    )


def device_of(request: Request, resources: Resources) -> str:
    """Return the key by which a caller who is not signed in is known: the device's name, else the address."""
    device = device_name(request)
    return f"visitor:{device}" if device else client_address(request, resources.settings.trusted_proxies)


async def allow(request: Request, resources: Resources, what: str, *, colleague: bool = False) -> None:
    """Count one request of the kind `what`; beyond the limits a proof of work lets it pass.

    Raises TooMany with Retry-After and, where there may be one, a puzzle. Colleagues send by the dozen when
    they are back from a round: only their address is counted.
    """
    if resources.settings.rate_limits == "off":
        return
    address = client_address(request, resources.settings.trusted_proxies)
    asking = Asking(what, address, device_name(request))
    over = next((each for each in _counts(resources.settings, asking, colleague) if not _hit(each)), None)
    if over is None or await _proved(request, resources, asking):
        return
    raise await _too_many(request, resources, asking, over)


async def allow_person(request: Request, resources: Resources, secret: str | None) -> None:
    """Count one remark of whoever holds this secret, from wherever it comes. Raises TooMany."""
    if resources.settings.rate_limits == "off" or not secret:
        return
    person = sender_hash(resources.settings.secret, "person", secret).hex()
    asking = Asking("remark", client_address(request, resources.settings.trusted_proxies), "")
    for limit in OF_PERSON:
        if not _limiter.hit(limit, "remark", person):
            raise await _too_many(request, resources, asking, _Count(limit, ("remark", person)))


async def allow_key(request: Request, resources: Resources, key_id: int, per_minute: int) -> None:
    """Count one call of a key, from wherever it comes. Raises TooMany."""
    if resources.settings.rate_limits == "off":
        return
    asking = Asking("key", client_address(request, resources.settings.trusted_proxies), "")
    for limit in _of_key(per_minute):
        if not _limiter.hit(limit, "key", str(key_id)):
            raise await _too_many(request, resources, asking, _Count(limit, ("key", str(key_id))))


@lru_cache
def _of_key(per_minute: int) -> tuple[RateLimitItem, ...]:
    return RateLimitItemPerMinute(per_minute), RateLimitItemPerHour(30 * per_minute)


async def spend(request: Request, resources: Resources, amount: int) -> None:
    """Count bytes of unfinished photos against what one address may send a day. Raises TooMany."""
    if resources.settings.rate_limits == "off":
        return
    asking = Asking("piece_bytes", client_address(request, resources.settings.trusted_proxies), "")
    site = site_of(asking.address)
    kilobytes = max(1, amount // 1024)
    for limit, key in ((PIECES_A_DAY, asking.address), (_wider(PIECES_A_DAY), site)):
        if key and not _limiter.hit(limit, "piece_bytes", key, cost=kilobytes):
            raise await _too_many(request, resources, asking, _Count(limit, ("piece_bytes", key)))


async def _too_many(request: Request, resources: Resources, asking: Asking, over: _Count) -> TooMany:
    """Return the refusal; a page's form is read for it, so that what was typed can be given back."""
    seconds = max(1, math.ceil(_limiter.get_window_stats(over.limit, *over.keys).reset_time - time.time()))
    if is_page_form(request):
        await read_form(request)
    minutes = math.ceil(seconds / 60)
    return TooMany(
        N_("Bạn gửi quá nhanh. Vui lòng thử lại sau {seconds} giây.")
        if seconds <= LONG_WAIT_S
        else N_("Bạn gửi quá nhanh. Vui lòng thử lại sau {minutes} phút."),
        headers={"Retry-After": str(seconds)},
        extra=_puzzle(resources.settings, asking),
        seconds=seconds,
        minutes=minutes,
    )


async def refuse_beyond(request: Request, resources: Resources, what: str) -> None:
    """Raises TooMany where an address has used up its failures of that kind (see `count_failure`)."""
    if resources.settings.rate_limits == "off":
        return
    asking = Asking(what, client_address(request, resources.settings.trusted_proxies), "")
    for limit in LIMITS[what]:
        if not _limiter.test(limit, what, asking.address):
            raise await _too_many(request, resources, asking, _Count(limit, (what, asking.address)))


def count_failure(request: Request, resources: Resources, what: str) -> None:
    """Count one failed attempt of an address: for what may be done as often as one likes, done right."""
    address = client_address(request, resources.settings.trusted_proxies)
    for limit in LIMITS[what]:
        _limiter.hit(limit, what, address)


def _counts(settings: Settings, asking: Asking, colleague: bool) -> Iterator[_Count]:
    """Yield what is counted, the address first:
    who takes a new name each time leaves no more traces than the address may.
    """
    for limit in limits_of(asking.what, settings.reports_per_minute):
        yield _Count(limit, (asking.what, asking.address))
        if site := site_of(asking.address):
            yield _Count(_wider(limit), (asking.what, site))
    if colleague or not asking.device:
        return
    of_device = OF_DEVICE.get(asking.what, ())
    if asking.what == "report":
        of_device = limits_of("report", settings.reports_per_device)
    for limit in of_device:
        yield _Count(limit, (asking.what, "device", asking.device))


def _hit(count: _Count) -> bool:
    return _limiter.hit(count.limit, *count.keys)


async def _proved(request: Request, resources: Resources, asking: Asking) -> bool:
    """Return whether the request brings the answer to a puzzle that was made for it."""
    given = request.headers.get(proof_of_work.HEADER, "")
    if not given and is_page_form(request):
        field = (await read_form(request)).get(proof_of_work.FIELD)
        given = field if isinstance(field, str) else ""
    if not given or asking.what not in EASIER or not resources.settings.proof_bits:
        return False
    if not await proof_of_work.accept_solution(
        resources.redis, resources.settings.secret, asking, given, time.time()
    ):
        return False
    for limit in HARDER:
        _limiter.hit(limit, "proof", asking.address)
    return True


def _puzzle(settings: Settings, asking: Asking) -> dict[str, object]:
    """Return what goes into the problem JSON; nothing where a puzzle does not help."""
    if asking.what not in EASIER or not settings.proof_bits:
        return {}
    harder = sum(not _limiter.test(limit, "proof", asking.address) for limit in HARDER)
    bits = min(proof_of_work.MOST_BITS, max(4, settings.proof_bits + harder - EASIER[asking.what]))
    made = proof_of_work.make_challenge(settings.secret, asking, bits, time.time())
    return {
        "challenge": {
            "algorithm": "sha-256",
            "token": made.token,
            "bits": made.bits,
            "parts": made.parts,
            "expires_in": made.lasts_s,
            "header": "X-Proof-Of-Work",
            "how": translate(
                N_(
                    "Với mỗi i từ 0 đến {last}, tìm số n sao cho SHA-256 của “token.i.n” bắt đầu bằng "
                    "{bits} bit 0; gửi lại yêu cầu kèm tiêu đề X-Proof-Of-Work: token:n0,n1,…"
                ),
                last=made.parts - 1,
                bits=made.bits,
            ),
        }
    }
