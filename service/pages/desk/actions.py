"""Actions of coordinators at their desk: one step with a case, the same with several, filters kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from service.db import async_unit_of_work
from service.domain.casework.case.case import Transition
from service.domain.casework.transitions import transition
from service.domain.city.reference import Reference
from service.domain.contacts import reading as contacts_reading
from service.domain.workspaces.desk.saved import NewFilter, forget, save
from service.domain.workspaces.desk.settle import Settlement, settle
from service.domain.workspaces.desk.suggestion import assign_as_suggested
from service.errors import AppError, invalid
from service.i18n import N_, translate
from service.models import Status
from service.pages.desk.case import RefusedStep, draw_case
from service.pages.desk.desk import Desk
from service.pages.shared.forms import FormDep, read
from service.rendering.engine import page
from service.sending.channels import CHANNELS
from service.web.dependencies import NowDep, ReferenceDep, Resources, ResourcesDep, WakeAfter
from service.web.takedown import ClearAfter
from service.web.viewer import CSRF_FIELD, Colleague

router = APIRouter(dependencies=[WakeAfter, ClearAfter])

MOST_AT_ONCE = 100
DONE: Mapping[str, str] = {
    "assign": N_("Đã chuyển đơn vị."),
    "reject": N_("Đã từ chối."),
    "merge": N_("Đã gộp."),
    "unmerge": N_("Đã tách ra, phản ánh trở lại bàn điều phối."),
    "settle": N_("Đã xem, đưa ra khỏi bàn điều phối."),
    "reopen": N_("Đã mở lại."),
    "appeal": N_("Đã đưa trở lại bàn điều phối."),
}
_TARGETS = {
    "assign": Status.ASSIGNED,
    "reject": Status.REJECTED,
    "merge": Status.DUPLICATE,
    "unmerge": Status.TRIAGE,
    "reopen": Status.IN_PROGRESS,
    "appeal": Status.TRIAGE,
}
_WISHES = ("version", "lead", "category", "duplicate_of", "reason", "note")


@dataclass(frozen=True, slots=True)
class At:
    """A coordinator at the desk with a form in hand."""

    resources: Resources
    reference: Reference
    staff: Colleague
    now: Any

    async def run(self, act: Callable[..., Any], *given: Any) -> Any:
        """Return one domain function in a transaction of its own."""
        async with async_unit_of_work(self.resources.engine) as session:
            return await session.run_sync(act, *given)


@dataclass(frozen=True, slots=True)
class DeskActionResult:
    """Result of a step with one of several cases: `why` it was refused, empty when it was done."""

    code: str
    why: str = ""


@router.post("/desk/case/{code}/{act}")
async def step(
    request: Request,
    code: str,
    act: str,
    resources: ResourcesDep,
    reference: ReferenceDep,
    now: NowDep,
    staff: Desk,
    form: FormDep,
) -> Response:
    """Take one step; the case as it is now, or why it was refused with what was typed kept."""
    at, typed = At(resources, reference, staff, now), _texts(form)
    try:
        await _take(at, code, act, typed)
    except AppError as error:
        refusal = RefusedStep(act, error, typed)
        return await draw_case(request, resources, reference, staff, code, now, refusal=refusal)
    if request.headers.get("hx-request") != "true":
        return RedirectResponse(f"/desk?{urlencode({'case': code})}", status_code=303)
    return await draw_case(request, resources, reference, staff, code, now, done=translate(DONE[act]))


@router.post("/desk/contact/{code}")
async def contact(
    request: Request,
    code: str,
    resources: ResourcesDep,
    reference: ReferenceDep,
    now: NowDep,
    staff: Desk,
    form: FormDep,
) -> Response:
    """Show who reported, for a purpose that is written down with who asked and when."""
    at, purpose = At(resources, reference, staff, now), _texts(form).get("purpose", "")
    context: dict[str, Any] = {
        "reference": reference,
        "now": now,
        "code": code,
        "person": None,
        "error": None,
    }
    try:
        context["person"] = await at.run(
            contacts_reading.read_contact, CHANNELS, reference, staff.asker, code, purpose, now
        )
    except AppError as error:
        context["error"] = error
    status = context["error"].status if context["error"] else 200
    return page(request, "desk/_contact.html", context, status=status)


@router.post("/desk/bulk")
async def bulk(
    request: Request,
    resources: ResourcesDep,
    reference: ReferenceDep,
    now: NowDep,
    staff: Desk,
    form: FormDep,
) -> Response:
    """Show the same step with several cases, each by itself: one that is refused stops no other."""
    at, typed = At(resources, reference, staff, now), _texts(form)
    act, chosen = typed.get("act", ""), [each for each in form.getlist("case") if isinstance(each, str)]
    if act not in ("assign", "reject"):
        raise invalid(["act"], N_("Hãy chọn một trong: {expected}."), expected="assign, reject")
    if not 0 < len(chosen) <= MOST_AT_ONCE:
        raise invalid(["case"], N_("Hãy chọn từ 1 đến {most} phản ánh."), most=MOST_AT_ONCE)
    results = [await _one_of_many(at, act, each, typed) for each in dict.fromkeys(chosen)]
    context = {
        "reference": reference,
        "done": [each.code for each in results if not each.why],
        "refused": [each for each in results if each.why],
        "act": act,
    }
    return page(request, "desk/_bulk.html", context)


@router.post("/desk/filters")
async def keep_filter(
    resources: ResourcesDep, reference: ReferenceDep, now: NowDep, staff: Desk, form: FormDep
) -> Response:
    """Keep the filter under a name."""
    typed = _texts(form)
    sent = read(NewFilter, _only(typed, "name", "query", "shared"))
    await At(resources, reference, staff, now).run(save, reference, staff.actor, sent, now)
    return RedirectResponse(f"/desk?{sent.query}", status_code=303)


@router.post("/desk/filters/{filter_id}/delete")
async def drop_filter(
    filter_id: int, resources: ResourcesDep, reference: ReferenceDep, now: NowDep, staff: Desk, form: FormDep
) -> Response:
    """Delete one's own filter."""
    await At(resources, reference, staff, now).run(forget, staff.actor, filter_id)
    return RedirectResponse("/desk", status_code=303)


