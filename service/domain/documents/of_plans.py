"""Documents about plans as they are ordered: the progress report, a letter that urges, a unit's own plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from service.domain.documents.offices import OfficeFacts, issuing_facts
from service.domain.documents.signing import DocumentSigning
from service.domain.plans.access import find_plan
from service.domain.plans.overview import RowView
from service.domain.plans.plan_facts import PlanFacts, late_rows_of_unit, plan_facts, rows_of_unit
from service.domain.works.actions import ActionContext
from service.errors import invalid
from service.i18n import N_

PlanDocument = Literal["progress", "urging", "child"]


class PlanDocumentOrder(DocumentSigning):
    """A document about a plan: which, of what unit, until what day, who signs it and is told."""

    what: PlanDocument
    unit: Annotated[str, Field(max_length=60)] = ""
    until: date | None = None


@dataclass(frozen=True, slots=True)
class PlanPaper:
    """All that a document about a plan says; `issuer_id` issues it."""

    order: PlanDocumentOrder
    facts: PlanFacts
    plan_id: int
    issuer_id: int
    office: OfficeFacts
    unit: str = ""
    rows: Sequence[RowView] = ()


def read_plan_paper(ctx: ActionContext, code: str, order: PlanDocumentOrder) -> PlanPaper:
    """Return what the document is to say. Raises NotFound; Invalid for a day to come, a unit that is none,
    is late with nothing or has no part.
    """
    plan = find_plan(ctx.session, ctx.reference, ctx.actor, code)
    facts = plan_facts(ctx, code, order.until)
    if order.what == "progress":
        office = issuing_facts(ctx.session, facts.issuer_id)
        return PlanPaper(order, facts, plan.id, facts.issuer_id, office)
    late = order.what == "urging"
    number, rows = (
        late_rows_of_unit(ctx, plan, facts, order.unit) if late else rows_of_unit(ctx, facts, order.unit)
    )
    if not rows:
        none = N_("Đơn vị này không có nhiệm vụ nào trễ hạn.")
        raise invalid(["unit"], none if late else N_("Đơn vị này không có phần việc nào trong kế hoạch."))
    issuer, name = facts.issuer_id if late else number, ctx.reference.departments[number].name["vi"]
    return PlanPaper(order, facts, plan.id, issuer, issuing_facts(ctx.session, issuer), name, rows)
