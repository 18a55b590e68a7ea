"""Public doors, opened for a report that is hidden: a new route with no decision here fails the suite."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import update
from sqlalchemy.orm import Session

from geo.tiles import tile_at
from service.api.queries.tiles import KEPT_TO_ZOOM
from service.app import create_app
from service.db import unit_of_work
from service.domain.relay import give_positions
from service.domain.reports.events import SYSTEM, record
from service.models import Comment, EventType, Photo, Report
from service.storage import Storage
from tests.api.desk import Desk, problem
from tests.support.factories import make_photo, make_report
from tests.support.small_city import IN_W1

WORDS, ADDRESS, TOKEN = "Zimbarronimo", "Quexalotl", "tokenOfAPicture"
NOW = datetime.now(UTC)

STAFF = (
    "/admin",
    "/api/v1/admin",
    "/api/v1/desk",
    "/api/v1/duty",
    "/api/v1/emergencies",
    "/api/v1/inspections",
    "/api/v1/talks",
    "/desk",
    "/difficulties",
    "/works",
    "/plans",
    "/documents",
    "/indicators",
    "/periodic",
    "/emulation",
    "/api/v1/movements",
    "/api/v1/awards",
    "/api/v1/meter-readings",
    "/api/v1/periodic-reports",
    "/api/v1/report-kinds",
    "/api/v1/indicators",
    "/api/v1/documents",
    "/api/v1/works",
    "/api/v1/plans",
    "/api/v1/series",
    "/api/v1/premises",
    "/premises",
    "/api/v1/hotspots",
    "/api/v1/surveys",
    "/surveys",
    "/api/v1/cleanups/{cleanup}/checks",
    "/queue",
    "/numbers",
    "/requests",
    "/claims",
    "/api/v1/claims",
    "/api/v1/pledges",
    "/api/v1/cables/urging.docx",
    "/api/v1/cables/report.docx",
    "/api/v1/cables/poles.docx",
    "/api/v1/numbers",
    "/api/v1/requests",
    "/api/v1/publications",
    "/api/v1/objections",
    "/find",
    "/notices",
    "/case",
    "/manage",
    "/inspect",
    "/account",
    "/wall",
    "/erasure",
    "/downloads",
    "/emergencies",
    "/duty",
)
"""Rooms of staff: nobody comes in without signing in."""

NO_REPORTS = {
    "/standings/{movement}",
    "/api/v1/openapi.json",
    "/docs",
    "/redoc",
    "/assets/{name:path}",
    "/dev/design",
    "/dev/hooks",
    "/dev/partner",
    "/dev/partner/open311/v2/requests.json",
    "/dev/partner/open311/v2/services.json",
    "/dev/partner/open311/v2/servicerequestupdates.json",
    "/dev/outbox",
    "/dev/outbox/{message}",
    "/hooks/facebook",
    "/dev/facebook",
    "/dev/facebook/media/{name}",
    "/dev/mailbox",
    "/dev/zalo",
    "/dev/zalo/media/{name}",
    "/talk/{token}",
    "/ogc",
    "/ogc/",
    "/ogc/api",
    "/ogc/conformance",
    "/ogc/collections",
    "/ogc/collections/{name}",
    "/ogc/collections/{name}/schema",
    "/ogc/collections/{name}/queryables",
    "/api/v1/campaigns/{slug}",
    "/campaigns/{slug}",
    "/campaigns/{slug}/banner",
    "/campaigns/{slug}/banner.svg",
    "/praise",
    "/praise.atom",
    "/api/v1/praise.atom",
    "/api/v1/commendations",
    "/api/v1/contributions",
    "/api/v1/cleanups/{cleanup}/trees",
    "/campaigns/{slug}/press.txt",
    "/api/v1/cleanups",
    "/api/v1/cleanups/{cleanup}",
    "/api/v1/cleanups/{cleanup}/announcement.docx",
    "/api/v1/cleanups/report.docx",
    "/api/v1/cleanups.xlsx",
    "/cables",
    "/cables/map.svg",
    "/campaigns/{slug}/map.svg",
    "/cleanups/map.svg",
    "/api/v1/cleanups.ics",
    "/cleanups/{code}/work",
    "/cables/{route_id}",
    "/api/v1/cables.xlsx",
    "/api/v1/cables.gpkg",
    "/api/v1/cables/routes",
    "/api/v1/cables/routes/{route_id}",
    "/numbers/listed",
    "/numbers/objection",
    "/numbers/photos/{token}",
    "/api/v1/numbers/listed",
    "/cleanups",
    "/cleanups.ics",
    "/cleanups/{code}",
    "/cleanups/{code}.ics",
    "/cleanups/{code}/{kind}.webp",
    "/cleanups/{code}/me",
    "/open-data",
    "/penalties",
    "/api/v1/penalties",
    "/open-data/catalog.jsonld",
    "/open-data/datapackage.json",
    "/open-data/files/{name}",
    "/open311/discovery.json",
    "/open311/discovery.xml",
    "/open311/v2/discovery.json",
    "/open311/v2/discovery.xml",
    "/open311/v2/services.json",
    "/open311/v2/services.xml",
    "/open311/v2/services/{code}.json",
    "/open311/v2/services/{code}.xml",
    "/healthz",
    "/readyz",
    "/metrics",
    "/help",
    "/help/api",
    "/help/{topic}",
    "/icon-{size}.png",
    "/icon-maskable-{size}.png",
    "/icon.svg",
    "/logo/{digest}.png",
    "/screens/{name}.webp",
    "/login",
    "/login/code",
    "/login/enrol",
    "/login/oidc",
    "/login/oidc/callback",
    "/manifest.webmanifest",
    "/offline",
    "/robots.txt",
    "/favicon.ico",
    "/sw.js",
    "/theme.css",
    "/api/v1/me",
    "/api/v1/queue",
    "/api/v1/due",
    "/api/v1/responsibility",
    "/api/v1/extension-requests",
    "/api/v1/categories",
    "/api/v1/departments",
    "/api/v1/wards",
    "/api/v1/wards/at",
    "/api/v1/places",
    "/api/v1/tiles/wards/{z}/{x}/{y}.mvt",
    "/api/v1/tiles/streets/{z}/{x}/{y}.mvt",
    "/api/v1/tiles/basemap/{edition}/{z}/{x}/{y}",
    "/alerts",
    "/alerts/confirm/{token}",
    "/calendar/{token}.ics",
    "/n/{token}",
    "/n/{token}/lasts",
    "/mine/news",
    "/report/outlook",
    "/mine/signin",
    "/mine/signin/code",
}
"""What tells of no single report, or only to who is signed in or has a link of their own."""

FIGURES = {"/figures", "/figures/wards.svg", "/figures/{table}.csv", "/api/v1/stats"}
"""Counts: they may count what is hidden, and name nothing."""

DOORS: dict[str, tuple[str, ...]] = {
    "/": ("/",),
    "/feed": ("/feed", "/feed?done=1"),
    "/feed.atom": ("/feed.atom", "/feed.atom?category=litter"),
    "/map": ("/map", f"/map?q={WORDS}", "/map?state=done"),
    "/mine": ("/mine",),
    "/mine/open/{code}": ("/mine/open/{code}",),
    "/r": ("/r?code={code}",),
    "/r/{code}": ("/r/{code}",),
    "/r/{code}/card.jpg": ("/r/{code}/card.jpg",),
    "/r/{code}/own": ("/r/{code}/own",),
    "/ward/{code}": ("/ward/W1",),
    "/report": ("/report", "/report?category=litter&lon={lon}&lat={lat}&step=form"),
    "/report/map.svg": ("/report/map.svg?lon={lon}&lat={lat}&z=17",),
    "/report/places": ("/report/places?q={address}",),
    "/report/usual": ("/report/usual?lon={lon}&lat={lat}",),
    "/media/{path:path}": ("/media/{full}", "/media/{small}"),
    "/api/v1/reports": (
        "/api/v1/reports",
        f"/api/v1/reports?q={WORDS}",
        "/api/v1/reports?q={code}",
        "/api/v1/reports?near={lon},{lat}&radius_m=200",
        "/api/v1/reports?sort=updated_at",
    ),
    "/api/v1/reports.{form}": tuple(f"/api/v1/reports.{form}" for form in ("csv", "geojson", "xlsx", "gpkg")),
    "/api/v1/reports/similar": ("/api/v1/reports/similar?category=litter&lon={lon}&lat={lat}",),
    "/api/v1/reports/{name}": ("/api/v1/reports/{id}", "/api/v1/reports/{code}"),
    "/api/v1/reports/{name}/comments": ("/api/v1/reports/{id}/comments",),
    "/api/v1/reports/{name}/events": ("/api/v1/reports/{id}/events",),
    "/api/v1/reports/{name}/photos": ("/api/v1/reports/{id}/photos",),
    "/api/v1/reports/{name}/photos/{photo_id}/original": ("/api/v1/reports/{id}/photos/{photo}/original",),
    "/api/v1/reports/{name}/photos/{photo_id}/upload": ("/api/v1/reports/{id}/photos/{photo}/upload",),
    "/api/v1/reports/{name}/contact": ("/api/v1/reports/{id}/contact?purpose=x",),
    "/api/v1/reports/{name}/extension-requests": ("/api/v1/reports/{id}/extension-requests",),
    "/api/v1/reports/{name}/keeping": ("/api/v1/reports/{id}/keeping",),
    "/api/v1/reports/{name}/sightings": ("/api/v1/reports/{id}/sightings",),
    "/api/v1/reports/{name}/claims": ("/api/v1/reports/{id}/claims",),
    "/api/v1/reports/{name}/routing": ("/api/v1/reports/{id}/routing",),
    "/api/v1/feed": ("/api/v1/feed", "/api/v1/feed?category=litter", "/api/v1/feed?bbox=107,16,108,17"),
    "/api/v1/feed/stream": (),  # a test of its own
    "/api/v1/tiles/reports/{z}/{x}/{y}.mvt": (
        "/api/v1/tiles/reports/18/{x}/{y}.mvt",
        f"/api/v1/tiles/reports/{KEPT_TO_ZOOM}/{{kept_x}}/{{kept_y}}.mvt",
    ),
    "/ogc/collections/{name}/items": (
        "/ogc/collections/reports/items?limit=1000",
        "/ogc/collections/reports/items?code={code}",
        "/ogc/collections/reports/items?f=html&limit=1000",
    ),
    "/ogc/collections/{name}/items/{feature_id}": ("/ogc/collections/reports/items/{code}",),
    "/open311/v2/requests.json": (
        "/open311/v2/requests.json?extensions=true",
        "/open311/v2/requests.json?service_request_id={code}",
    ),
    "/open311/v2/requests.xml": ("/open311/v2/requests.xml",),
    "/open311/v2/servicerequestupdates.json": ("/open311/v2/servicerequestupdates.json",),
    "/open311/v2/servicerequestupdates.xml": ("/open311/v2/servicerequestupdates.xml",),
    **{
        f"/open311/v2/{what}/{{code}}.{form}": (f"/open311/v2/{what}/{{code}}.{form}",)
        for what in ("requests", "tokens")
        for form in ("json", "xml")
    },
    "/api/v1/downloads/{identity}": ("/api/v1/downloads/{photo}",),
    "/api/v1/downloads/{identity}/file": ("/api/v1/downloads/{photo}/file",),
}
"""Each door with the addresses at which the report would be found."""

CODE_ALONE = ("/api/v1/feed", "/feed.atom")
"""Doors that go on naming the code, so that whoever knows the report hears that it is gone."""

OPEN_BEFORE = {
    "/api/v1/feed",
    "/api/v1/reports",
    "/api/v1/reports.{form}",
    "/api/v1/reports/{name}",
    "/api/v1/reports/{name}/comments",
    "/api/v1/reports/{name}/photos",
    "/api/v1/tiles/reports/{z}/{x}/{y}.mvt",
    "/feed",
    "/feed.atom",
    "/ogc/collections/{name}/items",
    "/ogc/collections/{name}/items/{feature_id}",
    "/open311/v2/requests.json",
    "/open311/v2/requests.xml",
    "/open311/v2/requests/{code}.json",
    "/open311/v2/requests/{code}.xml",
    "/r/{code}",
}
"""Doors that show the report while it is public: what is not found behind them afterwards was there."""


@dataclass(frozen=True)
class Taken:
    """A report in all its glory, before it is hidden, and what would give it away."""

    report: Report
    photo: UUID
    keys: tuple[str, str]

    def address(self, door: str) -> str:
        tile, kept = (tile_at(self.report.lon, self.report.lat, zoom) for zoom in (18, KEPT_TO_ZOOM))
        return door.format(
            id=self.report.id,
            code=self.report.code,
            photo=self.photo,
            lon=self.report.lon,
            lat=self.report.lat,
            address=ADDRESS,
            full=self.keys[0].removeprefix("public/"),
            small=self.keys[1].removeprefix("public/"),
            x=tile.x,
            y=tile.y,
            kept_x=kept.x,
            kept_y=kept.y,
        )

    def signs(self, *, with_code: bool = True) -> list[bytes]:
        token = self.keys[0].split("/")[1]
        signs = [WORDS, ADDRESS, token, str(self.photo), str(self.report.id)]
        return [sign.encode() for sign in [*signs, *([self.report.code] if with_code else [])]]


def get_routes(app: FastAPI) -> set[str]:
    """Every path of the application that can be read, those of included routers too."""
    found = set()
    for route in app.routes:
        for one in route.effective_candidates() if hasattr(route, "effective_candidates") else [route]:
            if "GET" in set(getattr(one, "methods", None) or ()):
                found.add(str(getattr(one, "path", "")))
    return found


@pytest.fixture(scope="module")
def taken(desk: Desk) -> Taken:
    with unit_of_work(desk.engine) as session:
        made = make_report(
            session,
            desk.reference,
            "closed",
            at=NOW - timedelta(hours=2),
            place=IN_W1,
            description=f"{WORDS} đổ rác trước nhà",
            address=f"12 {ADDRESS}",
            closed_at=NOW - timedelta(hours=1),
            resolved_at=NOW - timedelta(hours=1),
        )
        session.add(
            Comment(id=uuid4(), report_id=made.id, kind="remark", public=True, text=WORDS, created_at=NOW)
        )
        photo = make_photo(session, made, "report")
        make_photo(session, made, "evidence")
        for each in (EventType.RESOLVED, EventType.CLOSED):
            record(session, made, each, actor=SYSTEM, at=NOW - timedelta(hours=1))
        session.flush()
        give_positions(session)
        row = session.get_one(Photo, photo)
        row.public_key, row.thumbnail_key = f"public/{TOKEN}/full.webp", f"public/{TOKEN}/small.webp"
        keys = (row.public_key, row.thumbnail_key)
        report = made
    for key in keys:
        Storage(desk.settings.media_url).put(key, b"RIFF a picture")
    return Taken(report, photo, keys)


def opened(desk: Desk, taken: Taken, door: str) -> list[httpx.Response]:
    desk.client.cookies.clear()
    return [desk.client.get(taken.address(each)) for each in DOORS[door]]


def shown(answers: list[httpx.Response], signs: list[bytes]) -> set[bytes]:
    return {sign for answer in answers for sign in signs if sign in answer.content}


def test_every_route_that_is_read_has_a_decision(desk: Desk) -> None:
    routes = {path for path in get_routes(create_app(desk.settings)) if not path.startswith(STAFF)}
    known = {*NO_REPORTS, *FIGURES, *DOORS}
    assert routes - known == set(), "decide whether a hidden report may be seen behind it"


def test_behind_which_doors_the_report_is_and_that_it_is_gone_from_all_of_them(
    desk: Desk, taken: Taken
) -> None:
    cursors = [item["cursor"] for item in desk.call("GET", "/feed").json()["items"]]
    before = {door for door in DOORS if shown(opened(desk, taken, door), taken.signs())}
    assert before >= OPEN_BEFORE
    assert {each.status_code for each in opened(desk, taken, "/media/{path:path}")} == {200}

    body = {"hidden": True, "reason": "Lộ tên", "version": taken.report.version}
    answer = desk.call("PUT", f"/reports/{taken.report.id}/visibility", desk.as_staff("triage"), body)
    assert answer.status_code == 200, answer.text
    with unit_of_work(desk.engine) as session:
        give_positions(session)

    for door in DOORS:
        answers = opened(desk, taken, door)
        assert all(each.status_code < 500 for each in answers), door
        signs = taken.signs(with_code=not door.startswith(CODE_ALONE))
        asked = {sign for sign in signs if any(sign.decode() in taken.address(each) for each in DOORS[door])}
        found = shown([each for each in answers if each.status_code < 400], signs)
        # A form that was filled in by the address tells what was typed, and no more.
        assert found <= asked - ({taken.signs()[2]}), (door, found)
    items = desk.call("GET", "/feed").json()["items"]
    assert [item["cursor"] for item in items][: len(cursors)] == cursors
    own = [item for item in items if item["report"]["code"] == taken.report.code]
    assert {(each["type"], tuple(each["report"]), tuple(each["data"])) for each in own} == {
        ("report.hidden", ("code",), ())
    }
    for path in (f"/reports/{taken.report.code}", f"/reports/{taken.report.id}/events"):
        problem(desk.call("GET", path), 404)
    _old_files_are_gone(desk, taken)


def _old_files_are_gone(desk: Desk, taken: Taken) -> None:
    storage = Storage(desk.settings.media_url)
    with Session(desk.engine) as session:
        photo = session.get_one(Photo, taken.photo)
    for old, new in zip(taken.keys, (photo.public_key, photo.thumbnail_key), strict=True):
        address = f"/media/{old.removeprefix('public/')}"
        assert desk.client.get(address).status_code == 404
        kept = {"if-none-match": f'"{old.removeprefix("public/")}"'}
        assert desk.client.get(address, headers=kept).status_code == 404
        assert not storage.exists(old) and storage.exists(new)
        answer = desk.client.get(f"/media/{new.removeprefix('public/')}")
        assert "max-age=300" in answer.headers["cache-control"]


def test_the_stream_that_goes_on_from_before_tells_the_code_alone(desk: Desk) -> None:
    with unit_of_work(desk.engine) as session:
        make_report(session, desk.reference, "in_progress")
        give_positions(session)
        report = make_report(session, desk.reference, "in_progress", description=WORDS)
        session.execute(update(Report).where(Report.id == report.id).values(description=WORDS))
        give_positions(session)
    items = desk.call("GET", "/feed", params={"limit": 200}).json()["items"]
    assert items[-1]["report"]["code"] == report.code
    before = items[-2]["cursor"]
    body = {"hidden": True, "reason": "Lộ tên", "version": report.version}
    desk.call("PUT", f"/reports/{report.id}/visibility", desk.as_staff("triage"), body)
    with unit_of_work(desk.engine) as session:
        give_positions(session)
    data: list[str] = []
    with desk.client.stream("GET", "/api/v1/feed/stream", params={"after": before}) as stream:
        for line in stream.iter_lines():
            data += [line] if line.startswith("data:") else []
            if len(data) == 2:
                break
    assert all('"report.hidden"' in line and str(report.id) not in line for line in data)


def test_hidden_reports_of_another_place_stay_secret_to_boxes(desk: Desk) -> None:
    """The edge of a box would find out where it is: a takedown fits every box."""
    with unit_of_work(desk.engine) as session:
        report = make_report(session, desk.reference, "in_progress")
        give_positions(session)
    body = {"hidden": True, "reason": "Lộ tên", "version": report.version}
    desk.call("PUT", f"/reports/{report.id}/visibility", desk.as_staff("triage"), body)
    for box in ("107,16,108,17", "100,10,101,11"):
        items = desk.call("GET", "/feed", params={"bbox": box, "limit": 200}).json()["items"]
        assert report.code in [item["report"]["code"] for item in items], box


def test_only_triage_hides_a_report_and_says_why(desk: Desk) -> None:
    report = desk.report("in_progress")
    path, staff = f"/reports/{report.id}/visibility", desk.as_staff("triage")
    good = {"hidden": True, "reason": "Lộ tên", "version": report.version}
    problem(desk.call("PUT", path, {}, good), 401)
    problem(desk.call("PUT", path, desk.as_reporter(report), good), 401)
    problem(desk.call("PUT", path, desk.as_staff("department"), good), 403)
    problem(desk.call("PUT", f"/reports/{uuid4()}/visibility", staff, good), 404)
    assert problem(desk.call("PUT", path, staff, good | {"version": 99}), 409)["version"] == report.version
    assert (
        problem(desk.call("PUT", path, staff, good | {"reason": ""}), 422)["errors"][0]["loc"][-1] == "reason"
    )
    problem(desk.call("PUT", path, staff, good | {"who": "x"}), 422)
    assert desk.call("PUT", path, staff, good).status_code == 200


def test_rejecting_for_privacy_hides_and_says_so_to_the_reporter(desk: Desk) -> None:
    for reason, more, hidden in (
        ("Lộ thông tin cá nhân", {}, True),
        ("Không phải phản ánh", {}, False),
        ("Không phải phản ánh", {"privacy": True}, True),
        ("Lộ thông tin cá nhân", {"privacy": False}, False),
    ):
        report = desk.report("triage")
        assert desk.step("triage", report, "rejected", 1, reason=reason, **more).status_code == 200
        assert desk.call("GET", f"/reports/{report.id}").status_code == (404 if hidden else 200)
        own = desk.call("GET", f"/reports/{report.id}", desk.as_reporter(report)).json()["own"]
        assert (own["hidden"] or {}).get("cause") == ("privacy" if hidden else None)


def test_three_readers_who_say_private_make_the_rejection_one_for_privacy(desk: Desk) -> None:
    report = desk.report("triage")
    for number in range(3):
        headers = {"X-Device-Id": f"device-{number}", "X-Forwarded-For": f"203.0.113.{number}"}
        desk.call("POST", f"/reports/{report.id}/flag", headers, {"reason": "private"})
    version = desk.read(report).version
    desk.step("triage", report, "rejected", version, reason="Không đăng")
    problem(desk.call("GET", f"/reports/{report.id}"), 404)
