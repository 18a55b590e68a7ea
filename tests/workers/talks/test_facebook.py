"""A conversation by Messenger over the protocol: windows, errors, echoes, and the next way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any
from uuid import uuid4

import pytest
from pydantic_core import to_json
from sqlalchemy import Engine, func, select

from service.db import unit_of_work
from service.domain.talks.inbox import Delivery, store_delivery
from service.domain.talks.outgoing import Addressee
from service.models import ChannelToken, Conversation, Photo, Report, TalkMessage
from service.sending.envelope import SendFailed
from service.sending.facebook.events import event_id
from tests.support.photo_stage import jpeg
from tests.support.small_city import IN_W1
from tests.workers.talks.conftest import VAULT, hire, workers_told
from tests.workers.talks.facebook_double import PAGE, PAGE_SECRET, PAGE_TOKEN, PERSON, Graph, graph


@dataclass
class Messenger:
    """One person who writes to the Page, and the workers that answer."""

    engine: Engine
    graph: Graph
    talks: ModuleType
    media: ModuleType
    now: datetime

    def write(self, mid: str, **message: Any) -> bool:
        """An event as the hook keeps it; whether it is new."""
        event = {
            "sender": {"id": PERSON},
            "recipient": {"id": PAGE},
            "timestamp": int(self.now.timestamp() * 1000),
            "message": {"mid": mid, **message},
        }
        if edit := message.pop("edit", None):
            event = {**event, "message_edit": edit}
            event.pop("message")
        if message.get("is_echo"):
            event["sender"], event["recipient"] = event["recipient"], event["sender"]
        delivery = Delivery("facebook", PAGE, event_id(event), to_json(event).decode())
        with unit_of_work(self.engine) as session:
            return store_delivery(session, VAULT, delivery, self.now)

    def work(self) -> list[str]:
        before = len(self.graph.sent)
        self.talks.read()
        self.media.fetch_files()
        self.now += timedelta(seconds=5)
        self.talks.read()
        self.talks.send("facebook")
        self.media.fetch_files()
        return [each["message"]["text"] for each in self.graph.sent[before:]]

    def talk(self) -> Conversation:
        with unit_of_work(self.engine) as session:
            return session.scalars(select(Conversation)).one()


@pytest.fixture
def messenger(
    worker_settings: dict[str, str], clean_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Messenger]:
    """A city with a Page."""
    with graph() as double:
        told = {
            "FACEBOOK_PAGE_ID": PAGE,
            "FACEBOOK_PAGE_TOKEN": PAGE_TOKEN,
            "FACEBOOK_APP_SECRET": PAGE_SECRET,
            "FACEBOOK_VERIFY_TOKEN": "word",
            "FACEBOOK_API_URL": double.url,
            "FACEBOOK_MEDIA_HOSTS": "127.0.0.1",
        }
        talks, media = workers_told(monkeypatch, told, "", ".media")
        made = Messenger(clean_engine, double, talks, media, datetime.now(UTC))
        hire(made, monkeypatch, talks, media)
        yield made
        talks.delivery_of("facebook").close()
        talks.delivery_of.cache_clear()


def test_words_a_link_to_a_map_and_a_photo_become_one_report(messenger: Messenger) -> None:
    messenger.graph.media = {"/a.jpg": jpeg(1)}
    url = f"{messenger.graph.url}/a.jpg"
    messenger.write("1", attachments=[{"type": "image", "payload": {"url": url}}])
    messenger.write("2", text="loại litter")
    link = f"https://maps.google.com/?q={IN_W1[1]},{IN_W1[0]}"
    messenger.write("3", attachments=[{"type": "fallback", "payload": {"url": link}}])
    assert not messenger.write("1", attachments=[{"type": "image", "payload": {"url": f"{url}?again"}}])
    [answer] = messenger.work()
    with unit_of_work(messenger.engine) as session:
        [report] = session.scalars(select(Report)).all()
        assert report.code in answer
        assert report.channel == "facebook"
        assert session.scalar(select(func.count(Photo.id)).where(Photo.report_id == report.id)) == 1
    [sent] = messenger.graph.sent
    assert (sent["messaging_type"], sent["recipient"]) == ("RESPONSE", {"id": PERSON})
    [asked] = messenger.graph.asked
    assert asked["access_token"] == ["page-token"]
    assert len(asked["appsecret_proof"][0]) == 64


def test_a_colleague_in_the_pages_inbox_silences_the_machine_and_a_word_taken_back_goes(
    messenger: Messenger,
) -> None:
    messenger.write("1", text="loại litter")
    assert len(messenger.work()) == 1
    messenger.write("e", text="Chào chị", is_echo=True, app_id="263902037430900")
    messenger.work()
    assert messenger.talk().state == "person"
    messenger.write("2", text="bí mật")
    assert messenger.work() == []
    messenger.write("2", is_deleted=True)
    messenger.work()
    with unit_of_work(messenger.engine) as session:
        taken = session.scalars(select(TalkMessage).where(TalkMessage.external_id == "2")).one()
        assert (taken.kind, taken.text) == ("deleted", None)


def test_words_that_their_writer_changes_are_heard_as_changed(messenger: Messenger) -> None:
    messenger.write("1", text="loại tree")
    messenger.write("1", edit={"mid": "1", "text": "loại litter", "num_edit": 1})
    messenger.work()
    with unit_of_work(messenger.engine) as session:
        [said] = session.scalars(select(TalkMessage).where(TalkMessage.outgoing.is_(False))).all()
        assert VAULT.open(said.text) == "loại litter"
    messenger.write("1", edit={"mid": "1", "text": "loại litter, rất nhiều", "num_edit": 2})
    assert not messenger.write("1", edit={"mid": "1", "text": "loại litter, rất nhiều", "num_edit": 2})
    messenger.work()
    with unit_of_work(messenger.engine) as session:
        rows = select(TalkMessage).where(TalkMessage.outgoing.is_(False)).order_by(TalkMessage.id)
        assert [(each.kind, VAULT.open(each.text)) for each in session.scalars(rows)] == [
            ("text", "loại litter"),
            ("edited", "loại litter, rất nhiều"),
        ]


@pytest.mark.parametrize(
    ("silent", "by_person", "tag"),
    [
        (timedelta(hours=23), False, None),
        (timedelta(hours=25), False, "refused"),
        (timedelta(hours=25), True, "HUMAN_AGENT"),
        (timedelta(days=8), True, "refused"),
    ],
)
def test_the_window_is_a_day_and_a_week_for_a_persons_words(
    messenger: Messenger, silent: timedelta, by_person: bool, tag: str | None
) -> None:
    to = Addressee(uuid4(), "facebook", PAGE, PERSON, datetime.now(UTC) - silent)
    delivery = messenger.talks.delivery_of("facebook")
    if tag == "refused":
        with pytest.raises(SendFailed, match="ngoài khung"):
            delivery.deliver(to, "x", by_person=by_person)
        assert messenger.graph.sent == []
        return
    delivery.deliver(to, "x", by_person=by_person)
    assert messenger.graph.sent[0].get("tag") == tag


@pytest.mark.parametrize(
    ("error", "state", "red"),
    [
        ({"code": 190}, "waiting", True),
        ({"code": 10, "error_subcode": 1893063}, "waiting", True),
        ({"code": 10, "error_subcode": 2018278}, "given_up", False),
        ({"code": 551}, "given_up", False),
        ({"code": 613}, "waiting", False),
        ({"code": 100}, "given_up", False),
    ],
)
def test_errors_end_a_message_put_it_off_or_turn_the_channel_red(
    messenger: Messenger, error: dict[str, int], state: str, red: bool
) -> None:
    messenger.graph.errors = [error]
    messenger.write("1", text="loại litter")
    assert messenger.work() == []
    with unit_of_work(messenger.engine) as session:
        [told] = session.scalars(select(TalkMessage).where(TalkMessage.outgoing)).all()
        assert told.state == state
        row = session.get(ChannelToken, ("facebook", PAGE))
        assert (row is not None and row.problem != "") is red
    if state == "waiting":
        messenger.now += timedelta(minutes=1)
        assert len(messenger.work()) == 1
        with unit_of_work(messenger.engine) as session:
            row = session.get(ChannelToken, ("facebook", PAGE))
            assert row is None or row.problem == ""
