"""Tools of a clean-up: told a line each, and those that are missing asked for as means."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from uuid import UUID

from pydantic import ValidationError

from service.domain.cleanups.access import find_cleanup
from service.domain.cleanups.forms import Tool
from service.domain.kernel.texts import fold
from service.domain.reports.access import Asker
from service.domain.reports.drafts import StrictBody
from service.domain.works.acting import ActionContext
from service.domain.works.forms import MeansItem, NewDifficulty, Note, Result
from service.domain.works.lifecycles import LEAD, work_roles
from service.domain.works.making import raise_difficulty
from service.errors import Conflict, Forbidden, invalid
from service.i18n import N_, translate
from service.models import DifficultyKind, Work

MOST_TOOLS = 30
_NUMBER = re.compile(r"(can|co|need|have)?\s*:?\s*(\d{1,7})")


class ToolsWanted(StrictBody):
    """Request for the tools that a clean-up lacks; `id` is the client's, so that a retry is the same one."""

    id: UUID
    note: Note = ""
    proposal: Result = ""


def read_tools(text: str) -> list[dict[str, object]]:
    """Return tools written a line each: `Găng tay: cần 50, có 20`. Raises Invalid."""
    tools: list[dict[str, object]] = []
    for line in filter(None, (each.strip() for each in text.splitlines())):
        what, colon, numbers = line.rpartition(":") if ":" in line else (line, "", "")
        said = [found.groups() for part in fold(numbers).split(",") if (found := _NUMBER.search(part))]
        need = next((int(n) for word, n in said if word in ("can", "need", None)), None)
        have = next((int(n) for word, n in said if word in ("co", "have")), 0)
        if not what.strip() or not colon or need is None:
            raise invalid(["tools"], N_("Mỗi dòng là một dụng cụ: “Găng tay: cần 50, có 20”."))
        tools.append({"what": what.strip().removesuffix(":").strip(), "need": need, "have": have})
    if len(tools) > MOST_TOOLS:
        raise invalid(["tools"], N_("Nhiều nhất {most} dụng cụ."), most=MOST_TOOLS)
    try:
        return [Tool.model_validate(each).model_dump() for each in tools]
    except ValidationError:
        raise invalid(["tools"], N_("Mỗi dòng là một dụng cụ: “Găng tay: cần 50, có 20”.")) from None


def write_tools(tools: Sequence[Mapping[str, object]]) -> str:
    """Return tools as they are written, a line each."""
    return "\n".join(f"{each['what']}: cần {each['need']}, có {each['have']}" for each in tools)


def missing_tools(tools: Sequence[Mapping[str, object]]) -> list[tuple[str, int]]:
    """Return what is missing and how many."""
    known = [Tool.model_validate(each) for each in tools]
    return [(each.what, each.need - each.have) for each in known if each.need > each.have]


def ask_tools(ctx: ActionContext, asker: Asker, code: str, form: ToolsWanted) -> tuple[Work, bool]:
    """Return (the request for means, whether it is new): what the clean-up lacks, decided by who decides on
    it.

    Raises NotFound, Forbidden for who does not lead it, Conflict where nothing is missing.
    """
    found = find_cleanup(ctx.session, ctx.reference, code, ctx.actor)
    if LEAD not in work_roles(ctx.actor, found.work):
        raise Forbidden(N_("Chỉ đơn vị chủ trì được đề nghị dụng cụ cho đợt ra quân này."))
    items = [MeansItem(name=what, count=count) for what, count in missing_tools(found.side.tools)]
    if not items and ctx.session.get(Work, form.id) is None:
        raise Conflict(N_("Đợt ra quân này không thiếu dụng cụ nào."))
    wanted = NewDifficulty(
        id=form.id,
        kind=DifficultyKind.MEANS,
        title=translate(N_("Dụng cụ cho đợt ra quân {code}"), "vi", code=found.work.code)[:300],
        note=form.note,
        proposal=form.proposal,
        items=items,
        work=found.work.code,
    )
    return raise_difficulty(ctx, asker, wanted)
