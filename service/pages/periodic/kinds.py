"""Kinds of reports up the line: which there are, and the form by which an office keeps its own."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse, Response

from service.db import DomainSession
from service.domain.documents.register import WRITERS, may_issue
from service.domain.indicators.registry import INDICATORS
from service.domain.periodic.kinds import (
    ReportKindDraft,
    ReportKindView,
    list_report_kinds,
    put_report_kind,
)
from service.errors import AppError, NotFound
from service.i18n import N_, pick
from service.models import ReportPeriod
from service.pages.shared.forms import FormDep, SentForm, read
from service.pages.shared.kinds import departments_by_name
from service.pages.shared.visit import StaffVisit, StaffVisitDep
from service.pages.staff.staffroom import draw_staff_page, only
from service.web.paths import EntryCode

router = APIRouter(prefix="/periodic/kinds", dependencies=[Depends(only(*WRITERS))])

MOST_SECTIONS, SPARE_SECTIONS = 10, 2
_EMPTY: Mapping[str, object] = {
    "code": "",
    "title": "",
    "issuer": "",
    "period": ReportPeriod.MONTH,
    "sections": [],
    "units": [],
    "due_days": 5,
    "addressees": [],
    "active": True,
    "version": 0,
}
_NO_SECTION: Mapping[str, object] = {"heading": "", "holds": "results", "indicators": []}
PERIOD_WORDS: Mapping[str, str] = {
    ReportPeriod.MONTH: N_("hằng tháng"),
    ReportPeriod.QUARTER: N_("hằng quý"),
    ReportPeriod.HALF: N_("6 tháng"),
    ReportPeriod.YEAR: N_("hằng năm"),
}
HOLDS_WORDS: Mapping[str, str] = {
    "figures": N_("Số liệu theo đơn vị"),
    "results": N_("Kết quả do đơn vị ghi"),
    "hindrances": N_("Khó khăn do đơn vị ghi"),
    "proposals": N_("Kiến nghị do đơn vị ghi"),
}


@router.get("")
async def index(visit: StaffVisitDep) -> Response:
    """Kinds that one's units issue or contribute to."""
    found = await visit.run(list_report_kinds, visit.reference, visit.staff.actor)
    names = {each.code: pick(each.name) for each in visit.reference.departments.values()}
    context = {
        "kinds": [(each, names.get(each.issuer, each.issuer)) for each in found],
        "period_words": PERIOD_WORDS,
    }
    return draw_staff_page(visit, "periodic/kinds.html", context)


@router.get("/-new")
async def blank(visit: StaffVisitDep) -> Response:
    """Show an empty form."""
    day = f"{visit.now.astimezone(visit.zone):%Y}-01-01"
    return _draw(visit, None, {**_EMPTY, "begins_on": day})


@router.get("/{code}")
async def editor(visit: StaffVisitDep, code: EntryCode) -> Response:
    """Show a kind as it is."""
    stored = await visit.run(_find, visit, code)
    return _draw(visit, stored, stored.model_dump(mode="json"))


@router.post("")
async def make(visit: StaffVisitDep, form: FormDep) -> Response:
    """Make a kind."""
    return await _put(visit, None, form.text("code"), form)


@router.post("/{code}")
async def change(visit: StaffVisitDep, code: EntryCode, form: FormDep) -> Response:
    """Change a kind from the version that was read."""
    return await _put(visit, await visit.run(_find, visit, code), code, form)


def _find(session: DomainSession, visit: StaffVisit, code: str) -> ReportKindView:
    for each in list_report_kinds(session, visit.reference, visit.staff.actor):
        if each.code == code:
            return each
    raise NotFound(N_("Không có loại báo cáo này."))


async def _put(visit: StaffVisit, stored: ReportKindView | None, code: str, form: SentForm) -> Response:
    fields = _sent_fields(form, code)
    try:
        draft = read(ReportKindDraft, {**fields, "begins_on": form.day("begins_on").isoformat()})
        await visit.run(put_report_kind, visit.reference, visit.staff.actor, draft)
    except AppError as error:
        if error.status in (401, 403, 404):
            raise
        return _draw(visit, stored, {**fields, "begins_on": form.text("begins_on")}, error)
    return RedirectResponse("/periodic/kinds?done=1", status_code=303)


def _sent_fields(form: SentForm, code: str) -> dict[str, object]:
    """Return what was filled in; a section without a heading is none."""
    sections: list[dict[str, object]] = []
    for at in range(MOST_SECTIONS):
        if heading := form.text(f"sections.{at}.heading"):
            holds = form.text(f"sections.{at}.holds")
            chosen = form.texts(f"sections.{at}.indicators") if holds == "figures" else []
            sections.append({"heading": heading, "holds": holds, "indicators": chosen})
    return {
        "code": code,
        "title": form.text("title"),
        "issuer": form.text("issuer"),
        "period": form.text("period"),
        "sections": sections,
        "units": form.texts("units"),
        "due_days": form.whole_or_text("due_days"),
        "addressees": [line.strip() for line in form.text("addressees").split("\n") if line.strip()],
        "active": form.text("active") == "1",
        "version": form.number("version"),
    }


def _draw(
    visit: StaffVisit,
    stored: ReportKindView | None,
    values: Mapping[str, object],
    error: AppError | None = None,
) -> Response:
    departments = departments_by_name(visit.reference)
    sections = values.get("sections")
    filled = list(sections) if isinstance(sections, list) else []
    context = {
        "stored": stored,
        "values": values,
        "sections": [
            *filled,
            *(_NO_SECTION for _ in range(min(SPARE_SECTIONS, MOST_SECTIONS - len(filled)))),
        ],
        "issuers": [(e.code, pick(e.name)) for e in departments if may_issue(visit.staff.actor, e.id)],
        "units": [(each.code, pick(each.name)) for each in departments],
        "periods": [(key, words) for key, words in PERIOD_WORDS.items()],
        "holds": [(key, words) for key, words in HOLDS_WORDS.items()],
        "indicators": [(key, each.name) for key, each in INDICATORS.items()],
    }
    return draw_staff_page(visit, "periodic/kind.html", context, error=error)
