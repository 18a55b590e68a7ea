"""A worker of conversations with a small city, its clock in our hands, and Zalo's double."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any, Protocol

import pytest
from pydantic_core import to_json
from sqlalchemy import Engine, select

from service.db import unit_of_work
from service.domain.talks import tokens
from service.domain.talks.inbox import Delivery, store_delivery
from service.domain.talks.vault import Vault
from service.models import Conversation, Report, TalkMessage
from service.sending.zalo.events import external_id
from service.settings import get_settings
from tests.support.factories import found_city
from tests.support.small_city import IN_W1
from tests.workers.talks.zalo_double import APP_ID, APP_SECRET, OA_ID, OA_SECRET, PERSON, Zalo, zalo

VAULT = Vault(b"k" * 40)


@dataclass
class Chat:
    """One person who writes by Zalo, and the workers that answer."""

    engine: Engine
    zalo: Zalo
    talks: ModuleType
    media: ModuleType
    now: datetime
    number: int = 0
    ids: list[str] = field(default_factory=list)

    def write(self, text: str = "", name: str = "user_send_text", **message: Any) -> dict[str, Any]:
        """An event as the hook keeps it."""
        self.number += 1
        at = self.now + timedelta(milliseconds=self.number)
        event = {
            "app_id": APP_ID,
            "sender": {"id": PERSON},
            "recipient": {"id": OA_ID},
            "event_name": name,
            "message": {"text": text, "msg_id": f"m{self.number}", **message},
            "timestamp": str(int(at.timestamp() * 1000)),
        }
        self.keep(event)
        return event

    def keep(self, event: dict[str, Any]) -> bool:
        raw = to_json(event).decode()
        with unit_of_work(self.engine) as session:
            return store_delivery(session, VAULT, Delivery("zalo", OA_ID, external_id(event), raw), self.now)

    def place(self, lon: float, lat: float) -> None:
        coordinates = {"latitude": str(lat), "longitude": str(lon)}
        self.write(
            "",
            "user_send_location",
            attachments=[{"type": "location", "payload": {"coordinates": coordinates}}],
        )

    def photo(self, path: str) -> None:
        url = f"{self.zalo.url}{path}"
        self.write("", "user_send_image", attachments=[{"type": "image", "payload": {"url": url}}])

    def work(self, seconds: float = 5.0) -> list[str]:
        """Some seconds pass, the workers run; what the person got."""
        before = len(self.zalo.sent)
        self.talks.read()
        self.media.fetch_files()
        self.now += timedelta(seconds=seconds)
        self.talks.read()
        self.talks.send("zalo")
        self.media.fetch_files()
        return [text for _, text in self.zalo.sent[before:]]

    def talk(self) -> Conversation:
        with unit_of_work(self.engine) as session:
            newest = select(Conversation).order_by(Conversation.created_at.desc()).limit(1)
            return session.scalars(newest).one()

    def reports(self) -> list[Report]:
        with unit_of_work(self.engine) as session:
            return list(session.scalars(select(Report).order_by(Report.created_at)))

    def said(self, *, outgoing: bool) -> list[TalkMessage]:
        with unit_of_work(self.engine) as session:
            rows = select(TalkMessage).where(TalkMessage.outgoing.is_(outgoing))
            return list(session.scalars(rows.order_by(TalkMessage.id)))


class HasWorkers(Protocol):
    """People who write, the workers that answer, and their clock."""

    @property
    def engine(self) -> Engine: ...
    @property
    def talks(self) -> ModuleType: ...
    @property
    def now(self) -> datetime: ...


def workers_told(monkeypatch: pytest.MonkeyPatch, told: dict[str, str], *names: str) -> list[ModuleType]:
    """The modules `workers.talks…` of these names, once these settings stand in the environment."""
    for name, value in told.items():
        monkeypatch.setenv(f"HIENTRUONG_{name}", value)
    get_settings.cache_clear()
    return [importlib.import_module(f"workers.talks{name}") for name in names]


def hire(made: HasWorkers, monkeypatch: pytest.MonkeyPatch, *modules: ModuleType) -> None:
    """The workers look at the database of `made`, a small city's, and at its clock; they know nothing yet."""
    for module in modules:
        monkeypatch.setattr(module, "engine", lambda: made.engine)
        monkeypatch.setattr(module, "now", lambda: made.now)
    monkeypatch.setattr(made.talks, "_rulebook", type(made.talks._rulebook)())
    made.talks.delivery_of.cache_clear()
    with unit_of_work(made.engine) as session:
        found_city(session)


@pytest.fixture
def chat(
    worker_settings: dict[str, str], clean_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Chat]:
    """Somebody who writes to the city's account."""
    with zalo() as double:
        told = {
            "ZALO_APP_ID": APP_ID,
            "ZALO_APP_SECRET": APP_SECRET,
            "ZALO_OA_ID": OA_ID,
            "ZALO_OA_SECRET": OA_SECRET,
            "ZALO_API_URL": double.url,
            "ZALO_OAUTH_URL": double.url,
            "ZALO_ZBS_URL": f"{double.url}/zbs/",
            "ZALO_MEDIA_HOSTS": "127.0.0.1",
        }
        talks, media = workers_told(monkeypatch, told, "", ".media")
        made = Chat(clean_engine, double, talks, media, datetime.now(UTC))
        hire(made, monkeypatch, talks, media)
        with unit_of_work(clean_engine) as session:
            pair = tokens.TokenPair("access-1", "refresh-1", made.now + timedelta(hours=25))
            tokens.store_pair(session, VAULT.key, "zalo", OA_ID, pair, made.now)
        yield made
        talks.delivery_of("zalo").close()
        talks.delivery_of.cache_clear()


@pytest.fixture
def sent(chat: Chat) -> Report:
    """A report that somebody sent by Zalo."""
    chat.write("loại litter")
    chat.place(*IN_W1)
    assert len(chat.work()) == 1
    [report] = chat.reports()
    return report
