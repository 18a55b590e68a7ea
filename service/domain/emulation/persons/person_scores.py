"""Points of persons: claimed by themselves, given by a leader of their unit, never for oneself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference, brief_of_unit
from service.domain.emulation.access import find_movement, leads_unit, own_units
from service.domain.emulation.formulas import as_written, competition_ranks, round_points
from service.domain.emulation.persons.forms import OwnClaims, PersonPointsChange, PersonScoreView, PersonView
from service.domain.emulation.points.criteria import has_proof_file
from service.domain.emulation.points.entered_points import CLAIMED_IN, GIVEN_IN, check_claimed_once
from service.domain.emulation.points.own_claims import (
    SCORED,
    claiming_person,
    own_criterion,
    person_criteria,
    scoring_unit,
)
from service.domain.emulation.proofs.proof_views import Proofs, proofs_of_persons
from service.domain.people.staff import tidy_username
from service.domain.reports.events import Actor
from service.errors import Conflict, Forbidden, NotFound, invalid
from service.i18n import N_
from service.models import Criterion, CriterionSource, CriterionSubject, Movement, PersonScore, Staff

OPEN_IN = CLAIMED_IN | GIVEN_IN
NOBODY = N_("Đơn vị không có người “{name}”.")
MOST_POINTS = N_("Nhiều nhất {most} điểm.")

Scores = Mapping[tuple[int, int], PersonScore]
"""Rows by person and criterion."""


def put_own_claims(
    session: Session, reference: Reference, actor: Actor, number: int, change: OwnClaims, now: datetime
) -> Movement:
    """Keep what a person claims for themselves; the same again changes nothing.

    Raises NotFound, Forbidden for who is of no unit of the movement, Conflict out of time, Invalid.
    """
    movement, person, unit = claiming_person(session, reference, actor, number)
    check_claimed_once(change.claims)
    for at, claim in enumerate(change.claims):
        criterion = own_criterion(session, number, claim.criterion, ["claims", at, "criterion"])
        if claim.points > criterion.points:
            raise invalid(["claims", at, "points"], MOST_POINTS, most=f"{criterion.points:g}")
        bare = criterion.needs_proof and claim.points > 0 and not claim.proof
        if bare and not has_proof_file(session, criterion.id, unit, person):
            raise invalid(["claims", at, "proof"], N_("Tiêu chí này cần minh chứng."))
        row = _row(session, criterion, person, unit)
        if (row.claimed, row.proof) != (claim.points, claim.proof):
            row.claimed, row.proof, row.claimed_at = claim.points, claim.proof, now
    session.flush()
    return movement


def put_person_points(
    session: Session,
    reference: Reference,
    actor: Actor,
    number: int,
    change: PersonPointsChange,
    now: datetime,
) -> PersonScore:
    """Keep what a leader gives a person of the unit; the same again changes nothing.

    Raises NotFound; Forbidden for oneself; Conflict out of time or for a stale version; Invalid without the
    reason where it differs from what was claimed.
    """
    movement = find_movement(session, actor, number, lock=True)
    criteria = person_criteria(session, number)
    person = session.scalar(select(Staff).where(Staff.username == tidy_username(change.person)))
    unit = scoring_unit(reference, movement, person) if person is not None else None
    if person is None or unit is None or not leads_unit(actor, movement, unit):
        raise NotFound(NOBODY, name=change.person)
    if person.id == actor.staff_id:
        raise Forbidden(N_("Không ai cho điểm chính mình."))
    if movement.state not in OPEN_IN:
        raise Conflict(N_("Không còn trong thời gian chấm điểm."), extra={"state": movement.state})
    criterion = criteria.get(change.criterion)
    if criterion is None:
        message = N_("Phong trào không có tiêu chí số {position}.")
        raise invalid(["criterion"], message, position=change.criterion)
    if change.points is not None and change.points > criterion.points:
        raise invalid(["points"], MOST_POINTS, most=f"{criterion.points:g}")
    row = _row(session, criterion, person.id, unit)
    if (row.given, row.why) == (change.points, change.why):
        return row
    if change.version != row.version:
        message = N_("Thành viên khác vừa cho điểm mục này. Hãy xem lại rồi quyết định.")
        raise Conflict(message, extra={"version": row.version})
    differs = change.points is not None and change.points != row.claimed
    if differs and criterion.source == CriterionSource.SELF and not change.why:
        raise invalid(["why"], N_("Điểm khác với công thức hoặc điểm tự chấm, hãy ghi lý do."))
    row.given, row.why, row.given_by, row.given_at = change.points, change.why, actor.staff_id, now
    row.version += 1
    session.flush()
    return row


def list_people(session: Session, reference: Reference, actor: Actor, number: int) -> list[PersonView]:
    """Return the people of the units that the asker leads with their points, or the asker alone; nobody
    outside a unit reads any. Raises NotFound for a movement that is none of theirs.
    """
    movement = find_movement(session, actor, number)
    criteria = list(person_criteria(session, number).values()) if has_persons(session, number) else []
    units = own_units(actor, movement)
    if not criteria or not units:
        return []
    leads = {unit for unit in units if leads_unit(actor, movement, unit)}
    below = {each: unit for unit in units for each in reference.departments_below(unit)}
    query = select(Staff).where(Staff.active, Staff.role.in_(SCORED), Staff.department_id.in_(sorted(below)))
    people = list(session.scalars(query.order_by(Staff.name, Staff.id)))
    scores = _scores(session, criteria, [each.id for each in people])
    proofs = proofs_of_persons(session, movement, [each.id for each in people])
    found: list[PersonView] = []
    for unit in units:
        group = [each for each in people if below[each.department_id or 0] == unit]
        sums = [_sum(criteria, scores, each) for each in group]
        ranked = competition_ranks(sums)
        for person, points, place in zip(group, sums, ranked, strict=True):
            mine = person.id == actor.staff_id
            if mine or unit in leads:
                view = _view(reference, movement, criteria, scores, proofs, person, unit, mine=mine)
                given = {"points": points, "place": place if unit in leads else None}
                gives = unit in leads and not mine and movement.state in OPEN_IN
                found.append(view.model_copy(update={**given, "may_give": gives}))
    return sorted(found, key=lambda each: (each.unit["code"], each.place or 0, each.name))


def has_persons(session: Session, number: int) -> bool:
    """Return whether the movement has criteria of persons."""
    own = Criterion.movement_id == number, Criterion.applies_to == CriterionSubject.PERSON
    return session.scalar(select(Criterion.id).where(*own).limit(1)) is not None


def _row(session: Session, criterion: Criterion, person: int, unit: int) -> PersonScore:
    """Return the row, made where there is none; the movement's lock is held."""
    found = session.get(PersonScore, (criterion.id, person), populate_existing=True)
    if found is None:
        found = PersonScore(criterion_id=criterion.id, staff_id=person, proof="", why="", version=0)
        session.add(found)
    found.unit_id = unit
    return found


