"""The design system with all its states, on marked sample data; only where the demo is on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.domain.deadlines.standing import DeadlineStanding
from service.domain.rules.standing_words import deadline_words
from service.i18n import N_, translate
from service.models import Status
from service.pages.shared.kinds import roots
from service.pages.shared.story import TimelineEntry
from service.pages.shared.ward_map import LegendLine, Shaded, WardMap
from service.rendering.engine import ICONS, page
from service.web.dependencies import NowDep, ReferenceDep

router = APIRouter()

WARD_MAP = WardMap(
    320,
    64,
    [Shaded(f"M{54 * n} 2h48l6 30-6 30h-48l6-30z", n, f"Phường {n + 1}") for n in range(6)],
    [LegendLine(n, words) for n, words in enumerate(("0", "1–4", "5–9", "10–19", "20–49", "50–120"))],
)


@dataclass(frozen=True)
class SamplePhoto:
    """A drawn sample photo."""

    url: str
    thumbnail_url: str


@router.get("/dev/design")
async def design(request: Request, reference: ReferenceDep, now: NowDep) -> Response:
    """Every component once, in every state."""
    context = {
        "reference": reference,
        "now": now,
        "kinds": roots(reference)[:8],
        "icon_names": sorted(file.stem for file in ICONS.glob("*.svg")),
        **_samples(now),
    }
    return page(request, "dev/design.html", context)


def _samples(now: datetime) -> dict[str, object]:
    pictures = [_picture("#8d7b63", "#5c6b3d"), _picture("#8fb7c9", "#6c9a63")]
    on_time = [(N_("UBND phường Thuận Hóa"), 96), (N_("Công ty môi trường"), 88), (N_("Sở Xây dựng"), 71)]
    weeks = [(f"T{n}", 60 + n * 7 % 50, 50 + n * 11 % 60, 40 + n * 13 % 90) for n in range(1, 9)]
    return {
        "pictures": pictures,
        "deadlines": _deadlines(now),
        "story": _story(now, pictures),
        "reports": _reports(now, pictures),
        "on_time": [{"name": translate(n), "value": v, "text": f"{v}%"} for n, v in on_time],
        "on_time_rows": [(translate(n), f"{v}%") for n, v in on_time],
        "ward_map": WARD_MAP,
        "ward_rows": [
            (ward.words, step.words) for ward, step in zip(WARD_MAP.wards, WARD_MAP.legend, strict=True)
        ],
        "weeks": [{"name": n, "first": a, "second": b, "third": c} for n, a, b, c in weeks],
        "week_rows": weeks,
    }


def _deadlines(now: datetime) -> list[dict[str, object]]:
    day = timedelta(days=1)
    cases = (
        (
            N_("Còn nhiều thời gian"),
            DeadlineStanding("green", 8 * 480, 8, "working_days", 20),
            now + 10 * day,
        ),
        (N_("Sắp hết hạn"), DeadlineStanding("amber", 270, 0, "working_days", 90), now + day),
        (N_("Trễ hạn"), DeadlineStanding("red", -2 * 480, 2, "working_days", 100), now - 2 * day),
        (
            N_("Tạm dừng tính thời hạn"),
            DeadlineStanding("green", 5 * 1440, 5, "calendar_days", 30, stands=True),
            now + 5 * day,
        ),
        (
            N_("Xong đúng hạn"),
            DeadlineStanding("green", 960, 2, "working_days", 70, finished=True),
            now - day,
        ),
        (
            N_("Xong trễ"),
            DeadlineStanding("red", -180, 0, "working_hours", 100, finished=True),
            now - 4 * day,
        ),
    )
    return [{"name": translate(name), "words": deadline_words(how), "due": due} for name, how, due in cases]


def _story(now: datetime, pictures: list[SamplePhoto]) -> list[TimelineEntry]:
    reply = translate(
        N_("Kính gửi Quý công dân. Đội vệ sinh đã thu gom và đặt thêm một thùng rác. Trân trọng.")
    )
    remark, note = N_("Rác đã tràn ra lòng đường rồi ạ."), N_("Cần xe cuốn ép, hẹn sáng mai.")
    hour, after = timedelta(hours=1), pictures[1:]
    return [
        TimelineEntry(translate(N_("Hoàn thành")), now - hour, "green", "done"),
        TimelineEntry(
            translate(N_("Đã xử lý xong")), now - 5 * hour, "green", "eye", reply=reply, photos=after
        ),
        TimelineEntry(
            translate(N_("Ghi chú nội bộ")), now - 20 * hour, "amber", "lock", note=translate(note)
        ),
        TimelineEntry(
            translate(N_("Người gửi bổ sung")), now - 26 * hour, "grey", "chat", remark=translate(remark)
        ),
        TimelineEntry(translate(N_("Đã tiếp nhận")), now - 50 * hour, "blue", "inbox"),
    ]


def _reports(now: datetime, pictures: list[SamplePhoto]) -> list[dict[str, object]]:
    common = {"place": "12 Lê Lợi, Phường Thuận Hóa", "icon": "trash", "late": False}
    return [
        {
            **common,
            "code": "HUE-7K3M-92",
            "title": translate(N_("Rác chưa thu gom")),
            "description": translate(N_("Đống rác trước cổng trường ba ngày chưa ai lấy.")),
            "status": Status.IN_PROGRESS,
            "photos": pictures[:1],
            "created_at": now - timedelta(hours=3),
        },
        {
            **common,
            "code": "HUE-CC4T-7W",
            "title": translate(N_("Cáp võng, quá thấp")),
            "description": translate(N_("Bó cáp sà ngang đầu người đi xe máy.")),
            "status": Status.ASSIGNED,
            "late": True,
            "icon": "cable",
            "photos": [],
            "created_at": now - timedelta(days=9),
        },
        {
            **common,
            "code": "HUE-9PQR-3X",
            "title": translate(N_("Thùng rác đầy tràn")),
            "description": "",
            "status": Status.CLOSED,
            "photos": pictures[1:],
            "created_at": now - timedelta(days=2),
        },
    ]


def _picture(wall: str, ground: str) -> SamplePhoto:
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 240">'
        f'<rect width="320" height="240" fill="{wall}"/>'
        f'<rect y="150" width="320" height="90" fill="{ground}"/>'
        '<rect x="30" y="40" width="120" height="110" fill="#e9dfcd"/>'
        '<rect x="60" y="90" width="36" height="60" fill="#6b4a3a"/>'
        '<circle cx="240" cy="160" r="34" fill="#3d3a36"/></svg>'
    )
    url = f"data:image/svg+xml,{quote(drawing)}"
    return SamplePhoto(url, url)
