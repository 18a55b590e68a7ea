"""Actions of coordinators at their desk: one step with a case, the same with several, filters kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from service.domain.casework.case.case import Transition
from service.domain.casework.case.context import CaseContext
from service.domain.casework.delayed_steps import ACTS, cancel_delayed_step, cancel_delayed_steps, delay_step
from service.domain.casework.merge import earliest_of
from service.domain.casework.transitions import transition
from service.domain.contacts import disclosure as contacts_reading
from service.domain.kernel.codes import tidy_code
from service.domain.workspaces.desk.saved import NewFilter, delete_filter, save_filter
from service.domain.workspaces.desk.settle import SettleRequest, settle_report
from service.domain.workspaces.desk.suggestion import complete_suggestion
from service.errors import AppError, Conflict, invalid
from service.i18n import N_, translate
from service.models import Status
from service.pages.desk.case import RefusedStep, draw_case
from service.pages.desk.desk import DeskFilters, DeskVisit, draw_desk
from service.pages.shared.forms import FormDep, read
from service.pages.shared.visit import StaffVisit, answer_form
from service.rendering.engine import page
from service.sending.channels import CHANNELS
from service.web.dependencies import WakeAfter
from service.web.paths import RowId
from service.web.takedown import ClearAfter

router = APIRouter(dependencies=[WakeAfter, ClearAfter])

MOST_AT_ONCE = 100
DONE: Mapping[str, str] = {
    "assign": N_("Đã chuyển đơn vị."),
    "reject": N_("Đã từ chối."),
    "merge": N_("Đã gộp."),
    "unmerge": N_("Đã tách ra, phản ánh trở lại bàn điều phối."),
    "settle": N_("Đã xem, bỏ khỏi danh sách chờ."),
    "reopen": N_("Đã mở lại."),
    "appeal": N_("Đã đưa trở lại bàn điều phối."),
}
HELD = N_("Sẽ thực hiện sau {n} giây. Bấm {key} để hoàn tác.")
_TARGETS = {
    "assign": Status.ASSIGNED,
    "reject": Status.REJECTED,
    "merge": Status.DUPLICATE,
    "unmerge": Status.TRIAGE,
    "reopen": Status.IN_PROGRESS,
    "appeal": Status.TRIAGE,
}
_HOLDABLE = frozenset(ACTS.values())
_REQUEST_FIELDS = ("version", "lead", "category", "duplicate_of", "reason", "note")


@dataclass(frozen=True, slots=True)
class DeskActionResult:
    """Result of a step with one of several cases: `why` it was refused, empty when it was done."""

    code: str
    why: str = ""


@router.post("/desk/case/{code}/{act}")
async def step(visit: DeskVisit, code: str, act: str, form: FormDep) -> Response:
    """Take one step; the case as it is now, or why it was refused with what was typed kept."""
    typed = form.fields()
    try:
        await _take(visit, code, act, typed)
    except AppError as error:
        return await draw_case(visit, code, refusal=RefusedStep(act, error, typed))
    if not visit.by_script:
        return RedirectResponse(f"/desk?{urlencode({'case': code})}", status_code=303)
    held = held_for(visit, act, typed)
    done = translate(HELD, n=held, key="z") if held else translate(DONE[act])
    return await draw_case(visit, code, done=done)


@router.post("/desk/held/{code}/undo")
async def undo(visit: DeskVisit, code: str, form: FormDep) -> Response:
    """Take back one's own step that waits, or put away that it could not be taken."""
    try:
        await visit.run(cancel_delayed_step, visit.staff.asker, code, visit.now)
    except Conflict as error:
        return await draw_case(visit, code, refusal=RefusedStep("undo", error, {}))
    if form.text("at") == "case":
        return RedirectResponse(f"/case/{code}", status_code=303)
    if not visit.by_script:
        return RedirectResponse(f"/desk?{urlencode({'case': code})}", status_code=303)
    return await draw_case(visit, code, done=translate(N_("Phản ánh trở lại hàng đợi.")))


@router.post("/desk/held/undo")
async def undo_all(visit: DeskVisit, _form: FormDep) -> Response:
    """Take back all steps of one's own that wait."""
    await visit.run(cancel_delayed_steps, visit.staff.asker)
    return RedirectResponse("/desk", status_code=303)


@router.post("/desk/contact/{code}")
async def contact(visit: DeskVisit, code: str, form: FormDep) -> Response:
    """Show who reported, for a purpose that is written down with who asked and when."""
    purpose = form.text("purpose")
    context: dict[str, object] = {
        "reference": visit.reference,
        "now": visit.now,
        "code": code,
        "person": None,
        "error": None,
    }
    try:
        context["person"] = await visit.run(
            contacts_reading.read_contact,
            CHANNELS,
            visit.reference,
            visit.staff.asker,
            code,
            purpose,
            visit.now,
        )
    except AppError as error:
        context["error"] = error
    return page(visit.request, "desk/_contact.html", context)


