"""Conversations on the desk: listed, read, answered, entered as a report; and the channels' state."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from service.db import unit_of_work
from service.domain.talks.arrivals import Incoming, store_incoming
from service.domain.talks.vault import Vault
from service.models import AuditEntry, Conversation, ConversationReport, Report, TalkMessage
from service.sending.zalo.account import zalo_account
from tests.pages.html import Page
from tests.support.site import HTML, KEY, TOKEN, Site

VAULT = Vault(KEY.encode())


@pytest.fixture
def talk(site: Site) -> Iterator[UUID]:
    account = zalo_account(site.settings)
    assert account is not None
    now = datetime.now(UTC)
    came = Incoming("4711", f"m{now.timestamp()}", now, "text", text="Rác <b>đổ</b> trước chợ")
    with unit_of_work(site.engine) as session:
        made = store_incoming(session, VAULT, "zalo", account.oa_id, came, now)
    assert made is not None
    site.enter("triage")
    yield made
    with unit_of_work(site.engine) as session:
        session.delete(session.get_one(Conversation, made))
    site.client.cookies.clear()


def said(site: Site, talk: UUID) -> list[tuple[str, str]]:
    with unit_of_work(site.engine) as session:
        rows = select(TalkMessage).where(TalkMessage.conversation_id == talk, TalkMessage.outgoing)
        return [
            (VAULT.open(each.text), each.state) for each in session.scalars(rows.order_by(TalkMessage.id))
        ]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_list_and_conversation_are_whole_and_escape_what_people_write(
    site: Site, talk: UUID, language: str
) -> None:
    for path in ("/desk/talks", f"/desk/talks/{talk}"):
        answer = site.look(path, language)
        assert answer.status_code == 200
        page = Page(answer.text)
        assert page.inline() == []
        assert len(page.ids()) == len(set(page.ids()))
        assert "Rác &lt;b&gt;đổ&lt;/b&gt; trước chợ" in answer.text
    with unit_of_work(site.engine) as session:
        read = select(AuditEntry).where(AuditEntry.action == "talk.read", AuditEntry.subject == str(talk))
        assert len(session.scalars(read).all()) == 1  # once an hour and reader


@pytest.mark.parametrize("role", ["department", "manager", "inspector", "administrator"])
def test_for_other_roles_there_are_none(site: Site, talk: UUID, role: str) -> None:
    site.enter(role)
    for path in ("/desk/talks", f"/desk/talks/{talk}"):
        assert site.look(path).status_code == 404


def test_who_answers_has_it_and_the_machine_is_silent(site: Site, talk: UUID) -> None:
    path = f"/desk/talks/{talk}"
    assert site.post(path, path, {"act": "say", "text": " "}).status_code == 422
    assert site.post(path, path, {"act": "say", "text": "Chào anh"}).status_code == 303
    assert said(site, talk) == [("Chào anh", "waiting")]
    with unit_of_work(site.engine) as session:
        row = session.get_one(Conversation, talk)
        assert (row.state, row.answer_at) == ("person", None)
    assert site.post(path, path, {"act": "machine"}).status_code == 303
    assert site.post(path, path, {"act": "close"}).status_code == 303
    assert site.post(path, path, {"act": "take"}).status_code in (303, 409)


def test_the_ordinary_form_makes_a_report_of_it_and_the_person_is_told_the_code(
    site: Site, talk: UUID
) -> None:
    form = site.client.get(f"/desk/new?talk={talk}", headers=HTML).text
    assert "Rác &lt;b&gt;đổ&lt;/b&gt; trước chợ" in form
    token = TOKEN.search(form)
    identity = re.search(r'name="id" value="([0-9a-f-]{36})"', form)
    assert token
    assert identity
    data = {
        "csrf_token": token[1],
        "id": identity[1],
        "talk": str(talk),
        "category": "litter",
        "description": "Rác đổ trước chợ",
        "lon": "107.5815",
        "lat": "16.4610",
        "amount": "bags",
    }
    answer = site.client.post("/desk/new", data=data, headers=HTML)
    assert answer.headers["location"] == f"/desk/talks/{talk}", answer.text
    with unit_of_work(site.engine) as session:
        report = session.get_one(Report, UUID(identity[1]))
        assert report.channel == "zalo"
        own = select(ConversationReport.report_id).where(ConversationReport.conversation_id == talk)
        assert session.scalars(own).all() == [report.id]
    [(told, _)] = said(site, talk)
    assert report.code in told


def test_administrators_see_how_the_channel_stands(site: Site) -> None:
    site.enter("administrator")
    page = site.client.get("/admin/channels", headers=HTML).text
    assert "/hooks/zalo" in page
    assert (
        site.post("/admin/channels", "/admin/channels/zalo", {"act": "try", "talk": "x"}).status_code == 422
    )
    assert site.post("/admin/channels", "/admin/channels/zalo", {"act": "tokens"}).status_code == 422
    kept = site.post("/admin/channels", "/admin/channels/zalo", {"act": "tokens", "refresh": "r"})
    assert kept.status_code == 303
    site.client.cookies.clear()


def test_until_when_the_channel_takes_an_answer_is_shown(site: Site, talk: UUID) -> None:
    path = f"/desk/talks/{talk}"
    assert "nhận trả lời đến" in site.look(path).text
    with unit_of_work(site.engine) as session:
        row = session.get_one(Conversation, talk)
        before, row.last_in_at = row.last_in_at, row.last_in_at - timedelta(days=9)
    late = site.look(path).text
    assert "Đã quá thời gian" in late
    assert "nhận trả lời đến" not in late
    with unit_of_work(site.engine) as session:
        session.get_one(Conversation, talk).last_in_at = before
