"""The manager's figures as people read them: cards with their trend, bars and columns of the charts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from service.domain.figures.reckon import Tally
from service.domain.queries.manage.dashboard import FEWEST_DECIDED, Dashboard, chart_rows, relative_change
from service.domain.queries.manage.periods import Period
from service.i18n import N_, language_in_use, translate
from service.i18n.wording import number_words
from service.pages.figures.figures import Bar, Month

MOST_BARS = 10
STEADY = 0.005


@dataclass(frozen=True, slots=True)
class Trend:
    """Trend of a figure since the period before: in words, and whether that is good (`green`) or not."""

    text: str
    icon: str
    tone: str


@dataclass(frozen=True, slots=True)
class RowBar(Bar):
    """A bar of a department or kind: by its code one finds the list behind it."""

    code: str = ""
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """Figure of the page; `outcome` is the list behind it."""

    name: str
    value: str
    outcome: str
    trend: Trend | None
    note: str = ""


def cards(board: Dashboard) -> list[Figure]:
    """The figures at the top."""
    now, before = board.total, board.before
    rate, rate_before = now.on_time_rate, before.on_time_rate
    return [
        Figure(N_("Đã nhận"), _n(now.received), "", _trend(now.received, before.received)),
        Figure(N_("Xử lý đúng hạn"), percent(rate), "on_time", _points(rate, rate_before), _of(now)),
        Figure(N_("Trễ hạn"), _n(now.late), "late", _trend(now.late, before.late, good=-1)),
        Figure(
            N_("Đã gia hạn"), _n(now.extended), "extended", _trend(now.extended, before.extended, good=-1)
        ),
        Figure(N_("Mở lại"), _n(now.reopened), "reopened", _trend(now.reopened, before.reopened, good=-1)),
        Figure(
            N_("Điểm đánh giá"),
            number_words(now.rating, 1) if now.rating else "–",
            "rated",
            _trend(now.rating, before.rating, good=1),
            translate(N_("{n} người chấm"), n=_n(now.rated)),
        ),
        Figure(
            N_("Một nửa xong trong"),
            hours(now.median_hours),
            "done",
            _trend(now.median_hours, before.median_hours, good=-1),
        ),
        Figure(
            N_("Chín phần mười xong trong"),
            hours(now.p90_hours),
            "done",
            _trend(now.p90_hours, before.p90_hours, good=-1),
        ),
    ]


def flow_columns(board: Dashboard) -> list[Month]:
    """Return what came in, what ended, what stayed open, by stretch."""
    return [Month(_stretch(f.first, f.last), f.received, f.ended, f.backlog) for f in board.flows]


def league_bars(board: Dashboard) -> list[RowBar]:
    """Departments by their part in time, best first."""
    ranked = [row for row in board.departments if row.place][:MOST_BARS]
    return [
        RowBar(r.name, 100 * (r.now.on_time_rate or 0), percent(r.now.on_time_rate), r.code or "", r.exact)
        for r in ranked
    ]


def speed_bars(board: Dashboard) -> list[RowBar]:
    """Kinds by how long half of them took at most, slowest first."""
    known = [r for r in chart_rows(board.categories, 100) if r.now.done >= FEWEST_DECIDED]
    known.sort(key=lambda row: -(row.now.median_hours or 0))
    return [
        RowBar(r.name, r.now.median_hours or 0, hours(r.now.median_hours), r.code or "", r.exact)
        for r in known[:MOST_BARS]
    ]


def age_bars(board: Dashboard) -> list[Bar]:
    """Open reports by age, youngest first."""
    found, younger = [], -1
    for age in board.backlog:
        edge = (board.backlog[0].last - age.first).days if age.first else None
        name = translate(N_("Hơn {n} ngày"), n=younger) if edge is None else _age(younger + 1, edge)
        found.append(Bar(name, age.number, _n(age.number)))
        younger = edge if edge is not None else younger
    return found


def period_name(period: Period) -> str:
    """Return the period as people call it: “Tháng 11 năm 2026”."""
    first, last = period.first, period.last
    if period.kind == "month" and language_in_use.get() == "en":
        return f"{first:%B %Y}"
    if period.kind == "month":
        return translate(N_("Tháng {month} năm {year}"), month=first.month, year=first.year)
    if period.kind == "quarter":
        return translate(N_("Quý {n} năm {year}"), n=(first.month + 2) // 3, year=first.year)
    if period.kind == "year":
        return translate(N_("Năm {year}"), year=first.year)
    return translate(N_("Từ {first} đến {last}"), first=f"{first:%d/%m/%Y}", last=f"{last:%d/%m/%Y}")


def percent(rate: float | None) -> str:
    """A part of a whole."""
    return "–" if rate is None else f"{number_words(100 * rate, 1)} %"


def hours(value: float | None) -> str:
    """A length of time, in hours or in days."""
    if value is None:
        return "–"
    if value < 48:
        return translate(N_("{n} giờ"), n=number_words(value, 1))
    return translate(N_("{n} ngày"), n=number_words(value / 24, 1))


def _n(value: int) -> str:
    return number_words(value)


def _of(tally: Tally) -> str:
    told = {"n": _n(tally.on_time), "of": _n(tally.decided)}
    return translate(N_("{n} trong {of} việc có hạn"), **told)


def _age(youngest: int, oldest: int) -> str:
    if youngest == 0:
        return translate(N_("Đến {n} ngày"), n=oldest)
    return translate(N_("{a}–{b} ngày"), a=youngest, b=oldest)


def _stretch(first: date, last: date) -> str:
    if (last - first).days >= 27 and first.day == 1:
        return f"{first:%m/%y}"
    return f"{first:%d/%m}"


def _trend(now: float | None, before: float | None, *, good: int = 0) -> Trend | None:
    part = relative_change(now, before)
    if part is None:
        return None
    if abs(part) < STEADY:
        return Trend(translate(N_("Như kỳ trước")), "minus", "neutral")
    said = N_("Tăng {n} %") if part > 0 else N_("Giảm {n} %")
    return _moved(translate(said, n=number_words(abs(100 * part))), part > 0, good)


def _points(now: float | None, before: float | None) -> Trend | None:
    """A rate against a rate, in points of a hundred."""
    if now is None or before is None:
        return None
    if abs(now - before) < STEADY:
        return Trend(translate(N_("Như kỳ trước")), "minus", "neutral")
    said = N_("Tăng {n} điểm") if now > before else N_("Giảm {n} điểm")
    return _moved(translate(said, n=number_words(100 * abs(now - before), 1)), now > before, 1)


def _moved(text: str, up: bool, good: int) -> Trend:
    tone = "neutral" if not good else "green" if up == (good > 0) else "red"
    return Trend(text, "arrow-up" if up else "arrow-down", tone)
