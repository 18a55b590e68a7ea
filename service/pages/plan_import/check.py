"""The second screen: the paper's words on the left, what was understood on the right, unclear cells asked."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import RedirectResponse, Response

from service.domain.kernel.texts import fold
from service.domain.plans.checks.draft_check import (
    NOBODY,
    DraftAnswers,
    DraftCheck,
    RowAnswer,
    check_draft,
    decide_draft,
)
from service.domain.plans.forms import PlanStep
from service.domain.plans.imports.times import DaySpan
from service.domain.plans.life import plan_steps
from service.domain.plans.plan_steps import take_plan_step
from service.domain.plans.rule_words import rule_words
from service.domain.works.actions import ActionContext
from service.errors import AppError
from service.i18n import N_, translate
from service.models import HolidayHandling, PlanState
from service.pages.plan_import.visit import DraftingDep, all_units
from service.pages.shared.forms import FormDep, SentForm
from service.pages.shared.visit import StaffVisit
from service.pages.staff.staffroom import draw_staff_page
from service.web.dependencies import WakeAfter

router = APIRouter()

PlanCode = Annotated[str, Path(max_length=20)]
_LONGEST_CODE, _LONGEST_RULE = 60, 200  # what is longer is cut to what no unit and no rule is called
HOLIDAYS = {
    HolidayHandling.KEEP: N_("Ngày lễ: vẫn làm"),
    HolidayHandling.BEFORE: N_("Ngày lễ: làm trước"),
    HolidayHandling.AFTER: N_("Ngày lễ: làm sau"),
    HolidayHandling.SKIP: N_("Ngày lễ: bỏ lần đó"),
}


@router.get("/plans/{plan_code}/check")
async def check(plan_code: PlanCode, visit: DraftingDep) -> Response:
    """Show a draft; one that is in force has its own page."""
    return await _draw(visit, plan_code)


@router.post("/plans/{plan_code}/check", dependencies=[WakeAfter])
async def keep(plan_code: PlanCode, visit: DraftingDep, sent: FormDep) -> Response:
    """Keep what was decided, or put the plan in force."""
    try:
        if sent.text("act") == "in_force":
            step = PlanStep(
                to=PlanState.IN_FORCE,
                version=sent.number("version") or 1,
                acknowledge=bool(sent.text("acknowledge")),
            )
            await visit.act(lambda ctx: take_plan_step(ctx, plan_code, step).code)
            return RedirectResponse(f"/plans/{plan_code}", 303)
        answers = _answers(sent)
        await visit.act(lambda ctx: decide_draft(ctx, plan_code, answers).code)
    except AppError as error:
        if error.status == 404:
            raise
        return await _draw(visit, plan_code, error)
    return RedirectResponse(f"/plans/{plan_code}/check?done=saved#next", 303)


def _answers(sent: SentForm) -> DraftAnswers:
    names = {}
    for name, value in sent.fields().items():
        if name.startswith("words.") and (unit := sent.text(f"name.{name[6:]}")):
            names[fold(value)] = unit[:_LONGEST_CODE]
    rows = {
        int(number): _answer(sent, number)
        for name in sent.fields()
        if name.startswith("version.") and (number := name[8:]).isdecimal() and len(number) < 6
    }
    return DraftAnswers(names, rows)


def _answer(sent: SentForm, number: str) -> RowAnswer:
    span = None
    when = sent.text(f"when.{number}")
    if when and when != "typed":
        first, _, last = when.partition("/")
        span = DaySpan(_iso(first), _iso(last))
    elif sent.text(f"last.{number}"):
        first_day = sent.day(f"first.{number}") if sent.text(f"first.{number}") else None
        span = DaySpan(first_day, sent.day(f"last.{number}"))
    holiday = sent.text(f"holiday.{number}")
    return RowAnswer(
        version=sent.number(f"version.{number}") or 1,
        lead=sent.number(f"lead.{number}"),
        unit=sent.text(f"unit.{number}")[:_LONGEST_CODE] or None,
        span=span,
        rule=sent.text(f"repeats.{number}")[:_LONGEST_RULE] or None,
        on_holiday=HolidayHandling(holiday) if holiday in HOLIDAYS else HolidayHandling.KEEP,
        task=sent.text(f"task.{number}")[:10_000],
    )


def _iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


async def _draw(visit: StaffVisit, code: str, error: AppError | None = None) -> Response:
    def read(ctx: ActionContext) -> tuple[DraftCheck, bool]:
        found = check_draft(ctx, code)
        return found, PlanState.IN_FORCE in plan_steps(found.plan, ctx.actor)

    found, may = await visit.act(read)
    if found.plan.state != PlanState.DRAFT:
        return RedirectResponse(f"/plans/{found.plan.code}", 303)
    context = {
        "check": found,
        "plan": found.plan,
        "may": may,
        "units": all_units(visit),
        "names": dict(all_units(visit)),
        "departments": visit.reference.departments,
        "holidays": [(value, translate(words)) for value, words in HOLIDAYS.items()],
        "nobody": NOBODY,
        "rule_words": rule_words,
        "done": visit.request.query_params.get("done", ""),
    }
    return draw_staff_page(visit, "plan_import/check.html", context, "staff/plan_check.ts", error=error)
