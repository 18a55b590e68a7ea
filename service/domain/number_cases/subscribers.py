"""Owners of numbers as carriers name them: sealed, read with a purpose, which is kept, erased in time."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.domain.kernel.sealing import seal_for, unseal_for
from service.domain.kernel.sql import changed_rows
from service.domain.kernel.texts import tidy
from service.domain.number_cases.access import NO_NUMBER, CarrierRequestWork
from service.domain.number_cases.forms import NumberOwner
from service.domain.reports.events import Actor
from service.domain.works.actions import ActionContext
from service.domain.works.lifecycles import DIRECTOR, LEAD, work_roles
from service.errors import Gone, NotFound, invalid
from service.i18n import N_
from service.models import AdNumber, AdNumberCase, CarrierRequest, Subscriber, SubscriberReading, Work

SHORTEST_PURPOSE = 3


@dataclass(frozen=True, slots=True)
class OwnerView:
    """NumberOwner of a number as the carrier named them; `at` is when it did."""

    name: str
    address: str
    paper: str
    at: datetime


def keep_owner(
    ctx: ActionContext, key: bytes, request: CarrierRequestWork, number: AdNumber, owner: NumberOwner
) -> None:
    """Seal who the number belongs to; what the same request said before is replaced."""
    sealed = seal_for(key, "subscriber", json.dumps(owner.model_dump(), ensure_ascii=False))
    row = insert(Subscriber).values(
        number_id=number.id, request_id=request.work.id, sealed=sealed, created_at=ctx.now
    )
    columns = {"sealed": sealed, "created_at": ctx.now, "erased_at": None}
    ctx.session.execute(
        row.on_conflict_do_update(index_elements=[Subscriber.number_id, Subscriber.request_id], set_=columns)
    )


def read_owner(ctx: ActionContext, key: bytes, number_id: int, purpose: str) -> OwnerView:
    """Return who a number belongs to, for the unit that leads its case and its leaders; the reading is
    written down.

    Raises NotFound for everybody else and where no carrier said it; Invalid without a purpose, Gone once it
    was erased.
    """
    if not may_read_owner(ctx.session, ctx.actor, number_id):
        raise NotFound(NO_NUMBER)
    why = tidy(purpose)
    if len(why) < SHORTEST_PURPOSE:
        raise invalid(["purpose"], N_("Cần nói rõ xem để làm gì."))
    newest = select(Subscriber).where(Subscriber.number_id == number_id)
    found = ctx.session.scalars(newest.order_by(Subscriber.created_at.desc()).limit(1)).first()
    if found is None:
        raise NotFound(N_("Nhà mạng chưa cho biết chủ thuê bao của số này."))
    plain = unseal_for(key, "subscriber", found.sealed) if found.sealed else None
    if plain is None:
        raise Gone(N_("Thông tin chủ thuê bao đã được xóa khi hết thời hạn lưu."))
    ctx.session.add(
        SubscriberReading(
            number_id=number_id, staff_id=ctx.actor.staff_id or 0, at=ctx.now, purpose=why[:300]
        )
    )
    ctx.session.flush()
    return OwnerView(**json.loads(plain), at=found.created_at)


def may_read_owner(session: Session, actor: Actor, number_id: int) -> bool:
    """Return whether a person's unit leads a case of the number or asked a carrier about it."""
    cases = select(Work).join(AdNumberCase, AdNumberCase.work_id == Work.id)
    query = select(Work).join(CarrierRequest, CarrierRequest.work_id == Work.id)
    named = exists().where(Subscriber.request_id == Work.id, Subscriber.number_id == number_id)
    works = [*session.scalars(cases.where(AdNumberCase.number_id == number_id))]
    works += session.scalars(query.where(named))
    return any(work_roles(actor, each) & {LEAD, DIRECTOR} for each in works)


def is_owner_known(session: Session, number_id: int) -> bool:
    """Return whether a carrier said who the number belongs to, and it was not erased."""
    stored = exists().where(Subscriber.number_id == number_id, Subscriber.sealed.is_not(None))
    return bool(session.scalar(select(stored)))


def forget_owners(session: Session, before: datetime, now: datetime, most: int) -> int:
    """Erase owners of numbers whose case ended before that time, or that were named before it where there is
    no case; how many.
    """
    case_running = exists().where(AdNumberCase.number_id == Subscriber.number_id, AdNumberCase.running)
    ended_late = exists().where(
        AdNumberCase.number_id == Subscriber.number_id,
        Work.id == AdNumberCase.work_id,
        Work.closed_at >= before,
    )
    old = (
        select(Subscriber.number_id, Subscriber.request_id)
        .where(Subscriber.sealed.is_not(None), Subscriber.created_at < before, ~case_running, ~ended_late)
        .limit(most)
        .subquery()
    )
    erased = (
        update(Subscriber)
        .where(Subscriber.number_id == old.c.number_id, Subscriber.request_id == old.c.request_id)
        .values(sealed=None, erased_at=now)
        .execution_options(synchronize_session=False)
    )
    return changed_rows(session.execute(erased))
