"""The city's figures as a page: four numbers, then charts that each answer one question; all as CSV too."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from fastapi.responses import Response

from service.db import async_unit_of_work
from service.domain.city.reference import Reference
from service.domain.kernel.texts import alphabetical
from service.domain.queries.stats import NamedFigures, OutcomeFigures, Stats, read_stats
from service.domain.reports.filters import read_filters
from service.domain.workspaces.downloads.cells import csv_file
from service.i18n import N_, language_in_use, translate
from service.i18n.wording import number_words, percent_words
from service.pages.shared.map_picture import picture_reply
from service.pages.shared.visit import PageVisitDep
from service.pages.shared.ward_map import as_picture, shaded_wards
from service.rendering.engine import page
from service.web.dependencies import Resources

router = APIRouter()

EDITION_S, STALE = 60, 10
PERIODS = {30: N_("30 ngày"), 90: N_("90 ngày"), 365: N_("Một năm"), 0: N_("Tất cả")}
MOST_BARS, FEWEST_DECIDED = 10, 3
TARGET = 90
Period = Literal["30", "90", "365", "0"]
Table = Literal["category", "ward", "department", "month"]


@dataclass(frozen=True, slots=True)
class Bar:
    """Bar of a chart: its `value` decides its length, `text` is what is written at its end."""

    name: str
    value: float
    text: str


@dataclass(frozen=True, slots=True)
class Month:
    """Month's pair of columns."""

    name: str
    first: float
    second: float
    third: float


@router.get("/figures")
async def figures(visit: PageVisitDep, days: Period = "90") -> Response:
    """The page for one period."""
    stats = await read_figures(visit.resources, visit.reference, visit.now, int(days))
    months = [
        Month(month.month[5:] + "/" + month.month[2:4], month.received, month.done, month.overdue)
        for month in stats.by_month[-12:]
    ]
    context = {
        "reference": visit.reference,
        "now": visit.now,
        "days": int(days),
        "periods": PERIODS,
        "total": stats.total,
        **_on_time(stats.by_department, stats.total.on_time_rate),
        "target": TARGET,
        "speed": _speed(stats.by_category),
        "wards": _received(stats.by_ward),
        "ward_map": await shaded_wards(visit.resources, visit.reference, stats.by_ward),
        "approximate": any(ward.approximate for ward in visit.reference.ward_by_code.values()),
        "most_bars": MOST_BARS // 2,
        "months": months,
        "median_days": stats.total.median_hours / 24 if stats.total.median_hours is not None else None,
    }
    return page(visit.request, "figures/index.html", context)


@router.get("/figures/{table}.csv")
async def download(visit: PageVisitDep, table: Table, days: Annotated[Period, Query()] = "90") -> Response:
    """The figures behind a chart."""
    stats = await read_figures(visit.resources, visit.reference, visit.now, int(days))
    rows: Sequence[object] = getattr(stats, f"by_{table}")
    names = [*(["month"] if table == "month" else ["code", "name"]), *OutcomeFigures.model_fields]
    body = csv_file(
        names, [[getattr(row, name) for name in names] for row in rows], ZoneInfo(visit.reference.timezone)
    )
    headers = {"content-disposition": f'attachment; filename="{table}.csv"'}
    return Response(body, media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/figures/wards.svg")
async def ward_picture(visit: PageVisitDep, days: Period = "90") -> Response:
    """The wards shaded by what was reported there, as a picture that can stand anywhere."""
    stats = await read_figures(visit.resources, visit.reference, visit.now, int(days))
    drawn = as_picture(await shaded_wards(visit.resources, visit.reference, stats.by_ward), visit.reference)
    return picture_reply(visit.request, drawn, EDITION_S)


async def read_figures(resources: Resources, reference: Reference, now: datetime, days: int) -> Stats:
    """Return the figures of the last `days`, 0 for all.

    Reckoned at most once a minute for everybody; some minutes old while newer ones are reckoned.
    """
    since = (now.astimezone(ZoneInfo(reference.timezone)) - timedelta(days=days)).date().isoformat()
    filters = read_filters(reference, {"created_after": since} if days else {})

    async def make() -> bytes:
        async with (
            resources.response_cache.heavy.turn(reserved=True),
            async_unit_of_work(resources.engine) as session,
        ):
            found = await session.run_sync(read_stats, reference, filters, now=now, cache=resources.days)
        return found.model_dump_json().encode()

    key = ("stats", filters, reference.revision, language_in_use.get())
    cached = await resources.response_cache.get(key, int(time.monotonic() / EDITION_S), make, stale=STALE)
    return Stats.model_validate_json(cached.body)


def _on_time(rows: Sequence[NamedFigures], city_rate: float | None) -> dict[str, list[Bar]]:
    """Return all departments with enough cases to speak of, best first, and those to draw: the best, the
    whole city, and those that were late most often. The best alone would praise a city that is not on time.
    """
    known = [row for row in rows if row.name and row.on_time_rate is not None and row.done >= FEWEST_DECIDED]
    known.sort(key=lambda row: (-(row.on_time_rate or 0), alphabetical(row.name or "")))
    bars = [Bar(r.name or "", 100 * (r.on_time_rate or 0), percent_words(r.on_time_rate, 0)) for r in known]
    half = MOST_BARS // 2
    ends = bars if len(bars) <= MOST_BARS else bars[:half] + bars[-half:]
    if city_rate is None or not bars:
        return {"on_time": bars, "on_time_drawn": ends}
    percent = 100 * city_rate
    city = Bar(translate(N_("Toàn thành phố")), percent, percent_words(city_rate, 0))
    before = [each for each in ends if each.value >= percent]
    return {"on_time": bars, "on_time_drawn": [*before, city, *ends[len(before) :]]}


def _speed(rows: Sequence[NamedFigures]) -> list[Bar]:
    """Return kinds by how long half of them took at most, slowest first."""
    known = [row for row in rows if row.name and row.median_hours is not None and row.done >= FEWEST_DECIDED]
    known.sort(key=lambda row: -(row.median_hours or 0))
    return [_bar(row, (row.median_hours or 0) / 24, N_("{n} ngày"), 1) for row in known[:MOST_BARS]]


def _received(rows: Sequence[NamedFigures]) -> list[Bar]:
    """Return wards by how much was reported there, all of them: the map shows all."""
    known = sorted((row for row in rows if row.name), key=lambda row: -row.received)
    return [_bar(row, row.received, "{n}") for row in known]


def _bar(row: NamedFigures, value: float, words: str, digits: int = 0) -> Bar:
    return Bar(row.name or "", value, translate(words, n=number_words(value, digits)))
