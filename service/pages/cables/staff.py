"""The undergrounding plan for staff: streets by companies, one route, a list of routes taken in."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from service.db import DomainSession
from service.domain.cables.access import cables_of, company_ids, find_route, may_plan, require_planning
from service.domain.cables.forms import NewRoute, RouteBatch, RouteChange
from service.domain.cables.lines import LONGEST_M
from service.domain.cables.papers.facts import CableOrder, late_companies
from service.domain.cables.quarters import quarter_of
from service.domain.cables.route_imports import RouteProposal, new_route, propose_routes, take_routes
from service.domain.cables.routes import change_route, make_route
from service.domain.cables.views import PromiseChange, RouteFilter, RouteView, list_routes, promises_of
from service.domain.city.reference import Reference
from service.errors import AppError, Invalid, invalid
from service.i18n import N_
from service.models import Role
from service.pages.cables.public import words_of_cables
from service.pages.shared.forms import Fields, FormDep, SentForm, read, sent_json
from service.pages.shared.signing import read_signing, signing_choices
from service.pages.shared.visit import StaffVisit, answer_form
from service.pages.shared.work_words import STATUS_WORDS
from service.pages.staff.staffroom import draw_staff_page, visit_of
from service.planfile.reader import MAX_BYTES
from service.web.dependencies import WakeAfter
from service.web.papers.cables import keep_cable_paper
from service.web.paths import RowId
from service.web.rates import allow
from service.web.reading.route_file import read_route_file
from service.web.uploads import FORM_BYTES

router = APIRouter(dependencies=[WakeAfter])

CablesVisit = Annotated[StaffVisit, visit_of("/manage/cables")]
_FIRST = ("late", "blocked", "under_way", "planned", "done")
"""States in the order in which they want to be looked at."""


@router.get("/manage/cables")
async def matrix(visit: CablesVisit) -> Response:
    """Return streets by companies: first the late and the blocked."""
    return await _draw_matrix(visit)


@router.post("/manage/cables")
async def add_route(visit: CablesVisit, form: FormDep) -> Response:
    """Add a route by hand."""
    require_planning(visit.reference, visit.staff.actor)
    body = {
        "street": form.text("street"),
        "from_words": form.text("from_words"),
        "to_words": form.text("to_words"),
        "length_m": form.whole_or_text("length_m"),
        "quarter": form.text("quarter"),
        "sections": [{"company": code} for code in form.texts("companies")],
    }
    return await answer_form(
        visit.act(lambda ctx: make_route(ctx, read(NewRoute, body)).id),
        lambda error: _draw_matrix(visit, form.fields(), error),
        lambda route_id: f"/manage/cables/{route_id}?done=1",
    )


@router.post("/manage/cables/import", max_body_size=MAX_BYTES + FORM_BYTES)
async def propose(visit: CablesVisit, form: FormDep) -> Response:
    """Show what a file proposes; nothing is stored yet."""
    require_planning(visit.reference, visit.staff.actor)
    await allow(visit.request, visit.resources, "import")
    files = [each for each in form.files("file") if each.size]
    try:
        if not files:
            raise invalid(["file"], N_("Hãy chọn một tệp để nhập."))
        content = await read_route_file(files[0].filename or "", await files[0].read(MAX_BYTES + 1))
        proposal = await visit.act(lambda ctx: propose_routes(ctx, content))
    except AppError as error:
        return await _draw_matrix(visit, form.fields(), error)
    return _draw_proposal(visit, proposal)


@router.post("/manage/cables/take", max_body_size=MAX_BYTES)
async def take(visit: CablesVisit, form: FormDep) -> Response:
    """Take the routes that were shown and chosen."""
    require_planning(visit.reference, visit.staff.actor)
    try:
        body = RouteBatch(routes=[_chosen(form, int(number)) for number in form.texts("take")])
    except AppError as refused:
        return await _draw_matrix(visit, None, refused)
    except (ValueError, KeyError, TypeError):
        error = Invalid(N_("Hãy chọn ít nhất một tuyến, và ghi quý cho mỗi tuyến được chọn."))
        return await _draw_matrix(visit, None, error)
    return await answer_form(
        visit.act(lambda ctx: take_routes(ctx, body)),
        lambda error: _draw_matrix(visit, None, error),
        "/manage/cables?done=1",
    )


@router.post("/manage/cables/documents")
async def make_paper(visit: CablesVisit, form: FormDep) -> Response:
    """Make a letter, the report or a list, and enter it in the register."""
    require_planning(visit.reference, visit.staff.actor)
    what, _, unit = form.text("paper").partition("/")

    async def making() -> int:
        order = read(CableOrder, {"what": what, "unit": unit, **read_signing(form)})
        return await keep_cable_paper(visit.resources, visit.reference, visit.staff, visit.now, order)

    return await answer_form(
        making(),
        lambda error: _draw_matrix(visit, None, error),
        lambda number: f"/documents/{number}",
    )


@router.get("/manage/cables/{route_id}")
async def show(route_id: RowId, visit: CablesVisit) -> Response:
    """Return one route: its promise, its sections; for a company the others' state alone."""
    return await _draw_route(visit, route_id)


