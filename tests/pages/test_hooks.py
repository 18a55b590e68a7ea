"""The demo's receiver of webhooks: it takes what is signed, says why it refuses, and shows both."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select

from service.db import unit_of_work
from service.domain.kernel.sealing import seal_for
from service.domain.webhooks.signing import make_secret, signature_headers
from service.models import Staff, Webhook
from tests.support.site import Site

BODY = b'{"type":"report.closed","timestamp":"2026-05-04T01:30:00Z","data":{"cursor":"c<b>"}}'


def test_signed_messages_are_taken_and_all_are_shown(site: Site) -> None:
    now, secret = datetime.now(UTC), make_secret()
    address = f"{site.settings.public_url.rstrip('/')}/dev/hooks?answer=200"
    with unit_of_work(site.engine) as session:
        author = session.scalars(select(Staff.id).order_by(Staff.id).limit(1)).one()
        sealed = seal_for(site.settings.secret, "webhook-secret", secret)
        row = Webhook(
            name="Thử", url=address, secret=sealed, state="paused", created_at=now, created_by=author
        )
        session.add(row)
        session.flush()
        made = row.id
    try:
        signed = signature_headers([secret], "msg_7", int(now.timestamp()), BODY)
        assert site.client.post("/dev/hooks", content=BODY, headers=signed).status_code == 200
        slow = site.client.post("/dev/hooks?answer=429", content=BODY, headers=signed)
        assert (slow.status_code, slow.headers["retry-after"]) == (429, "5")
        forged = site.client.post("/dev/hooks", content=BODY + b" ", headers=signed)
        assert forged.status_code == 401
        away = {**signed, "X-Forwarded-For": "203.0.113.9"}
        assert site.client.post("/dev/hooks", content=BODY, headers=away).status_code == 404
        shown = site.get("/dev/hooks").text
        assert shown.count("msg_7") == 3 and "c&lt;b&gt;" in shown
        assert "chữ ký không đúng" in shown and "đã nhận" in shown and "trả lời 429" in shown
        assert site.get("/dev/hooks", **{"X-Forwarded-For": "203.0.113.9"}).status_code == 404
    finally:
        with unit_of_work(site.engine) as session:
            session.delete(session.get_one(Webhook, made))
        site.client.cookies.clear()
