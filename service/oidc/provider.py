"""The provider as it describes itself (discovery), asked step by step: never while a transaction is open."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from service.network.safe_urls import is_safe
from service.oidc.fetcher import Fetcher, Json, ProviderAway, ProviderRefused, log
from service.oidc.flow import SignInFlow
from service.oidc.tokens import Expected, UnknownKey, check_id_token
from service.settings import Settings

FRESH_S, KEPT_S = 3600.0, 86_400.0
"""How long what the provider said of itself is taken as it is; how long while it cannot be asked anew."""
KEYS_APART_S = 10.0
"""A token with an unknown key makes us read the keys anew, at most this often."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """Metadata of the provider."""

    issuer: str
    authorization: str
    token: str
    keys: str
    userinfo: str | None
    end_session: str | None
    secret_in_header: bool
    tells_issuer: bool


@dataclass(frozen=True, slots=True)
class Identified:
    """Identified person: the claims of the ID token, with what only the userinfo tells, and the
    token itself.
    """

    token_claims: Json
    claims: Json
    id_token: str


class Provider:
    """Provider; what it said of itself and its keys are kept for a while."""

    def __init__(self, settings: Settings) -> None:
        self.configured = settings.oidc_issuer
        self.name = settings.oidc_name
        self.trusted_factors = settings.oidc_second_factor
        self.link_by_email = settings.oidc_link_by_email
        self._id, self._scopes = settings.oidc_client_id, settings.oidc_scopes
        secret = settings.oidc_client_secret
        self._secret = secret.get_secret_value() if secret else ""
        self._fetcher = Fetcher()
        self._metadata: tuple[Metadata, float] | None = None
        self._keys: tuple[KeySet, float] | None = None

    async def metadata(self) -> Metadata:
        """Return the provider's metadata, fresh or from the last hour. Raises ProviderAway."""
        now_s = time.monotonic()
        if self._metadata and now_s - self._metadata[1] < FRESH_S:
            return self._metadata[0]
        try:
            found = _read(
                await self._fetcher.get(self.configured.rstrip("/") + "/.well-known/openid-configuration"),
                self.configured,
            )
        except ProviderAway:
            if self._metadata and now_s - self._metadata[1] < KEPT_S:
                return self._metadata[0]
            raise
        self._metadata = (found, now_s)
        return found

    async def address(self, flow: SignInFlow, back: str, language: str) -> str:
        """Return where the browser goes to sign in. Raises ProviderAway."""
        params = {
            "response_type": "code",
            "client_id": self._id,
            "redirect_uri": back,
            "scope": self._scopes,
            "state": flow.state,
            "nonce": flow.nonce,
            "code_challenge": flow.challenge,
            "code_challenge_method": "S256",
            "ui_locales": language,
        }
        return _with((await self.metadata()).authorization, params)

    async def leaving(self, issuer: str, id_token: str, back: str) -> str | None:
        """Return where a session of `issuer` signs out there too; None where that is not to be, or it is
        away.
        """
        try:
            found = await self.metadata()
            if found.end_session is None or found.issuer != issuer:
                return None
            params = {"client_id": self._id, "post_logout_redirect_uri": back}
            return _with(found.end_session, params | ({"id_token_hint": id_token} if id_token else {}))
        except ProviderAway:
            return None

    async def identify(
        self, flow: SignInFlow, code: str, back: str, issuer: str, now: datetime
    ) -> Identified:
        """Exchange the code for the identity of who signed in. Raises ProviderRefused, ProviderAway."""
        known = await self.metadata()
        if (issuer or known.tells_issuer) and issuer != known.issuer:
            raise ProviderRefused("iss")
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "code_verifier": flow.verifier,
        }
        auth = None
        if self._secret and known.secret_in_header:
            auth = httpx.BasicAuth(quote_plus(self._id), quote_plus(self._secret))
        else:
            form |= {"client_id": self._id} | ({"client_secret": self._secret} if self._secret else {})
        answer = await self._fetcher.post(known.token, form, auth)
        id_token, access_token = answer.get("id_token"), answer.get("access_token")
        if not isinstance(id_token, str) or not isinstance(access_token, str):
            raise ProviderRefused("no token")
        expected = Expected(known.issuer, self._id, flow.nonce, now)
        claims = await self._checked(id_token, expected, access_token)
        return Identified(claims, await self._all(known, claims, access_token), id_token)

    async def close(self) -> None:
        """Close the client: no more is asked."""
        await self._fetcher.close()

    async def _checked(self, id_token: str, expected: Expected, access_token: str) -> Json:
        try:
            return check_id_token(id_token, await self._read_keys(FRESH_S), expected, access_token)
        except UnknownKey:
            pass
        try:  # the provider may have changed its keys
            return check_id_token(id_token, await self._read_keys(KEYS_APART_S), expected, access_token)
        except UnknownKey:
            raise ProviderRefused("unknown key") from None

    async def _read_keys(self, fresh_s: float) -> KeySet:
        now_s = time.monotonic()
        if self._keys and now_s - self._keys[1] < fresh_s:
            return self._keys[0]
        found: Any = await self._fetcher.get((await self.metadata()).keys)
        try:
            keys = KeySet.import_key_set(found)
        except (JoseError, ValueError, TypeError, KeyError):
            log.warning("provider's keys cannot be read")
            raise ProviderAway from None
        self._keys = (keys, now_s)
        return keys

    async def _all(self, known: Metadata, claims: Json, access_token: str) -> Json:
        """Return the token's claims, and beside them what only the userinfo tells of the same person."""
        if known.userinfo is None:
            return claims
        more = await self._fetcher.get(known.userinfo, token=access_token)
        if more.get("sub") != claims["sub"]:
            raise ProviderRefused("userinfo of somebody else")
        return {**more, **claims}


def make_provider(settings: Settings) -> Provider | None:
    """Return the provider of the settings, if there is one."""
    return Provider(settings) if settings.oidc_issuer else None


def _read(found: Json, configured: str) -> Metadata:
    """Raises ProviderAway for a description that is not of this issuer, or that names unsafe places."""
    issuer = str(found.get("issuer", ""))
    places = {
        name: str(found.get(name) or "")
        for name in (
            "authorization_endpoint",
            "token_endpoint",
            "jwks_uri",
            "userinfo_endpoint",
            "end_session_endpoint",
        )
    }
    needed = [places[name] for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
    other = issuer.rstrip("/") != configured.rstrip("/")
    if other or not all(needed) or not all(is_safe(address) for address in places.values() if address):
        log.error("provider describes itself wrongly", issuer=issuer, configured=configured)
        raise ProviderAway
    methods = found.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return Metadata(
        issuer=issuer,
        authorization=places["authorization_endpoint"],
        token=places["token_endpoint"],
        keys=places["jwks_uri"],
        userinfo=places["userinfo_endpoint"] or None,
        end_session=places["end_session_endpoint"] or None,
        secret_in_header="client_secret_basic" in methods,
        tells_issuer=found.get("authorization_response_iss_parameter_supported") is True,
    )


def _with(address: str, params: dict[str, str]) -> str:
    try:
        return str(httpx.URL(address).copy_merge_params(params))
    except httpx.InvalidURL:
        log.error("provider names a place that is none", url=address)
        raise ProviderAway from None
