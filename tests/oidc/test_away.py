"""A provider that never answers, one that is not who it should be, and none at all."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from pydantic import ValidationError

from service.db import make_engine, unit_of_work
from service.network.safe_urls import is_safe
from service.settings import Settings
from tests.api.desk import make_settings
from tests.conftest import Servers
from tests.oidc.entrance import address, free_port
from tests.oidc.real import CLIENT
from tests.oidc.twin import Twin, twin_provider
from tests.support.factories import found_city
from tests.support.people import PASSWORD, make_cast
from tests.support.site import HTML, TOKEN
from tests.support.stand import SCHEMA
from tests.support.web import running


@pytest.fixture(scope="module")
def told(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings of a service whose provider does not answer."""
    name = f"oidc_away_{servers.worker}"
    servers.postgres.create_database(name, SCHEMA)
    issuer = address(free_port())
    more = {"oidc_issuer": issuer, "oidc_client_id": CLIENT, "demo": False}
    made = make_settings(servers, name, tmp_path_factory.mktemp("media"), **more)
    engine = make_engine(made.sqlalchemy_url)
    with unit_of_work(engine) as session:
        make_cast(session, found_city(session))
    engine.dispose()
    yield made
    servers.postgres.drop_database(name)


def test_a_password_lets_in_while_the_provider_is_away(told: Settings) -> None:
    with running(told) as client:
        page = client.get("/login/oidc?next=/desk", headers=HTML)
        assert page.status_code == 503
        assert "Chưa liên lạc được" in page.text and "tài khoản công vụ" in page.text
        token = TOKEN.search(page.text)
        assert token and 'name="next" value="/desk"' in page.text
        sent = {"username": "triage", "password": PASSWORD, "next": "/desk", "csrf_token": token[1]}
        entered = client.post("/login", data=sent, headers=HTML)
        assert (entered.status_code, entered.headers["location"]) == (303, "/desk")


@pytest.fixture(scope="module")
def twin() -> Iterator[Twin]:
    with twin_provider() as made:
        yield made


def test_a_provider_must_be_who_was_configured_and_name_safe_places(told: Settings, twin: Twin) -> None:
    settings = told.model_copy(update={"oidc_issuer": twin.issuer})
    with running(settings) as client:
        for lie in (
            {"issuer": "https://id.example"},
            {"token_endpoint": "http://id.example/token"},
            {"jwks_uri": None},
        ):
            twin.says(metadata=lie)
            assert client.get("/login/oidc", headers=HTML).status_code == 503, lie
        twin.says(metadata={"issuer": f"{twin.issuer}/"})
        assert client.get("/login/oidc", headers=HTML).status_code == 303


def test_what_is_asked_of_the_provider(told: Settings, twin: Twin) -> None:
    twin.says()
    with running(told.model_copy(update={"oidc_issuer": twin.issuer})) as client:
        first, second = (
            httpx.URL(client.get("/login/oidc?lang=en", headers=HTML).headers["location"]).params
            for _ in range(2)
        )
    assert first["at"] == "home", "what the endpoint's own address asks stays"
    assert first["redirect_uri"] == "http://vidu.vn/login/oidc/callback"
    assert (first["response_type"], first["code_challenge_method"]) == ("code", "S256")
    assert (first["client_id"], first["scope"], first["ui_locales"]) == (
        CLIENT,
        "openid profile email",
        "en",
    )
    assert all(first[name] != second[name] for name in ("state", "nonce", "code_challenge"))
    assert all(len(first[name]) >= 43 for name in ("state", "nonce", "code_challenge"))


def test_without_a_provider_there_is_no_such_way(told: Settings) -> None:
    with running(told.model_copy(update={"oidc_issuer": ""})) as client:
        assert "/login/oidc" not in client.get("/login", headers=HTML).text
        for path in ("/login/oidc", "/login/oidc/callback?code=x&state=y"):
            assert client.get(path, headers=HTML).status_code == 404


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://id.example/realms/x", True),
        ("http://127.0.0.1:8080", True),
        ("http://localhost", True),
        ("http://[::1]:9", True),
        ("http://id.example", False),
        ("http://localhost.example", False),
        ("https://user@id.example", False),
        ("https://", False),
        ("ftp://127.0.0.1", False),
        ("http://[::1", False),
        ("", False),
    ],
)
def test_only_what_nobody_reads_on_the_way_is_safe(url: str, safe: bool) -> None:
    assert is_safe(url) is safe


@pytest.mark.parametrize(
    "wrong",
    [
        {"oidc_issuer": "http://id.example", "oidc_client_id": "x"},
        {"oidc_issuer": "https://id.example"},
        {"oidc_scopes": "profile email"},
    ],
)
def test_settings_that_cannot_be_right_are_refused(told: Settings, wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate(told.model_dump() | {"oidc_issuer": "", "oidc_client_id": ""} | wrong)
