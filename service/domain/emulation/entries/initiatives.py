"""Initiatives of a movement: units hand them in, the council votes, a leader of the issuer decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.city.calendar import Calendar
from service.domain.city.config_parts import UnitBrief
from service.domain.city.reference import Reference, brief_of_unit
from service.domain.emulation.access import (
    find_movement,
    is_own_unit,
    may_direct,
    may_keep,
    may_review,
    own_units,
    pool_units,
)
from service.domain.emulation.forms import Code, Day
from service.domain.emulation.points.entered_points import CLAIMED_IN, GIVEN_IN
from service.domain.indicators.registry import INDICATORS
from service.domain.kernel.audit import write_entry
from service.domain.people.colleagues import names_of
from service.domain.people.staff import tidy_username
from service.domain.reports.drafts import StrictBody
from service.domain.reports.events import Actor
from service.domain.works.units import unit_id
from service.domain.works.views import ReadModel
from service.errors import Conflict, Forbidden, NotFound, invalid
from service.i18n import N_, translate
from service.models import Initiative, InitiativeState, InitiativeVote, Movement, Role, Staff

MOST = 100
"""Initiatives of one unit in one movement."""
NONE_SUCH = N_("Không có sáng kiến này.")
DECIDED = N_("Sáng kiến này đã được quyết định.")
JUDGED_IN = CLAIMED_IN | GIVEN_IN


class NewInitiative(StrictBody):
    """Initiative that a unit hands in; `id` is the client's, so that a retry is the same one. `authors` are
    user names of people of the unit.
    """

    id: UUID
    unit: Code
    authors: Annotated[
        list[Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]],
        Field(min_length=1, max_length=10),
    ]
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
    words: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5000)]
    effect: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=3000)]
    indicator: Annotated[str, Field(max_length=60)] | None = None
    applied_on: Day


class InitiativeBallot(StrictBody):
    """Vote of a member of the council; a no needs its reason."""

    agrees: bool
    why: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)] = ""


class InitiativeDecision(StrictBody):
    """Decision on an initiative, after the council's vote; to decline one needs the reason."""

    recognised: bool
    decision: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)] = ""
    why: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)] = ""


class InitiativeView(ReadModel):
    """Initiative as its unit and those who judge it read it. `own_vote` is the asker's; `reasons` are those
    of votes, without names.
    """

    id: UUID
    unit: UnitBrief
    authors: list[str]
    title: str
    words: str
    effect: str
    indicator: str
    applied_on: date
    state: InitiativeState
    handed_in_at: datetime
    decision: str
    why: str
    decided_at: datetime | None
    votes_for: int
    votes_against: int
    council: int
    reasons: list[str]
    own_vote: bool | None
    may_vote: bool
    may_decide: bool


def hand_in_initiative(
    session: Session,
    reference: Reference,
    calendar: Calendar,
    actor: Actor,
    number: int,
    new: NewInitiative,
    now: datetime,
) -> tuple[Initiative, bool]:
    """Return (the initiative, whether it is new). People of the unit hand it in.

    Raises NotFound, Forbidden, Conflict out of time or for an id that stands for another, Invalid.
    """
    movement = find_movement(session, actor, number, lock=True)
    unit = unit_id(reference, new.unit, "unit")
    if unit not in pool_units(movement):
        raise NotFound(N_("Đơn vị này không tham gia phong trào."))
    if unit not in own_units(actor, movement):
        raise Forbidden(N_("Chỉ người của đơn vị nộp sáng kiến của đơn vị mình."))
    known = session.get(Initiative, new.id)
    if known is not None:
        if (known.movement_id, known.unit_id, known.title) != (number, unit, new.title):
            raise Conflict(N_("Mã id này đã được dùng cho mục khác. Hãy tạo id mới."))
        return known, False
    if movement.state not in CLAIMED_IN or movement.frozen_at is not None:
        raise Conflict(N_("Không còn trong thời gian nộp sáng kiến."), extra={"state": movement.state})
    if new.indicator is not None and new.indicator not in INDICATORS:
        raise invalid(["indicator"], N_("Không có chỉ tiêu “{code}”."), code=new.indicator)
    if not movement.first <= new.applied_on <= min(movement.last, calendar.local(now).date()):
        raise invalid(["applied_on"], N_("Ngày áp dụng phải trong kỳ thi đua và không sau hôm nay."))
    of_unit = Initiative.movement_id == number, Initiative.unit_id == unit
    if (session.scalar(select(func.count()).select_from(Initiative).where(*of_unit)) or 0) >= MOST:
        raise Conflict(N_("Đơn vị đã nộp quá nhiều sáng kiến."))
    authors = _authors(session, reference, unit, new.authors)
    facts = {name: getattr(new, name) for name in ("title", "words", "effect", "indicator", "applied_on")}
    who = {"handed_in_at": now, "handed_in_by": actor.staff_id, "author_ids": authors}
    row = Initiative(id=new.id, movement_id=number, unit_id=unit, **facts, **who)
    session.add(row)
    session.flush()
    return row, True


