"""A secret made anew: the old one opens nothing, mails carry the new one, staff learn neither."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.casework.citizens.followers import Follow, add_follower
from service.domain.city.reference import Reference
from service.domain.kernel.codes import report_secret
from service.domain.kernel.follower_secrets import follower_secret
from service.domain.privacy.secret_renewal import Renewal, renew_secret
from service.domain.reports.access import Asker, find_report
from service.errors import Forbidden, Invalid, Unauthenticated
from service.models import AuditEntry, Report
from tests.support.factories import make_report
from tests.support.people import KEY, Cast, reporter_of
from tests.support.small_city import NOON

WISH = Renewal()
WHY = Renewal(reason="Người gửi báo lộ liên kết")


@pytest.fixture
def report(session: Session, reference: Reference) -> Report:
    return make_report(session, reference, "in_progress")


def opens(session: Session, report: Report, asker: Asker) -> str:
    try:
        return find_report(session, asker, report.id, now=NOON).actor.kind
    except Unauthenticated:
        return ""


def test_the_reporter_makes_the_old_link_worthless(session: Session, report: Report) -> None:
    old = reporter_of(report)

    new = renew_secret(session, old, report.code, WISH, NOON)

    assert new == report_secret(KEY, report.id, 1)
    assert opens(session, report, old) == ""
    assert opens(session, report, Asker(secret=new, key=KEY)) == "reporter"
    again = renew_secret(session, Asker(secret=new, key=KEY), report.code, WISH, NOON)
    assert opens(session, report, Asker(secret=new, key=KEY)) == ""
    assert opens(session, report, Asker(secret=again, key=KEY)) == "reporter"


def test_a_follower_makes_theirs_anew_and_nobody_elses(
    session: Session, reference: Reference, report: Report
) -> None:
    ids = [
        add_follower(session, reference, Asker(key=KEY), report.id, Follow(), language="vi", now=NOON)[0]
        for _ in range(2)
    ]
    mine, other = (Asker(secret=follower_secret(KEY, each), key=KEY) for each in ids)

    new = renew_secret(session, mine, report.code, WISH, NOON)

    assert opens(session, report, mine) == ""
    assert opens(session, report, Asker(secret=new, key=KEY)) == "follower"
    assert opens(session, report, other) == "follower"
    assert opens(session, report, reporter_of(report)) == "reporter"


def test_a_coordinator_says_why_and_is_told_no_secret(session: Session, cast: Cast, report: Report) -> None:
    assert renew_secret(session, cast.triage.asker, report.code, WHY, NOON) is None

    assert opens(session, report, reporter_of(report)) == ""
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "report.secret_renewed")).one()
    assert entry.staff_id == cast.triage.account.id


def test_others_make_nothing_anew(session: Session, cast: Cast, report: Report) -> None:
    with pytest.raises(Invalid):
        renew_secret(session, cast.triage.asker, report.code, WISH, NOON)
    for person in (cast.department, cast.manager, cast.inspector):
        with pytest.raises(Forbidden):
            renew_secret(session, person.asker, report.code, WHY, NOON)
    with pytest.raises(Unauthenticated):
        renew_secret(session, Asker(key=KEY), report.code, WISH, NOON)
    assert opens(session, report, reporter_of(report)) == "reporter"


def test_the_dead_secret_of_a_duplicate_follows_nothing(
    session: Session, reference: Reference, report: Report
) -> None:
    duplicate = make_report(session, reference, "duplicate", duplicate_of_id=report.id)
    old = reporter_of(duplicate)
    assert opens(session, report, old) == "follower"

    new = renew_secret(session, old, duplicate.code, WISH, NOON)

    assert opens(session, report, old) == ""
    assert opens(session, report, Asker(secret=new, key=KEY)) == "follower"


def test_what_was_split_off_dies_with_the_secret_that_opened_it(
    session: Session, reference: Reference, report: Report
) -> None:
    part = make_report(session, reference, "triage", split_from_id=report.id)
    old = reporter_of(report)

    new = renew_secret(session, old, part.code, WISH, NOON)

    assert opens(session, part, old) == ""
    assert opens(session, report, old) == ""
    assert opens(session, part, Asker(secret=new, key=KEY)) == "reporter"
