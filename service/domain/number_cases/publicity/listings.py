"""Lists of numbers that are made known: drafted by one person, published by another, ended by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from service.domain.number_cases.access import NumberCaseWork, find_case
from service.domain.number_cases.bars import is_under_objection, require_unbarred
from service.domain.number_cases.forms import ListedCase, NewPublication, PublicationStep
from service.domain.number_cases.sanctions import is_listable, may_be_listed
from service.domain.number_cases.withdrawals import always_masked, is_shown, withdraw_listings
from service.domain.numbers.telephones import of_e164
from service.domain.reports.events import Actor
from service.domain.works.actions import ActionContext
from service.domain.works.events import record_work
from service.domain.works.lifecycles import LEAD, work_roles
from service.domain.works.views import ReadModel
from service.errors import Conflict, FieldError, Forbidden, Invalid, NotFound, invalid
from service.i18n import N_
from service.models import (
    AdNumber,
    AdNumberCase,
    Listing,
    Publication,
    PublicationState,
    Role,
    Work,
    WorkEventType,
)
from service.models.reports.event import ActorKind

MOST_SHOWN = 500
REQUIRED = ("decision", "decided_on", "signer", "basis")


class ListedNumber(ReadModel):
    """Number on the public list: masked, always."""

    number: str
    words: str
    decision: str
    decided_on: date | None
    published_on: date
    until: date


class PublicationView(ReadModel):
    """List of numbers as colleagues see it; `withdrawn` of its numbers are off the list again."""

    id: UUID
    number: str
    dated: date | None
    signer: str
    state: str
    created_at: datetime
    published_at: datetime | None
    items: list[PressRow]
    may_publish: bool
    may_withdraw: bool


class PressRow(ReadModel):
    """Number on a list with its decision, whole: for who signs, and the press under a signature."""

    number: str
    shown: str
    case: str
    decision: str
    decided_on: date | None
    signer: str
    basis: str
    words: str
    until: date | None
    withdrawn_on: date | None
    withdrawn_why: str


PublicationView.model_rebuild()


def draft_publication(ctx: ActionContext, form: NewPublication) -> tuple[Publication, bool]:
    """Return (the draft, whether it is new). Drafted by the unit that leads the cases.

    Raises NotFound for a case, Forbidden, Conflict for one that has not come so far, Invalid.
    """
    actor = ctx.actor
    if actor.role not in (Role.DEPARTMENT, Role.MANAGER) or actor.department_id is None:
        raise Forbidden(N_("Chỉ đơn vị chủ trì hồ sơ được soạn danh sách công khai."))
    known = ctx.session.get(Publication, form.id)
    if known is not None:
        if known.created_by != actor.staff_id:
            raise Conflict(N_("Mã id này đã được dùng cho việc khác. Hãy tạo id mới."))
        return known, False
    list_ = Publication(
        id=form.id,
        number=form.number,
        dated=form.dated,
        signer=form.signer,
        lead_id=actor.department_id,
        created_at=ctx.now,
        created_by=actor.staff_id or 0,
    )
    ctx.session.add(list_)
    ctx.session.flush()
    for at, item in enumerate(form.items):
        found = find_case(ctx.session, actor, item.case)
        if LEAD not in work_roles(actor, found.work):
            raise Forbidden(N_("Chỉ đơn vị chủ trì hồ sơ được soạn danh sách công khai."))
        _require_listable(ctx, found)
        _check_end(ctx, item.until, ["items", str(at), "until"])
        ids = {"publication_id": list_.id, "number_id": found.number.id, "case_id": found.work.id}
        ctx.session.add(Listing(**ids, **_listed_by(found, item, form.signer)))
    ctx.session.flush()
    return list_, True


def take_publication_step(ctx: ActionContext, id_: UUID, form: PublicationStep) -> Publication:
    """Publish a list, or take all of it back. The same again changes nothing.

    Raises NotFound; Forbidden for who drafted it and whoever does not lead; Invalid naming what a number
    lacks; Conflict where a case has ended meanwhile.
    """
    list_ = find_publication(ctx, id_, lock=True)
    if PublicationState(form.to) == list_.state:
        return list_
    if form.to == "withdrawn":
        if not _leads(ctx.actor, list_):
            raise Forbidden(N_("Chỉ đơn vị soạn danh sách được rút."))
        if not form.reason:
            raise invalid(["reason"], N_("Cần nêu lý do."))
        if list_.state != PublicationState.PUBLISHED:
            raise Conflict(N_("Danh sách này chưa công khai."))
        withdraw_listings(ctx, Listing.publication_id == list_.id, form.reason)
        list_.state = PublicationState.WITHDRAWN
        ctx.session.flush()
        return list_
    if not may_publish(ctx.actor, list_):
        raise Forbidden(N_("Người công khai phải là lãnh đạo đơn vị và khác người soạn danh sách."))
    if list_.state != PublicationState.DRAFT:
        raise Conflict(N_("Danh sách này đã rút, hãy soạn danh sách khác."))
    _publish(ctx, list_)
    return list_


def find_publication(ctx: ActionContext, id_: UUID, *, lock: bool = False) -> Publication:
    """Return a list of the person's units. Raises NotFound."""
    query = select(Publication).where(Publication.id == id_)
    query = query.with_for_update().execution_options(populate_existing=True) if lock else query
    found = ctx.session.scalars(query).first()
    if found is None or not _leads(ctx.actor, found):
        raise NotFound(N_("Không có danh sách này."))
    return found


