"""Health of the installation: signs of life of the background processes, and what waits to be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from service.domain.emergencies.takers import count_unreached
from service.models import BackupRun, Consumer, Event, Heartbeat, Report, Status

FRESH = timedelta(seconds=20)
"""Background processes say every five seconds that they live; after this they do not."""

ROUTED_WITHIN = timedelta(seconds=30)
FORGOTTEN = timedelta(days=1)
SAVED_WITHIN = timedelta(hours=26)
"""A backup a day; after this a scheduled one is missing."""


@dataclass(frozen=True, slots=True)
class ProcessSign:
    """The last sign of life of a background process: `kind` is `relay`, `worker` or `beat`; a worker says
    which `queues` it reads.
    """

    name: str
    kind: str
    age_s: float
    lives: bool
    queues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Health:
    """`unplaced` events wait for their position, the oldest for `lag_s`; `behind` is by consumer, in events;
    `unrouted` reports were received more than half a minute ago and no rule has looked at them yet;
    `unreached` emergencies ring, and no message of theirs got through to anybody;
    `backup_age_s` is the time since the newest whole backup began, None where there is none, `history_s`
    since the first event."""

    database: str
    schema: str
    signs: list[ProcessSign]
    unplaced: int
    lag_s: float
    behind: dict[str, int]
    unrouted: int
    unreached: int
    backup_age_s: float | None
    history_s: float

    def saved(self) -> bool:
        """Return whether the newest backup is as young as a daily one has to be; a new installation has a
        day.
        """
        age_s = self.history_s if self.backup_age_s is None else self.backup_age_s
        return age_s <= SAVED_WITHIN.total_seconds()

    def lives(self, kind: str) -> bool:
        """Return whether at least one process of this kind lives."""
        return any(sign.lives for sign in self.signs if sign.kind == kind)

    @property
    def queues_read(self) -> frozenset[str]:
        """Return the queues that at least one living worker reads."""
        return frozenset(queue for sign in self.signs if sign.lives for queue in sign.queues)


def read_health(session: Session, now: datetime) -> Health:
    """Return the installation at this moment, in a few cheap queries."""
    newest = session.scalar(select(func.max(Event.position))) or 0
    waiting = session.execute(select(func.count(), func.min(Event.at)).where(Event.position.is_(None))).one()
    consumers = session.execute(select(Consumer.name, Consumer.position, Consumer.enabled)).all()
    return Health(
        database=session.scalars(text(_VERSIONS)).one(),
        schema=session.scalars(text("SELECT version_num FROM alembic_version")).one(),
        signs=signs_of_life(session, now),
        unplaced=waiting[0],
        lag_s=max(0.0, (now - waiting[1]).total_seconds()) if waiting[1] else 0.0,
        behind={one.name: max(0, newest - one.position) for one in consumers if one.enabled},
        unrouted=_unrouted(session, now),
        unreached=count_unreached(session, now),
        backup_age_s=_backup_age(session, now),
        history_s=_history(session, now),
    )


_VERSIONS = (
    "SELECT 'PostgreSQL ' || current_setting('server_version') || ', PostGIS ' || postgis_lib_version()"
)


def signs_of_life(session: Session, now: datetime) -> list[ProcessSign]:
    """Return what the background processes last said, without those that went long ago."""
    rows = session.execute(
        select(Heartbeat.name, Heartbeat.kind, Heartbeat.at, Heartbeat.detail)
        .where(Heartbeat.at > now - FORGOTTEN)
        .order_by(Heartbeat.kind, Heartbeat.name)
    )
    return [
        ProcessSign(
            name,
            kind,
            max(0.0, (now - at).total_seconds()),
            lives=now - at <= FRESH,
            queues=tuple(detail.get("queues", ())),
        )
        for name, kind, at, detail in rows
    ]


def _backup_age(session: Session, now: datetime) -> float | None:
    whole = BackupRun.finished_at.is_not(None) & BackupRun.problem.is_(None)
    newest = session.scalar(select(func.max(BackupRun.started_at)).where(whole))
    return max(0.0, (now - newest).total_seconds()) if newest else None


def _history(session: Session, now: datetime) -> float:
    first = session.scalar(select(Event.at).order_by(Event.id).limit(1))
    return max(0.0, (now - first).total_seconds()) if first else 0.0


def _unrouted(session: Session, now: datetime) -> int:
    waiting = select(func.count()).where(
        Report.status == Status.RECEIVED, Report.created_at < now - ROUTED_WITHIN
    )
    return session.scalar(waiting) or 0
