"""Hand-over of cases to partners: which are due, what is sent, what became of it.

The state is written before anything is sent: where a worker dies, the outcome is unknown, and the case is
looked for at the partner's before it is sent again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.domain.casework.case.case import Transition
from service.domain.casework.case.context import CaseContext
from service.domain.casework.case.mentions import add_note
from service.domain.casework.transitions import transition
from service.domain.city.config import PartnerConfig
from service.domain.city.reference import CategoryView, Reference
from service.domain.kernel.masking import Masking
from service.domain.partners.contacts import contact_fields, note_contact_told
from service.domain.reports.access import Asker
from service.domain.reports.events import Actor
from service.domain.reports.photos import photo_links, public_photos
from service.domain.rules.rulebook import RulebookCache
from service.i18n import N_, pick, translate
from service.models import FINISHED, Event, EventType, HandOver, Partner, Report, Role, Status
from service.models.ops.partner import HAND_OVER_DUE, HAND_OVER_LIVE, HandOverState
from service.models.reports.event import ActorKind

CLAIMED_FOR = timedelta(minutes=2)
PAUSES = tuple(timedelta(minutes=each) for each in (1, 5, 15, 60))
THEN_EVERY, GIVEN_UP_AFTER = timedelta(hours=3), timedelta(days=3)
LOOK_AGAIN, MOST_MISSES = timedelta(minutes=2), 2
"""What was not found so often, this far apart, never arrived and is sent again."""

TOKEN_PAUSES = tuple(timedelta(minutes=each) for each in (2, 5, 15, 60, 360))
WORKED_ON = (Status.ASSIGNED, Status.IN_PROGRESS)
MARK = N_("Mã: {code}")
SENT_NOTE = N_("Đã chuyển sang hệ thống của {partner}, mã bên đó: {code}.")
REFUSED_NOTE = N_("Hệ thống của {partner} không nhận: {why}")
AGAIN_NOTE = N_("Mở lại {code}: {why}")
UNKNOWN_NOTE = N_("không rõ bên đó đã nhận chưa, cần người kiểm tra")


@dataclass(frozen=True, slots=True)
class ReopenedHandOver:
    """Case that the partner had and said it was done with: what it is called there, and why it is open again.

    `update_id` is the same at every try: a partner that knows it already changes nothing.
    """

    remote_id: str
    update_id: str
    why: str


@dataclass(frozen=True, slots=True)
class PendingHandOver:
    """Case that a worker is to send, to look for, or to ask the number of."""

    id: int
    state: HandOverState
    department_id: int
    code: str
    mark: str
    token: str | None
    tries: int
    created_at: datetime
    fields: Mapping[str, object]
    reopened: ReopenedHandOver | None = None


def partner_departments(reference: Reference) -> dict[int, PartnerConfig]:
    """Return the partners by the department that they are."""
    known = reference.department_by_code
    return {known[each.department].id: each for each in reference.config.partners if each.department in known}


def resting_partners(reference: Reference) -> list[int]:
    """Return the departments of partners that are paused: nothing is handed over, nothing is asked for."""
    return [number for number, each in partner_departments(reference).items() if not each.enabled]


def partner_actor(reference: Reference, department_id: int) -> Actor:
    """Return the department as it acts through its own system."""
    name = pick(reference.departments[department_id].name)
    return Actor(ActorKind.STAFF, None, Role.DEPARTMENT, department_id, frozenset({department_id}), name)


def note_new_cases(session: Session, reference: Reference, now: datetime) -> int:
    """Note what partners lead and nobody has handed over, end what is theirs no more; how many are new."""
    _end(session)
    new = 0
    for department_id, config in partner_departments(reference).items():
        if not config.enabled:
            continue
        live = select(HandOver.id).where(
            HandOver.report_id == Report.id,
            HandOver.department_id == department_id,
            HandOver.state.in_(HAND_OVER_LIVE),
        )
        turns = (
            select(func.coalesce(func.max(HandOver.turn), 0) + 1)
            .where(HandOver.report_id == Report.id, HandOver.department_id == department_id)
            .scalar_subquery()
        )
        query = select(Report.id, turns.label("turn")).where(
            Report.lead_id == department_id, Report.status.in_(WORKED_ON), ~live.exists()
        )
        for row in session.execute(query.limit(200)).all():
            values = {"report_id": row.id, "department_id": department_id, "turn": row.turn}
            made = insert(HandOver).values(**values, next_at=now, created_at=now).on_conflict_do_nothing()
            new += session.scalar(made.returning(HandOver.id)) is not None
    return new


def _end(session: Session) -> None:
    gone = select(HandOver.id).join(Report, Report.id == HandOver.report_id)
    other = or_(Report.lead_id.is_distinct_from(HandOver.department_id), Report.status.in_(FINISHED))
    over = gone.where(HandOver.state.in_(HAND_OVER_LIVE), other)
    session.execute(update(HandOver).where(HandOver.id.in_(over)).values(state=HandOverState.ENDED))


def claim_due(
    session: Session, reference: Reference, public_url: str, now: datetime, most: int
) -> list[PendingHandOver]:
    """Take what is due; others leave it alone for a while. What is sent is marked before it is."""
    due = (
        select(HandOver, Report)
        .join(Report, Report.id == HandOver.report_id)
        .where(HandOver.next_at <= now, HandOver.state.in_(HAND_OVER_DUE))
        .where(HandOver.department_id.not_in(resting_partners(reference)))
        .order_by(HandOver.next_at)
        .limit(most)
        .with_for_update(skip_locked=True, of=HandOver)
    )
    partners = partner_departments(reference)
    found = []
    for row, report in session.execute(due).all():
        config = partners.get(row.department_id)
        row.next_at, row.tries = now + CLAIMED_FOR, row.tries + 1
        if config is None:  # no partner any more: whoever is in the department works on it here
            row.state = HandOverState.ENDED
            continue
        if row.state == HandOverState.SENDING:
            row.state = HandOverState.UNKNOWN
        state = row.state
        if state == HandOverState.WAITING:
            # Sent before, it may have arrived the first time.
            row.state, row.sent_at = HandOverState.SENDING, row.sent_at or now
        fields = contact_fields(session, config, report)
        if fields and state == HandOverState.WAITING and row.tries == 1:
            note_contact_told(session, config, report, fields, now)
        found.append(_due(session, reference, config, row, report, state, public_url, fields))
    return found


def service_of(reference: Reference, config: PartnerConfig, category: CategoryView) -> str:
    """Return what the partner calls a category: its own entry, else that of the nearest one above."""
    for code in reversed(category.path):
        if code in config.services:
            return config.services[code]
    return config.default_service or category.code


def _due(
    session: Session,
    reference: Reference,
    config: PartnerConfig,
    row: HandOver,
    report: Report,
    state: HandOverState,
    public_url: str,
    reporter: Mapping[str, str],
) -> PendingHandOver:
    category, mask = reference.categories[report.category_id], reference.masking_of(report.category_id)
    turn = f" ({row.turn})" if row.turn > 1 else ""
    mark = translate(MARK, "vi", code=f"{report.code}{turn}")
    again = _again(session, row, report, mask) if row.turn > 1 else None
    why = f"\n{translate(AGAIN_NOTE, 'vi', code=again.remote_id, why=again.why)}".rstrip() if again else ""
    fields: dict[str, object] = {
        "service_code": service_of(reference, config, category),
        "lat": f"{report.lat:.6f}",
        "long": f"{report.lon:.6f}",
        "description": f"{mask.text(report.description)[:2900]}{why}\n{mark}".strip(),
        "address_string": mask.text(report.address)[:500],
        "account_id": report.code,
        "attribute[external_id]": report.code,
        **reporter,
    }
    if config.photos == "media_url":
        shown = public_photos(session, [report.id]).get(report.id, [])
        fields["media_url"] = [photo_links(photo, public_url)["url"] for photo in shown][:6]
    kept = {name: value for name, value in fields.items() if value}
    method = again if config.updates_by == "servicerequestupdates" else None
    return PendingHandOver(
        row.id,
        state,
        row.department_id,
        report.code,
        mark,
        row.token,
        row.tries,
        row.created_at,
        kept,
        method,
    )


def _again(session: Session, row: HandOver, report: Report, mask: Masking) -> ReopenedHandOver | None:
    """Return what the partner had before; None where it never said that it was done."""
    before = select(HandOver.remote_id).where(
        HandOver.report_id == row.report_id,
        HandOver.department_id == row.department_id,
        HandOver.turn < row.turn,
        HandOver.state == HandOverState.DONE,
        HandOver.remote_id.is_not(None),
    )
    remote_id = session.scalar(before.order_by(HandOver.turn.desc()).limit(1))
    if remote_id is None:
        return None
    reasons = select(Event.data).where(Event.report_id == report.id, Event.type == EventType.REOPENED)
    data = session.scalar(reasons.order_by(Event.id.desc()).limit(1)) or {}
    return ReopenedHandOver(
        remote_id, f"{report.code}-{row.turn}", mask.text(str(data.get("reason") or ""))[:500]
    )


def note_handed_over(
    session: Session, reference: Reference, due: PendingHandOver, remote_id: str, now: datetime
) -> None:
    """Write down that the partner has the case, and what it is called there.

    What it told of the case before is asked for once more: until now nobody knew whose it was.
    """
    row, report = _locked(session, due)
    if row is None or report is None:
        return
    row.state, row.remote_id, row.error, row.misses = HandOverState.SENT, remote_id, "", 0
    earlier = and_(Partner.department_id == due.department_id, Partner.polled_until > row.created_at)
    session.execute(update(Partner).where(earlier).values(polled_until=row.created_at))
    row.sent_at = row.sent_at or now
    ctx = partner_actor(reference, due.department_id)
    words = translate(SENT_NOTE, "vi", partner=ctx.name, code=remote_id)
    add_note(session, reference, report, words, actor=ctx, at=now)


def note_token(session: Session, due: PendingHandOver, token: str, now: datetime) -> None:
    """Write down that the partner gave a token, to be asked about; too often in vain, a person decides."""
    row, _ = _locked(session, due)
    if row is not None:
        first = row.state != HandOverState.AWAITING_ID
        row.state, row.token, row.tries = HandOverState.AWAITING_ID, token, 0 if first else row.tries
        row.next_at = now + TOKEN_PAUSES[min(row.tries, len(TOKEN_PAUSES) - 1)]


def note_not_sent(session: Session, due: PendingHandOver, why: str, now: datetime) -> bool:
    """Try again later what certainly did not arrive; False where that was tried for days."""
    row, _ = _locked(session, due)
    if row is None:
        return True
    row.state, row.error = due.state, why[:500]
    if now - due.created_at > GIVEN_UP_AFTER:
        return False
    row.next_at = now + (PAUSES[due.tries - 1] if due.tries <= len(PAUSES) else THEN_EVERY)
    return True


def note_outcome_unknown(session: Session, due: PendingHandOver, why: str, now: datetime) -> None:
    """Have what may have arrived looked for."""
    row, _ = _locked(session, due)
    if row is not None:
        row.state, row.error, row.next_at, row.misses = HandOverState.UNKNOWN, why[:500], now, 0


def note_missing(session: Session, due: PendingHandOver, now: datetime) -> None:
    """Write down that the partner does not have it; not found often enough, it is sent again."""
    row, _ = _locked(session, due)
    if row is None:
        return
    row.misses += 1
    if row.misses >= MOST_MISSES:
        row.state, row.next_at, row.misses = HandOverState.WAITING, now, 0
    else:
        row.next_at = now + LOOK_AGAIN


def note_refused(
    session: Session,
    reference: Reference,
    books: RulebookCache,
    due: PendingHandOver,
    why: str,
    now: datetime,
) -> None:
    """Bring a case that the partner does not take back before a coordinator, with the partner's words."""
    row, report = _locked(session, due)
    if row is None or report is None:
        return
    ctx = partner_actor(reference, due.department_id)
    words = translate(REFUSED_NOTE, "vi", partner=ctx.name, why=why)[:2000]
    row.error = why[:500]
    if report.status == Status.ASSIGNED:
        row.state = HandOverState.ENDED
        step = Transition(to=Status.TRIAGE, reason=words, version=report.version)
        transition(session, CaseContext(reference, books, Asker(staff=ctx), now), report.id, step)
    else:
        row.state = HandOverState.REFUSED
        add_note(session, reference, report, words, actor=ctx, at=now)


def _locked(session: Session, due: PendingHandOver) -> tuple[HandOver | None, Report | None]:
    """Return row and report, locked; nothing where the case is the partner's no more."""
    row = session.get(HandOver, due.id, with_for_update=True, populate_existing=True)
    if row is None or row.state in (HandOverState.ENDED, HandOverState.DONE, HandOverState.SENT):
        return None, None
    report = session.get(Report, row.report_id, with_for_update=True, populate_existing=True)
    return row, report


def has_hand_overs(session: Session, department_id: int) -> bool:
    """Return whether the partner has any case of ours: nobody else is asked for updates."""
    query = select(HandOver.id).where(
        HandOver.department_id == department_id, HandOver.state == HandOverState.SENT
    )
    return session.scalar(query.limit(1)) is not None


def open_hand_overs(session: Session, department_id: int) -> Sequence[HandOver]:
    """Return what the partner has and has not ended."""
    query = select(HandOver).where(
        HandOver.department_id == department_id,
        HandOver.state == HandOverState.SENT,
        HandOver.remote_id.is_not(None),
    )
    return session.scalars(query.order_by(HandOver.id)).all()