def list_publications(ctx: ActionContext) -> list[PublicationView]:
    """Return the lists of the person's units, the newest first."""
    newest = select(Publication).order_by(Publication.created_at.desc()).limit(MOST_SHOWN)
    mine = [each for each in ctx.session.scalars(newest) if _leads(ctx.actor, each)]
    return [tell_publication(ctx, each) for each in mine[:50]]


def tell_publication(ctx: ActionContext, list_: Publication) -> PublicationView:
    """Return a list as colleagues see it."""
    rows = ctx.session.execute(
        select(Listing, AdNumber, Work.code)
        .join(AdNumber, AdNumber.id == Listing.number_id)
        .join(Work, Work.id == Listing.case_id)
        .where(Listing.publication_id == list_.id)
        .order_by(AdNumber.e164)
    ).all()
    items = [
        PressRow(
            **{
                name: getattr(row, name)
                for name in PressRow.model_fields
                if name not in ("number", "shown", "case", "withdrawn_on")
            },
            number=of_e164(number.e164).digits,
            shown=number.shown,
            case=code,
            withdrawn_on=ctx.calendar.local(row.withdrawn_at).date() if row.withdrawn_at else None,
        )
        for row, number, code in rows
    ]
    own = {name: getattr(list_, name) for name in PublicationView.model_fields if hasattr(list_, name)}
    drafted = list_.state == PublicationState.DRAFT
    return PublicationView(
        **own,
        items=items,
        may_publish=drafted and may_publish(ctx.actor, list_),
        may_withdraw=list_.state == PublicationState.PUBLISHED,
    )


def listed_numbers(ctx: ActionContext) -> Sequence[ListedNumber]:
    """Return what everybody may see now: masked numbers with their decisions, the newest first."""
    rows = ctx.session.execute(
        select(Listing, AdNumber.e164)
        .join(AdNumber, AdNumber.id == Listing.number_id)
        .join(Work, Work.id == Listing.case_id)
        .join(AdNumberCase, AdNumberCase.work_id == Listing.case_id)
        .where(is_shown(ctx.calendar.local(ctx.now)), may_be_listed(), ~is_under_objection())
        .order_by(Listing.published_on.desc(), Listing.id)
        .limit(MOST_SHOWN)
    )
    masking = always_masked(ctx.reference)
    own = set(ListedNumber.model_fields) - {"number"}
    return [
        ListedNumber(
            number=of_e164(e164).masked, **{name: masking.values(getattr(row, name)) for name in own}
        )
        for row, e164 in rows
    ]


