"""Rules that make a report an emergency, and the row that says so. Telling people is `ringing.py`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Text, and_, cast, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY, array, insert
from sqlalchemy.orm import Session

from service.domain.city.questions import questions_of
from service.domain.city.reference import CategoryView, Reference
from service.domain.reports.events import SYSTEM, record
from service.models import EMERGENCY, OPEN, ORDINARY, DeadlinePolicy, Emergency, EventType, Report, Status

DANGER, POLICY, MERGED = "danger", "policy", "merged"

LOOKED_BACK = timedelta(minutes=5)
"""The sweep looks at reports that changed within this time: many times as long as its own interval."""


def danger_answers(reference: Reference, category: CategoryView) -> dict[str, frozenset[str]]:
    """Return the answers that mean danger, by the code of their question."""
    found = {
        question["code"]: frozenset(
            each["key"] for each in question.get("values") or () if each.get("danger")
        )
        for question in questions_of(reference, category)
    }
    return {code: keys for code, keys in found.items() if keys}


def is_dangerous(reference: Reference, category_id: int, attributes: Mapping[str, object]) -> bool:
    """Return whether one of the answers is marked as dangerous in its category."""
    if not attributes:
        return False
    dangers = danger_answers(reference, reference.categories[category_id])
    return any(keys & set(_given(attributes.get(code))) for code, keys in dangers.items())


def reason_of(reference: Reference, report: Report, *, hotline: bool) -> str | None:
    """Return why the report is an emergency, if it is; `hotline` is what its deadline policy says."""
    if is_dangerous(reference, report.category_id, report.attributes):
        return DANGER
    return POLICY if hotline else None


def raise_alarm(session: Session, report: Report, reason: str, now: datetime) -> bool:
    """Make the report an emergency that rings from now on; return whether it was none before.

    One that is taken, or rings already, is left alone; one that had ended begins anew.
    """
    report.priority = EMERGENCY
    fresh = {
        "reason": reason,
        "since": now,
        "ring_at": now,
        "rung": 0,
        "rung_at": None,
        "told": 0,
        "taken_by": None,
        "taken_at": None,
        "ended_at": None,
    }
    row = insert(Emergency).values(report_id=report.id, **fresh)
    claim = row.on_conflict_do_update(
        index_elements=[Emergency.report_id], set_=fresh, where=Emergency.ended_at.is_not(None)
    )
    if session.scalar(claim.returning(Emergency.report_id)) is None:
        return False
    record(session, report, EventType.EMERGENCY, actor=SYSTEM, at=now, public=False, data={"why": reason})
    return True


def end_alarm(session: Session, report_id: UUID, now: datetime) -> None:
    """End the report's emergency: nobody is notified of it any more; who took it stays recorded."""
    still = update(Emergency).where(Emergency.report_id == report_id, Emergency.ended_at.is_(None))
    session.execute(still.values(ended_at=now, ring_at=None))


def update_alarm(session: Session, reference: Reference, report: Report, now: datetime) -> None:
    """Raise or end the alarm as the report stands now; the caller holds its row's lock. Harmless to repeat.

    A dangerous report that was merged makes an emergency of its original.
    """
    if report.status == Status.DUPLICATE:
        end_alarm(session, report.id, now)
        if report.duplicate_of_id and report.priority == EMERGENCY:
            _raise_original(session, report, now)
        return
    if report.status not in OPEN:
        end_alarm(session, report.id, now)
        return
    reason = reason_of(reference, report, hotline=_calls_hotline(session, report))
    if reason:
        raise_alarm(session, report, reason, now)
    elif report.priority == EMERGENCY and not _by_merging(session, report.id):
        report.priority = ORDINARY
        end_alarm(session, report.id, now)


def raise_missed(session: Session, reference: Reference, now: datetime, most: int = 100) -> int:
    """Raise the alarm of recently changed reports that are emergencies without one; return how many."""
    hot = select(DeadlinePolicy.id).where(DeadlinePolicy.spec["hotline"].as_boolean())
    means: list[ColumnElement[bool]] = [Report.policy_id.in_(hot)]
    means += [dangers] if (dangers := _dangers(reference)) is not None else []
    silent = select(Report).where(
        Report.updated_at > now - LOOKED_BACK,
        Report.priority == ORDINARY,
        Report.status.in_(OPEN),
        or_(*means),
    )
    rows = session.scalars(
        silent.order_by(Report.updated_at).limit(most).with_for_update(skip_locked=True, key_share=True)
    ).all()
    for report in rows:
        update_alarm(session, reference, report, now)
    return len(rows)


def _calls_hotline(session: Session, report: Report) -> bool:
    """Return whether cases under the report's policy are told at once; before it has one, what rules said."""
    if report.policy_id is not None:
        spec: Mapping[str, object] | None = session.get_one(DeadlinePolicy, report.policy_id).spec
    else:
        code = (report.routing or {}).get("policy")
        in_force = DeadlinePolicy.valid_to.is_(None) & (DeadlinePolicy.code == code)
        spec = session.scalar(select(DeadlinePolicy.spec).where(in_force)) if code else None
    return bool(spec and spec.get("hotline"))


def _raise_original(session: Session, report: Report, now: datetime) -> None:
    original = session.get(Report, report.duplicate_of_id)
    if original is None or original.status not in OPEN:
        return
    raise_alarm(session, original, MERGED, now)


def _by_merging(session: Session, report_id: UUID) -> bool:
    """Return whether a dangerous report that was merged into this one is still part of it."""
    merged = select(Report.id).where(
        Report.duplicate_of_id == report_id, Report.status == Status.DUPLICATE, Report.priority == EMERGENCY
    )
    return session.scalar(merged.limit(1)) is not None


def _dangers(reference: Reference) -> ColumnElement[bool] | None:
    """Return `is_dangerous` as SQL on `Report`; None where no answer of the city means danger."""
    found = []
    for category in reference.categories.values():
        for code, keys in danger_answers(reference, category).items():
            answer = Report.attributes[code]
            said = func.jsonb_exists_any(answer, cast(array(sorted(keys)), ARRAY(Text)))
            found.append(and_(Report.category_id == literal(category.id), said))
    return or_(*found) if found else None


def _given(answer: object) -> list[str]:
    return [str(each) for each in answer] if isinstance(answer, list) else [str(answer)]
