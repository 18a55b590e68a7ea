"""Between the password and the second factor: a sealed cookie that only the pages of signing in see."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from fastapi import Request
from fastapi.responses import Response

from service.domain.people.factors import seal_secret, unseal_secret
from service.web.dependencies import Resources

PENDING_COOKIE = "hientruong_pending"
LASTS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Pending:
    """Person who has shown their password or came by a provider, where they want to go, and the secret they
    are to enrol, if any.
    """

    staff_id: int
    destination: str
    secret: str
    until: float
    issuer: str | None = None

    @property
    def how(self) -> str:
        """Return what was shown before, for the audit."""
        return "provider" if self.issuer else "password"


def keep_pending(
    response: Response,
    resources: Resources,
    staff_id: int,
    destination: str,
    now: datetime,
    *,
    secret: str = "",
    issuer: str | None = None,
) -> None:
    """Let the browser show it for a while."""
    pending = Pending(staff_id, destination, secret, (now + LASTS).timestamp(), issuer)
    response.set_cookie(
        PENDING_COOKIE,
        seal_secret(resources.settings.secret, json.dumps(asdict(pending))),
        max_age=int(LASTS.total_seconds()),
        path="/login",
        secure=resources.settings.public_url.startswith("https:"),
        httponly=True,
        samesite="lax",
    )


def read_pending(request: Request, resources: Resources, now: datetime) -> Pending | None:
    """Return what the browser shows; None when it is too old or not ours."""
    plain = unseal_secret(resources.settings.secret, request.cookies.get(PENDING_COOKIE, ""))
    if plain is None or not plain.startswith("{"):
        return None  # nothing, or something else that was sealed
    pending = Pending(**json.loads(plain))
    return pending if now.timestamp() < pending.until else None


def drop_pending(response: Response) -> None:
    """Delete the cookie of the sign-in."""
    response.delete_cookie(PENDING_COOKIE, path="/login")
