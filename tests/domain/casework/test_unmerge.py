"""Taking a merge back: everybody is again where they had joined, whatever was merged in between."""

from __future__ import annotations

from collections import Counter
from typing import ClassVar
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import or_, select, update

from service.domain.casework.citizens.followers import Follow, add_follower
from service.domain.kernel.codes import report_secret
from service.domain.reports.access import Asker, find_report
from service.domain.reports.reports import ContactDraft
from service.errors import Conflict, Forbidden, Invalid, Unauthenticated
from service.models import Contact, Follower, Report
from tests.domain.casework.stage import Stage
from tests.support.examples import examples
from tests.support.factories import make_report
from tests.support.people import KEY, Cast
from tests.support.small_city import NOON

LAN = ContactDraft("Lan", "+84905123456", None)
PEOPLE = ["an@vidu.vn", "binh@vidu.vn", "chi@vidu.vn"]


def join(stage: Stage, report: Report, email: str) -> UUID:
    """Follow with an address, as it was kept before addresses were asked; the same again is the same."""
    known = (
        select(Follower.id)
        .where(Follower.email == email)
        .where(or_(Follower.report_id == report.id, Follower.merged_from_id == report.id))
    )
    if (found := stage.session.scalar(known)) is not None:
        return found
    asker = Asker(key=KEY)
    made, _ = add_follower(
        stage.session, stage.reference, asker, report.id, Follow(), language="vi", now=NOON
    )
    stage.session.execute(update(Follower).where(Follower.id == made).values(email=email))
    return made


def followers(stage: Stage, report: Report) -> list[str]:
    query = select(Follower.email, Follower.phone).where(Follower.report_id == report.id)
    return sorted(str(row.email or row.phone) for row in stage.session.execute(query))


def merged(stage: Stage, cast: Cast, status: str = "triage") -> tuple[Report, Report]:
    original = make_report(stage.session, stage.reference, "in_progress")
    report = make_report(stage.session, stage.reference, status, contact=LAN, supports=("ward-W1",))
    join(stage, report, "an@vidu.vn")
    stage.step(cast.triage, report, "duplicate", duplicate_of=original.code)
    return original, report


@pytest.mark.parametrize("status", ["triage", "assigned", "in_progress"])
def test_a_duplicate_goes_back_to_the_desk_with_everybody(stage: Stage, cast: Cast, status: str) -> None:
    original, report = merged(stage, cast, status)
    assert followers(stage, original) == ["+84905123456", "an@vidu.vn"]
    stage.step(cast.triage, report, "triage", reason="Hai đống rác khác nhau")

    assert (report.status, report.duplicate_of_id, report.closed_at) == ("triage", None, None)
    assert (report.triage_reason, report.desk_reasons, report.lead_id) == ("unmerged", ["unmerged"], None)
    assert followers(stage, original) == []
    assert followers(stage, report) == ["an@vidu.vn"]
    assert report.support_ids == []
    unmerged, parted = stage.events(report)[-1], stage.events(original)[-1]
    assert (unmerged.type, unmerged.public, unmerged.data["original"], unmerged.data["reason"]) == (
        "report.unmerged",
        True,
        original.code,
        "Hai đống rác khác nhau",
    )
    assert (parted.type, parted.data, parted.public) == ("report.parted", {"duplicate": report.code}, True)
    assert original.version == 1, "who works on it is not disturbed"


def test_the_reporters_secret_no_longer_opens_the_other_report(stage: Stage, cast: Cast) -> None:
    original, report = merged(stage, cast)
    stage.step(cast.triage, report, "triage", reason="Khác")
    asker = Asker(secret=report_secret(KEY, report.id), key=KEY)
    assert find_report(stage.session, asker, report.id, now=NOON).actor.kind == "reporter"
    with pytest.raises(Unauthenticated):
        find_report(stage.session, asker, original.id, now=NOON)


def test_what_had_been_merged_into_it_before_goes_back_with_it(stage: Stage, cast: Cast) -> None:
    third, second, first, other = (make_report(stage.session, stage.reference, "triage") for _ in range(4))
    join(stage, third, "an@vidu.vn")
    join(stage, other, "an@vidu.vn")
    stage.step(cast.triage, third, "duplicate", duplicate_of=second.code)
    stage.step(cast.triage, second, "duplicate", duplicate_of=first.code)
    stage.step(cast.triage, other, "duplicate", duplicate_of=first.code)
    assert followers(stage, first) == ["an@vidu.vn"]
    stage.step(cast.triage, second, "triage", reason="Khác")

    stage.session.refresh(third)
    assert third.duplicate_of_id == second.id
    assert other.duplicate_of_id == first.id
    assert followers(stage, second) == ["an@vidu.vn"]
    assert followers(stage, first) == ["an@vidu.vn"], "the one who stayed still hears of it"


