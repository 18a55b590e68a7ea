"""Tools that a clean-up lacks, asked for as means."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Response

from service.api.works.shared import WRITES, WorkCallDep
from service.domain.cleanups.equipment.tools import ToolRequest, request_tools
from service.domain.queries.views import View
from service.domain.works.actions import ActionContext
from service.models import Difficulty
from service.web.dependencies import WakeAfter

router = APIRouter(tags=["clean-ups"], dependencies=[WakeAfter])


class MissingTool(View):
    """Tool that is asked for, and how many."""

    name: str
    count: int


class MeansOut(View):
    """Request for means; it goes on under `GET /works/{code}`."""

    id: UUID
    code: str
    items: list[MissingTool]


@router.post("/cleanups/{cleanup}/means", status_code=201, responses={**WRITES, 200: {"model": MeansOut}})
async def ask_for_tools(cleanup: str, sent: ToolRequest, response: Response, call: WorkCallDep) -> MeansOut:
    """Ask for what is needed and not there, as a difficulty that is decided like any other."""

    def verb(ctx: ActionContext) -> tuple[MeansOut, bool]:
        work, new = request_tools(ctx, call.staff.asker, cleanup, sent)
        items = ctx.session.get_one(Difficulty, work.id).items
        missing = [MissingTool(name=str(each["name"]), count=int(each["count"])) for each in items]
        return MeansOut(id=work.id, code=work.code, items=missing), new

    return await call.create(response, verb)
