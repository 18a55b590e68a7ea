"""Lists of reports: every filter and order against reckoning by hand, walked page by page."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from geo.distance import haversine_m
from service.domain.city.reference import Reference, load_reference
from service.domain.kernel.texts import fold
from service.domain.queries import lists
from service.domain.queries.lists import SORTS, Key, list_reports
from service.domain.reports.access import NOBODY, visible
from service.domain.reports.filters import Filters, read_filters
from service.errors import Invalid
from service.models import Report, Status
from tests.conftest import undone
from tests.examples import examples
from tests.support.reading_stage import add_report, is_overdue, make_city
from tests.support.small_city import NOON

NOW = NOON + timedelta(days=30)
CENTRE = (107.55, 16.42)
WORDS = ("Rác thải", "đổ trộm", "cáp treo thấp", "rao vặt", "Đường Lê Lợi", "ngập nước", "cột điện")
CATEGORIES = ("litter", "litter.dump", "litter.water", "illegal_ad", "hanging_cable")
DEPARTMENTS = ("ward-W1", "ward-W2", "city-cables", "telecom")


class Stage:
    """Two hundred reports of all kinds, and what the lists say of them."""

    def __init__(self, session: Session) -> None:
        make_city(session)
        dice = random.Random(7)
        self.session = session
        self.supports: dict[UUID, tuple[str, ...]] = {}
        self.reports = [self._add(dice) for _ in range(200)]
        session.expunge_all()
        self.reference: Reference = load_reference(session)

    def _add(self, dice: random.Random) -> Report:
        status = dice.choice([*Status])
        routed = status not in ("received", "triage")
        at = NOON + timedelta(hours=dice.randrange(24 * 29))
        supports = tuple(code for code in DEPARTMENTS if routed and dice.random() < 0.2)
        report = add_report(
            self.session,
            category=dice.choice(CATEGORIES),
            place=(dice.uniform(107.5, 107.6), dice.uniform(16.4, 16.45)),
            at=at,
            status=status,
            description=" ".join(dice.sample(WORDS, 2)),
            ward=dice.choice(("W1", "W2")) if routed else None,
            lead=dice.choice(DEPARTMENTS) if routed else None,
            executor=dice.choice(DEPARTMENTS) if routed and dice.random() < 0.3 else None,
            supports=supports,
            # Equal times happen, and then ids decide.
            updated_at=at + timedelta(days=dice.randrange(5)),
            due_at=at + timedelta(days=dice.randrange(20)) if routed and dice.random() < 0.8 else None,
            paused_at=min(NOW, at + timedelta(days=dice.randrange(20))) if status == "waiting" else None,
            published=dice.random() < 0.9,
        )
        self.supports[report.id] = supports
        return report

    def walk(self, asked: Mapping[str, object], sort: str, limit: int) -> list[UUID]:
        """Every page of the list, one after the other."""
        filters = read_filters(self.reference, asked)
        found: list[UUID] = []
        after: Key | None = None
        while True:
            page = list_reports(
                self.session, filters, visible(NOBODY), now=NOW, sort=sort, after=after, limit=limit
            )
            assert len(page.rows) <= limit
            found += [row.id for row in page.rows]
            if page.next is None:
                return found
            assert len(page.rows) == limit
            after = page.next

    def code(self, report: Report, what: str) -> str | None:
        views: Mapping[int, Any] = getattr(self.reference, f"{what}s")
        column = {"ward": report.ward_id, "lead": report.lead_id}.get(what)
        return views[column].code if column else None


@pytest.fixture(scope="module")
def stage(engine: Engine) -> Iterator[Stage]:
    """Made once: the tests here only read."""
    for session in undone(engine):
        yield Stage(session)


def metres(report: Report) -> float:
    return haversine_m(*CENTRE, report.lon, report.lat)


def plays(stage: Stage, report: Report, code: str) -> bool:
    department = stage.reference.department_by_code[code].id
    return department in (report.lead_id, report.executor_id) or code in stage.supports[report.id]


Check = Callable[[Stage, Report, Any], bool]

CHECKS: dict[str, Check] = {
    "bbox": lambda _, r, v: (
        float(v.split(",")[0]) <= r.lon <= float(v.split(",")[2])
        and float(v.split(",")[1]) <= r.lat <= float(v.split(",")[3])
    ),
    "radius_m": lambda _, r, v: metres(r) <= v,
    "category": lambda s, r, v: any(c in s.reference.categories[r.category_id].path for c in v.split(",")),
    "status": lambda _, r, v: r.status in v.split(","),
    "ward": lambda s, r, v: r.ward_id is not None and s.reference.wards[r.ward_id].code in v.split(","),
    "department": lambda s, r, v: any(plays(s, r, code) for code in v.split(",")),
    "created_after": lambda _, r, v: r.created_at >= datetime.fromisoformat(v),
    "created_before": lambda _, r, v: r.created_at < datetime.fromisoformat(v),
    "updated_after": lambda _, r, v: r.updated_at >= datetime.fromisoformat(v),
    "updated_before": lambda _, r, v: r.updated_at < datetime.fromisoformat(v),
    "overdue": lambda _, r, v: is_overdue(r, NOW) is v,
    "q": lambda _, r, v: r.status != "received" and set(fold(v).split()) <= set(fold(r.description).split()),
    "near": lambda *_: True,
}


def several(values: tuple[str, ...]) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=3).map(",".join)


times = st.integers(0, 24 * 30).map(lambda hours: (NOON + timedelta(hours=hours)).isoformat())
boxes = st.tuples(
    st.floats(107.5, 107.55), st.floats(16.4, 16.42), st.floats(107.55, 107.6), st.floats(16.42, 16.45)
).map(lambda box: ",".join(map(str, box)))

asked = st.fixed_dictionaries(
    {},
    optional={
        "bbox": boxes,
        "near": st.just(f"{CENTRE[0]},{CENTRE[1]}"),
        "category": several(CATEGORIES),
        "status": several(tuple(Status)),
        "ward": several(("W1", "W2")),
        "department": several(DEPARTMENTS),
        "created_after": times,
        "created_before": times,
        "updated_after": times,
        "updated_before": times,
        "overdue": st.booleans(),
        "q": st.sampled_from(["rac", "RÁC THẢI", "rác thải đổ", "duong le loi", "Cáp", "cap rao"]),
    },
)


@settings(
    max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    asked=asked,
    sort=st.sampled_from(SORTS),
    limit=st.sampled_from([9, 50, 200]),
    radius=st.data(),
    looked_through=st.sampled_from([5, 60, lists.LOOKED_THROUGH]),
)
def test_a_walk_through_a_list_is_what_reckoning_by_hand_gives(
    stage: Stage, asked: dict[str, object], sort: str, limit: int, radius: st.DataObject, looked_through: int
) -> None:
    if sort == "distance":
        asked["near"] = f"{CENTRE[0]},{CENTRE[1]}"
    if "near" in asked:
        asked["radius_m"] = radius.draw(st.sampled_from([50.0, 900.0, 4_000.0, 20_000.0]))
    fitting = [
        report
        for report in stage.reports
        if report.published and all(CHECKS[name](stage, report, value) for name, value in asked.items())
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lists, "LOOKED_THROUGH", looked_through)
        walked = stage.walk(asked, sort, limit)
    assert len(walked) == len(set(walked))
    assert set(walked) == {report.id for report in fitting}
    if sort == "distance":
        by_id = {report.id: metres(report) for report in fitting}
        distances = [by_id[identity] for identity in walked]
        assert distances == pytest.approx(sorted(distances), abs=1e-3)
    else:
        assert walked == [report.id for report in in_order(fitting, sort)]


def in_order(reports: list[Report], sort: str) -> list[Report]:
    column, descending = sort.removeprefix("-"), sort.startswith("-")
    valued = [report for report in reports if getattr(report, column) is not None]
    empty = [report for report in reports if getattr(report, column) is None]
    by_key = sorted(valued, key=lambda r: (getattr(r, column), r.id.bytes), reverse=descending)
    return by_key + sorted(empty, key=lambda r: r.id.bytes)


def test_a_tracking_code_finds_its_report_however_it_is_typed(stage: Stage) -> None:
    report = next(r for r in stage.reports if r.published and r.status != "received")
    for typed in (report.code, report.code.lower(), report.code.replace("-", " "), f" {report.code} "):
        assert stage.walk({"q": typed}, "-created_at", 10) == [report.id]


def test_a_tracking_code_also_finds_what_is_not_routed_yet(stage: Stage) -> None:
    report = next(r for r in stage.reports if r.published and r.status == "received")
    assert stage.walk({"q": report.code}, "-created_at", 10) == [report.id]


def test_words_that_are_none_find_nothing(stage: Stage) -> None:
    assert stage.walk({"q": "?!"}, "-created_at", 10) == []


def test_a_day_begins_at_midnight_in_the_city(stage: Stage) -> None:
    filters = read_filters(stage.reference, {"created_after": "2026-05-04"})
    assert filters.created_after == datetime.fromisoformat("2026-05-04T00:00:00+07:00")


def test_a_plus_that_arrived_as_a_space_is_understood(stage: Stage) -> None:
    filters = read_filters(stage.reference, {"created_after": "2026-05-04T08:30:00 07:00"})
    assert filters.created_after == datetime.fromisoformat("2026-05-04T08:30:00+07:00")


def test_an_empty_parameter_is_an_absent_one(stage: Stage) -> None:
    empty = {"bbox": "", "category": "", "status": ",", "created_after": "", "q": "  ", "near": ""}
    assert read_filters(stage.reference, empty) == Filters()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("bbox", "1,2,3"),
        ("bbox", "107.6,16.4,107.5,16.5"),
        ("bbox", "nan,1,2,3"),
        ("bbox", "107,16,inf,17"),
        ("near", "107.5"),
        ("near", "16.42,107.55,1"),
        ("near", "x,y"),
        ("near", "200,95"),
        ("category", "nothing"),
        ("category", ",".join(["litter", *(f"c{n}" for n in range(60))])),
        ("status", "done"),
        ("ward", "W9"),
        ("department", "nobody"),
        ("created_after", "yesterday"),
        ("created_before", "2026-05-04T08:30:00"),
        ("updated_after", "0001-01-01T00:00:00+07:00"),
        ("updated_before", "9999-12-31T23:59:59-07:00"),
        ("radius_m", 10.0),
    ],
)
def test_what_cannot_be_understood_is_named(stage: Stage, name: str, value: object) -> None:
    with pytest.raises(Invalid) as refused:
        read_filters(stage.reference, {name: value})
    assert [error.loc for error in refused.value.errors] == [("query", name)]


def test_all_that_is_wrong_is_named_at_once(stage: Stage) -> None:
    with pytest.raises(Invalid) as refused:
        read_filters(stage.reference, {"bbox": "1", "ward": "W9", "status": "closed"})
    assert [error.loc[1] for error in refused.value.errors] == ["bbox", "ward"]