def may_publish(actor: Actor, list_: Publication) -> bool:
    """Return whether a person publishes this list: a leader of its unit who did not draft it."""
    leads = actor.role == Role.MANAGER and _leads(actor, list_)
    return leads and actor.staff_id is not None and actor.staff_id != list_.created_by


def _leads(actor: Actor, list_: Publication) -> bool:
    if actor.kind != ActorKind.STAFF or actor.role not in (Role.DEPARTMENT, Role.MANAGER):
        return False
    of_city = actor.role == Role.MANAGER and actor.of_city
    return of_city or list_.lead_id in actor.departments


def _publish(ctx: ActionContext, list_: Publication) -> None:
    today = ctx.calendar.local(ctx.now).date()
    rows = ctx.session.execute(
        select(Listing, Work, AdNumberCase, AdNumber)
        .join(Work, Work.id == Listing.case_id)
        .join(AdNumberCase, AdNumberCase.work_id == Listing.case_id)
        .join(AdNumber, AdNumber.id == Listing.number_id)
        .where(Listing.publication_id == list_.id)
        .order_by(Work.id)
        .with_for_update(of=(Listing, Work))
        .execution_options(populate_existing=True)
    ).all()
    if not rows:
        raise Conflict(N_("Danh sách không còn số nào."))
    missing = [
        FieldError(("body", "items", at, name), N_("Thiếu mục này nên chưa công khai được."))
        for at, (listing, *_) in enumerate(rows)
        for name in REQUIRED
        if not getattr(listing, name)
    ]
    if missing:
        raise Invalid(N_("Vui lòng sửa các mục được nêu."), errors=missing)
    for listing, work, side, number in rows:
        _require_listable(ctx, NumberCaseWork(work, side, number))
        _check_end(ctx, listing.until, ["until"])
        longest = today + timedelta(days=ctx.reference.config.numbers.listed_days)
        listing.published_on, listing.until = today, listing.until or longest
        decision = always_masked(ctx.reference).text(listing.decision)
        data = {"number": of_e164(number.e164).masked, "decision": decision}
        type_ = WorkEventType.NUMBER_LISTED
        record_work(ctx.session, work, type_, actor=ctx.actor, at=ctx.now, data=data, public=True)
    list_.state, list_.published_at = PublicationState.PUBLISHED, ctx.now
    list_.published_by = ctx.actor.staff_id
    ctx.session.flush()


def _require_listable(ctx: ActionContext, case: NumberCaseWork) -> None:
    if not is_listable(case.work, case.side):
        raise Conflict(
            N_(
                "Hồ sơ {code} chưa đến bước đề nghị tạm ngừng, cũng không có quyết định xử phạt, nên không "
                "công khai được."
            ),
            code=case.work.code,
        )
    require_unbarred(ctx, case)


def _listed_by(case: NumberCaseWork, item: ListedCase, signer: str) -> dict[str, object]:
    """Return what stands behind a number on the list; without a decision of its own it is the sanction."""
    data = item.model_dump(exclude={"case"})
    side = case.side
    if side.sanction_document and data["decision"] in ("", side.sanction_document):
        data["decision"] = side.sanction_document
        data["decided_on"] = data["decided_on"] or side.sanctioned_on
        data["signer"] = data["signer"] or side.sanction_signer
        data["basis"] = data["basis"] or side.sanction_basis
    data["signer"] = data["signer"] or signer
    return data


def _check_end(ctx: ActionContext, until: date | None, where: Sequence[str]) -> None:
    today, days = ctx.calendar.local(ctx.now).date(), ctx.reference.config.numbers.listed_days
    if until is not None and not today <= until <= today + timedelta(days=days):
        raise invalid(where, N_("Công khai nhiều nhất {days} ngày."), days=days)
