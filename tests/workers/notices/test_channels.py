"""What a channel says of itself decides how messages go by it, also of one that was added a moment ago."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from service.models import EventType, NoticeChannel
from tests.support.made_up_channel import NAME, add_pigeon
from tests.support.notice_stage import Box, Post
from tests.support.small_city import NOON


def test_a_made_up_channel_tells_who_left_a_contact(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    add_pigeon(monkeypatch)
    post.boxes[NAME] = Box()

    post.tell(post.event(post.report(), EventType.CLOSED))

    [carried] = post.boxes[NAME].got
    assert carried.recipient == "loft +84905123456"
    assert len(post.mail) == 1


def at_night(post: Post) -> datetime:
    """Move the clock to eleven at night in Huế; return six in the morning."""
    post.now = NOON.replace(hour=16)
    return NOON.replace(hour=23)


def test_at_night_an_sms_waits_for_the_morning_and_a_mail_does_not(post: Post) -> None:
    morning = at_night(post)

    post.tell(post.event(post.report(), EventType.RESOLVED))

    assert len(post.mail) == 1
    assert post.boxes["sms"].got == []
    waiting = [each.not_before for each in post.messages() if each.channel == NoticeChannel.SMS]
    assert waiting == [morning]
    post.pass_time(hours=7)
    post.send()
    assert len(post.boxes["sms"].got) == 1


def test_what_is_vital_waits_for_no_digest(post: Post) -> None:
    post.tell(post.event(post.report(), EventType.RESOLVED))
    assert [each.state for each in post.messages() if each.channel == NoticeChannel.SMS] == ["sent"]
    assert timedelta(0) == post.now - NOON
