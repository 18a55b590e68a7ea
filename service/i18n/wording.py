"""Display text of facts: statuses, times, distances, in the language in use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from service.i18n import N_, language_in_use, translate
from service.i18n.rounding import round_half_up, round_share
from service.models import ReceptionChannel, Role, Status

Tone = Literal["blue", "purple", "grey", "amber", "red", "green", "neutral"]

MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86400
ON_PAGES = ("status_sentence", "plain_day", "apart", "axis_top", "figure_number")
"""Functions that templates know by their own names."""


@dataclass(frozen=True, slots=True)
class StatusWords:
    """A status as people see it: always a word, a shape and a colour; `sentence` says it to its reporter."""

    name: str
    tone: Tone
    icon: str
    sentence: str


STATUSES: Mapping[str, StatusWords] = {
    Status.RECEIVED: StatusWords(
        N_("Đã tiếp nhận"), "blue", "inbox", N_("Thành phố đã nhận được, đang tìm đơn vị phụ trách.")
    ),
    Status.TRIAGE: StatusWords(
        N_("Chờ điều phối"), "blue", "hand", N_("Chờ điều phối viên xem xét để chuyển đúng nơi.")
    ),
    Status.ASSIGNED: StatusWords(
        N_("Đã chuyển đơn vị"), "blue", "building", N_("Đã chuyển đơn vị phụ trách, chờ tiếp nhận xử lý.")
    ),
    Status.IN_PROGRESS: StatusWords(
        N_("Đang xử lý"), "purple", "progress", N_("Đơn vị phụ trách đang xử lý.")
    ),
    Status.WAITING: StatusWords(
        N_("Chờ bổ sung"), "grey", "pause", N_("Đang chờ người gửi trả lời để xử lý tiếp.")
    ),
    Status.RESOLVED: StatusWords(
        N_("Đã xử lý, chờ kiểm tra"),
        "green",
        "eye",
        N_("Đơn vị báo đã xử lý xong, thành phố đang kiểm tra lại."),
    ),
    Status.CLOSED: StatusWords(N_("Hoàn thành"), "green", "done", N_("Đã xử lý xong.")),
    Status.REJECTED: StatusWords(
        N_("Không tiếp nhận"), "neutral", "reject", N_("Phản ánh không được tiếp nhận, lý do ở bên dưới.")
    ),
    Status.DUPLICATE: StatusWords(
        N_("Trùng lặp"),
        "neutral",
        "merge",
        N_("Việc này đã có người báo trước; hai phản ánh được gộp để theo dõi chung."),
    ),
    Status.WITHDRAWN: StatusWords(N_("Đã rút"), "neutral", "undo", N_("Người gửi đã rút phản ánh này.")),
}


ROLE_WORDS: Mapping[Role, str] = {
    Role.TRIAGE: N_("Điều phối viên"),
    Role.DEPARTMENT: N_("Cán bộ xử lý"),
    Role.EXECUTOR: N_("Đơn vị thực hiện"),
    Role.INSPECTOR: N_("Thanh tra"),
    Role.MANAGER: N_("Lãnh đạo"),
    Role.ADMINISTRATOR: N_("Quản trị viên"),
}
RECEPTION_WORDS: Mapping[ReceptionChannel, str] = {
    ReceptionChannel.APP: N_("Điện thoại, trang web"),
    ReceptionChannel.PORTAL: N_("Cổng thông tin"),
    ReceptionChannel.EMAIL: N_("Email"),
    ReceptionChannel.FACEBOOK: "Facebook",
    ReceptionChannel.ZALO: "Zalo",
    ReceptionChannel.PHONE: N_("Tổng đài"),
    ReceptionChannel.OPEN311: "Open311",
    ReceptionChannel.WALK_IN: N_("Đến trực tiếp"),
    ReceptionChannel.PAPER: N_("Đơn giấy"),
    ReceptionChannel.INSPECTION: N_("Đợt kiểm tra"),
}


_WITH_LEAD: Mapping[str, str] = {
    Status.ASSIGNED: N_("Đã chuyển {lead}, chờ tiếp nhận xử lý."),
    Status.IN_PROGRESS: N_("{lead} đang xử lý."),
    Status.RESOLVED: N_("{lead} báo đã xử lý xong, thành phố đang kiểm tra lại."),
}


WEEKDAY_NAMES: Sequence[str] = (
    N_("Thứ Hai"),
    N_("Thứ Ba"),
    N_("Thứ Tư"),
    N_("Thứ Năm"),
    N_("Thứ Sáu"),
    N_("Thứ Bảy"),
    N_("Chủ nhật"),
)
"""Names of the days of the week, as `date.weekday()` counts them."""


def status_sentence(status: str, lead: str = "") -> str:
    """Return the status as one says it to a person, naming who holds the case."""
    if lead and status in _WITH_LEAD:
        return translate(_WITH_LEAD[status], lead=lead)
    return translate(STATUSES[status].sentence)


days_in_figures: ContextVar[bool] = ContextVar("days_in_figures", default=False)
"""Whether who asks is a colleague: they read days as they type them, in every language (`04/05/2026`)."""


def ago(at: datetime, now: datetime, timezone: str) -> str:
    """Return a past moment as people say it: `2 giờ trước`, `hôm qua 14:05`, a date after a week."""
    gone_s = (now - at).total_seconds()
    zone = ZoneInfo(timezone)
    here, today = at.astimezone(zone), now.astimezone(zone).date()
    days = (today - here.date()).days
    if gone_s < MINUTE_S:
        return translate(N_("vừa xong"))
    if gone_s < HOUR_S:
        return _count(N_("{n} phút trước"), N_("một phút trước"), int(gone_s // MINUTE_S))
    if days == 0 or gone_s < 6 * HOUR_S:
        return _count(N_("{n} giờ trước"), N_("một giờ trước"), int(gone_s // HOUR_S))
    if days == 1:
        return translate(N_("hôm qua {time}"), time=f"{here:%H:%M}")
    if days < 7:
        return translate(N_("{n} ngày trước"), n=days)
    return date_words(at, timezone)


def exact(at: datetime, timezone: str) -> str:
    """Return the moment in full, in the city's time: `08:30, 04/05/2026`."""
    here = at.astimezone(ZoneInfo(timezone))
    return f"{here:%H:%M}, {plain_day(here)}"