def test_who_had_stayed_half_way_goes_back_too(stage: Stage, cast: Cast) -> None:
    last, between = (make_report(stage.session, stage.reference, "triage") for _ in range(2))
    first = make_report(stage.session, stage.reference, "triage", contact=ContactDraft(None, None, PEOPLE[0]))
    join(stage, last, PEOPLE[0])
    stage.step(cast.triage, first, "duplicate", duplicate_of=between.code)
    stage.step(cast.triage, between, "duplicate", duplicate_of=last.code)
    assert followers(stage, between) == [PEOPLE[0]], "the last one had them already"
    for report in (first, between):
        stage.session.refresh(report)
        stage.step(cast.triage, report, "triage", reason="Khác")
    assert followers(stage, between) == followers(stage, first) == []
    assert followers(stage, last) == [PEOPLE[0]]


def test_only_the_coordinator_and_with_a_reason(stage: Stage, cast: Cast) -> None:
    _, report = merged(stage, cast, "in_progress")
    with pytest.raises(Forbidden):
        stage.step(cast.department, report, "triage", reason="Khác")
    with pytest.raises(Invalid):
        stage.step(cast.triage, report, "triage")
    with pytest.raises(Conflict):
        stage.step(cast.triage, report, "triage", reason="Khác", version=report.version - 1)
    assert report.status == "duplicate"


class Merges(RuleBasedStateMachine):
    """Reports whose reporters and followers are few people, merged and parted in any order."""

    stage: ClassVar[Stage]
    cast: ClassVar[Cast]

    def __init__(self) -> None:
        super().__init__()
        self.stage.now = NOON
        contacts = [ContactDraft(None, None, PEOPLE[0]), ContactDraft(None, None, PEOPLE[1]), None, None]
        session, reference = self.stage.session, self.stage.reference
        self.reports = [make_report(session, reference, "triage", contact=each) for each in contacts]
        self.joined: Counter[tuple[UUID, str]] = Counter()
        for place, report in enumerate(self.reports):
            for email in PEOPLE[place % 3 :]:
                contact = contacts[place]
                if contact is None or contact.email != email:
                    join(self.stage, report, email)
                    self.joined[report.id, email] += 1

    @rule(which=st.integers(0, 3), into=st.integers(0, 3))
    def merge(self, which: int, into: int) -> None:
        report, original = self.reports[which], self.reports[into]
        if report.status == "triage" and self._root(original) != report.id:
            self.stage.step(self.cast.triage, report, "duplicate", duplicate_of=original.code)

    @rule(which=st.integers(0, 3))
    def part(self, which: int) -> None:
        report = self.reports[which]
        if report.status == "duplicate":
            self.stage.step(self.cast.triage, report, "triage", reason="Khác")

    @invariant()
    def nobody_is_lost_or_doubled(self) -> None:
        rows = self.stage.session.execute(
            select(Follower.report_id, Follower.merged_from_id, Follower.email).where(
                Follower.report_id.in_([report.id for report in self.reports]), Follower.body_hash != b""
            )
        ).all()
        assert Counter((row.merged_from_id or row.report_id, row.email) for row in rows) == self.joined

    @invariant()
    def everybody_hears_of_the_report_they_joined(self) -> None:
        """Once, and by the report that the one they joined was merged into; a lone one tells nobody else."""
        for report in self.reports:
            self.stage.session.refresh(report)
        expected: dict[UUID, set[str]] = {}
        for report in self.reports:
            told = {email for (joined, email) in self.joined if joined == report.id}
            contact = self.stage.session.get(Contact, report.id)
            told |= {contact.email} if contact and contact.email else set()
            expected.setdefault(self._root(report), set()).update(told)
        for report in self.reports:
            if report.status == "triage":
                contact = self.stage.session.get(Contact, report.id)
                own = [contact.email] if contact and contact.email else []
                told_now = [*own, *followers(self.stage, report)]
                assert sorted(told_now) == sorted(expected[report.id])

    def _root(self, report: Report) -> UUID:
        self.stage.session.refresh(report)
        return (
            report.duplicate_of_id if report.status == "duplicate" and report.duplicate_of_id else report.id
        )


def test_followers_are_never_lost_or_doubled(stage: Stage, cast: Cast) -> None:
    class Here(Merges):
        pass

    Here.stage, Here.cast = stage, cast
    few = settings(
        max_examples=examples(6),
        stateful_step_count=8,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Here, settings=few)
