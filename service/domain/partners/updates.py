"""Updates of partners: each once, in the order of their times, as steps of our own life cycle.

A partner may say that it has begun and that it is done. It never closes a case: that is the inspector's, or
the verification period's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.domain.casework.case.case import Case, Transition
from service.domain.casework.case.context import CaseContext
from service.domain.casework.case.mentions import add_note
from service.domain.casework.case.words import say
from service.domain.casework.extension_requests import lapse
from service.domain.casework.transitions import transition
from service.domain.city.config import PartnerConfig
from service.domain.city.reference import Reference
from service.domain.kernel.texts import tidy
from service.domain.partners.hand_overs import partner_actor
from service.domain.reports.access import Asker, lock_report
from service.domain.reports.alarms import update_alarm
from service.domain.reports.events import Actor
from service.domain.rules.rulebook import RulebookCache
from service.errors import AppError
from service.i18n import N_, translate
from service.models import HandOver, Partner, PartnerUpdate, Report, Status
from service.models.ops.partner import HandOverState

SKEW = timedelta(minutes=5)
OVERLAP = timedelta(hours=2)
"""What a partner tells late, or at a clock of its own, is asked for once more."""

LONGEST = 2000
STEPS: Mapping[str, str] = {
    "open": "none",
    "in_progress": "begun",
    "investigating": "begun",
    "action_scheduled": "begun",
    "fixed": "done",
    "closed": "done",
    "no_further_action": "returned",
    "not_councils_responsibility": "returned",
    "duplicate": "returned",
    "cancelled": "returned",
}
RETURNED = N_("Hệ thống của {partner} không xử lý ({status}). {text}")


@dataclass(frozen=True, slots=True)
class ReceivedUpdate:
    """Update as a partner told it."""

    id: str
    remote_id: str
    at: datetime
    status: str
    text: str


def poll_window(session: Session, department_id: int, now: datetime) -> tuple[datetime, datetime]:
    """Return the span of time to ask about: from well before what was seen, also after a long silence."""
    row = session.get(Partner, department_id)
    first = select(HandOver.created_at).where(HandOver.department_id == department_id)
    oldest = session.scalar(first.order_by(HandOver.id).limit(1))
    since = (row.polled_until if row else None) or oldest or now
    return since - OVERLAP, now + SKEW


def take_updates(
    session: Session,
    reference: Reference,
    books: RulebookCache,
    config: PartnerConfig,
    department_id: int,
    updates: Sequence[ReceivedUpdate],
    now: datetime,
) -> int:
    """Take updates that are new, the oldest first; how many changed something.

    Those of cases that were not handed over are left aside: other cities may use the same partner.
    """
    remote = {each.remote_id for each in updates}
    rows = session.scalars(
        select(HandOver)
        .where(HandOver.department_id == department_id, HandOver.remote_id.in_(remote))
        .order_by(HandOver.id)
    )
    by_remote = {row.remote_id: row for row in rows}
    changed = 0
    for each in sorted(updates, key=lambda one: one.at):
        if (row := by_remote.get(each.remote_id)) is not None and _is_new(session, row, each, now):
            why = _apply(session, reference, books, config, row, each, now)
            session.get_one(PartnerUpdate, (department_id, each.id)).why = why
            changed += why == "applied"
    session.flush()
    return changed


def _is_new(session: Session, row: HandOver, update: ReceivedUpdate, now: datetime) -> bool:
    values = {
        "department_id": row.department_id,
        "remote_update_id": update.id,
        "report_id": row.report_id,
        "at": update.at,
        "received_at": now,
        "status": update.status[:60],
        "text": update.text[:LONGEST],
        "why": "",
    }
    claim = insert(PartnerUpdate).values(values).on_conflict_do_nothing()
    return session.scalar(claim.returning(PartnerUpdate.remote_update_id)) is not None


def _apply(
    session: Session,
    reference: Reference,
    books: RulebookCache,
    config: PartnerConfig,
    row: HandOver,
    update: ReceivedUpdate,
    now: datetime,
) -> str:
    """Carry one update out; return `applied`, or why it changed nothing."""
    at = min(update.at, now)
    if row.state != HandOverState.SENT:
        return f"hand-over {row.state}"
    if row.sent_at is not None and at < row.sent_at - SKEW:
        return "before the hand-over"
    if row.told_at is not None and at < row.told_at:
        return "older than another"
    row.told_at = at
    word = update.status.strip().lower().replace(" ", "_")
    step = config.statuses.get(word) or STEPS.get(word, "none")
    actor = partner_actor(reference, row.department_id)
    try:
        with session.begin_nested():
            return _take_step(session, reference, books, row, actor, step, update, now)
    except AppError as refused:
        return f"refused: {refused.code}"


def _take_step(
    session: Session,
    reference: Reference,
    books: RulebookCache,
    row: HandOver,
    actor: Actor,
    step: str,
    update: ReceivedUpdate,
    now: datetime,
) -> str:
    ctx = CaseContext(reference, books, Asker(staff=actor), now)
    report = lock_report(session, ctx.asker, row.report_id, now=now).report
    text = tidy(update.text)[:LONGEST]
    if step in ("begun", "done") and report.status == Status.ASSIGNED:
        begun = Transition(
            to=Status.IN_PROGRESS, version=report.version, note=text if step == "begun" else ""
        )
        transition(session, ctx, report.id, begun)
        if step == "begun":
            return "applied"
    if step == "done" and report.status == Status.IN_PROGRESS:
        _resolve(session, reference, books, report, actor, text, now)
        row.state = HandOverState.DONE
        return "applied"
    if step == "returned" and report.status == Status.ASSIGNED:
        words = translate(RETURNED, "vi", partner=actor.name, status=update.status, text=text)[
            :LONGEST
        ].strip()
        back = Transition(to=Status.TRIAGE, reason=words, version=report.version)
        transition(session, ctx, report.id, back)
        row.state = HandOverState.ENDED
        return "applied"
    if text or step == "returned":
        words = f"{update.status}: {text}".strip(": ")[:LONGEST]
        add_note(session, reference, report, words, actor=actor, at=now)
        return "applied"
    return "no change"


def _resolve(
    session: Session,
    reference: Reference,
    books: RulebookCache,
    report: Report,
    actor: Actor,
    text: str,
    now: datetime,
) -> None:
    """Say that it is done. No photo is asked of a partner; the inspector looks, as at everything."""
    request = Transition(to=Status.RESOLVED, version=report.version)
    Case(session, reference, books, report, actor, request, now).walk(evidence_required=False)
    update_alarm(session, reference, report, now)
    lapse(session, report, now)
    if text:
        say(session, report, "reply", text, public=True, actor=actor, at=now)
