"""Words of letters to staff: what a subject says of the case, what more time is asked, which page opens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from service.domain.city.reference import Reference, WardView
from service.domain.notices.digests.morning import Matter, MorningCase, MorningGroup
from service.domain.notices.kinds import CLAIM_NOTICE, EMERGENCY_NOTICE, EXTENSION_NOTICE
from service.domain.notices.letters import Letter
from service.domain.rules.deadline_words import term_words
from service.i18n import N_, Language, language_in_use, pick, translate
from service.i18n.wording import ago, exact
from service.models import EventType, NoticeAudience, Role

MOST_WORDS = 280
"""So much of the citizen's words stands in a mail; the rest is read in the case."""

STAFF_NEWS: Mapping[str, str] = {
    EventType.ASSIGNED: N_("Việc mới"),
    EventType.HANDED_ON: N_("Được chuyển đến"),
    EventType.ACCEPTED: N_("Đã tiếp nhận xử lý"),
    EventType.PARTS_CHANGED: N_("Đổi phân công"),
    EventType.RESOLVED: N_("Đã xử lý, chờ kiểm tra"),
    EventType.CLOSED: N_("Hoàn thành"),
    EventType.EXTENDED: N_("Được gia hạn"),
}
"""Steps as their colleagues hear of them."""

_COUNTS: Mapping[Matter, str] = {
    "late": N_("{n} trễ hạn"),
    "today": N_("{n} đến hạn hôm nay"),
    "accept": N_("{n} chờ tiếp nhận"),
    "desk": N_("{n} chờ điều phối"),
    "verify": N_("{n} chờ kiểm tra"),
}

_SHORT = {"Phường ": "P. ", "Xã ": "X. "}


def brief(title: str, address: str, ward: WardView | None, due_at: datetime | None, timezone: str) -> str:
    """Return kind, place and deadline in one line: `Rác thải – 12 Lê Lợi, P. Thuận Hóa – hạn 17:00 02/12`."""
    place = ", ".join(part for part in (_first_line(address), _short_ward(ward)) if part)
    due = translate(N_("hạn {time}"), time=_short_time(due_at, timezone)) if due_at else ""
    return " – ".join(part for part in (title, place, due) if part)


def first_words(letter: Letter) -> str:
    """Return how the citizen's words begin, masked and without live links, in a letter to staff."""
    if letter.audience != NoticeAudience.STAFF or letter.about is None:
        return ""
    words = " ".join(letter.about.description.split())
    return words if len(words) <= MOST_WORDS else words[: MOST_WORDS - 1].rsplit(" ", 1)[0] + "…"


def extension_facts(data: Mapping[str, Any], timezone: str) -> dict[str, str]:
    """Return the request for more time in words: how much, the deadline as it is, and with it granted."""
    if not data.get("amount"):
        return {"term": "", "due_before": "", "due_after": ""}
    return {
        "term": term_words(data["unit"], int(data["amount"]), language_in_use.get()),
        "due_before": _exactly(data.get("before"), timezone),
        "due_after": _exactly(data.get("after"), timezone),
    }


def staff_page(letter: Letter) -> str:
    """Return the path that a letter about a case opens for its reader: the desk for coordinators."""
    code = letter.about.code if letter.about else ""
    if letter.notice == EMERGENCY_NOTICE:
        return f"/desk?case={code}"
    if letter.notice == CLAIM_NOTICE:
        return "/claims"
    return _case_page(code, letter.role) + ("#extension" if letter.notice == EXTENSION_NOTICE else "")


def work_page(role: str) -> str:
    """Return the path of the role's own list of work."""
    return {Role.TRIAGE: "/desk", Role.INSPECTOR: "/inspect"}.get(Role(role), "/queue") if role else "/queue"


def morning_counts(groups: Sequence[MorningGroup]) -> str:
    """Return the morning in one line: `2 trễ hạn, 1 đến hạn hôm nay, 3 chờ tiếp nhận`."""
    return ", ".join(translate(_COUNTS[group.matter], n=group.total) for group in groups)


def morning_groups(reference: Reference, letter: Letter, base: str) -> list[dict[str, object]]:
    """Return the groups of the morning's mail: heading, lines with their links, how many more there are."""
    found: list[dict[str, object]] = []
    for group in letter.morning:
        lines = [
            {
                "line": _morning_line(reference, case, letter.at),
                "link": base + _case_page(case.code, letter.role),
            }
            for case in group.cases
        ]
        heading = translate(_COUNTS[group.matter], n=group.total)
        found.append({"heading": heading, "lines": lines, "more": group.total - len(lines)})
    return found


def _morning_line(reference: Reference, case: MorningCase, now: datetime) -> str:
    category, zone = reference.categories.get(case.category_id), reference.timezone
    title, ward = pick(category.name) if category else "", reference.wards.get(case.ward_id or 0)
    age = translate(N_("gửi {ago}"), ago=ago(case.created_at, now, zone))
    return f"[{case.code}] {brief(title, case.address, ward, case.due_at, zone)} – {age}"


def _case_page(code: str, role: str) -> str:
    return f"/desk?case={code}" if role == Role.TRIAGE else f"/case/{code}"


def _short_ward(ward: WardView | None) -> str:
    if ward is None:
        return ""
    for kind, short in _SHORT.items():
        if ward.full_name.startswith(kind):
            return short + ward.full_name.removeprefix(kind)
    return ward.full_name


def _first_line(address: str) -> str:
    """Return the part of an address before its first comma: the street, or the ward or city."""
    return address.split(",")[0].strip()


def _short_time(at: datetime, timezone: str) -> str:
    here = at.astimezone(ZoneInfo(timezone))
    language: Language = language_in_use.get()
    return f"{here:%H:%M}, {here.day} {here:%b}" if language == "en" else f"{here:%H:%M %d/%m}"


def _exactly(stored: object, timezone: str) -> str:
    return exact(datetime.fromisoformat(stored), timezone) if isinstance(stored, str) and stored else ""
