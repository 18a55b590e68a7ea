"""A running service with the standing cast signed in, for tests of the routes of staff and citizens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import UUID

import httpx
from pydantic import SecretStr
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service.db import make_engine, unit_of_work
from service.domain.city.reference import Reference
from service.domain.kernel.codes import report_secret
from service.domain.people.sessions import open_session
from service.models import Report
from service.settings import Settings
from service.web.viewer import SESSION_COOKIE
from tests.conftest import Servers
from tests.support.factories import found_city, make_photo, make_report
from tests.support.people import KEY, Cast, Person, make_cast
from tests.support.stand import SCHEMA
from tests.support.web import running

Headers = Mapping[str, str]


@dataclass
class Desk:
    """The service over HTTP, its database, and everybody's way in."""

    client: httpx.Client
    engine: Engine
    settings: Settings
    reference: Reference
    cast: Cast
    _tokens: dict[str, dict[str, str]] = field(default_factory=dict)

    def report(self, status: str = "received", *, photo: bool = False, **columns: Any) -> Report:
        """A committed report; with `photo` it has an evidence photo, whose id is `photo_of`."""
        with unit_of_work(self.engine) as session:
            report = make_report(session, self.reference, status, **columns)
            if photo:
                make_photo(session, report)
        return report

    def photo(self, report: Report, kind: str = "evidence") -> str:
        """The id of a new photo of the report."""
        with unit_of_work(self.engine) as session:
            return str(make_photo(session, session.get_one(Report, report.id), kind))

    def as_staff(self, name: str) -> dict[str, str]:
        """Headers of somebody of the cast, by bearer token."""
        if name not in self._tokens:
            with unit_of_work(self.engine) as session:
                self._tokens[name] = self.person(name).token(session, datetime.now(UTC))
        return self._tokens[name]

    def as_reporter(self, report: Report) -> dict[str, str]:
        """Headers of who sent the report."""
        return {"Authorization": f"Report {report_secret(KEY, report.id)}"}

    def cookie(self, name: str) -> dict[str, str]:
        """Headers of somebody's browser that is signed in, without a CSRF token."""
        with unit_of_work(self.engine) as session:
            opened = open_session(session, self.person(name).account, "cookie", at=datetime.now(UTC))
        return {"Cookie": f"{SESSION_COOKIE}={opened.token}"}

    def person(self, name: str) -> Person:
        """Somebody of the cast."""
        return self.cast.everyone()[name]

    def call(
        self, method: str, path: str, headers: Headers | None = None, json: Any = None, **options: Any
    ) -> httpx.Response:
        """One request below /api/v1, with no cookies kept from the one before."""
        self.client.cookies.clear()
        return self.client.request(method, f"/api/v1{path}", headers=headers, json=json, **options)

    def at_once(self, *posts: tuple[str, Headers, Any]) -> list[httpx.Response]:
        """Several posts (path, headers, body) that leave at the same moment; answers in their order."""
        start = Barrier(len(posts))

        def post(path: str, headers: Headers, body: Any) -> httpx.Response:
            with httpx.Client(base_url=self.client.base_url, timeout=30) as client:
                start.wait(10)
                return client.post(f"/api/v1{path}", headers=headers, json=body)

        with ThreadPoolExecutor(len(posts)) as pool:
            return list(pool.map(post, *zip(*posts, strict=True)))

    def step(
        self, name: str, report: Report | UUID | str, to: str, version: int = 1, **wish: Any
    ) -> httpx.Response:
        """Somebody moves the report on."""
        path = f"/reports/{report.id if isinstance(report, Report) else report}/transitions"
        return self.call("POST", path, self.as_staff(name), {"to": to, "version": version, **wish})

    def read(self, report: Report) -> Report:
        """The report as it is stored now."""
        with Session(self.engine) as session:
            return session.get_one(Report, report.id)


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    """The problem JSON of a refusal with that status."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    assert found["status"] == status
    return found


@contextmanager
def open_desk(servers: Servers, database: str, media: Path) -> Iterator[Desk]:
    """A service on a new database of that name, which goes with the block."""
    servers.postgres.create_database(database, SCHEMA)
    settings = make_settings(servers, database, media, trusted_proxies=1)
    engine = make_engine(settings.sqlalchemy_url)
    with unit_of_work(engine) as session:
        reference = found_city(session)
        cast = make_cast(session, reference)
    with running(settings) as client:
        yield Desk(client, engine, settings, reference, cast)
    engine.dispose()
    servers.postgres.drop_database(database)


def make_settings(servers: Servers, database: str, media: Path, **changes: Any) -> Settings:
    """Settings for a service on this database."""
    values: dict[str, object] = {
        "database_url": servers.postgres.url(database),
        "redis_url": f"unix://{servers.redis_socket}?db={servers.worker}",
        "media_url": media.as_uri(),
        "secret_key": SecretStr(KEY.decode()),
        "public_url": "http://vidu.vn",
        "rate_limits": "off",
        "demo": True,
    }
    return Settings.model_validate(values | changes)
