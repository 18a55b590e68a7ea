"""Demo reports: lives that follow the life cycle, every status, figures that fit, events in order."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, func, inspect, select, text, update
from sqlalchemy.orm import Session, aliased

from service.db import unit_of_work
from service.demo import words
from service.demo.accounts import middle_committee
from service.demo.cleanup_days.litter import bring_litter
from service.demo.copy import bring, store_pictures
from service.demo.drawings.pictures import SCENE_OF, VARIANTS, draw_all, picture_name, scene_of
from service.demo.drawings.scenes import SCENES
from service.demo.lives import DemoLife, life_moments
from service.demo.seen import SEEN
from service.domain.configuration.cityfile.yaml_file import read_yaml
from service.domain.figures.upkeep import recount_differences
from service.domain.queries.stats import read_stats, recount
from service.domain.relay import advance, give_positions, take_lock
from service.domain.reports.edges import EDGES
from service.domain.reports.filters import Filters
from service.domain.routing.dispatch import route_many
from service.domain.rules.rulebook import load_rulebook
from service.models import HELD, OPEN, Consumer, Contact, Event, Photo, Rating, Report, Status
from service.storage import Storage
from tests.conftest import CITIES
from tests.support.factories import found_city
from tests.support.small_city import make_small_city

NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
NUMBER = 400
NO_STEP = {"report.received", "report.rated", "report.follow_up_asked"}


def bring_demo(session: Session, number: int = NUMBER) -> list[int]:
    make_small_city(session)
    told: list[int] = []
    bring(session, number, now=NOW, days=90, seed=7, progress=told.append)
    return told


@pytest.fixture
def demo(session: Session) -> Session:
    bring_demo(session)
    session.expire_all()
    return session


@pytest.mark.parametrize("seed", range(40))
def test_a_life_walks_along_the_edges_and_never_into_the_future(seed: int) -> None:
    random = Random(seed)
    received = NOW - timedelta(days=random.uniform(0, 60))
    life = DemoLife(random, received, NOW, timedelta(days=9), ("a", "b"))

    moments = life_moments(life, routed=seed % 5 > 0)

    edges = {(edge.source, edge.target, edge.event) for edge in EDGES}
    status = "received"
    for moment in moments:
        if moment.type not in NO_STEP:
            assert (status, moment.status, moment.type) in edges
            assert moment.data["from"] == status
        status = moment.status
    times = [received, *(moment.at for moment in moments)]
    assert times == sorted(times)
    assert times[-1] <= NOW


def test_every_status_is_there(demo: Session) -> None:
    by_status = select(Report.status, func.count().label("count")).group_by(Report.status)
    found = {status: int(number) for status, number in demo.execute(by_status)}
    assert set(found) == set(Status)
    assert sum(found.values()) == NUMBER


@pytest.mark.parametrize("seed", range(12))
def test_a_small_demo_has_every_status_too(session: Session, seed: int) -> None:
    make_small_city(session)
    bring(session, 60, now=NOW + timedelta(hours=seed * 2), days=30, seed=seed, progress=lambda _: None)
    assert set(session.scalars(select(Report.status).distinct())) == set(Status)


def test_progress_is_told(session: Session) -> None:
    assert sum(bring_demo(session, 30)) == 30


def test_events_are_in_order_and_placed_without_gaps(demo: Session) -> None:
    events = demo.scalars(select(Event).order_by(Event.position)).all()
    assert [event.position for event in events] == list(range(1, len(events) + 1))
    assert [event.at for event in events] == sorted(event.at for event in events)
    bookmarks = set(demo.scalars(select(Consumer.position)))
    assert bookmarks == {len(events)}  # history is not routed again


def test_a_report_is_where_its_events_left_it(demo: Session) -> None:
    told: dict[UUID, list[Event]] = defaultdict(list)
    for event in demo.scalars(select(Event).order_by(Event.position)):
        told[event.report_id].append(event)
    for report in demo.scalars(select(Report)):
        events = told[report.id]
        assert events[0].type == "report.received"
        assert (report.status, report.updated_at, report.version) == (
            events[-1].status,
            events[-1].at,
            len(events),
        )
        assert (report.search is not None) == (report.routed_at is not None) == (report.routing is not None)
        if report.routing:
            assert report.routing["explanation"]["vi"]
            assert ("ward_distance_m" in report.routing) == (report.ward_id is not None)
            assert ("suspicion" in report.routing) == (events[1].data.get("why") == "suspected_duplicate")
        if report.status in HELD | {Status.RESOLVED}:
            assert report.lead_id
            assert report.due_at
        if report.status == "waiting":
            assert report.paused_at == events[-1].at


def test_what_was_received_just_now_waits_for_routing(demo: Session) -> None:
    book = load_rulebook(demo)
    waiting = list(demo.scalars(select(Report.id).where(Report.status == "received")))
    assert waiting
    assert set(map(tuple, demo.scalars(select(Report.support_ids).where(Report.id.in_(waiting))))) == {()}
    assert route_many(demo, book, waiting, NOW + timedelta(seconds=1)) == len(waiting)


def test_people_photos_and_ratings_come_along(demo: Session) -> None:
    names = set(demo.scalars(select(Contact.name)))
    assert names
    assert all(name and name.endswith("(demo)") for name in names)
    kinds = set(demo.scalars(select(Photo.kind)))
    assert kinds == {"report", "evidence"}
    resolved = select(Report.id).where(Report.status == "closed")
    proved = set(demo.scalars(select(Photo.report_id).where(Photo.kind == "evidence")))
    assert set(demo.scalars(resolved)) <= proved
    rated = set(demo.scalars(select(Event.report_id).where(Event.type == "report.rated")))
    assert set(demo.scalars(select(Rating.report_id))) == rated


def test_beside_an_active_relay_history_is_placed_here_and_told_to_nobody(clean_engine: Engine) -> None:
    with unit_of_work(clean_engine) as session:
        bring_demo(session, 10)
        names = sorted(session.scalars(select(Consumer.name)))
        lagging = names[0]
        session.execute(update(Consumer).where(Consumer.name == lagging).values(position=3))
    with Session(clean_engine) as relay, unit_of_work(clean_engine) as session:
        assert take_lock(relay)
        bring(session, 20, now=NOW, days=90, seed=9, progress=lambda _done: None)
        assert give_positions(relay) == 0, "nobody else gives positions meanwhile"
        relay.rollback()
        newest = session.scalar(select(func.max(Event.position)))
    with unit_of_work(clean_engine) as session:
        bookmarks = {each.name: each.position for each in session.scalars(select(Consumer))}
        assert bookmarks == dict.fromkeys(names, newest) | {lagging: 3}
        session.execute(update(Event).where(Event.position == newest).values(position=None))
        assert give_positions(session) == 1


def test_a_bookmark_never_goes_back(session: Session) -> None:
    advance(session, "routing", 9)
    advance(session, "routing", 4)
    assert session.scalar(select(Consumer.position).where(Consumer.name == "routing")) == 9


def test_twice_over_codes_stay_different(session: Session) -> None:
    bring_demo(session, 50)
    for seed in (7, 8):  # the first as before
        bring(session, 50, now=NOW, days=90, seed=seed, progress=lambda _done: None)
    assert session.scalar(select(func.count(func.distinct(Report.code)))) == 150


def dangling(session: Session) -> dict[str, int]:
    """How many rows of the tables that are copied name something that is not there, by foreign key."""
    found = {}
    for table in map(inspect, (Report, Contact, Photo, Rating, Event)):
        for key in table.local_table.foreign_keys:
            there = aliased(key.column.table)
            missing = (
                ~select(1).where(there.c[key.column.name] == key.parent).correlate(key.parent.table).exists()
            )
            number = session.scalar(select(func.count()).where(key.parent.is_not(None), missing))
            found[f"{key.parent.table.name}.{key.parent.name}"] = number or 0
    return found


def test_every_row_names_what_is_there(demo: Session) -> None:
    found = dangling(demo)
    assert len(found) > 10
    assert set(found.values()) == {0}
    assert demo.scalar(text("SHOW session_replication_role")) == "origin"


def test_a_role_that_may_not_leave_out_checks_brings_them_too(session: Session) -> None:
    make_small_city(session)
    role = f"limited_{uuid4().hex}"
    for grant in (
        f"CREATE ROLE {role}",
        f"GRANT USAGE ON SCHEMA public TO {role}",
        f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}",
        f"SET LOCAL ROLE {role}",
    ):
        session.execute(text(grant))
    bring(session, 40, now=NOW, days=90, seed=7, progress=lambda _done: None)
    assert session.scalar(select(func.count()).select_from(Report)) == 40
    assert set(dangling(session).values()) == {0}


def test_pictures_are_small_and_stored_once() -> None:
    storage = Storage("memory:")
    store_pictures(storage)
    first = next(draw_all())
    assert storage.get(f"public/demo/{first.name}.webp") == first.full
    names = {
        picture_name(scene, variant, fixed=fixed)
        for scene in SCENES
        for variant in range(VARIANTS.get(scene, 1))
        for fixed in (False, True)
    }
    for name in names:
        assert len(storage.get(f"public/demo/{name}.webp")) < 120_000
        assert len(storage.get(f"public/demo/{name}-small.webp")) < 30_000
    storage.put(f"public/demo/{first.name}.webp", b"kept")
    store_pictures(storage)
    assert storage.get(f"public/demo/{first.name}.webp") == b"kept"


def test_every_kind_of_the_example_city_has_words_and_a_fitting_picture_or_none() -> None:
    read = read_yaml("categories.yaml", (CITIES / "hue/categories.yaml").read_bytes()).data
    assert isinstance(read, dict)
    codes = {each["code"] for each in read["categories"]}
    assert set(SEEN) | set(SCENE_OF) <= codes
    parents = {code.partition(".")[0] for code in codes if "." in code}
    assert codes - parents - set(SEEN) == {"other"}
    assert {scene for scene in SCENE_OF.values() if scene} == set(SCENES)
    assert scene_of(("pavement_order", "pavement_order.signal")) == "signal"
    assert scene_of(("food_hygiene", "food_hygiene.fresh")) is None


def test_words_are_varied() -> None:
    random = Random(3)
    said = {words.description(random, ("litter", "litter.water")) for _ in range(300)}
    assert len(said) > 150
    assert any(text.isupper() for text in said)
    assert any(text.isascii() for text in said)  # typed without marks


def test_figures_are_counted_with_what_was_copied(demo: Session) -> None:
    reference = load_rulebook(demo).reference
    assert list(recount_differences(demo, ZoneInfo(reference.timezone))) == []
    kept = read_stats(demo, reference, Filters(), now=NOW)
    assert kept.total.received == NUMBER
    assert kept == recount(demo, reference, Filters(), now=NOW)


def test_an_address_names_a_street_of_its_ward() -> None:
    dice = Random(4)
    for ward, streets in words.STREETS_OF.items():
        told = {words.address(dice, ward) for _ in range(60)} - {""}
        assert all(each.endswith(streets) for each in told)
    assert {words.address(dice, "Phong Phú") for _ in range(90)} == {"", *words.MARKS}


def test_a_demo_has_work_in_every_list_some_late_and_some_in_the_ward_of_its_department(
    session: Session,
) -> None:
    make_small_city(session)
    bring(session, 300, now=NOW, days=180, seed=311, progress=lambda _done: None)
    reference = load_rulebook(session).reference
    open_ = list(session.scalars(select(Report).where(Report.status.in_(OPEN))))
    assert 50 <= len(open_) <= 90
    late = [each for each in open_ if each.due_at and each.due_at < NOW and each.paused_at is None]
    assert 2 <= len(late) <= len(open_) / 4
    committee = reference.department_by_code[middle_committee(session, reference)]
    own = {each.status for each in open_ if each.lead_id == committee.id}
    assert own >= {Status.ASSIGNED, Status.IN_PROGRESS}


@pytest.mark.parametrize("number", [0, 60])
def test_events_of_reports_brought_before_are_told_in_the_order_of_time(
    session: Session, number: int
) -> None:
    found_city(session)
    earlier = bring_litter(session, NOW)
    litter = len(earlier)
    bring(session, number, now=NOW, days=90, seed=7, progress=lambda _done: None, earlier=earlier)
    told = session.scalars(select(Event.at).where(Event.position.is_not(None)).order_by(Event.position)).all()
    assert len(told) >= litter > 600
    assert list(told) == sorted(told)
    assert not session.scalar(select(Event.id).where(Event.position.is_(None)).limit(1))