def vote_on_initiative(
    session: Session,
    reference: Reference,
    actor: Actor,
    number: int,
    key: UUID,
    ballot: InitiativeBallot,
    now: datetime,
) -> Initiative:
    """Keep the vote of a member of the council; the last one counts.

    Raises NotFound; Forbidden for others, and for one's own unit's; Conflict once it is decided; Invalid.
    """
    movement, row = _judged(session, actor, number, key)
    if not may_review(actor, movement):
        raise Forbidden(N_("Chỉ thành viên hội đồng bỏ phiếu."))
    if is_own_unit(reference, actor, row.unit_id) or actor.staff_id in row.author_ids:
        raise Forbidden(N_("Thành viên hội đồng không bỏ phiếu cho sáng kiến của đơn vị mình."))
    if row.state != InitiativeState.HANDED_IN:
        raise Conflict(DECIDED, extra={"state": row.state})
    if not ballot.agrees and not ballot.why:
        raise invalid(["why"], N_("Không đồng ý thì hãy ghi lý do."))
    own = session.get(InitiativeVote, (key, actor.staff_id), populate_existing=True)
    if own is None:
        own = InitiativeVote(initiative_id=key, staff_id=actor.staff_id)
        session.add(own)
    if (own.agrees, own.why) != (ballot.agrees, ballot.why):
        own.agrees, own.why, own.at = ballot.agrees, ballot.why, now
    session.flush()
    return row


def decide_initiative(
    session: Session, actor: Actor, number: int, key: UUID, form: InitiativeDecision, now: datetime
) -> Initiative:
    """Recognise an initiative, for which more than half of the council voted, or decline it; the same again
    changes nothing. Raises NotFound; Forbidden for who does not lead the issuer; Conflict; Invalid.
    """
    movement, row = _judged(session, actor, number, key)
    if not may_direct(actor, movement.issuer_id):
        raise Forbidden(N_("Lãnh đạo đơn vị phát động quyết định công nhận sáng kiến."))
    state = InitiativeState.RECOGNISED if form.recognised else InitiativeState.DECLINED
    if row.state != InitiativeState.HANDED_IN:
        if row.state == state:
            return row
        raise Conflict(DECIDED, extra={"state": row.state})
    agree = sum(vote.agrees for vote in _votes(session, movement, [key]).get(key, ()))
    if form.recognised and 2 * agree <= len(movement.council):
        message = N_("Cần quá nửa hội đồng đồng ý: mới {n} trên {of} thành viên.")
        raise Conflict(message, n=agree, of=len(movement.council))
    if not form.recognised and not form.why:
        raise invalid(["why"], N_("Không công nhận thì hãy ghi lý do."))
    row.state, row.decision, row.why = state, form.decision, form.why
    row.decided_at, row.decided_by = now, actor.staff_id
    session.flush()
    facts = {"state": str(state), "movement_id": number, "unit_id": row.unit_id}
    write_entry(session, "initiative.decided", str(row.id), at=now, staff_id=actor.staff_id, after=facts)
    return row


def list_initiatives(
    session: Session, reference: Reference, actor: Actor, number: int
) -> list[InitiativeView]:
    """Return the initiatives that the asker reads: of all units by who keeps, judges or coordinates, of
    their own by people of a unit. Raises NotFound for a movement that is none of theirs.
    """
    movement = find_movement(session, actor, number)
    query = select(Initiative).where(Initiative.movement_id == number)
    if not _reads_all(actor, movement):
        query = query.where(Initiative.unit_id.in_(own_units(actor, movement)))
    rows = list(session.scalars(query.order_by(Initiative.handed_in_at, Initiative.id)))
    votes = _votes(session, movement, [row.id for row in rows])
    names = names_of(session, [each for row in rows for each in row.author_ids])
    return [_view(reference, actor, movement, row, votes.get(row.id, ()), names) for row in rows]


def view_initiative(
    session: Session, reference: Reference, actor: Actor, number: int, key: UUID
) -> InitiativeView:
    """Return an initiative as the asker reads it. Raises NotFound."""
    found = list_initiatives(session, reference, actor, number)
    view = next((each for each in found if each.id == key), None)
    if view is None:
        raise NotFound(NONE_SUCH)
    return view


