"""Steps of sections: agreed, begun, blocked, done, accepted on the spot once the old cable is gone."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.cables.access import find_route
from service.domain.cables.events import record_route
from service.domain.cables.neighbours import tell_neighbours
from service.domain.cables.quarters import quarter_days
from service.domain.cables.routes import AMBER_DAYS
from service.domain.casework.case.repeats import request_digest
from service.domain.reports.access import Asker
from service.domain.works.access import find_work
from service.domain.works.actions import ActionContext, check_version, own_photos, step
from service.domain.works.events import was_requested
from service.domain.works.forms import NewDifficulty, WorkStep
from service.domain.works.lifecycles import AGREED_DAY, BLOCK, METRES, REASON, RESULT, WORDS
from service.domain.works.new_works import raise_difficulty
from service.domain.works.terms import due_on
from service.errors import Conflict, invalid
from service.i18n import N_
from service.models import (
    CableBlock,
    CableRoute,
    CableSection,
    DifficultyKind,
    Photo,
    Staff,
    Subject,
    Work,
    WorkEventType,
    WorkKind,
    WorkStatus,
)

PUBLIC_STEPS: Mapping[WorkStatus, WorkEventType] = {
    WorkStatus.UNDER_WAY: WorkEventType.CABLE_BEGUN,
    WorkStatus.WAITING: WorkEventType.CABLE_BLOCKED,
    WorkStatus.DONE: WorkEventType.CABLE_DONE,
    WorkStatus.CHECKED: WorkEventType.CABLE_CHECKED,
}
"""Steps that everybody is told of, as events of the route: never with colleagues' words."""

NUMBERS = (METRES, "old_removed_m", "subscribers_left")
COUNTED = frozenset({WorkStatus.REPORTED, WorkStatus.UNDER_WAY, WorkStatus.WAITING, WorkStatus.DONE})
"""Steps that say how far the work is. What is accepted on the spot stays as it was looked at."""

MEANS = frozenset({CableBlock.CAPITAL})


def take_section_step(ctx: ActionContext, code: str, form: WorkStep) -> Work:
    """Take a step of a section. The same again changes nothing.

    Raises NotFound, Conflict for a stale version or a step that the life lacks, Forbidden, Invalid.
    """
    work = find_work(ctx.session, ctx.reference, ctx.actor, code, lock=True)
    section = ctx.session.get(CableSection, work.id, with_for_update=True)
    if section is None:
        raise Conflict(N_("Việc này có trang riêng, hãy làm tiếp ở đó."), extra={"allowed": []})
    repeat_key = request_digest(form, verb=WorkEventType.CABLE_PLANNED)
    if was_requested(ctx.session, Subject.WORK, work.id, ctx.actor, repeat_key):
        return work
    check_version(work, form.version)
    route = find_route(ctx.session, ctx.reference, section.route_id)
    requirements, changes = _said(ctx, work, section, route, form)
    photos = own_photos(ctx.session, work, form)
    if form.to == WorkStatus.CHECKED:
        _require_seen(ctx.session, work, form)
    before = work.status
    step(ctx, work, form.to, requirements, changes, photos, repeat_key)
    _keep(section, form)
    if form.to == WorkStatus.WAITING:
        _raise(ctx, work, section, form)
    _tell_everybody(ctx, route, work, section, before, form.to)
    ctx.session.flush()
    return work


def section_of(session: Session, work: Work) -> CableSection | None:
    """Return the side of a section, None for a work of another kind."""
    return session.get(CableSection, work.id) if work.kind == WorkKind.CABLE_SECTION else None


def old_left(section: CableSection) -> int:
    """Return the metres of old cable that still hang."""
    return max(0, section.metres - section.old_removed_m)


def _said(
    ctx: ActionContext, work: Work, section: CableSection, route: CableRoute, form: WorkStep
) -> tuple[dict[str, str], dict[str, object]]:
    """Return the texts of the step and the columns of the work that change; refuse what cannot be."""
    given, changes = form.data, dict[str, object]()
    requirements = {REASON: form.reason, RESULT: given.result}
    if form.to == WorkStatus.REPORTED:
        requirements = {WORDS: form.reason}
    for name in NUMBERS:
        if (number := getattr(given, name)) is None:
            continue
        if form.to not in COUNTED and number != getattr(section, name):
            raise invalid(["data", name], N_("Bước này không dùng mục này."))
        requirements[name] = str(number)
    ended = form.to == WorkStatus.DONE or (form.to, work.status) == (WorkStatus.REPORTED, WorkStatus.DONE)
    _check_metres(section, form, ended=ended)
    if form.to == WorkStatus.AGREED:
        requirements.update(_agreed(ctx, route, form, changes, work))
    if form.to == WorkStatus.WAITING and given.block is not None:
        requirements |= {BLOCK: str(given.block), "who": given.who or ""}
    if form.to == WorkStatus.CHECKED and old_left(section):
        raise invalid(
            ["data", "old_removed_m"],
            N_("Còn {left} m cáp cũ chưa thu hồi nên chưa nghiệm thu được."),
            left=old_left(section),
        )
    return requirements, changes


