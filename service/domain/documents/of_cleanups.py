"""Documents about clean-ups as they are ordered: the announcement of one, the report of a month's results."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from service.domain.cleanups.access import find_cleanup
from service.domain.cleanups.results import ResultFigures, count_results, month_days
from service.domain.cleanups.views import CleanupView, view_cleanup
from service.domain.documents.offices import OfficeFacts, issuing_facts, office_unit
from service.domain.documents.signing import DocumentSigning
from service.domain.works.actions import ActionContext
from service.domain.works.units import unit_id
from service.errors import Conflict, NotFound, invalid
from service.i18n import N_
from service.models import WorkStatus

Recipient = Literal["", "committee", "youth"]
"""Whom a month's report is for: the city's committee, the Youth Union, or both."""


class CleanupDocumentOrder(DocumentSigning):
    """The announcement of a clean-up, who signs it and is told."""


class MonthReportOrder(CleanupDocumentOrder):
    """The report of a month's results: of which unit (without one, all that one may see), for whom."""

    month: Annotated[str, Field(max_length=10)]
    unit: Annotated[str, Field(max_length=60)] = ""
    recipient: Recipient = ""


@dataclass(frozen=True, slots=True)
class AnnouncementPaper:
    """All that the announcement says. `address` is the clean-up's page, empty where it is for units alone."""

    order: CleanupDocumentOrder
    cleanup: CleanupView
    address: str
    issuer_id: int
    office: OfficeFacts
    today: date


@dataclass(frozen=True, slots=True)
class MonthReportPaper:
    """All that the report of a month says."""

    order: MonthReportOrder
    figures: ResultFigures
    issuer_id: int
    office: OfficeFacts
    today: date


def read_announcement(
    ctx: ActionContext, code: str, order: CleanupDocumentOrder, public_url: str
) -> AnnouncementPaper:
    """Return what the announcement is to say. Raises NotFound, Conflict for what is not announced."""
    cleanup = find_cleanup(ctx.session, ctx.reference, code, ctx.actor)
    if cleanup.work.status not in (WorkStatus.ANNOUNCED, WorkStatus.UNDER_WAY):
        raise Conflict(N_("Chỉ lập văn bản thông báo cho đợt ra quân đã thông báo và chưa kết thúc."))
    view = view_cleanup(ctx.session, cleanup, public=False)
    address = f"{public_url.rstrip('/')}/cleanups/{view.code}" if view.public else ""
    office = issuing_facts(ctx.session, view.lead_id)
    return AnnouncementPaper(order, view, address, view.lead_id, office, _today(ctx))


def read_month_report(ctx: ActionContext, order: MonthReportOrder) -> MonthReportPaper:
    """Return what the report is to say; issued by the unit that is named, else by one's own.

    Raises NotFound, Invalid for a month or unit that is none, or a month without results.
    """
    first, last = month_days(order.month)
    figures = count_results(ctx, first, last, order.unit)
    if not figures.cleanups:
        raise invalid(["month"], N_("Tháng này chưa có đợt ra quân nào có kết quả."))
    named = unit_id(ctx.reference, order.unit, "unit") if order.unit else ctx.actor.department_id
    issuer = office_unit(ctx.reference, named)
    if issuer is None:
        raise NotFound(N_("Không có đơn vị nào để ban hành văn bản."))
    return MonthReportPaper(order, figures, issuer, issuing_facts(ctx.session, issuer), _today(ctx))


def _today(ctx: ActionContext) -> date:
    return ctx.calendar.local(ctx.now).date()
