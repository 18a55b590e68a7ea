"""Erasing what is personal: whose, by whom, once, and what stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.domain.casework.citizens.followers import Follow, add_follower
from service.domain.city.reference import Reference
from service.domain.contacts.disclosure import read_contact
from service.domain.kernel.follower_secrets import follower_secret
from service.domain.privacy.erasure import Erasure, ErasureCounts, erase
from service.domain.queries.photo_details import open_original
from service.domain.reports.access import NOBODY, Asker
from service.domain.reports.reports import ContactDraft, submit
from service.errors import Forbidden, Gone, Invalid, NotFound, Unauthenticated
from service.models import (
    AuditEntry,
    Contact,
    Event,
    Follower,
    Message,
    NoticeChoice,
    PendingDeletion,
    Photo,
    Report,
    SentCopy,
    Subscription,
)
from service.sending.channels import CHANNELS
from tests.support.factories import make_photo, make_report
from tests.support.people import KEY, Cast, reporter_of
from tests.support.small_city import NOON, draft

LAN = ContactDraft("Lan", "+84905123456", "lan@vidu.vn")
WISH = Erasure()
ASKED = Erasure(reason="Chị Lan gọi tổng đài")


@pytest.fixture
def report(session: Session, reference: Reference) -> Report:
    made = make_report(session, reference, "in_progress", contact=LAN)
    made.device_hash, made.address_hash = b"d" * 16, b"a" * 16
    session.flush()
    return made


def follower(session: Session, reference: Reference, report: Report, email: str) -> tuple[UUID, Asker]:
    follower_id, _ = add_follower(
        session, reference, Asker(key=KEY), report.id, Follow(), language="vi", now=NOON
    )
    session.execute(update(Follower).where(Follower.id == follower_id).values(email=email))
    session.expire_all()
    return follower_id, Asker(secret=follower_secret(KEY, follower_id), key=KEY)


def told(session: Session, report: Report) -> list[Event]:
    query = select(Event).where(Event.report_id == report.id, Event.type == "report.erased")
    return list(session.scalars(query))


def test_the_reporter_erases_all_that_is_theirs(session: Session, report: Report) -> None:
    photo = make_photo(session, report, "report", exif_lon=107.5, exif_lat=16.4)
    proof = make_photo(session, report, "evidence", staff_id=None)
    words = report.description

    erased = erase(session, reporter_of(report), report.code, WISH, NOON)

    assert erased == ErasureCounts(contact=True, device=True, photos=2)
    session.expire_all()
    contact = session.get_one(Contact, report.id)
    assert (contact.name, contact.phone, contact.email, contact.erased_at) == (None, None, None, NOON)
    assert (report.device_hash, report.address_hash, report.body_hash) == (None, None, b"")
    row = session.get_one(Photo, photo)
    assert (row.original_erased_at, row.exif_lon, row.exif_lat) == (NOON, None, None)
    doomed = set(session.scalars(select(PendingDeletion.key)))
    assert doomed == {row.original_key, session.get_one(Photo, proof).original_key}
    assert report.description == words
    [event] = told(session, report)
    assert not event.public and event.actor == "reporter"
    assert event.data == {"contact": True, "device": True, "photos": 2, "followers": 0}


def test_photos_of_the_staff_keep_their_originals(session: Session, report: Report, cast: Cast) -> None:
    proof = make_photo(session, report, "evidence", staff_id=cast.department.account.id)

    erase(session, reporter_of(report), report.id, WISH, NOON)

    assert session.get_one(Photo, proof, populate_existing=True).original_erased_at is None


def test_the_second_time_changes_nothing(session: Session, report: Report) -> None:
    erase(session, reporter_of(report), report.id, WISH, NOON)

    again = erase(session, reporter_of(report), report.id, WISH, NOON + timedelta(hours=1))

    assert not again.anything
    assert len(told(session, report)) == 1
    assert session.get_one(Contact, report.id, populate_existing=True).erased_at == NOON


def test_an_anonymous_report_has_nothing_to_erase(session: Session, reference: Reference) -> None:
    report = make_report(session, reference)

    assert not erase(session, reporter_of(report), report.id, WISH, NOON).anything
    assert told(session, report) == []


def test_a_follower_erases_their_own_contact_only(
    session: Session, reference: Reference, report: Report
) -> None:
    own, asker = follower(session, reference, report, "minh@vidu.vn")
    other, _ = follower(session, reference, report, "hoa@vidu.vn")

    assert erase(session, asker, report.id, WISH, NOON) == ErasureCounts(followers=1)

    session.expire_all()
    assert session.get_one(Follower, own).email is None
    assert session.get_one(Follower, other).email == "hoa@vidu.vn"
    assert session.get_one(Contact, report.id).phone == "+84905123456"


@pytest.mark.parametrize("who", ["triage", "administrator"])
def test_coordinators_erase_for_somebody_and_it_is_audited(
    session: Session, reference: Reference, report: Report, cast: Cast, who: str
) -> None:
    follower(session, reference, report, "minh@vidu.vn")
    person = cast.everyone()[who]

    erased = erase(session, person.asker, report.code, ASKED, NOON)

    assert erased == ErasureCounts(contact=True, device=True, followers=1)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "report.erased")).one()
    assert (entry.subject, entry.staff_id) == (report.code, person.account.id)
    assert entry.after and entry.after["reason"] == ASKED.reason
    assert "Lan" not in str({**entry.after, "reason": ""}) and "0905" not in str(entry.after)
    with pytest.raises(Gone):
        read_contact(session, CHANNELS, reference, cast.triage.asker, report.id, "gọi lại", NOON)


@pytest.mark.parametrize("who", ["department", "executor", "manager", "inspector"])
def test_other_staff_may_not(session: Session, report: Report, cast: Cast, who: str) -> None:
    with pytest.raises(Forbidden):
        erase(session, cast.everyone()[who].asker, report.id, ASKED, NOON)


def test_staff_say_why_and_strangers_nothing(session: Session, report: Report, cast: Cast) -> None:
    with pytest.raises(Invalid):
        erase(session, cast.triage.asker, report.id, Erasure(reason="  "), NOON)
    with pytest.raises(Unauthenticated):
        erase(session, NOBODY, report.id, WISH, NOON)
    report.published = False
    session.flush()
    with pytest.raises(NotFound):
        erase(session, NOBODY, report.id, WISH, NOON)


def test_an_erased_original_is_gone_for_staff(session: Session, report: Report, cast: Cast) -> None:
    photo = make_photo(session, report, "report")
    erase(session, reporter_of(report), report.id, WISH, NOON)
    session.expire_all()

    with pytest.raises(Gone):
        open_original(session, cast.triage.asker, report.id, photo, now=NOON)


def test_a_late_retry_of_what_was_erased_is_stored_no_second_time(
    session: Session, reference: Reference
) -> None:
    sent = draft(reference.category_by_code["litter"].id, contact=LAN)
    submit(session, sent)
    erase(session, reporter_of(session.get_one(Report, sent.id)), sent.id, WISH, NOON)

    again = submit(session, replace(sent, received_at=NOON + timedelta(minutes=1)))

    assert not again.stored
    assert session.get_one(Contact, sent.id, populate_existing=True).phone is None


def message(report: Report, audience: str, recipient: str, follower: UUID | None = None) -> Message:
    return Message(
        occasion=f"{audience}:{report.code}",
        channel="email",
        recipient=recipient,
        audience=audience,
        notice="assigned",
        language="vi",
        report_id=report.id,
        follower_id=follower,
        not_before=NOON,
        fresh_until=NOON,
        created_at=NOON,
    )


def test_notices_forget_whoever_is_erased_and_nobody_else(
    session: Session, reference: Reference, report: Report
) -> None:
    own, asker = follower(session, reference, report, "minh@vidu.vn")
    wishes: dict[str, dict[str, object]] = {
        "lan@vidu.vn": {"reporter": True},
        "minh@vidu.vn": {"follower_id": own},
        "hoa@vidu.vn": {},
    }
    for recipient, whose in wishes.items():
        wish = Subscription(
            channel="email", recipient=recipient, report_id=report.id, created_at=NOON, **whose
        )
        session.add_all(
            [
                wish,
                NoticeChoice(
                    channel="email", recipient=recipient, report_id=report.id, pace="daily", changed_at=NOON
                ),
            ]
        )
    session.add(message(report, "reporter", "lan@vidu.vn"))
    session.add(message(report, "follower", "minh@vidu.vn", own))
    session.flush()

    def known() -> set[str]:
        tables = (Subscription.recipient, NoticeChoice.recipient, Message.recipient)
        return {each for column in tables for each in session.scalars(select(column))}

    erase(session, reporter_of(report), report.id, WISH, NOON)
    assert known() == {"minh@vidu.vn", "hoa@vidu.vn"}
    erase(session, asker, report.id, WISH, NOON)
    assert known() == {"hoa@vidu.vn"}


def test_a_copy_of_what_was_mailed_tells_erased_words_no_longer(session: Session, report: Report) -> None:
    """The demo keeps sent messages word for word, those to colleagues too: these quote the reporter."""
    told = message(report, "staff", "can-bo@vidu.vn")
    session.add(told)
    session.flush()
    words = {"subject": "Được mở lại", "text": "“Ông A vẫn đổ”", "html": "<p>Ông A vẫn đổ</p>"}
    session.add(SentCopy(message_id=told.id, at=NOON, **words))
    session.flush()

    erase(session, reporter_of(report), report.id, WISH, NOON)
    assert session.scalars(select(SentCopy)).one().subject == "Được mở lại", "words were not asked for"
    erase(session, reporter_of(report), report.id, Erasure(words=True), NOON)
    assert session.scalars(select(SentCopy)).all() == []