def _agreed(
    ctx: ActionContext, route: CableRoute, form: WorkStep, changes: dict[str, object], work: Work
) -> dict[str, str]:
    day = form.data.agreed
    if day is None:
        return {}
    if not ctx.calendar.local(ctx.now).date() <= day <= quarter_days(route.quarter)[1]:
        raise invalid(["data", "agreed"], N_("Ngày hẹn phải ở phía trước và không sau quý đã hứa."))
    if ctx.actor.department_id != work.executor_id and not form.data.document:
        raise invalid(["data", "document"], N_("Cần ghi văn bản mà đơn vị đã hẹn."))
    due = due_on(ctx.calendar, day)
    changes |= {"due_at": due, "amber_at": due - AMBER_DAYS}
    return {AGREED_DAY: day.isoformat(), "document": form.data.document or ""}


def _check_metres(section: CableSection, form: WorkStep, *, ended: bool) -> None:
    """Raise Invalid for more metres than there are, or fewer where the work `ended`, without a word why."""
    done = form.data.metres_done
    why = form.reason or form.data.result
    if done is not None and done > section.metres and not why:
        raise invalid(
            ["data", "metres_done"],
            N_("Đoạn này dài {most} m. Nếu đã làm nhiều hơn, hãy nêu lý do."),
            most=section.metres,
        )
    if ended and done is not None and done < section.metres and not why:
        raise invalid(
            ["data", "metres_done"],
            N_("Mới làm {done} trong {most} m. Nếu phần còn lại không phải làm, hãy nêu lý do."),
            done=done,
            most=section.metres,
        )
    removed = form.data.old_removed_m
    if removed is not None and removed > section.metres and not why:
        raise invalid(
            ["data", "old_removed_m"],
            N_("Đoạn này dài {most} m. Nếu đã làm nhiều hơn, hãy nêu lý do."),
            most=section.metres,
        )


def _require_seen(session: Session, work: Work, form: WorkStep) -> None:
    """Raise Invalid where the only photos are those of the company whose work is accepted."""
    theirs = select(Photo.id).join(Staff, Staff.id == Photo.staff_id)
    of_company = Photo.id.in_(form.photos), Staff.department_id == work.executor_id
    if form.photos and set(form.photos) <= set(session.scalars(theirs.where(*of_company))):
        raise invalid(
            ["photos"], N_("Cần ảnh do người nghiệm thu chụp tại chỗ, không phải ảnh của đơn vị làm.")
        )


def _keep(section: CableSection, form: WorkStep) -> None:
    for name in NUMBERS:
        if (number := getattr(form.data, name)) is not None:
            setattr(section, name, number)
    if form.to == WorkStatus.WAITING:
        section.block, section.block_words = form.data.block, form.data.who or ""
    elif form.to != WorkStatus.REPORTED:
        section.block, section.block_words = None, ""


def _raise(ctx: ActionContext, work: Work, section: CableSection, form: WorkStep) -> None:
    """Open the difficulty that stands in the way: what is blocked never waits without a name."""
    kind = DifficultyKind.MEANS if section.block in MEANS else DifficultyKind.DECISION
    note = " – ".join(part for part in (form.reason, section.block_words) if part)
    new = NewDifficulty(id=uuid4(), kind=kind, title=work.title, note=note[:2000], work=work.code)
    staff = Asker(staff=ctx.actor)
    raise_difficulty(ctx, staff, new)


def _tell_everybody(
    ctx: ActionContext,
    route: CableRoute,
    work: Work,
    section: CableSection,
    before: WorkStatus,
    to: WorkStatus,
) -> None:
    type_ = PUBLIC_STEPS.get(to)
    if type_ is None or (to == WorkStatus.UNDER_WAY and before != WorkStatus.AGREED):
        return
    company = ctx.reference.departments[section.company_id]
    data = {
        "company": company.code,
        "metres": section.metres,
        "metres_done": section.metres_done,
        "old_left_m": old_left(section),
        **({"block": str(section.block)} if section.block else {}),
    }
    record_route(ctx, route, type_, data, state=str(work.status))
    if to == WorkStatus.CHECKED:
        tell_neighbours(ctx, route, work, section)
