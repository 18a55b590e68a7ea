"""The manager's figures as people read them: cards with their trend, bars and columns of the charts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from service.domain.figures.reckon import Tally
from service.domain.queries.manage.dashboard import FEWEST_DECIDED, Dashboard, chart_rows
from service.i18n import N_, MarkedText, translate
from service.i18n.changes import STEADY, change_words
from service.i18n.wording import lasting, number_words, percent_words
from service.pages.figures.figures import Bar, Month

MOST_BARS = 10


@dataclass(frozen=True, slots=True)
class Trend:
    """Trend of a figure against another period: in words, and whether that is good (`green`) or not."""

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
    trends: list[Trend]
    note: str = ""


@dataclass(frozen=True, slots=True)
class BalanceItem:
    """Number of reports that ended, or stand, in one way; `outcome` is the list of them."""

    name: str
    number: int
    outcome: str


def cards(board: Dashboard) -> list[Figure]:
    """Return the figures at the top."""
    now = board.total

    def beside(name: str, good: int = 0) -> list[Trend]:
        return _trends(board, name, good)

    def measured(name: str, good: int) -> list[Trend]:
        return _trends(board, name, good, counts=False)

    scored = translate(N_("{n} người chấm"), n=_n(now.rated)) if now.rated else ""
    scored = translate(N_("một người chấm")) if now.rated == 1 else scored
    rating = number_words(now.rating, 1) if now.rating else "–"
    median, p90 = lasting(now.median_hours), lasting(now.p90_hours)
    return [
        Figure(N_("Đã nhận"), _n(now.received), "", beside("received")),
        Figure(
            N_("Xử lý đúng hạn"), percent_words(now.on_time_rate), "on_time", _rate_trends(board), _of(now)
        ),
        Figure(N_("Trễ hạn"), _n(now.late), "late", beside("late", -1)),
        Figure(N_("Đã gia hạn"), _n(now.extended), "extended", beside("extended", -1)),
        Figure(N_("Đã mở lại"), _n(now.reopened), "reopened", beside("reopened", -1)),
        Figure(N_("Điểm đánh giá"), rating, "rated", measured("rating", 1), scored),
        Figure(N_("Một nửa xong trong"), median, "done", measured("median_hours", -1)),
        Figure(N_("90% xong trong"), p90, "done", measured("p90_hours", -1)),
    ]


def balance(board: Dashboard) -> list[BalanceItem]:
    """Return what became of the reports received, each with its list; together they are all of them."""
    now = board.total
    return [
        BalanceItem(N_("Xử lý xong"), now.done, "done"),
        BalanceItem(N_("Không tiếp nhận"), now.rejected, "rejected"),
        BalanceItem(N_("Trùng lặp"), now.merged, "merged"),
        BalanceItem(N_("Người dân rút"), now.withdrawn, "withdrawn"),
        BalanceItem(N_("Đang mở"), now.open, "open"),
    ]


def flow_columns(board: Dashboard) -> list[Month]:
    """Return what came in, what ended, what stayed open, by stretch."""
    return [Month(_stretch(f.first, f.last), f.received, f.ended, f.backlog) for f in board.flows]


def league_bars(board: Dashboard) -> list[RowBar]:
    """Return departments by their part in time, worst first, and how many were late."""
    ranked = [row for row in board.departments if row.place][:MOST_BARS]
    return [
        RowBar(r.name, 100 * (r.now.on_time_rate or 0), _rate_and_late(r.now), r.code or "", r.exact)
        for r in ranked
    ]


def speed_bars(board: Dashboard) -> list[RowBar]:
    """Return kinds by how long half of them took at most, slowest first."""
    known = [r for r in chart_rows(board.categories, 100) if r.now.done >= FEWEST_DECIDED]
    known.sort(key=lambda row: -(row.now.median_hours or 0))
    return [
        RowBar(r.name, r.now.median_hours or 0, lasting(r.now.median_hours), r.code or "", r.exact)
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


def _n(value: int) -> str:
    return number_words(value)


def _of(tally: Tally) -> str:
    if not tally.decided:
        return ""
    data = {"n": _n(tally.on_time), "of": _n(tally.decided)}
    return translate(N_("{n} trong {of} việc có hạn"), **data)


def _age(youngest: int, oldest: int) -> str:
    if youngest == 0:
        return translate(N_("Đến 1 ngày")) if oldest == 1 else translate(N_("Đến {n} ngày"), n=oldest)
    return translate(N_("{a}–{b} ngày"), a=youngest, b=oldest)


def _stretch(first: date, last: date) -> str:
    if (last - first).days >= 27 and first.day == 1:
        return f"{first:%m/%y}"
    return f"{first:%d/%m}"


def _rate_and_late(tally: Tally) -> str:
    rate = percent_words(tally.on_time_rate)
    return translate(N_("{rate}, trễ {n}"), rate=rate, n=_n(tally.late)) if tally.late else rate


def _beside(board: Dashboard) -> list[tuple[str, Tally]]:
    """Return the periods that it is compared with, as they are called in a sentence."""
    last_year = [(N_("cùng kỳ năm trước"), board.last_year)] if board.last_year else []
    return [(N_("kỳ trước"), board.before), *last_year]


def _trends(board: Dashboard, name: str, good: int, *, counts: bool = True) -> list[Trend]:
    now = getattr(board.total, name)
    trends = (_trend(now, getattr(tally, name), then, good, counts=counts) for then, tally in _beside(board))
    return [each for each in trends if each]


def _rate_trends(board: Dashboard) -> list[Trend]:
    now = board.total.on_time_rate
    trends = (_points(now, tally.on_time_rate, then) for then, tally in _beside(board))
    return [each for each in trends if each]


def _trend(now: float | None, before: float | None, then: str, good: int, *, counts: bool) -> Trend | None:
    if now is None or before is None:
        return None
    change = change_words(now, before, then, counts=counts)
    if change is None:
        return None
    return _moved(change.text, change.way > 0, good) if change.way else Trend(change.text, "minus", "neutral")


def _points(now: float | None, before: float | None, then: str) -> Trend | None:
    """Return a rate against a rate, in points of a hundred."""
    if now is None or before is None:
        return None
    if abs(now - before) < STEADY:
        return Trend(translate(N_("Như {then}"), then=MarkedText(then)), "minus", "neutral")
    template = N_("Tăng {n} điểm so với {then}") if now > before else N_("Giảm {n} điểm so với {then}")
    text = translate(template, n=number_words(100 * abs(now - before), 1), then=MarkedText(then))
    return _moved(text, now > before, 1)


def _moved(text: str, up: bool, good: int) -> Trend:
    tone = "neutral" if not good else "green" if up == (good > 0) else "red"
    return Trend(text, "arrow-up" if up else "arrow-down", tone)
