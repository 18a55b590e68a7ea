"""Verification that an ID token is the provider's own word about this very sign-in."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime

from joserfc import jws, jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jwt import JWTClaimsRegistry

from service.oidc.fetcher import ProviderRefused

ALGORITHMS = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
    "Ed25519",
)
"""Signatures that only the provider can make: no `none`, and nothing made with a secret that we hold too."""
LEEWAY_S = 60
LONGEST_SUBJECT = 255

_HASHES = {"256": hashlib.sha256, "384": hashlib.sha384, "512": hashlib.sha512}


class UnknownKey(Exception):
    """The token names a key that the provider did not have when its keys were read."""


@dataclass(frozen=True, slots=True)
class Expected:
    """Claims that the token of this sign-in must have."""

    issuer: str
    client_id: str
    nonce: str
    now: datetime


def check_id_token(token: str, keys: KeySet, expected: Expected, access_token: str) -> dict[str, object]:
    """Return the claims of a good token. Raises ProviderRefused with what is wrong, UnknownKey."""
    registry = jws.JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
    try:
        found = jwt.decode(token, keys, algorithms=ALGORITHMS, registry=registry)
        _rules(expected).validate(found.claims)
    except InvalidKeyIdError:
        raise UnknownKey from None
    except JoseError as error:
        raise ProviderRefused(f"{error.error} {error.description}") from None
    except (ValueError, TypeError, KeyError) as error:
        raise ProviderRefused(type(error).__name__) from None
    _check_rest(found.claims, str(found.header["alg"]), expected, access_token)
    return found.claims


def _rules(expected: Expected) -> JWTClaimsRegistry:
    return JWTClaimsRegistry(
        now=int(expected.now.timestamp()),
        leeway=LEEWAY_S,
        iss={"essential": True, "value": expected.issuer},
        aud={"essential": True, "value": expected.client_id},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": expected.nonce},
    )


def _check_rest(claims: dict[str, object], algorithm: str, expected: Expected, access_token: str) -> None:
    """Check what the library does not: one audience or an authorised party, the nonce's type, the hash."""
    audience, party = claims["aud"], claims.get("azp")
    several = isinstance(audience, list) and len(audience) > 1
    if (several or party is not None) and party != expected.client_id:
        raise ProviderRefused("azp")
    if claims["nonce"] != expected.nonce:
        raise ProviderRefused("nonce")
    subject = str(claims["sub"])
    if len(subject) > LONGEST_SUBJECT or not subject.isprintable() or not subject.strip():
        raise ProviderRefused("sub")
    if (digest := claims.get("at_hash")) is not None and digest != half_hash(access_token, algorithm):
        raise ProviderRefused("at_hash")


def half_hash(text: str, algorithm: str) -> str:
    """Return the left half of the hash that goes with a signature's algorithm, as `at_hash` has it."""
    make = _HASHES.get(algorithm[-3:], hashlib.sha512)
    digest = make(text.encode()).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()


def vouched(claims: dict[str, object], trusted: str) -> bool:
    """Return whether the token says by `amr` or `acr`, in trusted words, that a second factor was checked."""
    words = set(trusted.split())
    methods = claims.get("amr")
    names = {each for each in methods if isinstance(each, str)} if isinstance(methods, list) else set()
    return bool(words & names) or (isinstance(claims.get("acr"), str) and claims["acr"] in words)
