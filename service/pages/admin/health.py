"""State of the system in plain words: its parts, test messages, failures tried again, units alone."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from fastapi.responses import Response

from service.domain.notices.troubles.failing import failing_messages, retry_messages
from service.domain.notices.troubles.trial import newest_tests, send_test_message
from service.domain.rules.unattended import units_without_eyes
from service.errors import AppError
from service.i18n import N_
from service.ops.checkup.findings import findings
from service.ops.checkup.words import why_failed
from service.pages.admin.office import AdminPage, FilledDep, OfficeDep, to
from service.sending.channels import CHANNELS, make_senders
from service.web.looks.checkup import look_at_all

router = APIRouter(prefix="/admin/health")

Channel = Annotated[str, Path(max_length=20)]
AUDIENCE_WORDS = {
    "reporter": N_("người gửi phản ánh"),
    "follower": N_("người theo dõi phản ánh"),
    "alert": N_("người đăng ký nhận tin"),
    "visitor": N_("người đăng nhập bằng mã"),
    "staff": N_("cán bộ"),
}
LEVELS = {
    "bad": ("red", "alert", N_("Cần xử lý")),
    "attention": ("amber", "alert", N_("Nên xem")),
    "good": ("green", "check", N_("Tốt")),
    "off": ("grey", "minus", N_("Chưa bật")),
}


@router.get("")
async def health(office: OfficeDep) -> Response:
    """Show how every part is."""
    return await _draw(office)


@router.post("/messages/{message_id}/retry")
async def retry(message_id: UUID, sent: FilledDep) -> Response:
    """Try one message again."""
    office = sent.office
    try:
        await office.run(retry_messages, office.now, staff_id=office.staff.account.id, message_id=message_id)
    except AppError as error:
        return await _draw(office, error)
    return to("/admin/health", "retried")


@router.post("/channels/{channel}/retry")
async def retry_all(channel: Channel, sent: FilledDep) -> Response:
    """Try all of a channel again."""
    office = sent.office
    await office.run(retry_messages, office.now, staff_id=office.staff.account.id, channel=channel)
    return to("/admin/health", "retried")


@router.post("/channels/{channel}/test")
async def test(channel: Channel, sent: FilledDep) -> Response:
    """Send oneself a message."""
    office, senders = sent.office, make_senders(sent.office.resources.settings)
    able = {name: each for name, each in CHANNELS.items() if name in senders}
    try:
        await office.run(
            send_test_message,
            able,
            office.reference,
            office.staff.account.id,
            channel,
            office.now,
            phone=sent.form.text("phone"),
        )
    except AppError as error:
        return await _draw(office, error)
    return to("/admin/health", "tested")


async def _draw(office: AdminPage, error: AppError | None = None) -> Response:
    facts = await look_at_all(office.resources, office.reference, office.now)
    failing = await office.run(failing_messages, CHANNELS, office.reference.masking.general, office.now)
    tests = await office.run(newest_tests, CHANNELS, office.staff.account.id)
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
        "unattended": await office.run(units_without_eyes, office.reference, office.now),
    }
    return office.draw("admin/health.html", context, error=error)