def recognised_of(session: Session, reference: Reference, movement: Movement, unit: int) -> list[Initiative]:
    """Return recognised initiatives of a unit with those below it that were first applied within the
    movement's days, whichever movement they were handed in to.
    """
    query = select(Initiative).where(
        Initiative.unit_id.in_(sorted(reference.departments_below(unit))),
        Initiative.state == InitiativeState.RECOGNISED,
        Initiative.applied_on.between(movement.first, movement.last),
    )
    return list(session.scalars(query.order_by(Initiative.applied_on, Initiative.id)))


def may_hand_in(actor: Actor, movement: Movement) -> bool:
    """Return whether a person may hand in an initiative now."""
    open_ = movement.state in CLAIMED_IN and movement.frozen_at is None
    return open_ and bool(own_units(actor, movement))


def _reads_all(actor: Actor, movement: Movement) -> bool:
    whole = may_keep(actor, movement) or may_review(actor, movement)
    return whole or actor.role in (Role.TRIAGE, Role.ADMINISTRATOR)


def _judged(session: Session, actor: Actor, number: int, key: UUID) -> tuple[Movement, Initiative]:
    """Return movement and initiative while it may be judged. Raises NotFound, Conflict."""
    movement = find_movement(session, actor, number, lock=True)
    row = session.get(Initiative, key, populate_existing=True)
    if row is None or row.movement_id != number:
        raise NotFound(NONE_SUCH)
    if not _reads_all(actor, movement) and row.unit_id not in own_units(actor, movement):
        raise NotFound(NONE_SUCH)
    if row.state == InitiativeState.HANDED_IN and (
        movement.state not in JUDGED_IN or movement.frozen_at is not None
    ):
        message = N_("Số liệu của phong trào đã chốt, không xét sáng kiến nữa.")
        raise Conflict(message, extra={"state": movement.state})
    return movement, row


def _authors(session: Session, reference: Reference, unit: int, usernames: Sequence[str]) -> list[int]:
    """Return the ids of people of the unit or below it. Raises Invalid, naming the first that is none."""
    names = list(dict.fromkeys(tidy_username(each) for each in usernames))
    below = sorted(reference.departments_below(unit))
    query = select(Staff.username, Staff.id).where(
        Staff.username.in_(names), Staff.active, Staff.department_id.in_(below)
    )
    found = {row.username: row.id for row in session.execute(query)}
    for at, name in enumerate(map(tidy_username, usernames)):
        if name not in found:
            raise invalid(["authors", at], N_("Đơn vị không có người “{name}”."), name=name)
    return [found[name] for name in names]


def _votes(
    session: Session, movement: Movement, keys: Sequence[UUID]
) -> Mapping[UUID, Sequence[InitiativeVote]]:
    """Return the votes of today's council on each."""
    query = select(InitiativeVote).where(
        InitiativeVote.initiative_id.in_(keys), InitiativeVote.staff_id.in_(movement.council)
    )
    found: dict[UUID, list[InitiativeVote]] = {}
    for vote in session.scalars(query.order_by(InitiativeVote.at)):
        found.setdefault(vote.initiative_id, []).append(vote)
    return found


def _view(
    reference: Reference,
    actor: Actor,
    movement: Movement,
    row: Initiative,
    votes: Sequence[InitiativeVote],
    names: Mapping[int, str],
) -> InitiativeView:
    plain = ("id", "title", "words", "effect", "applied_on", "state", "handed_in_at", "decision", "why")
    indicator = INDICATORS.get(row.indicator or "")
    waits = row.state == InitiativeState.HANDED_IN and movement.state in JUDGED_IN
    waits = waits and movement.frozen_at is None
    mine = is_own_unit(reference, actor, row.unit_id) or actor.staff_id in row.author_ids
    return InitiativeView(
        **{name: getattr(row, name) for name in (*plain, "decided_at")},
        unit=brief_of_unit(reference, row.unit_id),
        authors=[names[each] for each in row.author_ids if each in names],
        indicator=translate(indicator.name) if indicator else "",
        votes_for=sum(vote.agrees for vote in votes),
        votes_against=sum(not vote.agrees for vote in votes),
        council=len(movement.council),
        reasons=[vote.why for vote in votes if vote.why],
        own_vote=next((vote.agrees for vote in votes if vote.staff_id == actor.staff_id), None),
        may_vote=waits and may_review(actor, movement) and not mine,
        may_decide=waits and may_direct(actor, movement.issuer_id),
    )
