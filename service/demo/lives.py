"""Lives of demo reports: what happened when, along the edges of the life cycle, up to now."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from service.demo import words
from service.models import EventType, Status

SYSTEM, REPORTER, STAFF = "system", "reporter", "staff"
FOLLOW_UP_AFTER = timedelta(days=14)
AFTERWARDS = (EventType.RATED, EventType.FOLLOW_UP_ASKED)
"""Events after the end of a life, which change nothing of the report."""


@dataclass(slots=True)
class Moment:
    """Event of a life: `photo` says that evidence came with it. `stamp` is `at` as text."""

    type: EventType
    at: datetime
    stamp: str
    status: Status
    actor: str
    data: dict[str, object]
    photo: bool = False


@dataclass(slots=True)
class DemoLife:
    """State of a demo report while its life is made. `term` is the time its department has."""

    random: Random
    received_at: datetime
    now: datetime
    term: timedelta
    leads: tuple[str, ...]
    status: Status = Status.RECEIVED
    at: datetime = field(init=False)
    moments: list[Moment] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.at = self.received_at

    def step(
        self,
        type: EventType,  # noqa: A002 - the event's own word
        status: Status,
        after: timedelta,
        actor: str = STAFF,
        *,
        photo: bool = False,
        **data: object,
    ) -> bool:
        """Let something happen `after` the last; return False when that lies in the future:
        the life stands here.
        """
        at = self.at + after
        if at >= self.now:
            return False
        event_data = {
            "from": self.status,
            "to": status,
            **{key: value for key, value in data.items() if value},
        }
        self.moments.append(Moment(type, at, str(at), status, actor, event_data, photo))
        self.status, self.at = status, at
        return True

    def chance(self, share: float) -> bool:
        """Return True in that share of lives."""
        return self.random.random() < share

    def hours(self, mean: float) -> timedelta:
        """Return a waiting time with that mean and a long tail."""
        return timedelta(hours=min(self.random.expovariate(1 / mean), mean * 6))


def life_moments(life: DemoLife, *, routed: bool) -> list[Moment]:
    """Return the whole life so far; `routed` is false where no rule fitted and a person had to decide."""
    if _begins(life, routed=routed) and _is_worked_on(life):
        _ends(life)
    return life.moments


def cut(moments: list[Moment], status: Status) -> list[Moment] | None:
    """Return the life up to where it first comes to `status`; None if it never does."""
    for index, moment in enumerate(moments):
        if moment.status == status:
            return moments[: index + 1]
    return None


def _begins(life: DemoLife, *, routed: bool) -> bool:
    """Lead a life from reception to a department; return False when it ends or stands before."""
    seconds = timedelta(seconds=life.random.uniform(0.3, 1.8))
    if not routed:
        return life.step(EventType.TRIAGED, Status.TRIAGE, seconds, SYSTEM, why="no_rule") and _at_the_desk(
            life
        )
    if not life.step(EventType.ASSIGNED, Status.ASSIGNED, seconds, SYSTEM, lead=life.leads[0]):
        return False
    if life.chance(0.012):
        reason = _one(life, words.WITHDRAWN)
        life.step(EventType.WITHDRAWN, Status.WITHDRAWN, life.hours(1), REPORTER, reason=reason)
        return False
    if life.chance(0.04):
        reason = _one(life, words.REFUSED)
        return life.step(EventType.REFUSED, Status.TRIAGE, life.hours(4), reason=reason) and _at_the_desk(
            life
        )
    return True


def _at_the_desk(life: DemoLife) -> bool:
    """Let a triage officer decide."""
    if life.chance(0.25) or not life.leads:
        life.step(EventType.REJECTED, Status.REJECTED, life.hours(2), reason=_one(life, words.REJECTED))
        return False
    return life.step(EventType.ASSIGNED, Status.ASSIGNED, life.hours(1.5), lead=life.leads[0])


def _is_worked_on(life: DemoLife) -> bool:
    if not life.step(EventType.ACCEPTED, Status.IN_PROGRESS, life.hours(5)):
        return False
    if len(life.leads) > 1 and life.chance(0.04):
        reason = _one(life, words.HANDED_ON)
        handed = life.step(
            EventType.HANDED_ON, Status.ASSIGNED, life.hours(8), reason=reason, lead=life.leads[1]
        )
        if not (handed and life.step(EventType.ACCEPTED, Status.IN_PROGRESS, life.hours(6))):
            return False
    if life.chance(0.07):
        waits = life.step(EventType.WAITING, Status.WAITING, life.hours(10), reason=_one(life, words.ASKED))
        if not (waits and life.step(EventType.RESUMED, Status.IN_PROGRESS, life.hours(40), REPORTER)):
            return False
    if life.chance(0.02):
        life.step(EventType.REJECTED, Status.REJECTED, life.hours(20), reason=_one(life, words.REJECTED))
        return False
    return _is_resolved(life)


def _is_resolved(life: DemoLife) -> bool:
    """Four in five in time, the rest late, some very."""
    late = life.chance(0.2)
    share = life.random.uniform(1.02, 1.9) if late else life.random.betavariate(2, 2.6)
    done_at = max(life.received_at + life.term * share, life.at + timedelta(minutes=20))
    return life.step(EventType.RESOLVED, Status.RESOLVED, done_at - life.at, photo=True)


def _ends(life: DemoLife) -> None:
    if life.chance(0.06):
        reason = _one(life, words.SENT_BACK)
        back = life.step(EventType.SENT_BACK, Status.IN_PROGRESS, life.hours(30), reason=reason, photo=True)
        if not (back and life.step(EventType.RESOLVED, Status.RESOLVED, life.hours(30), photo=True)):
            return
    by_time = life.chance(0.3)
    after = timedelta(days=7) if by_time else life.hours(40)
    if not life.step(EventType.CLOSED, Status.CLOSED, after, SYSTEM if by_time else STAFF):
        return
    ended = life.at
    if life.chance(0.3):
        life.step(EventType.RATED, Status.CLOSED, life.hours(20), REPORTER, score=_score(life))
    if life.chance(0.025):
        reason = _one(life, words.REOPENED)
        reopened = life.step(EventType.REOPENED, Status.IN_PROGRESS, life.hours(60), REPORTER, reason=reason)
        if reopened and _is_resolved(life):
            life.step(EventType.CLOSED, Status.CLOSED, life.hours(40))
        return
    life.step(EventType.FOLLOW_UP_ASKED, Status.CLOSED, ended + FOLLOW_UP_AFTER - life.at, SYSTEM)


def _score(life: DemoLife) -> int:
    return life.random.choices((1, 2, 3, 4, 5), (6, 7, 17, 34, 36))[0]


def _one(life: DemoLife, sentences: tuple[str, ...]) -> str:
    return life.random.choice(sentences)