@router.post("/desk/bulk")
async def bulk(visit: DeskVisit, form: FormDep) -> Response:
    """Show the same step with several cases, each by itself: one that is refused stops no other."""
    typed: Mapping[str, str] = form.fields()
    act, chosen = typed["act"], form.texts("case")
    if act not in _HOLDABLE:
        raise invalid(["act"], N_("Hãy chọn một trong: {expected}."), expected=", ".join(sorted(_HOLDABLE)))
    if not 0 < len(chosen) <= MOST_AT_ONCE:
        raise invalid(["case"], N_("Hãy chọn từ 1 đến {most} phản ánh."), most=MOST_AT_ONCE)
    if act == "merge":
        typed, chosen = await _onto_one(visit, typed, chosen)
    results = [await _one_of_many(visit, act, each, typed) for each in dict.fromkeys(chosen)]
    context = {
        "reference": visit.reference,
        "done": [each.code for each in results if not each.why],
        "refused": [each for each in results if each.why],
        "act": act,
        "held": held_for(visit, act, typed),
    }
    return page(visit.request, "desk/_bulk.html", context)


@router.post("/desk/filters")
async def keep_filter(visit: DeskVisit, form: FormDep) -> Response:
    """Keep the filter under a name."""

    async def act() -> str:
        sent = read(NewFilter, _only(form.fields(), "name", "query", "shared"))
        await visit.run(save_filter, visit.reference, visit.staff.actor, sent, visit.now)
        return f"/desk?{sent.query}"

    return await answer_form(act(), lambda error: draw_desk(visit, DeskFilters(), error), str)


@router.post("/desk/filters/{filter_id}/delete")
async def drop_filter(visit: DeskVisit, filter_id: RowId, _form: FormDep) -> Response:
    """Delete one's own filter."""
    await visit.run(delete_filter, visit.staff.actor, filter_id)
    return RedirectResponse("/desk", status_code=303)


async def _onto_one(
    visit: StaffVisit, typed: Mapping[str, str], chosen: Sequence[str]
) -> tuple[dict[str, str], list[str]]:
    """Return the form with the report the others are merged into, and those others.

    It is the one that was typed, else the earliest of those chosen. Raises Invalid where only that one is.
    """
    codes = [each.rpartition(":")[0] for each in chosen]
    named = tidy_code(typed.get("duplicate_of", ""), visit.reference.code_prefix)
    original = named or typed.get("duplicate_of") or await visit.run(earliest_of, codes) or ""
    others = [each for each, code in zip(chosen, codes, strict=True) if code != original]
    if not others:
        raise invalid(["case"], N_("Hãy chọn ít nhất hai phản ánh, hoặc ghi mã phản ánh để gộp vào."))
    return {**typed, "duplicate_of": original}, others


async def _one_of_many(
    visit: StaffVisit, act: str, chosen: str, typed: Mapping[str, str]
) -> DeskActionResult:
    """Take one of several at once. `chosen` is `code:version`, the version that the person saw."""
    code, _, version = chosen.rpartition(":")
    change = {**_only(typed, "lead", "duplicate_of", "reason", "hold"), "version": version}
    try:
        await _take(visit, code, act, change)
    except AppError as error:
        first = error.errors[0] if error.errors else None
        why = (
            translate(first.msg, **(first.params or {})) if first else translate(error.detail, **error.params)
        )
        return DeskActionResult(code, why)
    return DeskActionResult(code)


async def _take(visit: StaffVisit, code: str, act: str, typed: Mapping[str, str]) -> None:
    """Take one step along the life cycle, or a look that settles. Raises as `transition` and
    `settle_report`.
    """
    asker, books = visit.staff.asker, visit.resources.rulebook
    if act == "settle":
        look = read(SettleRequest, _only(typed, "note", "version", "flags"))
        await visit.run(settle_report, asker, code, look, visit.now)
        return
    if act not in _TARGETS:
        raise invalid(["act"], N_("Hãy chọn một trong: {expected}."), expected=", ".join(DONE))
    change = {"to": _TARGETS[act], **_only(typed, *_REQUEST_FIELDS)}
    if "privacy_asked" in typed:
        change["privacy"] = "true" if typed.get("privacy") else "false"
    if act == "merge" and (other := typed.get("other")):
        change["duplicate_of"] = other
    step = read(Transition, change)
    suggested = act == "assign" and "lead" not in change
    filling = complete_suggestion(books, step, typed.get("suggested") or None) if suggested else None
    given = (CaseContext(visit.reference, books, asker, visit.now), code, step)
    if (seconds := held_for(visit, act, typed)) > 0:
        await visit.run(delay_step, *given, seconds, filling)
    else:
        await visit.run(transition, *given, filling)


def held_for(visit: StaffVisit, act: str, typed: Mapping[str, str]) -> int:
    """Return how many seconds the step can be taken back; 0 for one that is taken at once."""
    wanted = act in _HOLDABLE and bool(typed.get("hold"))
    return visit.resources.settings.undo_seconds if wanted else 0


def _only(typed: Mapping[str, str], *names: str) -> dict[str, str]:
    return {name: typed[name] for name in names if typed.get(name)}
