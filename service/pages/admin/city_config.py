"""Page of the city's settings: channels, times of retention, periods, the hotline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from fastapi import APIRouter
from fastapi.responses import Response

from service.domain.configuration.administration import city_config
from service.domain.configuration.administration.city_config import ConfigChange
from service.domain.configuration.cityfile.schema.city import Channel, Periods, Retention
from service.errors import AppError
from service.i18n import N_
from service.i18n.wording import RECEPTION_WORDS
from service.models import ReceptionChannel
from service.pages.admin.conflicts import BothTexts, both_texts, is_outdated
from service.pages.admin.visit import AdminForm, AdminFormDep, AdminVisit, AdminVisitDep, redirect_to
from service.pages.shared.forms import number_or_text, read

router = APIRouter(prefix="/admin/city")

PERIOD_WORDS = {
    "reopen_days": N_("Được mở lại trong (ngày)"),
    "appeal_days": N_("Được đề nghị xem xét lại trong (ngày)"),
    "verification_days": N_("Tự động kết thúc sau (ngày) nếu không kiểm tra"),
    "reminder_days": N_("Nhắc người gửi sau (ngày)"),
    "waiting_days": N_("Đóng khi không được trả lời sau (ngày)"),
    "follow_up_days": N_("Hỏi lại xem còn ổn không sau khi hoàn thành (ngày)"),
}
RETENTION_WORDS = {
    "contact_months": N_("Liên hệ của người gửi (tháng)"),
    "original_photo_months": N_("Ảnh gốc (tháng)"),
    "device_months": N_("Dấu vết thiết bị (tháng)"),
}


@router.get("")
async def form(visit: AdminVisitDep) -> Response:
    """The settings as they are."""
    change = await visit.run(city_config.read_settings)
    return _draw(visit, change.model_dump(), change.version)


@router.post("")
async def change(sent: AdminFormDep) -> Response:
    """Change the settings."""
    visit, values = sent.visit, _sent_fields(sent)
    try:
        await visit.run(city_config.put_settings, visit.stamp, read(ConfigChange, values))
    except AppError as error:
        if is_outdated(error):
            saved = (await visit.run(city_config.read_settings)).model_dump(mode="json")
            return _draw(visit, values, str(saved["version"]), error, both_texts(saved, values))
        return _draw(visit, values, sent.form.text("version"), error)
    return redirect_to("/admin/city", "saved")


def _sent_fields(sent: AdminForm) -> dict[str, object]:
    hotline = None
    if sent.form.text("phone"):
        note = sent.form.named("note") if sent.form.text("note_vi") else None
        hotline = {"phone": sent.form.text("phone"), "name": sent.form.named("hotline"), "note": note}
    return {
        "channels": sent.form.texts("channels"),
        "periods": {name: number_or_text(sent.form.text(name)) for name in Periods.model_fields},
        "retention": {name: number_or_text(sent.form.text(name)) for name in Retention.model_fields},
        "hotline": hotline,
        "service_name": sent.form.named("service") if sent.form.text("service_vi") else None,
        "tolerance_m": number_or_text(sent.form.text("tolerance_m")),
        "flags_to_desk": number_or_text(sent.form.text("flags_to_desk")),
        "contact_for_lead": sent.form.text("contact_for_lead") == "1",
        "contacts_a_day": number_or_text(sent.form.text("contacts_a_day")),
        "version": sent.form.text("version"),
    }


def _draw(
    visit: AdminVisit,
    values: dict[str, object],
    version: str,
    error: AppError | None = None,
    beside: Sequence[BothTexts] = (),
) -> Response:
    context = {
        "values": values,
        "beside": beside,
        "version": version,
        "channel_choices": [(each, RECEPTION_WORDS[ReceptionChannel(each)]) for each in get_args(Channel)],
        "period_words": PERIOD_WORDS,
        "retention_words": RETENTION_WORDS,
    }
    return visit.draw("admin/city.html", context, error=error)
