"""Who says what under a report, who reads it, and what an answer sets going."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta
from uuid import uuid4

import pytest
from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.casework.citizens import comments
from service.domain.casework.citizens.comments import SAME_WITHIN, Remark, comment, comments_for
from service.domain.casework.citizens.followers import Follow, add_follower
from service.domain.city.reference import Reference
from service.domain.kernel.follower_secrets import follower_secret
from service.domain.queries.timeline import timeline
from service.domain.reports.access import NOBODY, Asker
from service.errors import AppError, Conflict, Forbidden, Invalid, NotFound, Unauthenticated
from service.models import Comment, Event, EventType, Report
from tests.support.factories import make_report
from tests.support.people import KEY, Cast, reporter_of
from tests.support.small_city import NOON

STAFF = [field.name for field in fields(Cast)]
HOUR = timedelta(hours=1)


def follower_of(session: Session, reference: Reference, report: Report) -> Asker:
    follower_id, _ = add_follower(
        session, reference, Asker(key=KEY), report.id, Follow(), language="vi", now=NOON
    )
    return Asker(secret=follower_secret(KEY, follower_id), key=KEY)


def types(session: Session, report: Report) -> list[EventType]:
    query = select(Event.type).where(Event.report_id == report.id).order_by(Event.id)
    return list(session.scalars(query))[1:]


def test_the_reporter_and_followers_remark_in_public(session: Session, reference: Reference) -> None:
    report = make_report(session, reference, "in_progress")
    for asker in (reporter_of(report), follower_of(session, reference, report)):
        said, is_new = comment(session, reference, asker, report.id, Remark(text=f"{asker.secret}"), NOON)
        assert (said.kind, said.public, is_new) == ("remark", True, True)
    added = session.scalars(select(Event).where(Event.type == "comment.added")).all()
    assert [(event.actor, event.public) for event in added] == [("reporter", True), ("follower", True)]


def test_the_event_names_the_comment_and_does_not_repeat_it(session: Session, reference: Reference) -> None:
    report = make_report(session, reference, "in_progress")
    said, _ = comment(session, reference, reporter_of(report), report.id, Remark(text="ở ngõ 5"), NOON)
    event = session.scalars(select(Event).where(Event.type == "comment.added")).one()
    assert event.data == {"comment": str(said.id), "kind": "remark"}


def test_an_answer_makes_the_case_go_on_and_is_between_the_reporter_and_the_city(
    session: Session, reference: Reference
) -> None:
    report = make_report(session, reference, "waiting", policy="urgent", due_at=NOON + 10 * HOUR)
    session.add(_waiting_since_noon(report))
    asker = reporter_of(report)
    said, _ = comment(session, reference, asker, report.id, Remark(text="Số 5"), NOON + 3 * HOUR)

    assert (said.kind, said.public) == ("answer", False)
    assert (report.status, report.paused_at) == ("in_progress", None)
    assert report.due_at == NOON + 13 * HOUR
    assert types(session, report)[-2:] == ["comment.added", "report.resumed"]
    resumed = session.scalars(select(Event).where(Event.type == "report.resumed")).one()
    assert (resumed.actor, resumed.public) == ("reporter", True)


def _waiting_since_noon(report: Report) -> Event:
    return Event(
        report_id=report.id,
        type="report.waiting",
        at=NOON,
        public=True,
        actor="staff",
        status="waiting",
        category_id=report.category_id,
        lon=report.lon,
        lat=report.lat,
    )


def test_a_retried_answer_is_no_second_remark(session: Session, reference: Reference) -> None:
    report = make_report(session, reference, "waiting")
    asker = reporter_of(report)
    first, _ = comment(session, reference, asker, report.id, Remark(text="Số 5"), NOON)
    again, is_new = comment(session, reference, asker, report.id, Remark(text=" Số  5"), NOON + HOUR / 60)
    assert (again, is_new) == (first, False)
    assert types(session, report) == ["comment.added", "report.resumed"]


def test_a_followers_words_are_no_answer(session: Session, reference: Reference) -> None:
    report = make_report(session, reference, "waiting")
    follower = follower_of(session, reference, report)
    said, _ = comment(session, reference, follower, report.id, Remark(text="Tôi cũng thấy"), NOON)
    assert (said.kind, report.status) == ("remark", "waiting")


def test_the_same_id_is_the_same_comment_and_never_another(session: Session, reference: Reference) -> None:
    report, other = (make_report(session, reference, "in_progress") for _ in range(2))
    sent = Remark(text="một", id=uuid4())
    asker = reporter_of(report)
    assert comment(session, reference, asker, report.id, sent, NOON)[1] is True
    assert comment(session, reference, asker, report.id, sent, NOON + 9 * HOUR)[1] is False
    with pytest.raises(Conflict):
        comment(session, reference, asker, report.id, Remark(text="hai", id=sent.id), NOON)
    with pytest.raises(Conflict):
        comment(session, reference, reporter_of(other), other.id, sent, NOON)
    assert len(session.scalars(select(Comment)).all()) == 1


def test_without_an_id_the_same_words_are_a_retry_for_a_while(session: Session, reference: Reference) -> None:
    report = make_report(session, reference, "in_progress")
    asker, sent = reporter_of(report), Remark(text="vẫn chưa ai đến")
    times = [NOON, NOON + SAME_WITHIN / 2, NOON + SAME_WITHIN]
    assert [comment(session, reference, asker, report.id, sent, at)[1] for at in times] == [True, False, True]


@pytest.mark.parametrize("status", ["duplicate", "withdrawn"])
def test_nobody_speaks_where_nobody_listens(session: Session, reference: Reference, status: str) -> None:
    report = make_report(session, reference, status)
    with pytest.raises(Conflict):
        comment(session, reference, reporter_of(report), report.id, Remark(text="alo"), NOON)


def test_a_stranger_says_nothing(session: Session, reference: Reference) -> None:
    report, hidden = (make_report(session, reference, published=published) for published in (True, False))
    with pytest.raises(Unauthenticated):
        comment(session, reference, NOBODY, report.id, Remark(text="alo"), NOON)
    with pytest.raises(NotFound):
        comment(session, reference, NOBODY, hidden.id, Remark(text="alo"), NOON)


@pytest.mark.parametrize("text", ["\u200b", "\x00", "\u200b \u2060"])
def test_a_comment_of_nothing_is_none(session: Session, reference: Reference, text: str) -> None:
    report = make_report(session, reference)
    with pytest.raises((Invalid, ValidationError)):
        comment(session, reference, reporter_of(report), report.id, Remark(text=text), NOON)


def test_a_citizen_chooses_no_kind(session: Session, reference: Reference) -> None:
    report = make_report(session, reference)
    with pytest.raises(Invalid):
        comment(session, reference, reporter_of(report), report.id, Remark(text="a", kind="reply"), NOON)


@pytest.mark.parametrize("name", STAFF)
@pytest.mark.parametrize("kind", [None, "note", "reply"])
def test_colleagues_note_and_those_in_charge_reply(
    session: Session, reference: Reference, cast: Cast, name: str, kind: str | None
) -> None:
    report = make_report(session, reference, "in_progress", lead="cables-room", executor="telecom")
    working = {"triage", "department", "room", "executor", "inspector", "manager"}
    may = working - {"executor"} if kind == "reply" else working
    asker = cast.everyone()[name].asker
    sent = Remark.model_validate({"text": "đã gọi", "kind": kind})
    if name in may:
        said, _ = comment(session, reference, asker, report.id, sent, NOON)
        assert (said.kind, said.public) == (kind or "note", kind == "reply")
    else:
        with pytest.raises(Forbidden):
            comment(session, reference, asker, report.id, sent, NOON)


@pytest.fixture
def spoken(session: Session, reference: Reference, cast: Cast) -> Report:
    """A case with one comment of each kind."""
    report = make_report(session, reference, "waiting", lead="cables-room", executor="telecom")
    comment(session, reference, reporter_of(report), report.id, Remark(text="answer"), NOON)
    comment(session, reference, reporter_of(report), report.id, Remark(text="remark"), NOON + HOUR)
    triage = cast.triage.asker
    for kind, at in (("reply", 2), ("note", 3)):
        sent = Remark.model_validate({"text": kind, "kind": kind})
        comment(session, reference, triage, report.id, sent, NOON + at * HOUR)
    return report


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("triage", ["answer", "remark", "reply", "note"]),
        ("room", ["answer", "remark", "reply", "note"]),
        ("executor", ["remark", "reply"]),
        ("other_department", ["remark", "reply"]),
    ],
)
def test_staff_read_what_their_part_lets_them(
    session: Session, reference: Reference, cast: Cast, spoken: Report, name: str, read: list[str]
) -> None:
    found = comments_for(session, cast.everyone()[name].asker, spoken.id, NOON, reference)
    assert [said.text for said in found] == read


def test_citizens_read_what_is_public_and_reporters_their_own_answers(
    session: Session, reference: Reference, spoken: Report
) -> None:
    def read(asker: Asker) -> list[str]:
        return [said.text for said in comments_for(session, asker, spoken.id, NOON, reference)]

    assert read(NOBODY) == ["remark", "reply"]
    assert read(follower_of(session, reference, spoken)) == ["remark", "reply"]
    assert read(reporter_of(spoken)) == ["answer", "remark", "reply"]


def test_what_is_said_of_an_unpublished_report_is_read_by_its_reporter_alone(
    session: Session, reference: Reference
) -> None:
    report = make_report(session, reference, published=False)
    comment(session, reference, reporter_of(report), report.id, Remark(text="kín"), NOON)
    found = comments_for(session, reporter_of(report), report.id, NOON, reference)
    assert [(said.text, said.public) for said in found] == [("kín", False)]
    with pytest.raises(NotFound):
        comments_for(session, NOBODY, report.id, NOON, reference)


def test_the_page_of_an_unpublished_report_tells_its_reporter_what_was_said(
    session: Session, reference: Reference, cast: Cast
) -> None:
    """A comment stands where its event does; the notes of colleagues and their events stay inside."""
    report = make_report(session, reference, "in_progress", published=False)
    comment(session, reference, reporter_of(report), report.id, Remark(text="kín"), NOON)
    for kind in ("reply", "note"):
        comment(session, reference, cast.triage.asker, report.id, Remark(text=kind, kind=kind), NOON)

    told = timeline(session, reference, reporter_of(report), report.id, now=NOON).items

    said = [each.data["kind"] for each in told if each.type == EventType.COMMENT_ADDED]
    assert said == ["remark", "reply"]


def test_every_refusal_leaves_nothing(session: Session, reference: Reference, cast: Cast) -> None:
    report = make_report(session, reference, "in_progress")
    for asker in (NOBODY, cast.other_department.asker):
        with pytest.raises(AppError):
            comment(session, reference, asker, report.id, Remark(text="alo"), NOON)
    assert session.scalars(select(Comment)).all() == []
    assert types(session, report) == []


def test_strangers_may_say_so_much_and_the_reporter_still_answers(
    session: Session, reference: Reference, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comments, "MOST_OF_CITIZENS", 3)
    report = make_report(session, reference, "in_progress")
    stranger = follower_of(session, reference, report)
    for index in range(3):
        comment(session, reference, stranger, report.id, Remark(text=f"lần {index}"), NOON)
    with pytest.raises(Conflict):
        comment(session, reference, stranger, report.id, Remark(text="nữa"), NOON)
    again, is_new = comment(session, reference, stranger, report.id, Remark(text="lần 2"), NOON)
    assert not is_new and again.text == "lần 2"
    assert comment(session, reference, reporter_of(report), report.id, Remark(text="tôi"), NOON)[1]


def test_the_newest_comments_are_read_and_never_all_of_thousands(
    session: Session, reference: Reference, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comments, "MOST_READ", 2)
    report = make_report(session, reference, "in_progress")
    asker = reporter_of(report)
    for index in range(4):
        comment(session, reference, asker, report.id, Remark(text=f"lần {index}"), NOON + index * HOUR)
    found = comments_for(session, asker, report.id, NOON + 9 * HOUR, reference)
    assert [said.text for said in found] == ["lần 2", "lần 3"]
