"""The first screen: a file or a paste, for which unit; kept as a draft, nothing decided yet."""

from __future__ import annotations

import json
from pathlib import PurePath

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from service.domain.plans.forms import PlanDraft
from service.domain.plans.imports.blocks import Content, FileRefused, from_json, to_json
from service.domain.plans.imports.proposal import Proposal
from service.domain.plans.imports.proposal_answer import tell_proposal
from service.domain.plans.plan_drafts import keep_draft
from service.domain.plans.source import tie_source
from service.domain.works.actions import ActionContext
from service.errors import AppError, invalid
from service.i18n import N_
from service.pages.plan_import.visit import DraftingDep, issuers
from service.pages.shared.forms import FormDep, SentForm, read, sent_json
from service.pages.shared.visit import StaffVisit
from service.pages.staff.staffroom import draw_staff_page
from service.planfile.reader import MAX_BYTES, plan_refusal
from service.web.dependencies import WakeAfter
from service.web.papers.plan_sources import store_source
from service.web.rates import allow
from service.web.reading.plan_file import propose_plan, read_paste, read_upload
from service.web.uploads import FORM_BYTES

router = APIRouter()


@router.get("/plans/new")
async def blank(visit: DraftingDep) -> Response:
    """The empty form."""
    return _draw(visit, {})


@router.post("/plans/new", dependencies=[WakeAfter], max_body_size=MAX_BYTES + FORM_BYTES)
async def take(visit: DraftingDep, sent: FormDep) -> Response:
    """Read the document and keep its draft; several tables are chosen from first."""
    typed = {name: sent.text(name) for name in ("title", "issuer")}
    typed |= {name: sent.as_sent(name) for name in ("text", "page")}
    try:
        await allow(visit.request, visit.resources, "import")
        content, name, source = await _content(visit, sent)
        chosen = [int(each) for each in sent.texts("tables") if each.isdecimal() and len(each) < 4]
        proposal = await propose_plan(visit.reference, visit.staff, content, visit.now, chosen)
        if len(proposal.tables) > 1 and not chosen:
            context: dict[str, object] = {
                "tables": proposal.tables,
                "content": json.dumps(to_json(content), ensure_ascii=False),
                "source": source,
            }
            return _draw(visit, typed | {"title": typed["title"] or proposal.frame.title or name}, context)
        title = typed["title"] or proposal.frame.title or name
        if not title:
            raise invalid(["title"], N_("Văn bản không ghi tên kế hoạch. Hãy ghi tên vào đây."))
        code = await visit.act(lambda ctx: _keep(ctx, proposal, title, typed["issuer"], source))
    except AppError as error:
        return _draw(visit, typed, error=error)
    return RedirectResponse(f"/plans/{code}/check", 303)


def _keep(ctx: ActionContext, proposal: Proposal, title: str, issuer: str, source: str) -> str:
    fields = tell_proposal(proposal, ctx.calendar) | {"title": title[:500], "issuer": issuer}
    plan, _ = keep_draft(ctx, read(PlanDraft, fields))
    tie_source(plan, source)
    return plan.code


async def _content(visit: StaffVisit, sent: SentForm) -> tuple[Content, str, str]:
    """Return what was sent, the name of its file, and by what name that is kept."""
    if sent_before := sent.as_sent("content"):
        try:
            return from_json(sent_json(sent_before)), "", sent.text("source")
        except (ValueError, KeyError, TypeError):
            raise plan_refusal(FileRefused("broken")) from None
    if files := sent.files("file"):
        name = files[0].filename or ""
        data = await files[0].read(MAX_BYTES + 1)
        content = await read_upload(name, data)
        return content, PurePath(name).stem, await store_source(visit.resources.storage, name, data)
    # What was copied out of Word or a page: its table says more than the words of it in the box.
    return await read_paste(sent.as_sent("page") or sent.as_sent("text")), "", ""


def _draw(
    visit: StaffVisit,
    typed: dict[str, str],
    context: dict[str, object] | None = None,
    *,
    error: AppError | None = None,
) -> Response:
    units = issuers(visit)
    own = visit.reference.departments.get(visit.staff.actor.department_id or 0)
    around: dict[str, object] = {
        "units": units,
        "typed": {"text": "", "page": "", "title": "", "issuer": own.code if own else "", **typed},
        "tables": (),
    }
    filled = around | (context or {})
    return draw_staff_page(visit, "plan_import/new.html", filled, "staff/plan_check.ts", error=error)