def _scores(session: Session, criteria: Sequence[Criterion], people: Sequence[int]) -> Scores:
    own = PersonScore.criterion_id.in_([each.id for each in criteria]), PersonScore.staff_id.in_(people)
    return {(row.staff_id, row.criterion_id): row for row in session.scalars(select(PersonScore).where(*own))}


def _got(criterion: Criterion, row: PersonScore | None) -> float:
    if row is None:
        return 0
    if row.given is not None:
        return row.given
    return row.claimed or 0 if criterion.source == CriterionSource.SELF else 0


def _sum(criteria: Sequence[Criterion], scores: Scores, person: Staff) -> float:
    got = (as_written(_got(each, scores.get((person.id, each.id)))) for each in criteria)
    return round_points(sum(got, Fraction(0)))


def _view(
    reference: Reference,
    movement: Movement,
    criteria: Sequence[Criterion],
    scores: Scores,
    proofs: Proofs,
    person: Staff,
    unit: int,
    *,
    mine: bool,
) -> PersonView:
    lines = []
    for each in criteria:
        row = scores.get((person.id, each.id))
        plain = ("position", "words", "points", "needs_proof")
        lines.append(
            PersonScoreView(
                **{name: getattr(each, name) for name in plain},
                source=str(each.source),
                claimed=row.claimed if row else None,
                proof=row.proof if row else "",
                proofs=proofs.get((person.id, each.id), []),
                given=row.given if row else None,
                why=row.why if row else "",
                got=_got(each, row),
                version=row.version if row else 0,
            )
        )
    return PersonView(
        username=person.username,
        name=person.name,
        unit=brief_of_unit(reference, unit),
        points=0,
        place=None,
        scores=lines,
        mine=mine,
        may_give=False,
        may_claim=mine and movement.state in CLAIMED_IN,
    )
