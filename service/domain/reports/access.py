"""The only way to fetch a report on someone's behalf; what one may not see looks like what does not exist."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, literal_column, or_, select, true, update
from sqlalchemy.orm import InstrumentedAttribute, Session, defer

from service.domain.kernel.codes import is_report_secret, tidy_code
from service.domain.kernel.follower_secrets import claimed_follower, read_follower_secret
from service.domain.reports.events import FOLLOWER, REPORTER, Actor
from service.errors import NotFound, Unauthenticated
from service.i18n import N_
from service.models import Event, Follower, Report, Role
from service.models.reports.event import ActorKind

ANYONE = Actor(ActorKind.ANONYMOUS)
CITY_WIDE = frozenset({Role.TRIAGE, Role.ADMINISTRATOR})
"""Roles that see every case whatever their department; inspectors and managers do when they have none and
are bound to no wards.
"""

_KEEP_SIGHT = frozenset({Role.DEPARTMENT, Role.MANAGER, Role.EXECUTOR})

_BIGGEST_FAMILY = 1000


@dataclass(frozen=True, slots=True)
class Asker:
    """Asker of a request: a person of the staff, or whoever holds a secret. `key` is the
    installation's secret key.
    """

    staff: Actor | None = None
    secret: str | None = None
    key: bytes = b""


@dataclass(frozen=True, slots=True)
class Access:
    """A report that the asker may see, and who the asker is to it.

    `inside` is staff who see the case as colleagues: notes, history, evidence. `follower` is the row of a
    follower who showed their own secret; the reporter of a merged duplicate follows without a row. `former`
    is a colleague of a department that had a part once: reads what became of it, and works on it no more.
    """

    report: Report
    actor: Actor
    inside: bool = False
    former: bool = False
    follower: Follower | None = None

    @property
    def reads_original(self) -> bool:
        """Return whether texts are shown as they were written: to colleagues, never to contractors."""
        return self.inside and not self.hired

    @property
    def hired(self) -> bool:
        """Return whether this is a contractor: works on the case, but is no colleague (`contractors.py`)."""
        return self.inside and self.actor.role == Role.EXECUTOR

    @property
    def works(self) -> bool:
        """Return whether this is staff who work on the case: an administrator sees all of them and works on
        none.
        """
        return self.inside and not self.former and self.actor.role != Role.ADMINISTRATOR


NOBODY = Asker()


def find_report(session: Session, asker: Asker, name: str | UUID, *, now: datetime) -> Access:
    """Return the report with that id or code, for reading.

    Raises NotFound when there is none or the asker may not know of it, Unauthenticated when a secret was
    given that opens nothing here.
    """
    return _fetch(session, asker, name, now)


def lock_report(
    session: Session, asker: Asker, name: str | UUID, *, now: datetime, leaving: bool = False
) -> Access:
    """Return the report like `find_report`, with its row locked until the end of the transaction.

    With `leaving` followers come also to a report that is not public any more, to have what they left there
    erased; they read nothing of it.
    """
    return _fetch(session, asker, name, now, lock=True, leaving=leaving)


def visible(asker: Asker) -> ColumnElement[bool]:
    """Return the condition on `Report` for lists: published, or a case that the person sees from inside."""
    actor = asker.staff
    if actor is None:
        return Report.published.is_(True)
    if sees_all(actor):
        return true()
    return or_(Report.published, _own_case(actor))


def handed_to(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on `Report` for cases that the person's departments have a part in."""
    return true() if sees_all(actor) else _own_case(actor)


