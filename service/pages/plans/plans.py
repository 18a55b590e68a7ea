"""Plans: all of them with how far they are, and one as the table of its document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel

from service.db import DomainSession
from service.domain.city.city import load_calendar
from service.domain.documents.register import may_issue
from service.domain.indicators.values import plan_targets
from service.domain.plans import plan_steps, readers
from service.domain.plans.access import DRAFTER, find_plan, plan_roles
from service.domain.plans.forms import NewBriefing, PlanStep
from service.domain.plans.life import STATE_NAMES
from service.domain.plans.overview import list_plans, view_plan
from service.domain.plans.plan_facts import late_units
from service.domain.works.actions import ActionContext
from service.domain.works.views import WorkFilter, WorkView, list_works
from service.domain.workspaces.plan_calendar import drop_plan_address, make_plan_address
from service.errors import AppError
from service.i18n import N_, pick
from service.models import PlanState, Role, WorkKind
from service.models.works.kinds import BriefingMethod
from service.pages.shared.forms import Fields, FormDep, SentForm, read
from service.pages.shared.signing import signing_choices
from service.pages.shared.visit import StaffVisit, answer_form
from service.pages.shared.work_words import DIFFICULTY_WORDS, PLAN_TONES, STATUS_WORDS, work_deadline
from service.pages.staff.staffroom import draw_staff_page, visit_of
from service.web.dependencies import WakeAfter, WithWorks

router = APIRouter(dependencies=[WakeAfter, WithWorks])

PlansVisit = Annotated[StaffVisit, visit_of("/plans")]
Tab = Literal["works", "difficulties", "read", "below"]
TABS: Mapping[Tab, str] = {
    "works": N_("Việc"),
    "difficulties": N_("Khó khăn"),
    "read": N_("Đã đọc"),
    "below": N_("Kế hoạch cấp dưới"),
}
HOW_WORDS: Mapping[BriefingMethod, str] = {
    BriefingMethod.MEETING: N_("Họp, sinh hoạt"),
    BriefingMethod.POST: N_("Niêm yết, đăng tin"),
    BriefingMethod.TRAINING: N_("Tập huấn"),
}

_WORDS: Mapping[str, object] = {
    "tabs": TABS,
    "how_words": HOW_WORDS,
    "state_names": STATE_NAMES,
    "plan_tones": PLAN_TONES,
    "statuses_of_works": STATUS_WORDS,
    "difficulty_words": DIFFICULTY_WORDS,
}


class PlanQuery(BaseModel):
    """Query in the address of a plan: a tab, or a row whose works are unfolded."""

    tab: Tab = "works"
    row: int | None = None
    done: str = ""


@router.get("/plans")
async def index(visit: PlansVisit) -> Response:
    """The plans that one may see, and what wants to be looked at."""
    filled = await visit.run(_read_all, visit)
    return draw_staff_page(visit, "plans/index.html", {**_WORDS, **filled})


@router.get("/plans/{plan_code}")
async def show(visit: PlansVisit, plan_code: str, query: Annotated[PlanQuery, Query()]) -> Response:
    """Show one plan."""
    return await draw_plan(visit, plan_code, query)


@router.post("/plans/{plan_code}/step")
async def step(visit: PlansVisit, plan_code: str, form: FormDep) -> Response:
    """Put it in force, close it, drop the draft."""
    sent = {
        "to": form.text("to"),
        "version": form.number("version"),
        "reason": form.text("reason"),
        "acknowledge": form.text("acknowledge") == "1",
    }
    return await _do(
        visit, plan_code, form, lambda ctx: plan_steps.take_plan_step(ctx, plan_code, read(PlanStep, sent))
    )


@router.post("/plans/{plan_code}/read")
async def mark(visit: PlansVisit, plan_code: str, form: FormDep) -> Response:
    """Say that one has read it."""
    return await _do(visit, plan_code, form, lambda ctx: readers.mark_plan_read(ctx, plan_code), "works")


@router.post("/plans/{plan_code}/briefing")
async def brief(visit: PlansVisit, plan_code: str, form: FormDep) -> Response:
    """Keep how a unit made it known."""

    def verb(ctx: ActionContext) -> object:
        sent = {name: form.text(name) for name in ("unit", "how", "words")}
        more = {"held_on": form.day("held_on"), "people": form.whole_or_text("people")}
        return readers.keep_briefing(ctx, plan_code, read(NewBriefing, {**sent, **more}))

    return await _do(visit, plan_code, form, verb, "read")


@router.post("/plans/{plan_code}/calendar")
async def subscribe(visit: PlansVisit, plan_code: str, form: FormDep) -> Response:
    """Make the address of one's calendar of the plan and show it this once, or revoke it."""
    revokes = form.text("revoke") == "1"

    def verb(ctx: ActionContext) -> str:
        if revokes:
            drop_plan_address(ctx, plan_code)
            return ""
        return make_plan_address(ctx, plan_code)

    token = await visit.act(verb)
    base = visit.resources.settings.public_url.rstrip("/")
    address = f"{base}/api/v1/plans/{plan_code}.ics?token={token}" if token else ""
    return await draw_plan(visit, plan_code, PlanQuery(done="" if token else "1"), address=address)


