"""Partners: other systems that work on cases; their keys, how the calls go, what was handed over lately."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter
from fastapi.responses import Response

from service.domain.partners import register
from service.errors import AppError
from service.i18n import N_
from service.pages.admin.office import AdminPage, FilledDep, OfficeDep, to

router = APIRouter(prefix="/admin/partners")

STATE_WORDS: Mapping[str, tuple[str, str, str]] = {
    "waiting": ("amber", "clock", N_("chờ chuyển")),
    "sending": ("blue", "progress", N_("đang chuyển")),
    "unknown": ("amber", "question", N_("chưa rõ đã đến chưa, đang tìm")),
    "token": ("amber", "clock", N_("bên đó đã nhận, chờ mã")),
    "sent": ("green", "check", N_("đã chuyển")),
    "done": ("green", "done", N_("bên đó báo xong")),
    "refused": ("red", "alert", N_("bên đó không nhận")),
    "ended": ("grey", "close", N_("không còn ở bên đó")),
}


@router.get("")
async def table(office: OfficeDep) -> Response:
    """Every partner of the city, and the newest hand-overs."""
    return await _draw(office)


@router.post("/{department}/key")
async def set_key(department: str, sent: FilledDep) -> Response:
    """Keep the key that a partner gave us, which no page ever shows; an empty one takes it away."""
    office, secret = sent.office, sent.form.text("secret")
    key = office.resources.settings.secret
    try:
        await office.run(register.set_partner_key, office.reference, office.stamp, key, department, secret)
    except AppError as error:
        return await _draw(office, error)
    return to("/admin/partners", "saved")


async def _draw(office: AdminPage, error: AppError | None = None) -> Response:
    context = {
        "partners": await office.run(register.all_partners, office.reference),
        "hand_overs": await office.run(register.newest_hand_overs),
        "states": STATE_WORDS,
    }
    return office.draw("admin/partners.html", context, error=error)
