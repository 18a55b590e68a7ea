"""Sign-in on its way to the provider and back: a sealed cookie that only its own pages see."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from fastapi import Request
from fastapi.responses import Response

from service.domain.people.factors import seal_secret, unseal_secret
from service.settings import Settings

FLOW_COOKIE = "hientruong_oidc"
FLOW_PATH = "/login/oidc"
LASTS = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class SignInFlow:
    """Values that are sent along and must come back: `state` by the browser, `nonce` in the token;
    `verifier` proves to the provider that who brings the code is who asked for it. `destination` is where the
    person wanted to go.
    """

    state: str
    nonce: str
    verifier: str
    destination: str
    until: float

    @property
    def challenge(self) -> str:
        """Return the verifier's hash (S256)."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def new_flow(destination: str, now: datetime) -> SignInFlow:
    """Return three secrets of 256 bits."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    return SignInFlow(state, nonce, verifier, destination, (now + LASTS).timestamp())


def keep_flow(response: Response, settings: Settings, flow: SignInFlow) -> None:
    """Let the browser bring it back; `lax`, since it comes from the provider's page."""
    response.set_cookie(
        FLOW_COOKIE,
        seal_secret(settings.secret, "oidc:" + json.dumps(asdict(flow))),
        max_age=int(LASTS.total_seconds()),
        path=FLOW_PATH,
        secure=settings.public_url.startswith("https:"),
        httponly=True,
        samesite="lax",
    )


def read_flow(request: Request, settings: Settings, now: datetime) -> SignInFlow | None:
    """Return what the browser brings; None when it is too old or not ours."""
    kind, _, plain = (unseal_secret(settings.secret, request.cookies.get(FLOW_COOKIE, "")) or "").partition(
        ":"
    )
    if kind != "oidc":
        return None
    flow = SignInFlow(**json.loads(plain))
    return flow if now.timestamp() < flow.until else None


def drop_flow(response: Response) -> None:
    """Delete the cookie of the sign-in."""
    response.delete_cookie(FLOW_COOKIE, path=FLOW_PATH)
