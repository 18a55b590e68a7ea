"""Departments: the list, and the form of one."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter
from fastapi.responses import Response

from service.domain.city.reference import Reference
from service.domain.configuration.administration import departments
from service.domain.configuration.administration.departments import DepartmentChange
from service.domain.configuration.administration.made_codes import code_of_name
from service.errors import AppError
from service.i18n import N_, pick
from service.pages.admin.conflicts import BothTexts, both_texts, is_outdated
from service.pages.admin.visit import AdminForm, AdminFormDep, AdminVisit, AdminVisitDep, redirect_to
from service.pages.shared.forms import Fields, read
from service.web.paths import EntryCode

router = APIRouter(prefix="/admin/departments")

KINDS = {
    "city": N_("Cơ quan của thành phố"),
    "ward": N_("UBND phường, xã"),
    "company": N_("Doanh nghiệp"),
    "body": N_("Đoàn thể, cơ quan Đảng"),
}


@router.get("")
async def table(visit: AdminVisitDep) -> Response:
    """Every department, by kind."""
    rows, silent = await visit.run(departments.all_departments), await visit.run(departments.unanswered)
    return visit.draw("admin/departments/index.html", {"rows": rows, "silent": silent, "kinds": KINDS})


@router.get("/new")
async def blank(visit: AdminVisitDep) -> Response:
    """An empty form."""
    return await _draw(visit, None, {"kind": "city", "active": "1"})


@router.post("/new")
async def add(sent: AdminFormDep) -> Response:
    """A new department."""
    return await _put(sent, None)


@router.get("/{code}")
async def editor(code: EntryCode, visit: AdminVisitDep) -> Response:
    """Show one department."""
    return await _draw(visit, code, await _form_of(visit, code))


async def _form_of(visit: AdminVisit, code: str) -> dict[str, str]:
    row = await visit.run(departments.find_department, code)
    change: DepartmentChange = await visit.run(departments.department_change_of, row)
    short = change.short_name
    return {
        "code": code,
        "name_vi": change.name.vi,
        "name_en": change.name.en or "",
        "short_name_vi": short.vi if short else "",
        "short_name_en": (short.en or "") if short else "",
        "kind": change.kind,
        "parent": change.parent or "",
        "ward": change.ward or "",
        "phone": change.phone or "",
        "email": change.email or "",
        "active": "1" if change.active else "",
        "version": change.version or "",
    }


@router.post("/{code}")
async def change(code: EntryCode, sent: AdminFormDep) -> Response:
    """Change a department."""
    return await _put(sent, code)


async def _put(sent: AdminForm, code: str | None) -> Response:
    visit, form = sent.visit, sent.form.fields()
    fields: dict[str, object] = {
        "code": code or sent.form.text("code") or code_of_name(sent.form.text("name_vi")),
        "name": sent.form.named("name"),
        "short_name": sent.form.named("short_name") if sent.form.text("short_name_vi") else None,
        "kind": sent.form.text("kind"),
        "parent": sent.form.text("parent") or None,
        "ward": sent.form.text("ward") or None,
        "phone": sent.form.text("phone") or None,
        "email": sent.form.text("email") or None,
        "active": sent.form.text("active") == "1",
        "version": sent.form.text("version") or None,
        "successor": sent.form.text("successor") or None,
    }
    try:
        row = await visit.run(departments.put_department, visit.stamp, code, read(DepartmentChange, fields))
    except AppError as error:
        if code and is_outdated(error):
            saved = await _form_of(visit, code)
            return await _draw(
                visit, code, Fields(form | {"version": saved["version"]}), error, both_texts(saved, form)
            )
        return await _draw(visit, code, form, error)
    return redirect_to(f"/admin/departments/{row.code}", "saved" if code else "added")


async def _draw(
    visit: AdminVisit,
    code: str | None,
    form: dict[str, str],
    error: AppError | None = None,
    beside: Sequence[BothTexts] = (),
) -> Response:
    reference, language = visit.reference, visit.language
    context = {
        "code": code,
        "form": form,
        "beside": beside,
        "kinds": KINDS,
        "parent_choices": [
            (each.code, pick(each.name, language))
            for each in reference.departments.values()
            if each.code != code and each.kind != "ward"
        ],
        "successor_choices": [
            (each.code, pick(each.name, language))
            for each in reference.departments.values()
            if each.code != code and each.active
        ],
        "ward_choices": _wards(reference, form.get("ward", "")),
    }
    return visit.draw("admin/departments/editor.html", context, error=error)


def _wards(reference: Reference, chosen: str) -> list[tuple[str, str]]:
    """Return the wards in force, and the one that is chosen also after it has ended."""
    found = {each.code: each.full_name for each in reference.ward_by_code.values()}
    ended = (each for each in reference.wards.values() if each.code == chosen)
    for each in ended:
        found.setdefault(each.code, each.full_name)
    return list(found.items())
