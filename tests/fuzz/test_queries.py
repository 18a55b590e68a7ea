"""Query strings: filters of lists and of the feed, cursors, boxes and places."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import true
from sqlalchemy.orm import Session

from geo.geojson import BBoxError, parse_bbox
from geo.points import PointError, parse_pair
from service.domain.city.reference import Reference
from service.domain.queries.feed import read_feed, read_feed_filter
from service.domain.queries.lists import SORTS, list_reports
from service.domain.reports.filters import read_filters
from service.errors import Invalid, Malformed
from service.web.cursors import Cursors
from tests.fuzz.inputs import LOOSE, MOMENTS, TEXT

CURSORS = Cursors(b"k" * 40)
NOW = datetime(2026, 5, 4, 1, 30, tzinfo=UTC)
SLOWLY = settings(LOOSE, max_examples=60)

NUMBER = st.floats(-200, 200).map(str) | st.sampled_from(["nan", "1e999", "", " 107.6", "1_0"])
BOX = st.lists(NUMBER, min_size=3, max_size=5).map(",".join) | TEXT
PAIR = st.lists(NUMBER, min_size=1, max_size=3).map(",".join) | TEXT
MOMENT = MOMENTS | st.datetimes().map(str) | st.dates().map(str) | TEXT
KNOWN = st.sampled_from(["litter", "hanging_cable", "closed", "waiting", "report.closed"])
CODES = st.lists(KNOWN | TEXT, max_size=4).map(",".join)
FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "bbox": BOX,
        "near": PAIR,
        "radius_m": st.floats(0, 20_000, exclude_min=True),
        "overdue": st.booleans(),
        "q": TEXT,
        **dict.fromkeys(("category", "status", "ward", "department"), CODES),
        **dict.fromkeys(("created_after", "created_before", "updated_after", "updated_before"), MOMENT),
    },
)


def named(refused: Invalid, asked: dict[str, object]) -> None:
    """Every mistake is one of a parameter that was sent."""
    assert refused.errors
    for error in refused.errors:
        assert error.loc[0] == "query" and error.loc[1] in asked


@given(BOX)
def test_a_box_is_read_or_refused(text: str) -> None:
    try:
        west, south, east, north = parse_bbox(text)
    except BBoxError:
        return
    assert -180 <= west <= east <= 180 and -90 <= south <= north <= 90


@given(PAIR)
def test_a_place_is_read_or_refused(text: str) -> None:
    try:
        lon, lat = parse_pair(text)
    except PointError:
        return
    assert -180 <= lon <= 180 and -90 <= lat <= 90


@SLOWLY
@given(asked=FILTERS, sort=st.sampled_from(SORTS))
@example(asked={"near": "107.6,90"}, sort="distance")
@example(asked={"near": "-180,0", "radius_m": 20_000.0}, sort="distance")
@example(asked={"q": "'&|!:*<->()"}, sort="due_at")
@example(asked={"created_after": "2999-12-31T23:59:59-23:59"}, sort="-created_at")
def test_filters_are_read_and_can_be_asked(
    hue: Session, reference: Reference, asked: dict[str, object], sort: str
) -> None:
    try:
        filters = read_filters(reference, asked)
    except Invalid as refused:
        named(refused, asked)
        return
    if sort == "distance" and not filters.near:
        return
    assert list_reports(hue, filters, true(), now=NOW, sort=sort).rows == []


@SLOWLY
@given(
    asked=st.fixed_dictionaries(
        {}, optional={"bbox": BOX, **dict.fromkeys(("category", "ward", "department", "type"), CODES)}
    )
)
def test_filters_of_the_feed_are_read_and_can_be_asked(
    hue: Session, reference: Reference, asked: dict[str, object]
) -> None:
    try:
        wanted = read_feed_filter(reference, asked)
    except Invalid as refused:
        named(refused, asked)
        return
    assert read_feed(hue, reference, wanted, after=0, limit=5).rows == []


@given(TEXT, st.sampled_from(["feed", "reports:-created_at:", "queue:triage"]))
def test_a_cursor_is_ours_or_refused(text: str, kind: str) -> None:
    for opening in (CURSORS.open_position, lambda given: CURSORS.open(kind, given)):
        with pytest.raises(Malformed):
            opening(text)
