"""A channel that was added a moment ago stands on every page that lists channels."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from sqlalchemy import update

from service.db import unit_of_work
from service.domain.kernel.codes import report_secret
from service.models import Contact, NoticeChoice
from tests.support.made_up_channel import NAME, add_pigeon
from tests.support.site import HTML, KEY, Site

SECRET = KEY.encode()


@pytest.fixture(autouse=True)
def _pigeon(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    add_pigeon(monkeypatch)
    site.client.cookies.clear()
    yield
    site.client.cookies.clear()


def test_reporters_see_it_beside_the_others_masked_by_its_own_rule(site: Site) -> None:
    code = site.code("in_progress")
    report = site.found(code).id
    with unit_of_work(site.engine) as session:
        if session.get(Contact, report) is None:
            session.add(Contact(report_id=report, phone="+84905123456"))
        else:
            session.execute(
                update(Contact)
                .where(Contact.report_id == report)
                .values(phone="+84905123456", erased_at=None)
            )
    site.client.get(f"/r/{code}?s={report_secret(SECRET, report)}", headers=HTML)

    shown = site.client.get(f"/r/{code}", headers=HTML).text

    assert "Bồ câu loft …6" in shown
    assert "loft +84905123456" not in shown


def test_colleagues_choose_how_often_it_comes(site: Site) -> None:
    site.enter("triage")
    page = site.client.get("/account/notices", headers=HTML).text
    assert "Bồ câu" in page

    answer = site.post("/account/notices", "/account/notices", {"channel": NAME, "pace": "never"})

    assert answer.status_code == 303
    with unit_of_work(site.engine) as session:
        assert session.query(NoticeChoice).filter_by(channel=NAME).count() == 1
    refused = site.post(
        "/account/notices", "/account/notices", {"channel": f"x{uuid4().hex[:4]}", "pace": "never"}
    )
    assert refused.status_code == 422


def test_the_demos_outbox_can_be_asked_for_it_alone(site: Site) -> None:
    page = site.client.get("/dev/outbox", headers=HTML).text
    assert f"/dev/outbox?channel={NAME}" in page
