"""Partners for administrators and workers: their keys, how the calls go, what was handed over lately."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from service.domain.city.config import PartnerConfig
from service.domain.city.reference import Reference
from service.domain.configuration.administration.changes import EditStamp
from service.domain.kernel.audit import write_entry
from service.domain.kernel.sealing import seal_for, unseal_for
from service.domain.partners.hand_overs import partner_departments, service_of
from service.errors import NotFound, invalid
from service.i18n import N_
from service.models import HandOver, Partner, Report
from service.models.ops.partner import HAND_OVER_LIVE, HandOverState

LONGEST_KEY = 500
NEWEST, MOST_OF_CASE = 50, 3


@dataclass(frozen=True, slots=True)
class PartnerView:
    """Partner as administrators see it; `open` cases are with it."""

    department_id: int
    config: PartnerConfig
    has_key: bool
    last_ok_at: datetime | None
    failing_since: datetime | None
    error: str
    open: int


@dataclass(frozen=True, slots=True)
class HandOverView:
    """Hand-over of one case, for the list."""

    code: str
    department_id: int
    state: HandOverState
    remote_id: str | None
    at: datetime
    error: str


def all_partners(session: Session, reference: Reference) -> list[PartnerView]:
    """Return the city's partners in its order."""
    return _views(session, partner_departments(reference))


def view_partner(session: Session, reference: Reference, config: PartnerConfig) -> PartnerView:
    """Return one partner, with settings that may be newer than the reference."""
    [view] = _views(session, {reference.department_by_code[config.department].id: config})
    return view


def _views(session: Session, partners: Mapping[int, PartnerConfig]) -> list[PartnerView]:
    rows = {row.department_id: row for row in session.scalars(select(Partner))}
    counted = select(HandOver.department_id, func.count()).where(HandOver.state.in_(HAND_OVER_LIVE))
    numbers = {each[0]: each[1] for each in session.execute(counted.group_by(HandOver.department_id))}
    found = []
    for department_id, config in partners.items():
        row = rows.get(department_id)
        found.append(
            PartnerView(
                department_id,
                config,
                bool(row and row.secret),
                row.last_ok_at if row else None,
                row.failing_since if row else None,
                row.error if row else "",
                numbers.get(department_id, 0),
            )
        )
    return found


def newest_hand_overs(session: Session) -> Sequence[HandOverView]:
    """Return what was handed over lately, the newest first."""
    return _hand_overs(session, true(), NEWEST)


def hand_overs_of(session: Session, report_id: UUID) -> Sequence[HandOverView]:
    """Return the hand-overs of one case, the newest first: the last few."""
    return _hand_overs(session, HandOver.report_id == report_id, MOST_OF_CASE)


def _hand_overs(session: Session, condition: ColumnElement[bool], most: int) -> Sequence[HandOverView]:
    query = select(HandOver, Report.code).join(Report, Report.id == HandOver.report_id).where(condition)
    rows = session.execute(query.order_by(HandOver.id.desc()).limit(most))
    return [
        HandOverView(
            code, row.department_id, row.state, row.remote_id, row.sent_at or row.created_at, row.error
        )
        for row, code in rows
    ]


def find_partner(reference: Reference, department: str) -> tuple[int, PartnerConfig]:
    """Return (id, partner) of the department of that code. Raises NotFound."""
    view = reference.department_by_code.get(department)
    config = partner_departments(reference).get(view.id) if view is not None else None
    if view is None or config is None:
        raise unknown_partner()
    return view.id, config


def unknown_partner() -> NotFound:
    """Return the refusal of a department that is no partner."""
    return NotFound(N_("Không có hệ thống này trong cấu hình của thành phố."))


def with_whole_address(config: PartnerConfig, public_url: str) -> PartnerConfig:
    """Return the partner with the address that is called: one without a host is this installation's."""
    if not config.endpoint.startswith("/"):
        return config
    return config.model_copy(update={"endpoint": f"{public_url.rstrip('/')}{config.endpoint}"})


def unknown_services(reference: Reference, config: PartnerConfig, theirs: Collection[str]) -> list[str]:
    """Return the kinds of ours, as they would be sent, that the partner does not have."""
    sent = (service_of(reference, config, each) for each in reference.categories.values() if each.active)
    return sorted({each for each in sent if each not in theirs})


def set_partner_key(
    session: Session, reference: Reference, stamp: EditStamp, key: bytes, department: str, secret: str
) -> None:
    """Keep the key that a partner gave us; an empty one takes it away. Raises NotFound, Invalid."""
    department_id, _ = find_partner(reference, department)
    if len(secret) > LONGEST_KEY or any(letter < " " for letter in secret):
        raise invalid(["secret"], N_("Khóa này không đúng dạng."))
    row = partner_row(session, department_id)
    row.secret = seal_for(key, "partner-key", secret) if secret else None
    what = "partner.key_set" if secret else "partner.key_removed"
    write_entry(session, what, department, at=stamp.at, staff_id=stamp.staff_id)


def partner_row(session: Session, department_id: int) -> Partner:
    """Return the partner's row, made where there is none."""
    row = session.get(Partner, department_id)
    if row is None:
        row = Partner(department_id=department_id, error="")
        session.add(row)
        session.flush()
    return row


def key_of_partner(session: Session, key: bytes, department_id: int) -> str:
    """Return the key that a partner gave us; empty where there is none, or it cannot be read any more."""
    row = session.get(Partner, department_id)
    return (unseal_for(key, "partner-key", row.secret) or "") if row and row.secret else ""


def note_call(session: Session, department_id: int, now: datetime, error: str = "") -> None:
    """Write down how a call went: without an error it is well again."""
    row = partner_row(session, department_id)
    row.error = error[:500]
    if error:
        row.failing_since = row.failing_since or now
    else:
        row.last_ok_at, row.failing_since = now, None


def claim_poll(session: Session, department_id: int, every: timedelta, now: datetime) -> bool:
    """Return whether the partner is to be asked now; others leave it alone until the next time."""
    row = partner_row(session, department_id)
    session.refresh(row, with_for_update=True)
    if row.next_poll_at is not None and row.next_poll_at > now:
        return False
    row.next_poll_at = now + every
    return True
