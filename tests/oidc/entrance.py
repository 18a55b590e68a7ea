"""The service with a provider, a small city that grants roles by its claims, and browsers that come in."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from sqlalchemy import Engine, select

from service.db import make_engine, unit_of_work
from service.models import AuditEntry, City, Staff
from service.settings import Settings
from tests.api.desk import make_settings
from tests.conftest import Servers
from tests.oidc.real import CLIENT, SECRET
from tests.support.factories import found_city
from tests.support.people import make_cast
from tests.support.site import HTML, TOKEN
from tests.support.stand import SCHEMA
from tests.support.web import running

SIGN_IN: dict[str, object] = {
    "roles_claim": "groups",
    "department_claim": "department",
    "departments": {"Phòng Viễn thông": "city-cables"},
    "grants": [
        {"value": "ioc", "role": "triage", "department": None, "own_department": False},
        {"value": "lanh-dao", "role": "manager", "department": None, "own_department": False},
        {"value": "can-bo", "role": "department", "department": None, "own_department": True},
        {"value": "thanh-tra-mot", "role": "inspector", "area_group": "mot"},
        {"value": "thanh-tra-hai", "role": "inspector", "area_group": "hai"},
        {"value": "thanh-tra-cu", "role": "inspector", "area_group": "cu"},
        {"value": "thanh-tra", "role": "inspector"},
    ],
    "contact": {"vi": "Phòng Công nghệ, 0234 000 000", "en": "the IT office, 0234 000 000"},
}


AREA_GROUPS = [
    {"code": "mot", "name": {"vi": "Nhóm một", "en": "Group one"}, "wards": ["W1"]},
    {"code": "hai", "name": {"vi": "Nhóm hai", "en": "Group two"}, "wards": ["W2"]},
]
"""Without the group that one of the grants names."""


@dataclass
class Entrance:
    """The service over HTTP and its database; `client` is one browser."""

    client: httpx.Client
    engine: Engine
    settings: Settings

    @property
    def home(self) -> str:
        return self.settings.public_url

    def fresh(self) -> None:
        """A browser that was never here."""
        self.client.cookies.clear()

    def get(self, path: str, language: str = "vi") -> httpx.Response:
        return self.client.get(path, headers={**HTML, "Accept-Language": language})

    def post(self, path: str, **data: str) -> httpx.Response:
        """A form of the account's page."""
        token = TOKEN.search(self.get("/account").text)
        assert token
        return self.client.post(path, data={**data, "csrf_token": token[1]}, headers=HTML)

    def set_out(self, path: str = "/login/oidc") -> str:
        """Where the button leads."""
        answer = self.get(path)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def staff(self, username: str) -> Staff:
        with unit_of_work(self.engine) as session:
            return session.scalars(select(Staff).where(Staff.username == username)).one()

    def audited(self, action: str) -> AuditEntry:
        """The last entry of that action."""
        with unit_of_work(self.engine) as session:
            wanted = select(AuditEntry).where(AuditEntry.action == action)
            return session.scalars(wanted.order_by(AuditEntry.id.desc()).limit(1)).one()


def free_port() -> int:
    """A port that nobody has just now: the provider must know the service's address before it runs."""
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        return int(made.getsockname()[1])


def address(port: int) -> str:
    return f"http://127.0.0.1:{port}"


@contextmanager
def open_entrance(
    servers: Servers, name: str, media: Path, issuer: str, port: int, **settings: object
) -> Iterator[Entrance]:
    """The service over a database of its own."""
    servers.postgres.create_database(name, SCHEMA)
    told = {
        "public_url": address(port),
        "demo": False,
        "oidc_issuer": issuer,
        "oidc_client_id": CLIENT,
        "oidc_client_secret": SECRET,
        "oidc_name": "Cổng thành phố",
    }
    made = make_settings(servers, name, media, **(told | settings))
    engine = make_engine(made.sqlalchemy_url)
    with unit_of_work(engine) as session:
        make_cast(session, found_city(session))
        city = session.get_one(City, 1)
        city.config = {**city.config, "sign_in": SIGN_IN, "second_factor_roles": ["manager"]}
        city.config = {**city.config, "area_groups": AREA_GROUPS}
    with running(made, port) as client:
        yield Entrance(client, engine, made)
    engine.dispose()
    servers.postgres.drop_database(name)