async def _do(
    visit: StaffVisit, code: str, form: SentForm, verb: Callable[[ActionContext], object], tab: Tab = "works"
) -> Response:
    return await answer_form(
        visit.act(verb),
        lambda error: draw_plan(visit, code, PlanQuery(tab=tab), error, form.fields()),
        f"/plans/{code}?tab={tab}&done=1",
    )


async def draw_plan(
    visit: StaffVisit,
    code: str,
    query: PlanQuery,
    error: AppError | None = None,
    typed: Mapping[str, str] | None = None,
    address: str = "",
) -> Response:
    """Return a plan's page; with `error` the form that was filled in with `typed` was refused; `address` is
    that of one's calendar, shown this once. Raises NotFound.
    """
    filled = await visit.run(_read_one, visit, code, query)
    context = {
        **_WORDS,
        **filled,
        "query": query,
        "address": address,
        "typed": typed or Fields(),
        "done": bool(query.done) and error is None,
    }
    return draw_staff_page(visit, "plans/plan.html", context, error=error)


def _read_all(session: DomainSession, visit: StaffVisit) -> dict[str, object]:
    reference, actor, now = visit.reference, visit.staff.actor, visit.now
    plans = list_plans(session, reference, actor, now)
    late, _ = list_works(
        session, reference, actor, WorkFilter(kind=WorkKind.TASK, late=True), now=now, limit=8
    )
    blocked, _ = list_works(
        session, reference, actor, WorkFilter(kind=WorkKind.DIFFICULTY, open=True), now=now, limit=8
    )
    calendar = load_calendar(session, reference)
    seen = readers.plans_read_by(session, actor.staff_id)
    return {
        "plans": plans,
        "late": [(each, work_deadline(calendar, each, now)) for each in late],
        "blocked": [(each, work_deadline(calendar, each, now)) for each in blocked],
        "not_read": [each for each in plans if each.state == PlanState.IN_FORCE and each.code not in seen],
        "may_draft": actor.role in (Role.DEPARTMENT, Role.MANAGER, Role.ADMINISTRATOR),
    }


def _read_one(session: DomainSession, visit: StaffVisit, code: str, query: PlanQuery) -> dict[str, object]:
    reference, actor, now = visit.reference, visit.staff.actor, visit.now
    row = find_plan(session, reference, actor, code)
    calendar = load_calendar(session, reference)
    ctx = ActionContext(session, reference, calendar, actor, now)
    difficulties, _ = list_works(
        session, reference, actor, WorkFilter(difficulties_of=row.id), now=now, limit=100
    )
    works: list[WorkView] = []
    if query.row is not None:
        of_row = WorkFilter(kind=WorkKind.TASK, plan=row.code, position=query.row)
        works, _ = list_works(session, reference, actor, of_row, now=now, limit=200)
    mine = sorted(actor.departments) or ()
    view = view_plan(session, reference, actor, row, now)
    return {
        "plan": view,
        "targets": plan_targets(session, reference, view, now) if query.tab == "works" else {},
        "open_works": plan_steps.open_works(session, row) if row.state == PlanState.IN_FORCE else [],
        "drafts": row.state == PlanState.DRAFT and DRAFTER in plan_roles(actor, row),
        "difficulties": [(each, work_deadline(calendar, each, now)) for each in difficulties],
        "works": [(each, work_deadline(calendar, each, now)) for each in works],
        "not_read": readers.who_has_not_read(ctx, row) if query.tab == "read" else None,
        "have_read": readers.has_read(session, row, actor.staff_id),
        "briefings": readers.briefings(session, row) if query.tab == "read" else (),
        "own_units": [reference.departments[each] for each in mine],
        "units": reference.departments,
        "may_issue": may_issue(actor, row.issuer_id),
        "own_parts": any(unit.kind != "company" for unit in map(reference.departments.get, mine) if unit),
        "late_units": _late_units(session, visit, row.id),
        "signing_choices": signing_choices(session, reference, row.issuer_id),
    }


def _late_units(session: DomainSession, visit: StaffVisit, plan_id: int) -> list[tuple[str, str]]:
    """Return the units that are late, those that are so with most first."""
    found = late_units(session, plan_id, visit.now)
    units = visit.reference.departments
    order = sorted(
        (each for each in found if each in units), key=lambda each: (-found[each], units[each].code)
    )
    return [(units[each].code, f"{pick(units[each].name)} ({found[each]})") for each in order]
