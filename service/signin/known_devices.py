"""Browsers that an account signed in from before: a cookie of their own, worth nothing but some patience."""

from __future__ import annotations

import secrets

from fastapi import Request
from fastapi.responses import Response

from service.domain.kernel.tokens import is_signed, sign
from service.web.dependencies import Resources

DEVICE_COOKIE = "hientruong_device"
YEAR_S = 365 * 86400
MOST_ACCOUNTS = 5

_MAC = 16


def knows_device(request: Request, resources: Resources, staff_id: int) -> bool:
    """Return whether the account signed in from this browser before."""
    return any(_is_for(entry, resources, staff_id) for entry in _entries(request))


def remember_device(request: Request, response: Response, resources: Resources, staff_id: int) -> None:
    """Let the browser show later that the account signed in from it."""
    salt = secrets.token_urlsafe(12)
    others = [entry for entry in _entries(request) if not _is_for(entry, resources, staff_id)]
    entries = [f"{salt}.{_mac(resources, staff_id, salt)}", *others][:MOST_ACCOUNTS]
    response.set_cookie(
        DEVICE_COOKIE,
        "~".join(entries),
        max_age=YEAR_S,
        path="/login",
        secure=resources.settings.public_url.startswith("https:"),
        httponly=True,
        samesite="lax",
    )


def _entries(request: Request) -> list[str]:
    return [each for each in request.cookies.get(DEVICE_COOKIE, "").split("~") if each][:MOST_ACCOUNTS]


def _is_for(entry: str, resources: Resources, staff_id: int) -> bool:
    salt, _, mac = entry.partition(".")
    try:
        given = bytes.fromhex(mac)
    except ValueError:
        return False
    return is_signed(resources.settings.secret, "device", _signed_bytes(staff_id, salt), given, _MAC)


def _mac(resources: Resources, staff_id: int, salt: str) -> str:
    return sign(resources.settings.secret, "device", _signed_bytes(staff_id, salt), _MAC).hex()


def _signed_bytes(staff_id: int, salt: str) -> bytes:
    return f"{staff_id}:{salt}".encode("utf-8", "surrogatepass")
