"""Shared parts of the pages of staff: access, rooms of a role, the page in its frame."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import Depends
from fastapi.responses import HTMLResponse

from service.domain.cables.access import ROOM as CABLE_ROOM
from service.domain.cables.access import company_ids
from service.domain.city.reference import Reference
from service.domain.numbers.proposals import reads_numbers
from service.domain.numbers.rights import READ
from service.domain.surveys.access import READERS as SURVEY_READERS
from service.errors import AppError
from service.i18n import N_
from service.models import Role
from service.pages.shared.visit import StaffVisit, StaffVisitDep, not_here
from service.rendering.engine import page
from service.web.presence import Present
from service.web.viewer import Colleague, StaffDep


@dataclass(frozen=True, slots=True)
class Room:
    """A page that the bar of staff leads to, for these roles; those at `beside` stand in it too. `short` is
    its word in the tabs of a phone, where five share 320 px.
    """

    path: str
    name: str
    icon: str
    roles: frozenset[str]
    beside: tuple[str, ...] = ()
    short: str = ""


ROOMS: tuple[Room, ...] = (  # those of every day first: the bar shows as many as fit, a menu the others
    Room("/desk", N_("Điều phối"), "layers", frozenset({Role.TRIAGE})),
    Room("/inspect", N_("Kiểm tra"), "pin", frozenset({Role.INSPECTOR})),
    Room("/queue", N_("Hàng việc"), "inbox", frozenset(Role)),
    Room(
        "/plans",
        N_("Kế hoạch"),
        "list",
        frozenset({Role.DEPARTMENT, Role.MANAGER, Role.TRIAGE, Role.ADMINISTRATOR}),
    ),
    Room("/manage", N_("Điều hành"), "chart", frozenset({Role.MANAGER, Role.TRIAGE, Role.ADMINISTRATOR})),
    Room("/admin", N_("Quản trị"), "shield", frozenset({Role.ADMINISTRATOR})),
    Room("/numbers", N_("Số rao vặt"), "phone", READ, short=N_("Rao vặt")),
    Room(
        "/requests",
        N_("Công văn số rao vặt"),
        "send",
        frozenset({Role.EXECUTOR}),
        short=N_("Yêu cầu"),
    ),
    Room("/claims", N_("Cáp của ai?"), "question", frozenset({Role.EXECUTOR}), short=N_("Nhận cáp")),
    Room(
        "/manage/cleanups",
        N_("Ra quân"),
        "calendar",
        frozenset({Role.DEPARTMENT, Role.MANAGER, Role.INSPECTOR}),
        beside=("/manage/campaigns", "/manage/praise", "/manage/gifts", "/manage/pledges", "/premises"),
    ),
    Room("/surveys", N_("Đợt kiểm tra"), "eye", SURVEY_READERS),
    Room("/manage/cables", N_("Cáp treo"), "cable", CABLE_ROOM | {Role.ADMINISTRATOR}),
    Room(
        "/emulation",
        N_("Thi đua"),
        "star",
        frozenset({Role.DEPARTMENT, Role.MANAGER, Role.TRIAGE, Role.ADMINISTRATOR, Role.EXECUTOR}),
    ),
    Room("/wall", N_("Màn hình lớn"), "signal", frozenset({Role.TRIAGE, Role.MANAGER, Role.ADMINISTRATOR})),
)

OF_WORKS = frozenset({"/plans", "/manage/cleanups", "/surveys", "/emulation"})
"""Rooms that are there only where the city keeps plans."""


OF_WARDS = frozenset({"/queue", "/manage", "/numbers", "/wall"})
"""Rooms of a manager who is bound to wards: what is shown there are cases, which lie in wards."""


def only(*roles: str) -> Callable[[Colleague], Awaitable[Colleague]]:
    """Return a dependency that lets these roles in; for others the page does not exist (NotFound).

    Raises Unauthenticated for who is not signed in, which leads a browser to the sign-in page and back.
    """

    async def enter(staff: StaffDep) -> Colleague:
        if staff.account.role not in roles:
            raise not_here()
        return staff

    return enter


def visit_by(*roles: str) -> object:
    """Return `Depends` that yields the visit of a colleague with one of these roles; NotFound for others."""
    enter = only(*roles)

    async def visit(found: StaffVisitDep) -> StaffVisit:
        await enter(found.staff)
        return found

    return Depends(visit)


def visit_of(path: str) -> object:
    """Return `Depends` that yields the visit of a colleague whose role has the room at `path`; NotFound for
    others.
    """
    [room] = [each for each in ROOMS if each.path == path]
    return visit_by(*sorted(room.roles))


def as_present(staff: Colleague) -> Present:
    """Return the signed-in colleague as others see them at a case."""
    return Present(staff.account.id, staff.account.name)


def is_open(room: Room, reference: Reference) -> bool:
    """Return whether the city has what the room is for."""
    if room.path in ("/manage/cables", "/claims"):
        return reference.config.cables is not None and reference.config.works is not None
    if room.path in OF_WORKS:
        return reference.config.works is not None
    of_numbers = room.path in ("/numbers", "/requests")
    return not of_numbers or any(reads_numbers(reference, each) for each in reference.categories)


def room_at(rooms: Sequence[Room], path: str) -> Room | None:
    """Return the room that a page stands in: of several whose path leads to it the nearest."""
    prefixes = [(prefix, room) for room in rooms for prefix in (room.path, *room.beside)]
    around = [each for each in prefixes if path == each[0] or path.startswith(f"{each[0]}/")]
    return max(around, key=lambda each: len(each[0]))[1] if around else None


def _is_theirs(room: Room, reference: Reference, staff: Colleague) -> bool:
    """Return whether the room concerns the person: who owns cables is asked whose they are, and a manager
    of wards has none of the rooms in which units act.
    """
    if staff.account.role == Role.MANAGER and staff.actor.wards is not None:
        return room.path in OF_WARDS
    return room.path != "/claims" or not staff.actor.departments.isdisjoint(company_ids(reference))


def surroundings(staff: Colleague, reference: Reference, now: datetime, *islands: str) -> dict[str, object]:
    """Return what `staff/base.html` needs, and the page's own islands."""
    account = staff.account
    return {
        "reference": reference,
        "now": now,
        "account": account,
        "unread": staff.unread,
        "room_at": room_at,
        "rooms": [
            room
            for room in ROOMS
            if account.role in room.roles and is_open(room, reference) and _is_theirs(room, reference, staff)
        ],
        "islands": ["staff/staff.ts", *islands],
    }


def draw_staff_page(
    visit: StaffVisit,
    template: str,
    context: Mapping[str, object],
    *islands: str,
    error: AppError | None = None,
    part: str | None = None,
    status: int | None = None,
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """Return a page of staff in its frame, or its `part` alone when htmx asks for the fragment.

    With `error`, the refusal of a form, it has that status (unless `status` names another) and says what is
    wrong with each field; without one `done` says whether a form was carried out (`?done=1` in the address).
    """
    answer = {"error": error, "done": error is None and visit.request.query_params.get("done") == "1"}
    around = surroundings(visit.staff, visit.reference, visit.now, *islands)
    filled = {**around, **answer, **context}
    return page(visit.request, template, filled, part=part, status=status, headers=headers)
