"""A city of two square wards for tests that need reference data but not Huế: quick to make, easy to reckon.

West ward `W1` spans lon 107.50–107.55, east ward `W2` 107.55–107.60, both lat 16.40–16.45.
"""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

from shapely import to_wkb
from shapely.geometry import MultiPolygon, box
from sqlalchemy import func
from sqlalchemy.orm import Session

from service.domain.reports.reports import ContactDraft, Draft
from service.models import Area, Category, City, DeadlinePolicy, Department, RoutingRule

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
NOON = datetime(2026, 3, 4, 5, 0, tzinfo=UTC)
"""A Wednesday noon in Huế, no holiday near."""

IN_W1, IN_W2, OUTSIDE = (107.52, 16.42), (107.57, 16.42), (107.65, 16.49)
POLICY = {
    "accept": {"unit": "working_hours", "amount": 8},
    "resolve": {"unit": "working_days", "amount": 7},
    "extension": {"max_count": 1, "max_total": {"unit": "working_days", "amount": 5}, "approval": False},
    "amber_ratio": 0.8,
}


def make_small_city(session: Session) -> None:
    """Two wards with their committees, a city department, three categories, rules for two of them."""
    session.add(
        City(
            code="small",
            name={"vi": "Thành phố Nhỏ", "en": "Small City"},
            timezone="Asia/Ho_Chi_Minh",
            code_prefix="SML",
            config={
                "bbox": [107.5, 16.4, 107.6, 16.45],
                "centre": [107.55, 16.425],
                "tolerance_m": 100.0,
                "region": "VN",
                "working_hours": _working_hours(),
                "reopen_days": 15,
                "verification_days": 7,
                "waiting_days": 10,
                "reminder_days": 5,
                "works": {"summary_days": 3, "decision_days": 7, "close_days": 7},
                "cables": {"office": "city-cables", "companies": ["telecom", "sanitation"]},
                "retention": {"contact_months": 12, "original_photo_months": 24, "device_months": 3},
            },
        )
    )
    for code, west in (("W1", 107.50), ("W2", 107.55)):
        session.add(_ward(code, west))
        session.add(_department(f"ward-{code}", "ward", code))
    session.add_all([_department("city-cables", "city"), _department("telecom", "company")])
    for place, (code, action) in enumerate(
        (("litter", "ignore"), ("illegal_ad", "suggest"), ("hanging_cable", "merge"), ("noise", "ignore"))
    ):
        session.add(_category(code, action, place))
    session.add(
        DeadlinePolicy(
            code="standard", version=1, name={"vi": "Bảy ngày làm việc"}, spec=POLICY, valid_from=LONG_AGO
        )
    )
    session.add_all(
        [_rule(1, "litter", "ward"), _rule(2, "hanging_cable", "city-cables", executor="telecom")]
    )
    session.add(_rule(3, "illegal_ad", "ward"))
    session.flush()


def draft(
    category_id: int,
    place: tuple[float, float] = IN_W1,
    *,
    id: UUID | None = None,  # noqa: A002
    at: datetime = NOON,
    contact: ContactDraft | None = None,
    description: str = "Rác đổ trộm ở góc đường",
    body: bytes = b"body",
) -> Draft:
    """A checked draft, ready for `submit`."""
    return Draft(
        id=id or uuid4(),
        code_prefix="SML",
        category_id=category_id,
        description=description,
        lon=place[0],
        lat=place[1],
        accuracy_m=None,
        address="",
        occurred_at=None,
        attributes={},
        channel="app",
        language="vi",
        published=True,
        body_hash=body,
        received_at=at,
        contact=contact,
    )


def _working_hours() -> dict[str, list[list[str]]]:
    """Monday to Friday as Huế works, by weekday from 0."""
    day = [["07:30", "11:30"], ["13:30", "17:30"]]
    return {str(weekday): day if weekday < 5 else [] for weekday in range(7)}


def _ward(code: str, west: float) -> Area:
    square = MultiPolygon([box(west, 16.40, west + 0.05, 16.45)])
    return Area(
        code=code,
        name=code,
        full_name=f"Phường {code}",
        unit_kind="phường",
        geom=func.ST_GeomFromWKB(to_wkb(square), 4326),
        digest=code,
        valid_from=LONG_AGO,
    )


def _department(code: str, kind: str, ward: str | None = None) -> Department:
    name = {"vi": f"Đơn vị {code}", "en": f"Department {code}"}
    return Department(code=code, name=name, short_name=name, kind=kind, ward_code=ward)


def _category(code: str, action: str, place: int) -> Category:
    return Category(
        code=code,
        name={"vi": f"Loại {code}", "en": code},
        icon=code,
        duplicates={"radius_m": 15.0, "window_hours": 72.0, "action": action},
        position=place,
    )


def _rule(number: int, category: str, lead: str, executor: str | None = None) -> RoutingRule:
    spec = {"categories": [category], "lead": lead, "policy": "standard", "executor": executor}
    return RoutingRule(
        number=number, version=1, name={"vi": f"Quy tắc {number}"}, spec=spec, valid_from=LONG_AGO
    )