def date_words(at: datetime, timezone: str) -> str:
    """Return the day: `04/05/2026`, `4 May 2026`."""
    return plain_day(at.astimezone(ZoneInfo(timezone)))


def plain_day(day: date) -> str:
    """Return the calendar day, in the language in use: `04/05/2026`, `4 May 2026` (not to colleagues)."""
    in_words = language_in_use.get() == "en" and not days_in_figures.get()
    return f"{day.day} {day:%b %Y}" if in_words else f"{day:%d/%m/%Y}"


def day_words(at: datetime, now: datetime, timezone: str) -> str:
    """Return the day as a heading: `Hôm nay`, `Hôm qua`, a date."""
    zone = ZoneInfo(timezone)
    days = (now.astimezone(zone).date() - at.astimezone(zone).date()).days
    if days == 0:
        return translate(N_("Hôm nay"))
    return translate(N_("Hôm qua")) if days == 1 else date_words(at, timezone)


def distance_words(metres: float) -> str:
    """Return `30 m`, `1,2 km` (1.2 km in English), `3 km` or `8.377 km`: no digit that nobody needs."""
    if metres < 997.5:
        return f"{max(5, int(round_half_up(metres / 5, 0)) * 5)} m"
    tenths = int(round_half_up(metres / 100, 0))
    return f"{number_words(metres / 1000, 1 if tenths < 100 and tenths % 10 else 0)} km"


def number_words(value: float | Decimal, digits: int = 0) -> str:
    """Return a number with its thousands apart: `12.345,6` or `12,345.6`."""
    text = f"{round_half_up(value, digits):,f}"
    return text if language_in_use.get() == "en" else text.translate(str.maketrans(",.", ".,"))


def axis_top(largest: int) -> int:
    """Return the figure at the top of an axis for values up to `largest`: even, with two figures that are not
    zero at most, so that its half is a whole number too. At least 2.
    """
    step: int = 2 * 10 ** max(0, len(str(largest)) - 2)
    return max(2, -(-largest // step) * step)


def percent_words(rate: float | None, digits: int = 1) -> str:
    """Return a part of a whole: `73,6%` (73.6% in English), whole numbers at both ends; a dash for none. What
    lacks little of all is never all: `99,9%`.
    """
    if rate is None:
        return "–"
    return f"{number_words(round_share(rate, digits), 0 if rate in (0, 1) else digits)}%"


def figure_number(value: float, unit: str = "") -> str:
    """Return an indicator's figure without its unit: whole where it is, else with one decimal, a `%` as
    `percent_words` rounds it.
    """
    if value == int(value):
        return number_words(value)
    return number_words(round_share(value / 100, 1) if unit == "%" else value, 1)


def lasting(hours: float | None) -> str:
    """Return a length of time in days, or in hours where it is shorter than one; a dash for none."""
    if hours is None:
        return "–"
    if hours < 24:
        return translate(N_("{n} giờ"), n=number_words(hours, 1))
    return translate(N_("{n} ngày"), n=number_words(hours / 24, 1))


def apart(one: datetime, other: datetime) -> str:
    """Return how far apart two moments are: `3 giờ`."""
    return _span(max(one, other), min(one, other))


def _span(later: datetime, earlier: datetime) -> str:
    gone_s = (later - earlier).total_seconds()
    if gone_s < HOUR_S:
        return _count(N_("{n} phút"), N_("một phút"), max(1, int(gone_s // MINUTE_S)))
    if gone_s < 2 * DAY_S:
        return _count(N_("{n} giờ"), N_("một giờ"), int(gone_s // HOUR_S))
    return translate(N_("{n} ngày"), n=int(gone_s // DAY_S))


def _count(many: str, one: str, n: int) -> str:
    return translate(one) if n == 1 else translate(many, n=n)


_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("coc_coc", "Cốc Cốc"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)


def device_words(agent: str) -> str:
    """Return what signed in, as its owner would say: `Chrome, Android`; a programme by its own name."""
    names = [next((name for sign, name in signs if sign in agent), "") for signs in (_BROWSERS, _SYSTEMS)]
    if any(names):
        return ", ".join(each for each in names if each)
    return agent.split(" ")[0][:40] or translate(N_("Thiết bị không rõ tên"))
