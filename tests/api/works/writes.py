"""Routes that write plans and works: rows of the permission table, and what they are asked about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from service.db import unit_of_work
from tests.api.desk import Desk
from tests.support.works.stage import WorksStage, draft, draft_row

WORK = "/api/v1/works/{work_code}"
PLAN = "/api/v1/plans/{plan_code}"

OF_A_WORK: dict[tuple[str, str], dict[str, object]] = {
    ("POST", f"{WORK}/transitions"): {"to": "under_way", "version": 1},
    ("PUT", f"{WORK}/parts"): {"supports": [], "version": 1},
    ("PUT", f"{WORK}/holder"): {"holder": None, "version": 1},
    ("POST", f"{WORK}/notes"): {"words": "Đã họp tổ"},
    ("POST", f"{WORK}/reports"): {"report": "KHONG-CO"},
    ("DELETE", f"{WORK}/reports/{{report}}"): {},
    ("POST", f"{WORK}/extension-requests"): {"amount": 2, "reason": "Mưa", "version": 1},
    ("POST", f"{WORK}/extension-requests/{{request}}/decision"): {"approve": True},
}
"""Everybody reads a work of a plan in force; only those with a part in it do anything with it."""

OF_A_DRAFT: dict[tuple[str, str], dict[str, object]] = {
    ("PATCH", PLAN): {"title": "Đổi tên", "issuer": "city-cables", "version": 1},
    ("PUT", f"{PLAN}/rows/{{position}}"): draft_row("Việc khác") | {"version": 1},
    ("POST", f"{PLAN}/transitions"): {"to": "in_force", "version": 1},
    ("POST", f"{PLAN}/readings"): {},
    ("POST", f"{PLAN}/calendar"): {},
    ("DELETE", f"{PLAN}/calendar"): {},
    ("POST", f"{PLAN}/briefings"): {"unit": "city-cables", "held_on": "2026-03-05", "how": "meeting"},
}
"""Of a draft others do not know."""

CLEANUP = "/api/v1/cleanups/{cleanup}"
OF_A_CLEANUP: dict[tuple[str, str], tuple[dict[str, object], int]] = {
    ("POST", f"{CLEANUP}/signups"): ({"id": str(uuid4()), "people": 1}, 404),
    ("PATCH", f"{CLEANUP}/signups/{{signup_id}}"): ({"people": 1}, 404),
    ("DELETE", f"{CLEANUP}/signups/{{signup_id}}"): ({}, 404),
    ("POST", f"{CLEANUP}/signups/{{signup_id}}/push"): (
        {"endpoint": "https://fcm.googleapis.com/x", "p256dh": "x", "auth": "x"},
        404,
    ),
    ("DELETE", f"{CLEANUP}/signups/{{signup_id}}/push"): ({}, 404),
    ("PATCH", CLEANUP): ({"title": "Dọn kênh", "version": 1}, 401),
    ("POST", f"{CLEANUP}/trees"): ({"id": str(uuid4()), "species": "Bàng", "planted": 3}, 401),
    ("POST", f"{CLEANUP}/means"): ({"id": str(uuid4())}, 401),
    ("POST", f"{CLEANUP}/transitions"): ({"to": "announced", "version": 1}, 401),
    ("PUT", f"{CLEANUP}/checks/{{check_id}}"): ({"state": "done"}, 401),
    ("POST", f"{CLEANUP}/attendance"): ({"walk_ins": 1}, 401),
    ("PUT", f"{CLEANUP}/result"): ({"version": 1, "people": 1}, 401),
}
"""Of a clean-up that is not there: whoever may ask is told so; who must sign in first is told that."""

CAMPAIGN = {"title": {"vi": "Chủ nhật Xanh"}, "first": "2026-01-01", "last": "2026-12-31"}
NOBODYS = str(uuid4())
NEW_PLEDGE = {
    "id": str(uuid4()),
    "unit": "cables-room",
    "words": "Giữ sạch vỉa hè",
    "until": (datetime.now(UTC) + timedelta(days=30)).date().isoformat(),
}
NEW_GIFT = {
    "id": str(uuid4()),
    "campaign": "khong-co",
    "kind": "tools",
    "count": 3,
    "words": "Chổi",
}
_FACTS = {
    "title": "Dọn kênh",
    "lead": "city-cables",
    "location": {"lon": 107.52, "lat": 16.42},
    "meet_words": "Đầu cầu",
    "no_waste": True,
}
NEW_CLEANUP = {
    **_FACTS,
    "id": str(uuid4()),
    "starts_at": "2099-03-07T07:00:00+07:00",
    "ends_at": "2099-03-07T09:00:00+07:00",
}
NEW_SERIES = {**_FACTS, "rule": "FREQ=MONTHLY;BYDAY=1FR", "first": "2026-11-01", "time": "16:30"}
NEW_PREMISES = {
    "name": "Trụ sở thử",
    "department": "city-cables",
    "location": {"lon": 107.58, "lat": 16.43},
    "buildings": [{"name": "Nhà A", "units": ["city-cables"]}],
}
NEW_ROSTER = {
    "id": str(uuid4()),
    "day": "06/06/2026",
    "time": "07:30",
    "items": [{"building": "Nhà A", "unit": "city-cables", "words": "Sân"}],
}
NEW_WORK = {"id": str(uuid4()), "title": "Kiểm tra", "lead": "city-cables", "due": "2099-03-31"}
NEW_PLAN = draft()
NEW_REPORT_KIND = {
    "code": "thu",
    "title": "Kết quả",
    "issuer": "city-cables",
    "period": "half",
    "sections": [{"heading": "Kết quả", "holds": "results"}],
    "units": ["ward-W1"],
    "begins_on": "2026-01-01",
}
NEW_DIFFICULTY = {"kind": "means", "title": "Thiếu xe"}


def named(desk: Desk, path: str) -> str:
    """The path with the code of a new draft, or of a work of a new plan in force, of city-cables."""
    path = path.replace("{check_id}", NOBODYS).replace("{signup_id}", NOBODYS)
    if "{plan_code}" not in path and "{work_code}" not in path:
        return path
    with unit_of_work(desk.engine) as session:
        stage = WorksStage(session, desk.reference)
        if "{work_code}" in path:
            return path.replace("{work_code}", stage.task(desk.cast.manager).code)
        return path.replace("{plan_code}", stage.keep(desk.cast.manager, draft_row(str(uuid4()))).code)


WORK_FORMS: dict[str, tuple[dict[str, str], int]] = {
    "step": ({"to": "under_way", "version": "1"}, 403),
    "note": ({"words": "Đã họp tổ"}, 403),
    "reports": ({"report": "KHONG-CO"}, 403),
    "photos": ({}, 403),
    "holder": ({"holder": "", "version": "1"}, 403),
    "time": ({"amount": "2", "reason": "Mưa", "version": "1"}, 403),
    "time/{request}": ({"approve": "1"}, 403),
}
"""Forms of a work's page, and what a unit without a part in it is answered."""

PLAN_FORMS: dict[str, dict[str, str]] = {
    "step": {"to": "in_force", "version": "1"},
    "read": {},
    "calendar": {},
    "documents": {"what": "progress"},
    "briefing": {"unit": "city-cables", "held_on": "05/03/2026", "how": "meeting"},
}
