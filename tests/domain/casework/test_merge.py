"""Duplicates: where they end, who follows what afterwards, what the original tells."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from service.db import unit_of_work
from service.domain.casework.citizens.followers import Follow, add_follower
from service.domain.casework.merge import merge_into, original_of
from service.domain.kernel.follower_secrets import follower_secret
from service.domain.reports.access import Asker, find_report
from service.domain.reports.events import SYSTEM
from service.domain.reports.reports import ContactDraft
from service.errors import Invalid
from service.models import Follower, Report
from tests.domain.casework.stage import Stage
from tests.support.factories import found_city, make_report
from tests.support.people import KEY, Cast
from tests.support.small_city import NOON

LAN = ContactDraft("Lan", "+84905123456", "lan@vidu.vn")
MINH = ContactDraft("Minh", None, "minh@vidu.vn")


def followers(session: Session, report: Report) -> list[tuple[str | None, str | None, UUID | None]]:
    query = select(Follower).where(Follower.report_id == report.id).order_by(Follower.email)
    query = query.execution_options(populate_existing=True)
    return [(row.phone, row.email, row.merged_from_id) for row in session.scalars(query)]


def follow_with(stage: Stage, report: Report, **contact: str) -> UUID:
    """A follower, with a contact as it was kept before addresses were asked."""
    asker = Asker(key=KEY)
    made, _ = add_follower(
        stage.session, stage.reference, asker, report.id, Follow(), language="vi", now=NOON
    )
    if contact:
        stage.session.execute(update(Follower).where(Follower.id == made).values(**contact))
    return made


def test_a_duplicate_ends_in_its_original_and_both_tell_it(stage: Stage, cast: Cast) -> None:
    original = make_report(stage.session, stage.reference, "in_progress")
    report = make_report(stage.session, stage.reference, "triage")
    stage.step(cast.triage, report, "duplicate", duplicate_of=original.code, reason="Cùng đống rác")

    assert (report.status, report.duplicate_of_id, report.closed_at) == ("duplicate", original.id, NOON)
    merged, joined = stage.events(report)[-1], stage.events(original)[-1]
    assert (merged.type, merged.data["original"], merged.data["reason"]) == (
        "report.merged",
        original.code,
        "Cùng đống rác",
    )
    assert (joined.type, joined.data, joined.public) == ("report.joined", {"duplicate": report.code}, True)
    assert (original.status, original.version) == ("in_progress", 1), "who works on it is not disturbed"


def test_reporter_and_followers_are_carried_over(stage: Stage, cast: Cast) -> None:
    original = make_report(stage.session, stage.reference, "in_progress")
    report = make_report(stage.session, stage.reference, "triage", contact=LAN)
    silent = follow_with(stage, report)
    follow_with(stage, report, email="minh@vidu.vn")
    stage.step(cast.triage, report, "duplicate", duplicate_of=str(original.id))

    assert followers(stage.session, original) == [
        (LAN.phone, LAN.email, report.id),
        (None, MINH.email, report.id),
        (None, None, report.id),
    ]
    assert followers(stage.session, report) == []
    asker = Asker(secret=follower_secret(KEY, silent), key=KEY)
    assert find_report(stage.session, asker, original.id, now=NOON).actor.kind == "follower"


def test_nobody_follows_twice(stage: Stage, cast: Cast) -> None:
    original = make_report(stage.session, stage.reference, "in_progress", contact=MINH)
    report = make_report(stage.session, stage.reference, "triage", contact=LAN)
    follow_with(stage, original, email="lan@vidu.vn")
    both = follow_with(stage, report, email="minh@vidu.vn")
    stage.step(cast.triage, report, "duplicate", duplicate_of=original.code)

    assert followers(stage.session, original) == [(None, "lan@vidu.vn", None)]
    asker = Asker(secret=follower_secret(KEY, both), key=KEY)
    access = find_report(stage.session, asker, original.id, now=NOON)
    assert access.actor.kind == "follower", "the secret opens the original all the same"


def test_an_anonymous_reporter_makes_no_follower(stage: Stage, cast: Cast) -> None:
    original = make_report(stage.session, stage.reference, "in_progress")
    report = make_report(stage.session, stage.reference, "triage", contact=ContactDraft("Lan", None, None))
    stage.step(cast.triage, report, "duplicate", duplicate_of=original.code)
    assert followers(stage.session, original) == []


def test_chains_are_never_made_whichever_end_is_merged(stage: Stage, cast: Cast) -> None:
    first, second, third, fourth = (
        make_report(stage.session, stage.reference, "triage", contact=c) for c in (None, None, LAN, None)
    )
    stage.step(cast.triage, third, "duplicate", duplicate_of=second.code)
    stage.step(cast.triage, second, "duplicate", duplicate_of=first.code)
    stage.step(cast.triage, fourth, "duplicate", duplicate_of=third.code)
    for report in (second, third, fourth):
        stage.session.refresh(report)
        assert report.duplicate_of_id == first.id
        assert original_of(stage.session, report.id) == first.id
    assert followers(stage.session, first) == [(LAN.phone, LAN.email, third.id)]


def test_who_follows_a_duplicate_follows_its_original(stage: Stage, cast: Cast) -> None:
    original, report = (make_report(stage.session, stage.reference, "triage") for _ in range(2))
    stage.step(cast.triage, report, "duplicate", duplicate_of=original.code)
    follow_with(stage, report, email="minh@vidu.vn")
    assert followers(stage.session, original) == [(None, "minh@vidu.vn", None)]


@pytest.mark.parametrize("status", ["withdrawn", "rejected"])
def test_nothing_is_merged_into_a_dead_end(stage: Stage, cast: Cast, status: str) -> None:
    original = make_report(stage.session, stage.reference, status)
    report = make_report(stage.session, stage.reference, "triage")
    with pytest.raises(Invalid) as refused:
        stage.step(cast.triage, report, "duplicate", duplicate_of=original.code)
    assert [error.loc for error in refused.value.errors] == [("duplicate_of",)]


@pytest.mark.parametrize("name", [None, "HUE-2222-22", "nonsense", "\x00"])
def test_the_original_must_be_there(stage: Stage, cast: Cast, name: str | None) -> None:
    report = make_report(stage.session, stage.reference, "triage")
    with pytest.raises(Invalid) as refused:
        stage.step(cast.triage, report, "duplicate", duplicate_of=name)
    assert [error.loc for error in refused.value.errors] == [("duplicate_of",)]


def test_a_department_cannot_find_hidden_reports_by_merging(stage: Stage, cast: Cast) -> None:
    hidden = make_report(stage.session, stage.reference, "assigned", lead="ward-W1", published=False)
    report = make_report(stage.session, stage.reference, "assigned")
    with pytest.raises(Invalid):
        stage.step(cast.department, report, "duplicate", duplicate_of=hidden.code)


def test_a_report_is_no_duplicate_of_itself_nor_of_its_own_duplicate(stage: Stage, cast: Cast) -> None:
    first, second = (make_report(stage.session, stage.reference, "triage") for _ in range(2))
    with pytest.raises(Invalid):
        stage.step(cast.triage, first, "duplicate", duplicate_of=first.code)
    stage.step(cast.triage, second, "duplicate", duplicate_of=first.code)
    with pytest.raises(Invalid):
        stage.step(cast.triage, first, "duplicate", duplicate_of=second.code)
    assert first.status == "triage"


def test_routing_merges_in_the_name_of_the_system(stage: Stage) -> None:
    original, report = (make_report(stage.session, stage.reference, "received") for _ in range(2))
    event = merge_into(stage.session, report, original.id, actor=SYSTEM, at=NOON + timedelta(seconds=1))
    assert (event.actor, event.type, report.status) == ("system", "report.merged", "duplicate")


def test_the_original_stays_locked_until_the_merge_is_committed(clean_engine: Engine) -> None:
    with unit_of_work(clean_engine) as session:
        reference = found_city(session)
        original = make_report(session, reference, "triage").id
        duplicate = make_report(session, reference, "triage").id
    with unit_of_work(clean_engine) as session:
        merge_into(session, session.get_one(Report, duplicate), original, actor=SYSTEM, at=NOON)
        with unit_of_work(clean_engine) as other:
            free = select(Report.id).with_for_update(key_share=True, skip_locked=True)
            assert other.scalars(free).all() == []
