"""The filters of the feed: a filtered feed is the feed filtered, in the database and in memory alike."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from service.domain.city.reference import load_reference
from service.domain.publication.publication import DESK, HidingCause, hide_report
from service.domain.queries.feed import (
    FeedPage,
    latest_events,
    newest_position,
    read_feed,
    read_feed_filter,
)
from service.domain.reports.events import SYSTEM
from service.errors import Invalid
from service.models import Event, EventType
from tests.conftest import undone
from tests.domain.queries.test_feed import ANY, walk
from tests.examples import examples
from tests.support.reading_stage import add_report, make_city, number, tell

TYPES = (EventType.RECEIVED, EventType.ASSIGNED, EventType.CLOSED)


class Stage:
    """Three hundred events about forty reports, some of them private."""

    def __init__(self, session: Session) -> None:
        make_city(session)
        dice = random.Random(3)
        reports = [
            add_report(
                session,
                category=dice.choice(("litter", "litter.dump", "litter.water", "illegal_ad")),
                place=(dice.uniform(107.5, 107.6), dice.uniform(16.4, 16.45)),
                status="assigned",
                ward=dice.choice(("W1", "W2", None)),
                lead=dice.choice(("ward-W1", "city-cables", None)),
                published=dice.random() < 0.9,
            )
            for _ in range(40)
        ]
        for _ in range(300):
            tell(session, dice.choice(reports), dice.choice(TYPES), public=dice.random() < 0.8)
        self.codes = {report.id: report.code for report in reports}
        self.hidden = {report.id for report in reports[:4]}
        for report in reports[:4]:
            hide_report(session, report, HidingCause(DESK, "Lộ tên"), actor=SYSTEM, now=report.created_at)
        number(session)
        self.session = session
        self.reference = load_reference(session)
        self.events = session.scalars(select(Event).where(Event.public).order_by(Event.position)).all()


@pytest.fixture(scope="module")
def stage(engine: Engine) -> Iterator[Stage]:
    """Made once: the tests that use it only read."""
    for session in undone(engine):
        yield Stage(session)


@pytest.mark.parametrize("limit", [1, 7, 100, 200])
def test_a_walk_meets_each_public_event_once_in_order(stage: Stage, limit: int) -> None:
    rows = walk(stage.session, stage.reference, limit=limit)
    assert [row.position for row in rows] == [event.position for event in stage.events]


def test_the_end_of_the_feed_stands_still(stage: Stage) -> None:
    end = stage.events[-1].position
    assert end is not None
    assert read_feed(stage.session, stage.reference, ANY, after=end, limit=10) == FeedPage([], end)


def several(*values: str) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=2).map(",".join)


asked_filters = st.fixed_dictionaries(
    {},
    optional={
        "category": several("litter", "litter.dump", "illegal_ad", "hanging_cable"),
        "ward": several("W1", "W2"),
        "department": several("ward-W1", "city-cables", "telecom"),
        "type": several(*TYPES, "report.hidden", "report.nothing"),
        "report": several(*(str(n) for n in range(12))),
        "bbox": st.sampled_from(["107.5,16.4,107.55,16.45", "107.5,16.41,107.6,16.42", "0,0,1,1"]),
    },
)


def wanted_by_hand(stage: Stage, event: Event, asked: dict[str, str]) -> bool:
    reference = stage.reference
    ward = reference.wards[event.ward_id].code if event.ward_id else None
    lead = reference.departments[event.lead_id].code if event.lead_id else None
    if "report" in asked and stage.codes[event.report_id] not in asked["report"].split(","):
        return False
    if event.report_id in stage.hidden:
        return "type" not in asked or "report.hidden" in asked["type"].split(",")
    west, south, east, north = map(float, asked.get("bbox", "-180,-90,180,90").split(","))
    return (
        (
            "category" not in asked
            or bool({*reference.categories[event.category_id].path} & {*asked["category"].split(",")})
        )
        and ("ward" not in asked or ward in asked["ward"].split(","))
        and ("department" not in asked or lead in asked["department"].split(","))
        and ("type" not in asked or event.type in asked["type"].split(","))
        and west <= event.lon <= east
        and south <= event.lat <= north
    )


@settings(
    max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(asked=asked_filters, limit=st.sampled_from([1, 5, 200]), start=st.integers(0, 330))
def test_a_filtered_feed_is_the_feed_filtered(
    stage: Stage, asked: dict[str, str], limit: int, start: int
) -> None:
    if "report" in asked:  # the first ones of the stage, hidden ones too, by number
        codes = list(stage.codes.values())
        asked = {**asked, "report": ",".join(codes[int(n)] for n in asked["report"].split(","))}
    wanted = read_feed_filter(stage.reference, asked)
    expected = [
        event.position
        for event in stage.events
        if (event.position or 0) > start and wanted_by_hand(stage, event, asked)
    ]
    rows = walk(stage.session, stage.reference, wanted, after=start, limit=limit)
    assert [row.position for row in rows] == expected
    # The live stream chooses in memory and must choose the same.
    everything = walk(stage.session, stage.reference, after=start, limit=200)
    assert [row.position for row in everything if wanted.fits(stage.reference, row)] == expected


def test_a_filtered_page_without_events_goes_on_at_the_end(stage: Stage) -> None:
    wanted = read_feed_filter(stage.reference, {"type": "report.nothing"})
    page = read_feed(stage.session, stage.reference, wanted, after=5, limit=10)
    assert page == FeedPage([], newest_position(stage.session))


def test_the_last_events_newest_first(stage: Stage) -> None:
    rows = latest_events(stage.session, stage.reference, ANY, limit=5)
    positions = [event.position for event in stage.events]
    assert [row.position for row in rows] == positions[:-6:-1]
    earlier = latest_events(stage.session, stage.reference, ANY, before=rows[-1].position, limit=5)
    assert [row.position for row in earlier] == positions[-6:-11:-1]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("category", "nothing"),
        ("ward", "W9"),
        ("department", "x"),
        ("bbox", "1,2"),
        ("report", "HUE-0000-00"),
    ],
)
def test_a_filter_that_means_nothing_is_named(stage: Stage, name: str, value: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_feed_filter(stage.reference, {name: value})
    assert [error.loc for error in refused.value.errors] == [("query", name)]
