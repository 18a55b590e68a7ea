"""Deadline policies, and the preview of what would be due when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from service.domain.configuration.administration import policies, scheduled_changes
from service.domain.configuration.administration.made_codes import code_of_name
from service.domain.configuration.administration.policies import PolicyChange
from service.domain.configuration.forecast import Forecast, Question, forecast_deadlines, installation_basis
from service.domain.deadlines.deadlines import UNITS
from service.domain.kernel.written_days import read_moment
from service.domain.rules.deadline_words import step_words, term_words
from service.errors import AppError, invalid
from service.i18n import N_, translate
from service.models import DeadlinePolicy
from service.pages.admin.conflicts import BothTexts, both_texts, is_outdated
from service.pages.admin.rule_form import category_choices
from service.pages.admin.visit import AdminForm, AdminFormDep, AdminVisit, AdminVisitDep, redirect_to
from service.pages.shared.forms import Fields, number_or_text, read
from service.web.paths import EntryCode

router = APIRouter(prefix="/admin")

Word = Annotated[str, Query(max_length=100)]
UNIT_WORDS = {
    "hours": N_("giờ (cả ngày đêm)"),
    "working_hours": N_("giờ làm việc"),
    "working_days": N_("ngày làm việc"),
    "calendar_days": N_("ngày (cả ngày nghỉ)"),
}
YEARS = range(2000, 2100)


@router.get("/policies")
async def table(visit: AdminVisitDep) -> Response:
    """Every policy in force."""
    rows = await visit.run(policies.policies_in_force)
    context = {"lines": [_line(row, visit) for row in rows]}
    return visit.draw("admin/policies/index.html", context)


@router.get("/policies/new")
async def blank(visit: AdminVisitDep) -> Response:
    """An empty editor."""
    form = {
        "accept_amount": "8",
        "accept_unit": "working_hours",
        "resolve_amount": "7",
        "resolve_unit": "working_days",
        "amber": "80",
        "max_count": "0",
        "total_amount": "",
        "total_unit": "working_days",
        "approval": "1",
    }
    return await _editor(visit, None, form)


@router.post("/policies/new")
async def add(sent: AdminFormDep) -> Response:
    """Put a new policy in force."""
    return await _act(sent, None)


@router.get("/policies/{code}")
async def editor(code: EntryCode, visit: AdminVisitDep) -> Response:
    """A policy, its versions, and the form that makes the next one."""
    row = (await visit.run(policies.policy_history, code))[0]
    return await _editor(visit, code, _form_of(row))


@router.post("/policies/{code}")
async def change(code: EntryCode, sent: AdminFormDep) -> Response:
    """Put the next version of a policy in force, now or at a time."""
    return await _act(sent, code)


@router.post("/policies/{code}/restore")
async def restore(code: EntryCode, sent: AdminFormDep) -> Response:
    """Put an old version in force again."""
    visit = sent.visit
    try:
        chosen, version = sent.form.whole("restore"), sent.form.whole("version")
        await visit.run(policies.restore_policy, visit.stamp, code, chosen, version)
    except AppError as error:
        row = (await visit.run(policies.policy_history, code))[0]
        return await _editor(visit, code, _form_of(row), error)
    return redirect_to(f"/admin/policies/{code}", "restored")


@router.get("/due")
async def due(visit: AdminVisitDep, category: Word = "", ward: Word = "", received: Word = "") -> Response:
    """Show what a report would be due, counted step by step; without a time, one that comes now."""
    basis = installation_basis(visit.book)
    category = category or next(iter(basis.ground.categories), "")
    error: AppError | None = None
    at, cases = visit.now.astimezone(visit.zone), []
    try:
        at = _received(visit, received)
        if category not in basis.ground.categories or (ward and ward not in basis.ground.wards):
            raise invalid(["category"], N_("Hãy chọn loại phản ánh và phường, xã trong danh sách."))
        cases = forecast_deadlines(basis, Question(category, at, ward or None))
    except AppError as refusal:
        error = refusal
    context = {
        "filters": {"category": category, "ward": ward, "received": f"{at:%d/%m/%Y %H:%M}"},
        "cases": [_case(visit, case) for case in cases],
        "category_choices": [
            (code, " ".join(["–"] * depth + [name]))
            for code, name, depth in category_choices(visit.book, visit.language)
        ],
        "ward_choices": [(view.code, view.full_name) for view in visit.reference.ward_by_code.values()],
    }
    return visit.draw("admin/due.html", context, error=error)


def _received(visit: AdminVisit, text: str) -> datetime:
    if not text:
        return visit.now.astimezone(visit.zone)
    try:
        at = read_moment(text, visit.zone)
    except ValueError:
        raise invalid(["received"], N_("Cần ngày và giờ, ví dụ 05/11/2026 08:30.")) from None
    if at.year not in YEARS:
        raise invalid(["received"], N_("Ngày này quá xa."))
    return at.astimezone(visit.zone)


def _case(visit: AdminVisit, case: Forecast) -> dict[str, object]:
    names, language = visit.book.names, visit.language
    return {
        "wards": [names.ward(code, language) for code in case.wards],
        "rules": case.rules,
        "policy": case.policy.code if case.policy else "",
        "accept": [step_words(step, language) for step in case.accept.steps] if case.accept else [],
        "resolve": [step_words(step, language) for step in case.resolve.steps] if case.resolve else [],
        "due_at": case.resolve.at if case.resolve else None,
        "amber_at": case.resolve.amber_at if case.resolve else None,
    }


async def _act(sent: AdminForm, code: str | None) -> Response:
    visit, form = sent.visit, sent.form.fields()
    try:
        change = _read_change(form, code)
        if sent.form.text("act") == "later":
            await visit.run(
                scheduled_changes.schedule_policy,
                visit.stamp,
                code,
                change,
                sent.form.moment("due_at", sent.visit.zone),
            )
            return redirect_to("/admin/scheduled-changes", "planned")
        row = await visit.run(policies.put_policy_in_force, visit.stamp, code, change)
    except AppError as error:
        if code and is_outdated(error):
            saved = _form_of((await visit.run(policies.policy_history, code))[0])
            beside = both_texts(saved, form)
            return await _editor(visit, code, Fields(form | {"version": saved["version"]}), error, beside)
        return await _editor(visit, code, form, error)
    return redirect_to(f"/admin/policies/{row.code}", "in_force")


def _read_change(form: dict[str, str], code: str | None) -> PolicyChange:
    count = form.get("max_count", "0") or "0"
    extension = None
    if count != "0":
        extension = {
            "max_count": number_or_text(count),
            "max_total": {
                "amount": number_or_text(form.get("total_amount", "")),
                "unit": form.get("total_unit"),
            },
            "approval": form.get("approval") == "1",
        }
    amber = number_or_text(form.get("amber", ""))
    return read(
        PolicyChange,
        {
            "code": code or form.get("code") or code_of_name(form.get("name_vi", "")),
            "name": {"vi": form.get("name_vi", ""), "en": form.get("name_en") or None},
            "accept": {
                "amount": number_or_text(form.get("accept_amount", "")),
                "unit": form.get("accept_unit"),
            },
            "resolve": {
                "amount": number_or_text(form.get("resolve_amount", "")),
                "unit": form.get("resolve_unit"),
            },
            "amber_ratio": amber / 100 if isinstance(amber, int) else amber,
            "extension": extension,
            "hotline": form.get("hotline") == "1",
            "version": number_or_text(form["version"]) if form.get("version") else None,
        },
    )


def _form_of(row: DeadlinePolicy) -> dict[str, str]:
    change = policies.policy_change_of(row)
    total = change.extension.max_total if change.extension else None
    return {
        "code": row.code,
        "name_vi": change.name.vi,
        "name_en": change.name.en or "",
        "accept_amount": str(change.accept.amount),
        "accept_unit": change.accept.unit,
        "resolve_amount": str(change.resolve.amount),
        "resolve_unit": change.resolve.unit,
        "amber": str(round(change.amber_ratio * 100)),
        "max_count": str(change.extension.max_count if change.extension else 0),
        "total_amount": str(total.amount) if total else "",
        "total_unit": total.unit if total else "working_days",
        "approval": "1" if change.extension is None or change.extension.approval else "",
        "hotline": "1" if change.hotline else "",
        "version": str(row.version) if row.valid_to is None else "",
    }


async def _editor(
    visit: AdminVisit,
    code: str | None,
    form: dict[str, str],
    error: AppError | None = None,
    beside: Sequence[BothTexts] = (),
) -> Response:
    versions = await visit.run(policies.policy_history, code) if code is not None else []
    context = {
        "code": code,
        "form": form,
        "beside": beside,
        "versions": [_line(row, visit) for row in versions],
        "current": versions[0].version if versions and versions[0].valid_to is None else None,
        "used": await visit.run(policies.rules_using_policy, code) if code is not None else [],
        "unit_choices": [(unit, translate(UNIT_WORDS[unit], visit.language)) for unit in UNITS],
    }
    return visit.draw("admin/policies/editor.html", context, error=error)


def _line(row: DeadlinePolicy, visit: AdminVisit) -> dict[str, object]:
    change, language = policies.policy_change_of(row), visit.language
    total = change.extension.max_total if change.extension else None
    return {
        "code": row.code,
        "version": row.version,
        "name": row.name,
        "accept": term_words(change.accept.unit, change.accept.amount, language),
        "resolve": term_words(change.resolve.unit, change.resolve.amount, language),
        "amber": round(change.amber_ratio * 100),
        "count": change.extension.max_count if change.extension else 0,
        "total": term_words(total.unit, total.amount, language) if total else "",
        "hotline": change.hotline,
        "since": row.valid_from,
        "until": row.valid_to,
    }
