"""Demo documents: a report that was signed and sent, one that has its number, a letter still without."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from datetime import datetime, timedelta

from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.documents.plans import make_plan_document
from service.domain.city.city import load_calendar
from service.domain.city.reference import Reference
from service.domain.documents import register
from service.domain.documents.of_plans import PlanDocumentOrder, read_plan_paper
from service.domain.documents.register import DRAFTS, DocumentNumber, DocumentSent, NewDocument
from service.domain.plans.plan_facts import late_units
from service.domain.reports.events import Actor
from service.domain.works.actions import ActionContext
from service.models import OfficialDocument, Plan, PlanState, Role
from service.models.reports.event import ActorKind
from service.storage import Storage, new_token

TOLD = ["UBND thành phố (để báo cáo)", "Văn phòng Sở (để theo dõi)"]
BEFORE = (timedelta(days=21), timedelta(days=7))


def demo_documents(session: Session, reference: Reference, storage: Storage, *, at: datetime) -> None:
    """Make them once, about the plan of the unit that the demo's plans are of."""
    issuer = reference.department_by_code.get("so-khcn")
    if issuer is None or session.scalar(select(OfficialDocument.id).limit(1)) is not None:
        return
    mine = Plan.issuer_id == issuer.id, Plan.state == PlanState.IN_FORCE
    plan = session.scalar(select(Plan).where(*mine).order_by(Plan.id).limit(1))
    if plan is None:
        return
    below = reference.departments_below(issuer.id)
    actor = Actor(ActorKind.STAFF, role=Role.MANAGER, department_id=issuer.id, departments=below)
    ctx = ActionContext(session, reference, load_calendar(session, reference), actor, at)
    deputy = PlanDocumentOrder(what="progress", signs="deputy", recipients=TOLD)
    chief = PlanDocumentOrder(what="progress", signs="order", post="Chánh Văn phòng", recipients=TOLD)
    for order, ago, number in ((deputy, BEFORE[0], 41), (chief, BEFORE[1], 49)):
        then = replace(ctx, now=at - ago)
        _issued(then, storage, _made(then, storage, plan, order), number, signed=order is deputy)
    if late := late_units(session, plan.id, at):
        unit = reference.departments[min(late)].code
        _made(ctx, storage, plan, PlanDocumentOrder(what="urging", unit=unit))


def _made(ctx: ActionContext, storage: Storage, plan: Plan, order: PlanDocumentOrder) -> OfficialDocument:
    paper = read_plan_paper(ctx, plan.code, order)
    made = make_plan_document(ctx.reference, paper)
    key = f"{DRAFTS}/{new_token()}.docx"
    storage.put(key, made.body)
    new = NewDocument(
        made.kind, made.about, paper.issuer_id, made.symbol, key, made.file_name, made.recipients, plan.id
    )
    return register.keep_document(ctx.session, ctx.actor, new, ctx.now)


def _issued(
    ctx: ActionContext, storage: Storage, row: OfficialDocument, number: int, *, signed: bool
) -> None:
    """Give it number and date; keep a page as the signed file and tick whom it was sent to."""
    session, actor = ctx.session, ctx.actor
    today = ctx.calendar.local(ctx.now).date()
    given = DocumentNumber(number=number, dated=today, version=row.version)
    register.number_document(session, actor, row.id, given, ctx.now, today)
    if not signed:
        return
    page = io.BytesIO()
    Image.new("L", (595, 842), 255).save(page, "PDF")
    key = f"{DRAFTS}/{new_token()}.pdf"
    storage.put(key, page.getvalue())
    register.keep_signed(session, actor, row.id, key, hashlib.sha256(page.getvalue()).digest(), ctx.now)
    sent = DocumentSent(sent_to=[*row.recipients[:1]], version=row.version)
    register.tick_recipients(session, actor, row.id, sent, ctx.now)
