"""Tools of a clean-up: those that are missing are asked for as means."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from service.domain.cleanups.access import find_cleanup
from service.domain.reports.access import Asker
from service.domain.reports.drafts import StrictBody
from service.domain.works.actions import ActionContext
from service.domain.works.forms import MeansItem, NewDifficulty, Note, Result
from service.domain.works.lifecycles import LEAD, work_roles
from service.domain.works.new_works import raise_difficulty
from service.errors import Conflict, Forbidden
from service.i18n import N_, translate
from service.models import DifficultyKind, Work
from service.models.works.cleanup import StoredTool


class ToolRequest(StrictBody):
    """Request for the tools that a clean-up lacks; `id` is the client's, so that a retry is the same one."""

    id: UUID
    note: Note = ""
    proposal: Result = ""


def missing_tools(tools: Sequence[StoredTool]) -> list[tuple[str, int]]:
    """Return the tools that are missing, each with how many."""
    return [(each["what"], each["need"] - each["have"]) for each in tools if each["need"] > each["have"]]


def request_tools(ctx: ActionContext, asker: Asker, code: str, form: ToolRequest) -> tuple[Work, bool]:
    """Return (the request for means, whether it is new): what the clean-up lacks, decided by who decides on
    it.

    Raises NotFound, Forbidden for who does not lead it, Conflict where nothing is missing.
    """
    cleanup = find_cleanup(ctx.session, ctx.reference, code, ctx.actor)
    if LEAD not in work_roles(ctx.actor, cleanup.work):
        raise Forbidden(N_("Chỉ đơn vị chủ trì được đề nghị dụng cụ cho đợt ra quân này."))
    items = [MeansItem(name=what, count=count) for what, count in missing_tools(cleanup.side.tools)]
    if not items and ctx.session.get(Work, form.id) is None:
        raise Conflict(N_("Đợt ra quân này không thiếu dụng cụ nào."))
    difficulty = NewDifficulty(
        id=form.id,
        kind=DifficultyKind.MEANS,
        title=translate(N_("Dụng cụ cho đợt ra quân {code}"), "vi", code=cleanup.work.code)[:300],
        note=form.note,
        proposal=form.proposal,
        items=items,
        work=cleanup.work.code,
    )
    return raise_difficulty(ctx, asker, difficulty)
