"""Conversations by the API do what the desk's pages do, for coordinators alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import func, select

from service.db import unit_of_work
from service.domain.talks.arrivals import Incoming, store_incoming
from service.domain.talks.vault import Vault
from service.models import AuditEntry, Conversation, TalkMessage
from tests.api.desk import Desk


@pytest.fixture
def talk(desk: Desk) -> Iterator[UUID]:
    """Somebody who wrote by Zalo."""
    now = datetime.now(UTC)
    came = Incoming("4712", f"a{now.timestamp()}", now, "text", text="Rác trước chợ", name="Lan")
    with unit_of_work(desk.engine) as session:
        made = store_incoming(session, Vault(desk.settings.secret), "zalo", "oa", came, now)
    assert made is not None
    yield made
    with unit_of_work(desk.engine) as session:
        session.delete(session.get_one(Conversation, made))


def ask(desk: Desk, method: str, path: str, who: str = "triage", body: object = None) -> httpx.Response:
    with unit_of_work(desk.engine) as session:
        headers = desk.person(who).token(session, datetime.now(UTC))
    desk.client.cookies.clear()
    return desk.client.request(method, f"/api/v1/talks{path}", headers=headers, json=body)


def test_a_conversation_is_listed_read_answered_given_back_and_closed(desk: Desk, talk: UUID) -> None:
    listed = ask(desk, "GET", "").json()["items"]
    [mine] = [each for each in listed if each["id"] == str(talk)]
    assert (mine["name"], mine["words"], mine["state"]) == ("Lan", "Rác trước chợ", "bot")
    assert ask(desk, "POST", f"/{talk}/messages", body={"text": "Chào chị"}).status_code == 204
    told = ask(desk, "GET", f"/{talk}").json()
    assert told["talk"]["state"] == "person"
    assert [each["text"] for each in told["lines"]] == ["Rác trước chợ", "Chào chị"]
    assert told["lines"][1]["by"]
    for act, state in (("machine", "bot"), ("take", "person"), ("close", "closed")):
        assert ask(desk, "POST", f"/{talk}/steps", body={"act": act}).status_code == 204
        assert ask(desk, "GET", f"/{talk}").json()["talk"]["state"] == state
    assert ask(desk, "POST", f"/{talk}/steps", body={"act": "take"}).status_code == 409
    with unit_of_work(desk.engine) as session:
        read = select(func.count()).select_from(AuditEntry).where(AuditEntry.subject == str(talk))
        assert session.scalar(read.where(AuditEntry.action == "talk.read")) == 1


def test_others_and_broken_requests_are_refused(desk: Desk, talk: UUID) -> None:
    for who in ("department", "administrator"):
        assert ask(desk, "GET", "", who).status_code == 403
        assert ask(desk, "GET", f"/{talk}", who).status_code == 403
        assert ask(desk, "POST", f"/{talk}/messages", who, {"text": "x"}).status_code == 403
    assert ask(desk, "GET", f"/{uuid4()}").status_code == 404
    assert ask(desk, "POST", f"/{talk}/messages", body={"text": " "}).status_code == 422
    assert ask(desk, "POST", f"/{talk}/steps", body={"act": "erase"}).status_code == 422
    with unit_of_work(desk.engine) as session:
        written = select(func.count()).select_from(TalkMessage).where(TalkMessage.conversation_id == talk)
        assert session.scalar(written.where(TalkMessage.outgoing)) == 0
