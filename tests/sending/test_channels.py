"""The channels as a whole: each is its folder, and one more is found by itself."""

from __future__ import annotations

from datetime import UTC, datetime, time
from pathlib import Path

import pytest

import service
from service.domain.notices.channels import Window, contact_addresses, masked_address
from service.models import Contact, NoticeChannel
from service.sending.channels import CHANNELS, make_senders, offered
from service.sending.console import Console
from service.settings import Settings
from tests.support.made_up_channel import NAME, add_pigeon

STATIC = Path(service.__file__).parent / "static/icons"
LAN = Contact(email="Lan@example.org", phone="+84905123456")


def settings(**given: object) -> Settings:
    needed = {"database_url": "postgresql:///x", "redis_url": "redis://x", "media_url": "file:///tmp/x"}
    return Settings(_env_file=None, secret_key="x" * 40, **needed, **given)  # type: ignore[arg-type]


def test_each_channel_is_the_folder_of_its_name_and_has_a_picture() -> None:
    assert set(CHANNELS) == set(NoticeChannel)
    for name, channel in CHANNELS.items():
        assert channel.name == name
        assert type(channel).__module__ == "service.sending.sending_channel"
        assert (STATIC / f"{channel.icon}.svg").is_file()


def test_where_somebody_is_reached_and_how_it_is_shown() -> None:
    assert list(contact_addresses(CHANNELS, LAN)) == [
        (NoticeChannel.EMAIL, "lan@example.org"),
        (NoticeChannel.SMS, "+84905123456"),
    ]
    assert list(contact_addresses(CHANNELS, LAN, vital=False)) == [(NoticeChannel.EMAIL, "lan@example.org")]
    assert masked_address(CHANNELS, "email", "lan@example.org") == "l•••@example.org"
    assert masked_address(CHANNELS, "sms", "+84905123456") == "•••456"
    assert masked_address(CHANNELS, "push", "browser") == ""
    assert masked_address(CHANNELS, "unknown", "secret") == ""


def test_in_the_demo_each_has_its_twin_elsewhere_only_what_is_set_up() -> None:
    assert set(make_senders(settings(demo=True))) == set(NoticeChannel)
    assert make_senders(settings()) == {}
    assert offered(settings()) == frozenset()
    assert offered(settings(demo=True)) == {"email", "sms"}, "a browser cannot ask a twin for its key"
    real = settings(smtp_url="smtp://localhost", mail_from="Huế <hue@example.org>")
    assert set(make_senders(real)) == {"email"}


def test_one_more_is_found_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    add_pigeon(monkeypatch)
    assert isinstance(make_senders(settings(demo=True))[NAME], Console)
    assert NAME in offered(settings(demo=True))
    assert NAME not in offered(settings())
    assert (NAME, "loft +84905123456") in list(contact_addresses(CHANNELS, LAN))
    assert masked_address(CHANNELS, NAME, "loft +84905123456") == "loft …6"


@pytest.mark.parametrize(
    ("hour", "opens"),
    [
        (3, datetime(2026, 3, 4, 23, 0, tzinfo=UTC)),  # 03:00 in Huế: at six
        (6, None),
        (21, None),
        (22, datetime(2026, 3, 5, 23, 0, tzinfo=UTC)),  # ten at night: at six on the next day
    ],
)
def test_a_window_opens_in_the_citys_morning(hour: int, opens: datetime | None) -> None:
    window = Window(time(6, 0), time(22, 0))
    now = datetime(2026, 3, 4 if hour < 7 else 5, (hour - 7) % 24, 30, tzinfo=UTC)
    assert window.next_open(now, "Asia/Ho_Chi_Minh") == (opens or now)
