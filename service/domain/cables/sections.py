"""Steps of sections: agreed, begun, blocked, done, accepted on the spot once the old cable is gone."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import uuid4

from sqlalchemy.orm import Session

from service.domain.cables.access import find_route
from service.domain.cables.making import AMBER_DAYS
from service.domain.cables.neighbours import tell_neighbours
from service.domain.cables.quarters import quarter_days
from service.domain.cables.recording import record_route
from service.domain.casework.case.repeats import request_digest
from service.domain.reports.access import Asker
from service.domain.works.access import find_work
from service.domain.works.acting import Hand, check_version, own_photos, step
from service.domain.works.forms import NewDifficulty, WorkStep
from service.domain.works.lifecycles import AGREED_DAY, BLOCK, METRES, REASON, RESULT, WORDS
from service.domain.works.making import raise_difficulty
from service.domain.works.recording import was_wished
from service.domain.works.terms import due_on
from service.errors import Conflict, invalid
from service.i18n import N_
from service.models import (
    CableBlock,
    CableRoute,
    CableSection,
    DifficultyKind,
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

MEANS = frozenset({CableBlock.CAPITAL})


def take_section_step(hand: Hand, code: str, asked: WorkStep) -> Work:
    """Take a step of a section. The same again changes nothing.

    Raises NotFound, Conflict for a stale version or a step that the life lacks, Forbidden, Invalid.
    """
    work = find_work(hand.session, hand.reference, hand.actor, code, lock=True)
    section = hand.session.get(CableSection, work.id, with_for_update=True)
    if section is None:
        raise Conflict(N_("Việc này có trang riêng, hãy làm tiếp ở đó."), extra={"allowed": []})
    wish = request_digest(asked, verb=WorkEventType.CABLE_PLANNED)
    if was_wished(hand.session, Subject.WORK, work.id, hand.actor, wish):
        return work
    check_version(work, asked.version)
    route = find_route(hand.session, hand.reference, section.route_id)
    said, changes = _said(hand, work, section, route, asked)
    photos = own_photos(hand.session, work, asked)
    before = work.status
    step(hand, work, asked.to, said, changes, photos, wish)
    _keep(section, asked)
    if asked.to == WorkStatus.WAITING:
        _raise(hand, work, section, asked)
    _tell_everybody(hand, route, work, section, before, asked.to)
    hand.session.flush()
    return work


def section_of(session: Session, work: Work) -> CableSection | None:
    """Return the side of a section, None for a work of another kind."""
    return session.get(CableSection, work.id) if work.kind == WorkKind.CABLE_SECTION else None


def old_left(section: CableSection) -> int:
    """Return the metres of old cable that still hang."""
    return max(0, section.metres - section.old_removed_m)


def _said(
    hand: Hand, work: Work, section: CableSection, route: CableRoute, asked: WorkStep
) -> tuple[dict[str, str], dict[str, object]]:
    """Return the texts of the step and the columns of the work that change; refuse what cannot be."""
    given, changes = asked.data, dict[str, object]()
    said = {REASON: asked.reason, RESULT: given.result}
    if asked.to == WorkStatus.REPORTED:
        said = {WORDS: asked.reason}
    for name in (METRES, "old_removed_m", "subscribers_left"):
        if (number := getattr(given, name)) is not None:
            said[name] = str(number)
    _check_metres(section, asked)
    if asked.to == WorkStatus.AGREED:
        said.update(_agreed(hand, route, asked, changes, work))
    if asked.to == WorkStatus.WAITING and given.block is not None:
        said |= {BLOCK: str(given.block), "who": given.who or ""}
    if asked.to == WorkStatus.CHECKED and old_left(section):
        raise invalid(
            ["data", "old_removed_m"],
            N_("Còn {left} m cáp cũ chưa thu hồi nên chưa nghiệm thu được."),
            left=old_left(section),
        )
    return said, changes


def _agreed(
    hand: Hand, route: CableRoute, asked: WorkStep, changes: dict[str, object], work: Work
) -> dict[str, str]:
    day = asked.data.agreed
    if day is None:
        return {}
    if not hand.calendar.local(hand.now).date() <= day <= quarter_days(route.quarter)[1]:
        raise invalid(["data", "agreed"], N_("Ngày hẹn phải ở phía trước và không sau quý đã hứa."))
    if hand.actor.department_id != work.executor_id and not asked.data.document:
        raise invalid(["data", "document"], N_("Cần ghi văn bản mà đơn vị đã hẹn."))
    due = due_on(hand.calendar, day)
    changes |= {"due_at": due, "amber_at": due - AMBER_DAYS}
    return {AGREED_DAY: day.isoformat(), "document": asked.data.document or ""}


def _check_metres(section: CableSection, asked: WorkStep) -> None:
    """Raise Invalid for more metres than there are, or done with fewer, without a word why."""
    done = asked.data.metres_done
    why = asked.reason or asked.data.result
    if done is not None and done > section.metres and not why:
        raise invalid(
            ["data", "metres_done"],
            N_("Đoạn này dài {most} m. Nếu đã làm nhiều hơn, hãy nêu lý do."),
            most=section.metres,
        )
    if asked.to == WorkStatus.DONE and done is not None and done < section.metres and not why:
        raise invalid(
            ["data", "metres_done"],
            N_("Mới làm {done} trong {most} m. Nếu phần còn lại không phải làm, hãy nêu lý do."),
            done=done,
            most=section.metres,
        )
    removed = asked.data.old_removed_m
    if removed is not None and removed > section.metres and not why:
        raise invalid(
            ["data", "old_removed_m"],
            N_("Đoạn này dài {most} m. Nếu đã làm nhiều hơn, hãy nêu lý do."),
            most=section.metres,
        )


def _keep(section: CableSection, asked: WorkStep) -> None:
    for name in (METRES, "old_removed_m", "subscribers_left"):
        if (number := getattr(asked.data, name)) is not None:
            setattr(section, name, number)
    if asked.to == WorkStatus.WAITING:
        section.block, section.block_words = asked.data.block, asked.data.who or ""
    elif asked.to != WorkStatus.REPORTED:
        section.block, section.block_words = None, ""


def _raise(hand: Hand, work: Work, section: CableSection, asked: WorkStep) -> None:
    """Open the difficulty that stands in the way: what is blocked never waits without a name."""
    kind = DifficultyKind.MEANS if section.block in MEANS else DifficultyKind.DECISION
    note = " – ".join(part for part in (asked.reason, section.block_words) if part)
    new = NewDifficulty(id=uuid4(), kind=kind, title=work.title, note=note[:2000], work=work.code)
    staff = Asker(staff=hand.actor)
    raise_difficulty(hand, staff, new)


def _tell_everybody(
    hand: Hand,
    route: CableRoute,
    work: Work,
    section: CableSection,
    before: WorkStatus,
    to: WorkStatus,
) -> None:
    type_ = PUBLIC_STEPS.get(to)
    if type_ is None or (to == WorkStatus.UNDER_WAY and before != WorkStatus.AGREED):
        return
    company = hand.reference.departments[section.company_id]
    data = {
        "company": company.code,
        "metres": section.metres,
        "metres_done": section.metres_done,
        "old_left_m": old_left(section),
        **({"block": str(section.block)} if section.block else {}),
    }
    record_route(hand, route, type_, data, state=str(work.status))
    if to == WorkStatus.CHECKED:
        tell_neighbours(hand, route, work, section)
