"""A running service with built assets and a small demo, for tests of pages and for journeys in a browser."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr
from sqlalchemy import Engine, func, select, update

from service.db import make_engine, unit_of_work
from service.demo.accounts import demo_accounts
from service.demo.copy import bring, store_pictures
from service.domain.city.reference import load_reference
from service.domain.people.sessions import open_session
from service.local.islands.assets import ensure_built
from service.models import Photo, Report, Staff
from service.settings import Settings
from service.storage import Storage
from service.web.viewer import SESSION_COOKIE
from tests.conftest import Servers
from tests.support.web import running

REPORTS = 60
KEY = "k" * 40
VAPID = "A" * 42 + "E"
"""A key that signs web push: the number one, in base64url."""
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
HTML = {"Accept": "text/html"}


@dataclass
class Site:
    """The service over HTTP and its database."""

    client: httpx.Client
    engine: Engine
    settings: Settings

    @property
    def url(self) -> str:
        return str(self.client.base_url).rstrip("/")

    def get(self, path: str, language: str = "vi", **headers: str) -> httpx.Response:
        """A page as a new visitor's browser asks for it."""
        self.client.cookies.clear()
        return self.client.get(path, headers={**HTML, "Accept-Language": language, **headers})

    def post(self, page: str, path: str, data: dict[str, Any], **options: Any) -> httpx.Response:
        """Fill in the form of a page, cookies kept; `page` is where the token comes from."""
        token = TOKEN.search(self.client.get(page, headers=HTML).text)
        assert token, page
        return self.client.post(path, data={**data, "csrf_token": token[1]}, headers=HTML, **options)

    def token(self, username: str) -> str:
        """A new session of that account, for the cookie of a browser."""
        with unit_of_work(self.engine) as session:
            account = session.scalars(select(Staff).where(Staff.username == username)).one()
            return open_session(session, account, "cookie", at=datetime.now(UTC)).token

    def enter(self, role: str) -> None:
        """The client is the demo account of that role from now on, for `look` and `post`."""
        self.client.cookies.clear()
        self.client.cookies.set(SESSION_COOKIE, self.token(f"demo.{role}"))

    def look(self, path: str, language: str = "vi", **headers: str) -> httpx.Response:
        """A page as the browser that `enter` signed in asks for it."""
        return self.client.get(path, headers={**HTML, "Accept-Language": language, **headers})

    def code(self, status: str) -> str:
        """The code of one report in that status, with photos where there is one."""
        photos = select(func.count()).where(Photo.report_id == Report.id).scalar_subquery()
        wanted = select(Report.code).where(Report.status == status, Report.published)
        with unit_of_work(self.engine) as session:
            return str(session.scalars(wanted.order_by(photos.desc(), Report.code).limit(1)).one())

    def ended_now(self, status: str) -> str:
        """The code of one report in that status; an ended one ends now, for the demo's may be too old to be
        taken up again.
        """
        code = self.code(status)
        ended = update(Report).where(Report.code == code, Report.closed_at.is_not(None))
        with unit_of_work(self.engine) as session:
            session.execute(ended.values(closed_at=datetime.now(UTC)))
        return code

    def found(self, code: str) -> Report:
        with unit_of_work(self.engine) as session:
            return session.scalars(select(Report).where(Report.code == code)).one()

    def photos(self, code: str) -> int:
        with unit_of_work(self.engine) as session:
            query = select(func.count()).select_from(Photo).join(Report, Report.id == Photo.report_id)
            return session.scalar(query.where(Report.code == code)) or 0


@contextmanager
def open_site(servers: Servers, template: str, name: str, media: Path) -> Iterator[Site]:
    """The site over a database of its own."""
    ensure_built(lambda _: None)
    servers.postgres.create_database(name, template)
    settings = Settings(
        database_url=servers.postgres.url(name),
        redis_url=f"unix://{servers.redis_socket}?db={servers.worker}",
        media_url=media.as_uri(),
        secret_key=SecretStr(KEY),
        demo=True,
        rate_limits="off",
        vapid_private_key=SecretStr(VAPID),
    )
    engine = make_engine(settings.sqlalchemy_url)
    _fill(engine, media)
    with running(settings) as client:
        yield Site(client, engine, settings)
    engine.dispose()
    servers.postgres.drop_database(name)


def _fill(engine: Engine, media: Path) -> None:
    drawn = media.parent / "drawn"  # once a process: drawing takes longer than all else of a site
    store_pictures(Storage(drawn.as_uri()))
    shutil.copytree(drawn, media, dirs_exist_ok=True)
    now = datetime.now(UTC)
    with unit_of_work(engine) as session:
        bring(session, REPORTS, now=now, days=30, seed=5, progress=lambda _: None)
        demo_accounts(session, load_reference(session), at=now)
