"""Whatever a provider tells, it is taken or refused, and nothing else happens."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import KeySet

from service.domain.people import staff
from service.domain.people.grants import words_of
from service.oidc.fetcher import ProviderAway, ProviderRefused
from service.oidc.people import presented
from service.oidc.provider import Identified, _read, _with
from service.oidc.tokens import Expected, UnknownKey, check_id_token, vouched
from tests.oidc.twin import KEY, Twin

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
CLAIMS = (
    "name",
    "preferred_username",
    "email",
    "email_verified",
    "locale",
    "given_name",
    "amr",
    "acr",
    "groups",
)
EXPECTED = Expected("https://id.example", "hientruong", "nonce", datetime(2026, 1, 1, tzinfo=UTC))


def some(names: tuple[str, ...]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=dict.fromkeys(names, ANYTHING))


@given(some(CLAIMS), st.text(min_size=1, max_size=10).filter(str.isprintable))
def test_claims_of_a_person(claims: dict[str, object], name: str) -> None:
    claims = {**claims, "iss": "https://id.example", "sub": "s1"}
    found = presented(Identified(claims, claims, ""))
    assert found.name and len(found.name) <= 200
    for text in (found.name, found.username, found.email or ""):
        assert text.encode() is not None and "\0" not in text, "what the database can keep"
    staff.tidy_username(found.username)
    assert all(isinstance(word, str) and word for word in words_of(claims, name))
    assert vouched(claims, "") is False


@given(some(("iss", "aud", "exp", "iat", "nbf", "nonce", "azp", "at_hash", "sub")))
def test_claims_of_a_token(claims: dict[str, object]) -> None:
    token = Twin("https://id.example", claims=claims).token("nonce")
    with suppress(ProviderRefused, UnknownKey):
        check_id_token(token, KeySet([KEY]), EXPECTED, "access-token")
        raise AssertionError("of another year")


@given(st.text(max_size=60) | st.from_regex(r"[\w-]{1,20}\.[\w-]{0,20}\.[\w-]{0,20}", fullmatch=True))
def test_what_is_no_token(text: str) -> None:
    with suppress(ProviderRefused, UnknownKey):
        check_id_token(text, KeySet([KEY]), EXPECTED, "access-token")
        raise AssertionError("that is no token")


@given(
    some(("issuer", "token_endpoint_auth_methods_supported", "userinfo_endpoint", "end_session_endpoint")),
    st.text(max_size=30),
)
def test_what_a_provider_says_of_itself(found: dict[str, object], place: str) -> None:
    good = Twin("https://id.example").describe()
    with suppress(ProviderAway):
        told = _read({**good, **found, "authorization_endpoint": f"https://{place}"}, "https://id.example")
        assert _with(told.authorization, {"state": "x"}).startswith("https:")
