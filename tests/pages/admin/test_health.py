"""The page of the system's health and the API beside it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from service.db import unit_of_work
from service.models import Message
from tests.pages.html import Page
from tests.support.site import Site


def test_the_administrator_sees_what_fails_and_tries_it_again(site: Site) -> None:
    site.enter("administrator")
    at = datetime.now(UTC)
    with unit_of_work(site.engine) as session:
        row = Message(
            occasion=str(uuid4()),
            channel="email",
            recipient="lan@example.org",
            audience="reporter",
            notice="resolved",
            language="vi",
            state="given_up",
            error="mail server: SMTPAuthenticationError",
            not_before=at,
            fresh_until=at + timedelta(days=1),
            created_at=at,
        )
        session.add(row)
        session.flush()
        message = row.id
    page = site.look("/admin/health")
    assert page.status_code == 200
    assert "Sai tên hoặc mật khẩu của máy chủ gửi." in page.text
    assert "l•••@example.org" in page.text and "lan@example.org" not in page.text
    assert "/admin/people/new?department=" in page.text  # units that nobody watches
    assert len(Page(page.text).ids()) == len(set(Page(page.text).ids()))
    again = f"/admin/health/messages/{message}/retry"
    assert site.post("/admin/health", again, {}).headers["location"] == "/admin/health?done=retried"
    gone = site.post("/admin/health", f"/admin/health/messages/{uuid4()}/retry", {})
    assert gone.status_code == 404 and "không gửi lại được nữa" in gone.text
    tested = site.post("/admin/health", "/admin/health/channels/sms/test", {"phone": "không phải số"})
    assert tested.status_code == 422 and "Cần số di động" in tested.text
    told = site.client.get("/api/v1/admin/health", headers={"Accept-Language": "en"}).json()
    parts = {each["code"]: each["level"] for each in told["parts"]}
    assert parts["database"] == "good" and parts["processes"] == "bad"
    assert told["unattended"]
    failing = site.client.get("/api/v1/admin/health/messages").json()["items"]
    assert str(message) in {each["id"] for each in failing}
    assert "đơn vị không có người theo dõi" in site.look("/admin").text
    assert "không ai nhận tin" in site.look("/admin/rules/review").text
