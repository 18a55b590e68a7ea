"""Award dossiers as they are told: proposals with their votes, the submission, what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.config_parts import UnitBrief
from service.domain.city.reference import Reference, brief_of_unit
from service.domain.cleanups.praise.commendations import FORM_NAMES
from service.domain.emulation.access import ANNOUNCED, find_movement, may_keep, may_review
from service.domain.people.colleagues import names_of
from service.domain.reports.events import Actor
from service.domain.works.lifecycles import work_steps
from service.domain.works.views import ReadModel
from service.errors import NotFound
from service.i18n import N_, translate
from service.models import Award, CommendationForm, Movement, Role, Staff, Work, WorkStatus
from service.models.reports.event import ActorKind

NO_AWARD = N_("Không có hồ sơ khen thưởng này.")


class ProposalView(ReadModel):
    """Proposal for a unit. `agree` are the votes for it, none before the council met; `passed` says that more
    than half of the council agreed, `granted` that a decision praised the unit.
    """

    unit: UnitBrief
    form: str
    form_name: str
    agree: int | None
    passed: bool
    granted: bool


class AwardView(ReadModel):
    """A dossier; `actions` are the steps that the asker may take."""

    code: str
    movement: int
    title: str
    status: WorkStatus
    version: int
    created_at: datetime
    due_at: datetime | None
    proposals: list[ProposalView]
    council: int
    present: list[str]
    met_on: date | None
    document: str
    dated: date | None
    decision: str
    decided_on: date | None
    reason: str
    actions: list[str]


def list_awards(session: Session, reference: Reference, actor: Actor, number: int) -> list[AwardView]:
    """Return the dossiers of a movement, the newest first, to who keeps or judges it or coordinates; to
    others none. Raises NotFound for a movement that is none of theirs.
    """
    movement = find_movement(session, actor, number)
    if not reads_awards(actor, movement):
        return []
    rows = session.execute(
        select(Award, Work)
        .join(Work, Work.id == Award.work_id)
        .where(Award.movement_id == number)
        .order_by(Work.created_at.desc(), Work.code.desc())
    )
    return [tell_award(session, reference, actor, movement, side, work) for side, work in rows]


def view_award(session: Session, reference: Reference, actor: Actor, code: str) -> AwardView:
    """Return the dossier of that code. Raises NotFound also for who does not read it."""
    movement, side, work = find_award(session, actor, code)
    return tell_award(session, reference, actor, movement, side, work)


def find_award(
    session: Session, actor: Actor, code: str, *, lock: bool = False
) -> tuple[Movement, Award, Work]:
    """Return (movement, dossier, the work that it is). Raises NotFound also for who does not read it."""
    query = select(Award, Work).join(Work, Work.id == Award.work_id).where(Work.code == code.strip().upper())
    row = session.execute(query.with_for_update() if lock else query).one_or_none()
    movement = session.get(Movement, row[0].movement_id) if row is not None else None
    if row is None or movement is None or not reads_awards(actor, movement):
        raise NotFound(NO_AWARD)
    return movement, row[0], row[1]


def reads_awards(actor: Actor, movement: Movement) -> bool:
    """Return whether a person reads what is proposed: who keeps or judges the movement, or coordinates."""
    if may_keep(actor, movement) or may_review(actor, movement):
        return True
    of_city = actor.kind == ActorKind.STAFF and actor.role in (Role.TRIAGE, Role.ADMINISTRATOR)
    return of_city or (actor.role == Role.DEPARTMENT and movement.issuer_id in actor.departments)


def newest_award(session: Session, movement: Movement) -> tuple[Award, Work] | None:
    """Return the newest dossier that was not dropped, which the papers of the movement are of."""
    row = session.execute(
        select(Award, Work)
        .join(Work, Work.id == Award.work_id)
        .where(Award.movement_id == movement.id, Work.status != WorkStatus.DROPPED)
        .order_by(Work.created_at.desc(), Work.code.desc())
        .limit(1)
    ).one_or_none()
    return (row[0], row[1]) if row is not None else None


def has_majority(agree: int | None, council: Sequence[int]) -> bool:
    """Return whether more than half of the whole council agreed."""
    return agree is not None and 2 * agree > len(council)


def tell_award(
    session: Session, reference: Reference, actor: Actor, movement: Movement, side: Award, work: Work
) -> AwardView:
    """Return a dossier as the asker reads it."""
    names = names_of(session, side.present)
    plain = ("code", "title", "status", "version", "created_at", "due_at")
    facts = ("met_on", "document", "dated", "decision", "decided_on")
    return AwardView(
        **{name: getattr(work, name) for name in plain},
        **{name: getattr(side, name) for name in facts},
        movement=movement.id,
        reason=work.note,
        proposals=[
            ProposalView(
                unit=brief_of_unit(reference, each["unit"]),
                form=each["form"],
                form_name=translate(FORM_NAMES[CommendationForm(each["form"])]),
                agree=each.get("agree"),
                passed=has_majority(each.get("agree"), movement.council),
                granted=each["unit"] in side.granted,
            )
            for each in side.proposals
        ],
        council=len(movement.council),
        present=[names[each] for each in side.present if each in names],
        actions=[str(each) for each in work_steps(work, actor)],
    )


def council_people(session: Session, movement: Movement) -> list[tuple[str, str]]:
    """Return (user name, name) of the members of the council, in the order in which it was named."""
    rows = session.execute(select(Staff.id, Staff.username, Staff.name).where(Staff.id.in_(movement.council)))
    found = {row.id: (row.username, row.name) for row in rows}
    return [found[each] for each in movement.council if each in found]


def may_draft(actor: Actor, movement: Movement) -> bool:
    """Return whether a person may draft a dossier now."""
    return may_keep(actor, movement) and movement.state in ANNOUNCED
