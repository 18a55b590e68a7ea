"""Words of routes and sections: states, blocks, what a company has done, quarters."""

from __future__ import annotations

from collections.abc import Mapping

from service.domain.cables.quarters import quarter_words
from service.domain.cables.views import RouteView, SectionView
from service.domain.city.reference import Reference
from service.domain.claims.views import ClaimView
from service.i18n import N_, pick, translate
from service.i18n.wording import Tone
from service.models import CableBlock, CableTask, ClaimAnswer, Duct, WorkStatus

ROUTE_STATES: Mapping[str, tuple[str, Tone, str]] = {
    "planned": (N_("Chưa bắt đầu"), "neutral", "calendar"),
    "under_way": (N_("Đang thực hiện"), "purple", "progress"),
    "blocked": (N_("Đang vướng"), "amber", "pause"),
    "late": (N_("Trễ hẹn"), "red", "alert"),
    "done": (N_("Đã xong"), "green", "done"),
}
BLOCK_WORDS: Mapping[str, str] = {
    CableBlock.CAPITAL: N_("chờ vốn"),
    CableBlock.PERMIT: N_("chờ cấp phép đào"),
    CableBlock.DUCT: N_("chờ cống bể ngầm"),
    CableBlock.PAVEMENT: N_("chờ làm vỉa hè"),
    CableBlock.POWER: N_("chờ ngành điện"),
    CableBlock.OTHER: N_("vướng việc khác"),
}
TASK_WORDS: Mapping[str, str] = {
    CableTask.UNDERGROUND: N_("Hạ ngầm"),
    CableTask.TIDY: N_("Bó gọn"),
    CableTask.REMOVE_OLD: N_("Thu hồi cáp cũ"),
}
DUCT_WORDS: Mapping[str, str] = {
    Duct.NONE: N_("Chưa có cống bể"),
    Duct.PLANNED: N_("Sắp có cống bể"),
    Duct.READY: N_("Đã có cống bể"),
}


CLAIM_STATES: Mapping[str, tuple[str, Tone, str]] = {
    "open": (N_("Chờ trả lời"), "blue", "clock"),
    ClaimAnswer.MINE: (N_("Nhận là cáp của mình"), "green", "check"),
    ClaimAnswer.NOT_MINE: (N_("Không phải cáp của mình"), "neutral", "reject"),
    ClaimAnswer.NONE: (N_("Không trả lời trong hạn"), "red", "clock"),
    "closed": (N_("Không cần trả lời nữa"), "neutral", "done"),
}


def claim_place(reference: Reference, claim: ClaimView) -> str:
    """Return the address of a claim's report and its ward."""
    ward = reference.wards.get(claim.ward_id or 0)
    parts = [claim.address, ward.full_name if ward and ward.full_name not in claim.address else ""]
    return ", ".join(part for part in parts if part) or translate(N_("Chưa rõ phường, xã"))


def said_quarter(quarter: str) -> str:
    """Return a quarter as people say it."""
    return translate(N_("quý {quarter}"), quarter=quarter_words(quarter))


def company_name(reference: Reference, company_id: int) -> str:
    """Return the short name of a company."""
    unit = reference.departments[company_id]
    return pick(unit.short_name or unit.name)


def section_words(section: SectionView) -> str:
    """Return how far a company is, in two or three words."""
    if section.status in (WorkStatus.CHECKED, WorkStatus.CLOSED):
        return translate(N_("xong"))
    if section.old_left_m:
        return translate(N_("còn {n} m cáp cũ"), n=section.old_left_m)
    if section.status == WorkStatus.DONE:
        return translate(N_("chờ nghiệm thu"))
    if section.block:
        return translate(BLOCK_WORDS[section.block])
    if section.metres_done:
        return f"{section.percent}%"
    return translate(N_("chưa làm"))


def route_line(reference: Reference, route: RouteView) -> str:
    """Return the companies of a route in one line: “Viettel: 60 %; FPT: chưa làm, chờ cấp phép đào”."""
    parts = (f"{company_name(reference, s.company_id)}: {_so_far(s)}" for s in route.sections)
    return "; ".join(parts)


def near_words(reference: Reference, route: RouteView) -> str:
    """Return what is planned on a route and how it stands, for who stands by it."""
    first = ""
    if route.quarter != route.quarter_first:
        first = translate(N_(" (hứa lần đầu: {quarter})"), quarter=said_quarter(route.quarter_first))
    sentence = translate(
        _NEAR.get(route.state, _PLANNED),
        street=route.street,
        quarter=said_quarter(route.quarter),
        first=first,
    )
    companies = "" if route.state == "done" else route_line(reference, route)
    return f"{sentence} {companies}." if companies else sentence


_PLANNED = N_("Tuyến {street} có kế hoạch hạ ngầm: {quarter}{first}.")
_NEAR: Mapping[str, str] = {
    "done": N_("Cáp trên tuyến {street} đã hạ ngầm xong. Dây còn treo là cáp sót lại, cứ phản ánh."),
    "late": N_("Tuyến {street} có kế hoạch hạ ngầm: {quarter}{first}, nay trễ hẹn."),
}
"""Sentences where a plan alone would mislead: nothing is to come any more, or the day has gone by."""


def _so_far(section: SectionView) -> str:
    """Return what is done and, where something is in the way, what."""
    words = section_words(section)
    if not section.block or words != translate(BLOCK_WORDS[section.block]):
        return words
    begun = f"{section.percent}%" if section.metres_done else translate(N_("chưa làm"))
    return f"{begun}, {words}"
