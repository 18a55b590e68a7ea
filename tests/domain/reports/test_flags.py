"""Readers flag a report: once each, a few bring it before the coordinator, nothing hides it by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.casework.case.case import Transition
from service.domain.casework.case.context import CaseContext
from service.domain.casework.transitions import transition
from service.domain.city.reference import Reference
from service.domain.reports.access import Asker
from service.domain.reports.flags import Flag, flag, read_flags, settle_flags
from service.domain.rules.rulebook import RulebookCache
from service.domain.workspaces.desk.settle import SettleRequest, settle_report
from service.errors import Conflict, Forbidden, NotFound
from service.models import Comment, Event, Report, ReportFlag
from tests.domain.city.city_configs import SMALLEST, with_config
from tests.support.factories import make_report
from tests.support.people import KEY, Cast, reporter_of
from tests.support.small_city import NOON

LATER = NOON + timedelta(hours=1)


def say(session: Session, reference: Reference, report: Report, device: str, **more: str) -> bool:
    sent = Flag.model_validate({"reason": "spam", **more})
    return flag(session, reference, Asker(key=KEY), report.id, sent, device=device, now=NOON)


def types(session: Session, report: Report) -> list[str]:
    return list(session.scalars(select(Event.type).where(Event.report_id == report.id).order_by(Event.id)))


def test_enough_people_bring_it_to_the_desk_and_it_stays_public(
    session: Session, reference: Reference
) -> None:
    report = make_report(session, reference, "assigned")
    for number in range(SMALLEST.flags_to_desk - 1):
        assert say(session, reference, report, f"d{number}")
        assert report.desk_reasons == []
    assert say(session, reference, report, "last", note="  Số điện thoại   lạ ")
    assert (report.desk_reasons, report.desk_since) == (["flagged"], NOON)
    assert (report.published, report.status, report.version) == (True, "assigned", 1)
    told = session.scalars(
        select(Event).where(Event.report_id == report.id).order_by(Event.id.desc())
    ).first()
    assert told and (told.type, told.public, told.private) == ("desk.flagged", False, {"flags": {"spam": 3}})
    flags = read_flags(session, report.id)
    assert (flags.total, flags.by_kind, flags.notes) == (3, {"spam": 3}, ["Số điện thoại lạ"])


def test_the_last_word_of_a_person_counts_and_comes_before_the_coordinator(
    session: Session, reference: Reference
) -> None:
    report = make_report(session, reference, "assigned")
    for number in range(SMALLEST.flags_to_desk):
        say(session, reference, report, f"d{number}", note="Quảng cáo")
    settle_flags(session, report.id, NOON)
    assert not say(session, reference, report, "d0", note=" Quảng  cáo ")
    assert read_flags(session, report.id).total == 0

    assert not say(session, reference, report, "d0", reason="private", note="Có số căn cước của tôi")
    flags = read_flags(session, report.id)
    assert (flags.by_kind, flags.notes) == ({"private": 1}, ["Có số căn cước của tôi"])
    assert not say(session, reference, report, "d0", reason="offensive")
    flags = read_flags(session, report.id)
    assert (flags.by_kind, flags.notes) == ({"offensive": 1}, ["Có số căn cước của tôi"])
    assert len(session.scalars(select(ReportFlag)).all()) == SMALLEST.flags_to_desk


def test_each_person_counts_once(session: Session, reference: Reference, cast: Cast) -> None:
    report = make_report(session, reference, "assigned")
    assert say(session, reference, report, "same")
    assert not say(session, reference, report, "same", reason="offensive")
    for asker in (cast.triage.asker, reporter_of(report)):
        sent = Flag(reason="false")
        assert flag(session, reference, asker, report.id, sent, device="same", now=NOON)
        assert not flag(session, reference, asker, report.id, sent, device="other", now=NOON)
    assert read_flags(session, report.id).total == 3


def test_who_flagged_cannot_be_read_from_the_table(session: Session, reference: Reference) -> None:
    report = make_report(session, reference, "assigned")
    say(session, reference, report, "10.0.0.7")
    [row] = session.scalars(select(ReportFlag).where(ReportFlag.report_id == report.id))
    assert b"10.0.0.7" not in row.sender
    assert len(row.sender) == 32


def test_the_city_may_want_more_people(session: Session, reference: Reference) -> None:

    strict = with_config(reference, flags_to_desk=1)
    report = make_report(session, reference, "closed")
    say(session, strict, report, "one")
    assert report.desk_reasons == ["flagged"]


def test_what_is_hidden_cannot_be_flagged(session: Session, reference: Reference) -> None:
    report = make_report(session, reference, "assigned", published=False)
    with pytest.raises(NotFound):
        say(session, reference, report, "x")


def flagged(session: Session, reference: Reference, status: str = "assigned") -> Report:
    report = make_report(session, reference, status)
    for device in "abc":
        say(session, reference, report, device)
    return report


def test_a_coordinator_settles_it_and_later_flags_count_anew(
    session: Session, reference: Reference, cast: Cast
) -> None:
    report = flagged(session, reference)
    sent = SettleRequest(version=1, flags=3, note="Không vi phạm")
    settle_report(session, cast.triage.asker, report.id, sent, LATER)
    assert (report.desk_reasons, report.desk_since, report.status) == ([], None, "assigned")
    assert read_flags(session, report.id).total == 0
    assert types(session, report)[-2:] == ["desk.settled", "comment.added"]
    assert session.scalars(select(Comment.public).where(Comment.report_id == report.id)).all() == [False]
    settle_report(session, cast.triage.asker, report.id, sent, LATER)
    assert types(session, report).count("desk.settled") == 1
    say(session, reference, report, "d")
    assert report.desk_reasons == []


def test_settling_is_refused_where_something_came_meanwhile(
    session: Session, reference: Reference, cast: Cast
) -> None:
    report = flagged(session, reference)
    for wrong in (SettleRequest(version=1, flags=2), SettleRequest(version=2, flags=3)):
        with pytest.raises(Conflict):
            settle_report(session, cast.triage.asker, report.id, wrong, LATER)
    with pytest.raises(Forbidden):
        settle_report(session, cast.department.asker, report.id, SettleRequest(version=1, flags=3), LATER)
    waits = flagged(session, reference, "triage")
    with pytest.raises(Conflict):
        settle_report(session, cast.triage.asker, waits.id, SettleRequest(version=1, flags=3), LATER)
    assert report.desk_reasons == ["flagged"]


def test_a_step_of_a_coordinator_settles_the_flags_too(
    session: Session, reference: Reference, cast: Cast
) -> None:
    report = flagged(session, reference)
    wish = Transition(to="rejected", reason="Quảng cáo", version=1)
    ctx = CaseContext(reference, RulebookCache(), cast.triage.asker, LATER)
    transition(session, ctx, report.id, wish)
    assert (report.desk_reasons, read_flags(session, report.id).total) == ([], 0)
