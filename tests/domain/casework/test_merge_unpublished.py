"""A merge opens nothing that is not published: neither the original to its duplicates' people, nor codes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from service.domain.casework.citizens.comments import comments_for
from service.domain.casework.citizens.followers import Follow, add_follower
from service.domain.kernel.follower_secrets import follower_secret
from service.domain.queries.detail import OwnReportView, report_view
from service.domain.queries.timeline import timeline
from service.domain.queries.tracking import read_tracking
from service.domain.reports.access import Asker, find_report
from service.domain.reports.reports import ContactDraft
from service.domain.rules.rulebook import RulebookCache
from service.errors import Conflict, NotFound
from service.models import Report
from service.sending.channels import CHANNELS
from tests.domain.casework.stage import Stage
from tests.support.factories import make_report
from tests.support.people import KEY, Cast, reporter_of
from tests.support.small_city import NOON

OWNER = ContactDraft("Chủ quán", "+84905123456", "quan@vidu.vn")


@pytest.fixture
def whistle(stage: Stage) -> Report:
    """What only the city may read."""
    return make_report(stage.session, stage.reference, "triage", published=False)


def merged_into(stage: Stage, cast: Cast, original: Report, **columns: Any) -> Report:
    report = make_report(stage.session, stage.reference, "triage", contact=OWNER, **columns)
    return stage.step(cast.triage, report, "duplicate", duplicate_of=original.code)


@pytest.mark.parametrize("published", [True, False])
def test_the_sender_of_a_duplicate_reads_nothing_of_the_original(
    stage: Stage, cast: Cast, whistle: Report, published: bool
) -> None:
    asker = reporter_of(merged_into(stage, cast, whistle, published=published))

    for name in (whistle.id, whistle.code):
        with pytest.raises(NotFound):
            find_report(stage.session, asker, name, now=NOON)
        with pytest.raises(NotFound):
            comments_for(stage.session, asker, name, NOON, stage.reference)


def test_the_senders_own_page_says_how_the_original_stands_and_no_more(
    stage: Stage, cast: Cast, whistle: Report
) -> None:
    report = merged_into(stage, cast, whistle)
    asker = reporter_of(report)

    view = report_view(stage.session, stage.reference, asker, report.id, now=NOON, public_url="")

    assert isinstance(view, OwnReportView)
    assert view.own.original is not None
    assert (view.own.original.code, view.own.original.status) == (None, "triage")
    assert str(whistle.id) not in view.model_dump_json()
    inside = report_view(
        stage.session, stage.reference, cast.triage.asker, report.id, now=NOON, public_url=""
    )
    assert str(whistle.id) in str(inside.links.duplicate_of)
    told = timeline(stage.session, stage.reference, asker, report.id, now=NOON)
    assert [item.type for item in told.items][-1] == "report.merged"
    assert whistle.code not in str(told)
    page = read_tracking(
        stage.session, stage.reference, RulebookCache(), CHANNELS, asker, report.code, now=NOON, public_url=""
    )
    assert page.original_code is None
    seen = timeline(stage.session, stage.reference, cast.triage.asker, report.id, now=NOON)
    assert whistle.code in str(seen), "colleagues know where it went"


def test_a_published_original_is_followed_as_before(stage: Stage, cast: Cast) -> None:
    original = make_report(stage.session, stage.reference, "in_progress")
    report = merged_into(stage, cast, original)

    access = find_report(stage.session, reporter_of(report), original.id, now=NOON)

    assert access.actor.kind == "follower"
    view = report_view(
        stage.session, stage.reference, reporter_of(report), report.id, now=NOON, public_url=""
    )
    assert isinstance(view, OwnReportView)
    assert view.own.original is not None
    assert (view.own.original.code, view.own.original.status) == (original.code, "in_progress")


def test_taking_the_original_off_the_public_pages_closes_it_to_the_merged(stage: Stage, cast: Cast) -> None:
    original = make_report(stage.session, stage.reference, "in_progress")
    report = merged_into(stage, cast, original)
    stage.session.execute(update(Report).where(Report.id == original.id).values(published=False))

    with pytest.raises(NotFound):
        find_report(stage.session, reporter_of(report), original.id, now=NOON)


def test_who_followed_the_duplicate_keeps_its_page_alone(stage: Stage, cast: Cast, whistle: Report) -> None:
    report = make_report(stage.session, stage.reference, "triage")
    mine = joined(stage, report)
    stage.step(cast.triage, report, "duplicate", duplicate_of=whistle.code)

    with pytest.raises(NotFound):
        find_report(stage.session, mine, whistle.id, now=NOON)
    assert find_report(stage.session, mine, report.id, now=NOON).actor.kind == "follower"


def test_nobody_follows_an_unpublished_report_by_its_duplicate(
    stage: Stage, cast: Cast, whistle: Report
) -> None:
    report = merged_into(stage, cast, whistle)

    with pytest.raises(Conflict):
        joined(stage, report)


def test_the_original_does_not_name_an_unpublished_duplicate(stage: Stage, cast: Cast) -> None:
    original = make_report(stage.session, stage.reference, "in_progress")
    report = merged_into(stage, cast, original, published=False)
    step_back(stage, cast, report)

    public = timeline(stage.session, stage.reference, Asker(key=KEY), original.id, now=NOON)

    assert [item.type for item in public.items][-2:] == ["report.joined", "report.parted"]
    assert report.code not in str(public)


def test_an_unpublished_original_gives_its_duplicates_back(stage: Stage, cast: Cast, whistle: Report) -> None:
    """Parting goes by the code that the merge told, wherever it was told."""
    report = make_report(stage.session, stage.reference, "triage", published=False)
    below = merged_into(stage, cast, report)
    stage.step(cast.triage, report, "duplicate", duplicate_of=whistle.code)

    step_back(stage, cast, report)

    stage.session.refresh(below)
    assert below.duplicate_of_id == report.id
    told = timeline(stage.session, stage.reference, reporter_of(report), report.id, now=NOON)
    assert whistle.code not in str(told)


def joined(stage: Stage, report: Report) -> Asker:
    follower: UUID
    follower, _ = add_follower(
        stage.session, stage.reference, Asker(key=KEY), report.id, Follow(), language="vi", now=NOON
    )
    return Asker(secret=follower_secret(KEY, follower), key=KEY)


def step_back(stage: Stage, cast: Cast, report: Report) -> None:
    stage.step(cast.triage, report, "triage", reason="Việc khác")
