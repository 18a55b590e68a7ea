"""The demo's other system for people: what was handed to it, and buttons to say what became of it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from redis.exceptions import RedisError

from service.domain.kernel.texts import tidy
from service.domain.partners.twin import STEPS, TWIN_KEY, TWIN_PATH
from service.errors import NotFound
from service.i18n import N_
from service.models import Role
from service.pages.dev.only_demo import OnlyDemo
from service.pages.dev.partner_book import find_in_book, keep_in_book, read_book
from service.pages.shared.forms import FormDep
from service.rendering.engine import page
from service.web.dependencies import NowDep, ReferenceDep, ResourcesDep
from service.web.viewer import ViewerDep

router = APIRouter(prefix="/dev/partner", dependencies=[OnlyDemo])

SHOWN, MOST_UPDATES, LONGEST = 50, 100, 1000
WORDS = {
    "OPEN": ("grey", "inbox", N_("mới đến")),
    "IN_PROGRESS": ("blue", "progress", N_("đang làm")),
    "FIXED": ("green", "done", N_("đã xong")),
    "CLOSED": ("grey", "close", N_("đã đóng")),
    "NOT_COUNCILS_RESPONSIBILITY": ("red", "alert", N_("không thuộc trách nhiệm")),
}
BUTTONS = {
    "IN_PROGRESS": N_("Bắt đầu làm"),
    "FIXED": N_("Báo đã xong"),
    "NOT_COUNCILS_RESPONSIBILITY": N_("Trả lại"),
    "CLOSED": N_("Đóng ở bên này"),
}


@router.get("")
async def requests_there(
    request: Request, reference: ReferenceDep, resources: ResourcesDep, now: NowDep, viewer: ViewerDep
) -> Response:
    """Show what was handed over, the newest first."""
    context = {
        "reference": reference,
        "now": now,
        "requests": (await read_book(resources))[:SHOWN],
        "address": f"{resources.settings.public_url.rstrip('/')}{TWIN_PATH}",
        "key": TWIN_KEY,
        "words": WORDS,
        "buttons": BUTTONS,
        "is_administrator": viewer.account is not None and viewer.account.role == Role.ADMINISTRATOR,
    }
    return page(request, "dev/partner.html", context)


@router.post("/{number}")
async def write_update(
    request: Request, number: str, resources: ResourcesDep, now: NowDep, form: FormDep
) -> Response:
    """Say what became of one request; the city asks for it by the minute."""
    try:
        one = await find_in_book(resources, number)
        if one is None or form.text("status") not in STEPS or len(one.updates) >= MOST_UPDATES:
            raise NotFound(N_("Không có phản ánh này."))
        one.add_update(form.text("status"), tidy(form.text("text"))[:LONGEST], now)
        await keep_in_book(resources, one)
    except (RedisError, OSError):
        pass  # the page shows that nothing was written down
    return RedirectResponse("/dev/partner", status_code=303)