def readable_cases(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on `Report` for cases that the person reads from inside:
    by a part now, or one before.
    """
    if sees_all(actor):
        return true()
    former = former_cases(actor)
    return _own_case(actor) if former is None else _own_case(actor) | former


def former_cases(actor: Actor) -> ColumnElement[bool] | None:
    """Return the condition for cases that the person's departments had a part in before; None for roles that
    lose sight of a case with their part.
    """
    if actor.role not in _KEEP_SIGHT or not actor.departments:
        return None
    column = Report.former_executor_ids if actor.role == Role.EXECUTOR else Report.former_ids
    return _any_of(column, actor.departments)


class _Held(Protocol):
    """Holder and place of a report."""

    @property
    def lead_id(self) -> int | None: ...
    @property
    def ward_id(self) -> int | None: ...


def reads_original(actor: Actor | None, report: _Held) -> bool:
    """Return whether a person reads this row's texts unmasked, without a query: who sees every case, and the
    lead department's own people.
    """
    if actor is None or actor.kind != ActorKind.STAFF or actor.role == Role.EXECUTOR:
        return False
    return sees_all(actor) or report.lead_id in actor.departments or report.ward_id in (actor.wards or ())


def report_query(name: str | UUID) -> Select[Report]:
    """Return the query for the report of that id or code. Raises NotFound for what is neither."""
    query = select(Report).options(
        defer(Report.search, raiseload=True), defer(Report.location, raiseload=True)
    )
    if isinstance(name, UUID):
        return query.where(Report.id == name)
    try:
        return query.where(Report.id == UUID(name))
    except ValueError:
        pass
    if (code := tidy_code(name)) is None:
        raise _no_such_report()
    return query.where(Report.code == code)


def _fetch(
    session: Session,
    asker: Asker,
    name: str | UUID,
    now: datetime,
    *,
    lock: bool = False,
    leaving: bool = False,
) -> Access:
    query = report_query(name)
    if lock:
        # Not the key: events and photos that refer to the row need not wait. What is read again is fresh.
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    report = session.scalar(query)
    if report is None:
        raise _no_such_report()
    access = _as_staff(session, report, asker.staff) if asker.staff else _as_citizen(session, report, asker)
    # Whoever may follow is a stranger: what is taken off the public pages is gone for them too.
    own = access.actor is REPORTER or (leaving and access.actor is FOLLOWER)
    if not (report.published or access.inside or own):
        raise _no_such_report()
    if asker.secret and access.actor is ANYONE:
        raise Unauthenticated(N_("Mã bí mật này không mở được phản ánh này."))
    if access.actor is REPORTER and report.secret_used_at is None:
        _mark_used(session, report.id, now)
    return access


def _mark_used(session: Session, report_id: UUID, now: datetime) -> None:
    """Write down that the report's secret was used, unless somebody works on the report at this moment.

    The first look at a new report falls together with its routing: a reader who waited for the worker's lock
    would hold a connection as long. Nothing is lost by the next use's writing it instead: until then the
    secret counts as unused (see `reports.ADDRESS_WINDOW`), as it did a moment before.
    """
    unused = select(Report.id).where(Report.id == report_id, Report.secret_used_at.is_(None))
    free = unused.with_for_update(skip_locked=True, key_share=True)
    session.execute(update(Report).where(Report.id.in_(free)).values(secret_used_at=now))


def _as_staff(session: Session, report: Report, actor: Actor) -> Access:
    own = select(Report.id).where(Report.id == report.id, handed_to(actor))
    if session.scalar(own) is not None:
        return Access(report, actor, inside=True)
    condition = former_cases(actor)
    former = condition is not None and bool(
        session.scalar(select(Report.id).where(Report.id == report.id, condition))
    )
    former = former or _led_once(session, report, actor)
    return Access(report, actor, inside=former, former=former)


def _led_once(session: Session, report: Report, actor: Actor) -> bool:
    """Return whether a department of this person led the case before, also before `former_ids` were kept."""
    if actor.role not in (Role.DEPARTMENT, Role.MANAGER) or not actor.departments:
        return False
    led = select(Event.id).where(Event.report_id == report.id, Event.lead_id.in_(actor.departments))
    return session.scalar(led.limit(1)) is not None


def _as_citizen(session: Session, report: Report, asker: Asker) -> Access:
    if not asker.secret:
        return Access(report, ANYONE)
    if is_report_secret(asker.key, report.id, asker.secret, report.secret_generation):
        return Access(report, REPORTER)
    # What was split from a report has the same sender, who was never told another secret.
    if report.split_from_id and _opens(asker, _generations(session, Report.id == report.split_from_id)):
        return Access(report, REPORTER)
    # A merge makes followers of people who never asked to see this report: only what everyone sees is theirs.
    merged = _merged_into(session, report) if report.published else {}
    if (follower := _follower(session, asker)) is not None:
        if _joined_at(follower) == report.id or follower.report_id in _opened(report, merged):
            return Access(report, FOLLOWER, follower=follower)
    elif _opens(asker, merged):
        return Access(report, FOLLOWER)
    return Access(report, ANYONE)


def _follower(session: Session, asker: Asker) -> Follower | None:
    """Return the follower whose secret the asker shows."""
    secret = asker.secret or ""
    claimed = claimed_follower(secret)
    found = session.get(Follower, claimed) if claimed else None
    if found is None or read_follower_secret(asker.key, secret, found.secret_generation) is None:
        return None
    return found


def _opens(asker: Asker, generations: Mapping[UUID, int]) -> bool:
    """Return whether the asker shows the secret of one of these reports."""
    secret = asker.secret or ""
    return any(is_report_secret(asker.key, each, secret, now) for each, now in generations.items())


def _generations(session: Session, condition: ColumnElement[bool]) -> dict[UUID, int]:
    query = select(Report.id, Report.secret_generation).where(condition).limit(_BIGGEST_FAMILY)
    return {row.id: row.secret_generation for row in session.execute(query)}


def _joined_at(follower: Follower) -> UUID:
    """Return the report that the follower joined themselves, wherever a merge carried them since."""
    return follower.merged_from_id or follower.report_id


def _opened(report: Report, merged: Collection[UUID]) -> Collection[UUID]:
    return (report.id, *merged) if report.published else ()


def _merged_into(session: Session, report: Report) -> dict[UUID, int]:
    """Return the report's duplicates with their secrets' generations: whose they are follow this one."""
    return _generations(session, Report.duplicate_of_id == report.id)


def sees_all(actor: Actor) -> bool:
    """Return whether every case is this person's to see."""
    if actor.role in CITY_WIDE:
        return True
    return actor.role in (Role.INSPECTOR, Role.MANAGER) and actor.of_city


def departments_in_sight(actor: Actor) -> frozenset[int] | None:
    """Return the departments whose cases are the person's; None for who sees all, or those of their wards."""
    return None if sees_all(actor) or actor.wards is not None else actor.departments


def _own_case(actor: Actor) -> ColumnElement[bool]:
    if actor.role == Role.EXECUTOR:
        return Report.executor_id.in_(actor.departments)
    if actor.wards is not None:
        return Report.ward_id.in_(sorted(actor.wards))
    own = Report.lead_id.in_(actor.departments) | Report.executor_id.in_(actor.departments)
    return own | supported_by(actor.departments)


def supported_by(departments: Collection[int]) -> ColumnElement[bool]:
    """Return whether one of these departments supports the case."""
    return _any_of(Report.support_ids, departments)


def had_part_before(departments: Collection[int]) -> ColumnElement[bool]:
    """Return whether one of these departments had a part in the case, in whatever way, and has none now."""
    return _any_of(Report.former_ids, departments)


def _any_of(column: InstrumentedAttribute[list[int]], departments: Collection[int]) -> ColumnElement[bool]:
    """Return whether one of the departments stands in the list."""
    some: ColumnElement[bool] = column != literal_column("'{}'::integer[]")  # as its indexes say
    return and_(some, column.op("&&")(sorted(departments)))


def _no_such_report() -> NotFound:
    return NotFound(N_("Không có phản ánh này. Hãy xem lại mã."))