@router.post("/manage/cables/{route_id}")
async def change(visit: CablesVisit, route_id: RowId, form: FormDep) -> Response:
    """Move the promise, or add companies."""
    require_planning(visit.reference, visit.staff.actor)
    quarter = form.text("quarter")
    body: dict[str, object] = {
        "version": form.number("version"),
        "reason": form.text("reason"),
        "sections": [{"company": code} for code in form.texts("companies")],
    }
    body |= {"quarter": quarter} if quarter else {}
    if text := form.text("geometry"):
        try:
            body["geometry"] = sent_json(text)
        except ValueError:
            body["geometry"] = {"type": ""}
    return await answer_form(
        visit.act(lambda ctx: change_route(ctx, route_id, read(RouteChange, body))),
        lambda error: _draw_route(visit, route_id, form.fields(), error),
        f"/manage/cables/{route_id}?done=1",
    )


def _chosen(form: SentForm, number: int) -> NewRoute:
    payload = sent_json(form.text(f"route-{number}"))
    quarter = form.text(f"quarter-{number}") or payload["quarter"]
    if not payload["known"] and not quarter:
        raise KeyError(number)
    length = form.number(f"length-{number}") or payload["length_m"]
    if (metres := form.text(f"length-{number}")) and not 1 <= (
        form.number(f"length-{number}") or 0
    ) <= LONGEST_M:
        why = N_("Chiều dài của tuyến {street} là “{said}”: cần số mét, từ 1 đến 50.000.")
        raise Invalid(why, street=payload["street"], said=metres[:20])
    return new_route(payload | {"quarter": quarter, "length_m": length})


def _of_every_page(visit: StaffVisit) -> dict[str, object]:
    reference = visit.reference
    return {
        **words_of_cables(reference),
        "statuses_of_works": STATUS_WORDS,
        "may_plan": may_plan(reference, visit.staff.actor),
        "companies": company_ids(reference),
    }


async def _draw_matrix(
    visit: StaffVisit, typed: Mapping[str, str] | None = None, error: AppError | None = None
) -> Response:
    actor = visit.staff.actor
    mine = [each for each in company_ids(visit.reference) if each in actor.departments]
    only = mine[0] if actor.role == Role.EXECUTOR and mine else None
    wanted = RouteFilter(company_id=only)
    found: list[RouteView] = await visit.run(list_routes, wanted, visit.now, with_lines=False)
    found.sort(key=lambda each: _FIRST.index(each.state))
    shown = {
        **_of_every_page(visit),
        "routes": found,
        "columns": [only] if only else [c for c in company_ids(visit.reference) if _has(found, c)],
        "this_quarter": quarter_of(visit.today),
        "late_companies": late_companies(visit.reference, found),
        "typed": typed or Fields(),
        "signing_choices": await visit.run(signing_choices, visit.reference, _office(visit.reference)),
    }
    return draw_staff_page(visit, "cables/manage.html", shown, error=error)


def _office(reference: Reference) -> int | None:
    view = reference.department_by_code.get(cables_of(reference).office)
    return view.id if view else None


def _has(routes: list[RouteView], company: int) -> bool:
    return any(section.company_id == company for each in routes for section in each.sections)


async def _draw_route(
    visit: StaffVisit, route_id: int, typed: Mapping[str, str] | None = None, error: AppError | None = None
) -> Response:
    reference, actor = visit.reference, visit.staff.actor

    def read_one(session: DomainSession) -> tuple[RouteView, Sequence[PromiseChange]]:
        route = find_route(session, reference, route_id)
        [view] = list_routes(session, RouteFilter(ids=[route.id]), visit.now)
        return view, promises_of(session, reference, route.id)

    view, promises = await visit.run(read_one)
    there = {each.company_id for each in view.sections}
    line = view.geometry
    shown = {
        **_of_every_page(visit),
        "parts": len(line["coordinates"]) if line and line["type"] == "MultiLineString" else 1,
        "route": view,
        "promises": promises,
        "typed": typed or Fields(),
        # A company opens its own sections; of the others it reads what everybody reads.
        "opens": lambda section: actor.role != Role.EXECUTOR or section.company_id in actor.departments,
        "missing": [each for each in company_ids(reference) if each not in there],
    }
    return draw_staff_page(visit, "cables/route.html", shown, "staff/places.ts", error=error)


def _draw_proposal(visit: StaffVisit, proposal: RouteProposal) -> Response:
    rows = [(each, json.dumps(each, ensure_ascii=False)) for each in proposal["routes"]]
    shown = {
        **_of_every_page(visit),
        "proposal": proposal,
        "rows": rows,
        "by_code": {each.code: each.id for each in visit.reference.departments.values()},
    }
    return draw_staff_page(visit, "cables/proposal.html", shown)