async def _one_of_many(at: At, act: str, chosen: str, typed: Mapping[str, str]) -> DeskActionResult:
    """`chosen` is `code:version`, the version that the person saw."""
    code, _, version = chosen.rpartition(":")
    change = {**_only(typed, "lead", "reason"), "version": version}
    try:
        await _take(at, code, act, change)
    except AppError as error:
        told = error.errors[0] if error.errors else None
        why = translate(told.msg, **(told.params or {})) if told else translate(error.detail, **error.params)
        return DeskActionResult(code, why)
    return DeskActionResult(code)


async def _take(at: At, code: str, act: str, typed: Mapping[str, str]) -> None:
    """Take one step along the life cycle, or a look that settles. Raises as `transition` and `settle`."""
    asker, books = at.staff.asker, at.resources.rulebook
    if act == "settle":
        await at.run(settle, asker, code, read(Settlement, _only(typed, "note", "version", "flags")), at.now)
        return
    if act not in _TARGETS:
        raise invalid(["act"], N_("Hãy chọn một trong: {expected}."), expected=", ".join(DONE))
    change = {"to": _TARGETS[act], **_only(typed, *_WISHES)}
    if "privacy_asked" in typed:
        change["privacy"] = "true" if typed.get("privacy") else "false"
    if act == "merge" and (other := typed.get("other")):
        change["duplicate_of"] = other
    given = (at.reference, books, asker, code, read(Transition, change), at.now)
    if act == "assign" and "lead" not in change:
        await at.run(assign_as_suggested, *given, typed.get("suggested") or None)
    else:
        await at.run(transition, *given)


def _texts(form: FormData) -> dict[str, str]:
    texts = {name: value.strip() for name, value in form.items() if isinstance(value, str)}
    texts.pop(CSRF_FIELD, None)
    return texts


def _only(typed: Mapping[str, str], *names: str) -> dict[str, str]:
    return {name: typed[name] for name in names if typed.get(name)}
