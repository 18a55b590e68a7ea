"""Any sequence of steps by anybody: what holds of a report whatever people try."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from service.domain.casework.case.deadline import clock_of, policy_of
from service.domain.casework.citizens.participation import Reopening, Withdrawal, reopen_or_appeal, withdraw
from service.domain.city.city import load_calendar
from service.domain.reports.access import Asker
from service.domain.reports.edges import EDGES
from service.domain.reports.lifecycle import allowed
from service.errors import AppError
from service.models import FINISHED, HELD, Event, Report, Status
from tests.domain.casework.stage import Stage
from tests.examples import examples
from tests.support.factories import make_photo, make_report
from tests.support.people import Cast, reporter_of
from tests.support.small_city import NOON

STEPS = {(edge.source, edge.target, edge.event) for edge in EDGES}
PEOPLE = ["triage", "department", "room", "executor", "inspector", "manager", "other_department"]
BACKWARDS = {"triage", "rejected", "duplicate"}
DEPARTMENTS = ["city-cables", "cables-room", "ward-W2"]


class Life(RuleBasedStateMachine):
    """One report, tried at by everybody; time passes."""

    stage: ClassVar[Stage]
    cast: ClassVar[Cast]
    original: ClassVar[Report]

    def __init__(self) -> None:
        super().__init__()
        self.stage.now = NOON
        self.report = make_report(self.stage.session, self.stage.reference, "received")
        self.photo = make_photo(self.stage.session, self.report)
        self.successes = 0

    @rule(choices=st.lists(st.integers(0, 1000), min_size=1, max_size=8), lead=st.sampled_from(DEPARTMENTS))
    def people_do_what_they_may(self, choices: list[int], lead: str) -> None:
        everyone = self.cast.everyone()
        for choice in choices:
            may = [(name, to) for name in PEOPLE for to in allowed(self.report, everyone[name].actor)]
            onwards = [each for each in may if each[1] not in BACKWARDS]
            may = onwards if onwards and choice % 10 else may
            if may:
                name, to = may[choice % len(may)]
                self.step(name, to, reason=f"lý do {self.report.version}", lead=lead, shown=True)
                self.stage.now += timedelta(minutes=choice + 1)  # nobody takes two steps at one instant

    @rule(
        name=st.sampled_from(PEOPLE),
        to=st.sampled_from(Status),
        reason=st.sampled_from(["", "có lý do"]),
        lead=st.sampled_from([None, *DEPARTMENTS]),
        shown=st.booleans(),
        stale=st.booleans(),
    )
    def somebody_tries(self, **wish: Any) -> None:
        self.step(**wish)

    @rule(sure=st.integers(0, 9))
    def the_reporter_withdraws(self, sure: int) -> None:
        if sure != 9:
            return
        self.attempt(
            lambda: withdraw(self.stage.session, self.asker, self.report.id, Withdrawal(), self.stage.now)
        )

    @rule(reason=st.sampled_from(["vẫn bẩn", "chưa xong"]))
    def the_reporter_reopens(self, reason: str) -> None:
        stage, sent = self.stage, Reopening(reason=reason)
        self.attempt(
            lambda: reopen_or_appeal(
                stage.session, stage.reference, self.asker, self.report.id, sent, stage.now
            )
        )

    @rule(minutes=st.integers(1, 3000))
    def time_passes(self, minutes: int) -> None:
        self.stage.now += timedelta(minutes=minutes)

    @property
    def asker(self) -> Asker:
        return reporter_of(self.report)

    def step(
        self, name: str, to: str, reason: str, lead: str | None, shown: bool, stale: bool = False
    ) -> None:
        wish: dict[str, Any] = {
            "reason": reason,
            "lead": lead if to == "assigned" else None,
            "evidence": [self.photo] if shown else [],
            "duplicate_of": self.original.code if to == "duplicate" else None,
            "version": self.report.version + stale,
        }
        person = self.cast.everyone()[name]
        self.attempt(lambda: self.stage.step(person, self.report, to, **wish))

    def attempt(self, act: Callable[[], object]) -> None:
        """A refusal leaves the report as it was; a success is one version more, or a retry."""
        before = (self.report.status, self.report.version, self.report.due_at)
        with self.stage.session.begin_nested() as undo:
            try:
                act()
            except AppError:
                undo.rollback()
        self.stage.session.refresh(self.report)
        assert self.report.version - before[1] in (0, 1)
        if self.report.version == before[1]:
            assert (self.report.status, self.report.version, self.report.due_at) == before
        self.successes += self.report.version - before[1]

    @invariant()
    def every_success_is_one_event_along_one_edge(self) -> None:
        types = {event for _, _, event in STEPS}
        query = select(Event).where(Event.report_id == self.report.id, Event.type.in_(types))
        events = self.stage.session.scalars(query.order_by(Event.id)).all()
        assert len(events) == self.successes
        path = ["received", *(event.status for event in events)]
        assert path[-1] == self.report.status
        taken = {(*edge, event.type) for edge, event in zip(pairwise(path), events, strict=True)}
        assert taken <= STEPS

    @invariant()
    def times_and_parts_fit_the_status(self) -> None:
        report = self.report
        assert (report.paused_at is not None) == (report.status == "waiting")
        assert (report.closed_at is not None) == (report.status in FINISHED)
        assert (report.duplicate_of_id == self.original.id) == (report.status == "duplicate")
        if report.status in HELD | {Status.RESOLVED}:
            assert report.lead_id is not None
            assert report.due_at is not None

    @invariant()
    def the_deadline_is_what_the_events_say(self) -> None:
        stage = self.stage
        policy = policy_of(stage.session, self.report)
        # A new term and what was waited before count from the next step that leads to a department.
        if policy is None or self.report.status in ("triage", *FINISHED):
            return
        calendar = load_calendar(stage.session, stage.reference)
        clock = clock_of(stage.session, self.report)
        state = clock.state(policy.resolve, NOON, calendar, stage.now, policy.amber_ratio)
        assert (self.report.due_at, self.report.amber_at) == (state.at, state.amber_at)


def test_whatever_people_try(stage: Stage, cast: Cast) -> None:
    original = make_report(stage.session, stage.reference, "in_progress")
    world = {"stage": stage, "cast": cast, "original": original}
    run_state_machine_as_test(
        type("LifeHere", (Life,), world),
        settings=settings(
            max_examples=examples(10),
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )


@pytest.mark.parametrize("status", Status)
def test_every_status_can_be_reached(status: Status) -> None:
    reached: set[Status] = set()
    growing = {Status.RECEIVED}
    while growing:
        reached |= growing
        growing = {target for source, target, _ in STEPS if source in reached} - reached
    assert status in reached


def test_only_what_was_withdrawn_never_comes_back() -> None:
    ends = set(Status) - {source for source, _, _ in STEPS}
    assert ends == {"withdrawn"}
    assert ends < FINISHED
