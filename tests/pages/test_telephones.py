"""Telephones of the demo: one frame for each channel, what is sent goes signed through the real hook."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, func, select

from service.db import unit_of_work
from service.models import InboxEntry
from tests.pages.html import Page
from tests.support.site import HTML, TOKEN, Site


@pytest.mark.parametrize(
    ("channel", "title", "silent"),
    [("zalo", "Điện thoại có Zalo", "sticker"), ("facebook", "Messenger", "thumb")],
)
def test_a_telephone_writes_to_its_own_hook(site: Site, channel: str, title: str, silent: str) -> None:
    def kept() -> int:
        with unit_of_work(site.engine) as session:
            mine = select(func.count()).where(InboxEntry.channel == channel)
            return session.scalar(mine) or 0

    shown = site.look(f"/dev/{channel}?who=2", "vi").text
    page = Page(shown)
    assert page.inline() == []
    assert len(page.ids()) == len(set(page.ids()))
    assert f"<h1>{title}" in shown or f"{title}</h1>" in shown
    assert f'hx-get="/dev/{channel}?who=2"' in shown
    assert f'action="/dev/{channel}"' in shown
    assert f'value="{silent}"' in shown
    assert ('name="lat"' in shown) is (channel == "zalo")
    token, before = TOKEN.search(shown), kept()
    assert token
    sent = {"csrf_token": token[1], "who": "2", "text": "rác ở lê lợi", "act": "say"}
    answer = site.client.post(f"/dev/{channel}", data=sent, headers=HTML, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/dev/{channel}?who=2")
    assert kept() == before + 1
    with unit_of_work(site.engine) as session:
        session.execute(delete(InboxEntry).where(InboxEntry.channel == channel))
    missing = site.client.get(f"/dev/{channel}/media/{'0' * 32}")
    assert missing.status_code == 404
