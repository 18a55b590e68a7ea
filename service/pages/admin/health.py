"""State of the system in plain words: its parts, test messages, failures tried again, units alone."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from fastapi.responses import Response

from service.domain.notices.troubles.failures import failing_messages, retry_messages
from service.domain.notices.troubles.trial import newest_tests, send_test_message
from service.domain.rules.unattended import units_without_eyes
from service.errors import AppError
from service.i18n import N_
from service.models import NoticeAudience
from service.ops.checkup.findings import findings
from service.ops.checkup.words import why_failed
from service.pages.admin.visit import AdminFormDep, AdminVisit, AdminVisitDep, redirect_to
from service.sending.channels import CHANNELS, make_senders
from service.web.looks.checkup import look_at_all

router = APIRouter(prefix="/admin/health")

Channel = Annotated[str, Path(max_length=20)]
AUDIENCE_WORDS = {
    NoticeAudience.REPORTER: N_("người gửi phản ánh"),
    NoticeAudience.FOLLOWER: N_("người theo dõi phản ánh"),
    NoticeAudience.ALERT: N_("người đăng ký nhận tin"),
    NoticeAudience.VISITOR: N_("người đăng nhập bằng mã"),
    NoticeAudience.STAFF: N_("cán bộ"),
}
LEVELS = {
    "bad": ("red", "alert", N_("Cần xử lý")),
    "attention": ("amber", "alert", N_("Nên xem")),
    "good": ("green", "check", N_("Tốt")),
    "off": ("grey", "minus", N_("Chưa bật")),
}


@router.get("")
async def health(visit: AdminVisitDep) -> Response:
    """Show how every part is."""
    return await _draw(visit)


@router.post("/messages/{message_id}/retry")
async def retry(message_id: UUID, sent: AdminFormDep) -> Response:
    """Try one message again."""
    visit = sent.visit
    try:
        await visit.run(retry_messages, visit.now, staff_id=visit.staff.account.id, message_id=message_id)
    except AppError as error:
        return await _draw(visit, error)
    return redirect_to("/admin/health", "retried")


@router.post("/channels/{channel}/retry")
async def retry_all(channel: Channel, sent: AdminFormDep) -> Response:
    """Try all of a channel again."""
    visit = sent.visit
    await visit.run(retry_messages, visit.now, staff_id=visit.staff.account.id, channel=channel)
    return redirect_to("/admin/health", "retried")


@router.post("/channels/{channel}/test")
async def test(channel: Channel, sent: AdminFormDep) -> Response:
    """Send oneself a message."""
    visit, senders = sent.visit, make_senders(sent.visit.resources.settings)
    able = {name: each for name, each in CHANNELS.items() if name in senders}
    try:
        await visit.run(
            send_test_message,
            able,
            visit.reference,
            visit.staff.account.id,
            channel,
            visit.now,
            phone=sent.form.text("phone"),
        )
    except AppError as error:
        return await _draw(visit, error)
    return redirect_to("/admin/health", "tested")


async def _draw(visit: AdminVisit, error: AppError | None = None) -> Response:
    facts = await look_at_all(visit.resources, visit.reference, visit.now)
    failing = await visit.run(failing_messages, CHANNELS, visit.reference.masking.general, visit.now)
    tests = await visit.run(newest_tests, CHANNELS, visit.staff.account.id)
    found = findings(facts)
    context = {
        "findings": found,
        "bad": sum(each.level == "bad" for each in found),
        "levels": LEVELS,
        "failing": failing,
        "why": why_failed,
        "audiences": AUDIENCE_WORDS,
        "channels": CHANNELS,
        "set_up": facts.set_up,
        "tests": tests,
        "unattended": await visit.run(units_without_eyes, visit.reference, visit.now),
    }
    return visit.draw("admin/health.html", context, error=error)
