"""What a stranger can make grow has an end: unfinished photos, browsers of unknown push services, files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from service.db import make_engine, unit_of_work
from service.domain.people.devices import KNOWN_SERVICES, MOST_OF_SITE, _check_number, is_known_service
from service.domain.workspaces.downloads import orders, quota
from service.errors import TooMany
from service.models import Download, PushDevice
from service.models.ops.download import DownloadState
from service.settings import Settings
from service.storage import Storage
from service.web import resumable_upload

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)


@pytest.fixture
def session(settings: Settings) -> Iterator[Session]:
    engine = make_engine(settings.sqlalchemy_url)
    with unit_of_work(engine) as made:
        yield made
        made.rollback()
    engine.dispose()


def test_a_report_has_so_many_unfinished_photos_and_each_may_go_on(tmp_path: Path) -> None:
    storage, report, photos = (
        Storage(tmp_path.as_uri()),
        uuid4(),
        [uuid4() for _ in range(resumable_upload.MOST_OPEN)],
    )
    for photo in photos:
        resumable_upload.append_bytes(storage, report, photo, b"a" * 10, offset=0, length=30)
    with pytest.raises(TooMany) as refused:
        resumable_upload.append_bytes(storage, report, uuid4(), b"a", offset=0, length=30)
    assert refused.value.headers["Retry-After"]
    assert resumable_upload.append_bytes(storage, report, photos[0], b"b" * 10, offset=10, length=30) == 20
    assert resumable_upload.append_bytes(storage, uuid4(), uuid4(), b"a", offset=0, length=30) == 1
    resumable_upload.clear_upload(storage, report, photos[0])
    assert resumable_upload.append_bytes(storage, report, uuid4(), b"a", offset=0, length=30) == 1


SERVICES = [
    ("https://fcm.googleapis.com/fcm/send/x", True),
    ("https://updates.push.services.mozilla.com/wpush/v2/x", True),
    ("https://sg2p.notify.windows.com/w/?token=x", True),
    ("https://web.push.apple.com/x", True),
    ("https://fcm.googleapis.com.attacker.example/x", False),
    ("https://attacker.example/fcm.googleapis.com/x", False),
    ("https://xfcm.googleapis.com/x", False),
    ("https://push7.attacker.example/x", False),
]


@pytest.mark.parametrize(("endpoint", "known"), SERVICES)
def test_the_push_services_of_browsers_are_known(endpoint: str, known: bool) -> None:
    assert is_known_service(endpoint) is known


def keep(session: Session, endpoint: str) -> None:
    session.add(PushDevice(endpoint=endpoint, p256dh="p", auth="a", created_at=NOW))
    session.flush()


def test_browsers_of_one_unknown_domain_have_a_ceiling_and_others_none(session: Session) -> None:
    for index in range(MOST_OF_SITE):
        endpoint = f"https://push{index}.tarpit-{uuid4().hex[:6]}.example.net/x"
        _check_number(session, endpoint)
        keep(session, f"https://push{index}.attacker.example/x")
    with pytest.raises(TooMany):
        _check_number(session, "https://push-new.attacker.example/x")
    with pytest.raises(TooMany):
        _check_number(session, "https://attacker.example/x")
    _check_number(session, "https://push0.attacker.example/x")  # the same browser, with newer keys
    _check_number(session, "https://fcm.googleapis.com/fcm/send/x")
    assert KNOWN_SERVICES


def test_the_public_shares_a_file_of_the_same_filters(session: Session) -> None:
    def ask(at: datetime = NOW, **asked: str) -> object:
        made = orders.order_download(session, None, "reports", "csv", asked, language="vi", now=at)
        return made.id

    first = ask(ward="19789")
    assert ask(ward="19789") == first
    assert ask(ward="19753") != first
    assert ask(NOW + quota.SHARED_FOR + timedelta(minutes=1), ward="19789") != first
    session.get_one(Download, first).state = DownloadState.FAILED
    assert ask(ward="19789") != first


def test_beyond_the_budget_the_oldest_public_files_go(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quota, "BUDGET_BYTES", 250)
    rows = [
        Download(
            id=uuid4(),
            kind="reports",
            format="csv",
            asked={"n": str(index)},
            language="vi",
            state=DownloadState.READY,
            size=100,
            key=f"original/download/{index}.csv",
            created_at=NOW + timedelta(minutes=index),
            expires_at=NOW + timedelta(hours=24),
        )
        for index in range(4)
    ]
    session.add_all(rows)
    session.flush()
    quota.expire_oldest(session, now=NOW + timedelta(hours=1))
    session.expire_all()
    gone = {identity for identity, _ in orders.expired_downloads(session, now=NOW + timedelta(hours=1))}
    assert {row.id for row in rows[:2]} <= gone
    assert not {row.id for row in rows[2:]} & gone
